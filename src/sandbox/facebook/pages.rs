//! The page, its posts, the user who manages it, and their tokens.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Asked, HERE, Object, USER_ID, comments};
use crate::sandbox::call::Params;
use crate::sandbox::consent;
use crate::sandbox::graph::{self, Fields, Outcome, Refused, Rendered};
use crate::sandbox::page;
use crate::sandbox::tokens::{Holder, META_LIFE};
use crate::sandbox::world::{Key, PostKey, Thread, World};

/// The life of a user's token that a code is traded for.
const SHORT_LIFE: SignedDuration = SignedDuration::from_hours(2);

/// Whom the token speaks for.
pub(super) fn me(world: &World, asked: &Asked<'_>) -> Outcome<Value> {
    let fields = Fields::asked(asked.params, "name,id")?;
    match asked.holder {
        Holder::Page => page(world, asked, &fields),
        _ => user(&fields),
    }
}

/// The page.
pub(super) fn page(world: &World, asked: &Asked<'_>, fields: &Fields) -> Outcome<Value> {
    let ours = world.ours(HERE);
    fields.render("Page", ours.account_id, |field| {
        Ok(match field.name.as_str() {
            "id" => ours.account_id.into(),
            "name" => ours.name.into(),
            "username" => ours.handle.into(),
            "category" => "Government organization".into(),
            "link" => format!("https://www.facebook.com/{}", ours.handle).into(),
            "access_token" => world.tokens.current(HERE).access.as_str().into(),
            "instagram_business_account" => {
                json!({"id": world.ours(crate::domain::comment::Platform::Instagram).account_id}).into()
            }
            "is_published" | "can_post" => true.into(),
            "fan_count" | "followers_count" => 48_211.into(),
            "published_posts" | "posts" | "feed" => {
                let edge = format!("{}/{}", ours.account_id, field.name);
                post_list(world, asked, &edge, &field.params(asked.params))?.into()
            }
            "connected_instagram_account" | "is_webhooks_subscribed" | "verification_status" => {
                Rendered::Absent
            }
            _ => Rendered::Unknown,
        })
    })
}

/// The user who manages the page.
pub(super) fn user(fields: &Fields) -> Outcome<Value> {
    fields.render("User", USER_ID, |field| {
        Ok(match field.name.as_str() {
            "id" => USER_ID.into(),
            "name" => "مدير الصفحة".into(),
            _ => Rendered::Unknown,
        })
    })
}

/// The pages that a user manages, each with its own token.
pub(super) fn accounts(world: &World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    if asked.holder != Holder::User {
        return Err(Refused::parameter("Tried accessing nonexisting field (accounts) on node type (Page)"));
    }
    if !matches!(id, "me" | USER_ID) {
        return Err(asked.no_such_object(id));
    }
    let ours = world.ours(HERE);
    Ok(json!({
        "data": [{
            "access_token": world.tokens.current(HERE).access,
            "category": "Government organization",
            "name": ours.name,
            "id": ours.account_id,
            "tasks": ["ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"],
        }],
        "paging": {"cursors": {"before": "MTEy", "after": "MTEy"}},
    }))
}

/// The page's posts, newest first.
pub(super) fn posts(world: &World, asked: &Asked<'_>, id: &str, path: &[&str]) -> Outcome<Value> {
    match super::object(world, asked, if id == "me" { world.ours(HERE).account_id } else { id })? {
        Object::Page => post_list(world, asked, &path.join("/"), asked.params),
        _ => Err(asked.no_such_object(id)),
    }
}

fn post_list(world: &World, asked: &Asked<'_>, edge: &str, params: &Params) -> Outcome<Value> {
    let fields = Fields::asked(params, "created_time,message,id")?;
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
    let page = page::page(asked.call, params.get("after"), limit, rest)
        .try_map(|key| post(world, asked, key, &fields))?;
    Ok(Value::Object(graph::envelope(HERE, asked.call, edge, params, limit, page)))
}

/// One post.
pub(super) fn post(world: &World, asked: &Asked<'_>, key: PostKey, fields: &Fields) -> Outcome<Value> {
    let post = world.post(key);
    fields.render("PagePost", &post.id, |field| {
        Ok(match field.name.as_str() {
            "id" => post.id.as_str().into(),
            "message" => post.caption.into(),
            "created_time" => graph::time(post.published_at).into(),
            // A comment moves it, so it tells which posts are worth a call.
            "updated_time" => {
                let newest = world.newest_first(Thread::Post(key), asked.now, None).next();
                graph::time(newest.map_or(post.published_at, |(_, comment)| comment.written_at)).into()
            }
            "from" => json!({"name": world.ours(HERE).name, "id": world.ours(HERE).account_id}).into(),
            "permalink_url" => format!("https://www.facebook.com/{}", post.id).into(),
            "status_type" => "mobile_status_update".into(),
            "is_published" => true.into(),
            "is_hidden" | "is_expired" => false.into(),
            "comments" => {
                let edge = format!("{}/comments", post.id);
                comments::list(world, asked, Object::Post(key), &edge, &field.params(asked.params))?.into()
            }
            "full_picture" | "message_tags" | "parent_id" | "privacy" | "properties" | "shares" | "story"
            | "target" | "via" | "attachments" | "likes" | "reactions" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

/// A longer-lived user token for one that is still valid.
pub(super) fn exchange(world: &mut World, params: &Params, now: Timestamp) -> Outcome<Value> {
    let by_code = params.get("grant_type").is_none() && params.get("code").is_some();
    if !by_code && params.get("grant_type") != Some("fb_exchange_token") {
        return Err(Refused::parameter("param grant_type must be fb_exchange_token"));
    }
    let ours = world.ours(HERE);
    if (params.get("client_id"), params.get("client_secret"))
        != (Some(ours.client_id), Some(ours.client_secret))
    {
        return Err(Refused::new(1, "Error validating client secret."));
    }
    if by_code {
        if !consent::trade(world, HERE, params, now) {
            return Err(Refused::parameter("This authorization code has been used or is invalid."));
        }
        let token = world.tokens.lend(HERE, now, SHORT_LIFE);
        return Ok(
            json!({"access_token": token, "token_type": "bearer", "expires_in": SHORT_LIFE.as_secs()}),
        );
    }
    let access = world
        .tokens
        .check(HERE, params.get("fb_exchange_token"), now)
        .map_err(|bad| graph::bad_token(HERE, bad))?;
    if access.holder != Holder::User {
        return Err(Refused::parameter("param fb_exchange_token must be the token of a user"));
    }
    let token = world.tokens.renew(HERE, Holder::User, now);
    Ok(json!({"access_token": token, "token_type": "bearer", "expires_in": META_LIFE.as_secs()}))
}

/// What a token of ours may do.
const RIGHTS: [&str; 5] = [
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
];

/// What a token is.
pub(super) fn debug_token(world: &World, asked: &Asked<'_>) -> Outcome<Value> {
    let ours = world.ours(HERE);
    let Some(input) = asked.params.get("input_token") else {
        return Err(Refused::parameter("The parameter input_token is required"));
    };
    let mut data = json!({"app_id": ours.client_id, "application": "majlis sandbox"});
    match world.tokens.check(HERE, Some(input), asked.now) {
        Ok(access) => {
            data["type"] = json!(if access.holder == Holder::Page { "PAGE" } else { "USER" });
            data["is_valid"] = json!(true);
            data["issued_at"] = json!(access.issued_at.as_second());
            data["expires_at"] = json!(access.expires_at.map_or(0, Timestamp::as_second));
            let granted = |right: &&str| access.lacks.as_deref() != Some(*right);
            let granted: Vec<&str> = RIGHTS.into_iter().filter(granted).collect();
            data["scopes"] = json!(granted);
        }
        Err(bad) => {
            let refused = graph::bad_token(HERE, bad);
            data["is_valid"] = json!(false);
            data["scopes"] = json!([]);
            data["error"] =
                json!({"code": refused.code, "subcode": refused.subcode, "message": refused.message});
        }
    }
    Ok(json!({"data": data}))
}
