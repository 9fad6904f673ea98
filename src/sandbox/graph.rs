//! What Facebook and Instagram share: Graph API tokens, errors, times, usage, pages and fields.

mod envelope;
mod fields;
mod read;
mod refused;

use axum::http::{Method, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

pub(super) use envelope::envelope;
pub(super) use fields::{Fields, Rendered};
pub(super) use read::{read_bool, read_limit, read_time, time};
pub(super) use refused::{Outcome, Refused, bad_token};

use super::call::{Answer, Call, Params, Trouble};
use super::faults::Kind;
use super::tokens::Holder;
use super::world::World;
use crate::domain::comment::Platform;

/// The versions that are served.
const VERSIONS: [&str; 2] = ["v26.0", "v25.0"];

/// The platform's answer to trouble that has no call behind it.
pub(super) fn trouble(platform: Platform, trouble: Trouble) -> Answer {
    let status = match trouble {
        Trouble::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Trouble::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let answer = Answer { status, ..Refused::trouble(platform, trouble).into() };
    match trouble {
        Trouble::Throttled => answer.with("x-app-usage", usage(100).to_string()),
        Trouble::OutOfQuota => answer.with(BUC, business_usage(platform, 100, 20)),
        _ => answer,
    }
}

const BUC: &str = "x-business-use-case-usage";

/// What a call is for, by its path; ids do not tell a post from a comment.
pub(super) fn kind(call: &Call) -> Kind {
    let segments = call.segments();
    let (_, path) = without_version(&segments);
    match (&call.method, path) {
        (
            _,
            ["refresh_access_token" | "access_token"]
            | ["oauth", "access_token" | "authorize"]
            | ["dialog", "oauth"],
        ) => Kind::Token,
        (&Method::GET, ["me" | "debug_token"] | [_, "accounts"]) => Kind::Account,
        (&Method::GET, [_, "published_posts" | "posts" | "feed" | "media"]) => Kind::Post,
        (&Method::GET, [_, "comments" | "replies"]) => Kind::List,
        (&Method::POST, [_, "comments" | "replies"]) => Kind::Reply,
        (&Method::GET, [] | [_]) => Kind::Lookup,
        (&Method::POST, [_, "subscribed_apps"]) => Kind::Subscribe,
        (&Method::POST, [_]) => Kind::Hide,
        (&Method::DELETE, [_]) => Kind::Delete,
        _ => Kind::Unknown,
    }
}

/// The version that a path begins with, and the rest of it.
pub(super) fn without_version<'a, 'b>(segments: &'a [&'b str]) -> (Option<&'b str>, &'a [&'b str]) {
    match segments {
        [version, rest @ ..] if version.starts_with('v') && version.contains('.') => (Some(version), rest),
        rest => (None, rest),
    }
}

/// Counts the call, checks version and token, and lets `serve` answer. Usage headers are on every
/// answer, as they are once a page has some traffic.
pub(super) fn handle(
    platform: Platform,
    world: &mut World,
    call: &Call,
    now: Timestamp,
    serve: impl FnOnce(&mut World, &[&str], &Params, Holder) -> Outcome<Value>,
) -> Answer {
    let params = call.params();
    let segments = call.segments();
    let (version, path) = without_version(&segments);
    if version.is_some_and(|version| !VERSIONS.contains(&version)) {
        let message = format!(
            "(#2635) You are calling a version of the Graph API that is not served; use {VERSIONS:?}"
        );
        return Refused::new(2635, message).into();
    }
    let percent = world.limits.meta(platform, now);
    if percent > 100 {
        return trouble(platform, Trouble::OutOfQuota);
    }
    let outcome = match open(platform, world, call, &params, now) {
        Ok(holder) => serve(world, path, &params, holder),
        Err(refused) => Err(refused),
    };
    let answer = match outcome {
        Ok(body) => Answer::ok(body),
        Err(refused) => refused.into(),
    };
    answer.with("x-app-usage", usage(percent).to_string()).with(BUC, business_usage(platform, percent, 0))
}

/// Answers a call that carries its own credentials, such as an exchange of tokens.
pub(super) fn answer(outcome: Outcome<Value>) -> Answer {
    match outcome {
        Ok(body) => Answer::ok(body),
        Err(refused) => refused.into(),
    }
}

fn open(platform: Platform, world: &World, call: &Call, params: &Params, now: Timestamp) -> Outcome<Holder> {
    let token = params.get("access_token").or(call.bearer());
    let access = world.tokens.check(platform, token, now).map_err(|bad| bad_token(platform, bad))?;
    if let Some(proof) = params.get("appsecret_proof") {
        let expected = proof_of(world.ours(platform).client_secret, token.unwrap_or_default());
        if proof != expected {
            return Err(Refused {
                kind: "GraphMethodException",
                ..Refused::new(100, "Invalid appsecret_proof provided in the API argument")
            });
        }
    }
    Ok(access.holder)
}

/// HMAC-SHA256 of the token under the app's secret, in lower-case hex.
fn proof_of(secret: &str, token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(token.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn usage(percent: u32) -> Value {
    json!({"call_count": percent, "total_time": percent, "total_cputime": percent})
}

fn business_usage(platform: Platform, percent: u32, minutes: u32) -> String {
    let ours = super::accounts::Identity::of(platform).account_id;
    let kind = if platform == Platform::Facebook { "pages" } else { "instagram" };
    let mut usage = usage(percent);
    usage["type"] = json!(kind);
    usage["estimated_time_to_regain_access"] = json!(minutes);
    json!({ ours: [usage] }).to_string()
}
