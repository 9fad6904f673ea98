//! The X API v2: replies and mentions as comments, in both vocabularies.
//!
//! Taken where the record is open:
//! - a call answers in the vocabulary that it asks in, and in the new one where it asks in none;
//! - a reply to our post names us, as X's automatic mention does, and so summons us; an answer to
//!   somebody else's reply does not, is found by `conversation_id:` alone, and may not be answered;
//! - a single lookup of a missing post is a 200 with `errors` alone;
//! - a text that is too long is a 403; so is one that we wrote under the same post before;
//! - `since_id` of mentions includes its post, that of search does not.
//!
//! OAuth 1.0a, quotes, media, polls and edits are not played.

mod bounds;
mod lookup;
mod oauth;
mod post;
mod problem;
mod query;
mod read;
mod render;
mod vocabulary;
mod weight;
mod write;

use axum::http::Method;
use jiff::Timestamp;

use super::call::{Answer, Call, Trouble};
use super::consent;
use super::faults::Kind;
use super::limits::{Window, X_WINDOW};
use super::tokens::Holder;
use super::world::World;
use crate::domain::comment::Platform;
use problem::{Outcome, Problem};

const HERE: Platform = Platform::X;

/// One endpoint: who may call it how often in a quarter of an hour.
struct Endpoint {
    name: &'static str,
    /// `None`: not with an app's own token.
    per_app: Option<u32>,
    per_user: u32,
    serve: fn(&mut World, &Asked<'_>) -> Outcome<Answer>,
}

/// A call with what was found out about it.
struct Asked<'a> {
    call: &'a Call,
    /// The id or name in the path, where it has one.
    id: &'a str,
    now: Timestamp,
}

/// The endpoint of a call. Limits: X's rate limit table.
fn endpoint<'a>(method: &Method, path: &[&'a str]) -> Option<(Endpoint, &'a str)> {
    const fn new(
        name: &'static str,
        per_app: Option<u32>,
        per_user: u32,
        serve: fn(&mut World, &Asked<'_>) -> Outcome<Answer>,
    ) -> Endpoint {
        Endpoint { name, per_app, per_user, serve }
    }
    Some(match (method, path) {
        (&Method::GET, ["2", "users", "me"]) => (new("me", None, 75, lookup::me), ""),
        (&Method::GET, ["2", "users", "by", "username", name]) => {
            (new("user", Some(300), 900, lookup::by_username), *name)
        }
        (&Method::GET, ["2", "users", id, "mentions"]) => {
            (new("mentions", Some(450), 300, read::mentions), *id)
        }
        (&Method::GET, ["2", "users", id, "tweets"]) => {
            (new("timeline", Some(10_000), 900, read::timeline), *id)
        }
        (&Method::GET, ["2", "tweets", "search", "recent"]) => {
            (new("search", Some(450), 300, read::search), "")
        }
        (&Method::GET, ["2", "tweets"]) => (new("lookup", Some(3_500), 5_000, lookup::lookup), ""),
        (&Method::GET, ["2", "tweets", id]) => (new("post", Some(450), 900, lookup::one), *id),
        (&Method::POST, ["2", "tweets"]) => (new("create", None, 100, write::create), ""),
        (&Method::DELETE, ["2", "tweets", id]) => (new("delete", None, 50, write::delete), *id),
        (&Method::PUT, ["2", "tweets", id, "hidden"]) => (new("hide", None, 50, write::hide), *id),
        _ => return None,
    })
}

/// What a call is for.
pub(super) fn kind(call: &Call) -> Kind {
    match (&call.method, call.segments().as_slice()) {
        (_, ["2", "oauth2", _] | ["i", "oauth2", _]) => Kind::Token,
        (&Method::GET, ["2", "users", "me"] | ["2", "users", "by", ..]) => Kind::Account,
        (&Method::GET, ["2", "users", _, "mentions"] | ["2", "tweets", "search", _]) => Kind::List,
        (&Method::GET, ["2", "users", _, "tweets"]) => Kind::Post,
        (&Method::GET, ["2", "tweets", ..]) => Kind::Lookup,
        (&Method::POST, ["2", "tweets"]) => Kind::Reply,
        (&Method::PUT, ["2", "tweets", _, "hidden"]) => Kind::Hide,
        (&Method::DELETE, ["2", "tweets", _]) => Kind::Delete,
        _ => Kind::Unknown,
    }
}

/// The platform's answer to trouble that has no call behind it.
pub(super) fn trouble(trouble: Trouble, now: Timestamp) -> Answer {
    let full = Window { limit: 300, used: 300, resets_at: now + X_WINDOW };
    match trouble {
        Trouble::Internal => Problem::plain(500, "Internal Server Error", "Internal Server Error").into(),
        Trouble::Unavailable => Problem::plain(503, "Service Unavailable", "Service Unavailable").into(),
        Trouble::Throttled => with_window(Problem::too_many().into(), full),
        Trouble::OutOfQuota => Problem::usage_capped().into(),
        Trouble::TokenExpired | Trouble::TokenRevoked => Problem::unauthorized().into(),
        Trouble::Gone => Problem::not_found("tweet", "id", "0").into(),
        Trouble::Refused => Problem::invalid_body("This cannot be done.").into(),
        Trouble::Forbidden => Problem::forbidden("You are not permitted to perform this action.").into(),
    }
}

/// Answers one call.
pub(super) fn answer(world: &mut World, call: &Call, now: Timestamp) -> Answer {
    let segments = call.segments();
    if let ["i", "oauth2", "authorize"] = segments.as_slice() {
        return consent::authorise(world, HERE, &call.query, now);
    }
    if let ["2", "oauth2", what] = segments.as_slice() {
        return oauth::answer(world, call, what, now);
    }
    let holder = match world.tokens.check(HERE, call.bearer(), now) {
        Ok(access) => access.holder,
        Err(_) => return Problem::unauthorized().into(),
    };
    let Some((endpoint, id)) = endpoint(&call.method, &segments) else {
        return Problem::plain(404, "Not Found", "Not Found").into();
    };
    let limit = match holder {
        Holder::App => endpoint.per_app,
        _ => Some(endpoint.per_user),
    };
    let Some(limit) = limit else { return Problem::unsupported_authentication().into() };
    match world.limits.x(endpoint.name, holder, limit, now) {
        Err(window) => with_window(Problem::too_many().into(), window),
        Ok(window) => {
            let outcome = (endpoint.serve)(world, &Asked { call, id, now });
            with_window(outcome.unwrap_or_else(Answer::from), window)
        }
    }
}

/// The headers that announce a limit.
fn with_window(answer: Answer, window: Window) -> Answer {
    answer
        .with("x-rate-limit-limit", window.limit.to_string())
        .with("x-rate-limit-remaining", (window.limit - window.used).to_string())
        .with("x-rate-limit-reset", window.resets_at.as_second().to_string())
}
