//! What the judge is told about a batch of comments.

use std::time::Duration;

use crate::domain::comment::{Comment, CommentId};

use super::super::decisions::LastDecision;
use super::super::{Store, StoreError, Tx};

/// A comment to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// The comment, with its latest text.
    pub comment: Comment,
    /// How many comments with an equal fold key the same author wrote on the platform before it, within the window.
    pub earlier_same: u32,
    /// The decision that rules so far.
    pub last: Option<LastDecision>,
}

/// The comments with these numbers, in the order asked for; numbers of none are left out.
///
/// # Errors
/// The database failed.
pub async fn subjects(
    _store: &Store,
    _ids: &[CommentId],
    _window: Duration,
) -> Result<Vec<SubjectRow>, StoreError> {
    todo!()
}

/// Comments stored earlier, with their latest revision, that repeat one of `ids` and were written after it within the
/// window: late news changes how many times they repeat, so they are to be judged again.
///
/// # Errors
/// The database failed.
pub async fn twins_after(
    _tx: &mut Tx,
    _ids: &[CommentId],
    _window: Duration,
) -> Result<Vec<(CommentId, i64)>, StoreError> {
    todo!()
}
