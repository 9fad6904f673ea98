//! Forms are known by the session that their page was of, and a session that is in use is kept so.
//!
//! The guard against cross-site requests goes by what browsers tell of a request's origin; the seal of a form holds whatever a
//! browser tells.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::failure::{Failure, Why};
use super::session::Sessions;
use super::{FORM_MAX_BYTES, lang, live};

/// The field that carries the seal.
pub(super) const FIELD: &str = "seal";

/// The hidden field of a form.
pub(super) fn field(seal: &str) -> Markup {
    html! { input type="hidden" name=(FIELD) value=(seal); }
}

/// Refuses a form that is not of a page of its own session, and gives a session in use its cookie anew. Who has no session is
/// sent to sign in by the page itself, and the sign-in page has no seal.
pub(super) async fn guard(sessions: Arc<Sessions>, request: Request, next: Next) -> Response {
    let Some(session) = sessions.recognise(request.headers()) else { return next.run(request).await };
    let lang = lang::asked_for(request.uri(), request.headers());
    let signs_in = request.uri().path() == super::sign_in::PATH;
    let request = if request.method() == Method::POST && !signs_in {
        let (parts, body) = request.into_parts();
        let Ok(bytes) = to_bytes(body, FORM_MAX_BYTES).await else {
            return Failure::new(lang, Why::BadForm).into_response();
        };
        let seal = form_urlencoded::parse(&bytes).find(|(name, _)| name == FIELD).map(|(_, seal)| seal);
        if !seal.is_some_and(|seal| sessions.sealed(&session, &seal)) {
            tracing::warn!("a form without the seal of its session was refused");
            return Failure::new(lang, Why::Unsealed).into_response();
        }
        Request::from_parts(parts, Body::from(bytes))
    } else {
        request
    };
    let unattended = live::is_unattended(request.uri().path());
    let mut response = next.run(request).await;
    // Whoever signs in or out is given a cookie by that page.
    let gave_one = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.contains("majlis_session=")));
    if let Some(cookie) = sessions.renewed(&session).filter(|_| !gave_one && !unattended)
        && let Ok(cookie) = HeaderValue::try_from(cookie)
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
