//! What another calendar does to a promise that is still open.
//!
//! A clock keeps its start and its pauses, and is counted anew by the calendar that came into force, to the target that it
//! promises now. Where that lands before the present instant, nobody could have known in time: no answer is made late after
//! the fact.
//!
//! | was | by the new calendar | is then due |
//! |---|---|---|
//! | not due yet | not due yet | when the new calendar says |
//! | not due yet | passed | after a while of grace, in working time: [`Change::Shortened`] |
//! | within such grace | passed | when that grace ends, as before |
//! | overdue | not due yet | when the new calendar says; the breach is withdrawn and stays on record |
//! | overdue | passed | at the later of the two instants; the breach stands |
//!
//! An answer at its deadline is in time, so what is due at the present instant is not due yet. For a clock that stands still
//! the present is the instant at which it stopped, and what it has is working time that remains. Clocks that stopped for
//! good are never counted anew: who asks sees to that, as to storing what comes of it.

use std::cmp::Ordering;

use std::borrow::Cow;

use jiff::Timestamp;

use super::Due;
use crate::domain::calendar::{
    Calendar, CalendarError, Carried, Deadline, Grace, Origin, Pauses, Promise, WorkingSeconds,
};

/// An open promise: what it is counted from, and how it stands.
#[derive(Debug, Clone)]
pub struct OpenClock<'a> {
    /// When it began to run.
    pub started_at: Timestamp,
    /// What carried over from another promise.
    pub carried: Option<Carried>,
    /// What is promised by the new calendar.
    pub promise: Cow<'a, Promise>,
    /// When it stood still, but for the pause that has not ended.
    pub pauses: &'a Pauses,
    /// Since when it stands still, if it does.
    pub paused_since: Option<Timestamp>,
    /// When it was due.
    pub due: Due,
    /// The same as an instant: of one that stands still, when it would have been due without that pause.
    pub due_unpaused: Timestamp,
    /// Whether an earlier change of the calendar left it no more than grace.
    pub shortened: bool,
}

/// What becomes of an open promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It is due when the new calendar says.
    AsCounted,
    /// By the new calendar it would be overdue at once, so it is given grace.
    Shortened,
    /// It has grace from an earlier change, which runs on.
    StillShortened,
    /// It was overdue and is no longer.
    BreachWithdrawn,
    /// It was overdue and is.
    StillOverdue,
}

/// An open promise, counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recount {
    /// What becomes of it.
    pub change: Change,
    /// Where the new calendar's sum leads.
    pub counted: Timestamp,
    /// When it is due, or what remains of it.
    pub lands: Lands,
}

/// When a promise is due, without the rest of [`Due`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lands {
    /// At this instant.
    At(Timestamp),
    /// After so much more working time.
    Left(WorkingSeconds),
}

/// Which way a deadline moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moves {
    /// It stays.
    Not,
    /// There is less time.
    Earlier,
    /// There is more time.
    Later,
}

impl Change {
    /// The word for it in logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::AsCounted => "as_counted",
            Change::Shortened => "shortened",
            Change::StillShortened => "still_shortened",
            Change::BreachWithdrawn => "breach_withdrawn",
            Change::StillOverdue => "still_overdue",
        }
    }
}

impl From<Due> for Lands {
    fn from(due: Due) -> Self {
        match due {
            Due::At { due_at, .. } => Lands::At(due_at),
            Due::Left { remaining } => Lands::Left(remaining),
        }
    }
}

impl OpenClock<'_> {
    /// What becomes of it at `now` by `calendar`, which came into force. Cheap, for counting many; the proof is
    /// [`Recount::deadline`].
    ///
    /// # Errors
    /// The calendar does not reach from its start to a deadline, or from `now` to the end of the grace.
    pub fn recount(&self, calendar: &Calendar, now: Timestamp) -> Result<Recount, CalendarError> {
        let counted = calendar.due_at(self.origin(), &self.promise, self.pauses)?;
        let present = self.paused_since.unwrap_or(now);
        let was_overdue = match self.due {
            Due::At { due_at, .. } => due_at < present,
            Due::Left { remaining } => remaining == WorkingSeconds(0),
        };
        let change = match (was_overdue, counted < present) {
            (false, false) => Change::AsCounted,
            (false, true) if self.shortened => Change::StillShortened,
            (false, true) => Change::Shortened,
            (true, false) => Change::BreachWithdrawn,
            (true, true) => Change::StillOverdue,
        };
        let lands = match self.paused_since {
            None => Lands::At(self.due_at(calendar, change, counted, now)?),
            Some(since) => Lands::Left(self.remaining(calendar, change, counted, since)?),
        };
        Ok(Recount { change, counted, lands })
    }

    fn origin(&self) -> Origin<'_> {
        Origin { start: self.started_at, carried: self.carried.as_ref() }
    }

    fn due_at(
        &self,
        calendar: &Calendar,
        change: Change,
        counted: Timestamp,
        now: Timestamp,
    ) -> Result<Timestamp, CalendarError> {
        let former = self.due_unpaused;
        match change {
            Change::AsCounted | Change::BreachWithdrawn => Ok(counted),
            Change::Shortened => calendar.grace_ends(now, &self.promise),
            Change::StillShortened => Ok(former),
            Change::StillOverdue => Ok(former.max(counted)),
        }
    }

    fn remaining(
        &self,
        calendar: &Calendar,
        change: Change,
        counted: Timestamp,
        since: Timestamp,
    ) -> Result<WorkingSeconds, CalendarError> {
        match (change, self.due) {
            (Change::AsCounted | Change::BreachWithdrawn, _) => {
                Due::remaining(self.promise.hours(), since, counted)
            }
            (Change::StillShortened, Due::Left { remaining }) => Ok(remaining),
            (Change::Shortened | Change::StillShortened, _) => Ok(calendar.grace()),
            (Change::StillOverdue, _) => Ok(WorkingSeconds(0)),
        }
    }
}

impl Recount {
    /// Which way the deadline moves that was `due`.
    pub fn moves(&self, due: Due) -> Moves {
        match self.lands.cmp(&Lands::from(due)) {
            Ordering::Less => Moves::Earlier,
            Ordering::Equal => Moves::Not,
            Ordering::Greater => Moves::Later,
        }
    }

    /// The deadline with its proof. Of a clock that stands still it is the one that it would have had without its pause.
    ///
    /// # Errors
    /// None that [`OpenClock::recount`] did not have.
    pub fn deadline(
        &self,
        calendar: &Calendar,
        clock: &OpenClock<'_>,
        now: Timestamp,
    ) -> Result<Deadline, CalendarError> {
        let deadline = calendar.due(clock.origin(), &clock.promise, clock.pauses)?;
        let present = clock.paused_since.unwrap_or(now);
        let grace = match (self.change, self.lands) {
            (Change::AsCounted | Change::BreachWithdrawn, _) => return Ok(deadline),
            (Change::Shortened, _) => calendar.grace_from(present, &clock.promise)?,
            (Change::StillShortened, Lands::Left(remaining)) => {
                Grace::of(clock.promise.hours(), present, remaining, &Pauses::NONE)?
            }
            (Change::StillShortened | Change::StillOverdue, _) => Grace::former(present, clock.due_unpaused),
        };
        Ok(deadline.with_grace(grace))
    }
}

#[cfg(test)]
mod tests;
