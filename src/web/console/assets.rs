//! The stylesheet, the scripts and the icon, in the binary. Their addresses change with their content, so that browsers keep them.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

use super::super::WebState;

const STYLE: &str = include_str!("style.css");
const KEYS: &str = include_str!("keys.js");
const LIVE: &str = include_str!("live.js");
const PALETTE: &str = include_str!("palette.js");
const ICON: &str = include_str!("icon.svg");

/// Where the stylesheet is.
pub(super) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| address("style", "css", STYLE));
/// Where the script is.
pub(super) static KEYS_PATH: LazyLock<String> = LazyLock::new(|| address("keys", "js", KEYS));
/// Where the script is that tells what happens meanwhile.
pub(super) static LIVE_PATH: LazyLock<String> = LazyLock::new(|| address("live", "js", LIVE));
/// Where the script is that offers all of a page at one key.
pub(super) static PALETTE_PATH: LazyLock<String> = LazyLock::new(|| address("palette", "js", PALETTE));
/// Where the icon is.
pub(super) static ICON_PATH: LazyLock<String> = LazyLock::new(|| address("icon", "svg", ICON));

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new()
        .route(&STYLE_PATH, get(async || kept("text/css; charset=utf-8", STYLE)))
        .route(&KEYS_PATH, get(async || kept("text/javascript; charset=utf-8", KEYS)))
        .route(&LIVE_PATH, get(async || kept("text/javascript; charset=utf-8", LIVE)))
        .route(&PALETTE_PATH, get(async || kept("text/javascript; charset=utf-8", PALETTE)))
        .route(&ICON_PATH, get(async || kept("image/svg+xml", ICON)))
}

fn kept(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], content)
}

fn address(name: &str, ending: &str, content: &str) -> String {
    let hash = hex::encode(Sha256::digest(content));
    format!("/assets/{name}-{}.{ending}", &hash[..12])
}
