//! Reply clocks: from the comment's writing to our answer.

use jiff::Timestamp;

use crate::domain::comment::{CommentId, Platform, SourceId};
use crate::domain::judge::Kind;

pub use crate::domain::reply::{AnsweredBy, CancelReason, ClockState};

use super::{Store, StoreError, Tx};

/// The number of a reply clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClockId(pub i64);

/// A clock to be opened.
#[derive(Debug, Clone)]
pub struct NewClock<'a> {
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// How the deadline was reached, as JSON, so that an auditor can redo the sum.
    pub basis: &'a str,
}

/// A clock as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its number.
    pub id: ClockId,
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// How the deadline was reached, as JSON.
    pub basis: String,
    /// How far it has come.
    pub state: ClockState,
}

/// What staff are told about a clock, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alert {
    /// The answer is due soon.
    DueSoon,
    /// The answer is overdue.
    Overdue,
}

/// A clock about which staff must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueClock {
    /// The clock.
    pub clock: Clock,
    /// What they are told.
    pub alert: Alert,
    /// The source of the comment.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
}

/// A reply of ours that a page carried.
#[derive(Debug, Clone)]
pub struct SeenReply<'a> {
    /// The platform's id of the comment it answers.
    pub parent_id: &'a str,
    /// The platform's id of the reply.
    pub reply_id: &'a str,
    /// When it was written.
    pub at: Timestamp,
}

/// Opens clocks. A comment whose clock is open keeps it; one that a reply of ours, written since `started_at`, answers
/// already is opened and stopped at once. Returns the comments whose clock was opened and runs.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn open(
    _tx: &mut Tx,
    _clocks: &[NewClock<'_>],
    _now: Timestamp,
) -> Result<Vec<CommentId>, StoreError> {
    todo!()
}

/// Stops the comment's open clock with an answer; false where none is open.
///
/// # Errors
/// The database failed.
pub async fn answer(
    _tx: &mut Tx,
    _comment: CommentId,
    _at: Timestamp,
    _by: &AnsweredBy,
) -> Result<bool, StoreError> {
    todo!()
}

/// Stops the open clocks of the comments that these replies answer, and returns those comments.
///
/// # Errors
/// The database failed.
pub async fn answer_seen(
    _tx: &mut Tx,
    _source: &SourceId,
    _replies: &[SeenReply<'_>],
) -> Result<Vec<CommentId>, StoreError> {
    todo!()
}

/// Stops the comment's open clock without an answer; false where none is open.
///
/// # Errors
/// The database failed.
pub async fn cancel(
    _tx: &mut Tx,
    _comment: CommentId,
    _at: Timestamp,
    _reason: CancelReason,
) -> Result<bool, StoreError> {
    todo!()
}

/// The open clocks about which staff must be told at `now` and were not, oldest due first, at most `limit`. A clock
/// that became overdue before its reminder went out is told as overdue alone.
///
/// # Errors
/// The database failed.
pub async fn due(_store: &Store, _now: Timestamp, _limit: u32) -> Result<Vec<DueClock>, StoreError> {
    todo!()
}

/// The next instant at which [`due`] will return something.
///
/// # Errors
/// The database failed.
pub async fn next_alert(_store: &Store) -> Result<Option<Timestamp>, StoreError> {
    todo!()
}

/// Notes that staff were told; false where they had been already.
///
/// # Errors
/// The database failed.
pub async fn mark_alerted(
    _tx: &mut Tx,
    _clock: ClockId,
    _alert: Alert,
    _at: Timestamp,
) -> Result<bool, StoreError> {
    todo!()
}
