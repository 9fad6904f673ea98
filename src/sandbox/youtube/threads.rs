//! Comment threads: a top-level comment and some of its replies.

use serde_json::{Value, json};

use super::comments::{check_text, snippet};
use super::render::{self, Style};
use super::{Asked, HERE, Outcome, Refused};
use crate::sandbox::call::Answer;
use crate::sandbox::page::{self, Page};
use crate::sandbox::world::{Comment, Key, Place, PostKey, Standing, Thread, World};

/// How many replies a thread carries at most.
const REPLIES_INLINE: usize = 5;

const PARAMS: [&str; 11] = [
    "part",
    "allThreadsRelatedToChannelId",
    "videoId",
    "id",
    "channelId",
    "maxResults",
    "moderationStatus",
    "order",
    "pageToken",
    "searchTerms",
    "textFormat",
];

/// Threads of the channel, of a video, or by id.
pub(super) fn list(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&PARAMS, &["id", "snippet", "replies"])?;
    let query = &asked.call.query;
    let filters = ["allThreadsRelatedToChannelId", "videoId", "id"].map(|name| query.get(name));
    match filters {
        [None, None, Some(_)] => by_id(world, asked),
        [Some(channel), None, None] if channel == world.ours(HERE).account_id => {
            of(world, asked, Thread::Platform(HERE))
        }
        [Some(_), None, None] => Err(Refused::new(404, "channelNotFound", "The channel cannot be found.")),
        [None, Some(video), None] => match world.find_post(HERE, video) {
            Some(post) => of(world, asked, Thread::Post(post)),
            None => Err(Refused::new(404, "videoNotFound", "The video cannot be found.")),
        },
        [None, None, None] => Err(Refused::new(400, "missingRequiredParameter", "No filter selected.")),
        _ => Err(Refused::new(
            400,
            "incompatibleParameters",
            "Incompatible parameters specified in the request.",
        )),
    }
}

fn of(world: &World, asked: &Asked<'_>, comments: Thread) -> Outcome<Answer> {
    let query = &asked.call.query;
    let wanted = match query.get("moderationStatus") {
        None | Some("published") => Some(Standing::Shown),
        Some("heldForReview") => Some(Standing::Held),
        Some("likelySpam") => None,
        Some(other) => {
            return Err(Refused::new(
                400,
                "invalidParameter",
                format!("moderationStatus {other} cannot be listed"),
            ));
        }
    };
    let by_time = match query.get("order") {
        None | Some("time" | "orderUnspecified") => true,
        Some("relevance") => false,
        Some(other) => {
            return Err(Refused::new(400, "invalidParameter", format!("Invalid value '{other}' for order")));
        }
    };
    let style = Style::asked(asked, true)?;
    let limit = asked.max_results(1, 20, 100)?;
    let token = query.get("pageToken");
    let place = page::place(token)?;
    let words = query.get("searchTerms").map(str::to_lowercase);

    let listed = |(place, comment): (Place, &Comment)| {
        let wanted = wanted?;
        let top = comment.parent.is_none();
        let stands = comment.standing == wanted
            || (wanted == Standing::Held && replies(world, asked, place.1, Standing::Held).next().is_some());
        let found = words.as_ref().is_none_or(|words| comment.text.to_lowercase().contains(words));
        (top && stands && found).then_some((place, place.1))
    };
    let page = if by_time {
        page::page(
            asked.call,
            token,
            limit,
            world.newest_first(comments, asked.now, place).filter_map(listed),
        )
    } else {
        page::page(
            asked.call,
            token,
            limit,
            world.oldest_first(comments, asked.now, place).filter_map(listed),
        )
    };
    let inline = wanted.unwrap_or(Standing::Shown);
    let page = page.map(|key| thread(world, asked, key, inline, style));
    Ok(Answer::ok(render::list("youtube#commentThreadListResponse", page, Some(limit))))
}

fn by_id(world: &World, asked: &Asked<'_>) -> Outcome<Answer> {
    let query = &asked.call.query;
    let incompatible = ["maxResults", "moderationStatus", "order", "pageToken", "searchTerms"];
    if incompatible.iter().any(|name| query.get(name).is_some()) {
        let message =
            "Incompatible parameters specified in the request: id goes with part and textFormat alone.";
        return Err(Refused::new(400, "incompatibleParameters", message));
    }
    let style = Style::asked(asked, false)?;
    let found = query.list("id").into_iter().filter_map(|id| world.living(HERE, id, asked.now));
    let items = found
        .filter(|key| world[*key].parent.is_none())
        .map(|key| thread(world, asked, key, Standing::Shown, style));
    let page = Page { items: items.collect(), first: None, last: None, next: None };
    Ok(Answer::ok(render::list("youtube#commentThreadListResponse", page, None)))
}

fn thread(world: &World, asked: &Asked<'_>, top: Key, inline: Standing, style: Style) -> Value {
    let comment = &world[top];
    let mut resource = json!({"id": comment.id});
    if asked.part("snippet") {
        let mut snippet = json!({
            "channelId": world.ours(HERE).account_id,
            "topLevelComment": render::comment(world, top, style),
            "canReply": true,
            "totalReplyCount": replies(world, asked, top, Standing::Shown).count(),
            "isPublic": comment.standing == Standing::Shown,
        });
        if let Some(post) = comment.post {
            snippet["videoId"] = json!(world.post(post).id);
        }
        resource["snippet"] = snippet;
    }
    if asked.part("replies") {
        let some: Vec<Value> = replies(world, asked, top, inline)
            .take(REPLIES_INLINE)
            .map(|key| render::comment(world, key, style))
            .collect();
        if !some.is_empty() {
            resource["replies"] = json!({"comments": some});
        }
    }
    render::resource("youtube#commentThread", resource)
}

fn replies<'a>(
    world: &'a World,
    asked: &Asked<'_>,
    top: Key,
    standing: Standing,
) -> impl Iterator<Item = Key> + 'a {
    let living = world.oldest_first(Thread::Under(top), asked.now, None);
    living.filter(move |(_, reply)| reply.standing == standing).map(|((_, key), _)| key)
}

/// A top-level comment of the channel under a video.
pub(super) fn insert(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    asked.check(&["part"], &["id", "snippet", "replies"])?;
    let body = snippet(asked)?;
    let text =
        check_text(body.get("topLevelComment").and_then(|comment| comment.pointer("/snippet/textOriginal")))?;
    let video = body.get("videoId").and_then(Value::as_str).unwrap_or_default();
    let post: Option<PostKey> = world.find_post(HERE, video);
    let post = post.ok_or_else(|| Refused::new(404, "videoNotFound", "The video cannot be found."))?;
    let key = world.write_ours(HERE, Some(post), None, text, asked.now);
    let style = Style::asked(asked, false)?;
    Ok(Answer::ok(thread(world, asked, key, Standing::Shown, style)))
}
