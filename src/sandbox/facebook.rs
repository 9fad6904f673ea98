//! The Graph API as a Facebook page sees it, v26.0 and v25.0.
//!
//! Taken where the record is open: `since` goes by the writing of a comment and includes its
//! instant; hidden comments stay in the lists; a page size above 100 is refused; a comment that
//! cannot be hidden is refused with code 100; the text limit is 8,000 characters. Attachments are
//! not played.

mod comments;
mod pages;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Answer, Call, Params, Trouble};
use super::consent;
use super::faults::Kind;
use super::graph::{self, Fields, Outcome, Refused};
use super::tokens::Holder;
use super::world::{Key, PostKey, World};
use crate::domain::comment::Platform;

const HERE: Platform = Platform::Facebook;

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
    if let (_, ["dialog", "oauth"]) = graph::without_version(&segments) {
        return consent::authorise(world, HERE, &call.query, now);
    }
    if let (_, ["oauth", "access_token"]) = graph::without_version(&segments) {
        return graph::answer(pages::exchange(world, &call.params(), now));
    }
    graph::handle(HERE, world, call, now, |world, path, params, holder| {
        let asked = Asked { call, params, holder, now };
        match (&call.method, path) {
            (&Method::GET, ["me"]) => pages::me(world, &asked),
            (&Method::GET, ["debug_token"]) => pages::debug_token(world, &asked),
            (&Method::GET, [id, "accounts"]) => pages::accounts(world, &asked, id),
            (&Method::GET, [id, "published_posts" | "posts" | "feed"]) => {
                pages::posts(world, &asked, id, path)
            }
            (&Method::GET, [id, "comments"]) => {
                let edge = format!("{id}/comments");
                comments::list(world, &asked, object(world, &asked, id)?, &edge, params)
            }
            (&Method::POST, [id, "comments"]) => comments::reply(world, &asked, id),
            (&Method::GET, []) => many(world, &asked),
            (&Method::GET, [id]) => {
                let object = object(world, &asked, id)?;
                node(world, &asked, object)
            }
            (&Method::POST, [id, "subscribed_apps"]) => subscribe(world, &asked, id),
            (&Method::POST, [id]) => comments::update(world, &asked, id),
            (&Method::DELETE, [id]) => comments::delete(world, &asked, id),
            _ => Err(Refused::new(2500, format!("Unknown path components: /{}", path.join("/")))),
        }
    })
}

/// A call with what was found out about it.
struct Asked<'a> {
    call: &'a Call,
    params: &'a Params,
    holder: Holder,
    now: Timestamp,
}

impl Asked<'_> {
    /// Only a page's token moves anything.
    fn by_page(&self) -> Outcome<()> {
        match self.holder {
            Holder::Page => Ok(()),
            _ => Err(Refused::new(
                200,
                "(#200) This action needs the token of a page with pages_manage_engagement",
            )),
        }
    }

    fn no_such_object(&self, id: &str) -> Refused {
        Refused::no_such_object(&self.call.method, id)
    }
}

/// Without this call nothing of the page is delivered, and nothing says so.
fn subscribe(world: &mut World, asked: &Asked<'_>, id: &str) -> Outcome<Value> {
    asked.by_page()?;
    if id != world.ours(HERE).account_id {
        return Err(asked.no_such_object(id));
    }
    if !asked.params.list("subscribed_fields").contains(&"feed") {
        return Err(Refused::parameter("param subscribed_fields must name at least one field"));
    }
    world.webhooks.subscribe(HERE);
    Ok(json!({"success": true}))
}

/// What an id stands for.
#[derive(Clone, Copy)]
enum Object {
    Page,
    User,
    Post(PostKey),
    Comment(Key),
}

/// The user who manages the page.
const USER_ID: &str = "10160123456789012";

fn object(world: &World, asked: &Asked<'_>, id: &str) -> Outcome<Object> {
    let page = world.ours(HERE).account_id;
    if id == page {
        return Ok(Object::Page);
    }
    if id == USER_ID && asked.holder == Holder::User {
        return Ok(Object::User);
    }
    if let Some(post) = world.find_post(HERE, id) {
        return Ok(Object::Post(post));
    }
    if let Some(comment) = world.living(HERE, id, asked.now) {
        return Ok(Object::Comment(comment));
    }
    // A comment's id without the post's before it.
    let bare = world.posts(HERE).any(|(_, post)| {
        let post = post.id.rsplit('_').next().unwrap_or_default();
        world.living(HERE, &format!("{post}_{id}"), asked.now).is_some()
    });
    match bare {
        true => {
            Err(Refused::new(12, "(#12) singular statuses API is deprecated for versions v2.4 and higher"))
        }
        false => Err(asked.no_such_object(id)),
    }
}

fn node(world: &World, asked: &Asked<'_>, object: Object) -> Outcome<Value> {
    match object {
        Object::Page => pages::page(world, asked, &Fields::asked(asked.params, "name,id")?),
        Object::User => pages::user(&Fields::asked(asked.params, "name,id")?),
        Object::Post(post) => {
            pages::post(world, asked, post, &Fields::asked(asked.params, "created_time,message,id")?)
        }
        Object::Comment(key) => {
            comments::render(world, asked, key, &Fields::asked(asked.params, comments::USUAL_FIELDS)?)
        }
    }
}

/// Several nodes at once; each counts as a call.
fn many(world: &mut World, asked: &Asked<'_>) -> Outcome<Value> {
    let ids = asked.params.list("ids");
    if ids.is_empty() || ids.len() > 50 {
        return Err(Refused::parameter("param ids must name between 1 and 50 objects"));
    }
    for _ in 1..ids.len() {
        world.limits.meta(HERE, asked.now);
    }
    let mut nodes = json!({});
    for id in ids {
        let found = object(world, asked, id).map_err(|_| {
            Refused::new(803, format!("(#803) Some of the aliases you requested do not exist: {id}"))
        })?;
        nodes[id] = node(world, asked, found)?;
    }
    Ok(nodes)
}
