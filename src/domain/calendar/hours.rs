//! Official hours in one zone, and what can be asked of them: the arithmetic of open time.

use std::num::NonZeroU32;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::check::{self, Fault};
use super::form::{DayEnd, HoursForm};
use super::pauses::Pauses;
use super::promise::{Target, WorkingSeconds};
use super::rules::{Regime, Rules};
use super::table::{self, NotFound, Table, WorkingDay};
use super::wall::{Day, TimeOfDay};
use super::zone::{WallClock, wall_at};
use super::{CalendarError, END_SECOND, FIRST_SECOND};

/// Official hours in one zone, laid out in time. Immutable; covers the years 1970 to 2200.
///
/// Open time is a union of half-open intervals `[opens, closes)`: at closing time it is closed. Fractions of
/// a second are cut off.
#[derive(Debug)]
pub struct Hours {
    pub(super) name: String,
    pub(super) rules: Rules,
    pub(super) table: Table,
}

/// What a local date offers, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The date.
    pub date: Date,
    /// When it is open by the wall clock, such as `07:30-15:30`; empty where it is closed.
    pub hours: Vec<String>,
    /// Open time in all; a clock change makes it more or less than the wall clock shows.
    pub working_time: WorkingSeconds,
    /// Every rule that has a say in it.
    pub regimes: Vec<Regime>,
}

impl Hours {
    /// The hours that a file states at `place`: empty for the official ones, `calendar.NAME` for others.
    ///
    /// # Errors
    /// Every fault in them; a closure of 400 days is one.
    pub(super) fn of(name: &str, place: &str, form: &HoursForm) -> Result<Self, Vec<Fault>> {
        Self::laid_out(name, &format!("{place}weekly"), check::rules(place, form)?)
            .map_err(|fault| vec![fault])
    }

    /// The hours of all of `of`, who cover for each other, as a file states them at `place`.
    ///
    /// # Errors
    /// The fault in it.
    pub(super) fn cover(name: &str, place: &str, of: &[&Hours]) -> Result<Self, Fault> {
        let rules: Vec<(&str, &Rules)> = of.iter().map(|hours| (hours.name.as_str(), &hours.rules)).collect();
        Self::laid_out(name, place, check::cover(place, &rules)?)
    }

    fn laid_out(name: &str, place: &str, rules: Rules) -> Result<Self, Fault> {
        let table = Table::compile(&rules, FIRST_SECOND, END_SECOND);
        match table.first_closure() {
            None => Ok(Hours { name: name.to_owned(), rules, table }),
            Some(closes) => Err(closure(place, &rules, closes)),
        }
    }

    /// Their name in the calendar file; [`OFFICIAL`](super::OFFICIAL) for those that stand at its top.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone whose wall clock they are stated in.
    pub fn time_zone(&self) -> &TimeZone {
        &self.rules.zone
    }

    /// The seasons and holidays from a date on whose dates may still change, each with its first day from then on.
    pub fn provisional(&self, from: Date) -> Vec<(Date, &Regime)> {
        let found = self.rules.provisional(Day::of(from));
        found.into_iter().map(|(day, regime)| (day.date(), regime)).collect()
    }

    /// What a local date offers.
    pub fn on(&self, date: Date) -> Offered {
        let day = Day::of(date);
        let mut clock = WallClock::new(&self.rules.zone);
        let (from, to) =
            (clock.instant(day.at(TimeOfDay::MIDNIGHT)), clock.instant(day.next().at(TimeOfDay::MIDNIGHT)));
        Offered {
            date,
            hours: self.rules.hours_on(day).iter().map(ToString::to_string).collect(),
            working_time: WorkingSeconds(self.table.elapsed(from, to).unsigned_abs()),
            regimes: self.rules.regimes(day, day),
        }
    }

    /// What each date offers from `first` to the end of its month.
    pub fn month(&self, first: Date) -> Vec<Offered> {
        let days = first.series(1.day()).take_while(|day| day.month() == first.month());
        days.map(|day| self.on(day)).collect()
    }

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

    /// Open time in `[from, to)` without the pauses; none where `to` is before `from`.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn elapsed(
        &self,
        from: Timestamp,
        to: Timestamp,
        pauses: &Pauses,
    ) -> Result<WorkingSeconds, CalendarError> {
        let elapsed = pauses.on(&self.table).elapsed(second(from)?, second(to)?);
        Ok(WorkingSeconds(elapsed.unsigned_abs()))
    }

    /// The earliest instant by which `allowance` has passed on the official clock, which stands still in the
    /// pauses: from opening, with a day's length, the same day's closing. With no allowance `start` itself,
    /// open or not.
    ///
    /// # Errors
    /// Both of [`CalendarError`].
    pub fn add(
        &self,
        start: Timestamp,
        allowance: WorkingSeconds,
        pauses: &Pauses,
    ) -> Result<Timestamp, CalendarError> {
        let begun = second(start)?;
        answered(start, self.after(begun, allowance, pauses))
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
                Some(days) => self.same_time(begun, days, &Pauses::NONE).map(|(due, _)| due),
            },
        )
    }

    /// Where a target leads from `start`, and the working days that count on the way to it where it is in days.
    pub(super) fn reach(
        &self,
        start: i64,
        target: Target,
        pauses: &Pauses,
    ) -> Result<(i64, Vec<WorkingDay>), NotFound> {
        match target {
            Target::WorkingSeconds(allowance) => Ok((self.after(start, allowance, pauses)?, Vec::new())),
            Target::WorkingDays { days, ends: DayEnd::EndOfDay } => self.end_of_day(start, days, pauses),
            Target::WorkingDays { days, ends: DayEnd::SameTime } => self.same_time(start, days, pauses),
        }
    }

    /// The instant by which so much has passed.
    pub(super) fn after(
        &self,
        start: i64,
        WorkingSeconds(allowance): WorkingSeconds,
        pauses: &Pauses,
    ) -> Result<i64, NotFound> {
        pauses.on(&self.table).add(start, i64::try_from(allowance).map_err(|_| NotFound::End)?)
    }

    /// The same time of day on the `days`th working day after `start`, and those days. A day counts if the
    /// clock ran up to that time of it.
    fn same_time(
        &self,
        start: i64,
        days: NonZeroU32,
        pauses: &Pauses,
    ) -> Result<(i64, Vec<WorkingDay>), NotFound> {
        let shown = wall_at(&self.rules.zone, start);
        let mut clock = WallClock::new(&self.rules.zone);
        let mut on = |day: &WorkingDay| clock.instant(day.day.at(TimeOfDay::on(shown)));
        let first = self.table.first_day_after(Day::on(shown));
        let days = self.table.days(start, first, days, |day| !pauses.hold_before(on(day)))?;
        let goal = on(&days[days.len() - 1]);
        let due = if self.table.is_open(goal) { goal } else { pauses.on(&self.table).add(goal, 1)? - 1 };
        Ok((due, days))
    }

    /// The closing of the `days`th working day after the day of receipt, and those days. What is received
    /// after closing, or on a day off, is received on the next working day. A day counts if the clock ran up
    /// to its closing.
    fn end_of_day(
        &self,
        start: i64,
        days: NonZeroU32,
        pauses: &Pauses,
    ) -> Result<(i64, Vec<WorkingDay>), NotFound> {
        let first = self.table.day_of_receipt(start).saturating_add(1);
        let days = self.table.days(start, first, days, |day| !pauses.hold_before(day.closes))?;
        Ok((days[days.len() - 1].closes, days))
    }

    pub(super) fn local_day(&self, second: i64) -> Day {
        Day::on(wall_at(&self.rules.zone, second))
    }
}

/// The fault of hours that offer none for 400 days from `closes` on.
fn closure(place: &str, rules: &Rules, closes: i64) -> Fault {
    let day = Day::on(wall_at(&rules.zone, closes)).next();
    // It may begin on a day off; whose fault it is stands in its midst.
    let midst = Day(day.0 + table::LONGEST_CLOSURE_DAYS as i32 / 2);
    let by = rules.regimes(midst, midst).pop();
    let by = by.map_or_else(String::new, |regime| format!(" by `{}`", regime.name));
    let message = format!(
        "leaves no open time for {days} days from {day} on{by}, so nothing could fall due; state hours for that time",
        days = table::LONGEST_CLOSURE_DAYS
    );
    Fault::at(place, message)
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
pub(super) fn answered(start: Timestamp, found: Result<i64, NotFound>) -> Result<Timestamp, CalendarError> {
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
