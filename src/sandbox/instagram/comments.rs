//! Comments under media and the replies to them, one level deep.

use serde_json::{Value, json};

use super::{Asked, HERE};
use crate::sandbox::call::Params;
use crate::sandbox::graph::{self, Fields, Outcome, Refused, Rendered};
use crate::sandbox::page;
use crate::sandbox::world::{Key, PostKey, Standing, Thread, World};

/// What comes of a comment when no fields are named.
pub(super) const USUAL_FIELDS: &str = "timestamp,text,id";

/// The longest text of a comment, in characters.
const TEXT_MAX: usize = 2_200;

/// The most comments in one answer, by the documentation of the comments edge.
const PAGE_MAX: usize = 50;

/// The top-level comments under a media item, newest first. There is no filter by time.
pub(super) fn under_media(world: &World, asked: &Asked<'_>, of: PostKey, edge: &str) -> Outcome<Value> {
    let params = asked.params;
    let fields = Fields::asked(params, USUAL_FIELDS)?;
    let limit = graph::read_limit(params.get("limit"), PAGE_MAX, PAGE_MAX)?;
    let below = page::place(params.get("after"))?;
    let rest = world.newest_first(Thread::Top(of), asked.now, below).map(|(place, _)| (place, place.1));
    let page = page::page(asked.call, params.get("after"), limit, rest);
    let page = page.try_map(|key| render(world, asked, key, &fields))?;
    Ok(Value::Object(graph::envelope(HERE, asked.call, edge, params, limit, page)))
}

/// The replies to a comment, oldest first; `params` are the call's own or an expansion's.
pub(super) fn replies(
    world: &World,
    asked: &Asked<'_>,
    of: Key,
    edge: &str,
    params: &Params,
) -> Outcome<Value> {
    let fields = Fields::asked(params, USUAL_FIELDS)?;
    let limit = graph::read_limit(params.get("limit"), 25, PAGE_MAX)?;
    let above = page::place(params.get("after"))?;
    let rest = world.oldest_first(Thread::Under(of), asked.now, above).map(|(place, _)| (place, place.1));
    let page = page::page(asked.call, params.get("after"), limit, rest);
    let page = page.try_map(|key| render(world, asked, key, &fields))?;
    Ok(Value::Object(graph::envelope(HERE, asked.call, edge, params, limit, page)))
}

/// One comment.
pub(super) fn render(world: &World, asked: &Asked<'_>, key: Key, fields: &Fields) -> Outcome<Value> {
    let comment = &world[key];
    let author = &comment.author;
    fields.render("IGComment", &comment.id, |field| {
        Ok(match field.name.as_str() {
            "id" => comment.id.as_str().into(),
            "text" => comment.text.as_str().into(),
            "timestamp" => graph::time(comment.written_at).into(),
            "username" => author.handle.as_str().into(),
            "from" => field
                .fields
                .or("id,username")?
                .render("IGCommentFromUser", &author.id, |field| {
                    Ok(match field.name.as_str() {
                        "id" | "self_ig_scoped_id" => author.id.as_str().into(),
                        "username" => author.handle.as_str().into(),
                        _ => Rendered::Unknown,
                    })
                })?
                .into(),
            "hidden" => (comment.standing == Standing::Hidden).into(),
            "like_count" => (key.0 % 4).into(),
            "parent_id" => comment.parent.map_or(Rendered::Absent, |parent| world[parent].id.as_str().into()),
            "user" if comment.ours => json!({"id": author.id}).into(),
            "media" => match comment.post {
                Some(post) => super::media::render(world, asked, post, &field.fields.or("id")?)?.into(),
                None => Rendered::Absent,
            },
            "replies" => {
                let edge = format!("{}/replies", comment.id);
                match world.oldest_first(Thread::Under(key), asked.now, None).next() {
                    Some(_) => replies(world, asked, key, &edge, &field.params(asked.params))?.into(),
                    None => Rendered::Absent,
                }
            }
            "user" | "legacy_instagram_comment_id" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

/// A comment of ours, under a media item or a comment; an answer to an answer goes to the
/// top-level comment. Asked for `fields`, the API writes the comment and then refuses to show it.
pub(super) fn write(
    world: &mut World,
    asked: &Asked<'_>,
    post: Option<PostKey>,
    parent: Option<Key>,
) -> Outcome<Value> {
    let text = asked.params.get("message").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Refused::parameter("The parameter message is required"));
    }
    if text.chars().count() > TEXT_MAX {
        return Err(Refused::parameter(format!("Param message must be at most {TEXT_MAX} characters long.")));
    }
    let top = parent.map(|parent| world[parent].parent.unwrap_or(parent));
    if parent.into_iter().chain(top).any(|comment| world[comment].standing == Standing::Hidden) {
        return Err(Refused::parameter("A hidden comment cannot be replied to"));
    }
    let key = world.write_ours(HERE, post, parent, text, asked.now);
    match asked.params.get("fields") {
        Some(_) => Err(Refused::response_format()),
        None => Ok(json!({"id": world[key].id})),
    }
}

/// Hides or shows a comment. On the account's own it "succeeds" without effect.
pub(super) fn hide(world: &mut World, asked: &Asked<'_>, key: Key) -> Outcome<Value> {
    let Some(hide) = graph::read_bool(asked.params, "hide")? else {
        return Err(Refused::parameter("The parameter hide is required"));
    };
    if !world[key].ours {
        world.stand(key, if hide { Standing::Hidden } else { Standing::Shown });
    }
    Ok(json!({"success": true}))
}
