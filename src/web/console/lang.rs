//! Which language a page is in: Arabic first.
//!
//! `?lang=` decides and is remembered in a cookie; else the cookie; else the browser's languages; else Arabic.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::super::Reached;
use super::cookie;
pub(super) use crate::domain::lang::Lang;

/// The cookie's name behind HTTPS, locked to this host, and in plain HTTP on this machine.
const COOKIES: [&str; 2] = ["__Host-majlis_lang", "majlis_lang"];
/// A year. Not a secret and no identity: it may outlive the session.
const COOKIE_SECONDS: i64 = 31_536_000;

/// The language that a request asks for.
pub(super) fn asked_for(uri: &Uri, headers: &HeaderMap) -> Lang {
    chosen(uri)
        .or_else(|| COOKIES.iter().find_map(|name| cookie::value(headers, name)).and_then(from_tag))
        .or_else(|| preferred(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or(Lang::Ar)
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(asked_for(&parts.uri, &parts.headers))
    }
}

/// Keeps a language that was chosen by `?lang=`.
pub(super) async fn remember(reached: Reached, request: Request, next: Next) -> Response {
    let chosen = chosen(request.uri());
    let mut response = next.run(request).await;
    if let Some(lang) = chosen {
        let name = match reached {
            Reached::Https => COOKIES[0],
            Reached::Loopback => COOKIES[1],
        };
        let cookie = cookie::set(reached, name, lang.tag(), COOKIE_SECONDS, "Lax");
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn chosen(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(from_tag)
}

/// The language of a tag such as `ar` or `en-GB`.
fn from_tag(tag: &str) -> Option<Lang> {
    match tag.split('-').next()? {
        primary if primary.eq_ignore_ascii_case("ar") => Some(Lang::Ar),
        primary if primary.eq_ignore_ascii_case("en") => Some(Lang::En),
        _ => None,
    }
}

/// The best of the listed languages that we have; of two with the same weight the first (RFC 9110, 12.5.4).
fn preferred(header: &str) -> Option<Lang> {
    let mut best = None;
    for item in header.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let Some(lang) = parts.next().and_then(from_tag) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, headers: &[(&'static str, &str)]) -> Lang {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        asked_for(&uri.parse().unwrap(), &headers.collect())
    }

    #[test]
    fn a_page_is_arabic_unless_another_language_is_asked_for() {
        assert_eq!(asked("/", &[]), Lang::Ar);
        assert_eq!(asked("/", &[("accept-language", "fr, *")]), Lang::Ar);
        assert_eq!(asked("/", &[("accept-language", "fr, en-GB;q=0.8, ar;q=0.3")]), Lang::En);
        assert_eq!(asked("/", &[("accept-language", "en;q=0, ar-AE;q=0.1")]), Lang::Ar);
    }

    #[test]
    fn the_address_beats_the_cookie_and_the_cookie_the_browser() {
        let headers = [("cookie", "a=b; majlis_lang=en"), ("accept-language", "ar")];
        assert_eq!(asked("/inbox", &headers), Lang::En);
        assert_eq!(asked("/inbox?state=all&lang=ar", &headers), Lang::Ar);
        assert_eq!(asked("/inbox?lang=xx", &headers), Lang::En);
    }
}
