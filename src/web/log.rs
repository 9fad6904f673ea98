//! The audit log for everybody, where `audit.public` says so: its checkpoint and its tiles, as sealing wrote them (C2SP
//! tlog-tiles, whose address of a log is its origin: `https://HOST/audit` for `HOST/audit`).

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as Requested, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::domain::audit::is_tile;

use super::WebState;

const NOTE: &str = "text/plain; charset=utf-8";
const TILE: &str = "application/octet-stream";
/// A checkpoint is followed by the next.
const FEW_SECONDS: &str = "public, max-age=5";
/// A tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new().route("/audit/checkpoint", get(checkpoint)).route("/audit/tile/{*tile}", get(tile))
}

async fn checkpoint(State(web): State<Arc<WebState>>) -> Response {
    match &web.public_log {
        Some(directory) => serve(&directory.join("checkpoint"), NOTE, FEW_SECONDS).await,
        None => absent(),
    }
}

async fn tile(State(web): State<Arc<WebState>>, Requested(tile): Requested<String>) -> Response {
    let path = format!("tile/{tile}");
    match &web.public_log {
        Some(directory) if is_tile(&path) => serve(&directory.join(path), TILE, FOR_EVER).await,
        _ => absent(),
    }
}

async fn serve(path: &Path, kind: &'static str, kept: &'static str) -> Response {
    let read: io::Result<Vec<u8>> = tokio::fs::read(path).await;
    match read {
        Ok(bytes) => ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], bytes).into_response(),
        Err(error) if error.kind() == ErrorKind::NotFound => absent(),
        Err(error) => {
            tracing::error!(path = %path.display(), %error, "a file of the audit directory cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What a partial tile was is in the full one, which a client may ask for at once.
fn absent() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file of a public log here.\n").into_response()
}
