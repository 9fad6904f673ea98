//! The state that all four stand-ins render: posts, comments, tokens, limits, faults.
//!
//! Nothing here waits, listens or asks for the time: each question brings `now`. A comment is in
//! the world from the moment it is dealt, and is seen from its `written_at` on.

mod comment;
mod lists;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::accounts::Identity;
use super::consent::Codes;
use super::faults::Faults;
use super::ids;
use super::limits::Limits;
use super::people::{self, Person};
use super::posts::{self, Post};
use super::tokens::Tokens;
use super::webhooks::Webhooks;
use crate::domain::comment::Platform;
pub(super) use comment::{Comment, Draft, Standing};
pub(super) use lists::Thread;

/// Everything that the stand-ins know.
#[derive(Debug)]
pub(super) struct World {
    /// When the sandbox started.
    pub(super) started: Timestamp,
    /// Our own accounts.
    pub(super) identities: [Identity; 4],
    /// Who may call.
    pub(super) tokens: Tokens,
    /// How much each caller has used.
    pub(super) limits: Limits,
    /// What goes wrong next.
    pub(super) faults: Faults,
    /// Codes of those who were let in.
    pub(super) codes: Codes,
    /// What is delivered to a client's own address.
    pub(super) webhooks: Webhooks,
    /// How often each kind of call came.
    pub(super) calls: BTreeMap<Platform, BTreeMap<&'static str, u64>>,
    us: [Person; 4],
    posts: Vec<Post>,
    comments: Vec<Comment>,
    by_id: HashMap<(Platform, String), Key>,
    threads: HashMap<Thread, BTreeSet<Place>>,
}

/// A comment's position in the world; also the order in which comments came into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(pub(super) u32);

/// A post's position in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PostKey(pub(super) u32);

/// Where a comment stands in time; lists are pages of these.
pub(super) type Place = (Timestamp, Key);

impl World {
    /// A world of our posts, with nothing under them yet.
    pub(super) fn new(started: Timestamp) -> Self {
        let identities = Platform::ALL.map(Identity::of);
        let us = identities.each_ref().map(|ours| Person {
            id: ours.account_id.to_owned(),
            name: ours.name.to_owned(),
            handle: ours.handle.to_owned(),
        });
        let posts =
            identities.iter().flat_map(|ours| posts::of(ours.platform, ours.account_id, started)).collect();
        World {
            started,
            tokens: Tokens::issue(started),
            identities,
            limits: Limits::default(),
            faults: Faults::default(),
            codes: Codes::default(),
            webhooks: Webhooks::default(),
            calls: BTreeMap::new(),
            us,
            posts,
            comments: Vec::new(),
            by_id: HashMap::new(),
            threads: HashMap::new(),
        }
    }

    /// Our account on a platform.
    pub(super) fn ours(&self, platform: Platform) -> &Identity {
        &self.identities[platform as usize]
    }

    /// Our account as an author.
    pub(super) fn us(&self, platform: Platform) -> &Person {
        &self.us[platform as usize]
    }

    /// Puts a comment into the world. A reply to a reply goes to the top-level comment, save on
    /// X, where threads nest.
    pub(super) fn write(&mut self, draft: Draft) -> Key {
        let parent = match (draft.platform, draft.parent) {
            (Platform::X, parent) => parent,
            (_, parent) => parent.map(|parent| self[parent].parent.unwrap_or(parent)),
        };
        let post = draft.post.or_else(|| parent.and_then(|parent| self[parent].post));
        let key = Key(u32::try_from(self.comments.len()).expect("fewer than four billion comments"));
        let id = {
            let under = match draft.platform {
                Platform::Youtube => parent.map(|parent| self[parent].id.as_str()),
                _ => post.map(|post| self.post(post).id.as_str()),
            };
            ids::item(draft.platform, FIRST_NUMBER + u64::from(key.0), draft.written_at, under)
        };
        let place = (draft.written_at, key);
        let mut list = |thread| self.threads.entry(thread).or_default().insert(place);
        list(Thread::Platform(draft.platform));
        if let Some(post) = post {
            list(Thread::Post(post));
        }
        match (parent, post) {
            (Some(parent), _) => list(Thread::Under(parent)),
            (None, Some(post)) => list(Thread::Top(post)),
            (None, None) => false,
        };
        self.by_id.insert((draft.platform, id.clone()), key);
        self.comments.push(Comment {
            platform: draft.platform,
            id,
            post,
            parent,
            author: draft.author,
            text: draft.text,
            written_at: draft.written_at,
            edited_at: None,
            ours: draft.ours,
            standing: draft.standing,
            deleted_at: None,
        });
        self.webhooks.happened(draft.platform, key, "add", draft.written_at);
        key
    }

    /// Our account writes a comment: an answer to `parent`, or one directly under `post`.
    pub(super) fn write_ours(
        &mut self,
        platform: Platform,
        post: Option<PostKey>,
        parent: Option<Key>,
        text: &str,
        now: Timestamp,
    ) -> Key {
        let author = self.us(platform).clone();
        let text = text.to_owned();
        self.write(Draft {
            platform,
            post,
            parent,
            author,
            text,
            written_at: now,
            ours: true,
            standing: Standing::Shown,
        })
    }

    /// Takes a comment away, and what stands under it; on X answers outlive what they answer.
    pub(super) fn delete(&mut self, key: Key, now: Timestamp) {
        let replies: Vec<Key> = match self[key].platform {
            Platform::X => Vec::new(),
            _ => self.thread(Thread::Under(key)).map(|(_, reply)| *reply).collect(),
        };
        for gone in replies.into_iter().chain([key]) {
            self.comments[gone.0 as usize].deleted_at.get_or_insert(now);
            self.webhooks.happened(self[gone].platform, gone, "remove", now);
        }
    }

    /// Changes a comment's words.
    pub(super) fn edit(&mut self, key: Key, text: &str, now: Timestamp) {
        let comment = &mut self.comments[key.0 as usize];
        comment.text = text.to_owned();
        comment.edited_at = Some(now);
        self.webhooks.happened(self[key].platform, key, "edited", now);
    }

    /// Lets the public see a comment, or not.
    pub(super) fn stand(&mut self, key: Key, standing: Standing) {
        self.comments[key.0 as usize].standing = standing;
    }

    /// When a comment dealt at `now` would be written `minutes` after the start.
    pub(super) fn minutes_after_start(&self, minutes: u32) -> Timestamp {
        self.started.saturating_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
    }

    /// Somebody whom nobody named.
    pub(super) fn stranger(&self, platform: Platform) -> Person {
        people::stranger(platform, self.comments.len() as u64)
    }
}

/// The number of the first comment; posts have the numbers below it.
const FIRST_NUMBER: u64 = 100;

impl std::ops::Index<Key> for World {
    type Output = Comment;

    fn index(&self, key: Key) -> &Comment {
        &self.comments[key.0 as usize]
    }
}
