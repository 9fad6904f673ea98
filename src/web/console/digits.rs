//! Arabic-Indic digits on Arabic pages, for whoever prefers them: `?digits=` decides and is remembered in a cookie, as a language is.
//!
//! A page is dressed as it leaves, so that no page has to know. What others wrote, names, codes and what is typed stay as they are:
//! they stand in elements of their own.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::super::Reached;
use super::cookie;
use super::failure::{Failure, Why};
use super::lang::{self, Lang};

/// The cookie's name behind HTTPS, locked to this host, and in plain HTTP on this machine.
const COOKIES: [&str; 2] = ["__Host-majlis_digits", "majlis_digits"];
/// A year, as for the language.
const COOKIE_SECONDS: i64 = 31_536_000;
/// Beyond any page of ours.
const PAGE_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Elements whose digits are somebody's, or a program's.
const KEPT: [&str; 6] = ["bdi", "code", "pre", "kbd", "textarea", "title"];

/// Which digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    Latin,
    ArabicIndic,
}

impl Digits {
    /// The word for it in addresses and cookies.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Digits::Latin => "latn",
            Digits::ArabicIndic => "arab",
        }
    }

    fn from_word(word: &str) -> Option<Digits> {
        [Digits::Latin, Digits::ArabicIndic].into_iter().find(|digits| digits.as_str() == word)
    }

    /// The digits that a request asks for.
    pub(super) fn asked_for(uri: &Uri, headers: &HeaderMap) -> Digits {
        let kept =
            || COOKIES.iter().find_map(|name| cookie::value(headers, name)).and_then(Digits::from_word);
        chosen(uri).or_else(kept).unwrap_or(Digits::Latin)
    }
}

fn chosen(uri: &Uri) -> Option<Digits> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("digits=")).and_then(Digits::from_word)
}

/// Keeps the digits that were chosen, and dresses Arabic pages in them.
pub(super) async fn dress(reached: Reached, request: Request, next: Next) -> Response {
    let chosen = chosen(request.uri());
    let digits = Digits::asked_for(request.uri(), request.headers());
    let lang = lang::asked_for(request.uri(), request.headers());
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if digits == Digits::ArabicIndic && lang == Lang::Ar && is_page {
        let (mut parts, body) = response.into_parts();
        let page = to_bytes(body, PAGE_MAX_BYTES).await.ok();
        let Some(page) = page.and_then(|page| String::from_utf8(page.to_vec()).ok()) else {
            return Failure::new(lang, Why::Broken).into_response();
        };
        parts.headers.remove(CONTENT_LENGTH);
        response = Response::from_parts(parts, Body::from(dressed(&page)));
    }
    if let Some(chosen) = chosen {
        let name = match reached {
            Reached::Https => COOKIES[0],
            Reached::Loopback => COOKIES[1],
        };
        let cookie = cookie::set(reached, name, chosen.as_str(), COOKIE_SECONDS, "Lax");
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The page with Arabic-Indic digits in its own texts: between tags, and outside [`KEPT`].
fn dressed(page: &str) -> String {
    let mut told = String::with_capacity(page.len() + page.len() / 8);
    let (mut rest, mut kept_in) = (page, 0_usize);
    while !rest.is_empty() {
        let (text, tail) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if kept_in > 0 {
            told.push_str(text);
        } else {
            told.extend(text.chars().map(arabic_indic));
        }
        let (tag, tail) = tail.split_at(tail.find('>').map_or(tail.len(), |end| end + 1));
        let name = tag.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(name.len())];
        if KEPT.contains(&name) {
            kept_in = if tag.starts_with("</") { kept_in.saturating_sub(1) } else { kept_in + 1 };
        }
        told.push_str(tag);
        rest = tail;
    }
    told
}

fn arabic_indic(letter: char) -> char {
    match letter.to_digit(10) {
        Some(digit) => char::from_u32(u32::from('٠') + digit).expect("the ten digits follow each other"),
        None => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_texts_are_dressed_and_what_others_wrote_is_not() {
        assert_eq!(
            dressed(
                r##"<p id="p1">في 24 <bdi class="words">رقم <b>7</b></bdi> و<a href="/comments/7">#7</a></p>"##
            ),
            r##"<p id="p1">في ٢٤ <bdi class="words">رقم <b>7</b></bdi> و<a href="/comments/7">#٧</a></p>"##
        );
        assert_eq!(
            dressed("<textarea>\n1</textarea> 1<code>1</code>"),
            "<textarea>\n1</textarea> ١<code>1</code>"
        );
        assert_eq!(dressed("<del>5</del> 0 < 9"), "<del>٥</del> ٠ < 9");
    }

    #[test]
    fn the_address_beats_the_cookie_and_latin_digits_are_the_rule() {
        let asked = |uri: &str, cookie: &str| {
            let headers = [("cookie".parse().unwrap(), cookie.parse().unwrap())].into_iter().collect();
            Digits::asked_for(&uri.parse().unwrap(), &headers)
        };
        assert_eq!(asked("/", "a=b"), Digits::Latin);
        assert_eq!(asked("/", "majlis_digits=arab"), Digits::ArabicIndic);
        assert_eq!(asked("/?digits=latn", "majlis_digits=arab"), Digits::Latin);
        assert_eq!(asked("/?digits=xx", "majlis_digits=arab"), Digits::ArabicIndic);
    }
}
