//! The state that all four stand-ins render: posts, comments, tokens, limits, faults.
//!
//! Nothing here waits, listens or asks for the time: each question brings `now`. A comment is in
//! the world from the moment it is dealt, and is seen from its `written_at` on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::accounts::Identity;
use super::faults::Faults;
use super::ids;
use super::limits::Limits;
use super::people::{self, Person};
use super::posts::{self, Post};
use super::tokens::Tokens;
use crate::domain::comment::Platform;

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

/// One list of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Thread {
    /// Every comment on the platform, ours too.
    Platform(Platform),
    /// Every comment under a post, of any depth.
    Post(PostKey),
    /// The comments directly under a post.
    Top(PostKey),
    /// The comments that answer this one directly.
    Under(Key),
}

/// One comment on a platform: the public's or ours.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub(super) platform: Platform,
    pub(super) id: String,
    /// `None` for what stands outside our posts: a bare mention on X.
    pub(super) post: Option<PostKey>,
    pub(super) parent: Option<Key>,
    pub(super) author: Person,
    pub(super) text: String,
    pub(super) written_at: Timestamp,
    /// When its text was last changed.
    pub(super) edited_at: Option<Timestamp>,
    /// Whether our account wrote it.
    pub(super) ours: bool,
    pub(super) standing: Standing,
    pub(super) deleted_at: Option<Timestamp>,
}

/// Whether the public can see a comment that is not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Shown,
    /// Held by the platform until someone decides (YouTube).
    Held,
    /// Hidden by us; on YouTube: rejected.
    Hidden,
}

/// A comment about to be written.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) platform: Platform,
    pub(super) post: Option<PostKey>,
    pub(super) parent: Option<Key>,
    pub(super) author: Person,
    pub(super) text: String,
    pub(super) written_at: Timestamp,
    pub(super) ours: bool,
    pub(super) standing: Standing,
}

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

    /// The comment with this id, whether or not it has appeared or is deleted.
    pub(super) fn find(&self, platform: Platform, id: &str) -> Option<Key> {
        self.by_id.get(&(platform, id.to_owned())).copied()
    }

    /// The comment with this id, if it has appeared and is not deleted.
    pub(super) fn living(&self, platform: Platform, id: &str, now: Timestamp) -> Option<Key> {
        self.find(platform, id).filter(|key| self[*key].lives(now))
    }

    /// Takes a comment away, and what stands under it; on X answers outlive what they answer.
    pub(super) fn delete(&mut self, key: Key, now: Timestamp) {
        let replies: Vec<Key> = match self[key].platform {
            Platform::X => Vec::new(),
            _ => self.thread(Thread::Under(key)).map(|(_, reply)| *reply).collect(),
        };
        for gone in replies.into_iter().chain([key]) {
            self.comments[gone.0 as usize].deleted_at.get_or_insert(now);
        }
    }

    /// Changes a comment's words.
    pub(super) fn edit(&mut self, key: Key, text: &str, now: Timestamp) {
        let comment = &mut self.comments[key.0 as usize];
        comment.text = text.to_owned();
        comment.edited_at = Some(now);
    }

    /// Lets the public see a comment, or not.
    pub(super) fn stand(&mut self, key: Key, standing: Standing) {
        self.comments[key.0 as usize].standing = standing;
    }

    /// The living comments of a list at `now`, newest first, beginning below `below`.
    pub(super) fn newest_first(
        &self,
        thread: Thread,
        now: Timestamp,
        below: Option<Place>,
    ) -> impl Iterator<Item = (Place, &Comment)> {
        let newest = (now, Key(u32::MAX));
        let below = below.map_or(newest, |below| below.min(newest));
        let listed = self.threads.get(&thread).map(|places| places.range(..below).rev());
        listed
            .into_iter()
            .flatten()
            .map(|place| (*place, &self[place.1]))
            .filter(|(_, comment)| comment.deleted_at.is_none())
    }

    /// The living comments of a list at `now`, oldest first, beginning above `above`.
    pub(super) fn oldest_first(
        &self,
        thread: Thread,
        now: Timestamp,
        above: Option<Place>,
    ) -> impl Iterator<Item = (Place, &Comment)> {
        let above = above.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let listed =
            self.threads.get(&thread).map(|places| places.range((above, std::ops::Bound::Unbounded)));
        listed
            .into_iter()
            .flatten()
            .take_while(move |(written_at, _)| *written_at <= now)
            .map(|place| (*place, &self[place.1]))
            .filter(|(_, comment)| comment.deleted_at.is_none())
    }

    /// Every comment, in the order in which they came into the world.
    pub(super) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Our posts on a platform, newest first.
    pub(super) fn posts(&self, platform: Platform) -> impl DoubleEndedIterator<Item = (PostKey, &Post)> {
        let keyed = self.posts.iter().enumerate().filter(move |(_, post)| post.platform == platform);
        keyed.map(|(at, post)| (PostKey(u32::try_from(at).expect("a handful of posts")), post))
    }

    /// One of our posts.
    pub(super) fn post(&self, key: PostKey) -> &Post {
        &self.posts[key.0 as usize]
    }

    /// The post with this id.
    pub(super) fn find_post(&self, platform: Platform, id: &str) -> Option<PostKey> {
        self.posts(platform).find(|(_, post)| post.id == id).map(|(key, _)| key)
    }

    /// When a comment dealt at `now` would be written `minutes` after the start.
    pub(super) fn minutes_after_start(&self, minutes: u32) -> Timestamp {
        self.started.saturating_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
    }

    /// Somebody whom nobody named.
    pub(super) fn stranger(&self, platform: Platform) -> Person {
        people::stranger(platform, self.comments.len() as u64)
    }

    fn thread(&self, thread: Thread) -> impl Iterator<Item = &Place> {
        self.threads.get(&thread).into_iter().flatten()
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

impl Comment {
    /// Whether it has appeared and is not deleted.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        self.written_at <= now && self.deleted_at.is_none()
    }
}
