//! Stretches in which a clock stands still, and the arithmetic of the open time outside them.

use jiff::Timestamp;

use super::table::{NotFound, Table};

/// Half-open stretches `[from, to)` in which a clock stands still: in order, none meeting another. Whole
/// seconds; fractions are cut off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pauses(Vec<(i64, i64)>);

impl Pauses {
    /// The clock never stands still.
    pub const NONE: Pauses = Pauses(Vec::new());

    /// These stretches, in any order; those that overlap or touch become one. One that ends at or before its
    /// start holds nothing.
    pub fn of(stretches: impl IntoIterator<Item = (Timestamp, Timestamp)>) -> Self {
        let seconds = stretches.into_iter().map(|(from, to)| (from.as_second(), to.as_second()));
        let mut sorted: Vec<(i64, i64)> = seconds.filter(|(from, to)| from < to).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Pauses(merged)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the last one ends.
    pub(super) fn end(&self) -> Option<i64> {
        self.0.last().map(|pause| pause.1)
    }

    /// Whether the clock stands still in the second before `instant`.
    pub(super) fn hold_before(&self, instant: i64) -> bool {
        self.ending_after(instant - 1).first().is_some_and(|(from, _)| *from < instant)
    }

    /// What of them lies in `[from, to)`.
    pub(super) fn within(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
        let met = self.ending_after(from).iter().take_while(move |pause| pause.0 < to);
        met.map(move |pause| (pause.0.max(from), pause.1.min(to)))
    }

    /// The open time of `table` in which the clock runs.
    pub(super) fn on<'a>(&'a self, table: &'a Table) -> Running<'a> {
        Running { table, pauses: self }
    }

    fn ending_after(&self, instant: i64) -> &[(i64, i64)] {
        &self.0[self.0.partition_point(|pause| pause.1 <= instant)..]
    }
}

/// Open time in which a clock runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running<'a> {
    table: &'a Table,
    pauses: &'a Pauses,
}

impl Running<'_> {
    pub(super) fn elapsed(&self, from: i64, to: i64) -> i64 {
        let paused: i64 = self.pauses.within(from, to).map(|(from, to)| self.table.elapsed(from, to)).sum();
        self.table.elapsed(from, to) - paused
    }

    /// The earliest instant by which the clock has run for `seconds` of open time since `start`.
    pub(super) fn add(&self, start: i64, seconds: i64) -> Result<i64, NotFound> {
        if seconds == 0 {
            return Ok(start);
        }
        let (mut at, mut left) = (start, seconds);
        for &(from, to) in self.pauses.ending_after(start) {
            let before = self.table.elapsed(at, from);
            if left <= before {
                break;
            }
            (at, left) = (to, left - before);
        }
        self.table.add(at, left)
    }

    /// The open intervals between two instants, cut to them and to when the clock runs.
    pub(super) fn between(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let mut runs = Vec::new();
        let mut at = from;
        for (stops, resumes) in self.pauses.within(from, to) {
            runs.extend(self.table.between(at, stops));
            at = resumes;
        }
        runs.extend(self.table.between(at, to));
        runs
    }
}
