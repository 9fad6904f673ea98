//! The working calendar: official hours, and the deadlines that are promised in them.
//!
//! A file ([`form`]) is checked ([`check`]) into rules ([`rules`], [`week`]), which say what each local date
//! offers. They are laid out once as a table of open intervals ([`table`], through [`zone`]'s wall clock), and
//! from there on everything is looked up in it by whole seconds ([`index`], [`hours`]), less the stretches in which a clock
//! stands still ([`pauses`]). [`promise`] says what is owed to whom, [`points`] when staff are told, [`deadline`] what a due time rests on, [`carried`] what it takes over from another promise, [`closure`] when a
//! closed office opens. Which
//! calendar is in force, and reading files, is left to others.

mod carried;
mod check;
mod closure;
mod dates;
mod deadline;
mod form;
mod grace;
mod hijri;
mod hours;
mod index;
mod pauses;
mod points;
mod promise;
mod proof;
mod rules;
mod solve;
mod table;
mod version;
mod wall;
mod week;
mod zone;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use carried::{Carried, Origin};
pub use closure::Closure;
pub use deadline::Deadline;
pub use form::{DateStatus, DayEnd};
pub use grace::Grace;
pub use hijri::HijriDate;
pub use hours::{Hours, Offered};
pub use pauses::Pauses;
pub use promise::{NoTarget, Owed, Promise, Target, WorkingSeconds};
pub use proof::{Counted, PROOF_LINES_MAX, Proof, UnsoundProof};
pub use rules::{Regime, Rule};
pub use solve::Solver;
pub use version::CalendarVersion;

use self::check::Fault;
use self::form::{CoverForm, Form, HoursForm};
use self::promise::Terms;
use self::wall::{DAY, Day};
use crate::domain::document::{Document, Problem};
use crate::domain::escalation::Step;

/// The name of the hours that stand at the top of a calendar file.
pub const OFFICIAL: &str = "official";

/// The ministry's official hours, others by name, and what is promised in them. Immutable.
#[derive(Debug)]
pub struct Calendar {
    version: CalendarVersion,
    official: Arc<Hours>,
    others: BTreeMap<String, Arc<Hours>>,
    promises: Vec<Promise>,
    escalation: Vec<Step>,
    due_soon_percent: i64,
    grace: WorkingSeconds,
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
        let grace = grace::stated(form.grace_working_minutes).map_err(|fault| faults.push(fault)).ok();
        let official = Hours::of(OFFICIAL, "", &form.official());
        let official = official.map_err(|more| faults.extend(more)).ok().map(Arc::new);
        let mut others = BTreeMap::new();
        for (name, form) in &form.calendar {
            match named(name, form) {
                Ok(hours) => drop(others.insert(name.clone(), Arc::new(hours))),
                Err(more) => faults.extend(more),
            }
        }
        let mut covers = BTreeMap::new();
        // Of hours that are at fault themselves nothing can be joined.
        let joined = if faults.is_empty() { &form.cover } else { &BTreeMap::new() };
        for (name, CoverForm { of }) in joined {
            match cover(name, of, &others, official.as_deref()) {
                Ok(hours) => drop(covers.insert(name.clone(), Arc::new(hours))),
                Err(fault) => faults.push(fault),
            }
        }
        others.append(&mut covers);
        let names = form.calendar.keys().chain(form.cover.keys());
        let names = names.map(String::as_str).chain([OFFICIAL]).collect();
        let terms = promise::promises(&form.promise, &names);
        let terms = terms.map_err(|more| faults.extend(more)).unwrap_or_default();
        let escalation = points::steps(&form.escalation);
        let escalation = escalation.map_err(|more| faults.extend(more)).unwrap_or_default();
        let (Some(official), Some(grace)) = (official.filter(|_| faults.is_empty()), grace) else {
            return Err(faults);
        };
        let promise = |terms: Terms| {
            let hours = others.get(&terms.hours).unwrap_or(&official).clone();
            Promise { terms, hours }
        };
        let promises = terms.into_iter().map(promise).collect();
        let due_soon_percent = i64::from(form.due_soon_percent);
        Ok(Calendar { version, official, others, promises, escalation, due_soon_percent, grace })
    }

    /// The version of its text.
    pub fn version(&self) -> &CalendarVersion {
        &self.version
    }

    /// The official hours: those that the public is told, and that promises are counted in unless they name others.
    pub fn official(&self) -> &Hours {
        &self.official
    }

    /// The hours of this name; [`OFFICIAL`] names the official ones.
    pub fn hours(&self, name: &str) -> Option<&Hours> {
        let others = || self.others.get(name).map(|hours| &**hours);
        if name == OFFICIAL { Some(&self.official) } else { others() }
    }

    /// The official hours, then the others by name.
    pub fn all_hours(&self) -> impl Iterator<Item = &Hours> {
        std::iter::once(&*self.official).chain(self.others.values().map(|hours| &**hours))
    }

    /// The zone whose wall clock the official hours are in.
    pub fn time_zone(&self) -> &TimeZone {
        self.official.time_zone()
    }

    /// What is promised: the first promise that fits. `None` for a kind that is owed no reply, and where nothing
    /// is promised beyond the first reply.
    pub fn promise(&self, owed: &Owed) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.fits(owed))
    }
}

/// Other hours than the official ones, by the name that promises call them by.
fn named(name: &str, form: &HoursForm) -> Result<Hours, Vec<Fault>> {
    let place = format!("calendar.{name}");
    check_name(&place, name).map_err(|fault| vec![fault])?;
    Hours::of(name, &format!("{place}."), form)
}

/// Hours of several that cover for each other, by the name that promises call them by.
fn cover(
    name: &str,
    of: &[String],
    others: &BTreeMap<String, Arc<Hours>>,
    official: Option<&Hours>,
) -> Result<Hours, Fault> {
    let place = format!("cover.{name}");
    check_name(&place, name)?;
    if others.contains_key(name) {
        return Err(Fault::at(
            place,
            format!("is called what [calendar.{name}] is; call one of them otherwise"),
        ));
    }
    let place = format!("{place}.of");
    let hours = |wanted: &String| match others.get(wanted) {
        Some(hours) => Ok(&**hours),
        None => official.filter(|_| wanted == OFFICIAL).ok_or_else(|| {
            let known: Vec<&str> = others.keys().map(String::as_str).chain([OFFICIAL]).collect();
            Fault::at(&place, format!("no hours are called `{wanted}`; there are: {}", known.join(", ")))
        }),
    };
    Hours::cover(name, &place, &of.iter().map(hours).collect::<Result<Vec<_>, _>>()?)
}

fn check_name(place: &str, name: &str) -> Result<(), Fault> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name != OFFICIAL && !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    let message = format!(
        "`{name}` cannot name other hours: `{OFFICIAL}` are those at the top of the file; write a word of small letters, such as [calendar.always]"
    );
    Err(Fault::at(place, message))
}
