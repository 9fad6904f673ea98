//! Comments under posts, and answers under comments.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Asked, HERE, Object};
use crate::sandbox::call::Params;
use crate::sandbox::graph::{self, Fields, Outcome, Refused, Rendered};
use crate::sandbox::page;
use crate::sandbox::people::Person;
use crate::sandbox::tokens::Holder;
use crate::sandbox::world::{Key, Standing, Thread, World};

/// What comes of a comment when no fields are named.
pub(super) const USUAL_FIELDS: &str = "created_time,from,message,id";

/// The longest text of a comment, in characters.
const TEXT_MAX: usize = 8_000;

/// The comments edge of a post or comment; `params` are the call's own or an expansion's.
pub(super) fn list(
    world: &World,
    asked: &Asked<'_>,
    of: Object,
    edge: &str,
    params: &Params,
) -> Outcome<Value> {
    let stream = match params.get("filter") {
        None | Some("toplevel") => false,
        Some("stream") => true,
        Some(_) => return Err(Refused::parameter("param filter must be one of {stream, toplevel}")),
    };
    let reverse = match params.get("order") {
        None | Some("chronological") => false,
        Some("reverse_chronological") => true,
        Some(_) => {
            return Err(Refused::parameter(
                "param order must be one of {chronological, reverse_chronological}",
            ));
        }
    };
    let thread = match of {
        Object::Post(post) if stream => Thread::Post(post),
        Object::Post(post) => Thread::Top(post),
        Object::Comment(key) => Thread::Under(key),
        Object::Page | Object::User => return Err(Refused::parameter(NO_COMMENTS_EDGE)),
    };
    let fields = Fields::asked(params, USUAL_FIELDS)?;
    let limit = match params.get("limit") {
        Some("0") => 0,
        limit => graph::read_limit(limit, 25, 100)?,
    };
    let since = params.get("since").map(|since| graph::read_time("since", since)).transpose()?;
    let after = page::place(params.get("after"))?;
    let now = asked.now;

    // Under a user's token the edge is empty.
    let seen = asked.holder == Holder::Page;
    let page = if reverse {
        let rest = world.newest_first(thread, now, after);
        let rest =
            rest.take_while(|(_, comment)| seen && since.is_none_or(|since| comment.written_at >= since));
        page::page(asked.call, params.get("after"), limit, rest.map(|(place, _)| (place, place.1)))
    } else {
        let just_before = since.map(|since| (since - SignedDuration::from_micros(1), Key(u32::MAX)));
        let rest = world.oldest_first(thread, now, after.max(just_before)).take_while(|_| seen);
        page::page(asked.call, params.get("after"), limit, rest.map(|(place, _)| (place, place.1)))
    };
    let page = page.try_map(|key| render(world, asked, key, &fields))?;
    let mut envelope = graph::envelope(HERE, asked.call, edge, params, limit, page);
    if params.get("summary").is_some_and(|summary| !matches!(summary, "false" | "0")) {
        let total = if seen { world.oldest_first(thread, now, None).count() } else { 0 };
        let order = if reverse { "reverse_chronological" } else { "chronological" };
        envelope.insert("summary".into(), json!({"order": order, "total_count": total, "can_comment": true}));
    }
    Ok(Value::Object(envelope))
}

const NO_COMMENTS_EDGE: &str = "Tried accessing nonexisting field (comments) on node type (Page)";

/// One comment.
pub(super) fn render(world: &World, asked: &Asked<'_>, key: Key, fields: &Fields) -> Outcome<Value> {
    let comment = &world[key];
    let by_page = asked.holder == Holder::Page;
    fields.render("Comment", &comment.id, |field| {
        Ok(match field.name.as_str() {
            "id" => comment.id.as_str().into(),
            "message" => comment.text.as_str().into(),
            "created_time" => graph::time(comment.written_at).into(),
            "from" if by_page => person(&comment.author, &field.fields)?.into(),
            "parent" => match comment.parent {
                Some(parent) => render(world, asked, parent, &field.fields.or("id")?)?.into(),
                None => Rendered::Absent,
            },
            "is_hidden" => (comment.standing == Standing::Hidden).into(),
            "can_hide" if by_page => (!comment.ours).into(),
            "can_comment" | "can_remove" | "can_like" => by_page.into(),
            "is_private" | "user_likes" | "can_reply_privately" => false.into(),
            "comment_count" => world.oldest_first(Thread::Under(key), asked.now, None).count().into(),
            "like_count" => (key.0 % 4).into(),
            "permalink_url" => match comment.post {
                Some(post) => {
                    let number = comment.id.rsplit('_').next().unwrap_or_default();
                    format!("https://www.facebook.com/{}?comment_id={number}", world.post(post).id).into()
                }
                None => Rendered::Absent,
            },
            "comments" => {
                let edge = format!("{}/comments", comment.id);
                list(world, asked, Object::Comment(key), &edge, &field.params(asked.params))?.into()
            }
            "from"
            | "can_hide"
            | "admin_creator"
            | "application"
            | "attachment"
            | "live_broadcast_timestamp"
            | "message_tags"
            | "object"
            | "private_reply_conversation"
            | "likes"
            | "reactions" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

fn person(author: &Person, fields: &Fields) -> Outcome<Value> {
    fields.or("id,name")?.render("User", &author.id, |field| {
        Ok(match field.name.as_str() {
            "id" => author.id.as_str().into(),
            "name" => author.name.as_str().into(),
            "picture" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

/// A comment of the page, under a post or a comment. An answer to an answer lands beside it.
pub(super) fn reply(world: &mut World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    let target = super::object(world, asked, id)?;
    asked.by_page()?;
    let text = asked.params.get("message").unwrap_or_default();
    check_text(text)?;
    let (post, parent) = match target {
        Object::Post(post) => (Some(post), None),
        Object::Comment(key) => (None, Some(key)),
        Object::Page | Object::User => return Err(asked.no_such_object(id)),
    };
    let key = world.write_ours(HERE, post, parent, text, asked.now);
    Ok(json!({"id": world[key].id}))
}

fn check_text(text: &str) -> Outcome<()> {
    if text.trim().is_empty() {
        return Err(Refused::parameter("Invalid parameter: message must not be empty"));
    }
    if text.chars().count() > TEXT_MAX {
        return Err(Refused::parameter(format!("Param message must be at most {TEXT_MAX} characters long.")));
    }
    Ok(())
}

/// Hides, shows or rewrites a comment.
pub(super) fn update(world: &mut World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    let Object::Comment(key) = super::object(world, asked, id)? else { return Err(asked.no_such_object(id)) };
    asked.by_page()?;
    let hide = graph::read_bool(asked.params, "is_hidden")?;
    let text = asked.params.get("message");
    let ours = world[key].ours;
    match (hide, text) {
        (None, None) => return Err(Refused::parameter("Invalid parameter: send is_hidden or message")),
        (Some(true), _) if ours => return Err(Refused::parameter("This comment cannot be hidden")),
        (_, Some(_)) if !ours => return Err(Refused::parameter("A page edits its own comments only")),
        (_, Some(text)) => check_text(text)?,
        _ => {}
    }
    if let Some(hide) = hide {
        world.stand(key, if hide { Standing::Hidden } else { Standing::Shown });
    }
    if let Some(text) = text {
        world.edit(key, text, asked.now);
    }
    Ok(json!({"success": true}))
}

/// Takes a comment away, whoever wrote it, and the answers under it.
pub(super) fn delete(world: &mut World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    let Object::Comment(key) = super::object(world, asked, id)? else { return Err(asked.no_such_object(id)) };
    asked.by_page()?;
    world.delete(key, asked.now);
    Ok(json!({"success": true}))
}
