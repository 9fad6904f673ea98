//! The channel, its uploads and its videos.

use serde_json::{Value, json};

use super::render::{self, time};
use super::{Asked, HERE, Outcome, Refused};
use crate::sandbox::call::Answer;
use crate::sandbox::page::{self, Page};
use crate::sandbox::world::{Key, PostKey, Standing, Thread, World};

/// Our channel: by `mine`, by id, by handle.
pub(super) fn channels(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = ["part", "mine", "id", "forHandle", "maxResults", "pageToken", "hl"];
    asked.check(&params, &["id", "snippet", "contentDetails", "statistics", "status"])?;
    let ours = world.ours(HERE);
    let query = &asked.call.query;
    let found = match (query.get("mine"), query.get("id"), query.get("forHandle")) {
        (Some(mine), None, None) => mine == "true",
        (None, Some(_), None) => query.list("id").contains(&ours.account_id),
        (None, None, Some(handle)) => handle.trim_start_matches('@').eq_ignore_ascii_case(ours.handle),
        _ => return Err(Refused::new(400, "missingRequiredParameter", "No filter selected.")),
    };
    let mut channel = json!({"id": ours.account_id});
    if asked.part("snippet") {
        channel["snippet"] = json!({
            "title": ours.name,
            "description": "",
            "customUrl": format!("@{}", ours.handle),
            "publishedAt": "2014-05-06T07:08:09Z",
            "country": "AE",
        });
    }
    if asked.part("contentDetails") {
        channel["contentDetails"] =
            json!({"relatedPlaylists": {"likes": "", "uploads": uploads(ours.account_id)}});
    }
    if asked.part("statistics") {
        let videos = world.posts(HERE).count().to_string();
        channel["statistics"] =
            json!({"viewCount": "910442", "subscriberCount": "12800", "videoCount": videos});
    }
    let items = found.then(|| render::resource("youtube#channel", channel)).into_iter().collect();
    let page = Page { items, first: None, last: None, next: None };
    Ok(Answer::ok(render::list("youtube#channelListResponse", page, Some(5))))
}

/// The playlist of a channel's uploads has the channel's id with another beginning.
fn uploads(channel: &str) -> String {
    channel.replacen("UC", "UU", 1)
}

/// The uploads, newest first.
pub(super) fn playlist(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = ["part", "playlistId", "maxResults", "pageToken"];
    asked.check(&params, &["id", "snippet", "contentDetails", "status"])?;
    let query = &asked.call.query;
    let ours = world.ours(HERE);
    let list = uploads(ours.account_id);
    if query.get("playlistId") != Some(list.as_str()) {
        return Err(Refused::new(
            404,
            "playlistNotFound",
            "The playlist identified with the request's playlistId cannot be found.",
        ));
    }
    let limit = asked.max_results(0, 5, 50)?;
    let token = query.get("pageToken");
    let after = page::place(token)?;
    let rest = world
        .posts(HERE)
        .map(|(key, post)| ((post.published_at, Key(key.0)), key))
        .skip_while(|(place, _)| after.is_some_and(|after| *place >= after));
    let page = page::page(asked.call, token, limit, rest).map(|key| {
        let post = world.post(key);
        let mut item = json!({"id": format!("{list}.{}", post.id)});
        if asked.part("snippet") {
            item["snippet"] = json!({
                "publishedAt": time(post.published_at),
                "channelId": ours.account_id,
                "title": post.title,
                "description": post.caption,
                "playlistId": list,
                "resourceId": {"kind": "youtube#video", "videoId": post.id},
            });
        }
        if asked.part("contentDetails") {
            item["contentDetails"] = json!({"videoId": post.id, "videoPublishedAt": time(post.published_at)});
        }
        if asked.part("status") {
            item["status"] = json!({"privacyStatus": "public"});
        }
        render::resource("youtube#playlistItem", item)
    });
    Ok(Answer::ok(render::list("youtube#playlistItemListResponse", page, Some(limit))))
}

/// Videos by id.
pub(super) fn videos(world: &mut World, asked: &Asked<'_>) -> Outcome<Answer> {
    let params = ["part", "id", "maxResults", "pageToken", "hl"];
    asked.check(&params, &["id", "snippet", "statistics", "status", "contentDetails"])?;
    let ids = asked.call.query.list("id");
    if ids.is_empty() || ids.len() > 50 {
        return Err(Refused::new(400, "invalidFilters", "Between 1 and 50 ids in one request"));
    }
    let found = ids.into_iter().filter_map(|id| world.find_post(HERE, id));
    let items = found.map(|key| video(world, asked, key)).collect();
    let page = Page { items, first: None, last: None, next: None };
    Ok(Answer::ok(render::list("youtube#videoListResponse", page, None)))
}

fn video(world: &World, asked: &Asked<'_>, key: PostKey) -> Value {
    let post = world.post(key);
    let mut video = json!({"id": post.id});
    if asked.part("snippet") {
        video["snippet"] = json!({
            "publishedAt": time(post.published_at),
            "channelId": world.ours(HERE).account_id,
            "title": post.title,
            "description": post.caption,
            "channelTitle": world.ours(HERE).name,
            "liveBroadcastContent": "none",
        });
    }
    if asked.part("statistics") {
        let comments = world.oldest_first(Thread::Post(key), asked.now, None);
        let shown = comments.filter(|(_, comment)| comment.standing == Standing::Shown).count();
        // Counts are text here.
        video["statistics"] =
            json!({"viewCount": "4410", "likeCount": "96", "commentCount": shown.to_string()});
    }
    if asked.part("status") {
        video["status"] = json!({"uploadStatus": "processed", "privacyStatus": "public"});
    }
    render::resource("youtube#video", video)
}
