//! Consent: the page at which a person lets a client in, allowed at once, and the code that comes of it.
//!
//! A code is good once, for the address that it was asked for and for whoever knows the verifier of its challenge; X's for half a
//! minute (OAuth 2.0 documentation), the others' for an hour.

use std::collections::HashMap;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::call::{Answer, Params};
use super::world::World;
use crate::domain::comment::Platform;

/// The codes that were given out.
#[derive(Debug, Default)]
pub(super) struct Codes(HashMap<String, Code>);

#[derive(Debug)]
struct Code {
    platform: Platform,
    redirect: String,
    challenge: Option<String>,
    until: Timestamp,
}

/// Sends the browser back with a code, as if the account's owner had allowed it.
pub(super) fn authorise(world: &mut World, platform: Platform, asked: &Params, now: Timestamp) -> Answer {
    let refuse =
        |what: &str| Answer::new(StatusCode::BAD_REQUEST, json!({"error": format!("invalid {what}")}));
    let Some(redirect) = asked.get("redirect_uri").filter(|uri| uri.starts_with("http")) else {
        return refuse("redirect_uri");
    };
    let challenge = asked.get("code_challenge").map(str::to_owned);
    match platform {
        _ if asked.get("response_type") != Some("code") => return refuse("response_type"),
        _ if asked.get("client_id") != Some(world.ours(platform).client_id) => return refuse("client_id"),
        _ if asked.get("scope").is_none_or(str::is_empty) => return refuse("scope"),
        Platform::X if challenge.is_none() || asked.get("code_challenge_method") != Some("S256") => {
            return refuse("code_challenge");
        }
        // Else a refresh token comes with the first consent alone.
        Platform::Youtube if asked.get("access_type") != Some("offline") => return refuse("access_type"),
        _ => {}
    }
    let life =
        if platform == Platform::X { SignedDuration::from_secs(30) } else { SignedDuration::from_hours(1) };
    let seed = format!("{platform} {} {}", now.as_microsecond(), world.codes.0.len());
    let code = hex::encode(&Sha256::digest(seed)[..16]);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", &code);
    query.extend_pairs(asked.get("state").map(|state| ("state", state)));
    let location = format!("{redirect}?{}", query.finish());
    let redirect = redirect.to_owned();
    world.codes.0.insert(code, Code { platform, redirect, challenge, until: now + life });
    Answer { status: StatusCode::FOUND, headers: Vec::new(), body: None }.with("location", location)
}

/// Whether the form trades a code that was given out for it. The code is used up, right or wrong.
pub(super) fn trade(world: &mut World, platform: Platform, form: &Params, now: Timestamp) -> bool {
    let code = form.get("code").and_then(|code| world.codes.0.remove(code));
    code.is_some_and(|code| {
        let verified = code.challenge.is_none_or(|challenge| {
            let verifier = form.get("code_verifier").unwrap_or_default();
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
        });
        verified
            && code.platform == platform
            && now < code.until
            && form.get("redirect_uri") == Some(code.redirect.as_str())
    })
}
