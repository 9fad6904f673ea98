//! All that happened to one comment.

use jiff::Timestamp;

use crate::domain::action::Action;
use crate::domain::comment::{Comment, CommentId, Mark};

use super::super::decisions::{DecidedBy, Decision};
use super::super::replies::Clock;
use super::super::{Store, StoreError};

/// One text that a comment had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// The text; `None` after erasure.
    pub text: Option<String>,
    /// What was odd about it.
    pub marks: Vec<Mark>,
    /// When a page first carried it.
    pub seen_at: Timestamp,
}

/// An action and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryAction {
    /// The action.
    pub action: Action,
    /// Who asked for it.
    pub requested_by: DecidedBy,
}

/// All that happened to one comment, each list oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The comment.
    pub comment: Comment,
    /// Its texts.
    pub revisions: Vec<Revision>,
    /// What was decided about it.
    pub decisions: Vec<Decision>,
    /// What was done about it.
    pub actions: Vec<StoryAction>,
    /// Its reply clocks.
    pub clocks: Vec<Clock>,
    /// Replies of ours that pages carried under it, with their latest texts.
    pub replies: Vec<Comment>,
}

/// The story of a comment.
///
/// # Errors
/// The database failed.
pub async fn story(_store: &Store, _id: CommentId) -> Result<Option<Story>, StoreError> {
    todo!()
}
