//! The proof of a deadline: the sum by which it was found, so that a person can redo it by hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::carried::{Carried, Origin};
use super::form::DayEnd;
use super::grace::Grace;
use super::promise::{Target, WorkingSeconds};
use super::rules::Regime;
use super::version::CalendarVersion;

/// The most lines of a proof; what lies between the first ones and the last is then summed in one.
pub const PROOF_LINES_MAX: usize = 64;

/// How a deadline was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When the promise began to run, in whole seconds.
    pub start: Timestamp,
    /// What was promised.
    pub target: Target,
    /// What was used of another promise before this one took its place; the rest of the target is counted from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Carried>,
    /// Working time: each open interval counted, and their seconds add up to the target, or its rest.
    /// Working days: each day counted, from its opening to its closing.
    pub counted: Vec<Counted>,
    /// The stretches from `start` to `due_at` in which the clock stood still: none of their seconds is counted,
    /// and no working day up to whose end it stood.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// Where the sum ends. The deadline itself, unless `grace` puts it later.
    pub due_at: Timestamp,
    /// Time that was left to it when a new calendar's sum led into the past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Grace>,
    /// Open time from `start`, or from when another promise was carried over, to `due_at`, without the pauses.
    pub working_time: WorkingSeconds,
    /// Every rule of the calendar that had a say from the day of the start to the day it is due.
    pub regimes: Vec<Regime>,
    /// The calendar's version.
    pub calendar: CalendarVersion,
    /// Which of its hours were counted: `official`, or the name of others that stand in it.
    pub hours: String,
    /// The zone whose wall clock those hours are in.
    pub time_zone: String,
    /// The release of the time zone database, such as `2026f`.
    pub tz_database: String,
}

/// A line of a proof: an open interval or a working day, or the sum of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends; that instant is not part of it.
    pub to: Timestamp,
    /// Open seconds in it.
    pub seconds: WorkingSeconds,
    /// How many intervals or days the line stands for: 1, but for the one that sums the middle of a
    /// long proof.
    pub lines: u32,
}

/// A proof whose lines do not lead to its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not lead to its deadline: {0}")]
pub struct UnsoundProof(pub(super) &'static str);

impl Proof {
    /// The deadline: where the sum ends, or the grace after it.
    pub fn ends_at(&self) -> Timestamp {
        self.grace.as_ref().map_or(self.due_at, |grace| grace.due_at)
    }

    /// The working time that was promised in all, and how much of it counted as used when the counting began.
    pub fn promised(&self) -> (WorkingSeconds, WorkingSeconds) {
        let origin = Origin { start: self.start, carried: self.carried.as_ref() };
        let whole = match self.target {
            Target::WorkingSeconds(target) => target.0,
            Target::WorkingDays { .. } => origin.used_of(self.working_time).1,
        };
        (WorkingSeconds(whole), WorkingSeconds(whole.saturating_sub(self.working_time.0)))
    }

    /// From when on its hours are counted.
    pub fn counts_from(&self) -> Timestamp {
        self.carried.as_ref().map_or(self.start, |carried| carried.at)
    }

    /// The names of the dates that it leans on and an announcement may still change.
    pub fn provisional(&self) -> impl Iterator<Item = &str> {
        let open = self.regimes.iter().filter(|regime| regime.status.is_provisional());
        open.map(|regime| regime.name.as_str())
    }

    /// Redoes the sum from the lines alone. That they are the calendar's own hours is for whoever holds
    /// the calendar of that version to compare.
    ///
    /// # Errors
    /// The first thing that does not add up.
    pub fn check(&self) -> Result<(), UnsoundProof> {
        let ensure = |sound: bool, what| if sound { Ok(()) } else { Err(UnsoundProof(what)) };
        let last = self.counted.last().ok_or(UnsoundProof("nothing was counted"))?;
        let carries = self.carried.as_ref().is_none_or(|carried| carried.used < carried.of);
        ensure(carries, "it took over a promise of which nothing was left")?;
        let from = self.counts_from();
        ensure(self.start <= from || self.carried.is_none(), "it took over a promise before its start")?;
        for line in &self.counted {
            ensure(line.from <= line.to, "a line ends before it begins")?;
            let length = line.to.as_second() - line.from.as_second();
            ensure(line.seconds.0 <= length.unsigned_abs(), "a line counts more seconds than it has")?;
        }
        let apart = self.counted.windows(2).all(|pair| pair[0].to <= pair[1].from);
        ensure(apart, "its lines overlap or are out of order")?;
        self.grace.as_ref().map_or(Ok(()), |grace| grace.check(self.due_at))?;
        match self.carried.as_ref().map_or(self.target, |carried| carried.rest_of(self.target)) {
            Target::WorkingSeconds(target) => {
                let whole = |line: &&Counted| line.lines == 1;
                let solid = self.counted.iter().filter(whole).all(|line| {
                    line.seconds.0 == (line.to.as_second() - line.from.as_second()).unsigned_abs()
                });
                ensure(solid, "a line is longer than the seconds it counts")?;
                let running = self.counted.iter().filter(whole).all(|line| {
                    self.pauses.iter().all(|(stops, resumes)| line.to <= *stops || *resumes <= line.from)
                });
                ensure(running, "it counts time in which the clock stood still")?;
                let sum: u64 = self.counted.iter().map(|line| line.seconds.0).sum();
                ensure(
                    sum == target.0 && sum == self.working_time.0,
                    "its lines do not add up to the target",
                )?;
                ensure(self.counted[0].from >= from, "it counts time before its start")?;
                ensure(last.to == self.due_at, "it ends elsewhere than its last line")
            }
            Target::WorkingDays { days, ends } => {
                let counted: u32 = self.counted.iter().map(|line| line.lines).sum();
                ensure(counted == days.get(), "it counts another number of days than the target")?;
                ensure(last.to > from, "it counts days before its start")?;
                match ends {
                    DayEnd::EndOfDay => {
                        ensure(last.to == self.due_at, "it ends elsewhere than its last closing")
                    }
                    DayEnd::SameTime => ensure(last.from <= self.due_at, "it ends before its last day opens"),
                }
            }
        }
    }
}

/// The lines of a proof, the middle of a long one in a single line.
pub(super) fn summed(lines: Vec<Counted>) -> Vec<Counted> {
    if lines.len() <= PROOF_LINES_MAX {
        return lines;
    }
    let (head, rest) = lines.split_at(PROOF_LINES_MAX - 2);
    let (middle, last) = rest.split_at(rest.len() - 1);
    let sum = Counted {
        from: middle[0].from,
        to: middle[middle.len() - 1].to,
        seconds: WorkingSeconds(middle.iter().map(|line| line.seconds.0).sum()),
        lines: middle.iter().map(|line| line.lines).sum(),
    };
    [head, &[sum], last].concat()
}
