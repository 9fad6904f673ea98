//! The report on promises: how many were kept, by clock, platform and kind, from the entries of the audit log alone.
//!
//! A promise belongs to the period in which it was decided: when it was kept, or else when its deadline passed. So it is
//! counted once, months add up, and an answer that comes after the report moves nothing from one period to another. What
//! was cancelled was owed no longer and is neither; where its deadline had passed before, it is told beside them, so that
//! nothing looks better for being cancelled. Entries are read once, in the order of the log; what is held meanwhile is a
//! line for each clock that is open, and four bytes for each answer of the period.

mod periods;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::comment::Platform;
use super::judge::Kind;
use super::reply::ClockKind;

pub use periods::Periods;

/// The report, being made.
#[derive(Debug)]
pub struct Report {
    periods: Periods,
    open: HashMap<i64, Open>,
    tallies: BTreeMap<Date, Tallies>,
}

/// The lines of a period, being counted.
type Tallies = BTreeMap<Subject, Tally>;

/// What a line of the report is about; `None` stands for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// Which answer was promised.
    pub clock: ClockKind,
    /// Where.
    pub platform: Option<Platform>,
    /// To what kind of comment.
    pub kind: Option<Kind>,
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// Promises that were kept.
    pub met: u64,
    /// Promises that were not: late and unanswered ones together.
    pub missed: u64,
    /// Of the missed: those that are still without an answer.
    pub unanswered: u64,
    /// Of the missed: those that late reading alone is the cause of.
    pub by_system: u64,
    /// Of the missed: those answered after closing, without any working time past the deadline.
    pub after_closing: u64,
    /// Neither kept nor missed: those that were cancelled after their deadline had passed.
    pub cancelled_overdue: u64,
    /// Beside the others: deadlines that passed without an answer, and that a new calendar then put off. What became of the
    /// promise counts by its new deadline.
    pub withdrawn: u64,
    /// The working seconds that half of the answers took at most (nearest rank); `None` without any.
    pub median_s: Option<u32>,
    /// The working seconds that nine in ten of the answers took at most (nearest rank).
    pub p90_s: Option<u32>,
}

/// An entry that would be counted and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("entry {entry} of the log has a form that this version cannot read")]
pub struct Unreadable {
    /// The entry, shortened.
    entry: String,
    /// Why.
    #[source]
    source: serde_json::Error,
}

impl Unreadable {
    pub(super) fn new(bytes: &[u8], source: serde_json::Error) -> Self {
        Self { entry: String::from_utf8_lossy(bytes).chars().take(120).collect(), source }
    }
}

/// A clock that runs or stands still, as the log last told of it.
#[derive(Debug)]
struct Open {
    subject: Subject,
    received_at: Timestamp,
    read_late: bool,
    /// When it is due; while it stands still, what it was due at before.
    due_at: Option<Timestamp>,
    /// Whether its deadline may pass, or passed before it stood still.
    may_pass: bool,
    /// Which of its deadlines that is.
    generation: i64,
    /// Whether a breach of it was withdrawn.
    withdrawn: bool,
}

#[derive(Debug, Clone, Default)]
struct Tally {
    met: u64,
    missed: u64,
    unanswered: u64,
    by_system: u64,
    after_closing: u64,
    cancelled_overdue: u64,
    withdrawn: u64,
    used: Vec<u32>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    act: Cow<'a, str>,
    at: Timestamp,
    fields: Fields<'a>,
}

/// What an entry says of a clock; others than ours have other fields.
#[derive(Deserialize)]
struct Fields<'a> {
    number: Option<i64>,
    clock: Option<ClockKind>,
    kind: Option<Kind>,
    platform: Option<Platform>,
    received_at: Option<Timestamp>,
    #[serde(borrow)]
    read_late: Option<Cow<'a, str>>,
    due_at: Option<Timestamp>,
    remaining_s: Option<u64>,
    generation: Option<i64>,
    /// When the deadline passed that a new calendar, or another priority, put off.
    breached_at: Option<Timestamp>,
    used_s: Option<u64>,
    overdue_s: Option<u64>,
    #[serde(borrow)]
    late_by_reading: Option<Cow<'a, str>>,
    answered_at: Option<Timestamp>,
    #[serde(borrow)]
    verdict: Option<Cow<'a, str>>,
}

/// How the entries of clocks begin: an entry is canonical, so its act stands first.
const ABOUT_A_CLOCK: &[u8] = b"{\"act\":\"clock.";

impl Report {
    /// Begins a report on what is decided in these periods.
    pub fn of(periods: Periods) -> Self {
        Self { periods, open: HashMap::new(), tallies: BTreeMap::new() }
    }

    /// Reads the next entry of the log: its exact bytes. What tells of no clock is passed over.
    ///
    /// # Errors
    /// The entry tells of a clock and cannot be read.
    pub fn entry(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        if !bytes.starts_with(ABOUT_A_CLOCK) {
            return Ok(());
        }
        let Entry { act, at, fields } =
            serde_json::from_slice(bytes).map_err(|source| Unreadable::new(bytes, source))?;
        let (Some(number), Some(subject), Some(received_at)) =
            (fields.number, fields.subject(), fields.received_at)
        else {
            return Ok(()); // That staff were told of a clock, and the like.
        };
        match &*act {
            "clock.answered" | "clock.solved" => {
                self.open.remove(&number);
                self.kept(subject, &fields);
            }
            "clock.cancelled" => {
                let before = self.open.remove(&number).filter(|open| open.may_pass);
                self.cancelled(subject, fields.due_at.or(before.and_then(|open| open.due_at)), at);
            }
            _ => {
                let before = self.open.get(&number);
                let generation = fields.generation.unwrap_or_default();
                if before.is_some_and(|before| before.generation > generation) {
                    return Ok(()); // Somebody was told of a deadline that was just counted anew.
                }
                let known = before.is_some_and(|before| before.withdrawn);
                let withdrawn = fields.breached_at;
                let stands_still = fields.due_at.is_none();
                let open = Open {
                    subject,
                    received_at,
                    read_late: fields.read_late.is_some(),
                    due_at: fields.due_at.or(before.and_then(|before| before.due_at)),
                    may_pass: !stands_still || fields.remaining_s == Some(0),
                    generation,
                    withdrawn: known || withdrawn.is_some(),
                };
                self.open.insert(number, open);
                if let Some(at) = withdrawn.filter(|_| !known) {
                    self.tally(at, subject, |tally| tally.withdrawn += 1);
                }
            }
        }
        Ok(())
    }

    /// The lines of each period as things are at `now`, when the log was read so far.
    pub fn lines(&self, now: Timestamp) -> BTreeMap<Date, Vec<Line>> {
        let mut tallies = self.tallies.clone();
        for open in self.open.values() {
            let Some(due_at) = open.due_at.filter(|due| open.may_pass && *due < now) else { continue };
            let Some(period) = self.periods.of(due_at) else { continue };
            let by_system = open.read_late && open.received_at >= due_at;
            count(tallies.entry(period).or_default(), open.subject, |tally| {
                tally.missed += 1;
                tally.unanswered += 1;
                tally.by_system += u64::from(by_system);
            });
        }
        let lines =
            |tallies: Tallies| tallies.into_iter().map(|(subject, tally)| tally.line(subject)).collect();
        tallies.into_iter().map(|(period, tallies)| (period, lines(tallies))).collect()
    }

    fn kept(&mut self, subject: Subject, fields: &Fields<'_>) {
        let Some(answered_at) = fields.answered_at else { return };
        let decided_at = fields.due_at.map_or(answered_at, |due| due.min(answered_at));
        let met = fields.verdict.as_deref() == Some("met");
        let after_closing = fields.overdue_s == Some(0);
        let by_system = fields.late_by_reading.is_some();
        self.tally(decided_at, subject, |tally| {
            tally.met += u64::from(met);
            tally.missed += u64::from(!met);
            tally.after_closing += u64::from(!met && after_closing);
            tally.by_system += u64::from(!met && !after_closing && by_system);
            tally.used.extend(fields.used_s.map(|used| u32::try_from(used).unwrap_or(u32::MAX)));
        });
    }

    /// A promise that was owed no longer from `at` on.
    fn cancelled(&mut self, subject: Subject, due_at: Option<Timestamp>, at: Timestamp) {
        if let Some(due_at) = due_at.filter(|due| *due < at) {
            self.tally(due_at, subject, |tally| tally.cancelled_overdue += 1);
        }
    }

    /// Counts what was decided at that instant.
    fn tally(&mut self, at: Timestamp, subject: Subject, counted: impl Fn(&mut Tally)) {
        if let Some(period) = self.periods.of(at) {
            count(self.tallies.entry(period).or_default(), subject, counted);
        }
    }
}

/// Counts on a subject's line, and on that of its clock on all platforms.
fn count(tallies: &mut Tallies, subject: Subject, counted: impl Fn(&mut Tally)) {
    counted(tallies.entry(subject).or_default());
    counted(tallies.entry(Subject { platform: None, kind: None, ..subject }).or_default());
}

impl Fields<'_> {
    fn subject(&self) -> Option<Subject> {
        Some(Subject { clock: self.clock?, platform: Some(self.platform?), kind: Some(self.kind?) })
    }
}

impl Tally {
    fn line(mut self, subject: Subject) -> Line {
        Line {
            subject,
            met: self.met,
            missed: self.missed,
            unanswered: self.unanswered,
            by_system: self.by_system,
            after_closing: self.after_closing,
            cancelled_overdue: self.cancelled_overdue,
            withdrawn: self.withdrawn,
            median_s: nearest_rank(&mut self.used, 50),
            p90_s: nearest_rank(&mut self.used, 90),
        }
    }
}

/// The least of the numbers that `percent` of them do not exceed.
fn nearest_rank(numbers: &mut [u32], percent: usize) -> Option<u32> {
    let rank = (numbers.len() * percent).div_ceil(100);
    let place = rank.checked_sub(1)?;
    Some(*numbers.select_nth_unstable(place).1)
}

#[cfg(test)]
mod tests;
