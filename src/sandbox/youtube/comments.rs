//! Comments: replies of a thread, look-ups by id, and what an owner does to them.

use serde_json::{Map, Value};

use super::render::{self, Style};
use super::{Asked, HERE, Outcome, Refused};
use crate::sandbox::call::Answer;
use crate::sandbox::page::{self, Page};
use crate::sandbox::world::{Key, Standing, Thread, World};

/// The most ids of one look-up, and of one change of status.
const IDS_MAX: usize = 50;

/// The longest text of a comment, in characters: often quoted, nowhere published.
const TEXT_MAX: usize = 10_000;

/// The replies of a thread, or comments by id.
pub(super) fn list(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["part", "id", "parentId", "maxResults", "pageToken", "textFormat"], &["id", "snippet"])?;
    let query = &asked.call.query;
    match (query.get("id"), query.get("parentId")) {
        (Some(_), None) => by_id(world, asked),
        (None, Some(parent)) => under(world, asked, parent),
        (None, None) => Err(Refused::new(400, "missingRequiredParameter", "No filter selected.")),
        (Some(_), Some(_)) => Err(Refused::new(
            400,
            "incompatibleParameters",
            "Incompatible parameters specified in the request: id, parentId",
        )),
    }
}

fn by_id(world: &World, asked: &Asked<'_>) -> Outcome<Answer> {
    let query = &asked.call.query;
    if query.get("maxResults").is_some() || query.get("pageToken").is_some() {
        let message =
            "Incompatible parameters specified in the request: maxResults and pageToken need parentId.";
        return Err(Refused::new(400, "incompatibleParameters", message));
    }
    let style = Style::asked(asked, false)?;
    let found = ids(asked)?.into_iter().filter_map(|id| world.living(HERE, id, asked.now));
    let items = found.map(|key| shown(world, asked, key, style)).collect();
    let page = Page { items, first: None, last: None, next: None };
    Ok(Answer::ok(render::list("youtube#commentListResponse", page, None)))
}

fn under(world: &World, asked: &Asked<'_>, parent: &str) -> Outcome<Answer> {
    let style = Style::asked(asked, true)?;
    let limit = asked.max_results(1, 20, 100)?;
    let top = world.living(HERE, parent, asked.now).ok_or_else(Refused::no_such_comment)?;
    let token = asked.call.query.get("pageToken");
    // Rejecting a comment hides what stands under it.
    let visible = world[top].standing != Standing::Hidden;
    let rest = world
        .oldest_first(Thread::Under(top), asked.now, page::place(token)?)
        .filter(|(_, reply)| visible && reply.standing == Standing::Shown)
        .map(|(place, _)| (place, place.1));
    let page = page::page(asked.call, token, limit, rest).map(|key| shown(world, asked, key, style));
    Ok(Answer::ok(render::list("youtube#commentListResponse", page, Some(limit))))
}

fn shown(world: &World, asked: &Asked<'_>, key: Key, style: Style) -> Value {
    let mut comment = render::comment(world, key, style);
    if !asked.part("snippet")
        && let Some(fields) = comment.as_object_mut()
    {
        fields.remove("snippet");
    }
    comment
}

/// An answer of ours under a top-level comment.
pub(super) fn insert(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["part"], &["id", "snippet"])?;
    let body = snippet(asked)?;
    let Some(parent) = body.get("parentId").and_then(Value::as_str).filter(|id| !id.is_empty()) else {
        return Err(Refused::new(400, "parentIdMissing", "The comment's parentId is missing."));
    };
    let text = check_text(body.get("textOriginal"))?;
    let seen = world.living(HERE, parent, asked.now).filter(|key| world[*key].standing != Standing::Hidden);
    let top = seen
        .ok_or_else(|| Refused::new(404, "parentCommentNotFound", "The parent comment cannot be found."))?;
    if world[top].parent.is_some() {
        let message = "The API user is not able to insert a comment in reply to a reply.";
        return Err(Refused::new(400, "operationNotSupported", message));
    }
    let key = world.write_ours(HERE, None, Some(top), text, asked.now);
    Ok(Answer::ok(render::comment(world, key, Style::asked(asked, false)?)))
}

/// New words for a comment of ours.
pub(super) fn update(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["part"], &["id", "snippet"])?;
    let body = snippet(asked)?;
    let text = check_text(body.get("textOriginal"))?;
    let id = serde_json::from_slice::<Value>(&asked.call.body).ok();
    let id = id.as_ref().and_then(|body| body["id"].as_str()).unwrap_or_default();
    let key = world.living(HERE, id, asked.now).ok_or_else(Refused::no_such_comment)?;
    if !world[key].ours {
        return Err(Refused::new(403, "forbidden", "The comment can only be updated by its author."));
    }
    world.edit(key, text, asked.now);
    Ok(Answer::ok(render::comment(world, key, Style::asked(asked, false)?)))
}

/// Takes a comment of ours away. Others' can only be rejected.
pub(super) fn delete(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["id"], &[])?;
    let id = asked.call.query.get("id").unwrap_or_default();
    let key = world.living(HERE, id, asked.now).ok_or_else(Refused::no_such_comment)?;
    if !world[key].ours {
        return Err(Refused::new(
            400,
            "processingFailure",
            "The API server failed to successfully process the request.",
        ));
    }
    world.delete(key, asked.now);
    Ok(Answer::empty())
}

/// Rejects, holds or publishes comments, all or none.
pub(super) fn moderate(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["id", "moderationStatus", "banAuthor"], &[])?;
    let query = &asked.call.query;
    let standing = match query.get("moderationStatus") {
        Some("rejected") => Standing::Hidden,
        Some("heldForReview") => Standing::Held,
        Some("published") => Standing::Shown,
        Some("likelySpam") => {
            return Err(Refused::new(400, "operationNotSupported", "likelySpam cannot be set."));
        }
        _ => {
            return Err(Refused::new(
                400,
                "missingRequiredParameter",
                "Required parameter: moderationStatus",
            ));
        }
    };
    if query.get("banAuthor") == Some("true") && standing != Standing::Hidden {
        let message = "The banAuthor parameter can only be used if the moderationStatus is rejected.";
        return Err(Refused::new(400, "banWithoutReject", message));
    }
    let ids = ids(asked)?;
    let found =
        ids.into_iter().map(|id| world.living(HERE, id, asked.now).ok_or_else(Refused::no_such_comment));
    let keys: Vec<Key> = found.collect::<Outcome<_>>()?;
    for key in keys {
        world.stand(key, standing);
    }
    Ok(Answer::empty())
}

fn ids<'a>(asked: &'a Asked<'_>) -> Outcome<Vec<&'a str>> {
    let ids = asked.call.query.list("id");
    match ids.len() {
        0 => Err(Refused::new(400, "missingRequiredParameter", "Required parameter: id")),
        1..=IDS_MAX => Ok(ids),
        many => {
            Err(Refused::new(400, "invalidFilters", format!("{many} ids; at most {IDS_MAX} in one request")))
        }
    }
}

/// The snippet of a body.
pub(super) fn snippet(asked: &Asked<'_>) -> Outcome<Map<String, Value>> {
    if !asked.part("snippet") {
        return Err(Refused::new(400, "unexpectedPart", "The part parameter must name snippet."));
    }
    match serde_json::from_slice::<Value>(&asked.call.body) {
        Ok(Value::Object(mut body)) => match body.remove("snippet") {
            Some(Value::Object(snippet)) => Ok(snippet),
            _ => Err(Refused::new(400, "invalidCommentMetadata", "The request metadata is invalid.")),
        },
        _ => Err(Refused::new(400, "badRequest", "Invalid JSON payload received.")),
    }
}

/// The words of a comment, if it may have them.
pub(super) fn check_text(text: Option<&Value>) -> Outcome<&str> {
    let text = text.and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let text =
        text.ok_or_else(|| Refused::new(400, "commentTextRequired", "The comment's text is missing."))?;
    match text.chars().count() {
        0..=TEXT_MAX => Ok(text),
        _ => Err(Refused::new(400, "commentTextTooLong", "The comment's text is too long.")),
    }
}
