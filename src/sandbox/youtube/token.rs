//! Google's token endpoint: tokens for a code, and an access token for a refresh token that stays valid.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::HERE;
use crate::sandbox::call::{Answer, Call, Params};
use crate::sandbox::consent;
use crate::sandbox::tokens::GOOGLE_LIFE;
use crate::sandbox::world::World;

/// Answers `POST /google/token`.
pub(super) fn answer(world: &mut World, call: &Call, path: &[&str], now: Timestamp) -> Answer {
    if path == ["google", "o", "oauth2", "v2", "auth"] {
        return consent::authorise(world, HERE, &call.query, now);
    }
    if path != ["google", "token"] || call.method != Method::POST {
        return refuse(StatusCode::NOT_FOUND, "not_found", "POST /google/token");
    }
    let form = Params::parse(&call.body);
    if !call.has_content_type("application/x-www-form-urlencoded") {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Send a form: application/x-www-form-urlencoded.",
        );
    }
    let ours = world.ours(HERE);
    if (form.get("client_id"), form.get("client_secret")) != (Some(ours.client_id), Some(ours.client_secret))
    {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found.");
    }
    match form.get("grant_type") {
        Some("refresh_token") => {}
        Some("authorization_code") => return begin(world, &form, now),
        _ => return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Invalid grant_type"),
    }
    match form.get("refresh_token").and_then(|token| world.tokens.refresh_google(token, now)) {
        None => refuse(StatusCode::BAD_REQUEST, "invalid_grant", "Token has been expired or revoked."),
        Some(access) => Answer::ok(json!({
            "access_token": access,
            "expires_in": GOOGLE_LIFE.as_secs(),
            "scope": "https://www.googleapis.com/auth/youtube.force-ssl",
            "token_type": "Bearer",
        })),
    }
}

fn begin(world: &mut World, form: &Params, now: Timestamp) -> Answer {
    if !consent::trade(world, HERE, form, now) {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant", "Malformed auth code.");
    }
    let current = world.tokens.sign_in(HERE, now);
    Answer::ok(json!({
        "access_token": current.access,
        "refresh_token": current.refresh,
        "expires_in": GOOGLE_LIFE.as_secs(),
        "scope": "https://www.googleapis.com/auth/youtube.force-ssl",
        "token_type": "Bearer",
    }))
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Answer {
    Answer::new(status, json!({"error": error, "error_description": description}))
}
