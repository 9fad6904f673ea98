//! Reply clocks: from the comment's writing to our answer.

mod alerts;
mod open;
mod stop;

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::comment::CommentId;
use crate::domain::judge::Kind;

pub use crate::domain::reply::{AnsweredBy, CancelReason, ClockState};
pub use alerts::{Alert, DueClock, due, mark_alerted, next_alert};
pub use open::{NewClock, open};
pub use stop::{SeenReply, answer, answer_seen, cancel};

use super::StoreError;
use super::sql::Columns;

/// The number of a reply clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockId(pub i64);

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

/// The columns of `reply_clock k` that [`clock`] reads.
pub(super) const CLOCK: &str = "k.id as clock_id, k.comment as clock_comment, k.kind as clock_kind, k.started_at, k.due_soon_at, \
    k.due_at, k.basis, k.state as clock_state, k.settled_at, k.answered_by_action, k.answered_by_seen, k.cancel_reason";

/// The clock in a row that holds [`CLOCK`].
pub(super) fn clock(row: &Columns<'_>) -> Result<Clock, StoreError> {
    let state = match row.get("clock_state")? {
        "running" => ClockState::Running,
        "answered" => {
            let by = match row.get::<Option<i64>>("answered_by_action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("answered_by_seen")?),
            };
            ClockState::Answered { at: row.instant("settled_at")?, by }
        }
        "cancelled" => {
            let word: &str = row.get("cancel_reason")?;
            let reason = CancelReason::from_word(word)
                .map_err(|_| row.unreadable("cancel_reason", word.to_owned()))?;
            ClockState::Cancelled { at: row.instant("settled_at")?, reason }
        }
        other => return Err(row.unreadable("state", other.to_owned())),
    };
    Ok(Clock {
        id: ClockId(row.get("clock_id")?),
        comment: CommentId(row.get("clock_comment")?),
        kind: row.word("clock_kind")?,
        started_at: row.instant("started_at")?,
        due_soon_at: row.instant("due_soon_at")?,
        due_at: row.instant("due_at")?,
        basis: row.get("basis")?,
        state,
    })
}

/// The clock in a row of a left join, if there is one.
pub(super) fn clock_or_none(row: &Columns<'_>) -> Result<Option<Clock>, StoreError> {
    match row.get::<Option<i64>>("clock_id")? {
        Some(_) => clock(row).map(Some),
        None => Ok(None),
    }
}
