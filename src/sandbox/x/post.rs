//! What X calls a post, whatever it is here: a post of ours, a reply, a mention.

use jiff::Timestamp;

use super::HERE;
use crate::sandbox::people::Person;
use crate::sandbox::world::{Key, PostKey, World};

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
