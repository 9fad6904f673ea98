//! What can be asked of a calendar: the arithmetic of open time.

use std::num::NonZeroU32;

use jiff::Timestamp;

use super::promise::WorkingSeconds;
use super::table::NotFound;
use super::wall::{Day, TimeOfDay};
use super::zone::{WallClock, wall_at};
use super::{Calendar, CalendarError, END_SECOND, FIRST_SECOND};

impl Calendar {
    /// Whether the office is open; at the instant of closing it is not.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn is_open(&self, at: Timestamp) -> Result<bool, CalendarError> {
        Ok(self.table.is_open(second(at)?))
    }

    /// The instant itself if open, else the next opening.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn next_open(&self, at: Timestamp) -> Result<Timestamp, CalendarError> {
        answered(at, self.table.next_open(second(at)?))
    }

    /// Open time in `[from, to)`; none where `to` is before `from`.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> Result<WorkingSeconds, CalendarError> {
        Ok(WorkingSeconds(self.table.elapsed(second(from)?, second(to)?).unsigned_abs()))
    }

    /// The earliest instant by which `allowance` has passed on the official clock: from opening, with a day's
    /// length, the same day's closing. With no allowance `start` itself, open or not.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn add(&self, start: Timestamp, allowance: WorkingSeconds) -> Result<Timestamp, CalendarError> {
        let begun = second(start)?;
        answered(
            start,
            i64::try_from(allowance.0)
                .map_err(|_| NotFound::End)
                .and_then(|seconds| self.table.add(begun, seconds)),
        )
    }

    /// The same time of day on the `days`th working day after the local date of `start`, or the next opening
    /// where that time is closed. With no days `start` itself if open, else the next opening.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn add_days(&self, start: Timestamp, days: u32) -> Result<Timestamp, CalendarError> {
        let begun = second(start)?;
        answered(
            start,
            match NonZeroU32::new(days) {
                None => self.table.next_open(begun),
                Some(days) => self.same_time(begun, days),
            },
        )
    }

    /// The closing of the `days`th working day after the day of receipt. What is received after closing, or on
    /// a day off, is received on the next working day.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn end_of_day(&self, start: Timestamp, days: NonZeroU32) -> Result<Timestamp, CalendarError> {
        let days = self.table.days_after_receipt(second(start)?, days.get() as usize);
        answered(start, days.map(|days| days[days.len() - 1].closes))
    }

    pub(super) fn same_time(&self, start: i64, days: NonZeroU32) -> Result<i64, NotFound> {
        let shown = wall_at(&self.rules.zone, start);
        let days = self.table.days_after(start, Day::on(shown), days.get() as usize)?;
        let wall = days[days.len() - 1].day.at(TimeOfDay::on(shown));
        self.table.next_open(WallClock::new(&self.rules.zone).instant(wall))
    }
}

/// An instant as the whole second it lies in.
pub(super) fn second(at: Timestamp) -> Result<i64, CalendarError> {
    let second = at.as_second();
    let covered = at.signum() >= 0 && (FIRST_SECOND..END_SECOND).contains(&second);
    if covered { Ok(second) } else { Err(CalendarError::OutOfRange(at)) }
}

/// A second of the table as an instant.
pub(super) fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a table holds instants of these centuries")
}

/// What a search that began at `start` found.
fn answered(start: Timestamp, found: Result<i64, NotFound>) -> Result<Timestamp, CalendarError> {
    found.map(instant).map_err(|why| why.from(start))
}

impl NotFound {
    /// The error of a search that began at `start`.
    pub(super) fn from(self, start: Timestamp) -> CalendarError {
        match self {
            NotFound::Closed => CalendarError::NeverReached(start),
            NotFound::End => CalendarError::OutOfRange(start),
        }
    }
}
