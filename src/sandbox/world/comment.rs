//! A comment on a platform, the public's or ours.

use jiff::Timestamp;

use super::{Key, PostKey};
use crate::domain::comment::Platform;
use crate::sandbox::people::Person;

/// One comment on a platform: the public's or ours.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Comment {
    pub(in crate::sandbox) platform: Platform,
    pub(in crate::sandbox) id: String,
    /// `None` for what stands outside our posts: a bare mention on X.
    pub(in crate::sandbox) post: Option<PostKey>,
    pub(in crate::sandbox) parent: Option<Key>,
    pub(in crate::sandbox) author: Person,
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) written_at: Timestamp,
    /// When its text was last changed.
    pub(in crate::sandbox) edited_at: Option<Timestamp>,
    /// Whether our account wrote it.
    pub(in crate::sandbox) ours: bool,
    pub(in crate::sandbox) standing: Standing,
    pub(in crate::sandbox) deleted_at: Option<Timestamp>,
}

/// Whether the public can see a comment that is not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Standing {
    Shown,
    /// Held by the platform until someone decides (YouTube).
    Held,
    /// Hidden by us; on YouTube: rejected.
    Hidden,
}

/// A comment about to be written.
#[derive(Debug)]
pub(in crate::sandbox) struct Draft {
    pub(in crate::sandbox) platform: Platform,
    pub(in crate::sandbox) post: Option<PostKey>,
    pub(in crate::sandbox) parent: Option<Key>,
    pub(in crate::sandbox) author: Person,
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) written_at: Timestamp,
    pub(in crate::sandbox) ours: bool,
    pub(in crate::sandbox) standing: Standing,
}

impl Comment {
    /// Whether it has appeared and is not deleted.
    pub(in crate::sandbox) fn lives(&self, now: Timestamp) -> bool {
        self.written_at <= now && self.deleted_at.is_none()
    }
}
