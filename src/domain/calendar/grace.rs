//! Grace: working time that is left to a deadline which another calendar would put into the past.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::Fault;
use super::deadline::Deadline;
use super::hours::{Hours, instant, second};
use super::pauses::Pauses;
use super::promise::{Promise, WorkingSeconds};
use super::proof::{Counted, UnsoundProof};
use super::{Calendar, CalendarError};

/// The most grace that a calendar may give, in working minutes: five days of eight hours.
const GRACE_MINUTES_MAX: u32 = 5 * 8 * 60;

/// Why a deadline lies after the instant that its sum leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grace {
    /// When another calendar counted the promise anew, and its sum led to an instant that had passed.
    pub from: Timestamp,
    /// The open intervals from then on that were left to it; none where the former deadline stayed instead.
    pub counted: Vec<Counted>,
    /// When it is due.
    pub due_at: Timestamp,
}

impl Grace {
    /// The former deadline, which stays: the new calendar's sum leads to before it, and both had passed at `from`, or
    /// it is the end of grace that was given before.
    pub fn former(from: Timestamp, due_at: Timestamp) -> Self {
        Grace { from, counted: Vec::new(), due_at }
    }

    /// `time` of open time from an instant on, in which the clock stands still in the pauses.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn of(
        hours: &Hours,
        from: Timestamp,
        time: WorkingSeconds,
        pauses: &Pauses,
    ) -> Result<Self, CalendarError> {
        let due_at = hours.add(from, time, pauses)?;
        let line = |(from, to): (i64, i64)| Counted {
            from: instant(from),
            to: instant(to),
            seconds: WorkingSeconds((to - from).unsigned_abs()),
            lines: 1,
        };
        let open = pauses.on(&hours.table).between(second(from)?, second(due_at)?);
        Ok(Grace { from, counted: open.into_iter().map(line).collect(), due_at })
    }

    /// The same of a clock that stood still in the pauses: what was left at each goes on after it. Pauses before it was
    /// given and after it ended change nothing.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn after(&self, hours: &Hours, pauses: &Pauses) -> Result<Self, CalendarError> {
        let stood_still = pauses.within(second(self.from)?, second(self.due_at)?).next().is_some();
        let time = match self.counted.is_empty() {
            true => hours.elapsed(self.from, self.due_at, &Pauses::NONE)?,
            false => self.working_time(),
        };
        if !stood_still || time == WorkingSeconds(0) {
            return Ok(self.clone());
        }
        Grace::of(hours, self.from, time, pauses)
    }

    /// The working time that was left.
    pub fn working_time(&self) -> WorkingSeconds {
        WorkingSeconds(self.counted.iter().map(|line| line.seconds.0).sum())
    }

    /// Redoes the sum of what was left to a deadline that would have been at `counted`.
    pub(super) fn check(&self, counted: Timestamp) -> Result<(), UnsoundProof> {
        let ensure = |sound: bool, what| if sound { Ok(()) } else { Err(UnsoundProof(what)) };
        let solid =
            |line: &Counted| line.seconds.0 == line.to.duration_since(line.from).as_secs().unsigned_abs();
        ensure(counted < self.due_at, "its grace gives no time")?;
        ensure(self.counted.iter().all(solid), "a line of its grace is longer than the seconds it counts")?;
        let begins = self.counted.first().is_none_or(|first| first.from.as_second() >= self.from.as_second());
        ensure(begins, "its grace counts time before it was given")?;
        let apart = self.counted.windows(2).all(|pair| pair[0].to <= pair[1].from);
        ensure(apart, "the lines of its grace overlap or are out of order")?;
        let ends = self.counted.last().is_none_or(|last| last.to == self.due_at);
        ensure(ends, "its grace ends elsewhere than its last line")
    }
}

impl Calendar {
    /// The working time that is left to a deadline which a new calendar puts into the past.
    pub fn grace(&self) -> WorkingSeconds {
        self.grace
    }

    /// When the grace of a promise ends that is given at `from`, in the hours that the promise is counted in.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn grace_ends(&self, from: Timestamp, promise: &Promise) -> Result<Timestamp, CalendarError> {
        promise.hours().add(from, self.grace, &Pauses::NONE)
    }

    /// The same with the intervals that make it up.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn grace_from(&self, from: Timestamp, promise: &Promise) -> Result<Grace, CalendarError> {
        Grace::of(promise.hours(), from, self.grace, &Pauses::NONE)
    }
}

impl Deadline {
    /// The same sum, due when `grace` ends, where that is later.
    pub fn with_grace(mut self, grace: Grace) -> Self {
        if self.due_at < grace.due_at {
            self.due_at = grace.due_at;
            self.proof.grace = Some(grace);
        }
        self
    }
}

/// The grace that a file states.
pub(super) fn stated(minutes: u32) -> Result<WorkingSeconds, Fault> {
    if (1..=GRACE_MINUTES_MAX).contains(&minutes) {
        return Ok(WorkingSeconds(u64::from(minutes) * 60));
    }
    let message = format!("is {minutes}; write a number from 1 to {GRACE_MINUTES_MAX}, such as 30");
    Err(Fault::at("grace_working_minutes", message))
}
