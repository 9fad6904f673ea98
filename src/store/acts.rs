//! What members of staff do to a comment: decision, action, job, clock and audit entries in one transaction (T4).
//!
//! The caller has checked the role. Nothing is sent from here: the actions wait in the outbox.

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::comment::CommentId;
use crate::domain::policy::{ClauseId, PolicyVersion};

use super::{StoreError, Tx};

/// Who acts, when, and under which policy.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The member of staff, by name.
    pub staff: &'a str,
    /// The policy in force.
    pub policy: &'a PolicyVersion,
    /// The instant of the act.
    pub now: Timestamp,
}

/// Hides a comment for a clause: its reply clock stops, and the hide is queued. `None` where a hide is on its way already.
///
/// # Errors
/// There is no such comment, it is ours, or it is not visible.
pub async fn hide(
    _tx: &mut Tx,
    _by: By<'_>,
    _comment: CommentId,
    _clause: ClauseId,
    _reason: &str,
) -> Result<Option<ActionId>, StoreError> {
    todo!()
}

/// Shows a comment again. Its reply clock opens again when the platform has confirmed it. `None` where an unhide is on
/// its way already.
///
/// # Errors
/// There is no such comment, or it is neither hidden nor about to be.
pub async fn unhide(
    _tx: &mut Tx,
    _by: By<'_>,
    _comment: CommentId,
    _reason: &str,
) -> Result<Option<ActionId>, StoreError> {
    todo!()
}

/// Answers a comment in public. Its reply clock stops when the platform has confirmed it. `None` where a reply with
/// the same words is on its way already.
///
/// # Errors
/// There is no such comment, it is ours, or it is gone.
pub async fn reply(
    _tx: &mut Tx,
    _by: By<'_>,
    _comment: CommentId,
    _text: &str,
) -> Result<Option<ActionId>, StoreError> {
    todo!()
}

/// Leaves a comment visible after a review.
///
/// # Errors
/// There is no such comment, or it does not wait for a review.
pub async fn approve(
    _tx: &mut Tx,
    _by: By<'_>,
    _comment: CommentId,
    _reason: Option<&str>,
) -> Result<(), StoreError> {
    todo!()
}
