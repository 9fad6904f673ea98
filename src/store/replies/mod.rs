//! Reply clocks: from the comment's writing to our answer, or to the end of the matter.
//!
//! What happens to a clock is [`crate::domain::reply::Run`]'s to say; here it is kept, with its pauses.

mod anew;
mod entry;
mod hands;
mod happen;
mod open;
mod pause;
mod points;
pub(crate) mod promise;
mod recount;
mod row;
mod staff;
mod stop;
mod thread;

use jiff::Timestamp;

use crate::domain::calendar::{Calendar, CalendarVersion, Proof, Target};
use crate::domain::comment::{CommentId, Platform};
use crate::domain::holder::TeamId;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Due, Language, Priority, Reckoned, Run};

pub use crate::domain::reply::{AnsweredBy, CancelReason, ClockState};
pub use anew::Anew;
pub use entry::Happened;
pub use open::{NewClock, Opened, open};
pub use pause::{Pause, pauses};
pub use points::{Arming, Outcome, Passing, Watched, arm, due, next_point, pass};
pub use recount::{Paused, any_counted_otherwise, counted_otherwise, open_after, recounted};
pub use staff::{Repromised, latest, open_clocks, pause, reopen, repromise, resume, solve};
pub use stop::{SeenReply, answer, answer_seen, cancel, cancel_one};
pub use thread::{FollowUp, Message, follow_ups, given, hold, priorities, threads, unanswered};

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
    /// The team that the comment was routed to when the clock was opened; whoever has it later, the promise stays.
    pub team: Option<TeamId>,
    /// The target that staff gave this one, in the promised one's stead.
    pub own_target: Option<Target>,
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
    /// The deadline that was seen to pass, the last one where there were several.
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
}

impl Timing {
    /// When such a clock is due by `calendar` after this run, with what carried over and the grace that it was left, as the former
    /// proof tells; `None` where that promises nothing to it.
    pub(super) fn of(calendar: &Calendar, run: &Run, clock: &Clock, was: Option<&Proof>) -> Option<Self> {
        let (carried, grace) =
            (was.and_then(|was| was.carried.as_ref()), was.and_then(|was| was.grace.as_ref()));
        let Reckoned { due, proof } =
            run.reckon(calendar, &*clock.promise(calendar)?, carried, grace).ok()?;
        let basis = serde_json::to_string(&proof).expect("a proof is plain data");
        Some(Timing { due, calendar: proof.calendar, basis })
    }
}

impl Clock {
    /// The breach that was taken back; one that stands is noted by the point that was passed.
    fn withdrawn_breach(&self) -> Option<Timestamp> {
        self.breached_at.filter(|_| self.breach_withdrawn_at.is_some())
    }

    /// The clock with another state and due time, of the next generation if it is due at another instant.
    fn at(&self, timing: Timing, state: ClockState) -> Self {
        let moved = timing.due.at().is_some() && timing.due != self.timing.due;
        Clock { timing, state, generation: self.generation + i64::from(moved), ..self.clone() }
    }
}
