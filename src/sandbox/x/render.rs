//! Posts and users as X shows them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::HERE;
use super::post::{Item, find, mentions, view};
use super::vocabulary::Shown;
use crate::sandbox::people::Person;
use crate::sandbox::world::{Thread, World};

/// The answer to a read of posts: `data`, `includes` where something was expanded.
pub(super) fn posts(world: &World, items: &[Item], shown: &Shown<'_>, now: Timestamp) -> Map<String, Value> {
    let mut includes = Includes::default();
    let data: Vec<Value> = items.iter().map(|item| post(world, *item, shown, &mut includes, now)).collect();
    let mut out = Map::new();
    // What is empty is left out, not null.
    if !data.is_empty() {
        out.insert("data".into(), Value::Array(data));
    }
    let mut included = Map::new();
    if !includes.users.is_empty() {
        let users = includes.users.iter().map(|person| user(person, shown)).collect();
        included.insert("users".into(), Value::Array(users));
    }
    if !includes.posts.is_empty() {
        let mut no_more = Includes::default();
        let posts = includes.posts.iter().map(|item| post(world, *item, shown, &mut no_more, now)).collect();
        included.insert(shown.vocabulary.included_posts.into(), Value::Array(posts));
    }
    if !included.is_empty() {
        out.insert("includes".into(), Value::Object(included));
    }
    out
}

/// What was expanded, once each.
#[derive(Debug, Default)]
struct Includes<'a> {
    users: Vec<&'a Person>,
    posts: Vec<Item>,
}

impl<'a> Includes<'a> {
    fn user(&mut self, person: &'a Person) {
        if !self.users.iter().any(|known| known.id == person.id) {
            self.users.push(person);
        }
    }
}

fn post<'a>(
    world: &'a World,
    item: Item,
    shown: &Shown<'_>,
    includes: &mut Includes<'a>,
    now: Timestamp,
) -> Value {
    let words = shown.vocabulary;
    let post = view(world, item);
    let us = world.us(HERE);
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| drop(out.insert(name.to_owned(), value));
    set("id", json!(post.id));
    set("text", json!(post.text));
    // The old vocabulary always told of edits.
    if words.edit_history.contains("tweet") || shown.expands(words.edit_history) {
        set(words.edit_history, json!([post.id]));
    }
    if shown.field("created_at") {
        set("created_at", json!(time(post.created_at)));
    }
    if shown.field("conversation_id") {
        set("conversation_id", json!(post.conversation_id));
    }
    if shown.field("lang") {
        set("lang", json!(post.lang()));
    }
    if shown.field("author_id") {
        set("author_id", json!(post.author.id));
    }
    if shown.expands("author_id") {
        includes.user(post.author);
    }
    if let Some(answered) = &post.answers {
        if shown.field("in_reply_to_user_id") {
            set("in_reply_to_user_id", json!(answered.user.id));
        }
        if shown.expands("in_reply_to_user_id") {
            includes.user(answered.user);
        }
        if shown.field(words.referenced) || shown.expands(words.referenced_expansion) {
            set(words.referenced, json!([{"type": "replied_to", "id": answered.id}]));
        }
        let there = find(world, answered.id, now).is_some();
        if shown.expands(words.referenced_expansion) && there && !includes.posts.contains(&answered.item) {
            includes.posts.push(answered.item);
        }
    }
    let named = mentions(post.text, us);
    if shown.expands("entities.mentions.username") && named {
        includes.user(us);
    }
    if shown.field("entities") && named {
        set("entities", entities(post.text, us));
    }
    if shown.field("edit_controls") {
        let until =
            post.created_at.saturating_add(jiff::SignedDuration::from_mins(30)).unwrap_or(Timestamp::MAX);
        set(
            "edit_controls",
            json!({"edits_remaining": 5, "is_edit_eligible": post.answers.is_none(), "editable_until": time(until)}),
        );
    }
    if shown.field("public_metrics") {
        let replies = match item {
            Item::Root(key) => world.oldest_first(Thread::Top(key), now, None).count(),
            Item::Written(key) => world.oldest_first(Thread::Under(key), now, None).count(),
        };
        set(
            "public_metrics",
            json!({"like_count": 1, "reply_count": replies, "quote_count": 0, words.repost_count: 0,
                   "bookmark_count": 0, "impression_count": 25}),
        );
    }
    if shown.field("possibly_sensitive") {
        set("possibly_sensitive", json!(false));
    }
    if shown.field("reply_settings") {
        set("reply_settings", json!("everyone"));
    }
    Value::Object(out)
}

/// Where in the text we are named; positions count code points.
fn entities(text: &str, us: &Person) -> Value {
    let name = format!("@{}", us.handle);
    let begin = text.to_ascii_lowercase().find(&name.to_ascii_lowercase()).unwrap_or(0);
    let start = text[..begin].chars().count();
    let end = start + name.chars().count();
    json!({"mentions": [{"start": start, "end": end, "username": us.handle, "id": us.id}]})
}

/// A user.
pub(super) fn user(person: &Person, shown: &Shown<'_>) -> Value {
    let mut out = json!({"id": person.id, "name": person.name, "username": person.handle});
    for (field, value) in [
        ("created_at", json!("2019-03-04T05:06:07.000Z")),
        ("verified", json!(false)),
        ("protected", json!(false)),
        (
            "public_metrics",
            json!({"followers_count": 120, "following_count": 80, "tweet_count": 640, "listed_count": 1}),
        ),
    ] {
        if shown.user_field(field) {
            out[field] = value;
        }
    }
    out
}

/// A time as X writes it.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
