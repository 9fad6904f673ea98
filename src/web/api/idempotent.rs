//! `Idempotency-Key` (the IETF's draft of that name): an act that is sent again with its key is answered as the first time and not
//! done again. What was refused left nothing behind, so a call that is sent again after a refusal is tried anew.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::convert::Infallible;

use crate::store::idempotency::Key;

use super::BODY_MAX_BYTES;
use super::caller::Caller;
use super::problem::Problem;

const KEY_MAX_BYTES: usize = 255;

/// The key of a call, and the hash of all that it asks.
#[derive(Debug, Clone)]
pub(super) struct Once {
    key: String,
    asked: String,
}

impl Once {
    /// The key as the caller's own.
    pub(super) fn of(&self, caller: &Caller) -> Key {
        Key { staff: caller.id(), key: self.key.clone(), asked: self.asked.clone() }
    }
}

/// The key that a call was given, where it was.
pub(super) struct Given(Option<Once>);

impl Given {
    /// It as the caller's own.
    pub(super) fn of(self, caller: &Caller) -> Option<Key> {
        self.0.map(|once| once.of(caller))
    }
}

impl<S: Sync> FromRequestParts<S> for Given {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Given(parts.extensions.get::<Once>().cloned()))
    }
}

/// Notes the key of a call, where it has one, for whoever does the act.
pub(super) async fn note(request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get("idempotency-key") else { return next.run(request).await };
    let key = key.to_str().unwrap_or_default().trim();
    // The draft has it in quotes, many programs send it plain.
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key).to_owned();
    if key.is_empty() || key.len() > KEY_MAX_BYTES || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Problem::unfit_key().into_response();
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MAX_BYTES).await else {
        let detail = format!("It is longer than {BODY_MAX_BYTES} bytes.");
        return Problem::bad_body(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    };
    let condition = parts.headers.get(IF_MATCH).map_or(&[][..], |condition| condition.as_bytes());
    let mut asked = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), condition, &bytes] {
        asked.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        asked.update(part);
    }
    parts.extensions.insert(Once { key, asked: hex::encode(asked.finalize()) });
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}
