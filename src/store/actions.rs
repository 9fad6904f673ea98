//! The outbox: what we intend to do on a platform, and how far each has come.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::action::{Act, Action, ActionId, ActionState};
use crate::domain::comment::{Comment, CommentId, SourceId};

use super::decisions::DecidedBy;
use super::{Store, StoreError, Tx};

/// An action to be queued.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// The comment it is done to.
    pub comment: CommentId,
    /// What is to be done.
    pub act: Act,
    /// Who asked for it.
    pub requested_by: DecidedBy,
    /// The salt of the commitment to a reply's words; not kept for other acts.
    pub salt: [u8; 16],
}

/// Queues actions with their jobs, due at `now`. A hide or unhide that is queued and not sent withdraws where the
/// opposite is asked for; an act equal to one that is queued or on its way is not queued again. Returns the numbers of the
/// actions that were queued, in the order of asking.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn queue(
    _tx: &mut Tx,
    _actions: &[NewAction],
    _now: Timestamp,
) -> Result<Vec<ActionId>, StoreError> {
    todo!()
}

/// An action and the comment it is done to.
///
/// # Errors
/// The database failed.
pub async fn get(_store: &Store, _id: ActionId) -> Result<Option<(Action, Comment)>, StoreError> {
    todo!()
}

/// Moves an action on from the state that the caller found it in.
///
/// # Errors
/// [`StoreError::WrongState`] where it is no longer in `from`.
pub async fn set_state(
    _tx: &mut Tx,
    _id: ActionId,
    _from: &ActionState,
    _to: &ActionState,
) -> Result<(), StoreError> {
    todo!()
}

/// Which of these ids are receipts of replies that we sent to this source.
///
/// # Errors
/// The database failed.
pub async fn is_receipt(
    _tx: &mut Tx,
    _source: &SourceId,
    _platform_ids: &[String],
) -> Result<HashSet<String>, StoreError> {
    todo!()
}
