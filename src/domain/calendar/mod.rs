//! The working calendar: official hours, and the deadlines that are promised in them.
//!
//! A file ([`form`]) is checked ([`check`]) into rules ([`rules`], [`week`]), which say what each local date
//! offers. They are laid out once as a table of open intervals ([`table`], through [`zone`]'s wall clock), and
//! from there on everything is a binary search over whole seconds. [`promise`] says what is owed to whom,
//! [`deadline`] what a due time rests on. Which calendar is in force, and reading files, is left to others.

mod check;
mod deadline;
mod form;
mod operations;
mod promise;
mod proof;
mod rules;
mod table;
mod version;
mod wall;
mod week;
mod zone;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use deadline::Deadline;
pub use form::{DateStatus, DayEnd};
pub use promise::{Promise, Target, WorkingSeconds};
pub use proof::{Counted, PROOF_LINES_MAX, Proof, UnsoundProof};
pub use rules::{Regime, Rule};
pub use version::CalendarVersion;

use self::check::Fault;
use self::form::Form;
use self::rules::Rules;
use self::table::Table;
use self::wall::{DAY, Day};
use self::zone::wall_at;
use crate::domain::comment::Platform;
use crate::domain::document::{Document, Problem};
use crate::domain::judge::Kind;

/// Official hours in one zone, and what is promised in them. Immutable; covers the years 1970 to 2200.
///
/// Open time is a union of half-open intervals `[opens, closes)`: at closing time it is closed. Fractions of
/// a second are cut off.
#[derive(Debug)]
pub struct Calendar {
    version: CalendarVersion,
    rules: Rules,
    table: Table,
    promises: Vec<Promise>,
    due_soon_percent: i64,
}

/// Why the calendar has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The question or its answer lies outside the years that a calendar covers.
    #[error("{0} leads outside the years 1970 to 2200 that a calendar covers")]
    OutOfRange(Timestamp),
    /// No open time within 400 days.
    #[error("the calendar has no open time for {days} days on the way from {0}", days = table::LONGEST_CLOSURE_DAYS)]
    NeverReached(Timestamp),
}

/// What Majlis ships, for the examples in messages.
const SHIPPED: &str = include_str!("../../../config/calendar.toml");

/// 1970-01-01T00:00Z, the first instant that a calendar covers.
const FIRST_SECOND: i64 = 0;
/// 2201-01-01T00:00Z, the first one after them.
const END_SECOND: i64 = (Day::LAST.0 as i64 + 1) * DAY as i64;

impl Calendar {
    /// Reads a calendar file; `file` is its name in messages.
    ///
    /// # Errors
    /// Every problem: what cannot be read, rules that contradict each other, a kind that nothing is promised
    /// to, no open time for 400 days. A calendar is never taken to be open round the clock for want of hours.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let document = Document::<Form>::parse_like(file, text, SHIPPED)?;
        Self::of(CalendarVersion::of(text), &document.value).map_err(|faults| {
            faults.into_iter().map(|fault| document.problem(&fault.place, fault.message)).collect()
        })
    }

    fn of(version: CalendarVersion, form: &Form) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        if !(1..100).contains(&form.due_soon_percent) {
            let message = format!("is {}; write a number from 1 to 99, such as 75", form.due_soon_percent);
            faults.push(Fault::at("due_soon_percent", message));
        }
        let promises =
            promise::promises(&form.promise).map_err(|more| faults.extend(more)).unwrap_or_default();
        let laid_out = check::rules(form).and_then(laid_out).map_err(|more| faults.extend(more));
        match laid_out {
            Ok((rules, table)) if faults.is_empty() => {
                let due_soon_percent = i64::from(form.due_soon_percent);
                Ok(Calendar { version, rules, table, promises, due_soon_percent })
            }
            _ => Err(faults),
        }
    }

    /// The version of its text.
    pub fn version(&self) -> &CalendarVersion {
        &self.version
    }

    /// The zone whose wall clock its hours are in.
    pub fn time_zone(&self) -> &TimeZone {
        &self.rules.zone
    }

    /// What is promised to a comment of this kind on this platform: the first promise that fits. `None` only
    /// for a kind that is owed no reply.
    pub fn promise(&self, platform: Platform, kind: Kind) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.fits(platform, kind))
    }
}

/// The rules as a table of the years 1970 to 2200, if they offer enough.
fn laid_out(rules: Rules) -> Result<(Rules, Table), Vec<Fault>> {
    // A zone's wall clock may be a day ahead of UTC's or behind it.
    let table = Table::compile(&rules, Day::FIRST.previous(), Day::LAST.next());
    match table.first_closure(FIRST_SECOND, END_SECOND) {
        None => Ok((rules, table)),
        Some(closes) => {
            let day = Day::on(wall_at(&rules.zone, closes)).next();
            let by = rules
                .regimes(day, day)
                .pop()
                .map_or_else(String::new, |regime| format!(" by `{}`", regime.name));
            let message = format!(
                "leaves no open time for {days} days from {day} on{by}, so nothing could fall due; state hours for that time",
                days = table::LONGEST_CLOSURE_DAYS
            );
            Err(vec![Fault::at("weekly", message)])
        }
    }
}
