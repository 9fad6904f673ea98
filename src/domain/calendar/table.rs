//! The rules laid out in time: every open interval of a stretch of years, with running totals and an index, so that
//! adding and elapsing take the same time whatever the span.
//!
//! Everything here is whole seconds since 1970-01-01T00:00Z; wall clocks and zones are left behind.

use std::num::NonZeroU32;
use std::ops::Range;

use super::index::Index;
use super::rules::Rules;
use super::wall::{DAY, Day};
use super::zone::WallClock;

/// A stretch this long without open time is not waited through: the calendar is wrong, not closed.
pub(super) const LONGEST_CLOSURE_DAYS: u32 = 400;

pub(super) const LONGEST_CLOSURE: i64 = LONGEST_CLOSURE_DAYS as i64 * DAY as i64;

/// Open time as a union of half-open intervals, and the working days it makes, in a stretch of time.
#[derive(Debug)]
pub(super) struct Table {
    /// The first instant of the stretch, and the first one after it.
    since: i64,
    until: i64,
    /// Sorted; neither overlapping nor touching.
    open: Vec<Open>,
    /// Where an instant falls among their ends, and open seconds among their totals.
    ends: Index,
    totals: Index,
    /// The indices in `open` before which a closure of [`LONGEST_CLOSURE_DAYS`] or more lies; `open.len()` stands
    /// for the end of the stretch.
    closures: Vec<usize>,
    /// The dates that offer any hours, in order.
    days: Vec<WorkingDay>,
}

/// An open interval, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    pub from: i64,
    pub to: i64,
    /// Open seconds of the table before `from`.
    before: i64,
}

/// A local date that offers hours: when its first begin and its last end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorkingDay {
    pub day: Day,
    pub opens: i64,
    pub closes: i64,
}

/// Why a search found nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotFound {
    /// Longer than [`LONGEST_CLOSURE_DAYS`] without open time.
    Closed,
    /// The stretch ends before.
    End,
}

impl Table {
    /// Lays out the instants from `since` to `until`. Questions begin in them.
    pub(super) fn compile(rules: &Rules, since: i64, until: i64) -> Self {
        let mut clock = WallClock::new(&rules.zone);
        let mut spans: Vec<(i64, i64)> = Vec::new();
        let mut days = Vec::new();
        // A wall clock may be a day ahead of UTC's or behind it, and skip another day in a gap.
        for day in Day(Day::on(since).0 - 2).through(Day(Day::on(until).0 + 2)) {
            let hours = rules.hours_on(day);
            if hours.is_empty() {
                continue;
            }
            let (mut opens, mut closes) = (i64::MAX, i64::MIN);
            for span in hours.iter() {
                let (from, to) = (clock.instant(day.at(span.from)), clock.instant(day.at(span.to)));
                (opens, closes) = (opens.min(from), closes.max(to));
                // Hours that a clock change swallows whole are no open time; the date offers them all the same.
                spans.push((from.max(since), to.min(until)));
            }
            if closes <= until {
                days.push(WorkingDay { day, opens: opens.min(closes), closes });
            }
        }
        spans.retain(|(from, to)| from < to);
        // A gap can bring later wall times before earlier ones.
        spans.sort_unstable();
        let open = joined(&spans);
        let closings = open.iter().map(|span| span.to);
        let openings = open.iter().skip(1).map(|span| span.from).chain([until]);
        let long = closings.zip(openings).map(|(closes, opens)| opens - closes >= LONGEST_CLOSURE);
        let closures = (1..).zip(long).filter(|(_, long)| *long).map(|(at, _)| at).collect();
        let ends = Index::over(since, open.iter().map(|span| span.to));
        let totals = Index::over(0, open.iter().map(Open::total));
        Table { since, until, open, ends, totals, closures, days }
    }

    /// The instants that are laid out; about others it knows nothing.
    pub(super) fn stretch(&self) -> Range<i64> {
        self.since..self.until
    }

    /// Where the first closure begins that no search may cross.
    pub(super) fn first_closure(&self) -> Option<i64> {
        let opens = self.open.first().map_or(self.until, |span| span.from);
        if opens - self.since >= LONGEST_CLOSURE {
            return Some(self.since);
        }
        self.closures.first().map(|&at| self.open[at - 1].to)
    }

    /// The interval that `instant` lies in or that comes next.
    fn index(&self, instant: i64) -> usize {
        let near = self.ends.near(instant);
        near.start + self.open[near].partition_point(|span| span.to <= instant)
    }

    /// Open seconds of the table before `instant`.
    fn used(&self, instant: i64) -> i64 {
        match self.open.get(self.index(instant)) {
            Some(span) => span.used(instant),
            None => self.open.last().map_or(0, Open::total),
        }
    }

    pub(super) fn is_open(&self, instant: i64) -> bool {
        self.open.get(self.index(instant)).is_some_and(|span| span.from <= instant)
    }

    pub(super) fn next_open(&self, instant: i64) -> Result<i64, NotFound> {
        Ok(self.open[self.awaited(instant)?].from.max(instant))
    }

    /// The closed stretch that `instant` lies in: the closing before it and the next opening.
    pub(super) fn closure(&self, instant: i64) -> Result<Option<(i64, i64)>, NotFound> {
        let at = self.awaited(instant)?;
        let since = at.checked_sub(1).map_or(self.since, |before| self.open[before].to);
        let until = self.open[at].from;
        Ok((instant < until).then_some((since, until)))
    }

    pub(super) fn elapsed(&self, from: i64, to: i64) -> i64 {
        if to <= from { 0 } else { self.used(to) - self.used(from) }
    }

    /// The earliest instant by which `seconds` of open time have passed since `start`.
    pub(super) fn add(&self, start: i64, seconds: i64) -> Result<i64, NotFound> {
        if seconds == 0 {
            return Ok(start);
        }
        let first = self.awaited(start)?;
        let goal = self.open[first].used(start).saturating_add(seconds);
        let near = self.totals.near(goal - 1);
        let end = near.start + self.open[near].partition_point(|span| span.total() < goal);
        self.cross(first, end)?;
        let span = self.open.get(end).ok_or(NotFound::End)?;
        Ok(span.from + (goal - span.before))
    }

    /// The working days before and on the local date `day`.
    pub(super) fn first_day_after(&self, day: Day) -> usize {
        self.days.partition_point(|known| known.day <= day)
    }

    /// The working day on which something that comes at `instant` is received: what comes after closing is
    /// received on the next one.
    pub(super) fn day_of_receipt(&self, instant: i64) -> usize {
        self.days.partition_point(|day| day.closes <= instant)
    }

    /// The first `n` working days from the one numbered `first` on that count, reached from `instant`.
    pub(super) fn days(
        &self,
        instant: i64,
        first: usize,
        n: NonZeroU32,
        mut counts: impl FnMut(&WorkingDay) -> bool,
    ) -> Result<Vec<WorkingDay>, NotFound> {
        let n = n.get() as usize;
        let following = self.days.get(first..).unwrap_or_default();
        let days: Vec<WorkingDay> = following.iter().filter(|day| counts(day)).take(n).copied().collect();
        let reached = days.get(n - 1);
        self.cross(self.awaited(instant)?, reached.map_or(self.open.len(), |day| self.index(day.opens)))?;
        if reached.is_some() { Ok(days) } else { Err(NotFound::End) }
    }

    /// The open intervals between two instants, cut to them.
    pub(super) fn between(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
        let open = self.open[self.index(from)..].iter().take_while(move |span| span.from < to);
        open.map(move |span| (span.from.max(from), span.to.min(to)))
    }

    /// The interval that `instant` lies in or that comes next, if it comes soon enough.
    fn awaited(&self, instant: i64) -> Result<usize, NotFound> {
        let at = self.index(instant);
        let opens = self.open.get(at).map_or(self.until, |span| span.from);
        match opens - instant {
            LONGEST_CLOSURE.. => Err(NotFound::Closed),
            _ if at == self.open.len() => Err(NotFound::End),
            _ => Ok(at),
        }
    }

    /// Whether no unbearable closure lies between two intervals.
    fn cross(&self, from: usize, to: usize) -> Result<(), NotFound> {
        let met = self.closures.partition_point(|&at| at <= from);
        match self.closures.get(met) {
            Some(&at) if at <= to => Err(NotFound::Closed),
            _ => Ok(()),
        }
    }
}

impl Open {
    /// Open seconds of the table before `instant`, which lies in this interval or in the closure before it.
    fn used(&self, instant: i64) -> i64 {
        self.before + (instant - self.from).max(0)
    }

    /// Open seconds of the table before `to`.
    fn total(&self) -> i64 {
        self.before + (self.to - self.from)
    }
}

/// Sorted intervals as a union, with running totals.
fn joined(spans: &[(i64, i64)]) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::with_capacity(spans.len());
    for &(from, to) in spans {
        match open.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            last => {
                let before = last.map_or(0, |last| last.total());
                open.push(Open { from, to, before });
            }
        }
    }
    open
}
