//! What holds for every answer: the headers that browsers guard it by, and one line in the log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Reached;

/// Nothing is loaded but our own style, script and icon; nothing inline runs, nothing frames us, forms go nowhere else.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                              img-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; \
                              frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms, which the guard against
    // cross-site requests refuses (Fetch, "append a request `Origin` header").
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Puts the guarding headers on an answer. What does not say otherwise is not kept by any cache.
pub(super) async fn headers(reached: Reached, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if reached == Reached::Https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Logs a request by its route, never by its address: that may hold a search or a token.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let duration = started.elapsed();
    let route = route.unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_u16();
    metrics::histogram!("majlis_http_seconds", "route" => route.clone(), "status" => status.to_string())
        .record(duration.as_secs_f64());
    let duration_ms = duration.as_millis();
    if response.status().is_server_error() {
        tracing::error!(http.method = %method, http.route = route, http.status = status, duration_ms, "request failed");
    } else {
        tracing::debug!(http.method = %method, http.route = route, http.status = status, duration_ms, "request answered");
    }
    response
}
