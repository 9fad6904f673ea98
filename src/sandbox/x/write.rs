//! Replies, deletions, hidden replies.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::lookup::check_id;
use super::post::{self, Item};
use super::problem::{Outcome, Problem};
use super::weight::{WEIGHT_MAX, weight};
use super::{Asked, HERE};
use crate::sandbox::call::Answer;
use crate::sandbox::world::{Key, Standing, Thread, World};

/// What a new post may say, by the closed schema; what is not played is refused as well.
const PLAYED: [&str; 2] = ["text", "reply"];

/// A post of ours: an answer, or one that stands alone.
pub(super) fn create(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let body = body(asked)?;
    only(&body, &PLAYED, "$")?;
    let Some(text) = body.get("text").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) else {
        return Err(Problem::invalid_body("$.text: is missing but it is required"));
    };
    let answered = match body.get("reply") {
        None => None,
        Some(reply) => Some(reply_target(world, asked, reply)?),
    };
    let (post, parent) = match answered {
        None => (None, None),
        Some(Item::Root(post)) => (Some(post), None),
        Some(Item::Written(parent)) => (None, Some(parent)),
    };
    if weight(text) > WEIGHT_MAX {
        return Err(Problem::forbidden("Your Tweet text is too long."));
    }
    let thread = match (post, parent) {
        (_, Some(parent)) => Thread::Under(parent),
        (Some(post), None) => Thread::Top(post),
        (None, None) => Thread::Platform(HERE),
    };
    if world.newest_first(thread, asked.now, None).any(|(_, other)| other.ours && other.text == text) {
        return Err(Problem::forbidden("You are not allowed to create a Tweet with duplicate content."));
    }
    let key = world.write_ours(HERE, post, parent, text, asked.now);
    let id = &world[key].id;
    Ok(Answer::new(
        StatusCode::CREATED,
        json!({"data": {"id": id, "text": text, "edit_history_post_ids": [id]}}),
    ))
}

/// What a new post answers: something whose author has summoned us, or something of ours.
fn reply_target(world: &World, asked: &Asked<'_>, reply: &Value) -> Outcome<Item> {
    let Some(reply) = reply.as_object() else {
        return Err(Problem::invalid_body("$.reply: is not an object"));
    };
    only(
        reply,
        &["in_reply_to_tweet_id", "auto_populate_reply_metadata", "exclude_reply_user_ids"],
        "$.reply",
    )?;
    let Some(id) = reply.get("in_reply_to_tweet_id").and_then(Value::as_str) else {
        return Err(Problem::invalid_body("$.reply.in_reply_to_tweet_id: is missing but it is required"));
    };
    check_id("reply.in_reply_to_tweet_id", id)?;
    let Some(item) = post::find(world, id, asked.now) else {
        return Err(Problem::forbidden(
            "You attempted to reply to a Tweet that is deleted or not visible to you.",
        ));
    };
    let (post, us) = (post::view(world, item), world.us(HERE));
    match post.author.id == us.id || post::mentions(post.text, us) {
        true => Ok(item),
        false => Err(Problem::forbidden(
            "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by \
             the author of the post you are replying to.",
        )),
    }
}

/// Takes a post of ours away.
pub(super) fn delete(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let key = written(world, asked)?;
    if !world[key].ours {
        return Err(Problem::forbidden("You are not authorized to delete this Tweet."));
    }
    world.delete(key, asked.now);
    Ok(Answer::ok(json!({"data": {"deleted": true}})))
}

/// Hides or shows a reply in a conversation that we began.
pub(super) fn hide(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let body = body(asked)?;
    only(&body, &["hidden"], "$")?;
    let Some(hidden) = body.get("hidden").and_then(Value::as_bool) else {
        return Err(Problem::invalid_body("$.hidden: is missing but it is required"));
    };
    let key = written(world, asked)?;
    if world[key].post.is_none() {
        return Err(Problem::forbidden(
            "You are only allowed to hide replies in conversations that you started.",
        ));
    }
    world.stand(key, if hidden { Standing::Hidden } else { Standing::Shown });
    Ok(Answer::ok(json!({"data": {"hidden": hidden}})))
}

fn written(world: &World, asked: &Asked<'_>) -> Outcome<Key> {
    check_id("id", asked.id)?;
    match post::find(world, asked.id, asked.now) {
        Some(Item::Written(key)) => Ok(key),
        Some(Item::Root(_)) => {
            Err(Problem::forbidden("This post began a conversation; the sandbox keeps it as it is."))
        }
        None => Err(Problem::not_found("tweet", "id", asked.id)),
    }
}

fn body(asked: &Asked<'_>) -> Outcome<Map<String, Value>> {
    if !asked.call.has_content_type("application/json") {
        return Err(Problem::invalid_body(
            "Requests with bodies must have content-type of application/json.",
        ));
    }
    match serde_json::from_slice(&asked.call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(Problem::invalid_body("The body is not a JSON object")),
    }
}

/// Bodies are closed: a name that the schema does not have is an error.
fn only(body: &Map<String, Value>, allowed: &[&str], place: &str) -> Outcome<()> {
    match body.keys().find(|name| !allowed.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::invalid_body(format!(
            "{place}.{name}: is not defined in the schema and the schema does not allow additional properties; \
             the sandbox plays {}",
            allowed.join(", ")
        ))),
    }
}
