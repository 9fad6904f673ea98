//! The Instagram API for a professional account, v26.0 and v25.0.
//!
//! Taken where the record is open: lists have cursors; hidden comments stay in them; a page size
//! above 50 is refused; an expanded `replies` holds 25 unless it asks for more; the text limit is
//! 2,200 characters; a refused reply is code 100 without the subcode of a comment that is gone.
//! Live video and mentions of other accounts' media are not played. Webhooks are those of Facebook Login.

mod comments;
mod media;

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::call::{Answer, Call, Params, Trouble};
use super::consent;
use super::faults::Kind;
use super::graph::{self, Fields, Outcome, Refused, Rendered};
use super::tokens::{Holder, INSTAGRAM_MIN_AGE, META_LIFE};
use super::world::{Key, PostKey, World};
use crate::domain::comment::Platform;

const HERE: Platform = Platform::Instagram;

/// What a call is for.
pub(super) fn kind(call: &Call) -> Kind {
    graph::kind(call)
}

/// The platform's answer to trouble that has no call behind it.
pub(super) fn trouble(trouble: Trouble) -> Answer {
    graph::trouble(HERE, trouble)
}

/// Answers one call.
pub(super) fn answer(world: &mut World, call: &Call, now: Timestamp) -> Answer {
    let segments = call.segments();
    match graph::without_version(&segments) {
        (_, ["oauth", "authorize"]) => return consent::authorise(world, HERE, &call.query, now),
        (_, ["oauth", "access_token"]) => return graph::answer(begin(world, &call.params(), now)),
        _ => {}
    }
    if let (_, ["refresh_access_token" | "access_token"]) = graph::without_version(&segments) {
        return graph::answer(refresh(world, &call.params(), now));
    }
    graph::handle(HERE, world, call, now, |world, path, params, _| {
        let asked = Asked { call, params, now };
        let ours = world.ours(HERE).account_id;
        let me = |id: &str| id == "me" || id == ours;
        match (&call.method, path) {
            (&Method::GET, [id]) if me(id) => account(world, &asked, id),
            (&Method::POST, [id, "subscribed_apps"]) if me(id) => {
                if !params.list("subscribed_fields").contains(&"comments") {
                    return Err(Refused::parameter("param subscribed_fields must name at least one field"));
                }
                world.webhooks.subscribe(HERE);
                Ok(json!({"success": true}))
            }
            (&Method::GET, [id, "media"]) if me(id) => media::list(world, &asked, &path.join("/")),
            (&Method::GET, [id, "comments"]) => {
                comments::under_media(world, &asked, media_item(world, &asked, id)?, &path.join("/"))
            }
            (&Method::POST, [id, "comments"]) => {
                let post = media_item(world, &asked, id)?;
                comments::write(world, &asked, Some(post), None)
            }
            (&Method::GET, [id, "replies"]) => {
                let key = comment(world, &asked, id)?;
                comments::replies(world, &asked, key, &path.join("/"), params)
            }
            (&Method::POST, [id, "replies"]) => {
                let key = comment(world, &asked, id)?;
                comments::write(world, &asked, None, Some(key))
            }
            (&Method::GET, [id]) => match world.find_post(HERE, id) {
                Some(post) => media::render(world, &asked, post, &Fields::asked(params, "id")?),
                None => {
                    let key = comment(world, &asked, id)?;
                    comments::render(world, &asked, key, &Fields::asked(params, comments::USUAL_FIELDS)?)
                }
            },
            (&Method::POST, [id]) => comments::hide(world, &asked, comment(world, &asked, id)?),
            (&Method::DELETE, [id]) => {
                world.delete(comment(world, &asked, id)?, now);
                Ok(json!({"success": true}))
            }
            _ => Err(Refused::new(2500, format!("Unknown path components: /{}", path.join("/")))),
        }
    })
}

/// A call with what was found out about it.
struct Asked<'a> {
    call: &'a Call,
    params: &'a Params,
    now: Timestamp,
}

fn media_item(world: &World, asked: &Asked<'_>, id: &str) -> Outcome<PostKey> {
    world.find_post(HERE, id).ok_or_else(|| Refused::no_such_object(&asked.call.method, id))
}

fn comment(world: &World, asked: &Asked<'_>, id: &str) -> Outcome<Key> {
    world.living(HERE, id, asked.now).ok_or_else(|| Refused::no_such_object(&asked.call.method, id))
}

/// Our account. Asked as `me`, `id` is the app's own id of it; `user_id` is the account's.
fn account(world: &World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    const APP_SCOPED_ID: &str = "26511223344556677";
    let ours = world.ours(HERE);
    let shown = if id == "me" { APP_SCOPED_ID } else { ours.account_id };
    Fields::asked(asked.params, "id")?.render("IGUser", shown, |field| {
        Ok(match field.name.as_str() {
            "id" => shown.into(),
            "user_id" => ours.account_id.into(),
            "username" => ours.handle.into(),
            "name" => ours.name.into(),
            "account_type" => "BUSINESS".into(),
            "media_count" => world.posts(HERE).count().into(),
            "followers_count" => 31_770.into(),
            "follows_count" => 12.into(),
            "biography" | "profile_picture_url" | "website" => Rendered::Absent,
            _ => Rendered::Unknown,
        })
    })
}

/// The life of a token that a code is traded for.
const SHORT_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A token of an hour, for a code.
fn begin(world: &mut World, form: &Params, now: Timestamp) -> Outcome<Value> {
    let ours = *world.ours(HERE);
    let knows = form.get("client_id") == Some(ours.client_id)
        && form.get("client_secret") == Some(ours.client_secret);
    if !knows
        || form.get("grant_type") != Some("authorization_code")
        || !consent::trade(world, HERE, form, now)
    {
        return Err(Refused::parameter("Matching code was not found or was already used"));
    }
    let token = world.tokens.lend(HERE, now, SHORT_LIFE);
    Ok(json!({"access_token": token, "user_id": ours.account_id, "permissions": "instagram_business_basic"}))
}

/// A token for another sixty days, for one that is at least a day old and still valid.
fn refresh(world: &mut World, params: &Params, now: Timestamp) -> Outcome<Value> {
    let token = params.get("access_token");
    let access = world.tokens.check(HERE, token, now).map_err(|bad| graph::bad_token(HERE, bad))?;
    let is_short = access.expires_at.is_some_and(|end| end.duration_since(access.issued_at) <= SHORT_LIFE);
    match params.get("grant_type") {
        Some("ig_refresh_token") if now.duration_since(access.issued_at) < INSTAGRAM_MIN_AGE => {
            Err(Refused::parameter("The access token must be at least 24 hours old to be refreshed"))
        }
        Some("ig_refresh_token") => {
            let token = world.tokens.renew(HERE, Holder::User, now);
            Ok(json!({
                "access_token": token,
                "token_type": "bearer",
                "expires_in": META_LIFE.as_secs(),
                "permissions": "instagram_business_basic,instagram_business_manage_comments",
            }))
        }
        Some("ig_exchange_token") if is_short => {
            let token = world.tokens.renew(HERE, Holder::User, now);
            Ok(json!({"access_token": token, "token_type": "bearer", "expires_in": META_LIFE.as_secs()}))
        }
        Some("ig_exchange_token") => Err(Refused::parameter("The access token is long-lived already")),
        _ => Err(Refused::parameter("param grant_type must be ig_refresh_token or ig_exchange_token")),
    }
}
