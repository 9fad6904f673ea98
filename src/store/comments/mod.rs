//! Comments and their revisions.
//!
//! [`receive`] takes a page in, [`subjects`] prepares a batch for the judge, and the read model
//! ([`list`], [`story`], [`export`], [`counts`]) shows people what became of them.

mod counts;
mod export;
mod list;
mod receive;
mod story;
mod subjects;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::comment::{Comment, CommentId, SourceId, Visibility};

use super::{Store, StoreError, Tx};

pub use counts::{PlatformCounts, counts};
pub use export::{ExportRow, export};
pub use list::{ListFilter, ListKey, ListRow, ListState, list};
pub use receive::{NewRevision, Stored, receive};
pub use story::{Revision, Story, StoryAction, story};
pub use subjects::{SubjectRow, subjects, twins_after};

/// What the database knows of a comment that a page carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Our number for it.
    pub id: CommentId,
    /// When a page first carried it.
    pub first_seen_at: Timestamp,
    /// The number of its latest revision.
    pub revision: i64,
    /// The text of its latest revision; `None` after erasure.
    pub text: Option<String>,
    /// Whether our own account wrote it.
    pub ours: bool,
}

/// What is known of these comments, by the platform's id.
///
/// # Errors
/// The database failed.
pub async fn known(
    _tx: &mut Tx,
    _source: &SourceId,
    _platform_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    todo!()
}

/// One comment.
///
/// # Errors
/// The database failed.
pub async fn get(_store: &Store, _id: CommentId) -> Result<Option<Comment>, StoreError> {
    todo!()
}

/// Notes whether the public can see a comment.
///
/// # Errors
/// There is no such comment, or it was erased.
pub async fn set_visibility(
    _tx: &mut Tx,
    _id: CommentId,
    _visibility: Visibility,
    _at: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}
