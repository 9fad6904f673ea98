//! The account's media.

use serde_json::{Value, json};

use super::{Asked, HERE};
use crate::sandbox::graph::{self, Fields, Outcome, Rendered};
use crate::sandbox::page;
use crate::sandbox::world::{Key, PostKey, Thread, World};

/// The media, newest first.
pub(super) fn list(world: &World, asked: &Asked<'_>, edge: &str) -> Outcome<Value> {
    let params = asked.params;
    let fields = Fields::asked(params, "id")?;
    let limit = graph::read_limit(params.get("limit"), 25, 100)?;
    let bound = |name| params.get(name).map(|text| graph::read_time(name, text)).transpose();
    let (since, until) = (bound("since")?, bound("until")?);
    let after = page::place(params.get("after"))?;
    let rest = world
        .posts(HERE)
        .map(|(key, post)| ((post.published_at, Key(key.0)), key))
        .filter(|((at, _), _)| {
            since.is_none_or(|since| *at >= since) && until.is_none_or(|until| *at <= until)
        })
        .skip_while(|(place, _)| after.is_some_and(|after| *place >= after));
    let page = page::page(asked.call, params.get("after"), limit, rest);
    let page = page.try_map(|key| render(world, asked, key, &fields))?;
    Ok(Value::Object(graph::envelope(HERE, asked.call, edge, params, limit, page)))
}

/// One media item. Its comment count includes replies.
pub(super) fn render(world: &World, asked: &Asked<'_>, key: PostKey, fields: &Fields) -> Outcome<Value> {
    let post = world.post(key);
    let ours = world.ours(HERE);
    fields.render("IGMedia", &post.id, |field| {
        Ok(match field.name.as_str() {
            "id" => post.id.as_str().into(),
            "caption" => post.caption.into(),
            "media_type" => "IMAGE".into(),
            "media_product_type" => "FEED".into(),
            "permalink" => format!("https://www.instagram.com/p/{}/", shortcode(&post.id)).into(),
            "shortcode" => shortcode(&post.id).into(),
            "timestamp" => graph::time(post.published_at).into(),
            "username" => ours.handle.into(),
            "owner" => json!({"id": ours.account_id}).into(),
            "comments_count" => world.oldest_first(Thread::Post(key), asked.now, None).count().into(),
            "like_count" => 118.into(),
            "is_comment_enabled" => true.into(),
            "is_shared_to_feed" => true.into(),
            "comments" => {
                let edge = format!("{}/comments", post.id);
                let params = field.params(asked.params);
                super::comments::under_media(world, &Asked { params: &params, ..*asked }, key, &edge)?.into()
            }
            "alt_text"
            | "boost_eligibility_info"
            | "copyright_check_information"
            | "current_live_viewer_count"
            | "has_poll"
            | "has_slider"
            | "ig_id"
            | "legacy_instagram_media_id"
            | "media_url"
            | "thumbnail_url"
            | "video_title"
            | "view_count"
            | "children" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

fn shortcode(id: &str) -> String {
    format!("DS{}", &id[id.len() - 9..])
}
