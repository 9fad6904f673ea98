//! Finding what is in the world: lists in the order of time, comments and posts by their ids.

use std::ops::Bound;

use jiff::Timestamp;

use super::{Comment, Key, Place, PostKey, World};
use crate::domain::comment::Platform;
use crate::sandbox::posts::Post;

/// One list of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::sandbox) enum Thread {
    /// Every comment on the platform, ours too.
    Platform(Platform),
    /// Every comment under a post, of any depth.
    Post(PostKey),
    /// The comments directly under a post.
    Top(PostKey),
    /// The comments that answer this one directly.
    Under(Key),
}

impl World {
    /// The living comments of a list at `now`, newest first, beginning below `below`.
    pub(in crate::sandbox) fn newest_first(
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
    pub(in crate::sandbox) fn oldest_first(
        &self,
        thread: Thread,
        now: Timestamp,
        above: Option<Place>,
    ) -> impl Iterator<Item = (Place, &Comment)> {
        let above = above.map_or(Bound::Unbounded, Bound::Excluded);
        let listed = self.threads.get(&thread).map(|places| places.range((above, Bound::Unbounded)));
        listed
            .into_iter()
            .flatten()
            .take_while(move |(written_at, _)| *written_at <= now)
            .map(|place| (*place, &self[place.1]))
            .filter(|(_, comment)| comment.deleted_at.is_none())
    }

    /// Every comment, in the order in which they came into the world.
    pub(in crate::sandbox) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The comment with this id, whether or not it has appeared or is deleted.
    pub(in crate::sandbox) fn find(&self, platform: Platform, id: &str) -> Option<Key> {
        self.by_id.get(&(platform, id.to_owned())).copied()
    }

    /// The comment with this id, if it has appeared and is not deleted.
    pub(in crate::sandbox) fn living(&self, platform: Platform, id: &str, now: Timestamp) -> Option<Key> {
        self.find(platform, id).filter(|key| self[*key].lives(now))
    }

    /// Our posts on a platform, newest first.
    pub(in crate::sandbox) fn posts(
        &self,
        platform: Platform,
    ) -> impl DoubleEndedIterator<Item = (PostKey, &Post)> {
        let keyed = self.posts.iter().enumerate().filter(move |(_, post)| post.platform == platform);
        keyed.map(|(at, post)| (PostKey(u32::try_from(at).expect("a handful of posts")), post))
    }

    /// One of our posts.
    pub(in crate::sandbox) fn post(&self, key: PostKey) -> &Post {
        &self.posts[key.0 as usize]
    }

    /// The post with this id.
    pub(in crate::sandbox) fn find_post(&self, platform: Platform, id: &str) -> Option<PostKey> {
        self.posts(platform).find(|(_, post)| post.id == id).map(|(key, _)| key)
    }

    pub(super) fn thread(&self, thread: Thread) -> impl Iterator<Item = &Place> {
        self.threads.get(&thread).into_iter().flatten()
    }
}
