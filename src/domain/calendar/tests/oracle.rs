//! A second opinion: working time counted minute by minute, from the words of the file alone.
//!
//! Nothing of the calendar's own reckoning is used here. Each date's hours are read from the form as its rules
//! are written, turned into instants by jiff, and marked on a strip of minutes; every answer is then a walk.

use std::num::NonZeroU32;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;

use super::super::form::*;
use super::forms::{DAYS, form, laid_out};
use super::*;

struct Oracle<'f> {
    form: &'f HoursForm,
    zone: TimeZone,
    /// Each date that offers hours, and when it closes.
    closings: Vec<(Date, i64)>,
    /// The instant of the strip's first minute.
    begin: i64,
    strip: Vec<bool>,
}

impl<'f> Oracle<'f> {
    fn new(form: &'f HoursForm, first: Date) -> Self {
        let zone = TimeZone::get(&form.tz).unwrap();
        let begin =
            first.at(0, 0, 0, 0).to_zoned_datetime(zone.clone()).unwrap().timestamp().as_second() - 86_400;
        let strip = vec![false; (DAYS as usize + 3) * 1_440];
        let mut oracle = Oracle { form, zone, closings: vec![], begin, strip };
        for date in first.series(1.day()).take(DAYS as usize) {
            for (from, to) in oracle.hours_on(date) {
                let (opens, closes) = (oracle.instant(date, from), oracle.instant(date, to));
                (opens..closes).step_by(60).for_each(|at| oracle.strip[((at - begin) / 60) as usize] = true);
                match oracle.closings.last_mut() {
                    Some(last) if last.0 == date => last.1 = last.1.max(closes),
                    _ => oracle.closings.push((date, closes)),
                }
            }
        }
        oracle
    }

    /// The hours of a date in minutes since midnight.
    fn hours_on(&self, date: Date) -> Vec<(u32, u32)> {
        let day = Day::of(date);
        let mut minutes = [false; 1_440];
        let mut mark = |from: u32, to: u32, open: bool| minutes[from as usize..to as usize].fill(open);
        let form = self.form;
        if let Some(exception) = form.exception.iter().find(|exception| exception.date == day) {
            exception.hours.iter().for_each(|hours| mark(hours.from.0 / 60, hours.to.0 / 60, true));
        } else if !form.holiday.iter().any(|holiday| {
            holiday.status != DateStatus::Cancelled
                && holiday.date <= day
                && day <= holiday.until.unwrap_or(holiday.date)
        }) {
            for hours in self.week_of(day) {
                let (from, to) = (hours.from.0 / 60, hours.to.0 / 60);
                let runs_on = to <= from;
                if hours.day as i8 == date.weekday().to_monday_zero_offset() {
                    mark(from, if runs_on { 1_440 } else { to }, true);
                }
                if runs_on && hours.day as i8 == date.weekday().previous().to_monday_zero_offset() {
                    mark(0, to, true);
                }
            }
        }
        form.breaks
            .iter()
            .filter(|cut| cut.date == day)
            .for_each(|cut| mark(cut.from.0 / 60, cut.to.0 / 60, false));

        let mut hours: Vec<(u32, u32)> = Vec::new();
        for minute in (0..1_440).filter(|minute| minutes[*minute as usize]) {
            match hours.last_mut() {
                Some(last) if last.1 == minute => last.1 += 1,
                _ => hours.push((minute, minute + 1)),
            }
        }
        hours
    }

    fn week_of(&self, day: Day) -> &[WeekHours] {
        let seasons = self.form.season.iter().filter(|season| season.status != DateStatus::Cancelled);
        if let Some(season) = seasons.into_iter().find(|season| season.from <= day && day <= season.to) {
            return &season.hours;
        }
        let begun = self.form.weekly.iter().filter(|week| week.from <= day).max_by_key(|week| week.from);
        let first = self.form.weekly.iter().min_by_key(|week| week.from);
        &begun.or(first).unwrap().hours
    }

    fn instant(&self, date: Date, minute: u32) -> i64 {
        let wall = date.at(0, 0, 0, 0) + SignedDuration::from_mins(i64::from(minute));
        wall.to_zoned_datetime(self.zone.clone()).unwrap().timestamp().as_second()
    }

    fn is_open(&self, at: i64) -> Option<bool> {
        self.strip.get(((at - self.begin) / 60) as usize).copied()
    }

    fn next_open(&self, from: i64) -> Option<i64> {
        let mut at = from;
        while !self.is_open(at)? {
            at += 60 - at.rem_euclid(60);
        }
        Some(at)
    }

    /// Whether a clock with these pauses runs.
    fn runs(&self, at: i64, pauses: &[(i64, i64)]) -> Option<bool> {
        let stands = pauses.iter().any(|(from, to)| *from <= at && at < *to);
        Some(self.is_open(at)? && !stands)
    }

    fn elapsed(&self, from: i64, to: i64, pauses: &[(i64, i64)]) -> Option<i64> {
        let (mut at, mut sum) = (from, 0);
        while at < to {
            let next = (at + 60 - at.rem_euclid(60)).min(to);
            sum += if self.runs(at, pauses)? { next - at } else { 0 };
            at = next;
        }
        Some(sum)
    }

    fn add(&self, start: i64, seconds: i64, pauses: &[(i64, i64)]) -> Option<i64> {
        let (mut at, mut left) = (start, seconds);
        while left > 0 {
            let minute = 60 - at.rem_euclid(60);
            let runs = self.runs(at, pauses)?;
            let step = if runs { minute.min(left) } else { minute };
            left -= if runs { step } else { 0 };
            at += step;
        }
        Some(at)
    }

    fn add_days(&self, start: i64, days: u32) -> Option<i64> {
        let shown = self.zone.to_datetime(Timestamp::from_second(start).unwrap());
        let mut following = self.closings.iter().filter(|(date, _)| *date > shown.date());
        let (date, _) = following.nth(days as usize - 1)?;
        let wall = date.to_datetime(shown.time()).to_zoned_datetime(self.zone.clone()).unwrap();
        self.next_open(wall.timestamp().as_second())
    }

    fn end_of_day(&self, start: i64, days: u32) -> Option<i64> {
        let mut received = self.closings.iter().skip_while(|(_, closes)| *closes <= start);
        received.nth(days as usize).map(|(_, closes)| *closes)
    }
}

/// Past the end of the laid-out stretch either side may be silent; before it both must speak and agree.
fn agree(found: Option<i64>, expected: Option<i64>, end: i64) -> Result<(), TestCaseError> {
    match (found, expected) {
        (Some(found), Some(expected)) => prop_assert_eq!(found, expected),
        (None, Some(at)) | (Some(at), None) => prop_assert!(at >= end, "one side alone found {at}"),
        (None, None) => {}
    }
    Ok(())
}

/// How many questions each calendar is asked.
const QUESTIONS: usize = 40;

/// How many cases are tried: one is a calendar, an instant, a span and pauses, and is put to each operation. 5,000,
/// unless the environment says otherwise, as `make oracle` does.
fn cases() -> usize {
    std::env::var("MAJLIS_ORACLE_CASES").map_or(5_000, |cases| cases.parse().unwrap())
}

/// A question: seconds into the stretch, seconds of a span, working days, and pauses by their minutes from there.
type Question = (i64, i64, u32, Vec<(i64, i64)>);

fn question() -> impl Strategy<Value = Question> {
    let pauses = proptest::collection::vec((-600..20_000_i64, 1..3_000_i64), 0..3);
    (0..40 * 86_400_i64, 0..15 * 86_400_i64, 1..12_u32, pauses)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases().div_ceil(QUESTIONS) as u32, ..ProptestConfig::default() })]
    #[test]
    fn the_table_agrees_with_a_count_by_the_minute(
        (form, first) in form(),
        questions in proptest::collection::vec(question(), QUESTIONS),
    ) {
        let hours = laid_out(&form, first);
        let oracle = Oracle::new(&form, first.to_string().parse().unwrap());
        for question in questions {
            agree_on(&hours, &oracle, question)?;
        }
    }
}

fn agree_on(hours: &Hours, oracle: &Oracle<'_>, question: Question) -> Result<(), TestCaseError> {
    let (into, seconds, days, pauses) = question;
    let table = &hours.table;
    let end = oracle.begin + (i64::from(DAYS) - 1) * 86_400;
    let start = oracle.begin + 2 * 86_400 + into;
    prop_assert_eq!(Some(table.is_open(start)), oracle.is_open(start));
    agree(table.next_open(start).ok(), oracle.next_open(start), end)?;
    prop_assert_eq!(
        Some(table.elapsed(start, start + 2 * seconds)),
        oracle.elapsed(start, start + 2 * seconds, &[])
    );
    agree(table.add(start, seconds).ok(), oracle.add(start, seconds, &[]), end)?;
    let reached = |ends| {
        let days = NonZeroU32::new(days).unwrap();
        hours.reach(start, Target::WorkingDays { days, ends }, &Pauses::NONE).ok().map(|(due, _)| due)
    };
    agree(reached(DayEnd::SameTime), oracle.add_days(start, days), end)?;
    agree(reached(DayEnd::EndOfDay), oracle.end_of_day(start, days), end)?;

    let minute = start - start.rem_euclid(60);
    let pauses: Vec<(i64, i64)> =
        pauses.iter().map(|(after, length)| (minute + after * 60, minute + (after + length) * 60)).collect();
    let at = |second| Timestamp::from_second(second).unwrap();
    let merged = Pauses::of(pauses.iter().map(|(from, to)| (at(*from), at(*to))));
    let clock = merged.on(table);
    prop_assert_eq!(
        Some(clock.elapsed(start, start + seconds)),
        oracle.elapsed(start, start + seconds, &pauses)
    );
    agree(clock.add(start, seconds).ok(), oracle.add(start, seconds, &pauses), end)
}
