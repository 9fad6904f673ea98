//! One post of X, in either vocabulary, as a comment: "tweet" until August 2026, "post" since.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::paging::Reader;
use crate::platform::{Listed, Looked, json};

/// What X counts the milliseconds of its ids from: 2010-11-04T01:42:54.657Z.
const EPOCH_MILLISECONDS: u64 = 1_288_834_974_657;

/// A post on a page.
#[derive(Debug)]
pub(super) struct Post {
    /// Its id as a number, for X compares ids as such, where it is one.
    pub(super) number: Option<u64>,
    /// When it was written, by its own word or its id's.
    pub(super) at: Option<Timestamp>,
    /// The conversation that it shows to be one of ours.
    pub(super) our_conversation: Option<String>,
    /// What it is to us.
    pub(super) content: Content,
}

/// What a post is to us.
#[derive(Debug)]
pub(super) enum Content {
    /// Somebody's comment, or a reply of ours.
    Comment(Incoming),
    /// A post of our own that answers nobody.
    Ours(Listed),
    /// Somebody passing a post on: nothing to read.
    NoComment,
    /// An item without an id.
    Unreadable,
}

/// The posts on a page, in its order.
pub(super) fn read(page: &Value, reader: Reader<'_>) -> Vec<Post> {
    let users = json::list(page, "/includes/users");
    let names = users.iter().filter_map(|user| {
        let name = json::name(user, "/name").or_else(|| json::name(user, "/username"))?;
        Some((json::id(user, "/id")?, name))
    });
    let names: HashMap<String, String> = names.collect();
    json::list(page, "/data").iter().map(|item| post(item, &names, reader)).collect()
}

/// What a look-up of `ids` shows of each. A post that was edited is known by the id that was asked for.
pub(super) fn looked(page: &Value, ids: &[String], reader: Reader<'_>) -> Vec<Looked> {
    let items = json::list(page, "/data").iter().map(|item| json::id(item, "/id"));
    let mut seen: HashMap<String, Incoming> = HashMap::new();
    for (id, post) in items.zip(read(page, reader)) {
        if let (Some(id), Content::Comment(comment)) = (id, post.content) {
            seen.insert(id, comment);
        }
    }
    let gone = |id: &str| {
        json::list(page, "/errors").iter().any(|error| {
            let kind = json::text(error, "/type").unwrap_or_default().rsplit('/').next();
            kind == Some("resource-not-found") && json::id(error, "/resource_id").as_deref() == Some(id)
        })
    };
    let looked = |id: &String| match seen.remove(id) {
        Some(comment) => Looked::Seen(Box::new(comment)),
        None if gone(id) => Looked::Gone(id.clone()),
        None => Looked::OutOfSight(id.clone()),
    };
    ids.iter().map(looked).collect()
}

fn post(item: &Value, names: &HashMap<String, String>, reader: Reader<'_>) -> Post {
    let id = json::id(item, "/id");
    let number = id.as_deref().and_then(|id| id.parse().ok());
    let created_at = json::time(item, "/created_at").or_else(|| number.and_then(time_of));
    let conversation = json::id(item, "/conversation_id");
    let answers = referenced(item, "replied_to");
    let author = json::id(item, "/author_id");
    let ours = author.as_deref() == Some(reader.account);
    let to_us = json::id(item, "/in_reply_to_user_id").as_deref() == Some(reader.account);

    let under_our_post = to_us && answers.is_some() && answers == conversation;
    let our_post = ours && answers.is_none();
    let our_conversation = conversation.clone().filter(|_| under_our_post || our_post);
    let content = match id {
        None => Content::Unreadable,
        Some(_) if referenced(item, "retweeted").is_some() => Content::NoComment,
        // Comments name it by its conversation, through all of its edits.
        Some(id) if our_post => Content::Ours(Listed {
            id: conversation.unwrap_or(id),
            published_at: created_at,
            said: None,
            text: TEXTS.iter().find_map(|at| json::words(item, at)),
        }),
        Some(id) => {
            let name = author.as_ref().and_then(|id| names.get(id)).cloned();
            let written = Written {
                // The post that began our conversation is no comment, so nothing under it has it as a parent.
                parent_id: answers.filter(|_| !under_our_post),
                post_id: conversation.filter(|conversation| *conversation != id),
                author: Some(Author { id: author, name }),
                created_at,
                ours,
                // No field of a post says so.
                hidden: None,
            };
            // Each edit has an id of its own; the first one stands for the post through all of them.
            let first = edits(item).first().and_then(|first| json::id(first, "")).unwrap_or(id);
            Content::Comment(Incoming::new(first, words(item), reader.now, written))
        }
    };
    Post { number, at: created_at, our_conversation, content }
}

/// Where the whole text stands: a long post's `text` is cut.
const TEXTS: [&str; 3] = ["/note_post/text", "/note_tweet/text", "/text"];

/// The whole text.
fn words(item: &Value) -> &str {
    TEXTS.iter().find_map(|at| json::text(item, at)).unwrap_or_default()
}

fn edits(item: &Value) -> &[Value] {
    let edits = json::list(item, "/edit_history_post_ids");
    if edits.is_empty() { json::list(item, "/edit_history_tweet_ids") } else { edits }
}

/// The id of the post that this one refers to in this way.
fn referenced(item: &Value, kind: &str) -> Option<String> {
    let references =
        json::list(item, "/referenced_posts").iter().chain(json::list(item, "/referenced_tweets"));
    references
        .filter(|reference| json::text(reference, "/type") == Some(kind))
        .find_map(|reference| json::id(reference, "/id"))
}

/// When an id was given out: its upper bits count milliseconds.
fn time_of(id: u64) -> Option<Timestamp> {
    let milliseconds = (id >> 22).checked_add(EPOCH_MILLISECONDS)?;
    Timestamp::from_millisecond(i64::try_from(milliseconds).ok()?).ok()
}
