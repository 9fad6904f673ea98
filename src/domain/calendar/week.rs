//! A weekly table, cut at midnight: what each day of the week offers.

use super::check::Fault;
use super::form::{DayHours, WeekHours};
use super::wall::{Span, TimeOfDay};

/// The most intervals that one day may have.
const INTERVALS_PER_DAY: usize = 48;

/// The hours of each day of the week, Monday first, sorted and apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week([Vec<Span>; 7]);

impl Week {
    pub(super) fn on(&self, weekday: usize) -> &[Span] {
        &self.0[weekday]
    }

    /// The table that a file states at `place`, such as `season[1]`.
    ///
    /// Hours whose `to` is at or before their `from` run past midnight; they are cut there, and the
    /// rest belongs to the next day of the week in the same table.
    pub(super) fn of(place: &str, stated: &[WeekHours], faults: &mut Vec<Fault>) -> Self {
        let mut days: [Vec<Piece>; 7] = Default::default();
        for (index, line) in stated.iter().enumerate() {
            let from = line.from;
            let mut add = |day: usize, from, to| {
                if from < to {
                    days[day].push(Piece { hours: Span { from, to }, line: index });
                }
            };
            let day = line.day as usize;
            if from == TimeOfDay::END {
                let message =
                    "hours cannot open at the end of a day; write \"00:00\" and the day after".to_owned();
                faults.push(Fault::at(format!("{place}.hours[{index}].from"), message));
            } else if line.to > from {
                add(day, from, line.to);
            } else {
                add(day, from, TimeOfDay::END);
                add((day + 1) % 7, TimeOfDay::MIDNIGHT, line.to);
            }
        }
        let says = |line: usize| {
            let WeekHours { day, from, to } = &stated[line];
            format!("{} {from}-{to}", day.word())
        };
        Week(days.map(|pieces| apart(place, pieces, says, faults)))
    }
}

/// The hours that an exception states at `place`, sorted; they never run past midnight.
pub(super) fn hours_of_date(place: &str, stated: &[DayHours], faults: &mut Vec<Fault>) -> Vec<Span> {
    let mut pieces = Vec::with_capacity(stated.len());
    for (line, &DayHours { from, to }) in stated.iter().enumerate() {
        match span(&format!("{place}.hours[{line}]"), from, to) {
            Ok(hours) => pieces.push(Piece { hours, line }),
            Err(fault) => faults.push(fault),
        }
    }
    apart(place, pieces, |line| format!("{}-{}", stated[line].from, stated[line].to), faults)
}

/// Hours within one date.
pub(super) fn span(place: &str, from: TimeOfDay, to: TimeOfDay) -> Result<Span, Fault> {
    if from < to {
        return Ok(Span { from, to });
    }
    let message = format!(
        "ends at {to}, at or before its start at {from}; hours of a single date end on that date, \"24:00\" at the latest"
    );
    Err(Fault::at(format!("{place}.to"), message))
}

/// A part of what a line states, after the cut at midnight.
struct Piece {
    hours: Span,
    line: usize,
}

/// The pieces of one day in order; a fault for each that overlaps the one before it.
fn apart(
    place: &str,
    mut pieces: Vec<Piece>,
    says: impl Fn(usize) -> String,
    faults: &mut Vec<Fault>,
) -> Vec<Span> {
    pieces.sort_unstable_by_key(|piece| (piece.hours, piece.line));
    if pieces.len() > INTERVALS_PER_DAY {
        let message = format!(
            "has {} intervals on one day; at most {INTERVALS_PER_DAY} are counted: join those that touch",
            pieces.len()
        );
        faults.push(Fault::at(format!("{place}.hours"), message));
    }
    for pair in pieces.windows(2) {
        if pair[1].hours.from < pair[0].hours.to {
            let (first, second) = (pair[0].line.min(pair[1].line), pair[0].line.max(pair[1].line));
            let message =
                format!("{} overlaps {}; let one end where the other begins", says(second), says(first));
            faults.push(Fault::at(format!("{place}.hours[{second}]"), message));
        }
    }
    pieces.into_iter().map(|piece| piece.hours).collect()
}
