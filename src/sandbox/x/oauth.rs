//! Getting, refreshing and revoking tokens, as a confidential client must.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;

use super::HERE;
use crate::sandbox::call::{Answer, Call, Params};
use crate::sandbox::consent;
use crate::sandbox::tokens::X_LIFE;
use crate::sandbox::world::World;

const SCOPE: &str = "tweet.read users.read tweet.write tweet.moderate.write offline.access";

/// Answers `/2/oauth2/token` and `/2/oauth2/revoke`.
pub(super) fn answer(world: &mut World, call: &Call, what: &str, now: Timestamp) -> Answer {
    if call.method != Method::POST {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Use POST.");
    }
    if !call.has_content_type("application/x-www-form-urlencoded") {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Send a form: application/x-www-form-urlencoded.",
        );
    }
    let ours = world.ours(HERE);
    let credentials = STANDARD.encode(format!("{}:{}", ours.client_id, ours.client_secret));
    if call.authorization() != Some(format!("Basic {credentials}").as_str()) {
        return refuse(StatusCode::UNAUTHORIZED, "unauthorized_client", "Missing valid authorization header");
    }
    let form = Params::parse(&call.body);
    match what {
        "token" => refresh(world, &form, now),
        "revoke" if form.get("token").is_some() => {
            world.tokens.revoke(HERE);
            Answer::ok(json!({"revoked": true}))
        }
        _ => refuse(StatusCode::BAD_REQUEST, "invalid_request", "Missing required parameter [token]."),
    }
}

fn refresh(world: &mut World, form: &Params, now: Timestamp) -> Answer {
    if form.get("grant_type") == Some("authorization_code") {
        return begin(world, form, now);
    }
    if form.get("grant_type") != Some("refresh_token") {
        let description = "The sandbox plays grant_type refresh_token and authorization_code.";
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", description);
    }
    let Some(token) = form.get("refresh_token") else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Missing required parameter [refresh_token].",
        );
    };
    match world.tokens.refresh_x(token, now) {
        None => refuse(StatusCode::BAD_REQUEST, "invalid_request", "Value passed for the token was invalid."),
        Some((access, refresh)) => Answer::ok(json!({
            "token_type": "bearer",
            "expires_in": X_LIFE.as_secs(),
            "access_token": access,
            "scope": SCOPE,
            "refresh_token": refresh,
        })),
    }
}

fn begin(world: &mut World, form: &Params, now: Timestamp) -> Answer {
    if !consent::trade(world, HERE, form, now) {
        let description = "Value passed for the authorization code was invalid.";
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", description);
    }
    let current = world.tokens.sign_in(HERE, now);
    Answer::ok(json!({
        "token_type": "bearer",
        "expires_in": X_LIFE.as_secs(),
        "access_token": current.access,
        "scope": SCOPE,
        "refresh_token": current.refresh,
    }))
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Answer {
    Answer::new(status, json!({"error": error, "error_description": description}))
}
