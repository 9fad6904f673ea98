//! The YouTube Data API v3 as a channel's owner sees it, and Google's token endpoint.
//!
//! Taken where the record is open:
//! - a deleted comment read by its id is an empty list; a rejected one is still there;
//! - a thread carries its five oldest replies; a held reply brings its thread to the held list;
//! - setting the status of several comments is refused whole if one of them is not there;
//! - answering an answer is 400 `operationNotSupported`;
//! - an insert costs 50 units.
//!
//! API keys, `fields`, search and community posts are not played.

mod comments;
mod refused;
mod render;
mod threads;
mod token;
mod videos;

use axum::http::Method;
use jiff::Timestamp;

use super::call::{Answer, Call, Trouble};
use super::faults::Kind;
use super::tokens::BadToken;
use super::world::World;
use crate::domain::comment::Platform;
use refused::{Outcome, Refused};

const HERE: Platform = Platform::Youtube;

/// What any write costs; any read costs one unit. Source: the quota page.
const WRITE_UNITS: u32 = 50;

/// Parameters that every Google API takes.
const GLOBAL_PARAMS: [&str; 10] = [
    "$.xgafv",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
];

/// A call with what was found out about it.
struct Asked<'a> {
    call: &'a Call,
    now: Timestamp,
}

/// What a call is for.
pub(super) fn kind(call: &Call) -> Kind {
    let by_id = call.query.get("id").is_some();
    match (&call.method, call.segments().as_slice()) {
        (_, ["google", ..]) => Kind::Token,
        (&Method::GET, ["youtube", "v3", "channels"]) => Kind::Account,
        (&Method::GET, ["youtube", "v3", "playlistItems" | "videos"]) => Kind::Post,
        (&Method::GET, ["youtube", "v3", "comments" | "commentThreads"]) if by_id => Kind::Lookup,
        (&Method::GET, ["youtube", "v3", "comments" | "commentThreads"]) => Kind::List,
        (&Method::POST, ["youtube", "v3", "comments", "setModerationStatus"]) => Kind::Hide,
        (&Method::POST | &Method::PUT, ["youtube", "v3", "comments" | "commentThreads"]) => Kind::Reply,
        (&Method::DELETE, ["youtube", "v3", "comments"]) => Kind::Delete,
        _ => Kind::Unknown,
    }
}

/// The platform's answer to trouble that has no call behind it.
pub(super) fn trouble(trouble: Trouble) -> Answer {
    match trouble {
        Trouble::Internal => Refused::new(500, "backendError", "Internal error encountered."),
        Trouble::Unavailable => Refused::new(503, "backendError", "The service is currently unavailable."),
        Trouble::Throttled => Refused::new(403, "rateLimitExceeded", "Rate Limit Exceeded"),
        Trouble::OutOfQuota => Refused::quota_exceeded(),
        Trouble::TokenExpired | Trouble::TokenRevoked => Refused::bad_credentials(),
        Trouble::Gone => Refused::new(404, "commentNotFound", "One or more of the comments cannot be found."),
        Trouble::Refused => Refused::new(400, "operationNotSupported", "The API does not support this."),
        Trouble::Forbidden => {
            Refused::new(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        }
    }
    .into()
}

/// Answers one call.
pub(super) fn answer(world: &mut World, call: &Call, now: Timestamp) -> Answer {
    let segments = call.segments();
    if segments.first() == Some(&"google") {
        return token::answer(world, call, &segments, now);
    }
    serve(world, &Asked { call, now }, &segments).unwrap_or_else(Answer::from)
}

fn serve(world: &mut World, asked: &Asked<'_>, path: &[&str]) -> Outcome<Answer> {
    let query = &asked.call.query;
    let token = asked.call.bearer().or(query.get("access_token")).or(query.get("oauth_token"));
    match world.tokens.check(HERE, token, asked.now) {
        Ok(_) => {}
        Err(BadToken::Missing) if query.get("key").is_some() => {
            return Err(Refused::new(400, "badRequest", "API key not valid. Please pass a valid API key."));
        }
        Err(BadToken::Missing) => {
            let message = "Method doesn't allow unregistered callers (callers without established identity).";
            return Err(Refused::new(403, "forbidden", message));
        }
        Err(_) => return Err(Refused::bad_credentials()),
    }
    let units = if asked.call.method == Method::GET { 1 } else { WRITE_UNITS };
    if !world.limits.youtube(units, asked.now) {
        return Err(Refused::quota_exceeded());
    }
    match (&asked.call.method, path) {
        (&Method::GET, ["youtube", "v3", "channels"]) => videos::channels(world, asked),
        (&Method::GET, ["youtube", "v3", "playlistItems"]) => videos::playlist(world, asked),
        (&Method::GET, ["youtube", "v3", "videos"]) => videos::videos(world, asked),
        (&Method::GET, ["youtube", "v3", "commentThreads"]) => threads::list(world, asked),
        (&Method::POST, ["youtube", "v3", "commentThreads"]) => threads::insert(world, asked),
        (&Method::GET, ["youtube", "v3", "comments"]) => comments::list(world, asked),
        (&Method::POST, ["youtube", "v3", "comments"]) => comments::insert(world, asked),
        (&Method::PUT, ["youtube", "v3", "comments"]) => comments::update(world, asked),
        (&Method::DELETE, ["youtube", "v3", "comments"]) => comments::delete(world, asked),
        (&Method::POST, ["youtube", "v3", "comments", "setModerationStatus"]) => {
            comments::moderate(world, asked)
        }
        _ => Err(Refused::new(404, "notFound", "Requested entity was not found.")),
    }
}

impl Asked<'_> {
    /// Refuses parameters that are neither global nor `own`, and parts that are none of `parts`.
    fn check(&self, own: &[&str], parts: &[&str]) -> Outcome<()> {
        let query = &self.call.query;
        if let Some(name) = query.names().find(|name| !own.contains(name) && !GLOBAL_PARAMS.contains(name)) {
            let message = format!(
                "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. \
                 Field '{name}' could not be found in request message."
            );
            return Err(Refused::new(400, "unexpectedParameter", message));
        }
        if parts.is_empty() {
            return Ok(());
        }
        let asked = query.list("part");
        if asked.is_empty() {
            return Err(Refused::new(
                400,
                "missingRequiredParameter",
                "No filter selected. Required parameter: part",
            ));
        }
        match asked.iter().find(|part| !parts.contains(part)) {
            Some(unknown) => Err(Refused::new(400, "unknownPart", format!("'{unknown}'"))),
            None => Ok(()),
        }
    }

    fn part(&self, name: &str) -> bool {
        self.call.query.list("part").contains(&name)
    }

    fn max_results(&self, least: usize, usual: usize, most: usize) -> Outcome<usize> {
        match self.call.query.get("maxResults") {
            None => Ok(usual),
            Some(asked) => {
                asked.parse().ok().filter(|limit| (least..=most).contains(limit)).ok_or_else(|| {
                    let message = format!(
                        "Invalid value '{asked}'. Values must be within the range: [{least}, {most}]"
                    );
                    Refused::new(400, "invalidParameter", message)
                })
            }
        }
    }
}
