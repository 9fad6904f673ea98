//! What a platform delivers: its handshake answered, each delivery kept as it came.
//!
//! ```text
//! GET  /webhooks/{platform}    the platform asks whether the address is ours: the token known, its challenge comes back
//! POST /webhooks/{platform}    signed by HMAC-SHA256 over the very bytes: kept for each source whose secret signed them
//! ```
//!
//! The bytes are checked and never read here: an address open to everybody parses nothing. `stage` reads them. Whoever does
//! not sign rightly leaves nothing behind. A platform sends again what is not answered with 200.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use crate::config::Webhook;
use crate::domain::comment::{Platform, SourceId};
use crate::store::{Step, StoreError, chain, deliveries};

use super::WebState;

/// The largest delivery: Meta batches up to a thousand changes into one, of a kilobyte or so each.
const BODY_MAX_BYTES: usize = 2 << 20;
/// Meta's challenges are numbers of ten digits.
const CHALLENGE_MAX_BYTES: usize = 256;
/// Where the signature stands, and how it begins.
const SIGNATURE: &str = "x-hub-signature-256";
const SCHEME: &str = "sha256=";

/// A source whose platform delivers to us.
#[derive(Debug, Clone)]
pub struct Delivering {
    /// The source.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// What its deliveries are known by.
    pub webhook: Webhook,
}

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new()
        .route("/webhooks/{platform}", get(handshake).post(receive))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.verify_token")]
    token: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
}

async fn handshake(
    State(web): State<Arc<WebState>>,
    Path(platform): Path<String>,
    asked: Result<Query<Handshake>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return StatusCode::BAD_REQUEST.into_response() };
    let knows = |one: &Delivering| same(one.webhook.verify_token.expose(), &asked.token);
    let plain = asked.challenge.len() <= CHALLENGE_MAX_BYTES
        && asked.challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if asked.mode == "subscribe" && plain && of(&web, &platform).any(knows) {
        tracing::info!(platform, "the platform's webhook is set up");
        return asked.challenge.into_response();
    }
    tracing::warn!(platform, "somebody asked to set up a webhook with a token that is not ours");
    StatusCode::FORBIDDEN.into_response()
}

async fn receive(
    State(web): State<Arc<WebState>>,
    Path(platform): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let signature =
        signature.and_then(|value| value.strip_prefix(SCHEME)).and_then(|hex| hex::decode(hex).ok());
    let Some(signature) = signature else { return refused(&platform) };
    let signed: Vec<&SourceId> = of(&web, &platform)
        .filter(|one| is_signed(&one.webhook, &body, &signature))
        .map(|one| &one.source)
        .collect();
    if signed.is_empty() {
        return refused(&platform);
    }
    match keep(&web, &signed, &body).await {
        Ok(()) => {
            metrics::counter!("majlis_deliveries_total", "platform" => platform).increment(1);
            (web.stir)();
            StatusCode::OK
        }
        Err(error) => {
            tracing::error!(
                platform,
                error = chain(&error),
                "a delivery could not be kept; the platform will send it again"
            );
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

fn refused(platform: &str) -> StatusCode {
    tracing::warn!(platform, "a delivery was refused: its signature is not the platform's");
    StatusCode::FORBIDDEN
}

/// The sources of a platform that deliveries are expected for. One app has one address for all of its accounts.
fn of<'w>(web: &'w WebState, platform: &str) -> impl Iterator<Item = &'w Delivering> {
    let platform = platform.parse::<Platform>().ok();
    web.delivering.iter().filter(move |one| Some(one.platform) == platform)
}

async fn keep(web: &WebState, sources: &[&SourceId], body: &[u8]) -> Result<(), StoreError> {
    let mut tx = web.store.begin(Step::Keep).await?;
    for source in sources {
        deliveries::keep(&mut tx, source, body, web.clock.now()).await?;
    }
    tx.commit().await
}

/// Whether the platform signed these bytes. Compared in constant time, and over the bytes as they came: written anew, JSON
/// with Arabic in it would be others, because Meta escapes what is not ASCII.
fn is_signed(webhook: &Webhook, body: &[u8], signature: &[u8]) -> bool {
    let mut mac = keyed(webhook.app_secret.expose());
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

/// Whether two words are the same, in a time that tells nothing of where they differ.
fn same(one: &str, other: &str) -> bool {
    let mut mac = keyed(one);
    mac.update(one.as_bytes());
    let code = mac.finalize().into_bytes();
    let mut mac = keyed(one);
    mac.update(other.as_bytes());
    mac.verify_slice(&code[..]).is_ok()
}

fn keyed(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length")
}
