//! A page's comments taken in: new ones, new revisions, and what was known already.

use jiff::Timestamp;

use crate::domain::comment::{CommentId, Incoming, SourceId};

use super::super::{StoreError, Tx};

/// A comment as a page carried it, with what the caller computed for it.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// The comment.
    pub incoming: &'a Incoming,
    /// What equal texts have in common; `None` for a text that repeats nothing, such as an empty one.
    pub fold_key: Option<i64>,
    /// The salt of the commitment to its text.
    pub salt: [u8; 16],
}

/// A revision that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Our number for the comment.
    pub id: CommentId,
    /// The number of the revision, from 1.
    pub revision: i64,
    /// Whether the comment itself was new.
    pub new: bool,
}

/// Stores what is new of a batch: a comment never seen, or a changed text as the next revision. Answers for each item in
/// its place; `None` where nothing was new, and for all but the first of a batch with the same id.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn receive(
    _tx: &mut Tx,
    _source: &SourceId,
    _batch: &[NewRevision<'_>],
    _now: Timestamp,
) -> Result<Vec<Option<Stored>>, StoreError> {
    todo!()
}
