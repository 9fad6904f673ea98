//! Reply clocks: from the comment's writing to our answer, or to the end of the matter.
//!
//! What happens to a clock is [`crate::domain::reply::Run`]'s to say; here it is kept, with its pauses.

mod alerts;
mod entry;
mod happen;
mod open;
mod row;
mod stop;

use jiff::Timestamp;

use crate::domain::calendar::CalendarVersion;
use crate::domain::comment::{CommentId, Platform};
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Due, Language, Priority};

pub use crate::domain::reply::{AnsweredBy, CancelReason, ClockState};
pub use alerts::{Alert, DueClock, due, mark_alerted, next_alert};
pub use entry::Happened;
pub use open::{NewClock, Opened, open};
pub use stop::{SeenReply, answer, answer_seen, cancel};

pub(super) use row::{CLOCK, clock, clock_or_none};

/// The number of a reply clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockId(pub i64);

/// A clock as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its number.
    pub id: ClockId,
    /// The comment that is owed an answer.
    pub comment: CommentId,
    /// The comment at the top of its conversation.
    pub thread: CommentId,
    /// The comment's platform.
    pub platform: Platform,
    /// Which answer it waits for.
    pub clock: ClockKind,
    /// What kind of comment it is.
    pub kind: Kind,
    /// How urgent staff called it.
    pub priority: Priority,
    /// The language of the asker.
    pub language: Language,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When we could know of it; never before `started_at`.
    pub received_at: Timestamp,
    /// When the answer is due, and by what.
    pub timing: Timing,
    /// Which of its due times that is, from 1.
    pub generation: i64,
    /// How far it has come.
    pub state: ClockState,
    /// When a new calendar left it less time than it had.
    pub shortened_at: Option<Timestamp>,
    /// When its deadline passed.
    pub breached_at: Option<Timestamp>,
    /// When a new calendar took that back.
    pub breach_withdrawn_at: Option<Timestamp>,
}

/// When an answer is due, by which calendar, and how that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// When it is due.
    pub due: Due,
    /// The calendar that says so.
    pub calendar: CalendarVersion,
    /// How the deadline was reached, as JSON, so that an auditor can redo the sum.
    pub basis: String,
    /// When staff are to be told next, and of which point; none while the clock stands still.
    pub next_point: Option<(Timestamp, String)>,
}
