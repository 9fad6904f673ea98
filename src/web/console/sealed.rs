//! Who sends a request is found out once, and forms are known by the session that their page was of.
//!
//! The guard against cross-site requests goes by what browsers tell of a request's origin; the seal of a form holds whatever a
//! browser tells.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::WebState;
use super::failure::{Failure, Why};
use super::session::Sessions;
use super::{FORM_MAX_BYTES, lang, live};

/// The field that carries the seal.
pub(super) const FIELD: &str = "seal";

/// The hidden field of a form.
pub(super) fn field(seal: &str) -> Markup {
    html! { input type="hidden" name=(FIELD) value=(seal); }
}

/// Pages whose forms carry no seal: whoever sends them may have no session yet.
const UNSEALED: [&str; 2] = [super::sign_in::PATH, super::password::INVITATION];

/// Finds out who sends a request, refuses a form that is not of a page of their own session, and notes that the session is in
/// use. Who has no session is sent to sign in by the page itself.
pub(super) async fn guard(
    web: Arc<WebState>,
    sessions: Arc<Sessions>,
    mut request: Request,
    next: Next,
) -> Response {
    let lang = lang::asked_for(request.uri(), request.headers());
    let signed_in = match sessions.recognise(&web, request.headers()).await {
        Ok(Some(signed_in)) => signed_in,
        Ok(None) => return next.run(request).await,
        Err(error) => return Failure::from_store(lang, error).into_response(),
    };
    if request.method() == Method::POST && !UNSEALED.contains(&request.uri().path()) {
        let (parts, body) = request.into_parts();
        let Ok(bytes) = to_bytes(body, FORM_MAX_BYTES).await else {
            return Failure::new(lang, Why::BadForm).into_response();
        };
        let seal = form_urlencoded::parse(&bytes).find(|(name, _)| name == FIELD).map(|(_, seal)| seal);
        if !seal.is_some_and(|seal| signed_in.sealed(&seal)) {
            tracing::warn!("a form without the seal of its session was refused");
            return Failure::new(lang, Why::Unsealed).into_response();
        }
        request = Request::from_parts(parts, Body::from(bytes));
    }
    // What a page asks by itself is no sign of a person.
    if !live::is_unattended(request.uri().path())
        && let Err(error) = sessions.note(&web, &signed_in.session).await
    {
        return Failure::from_store(lang, error).into_response();
    }
    request.extensions_mut().insert(signed_in);
    next.run(request).await
}
