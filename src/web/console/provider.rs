//! Signing in by the ministry's own sign-in. What a sign-in began with waits in a cookie of its own, so that any node can end it
//! and nobody else's browser can. A stranger to us is let in nowhere, whoever vouches for them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::domain::session::{PROVED_WITHIN, Way};
use crate::store::staff::{self, Staff};
use crate::store::{Step, StoreError};

use super::super::oidc::{Begun, Known, Provider, ProviderError};
use super::super::{Reached, WebState, letting_in};
use super::door_words::Word;
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::own_page;
use super::phrase::Phrase;
use super::session::Sessions;
use super::{cookie, page, sign_in};

pub(super) const PATH: &str = "/sign-in/provider";

/// How long somebody may take at the provider, in seconds.
const UNDER_WAY_SECONDS: i64 = 600;

/// The most bytes of the page to come back to: browsers drop a cookie above 4,096 bytes in all (RFC 6265, 6.1), and then nobody could
/// sign in. It holds the address of as many comments as are acted on at once (`bulk/these.rs`).
const NEXT_MAX: usize = 2_750;

/// What a sign-in is for.
#[derive(Deserialize)]
pub(super) struct Come {
    next: Option<String>,
    again: Option<String>,
}

/// To the provider.
pub(super) async fn go(
    State(web): State<Arc<WebState>>,
    lang: Lang,
    Query(come): Query<Come>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let provider = web.provider.as_ref().ok_or_else(|| Failure::new(lang, Why::NoSuchPage))?;
    // Nobody is signed in because another site sent them here: only from our own page, or by hand.
    let from = headers.get("sec-fetch-site").map_or(&b"none"[..], HeaderValue::as_bytes);
    if ![&b"same-origin"[..], b"none"].contains(&from) {
        return Ok(Redirect::to(sign_in::PATH).into_response());
    }
    let anew = come.again.is_some();
    let begun = provider.begin(anew).await.map_err(|error| failed(lang, &error))?;
    let cookie = under_way(web.reached, &begun, anew, come.next.as_deref().unwrap_or("/"));
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&begun.address)).into_response())
}

/// What the browser brings back (OpenID Connect Core, 3.1.2.5 and 3.1.2.6; RFC 9207).
#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
}

/// Back from the provider.
pub(super) async fn back(
    State(web): State<Arc<WebState>>,
    Extension(sessions): Extension<Arc<Sessions>>,
    lang: Lang,
    Query(back): Query<Back>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let provider = web.provider.as_ref().ok_or_else(|| Failure::new(lang, Why::NoSuchPage))?;
    match vouched(&web, provider, back, &headers).await.map_err(|error| Failure::from_store(lang, error))? {
        Ok((staff, proved_at, next)) => {
            let opened = sessions.open(&web, &staff, Way::Provider, proved_at, &headers).await;
            let opened = opened.map_err(|error| Failure::from_store(lang, error))?;
            // No redirect: what began at another site does not carry our cookie on, which is `SameSite=Strict`.
            let page = page::going_on(lang, Phrase::SignIn.say(lang), &next, Word::GoOn.say(lang));
            Ok((AppendHeaders([(SET_COOKIE, opened), (SET_COOKIE, nothing(web.reached))]), page)
                .into_response())
        }
        Err(why) => {
            letting_in::refused(&web, "provider").await.map_err(|error| Failure::from_store(lang, error))?;
            Ok(([(SET_COOKIE, nothing(web.reached))], Failure::new(lang, why)).into_response())
        }
    }
}

/// Who of our staff came back, when they last showed the provider who they are, and where they go on; or why nobody did.
async fn vouched(
    web: &WebState,
    provider: &Provider,
    back: Back,
    headers: &HeaderMap,
) -> Result<Result<(Staff, Timestamp, String), Why>, StoreError> {
    let begun = cookie::value(headers, name(web.reached)).and_then(UnderWay::read);
    let (Some(begun), Some(state), Some(code)) = (begun, back.state, back.code) else {
        return Ok(Err(Why::NotLetIn));
    };
    let other_issuer = back.iss.is_some_and(|issuer| issuer != provider.issuer());
    if !bool::from(begun.state.as_bytes().ct_eq(state.as_bytes())) || other_issuer {
        return Ok(Err(Why::NotLetIn));
    }
    let known = match provider.finish(code, begun.nonce, begun.verifier).await {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(%error, "a sign-in by the provider was refused");
            return Ok(Err(Why::NotLetIn));
        }
    };
    let proved_at = known.proved_at.unwrap_or(Timestamp::UNIX_EPOCH);
    if begun.anew && web.wall.now().duration_since(proved_at) >= PROVED_WITHIN {
        return Ok(Err(Why::NotLetIn));
    }
    let Some(staff) = ours(web, provider, &known).await? else { return Ok(Err(Why::Stranger)) };
    let next = own_page(&begun.next).filter(|next| *next != "/").unwrap_or_else(|| sign_in::home(staff.role));
    Ok(Ok((staff, proved_at, next.to_owned())))
}

/// Which of our staff it is: by their name at the provider, or the first time by a verified address.
async fn ours(web: &WebState, provider: &Provider, known: &Known) -> Result<Option<Staff>, StoreError> {
    if known.issuer != provider.issuer() {
        return Ok(None);
    }
    if let Some(staff) = staff::by_subject(&web.store, &known.issuer, &known.subject).await? {
        return Ok(Some(staff));
    }
    let Some(email) = &known.email else { return Ok(None) };
    let mut tx = web.store.begin(Step::Act).await?;
    let found = staff::bind(&mut tx, email, (&known.issuer, &known.subject), web.clock.now()).await?;
    tx.commit().await?;
    Ok(found)
}

fn failed(lang: Lang, error: &ProviderError) -> Failure {
    tracing::error!(%error, "nobody can sign in by the provider");
    Failure::new(lang, Why::ProviderSilent)
}

/// A sign-in that has begun, as its cookie holds it.
struct UnderWay {
    state: String,
    nonce: String,
    verifier: String,
    anew: bool,
    next: String,
}

impl UnderWay {
    fn read(value: &str) -> Option<Self> {
        let [state, nonce, verifier, anew, next] = value.split('.').collect::<Vec<_>>()[..] else {
            return None;
        };
        let next = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        let of = str::to_owned;
        Some(Self { state: of(state), nonce: of(nonce), verifier: of(verifier), anew: anew == "1", next })
    }
}

fn under_way(reached: Reached, begun: &Begun, anew: bool, next: &str) -> HeaderValue {
    let Begun { state, nonce, verifier, .. } = begun;
    let next = BASE64_URL_SAFE_NO_PAD.encode(if next.len() <= NEXT_MAX { next } else { "/" });
    let value = format!("{state}.{nonce}.{verifier}.{}.{next}", u8::from(anew));
    // `Lax`, for the browser comes back from another site.
    cookie::set(reached, name(reached), &value, UNDER_WAY_SECONDS, "Lax")
}

/// Takes that cookie from the browser.
fn nothing(reached: Reached) -> HeaderValue {
    cookie::set(reached, name(reached), "", 0, "Lax")
}

fn name(reached: Reached) -> &'static str {
    match reached {
        Reached::Https => "__Host-majlis_provider",
        Reached::Loopback => "majlis_provider",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_long_the_page_to_come_back_to_the_cookie_is_one_that_browsers_keep() {
        let of = |length: usize| "x".repeat(length);
        let begun = Begun { address: of(900), state: of(43), nonce: of(43), verifier: of(43) };
        for length in [1, NEXT_MAX, NEXT_MAX + 1, 9_000] {
            let next = format!("/{}", of(length - 1));
            let cookie = under_way(Reached::Https, &begun, true, &next);
            assert!(cookie.len() <= 4_096, "{length}: {}", cookie.len());
            let value = cookie.to_str().unwrap().split(['=', ';']).nth(1).unwrap();
            let kept = UnderWay::read(value).unwrap().next;
            assert_eq!(kept, if length <= NEXT_MAX { &next } else { "/" });
        }
    }
}
