//! Posts and users as X shows them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::HERE;
use super::vocabulary::Shown;
use crate::sandbox::people::Person;
use crate::sandbox::world::{Key, PostKey, Thread, World};

/// What has an id on X: a post of ours that began a conversation, or anything written since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Root(PostKey),
    Written(Key),
}

/// A post in X's sense.
#[derive(Debug)]
pub(super) struct Post<'a> {
    pub(super) id: &'a str,
    pub(super) text: &'a str,
    pub(super) author: &'a Person,
    pub(super) created_at: Timestamp,
    /// The id of the post that began the conversation.
    pub(super) conversation_id: &'a str,
    pub(super) answers: Option<Answered<'a>>,
}

/// What a post answers.
#[derive(Debug)]
pub(super) struct Answered<'a> {
    pub(super) item: Item,
    pub(super) id: &'a str,
    pub(super) user: &'a Person,
}

/// Sees an item as a post.
pub(super) fn view(world: &World, item: Item) -> Post<'_> {
    let us = world.us(HERE);
    match item {
        Item::Root(key) => {
            let post = world.post(key);
            Post {
                id: &post.id,
                text: post.caption,
                author: us,
                created_at: post.published_at,
                conversation_id: &post.id,
                answers: None,
            }
        }
        Item::Written(key) => {
            let comment = &world[key];
            let answers = match (comment.parent, comment.post) {
                (Some(parent), _) => Some(Answered {
                    item: Item::Written(parent),
                    id: &world[parent].id,
                    user: &world[parent].author,
                }),
                (None, Some(post)) => {
                    Some(Answered { item: Item::Root(post), id: &world.post(post).id, user: us })
                }
                (None, None) => None,
            };
            let conversation_id = match comment.post {
                Some(post) => &world.post(post).id,
                None => &world[first(world, key)].id,
            };
            Post {
                id: &comment.id,
                text: &comment.text,
                author: &comment.author,
                created_at: comment.written_at,
                conversation_id,
                answers,
            }
        }
    }
}

fn first(world: &World, mut key: Key) -> Key {
    while let Some(parent) = world[key].parent {
        key = parent;
    }
    key
}

/// The item with this id, if it has appeared and is not deleted.
pub(super) fn find(world: &World, id: &str, now: Timestamp) -> Option<Item> {
    let root = world.find_post(HERE, id).map(Item::Root);
    root.or_else(|| world.living(HERE, id, now).map(Item::Written))
}

/// Whether a text names this person.
pub(super) fn mentions(text: &str, person: &Person) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '@')
        .filter_map(|word| word.strip_prefix('@'))
        .any(|handle| handle.eq_ignore_ascii_case(&person.handle))
}

impl Post<'_> {
    /// The language that X would detect.
    pub(super) fn lang(&self) -> &'static str {
        let count =
            |range: std::ops::RangeInclusive<char>| self.text.chars().filter(|c| range.contains(c)).count();
        let (arabic, devanagari, latin) =
            (count('\u{0600}'..='\u{06FF}'), count('\u{0900}'..='\u{097F}'), count('a'..='z'));
        match arabic.max(devanagari).max(latin) {
            0 => "und",
            most if most == arabic => "ar",
            most if most == devanagari => "hi",
            _ => "en",
        }
    }
}

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
