//! What carries over when another promise takes the place of one that runs: the share that was used of it. The rest of the new
//! target is counted from then, in the new promise's hours.

use std::fmt;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::hours::instant;
use super::promise::{Target, WorkingSeconds};
use super::proof::Proof;

/// The share of a promise that was used when another took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// When the other took its place.
    pub at: Timestamp,
    /// Working time that was used until then: less than `of`.
    pub used: WorkingSeconds,
    /// Working time that had been promised.
    pub of: WorkingSeconds,
    /// The hours in which both were counted, by name.
    pub hours: String,
}

/// `USED of PROMISED s in HOURS`, as logs tell it.
impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} s in {}", self.used.0, self.of.0, self.hours)
    }
}

/// What a promise is counted from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// When it began to run.
    pub start: Timestamp,
    /// What it took over from another.
    pub carried: Option<&'a Carried>,
}

impl Carried {
    /// What carries over at an instant at which so much working time is left of what `was` promised. `None` where none is: what
    /// is late stays so by its own promise.
    pub fn of(was: &Proof, left: WorkingSeconds, at: Timestamp) -> Option<Self> {
        let (of, at) = (was.promised().0, instant(at.as_second()));
        let used = WorkingSeconds(of.0.saturating_sub(left.0));
        (used < of).then(|| Carried { at, used, of, hours: was.hours.clone() })
    }

    /// What would have carried over had the clock begun so much working time later.
    pub fn without(self, unread: WorkingSeconds) -> Self {
        Carried { used: WorkingSeconds(self.used.0.saturating_sub(unread.0)), ..self }
    }

    /// What is left of the new target: of days, as of seconds, whole ones and no fewer than are owed.
    pub fn rest_of(&self, target: Target) -> Target {
        match target {
            Target::WorkingSeconds(WorkingSeconds(whole)) => {
                Target::WorkingSeconds(WorkingSeconds(self.rest(whole)))
            }
            Target::WorkingDays { days, ends } => {
                let rest = u32::try_from(self.rest(days.get().into())).ok().and_then(NonZeroU32::new);
                Target::WorkingDays { days: rest.unwrap_or(NonZeroU32::MIN), ends }
            }
        }
    }

    /// The working time of the new target of which `rest` is the rest.
    pub(super) fn whole(&self, rest: WorkingSeconds) -> WorkingSeconds {
        let whole = u128::from(rest.0) * u128::from(self.of.0) / u128::from(self.left().max(1));
        WorkingSeconds(u64::try_from(whole).unwrap_or(u64::MAX))
    }

    fn rest(&self, whole: u64) -> u64 {
        let rest = (u128::from(whole) * u128::from(self.left())).div_ceil(u128::from(self.of.0.max(1)));
        u64::try_from(rest).unwrap_or(u64::MAX)
    }

    fn left(&self) -> u64 {
        self.of.0.saturating_sub(self.used.0)
    }
}

impl<'a> Origin<'a> {
    /// From when on its hours are counted.
    pub(super) fn from(&self) -> Timestamp {
        self.carried.map_or(self.start, |carried| carried.at)
    }

    /// So much of it is to be counted.
    pub(super) fn rest_of(&self, target: Target) -> Target {
        self.carried.map_or(target, |carried| carried.rest_of(target))
    }

    /// How much of the whole counts as used when the counting begins, where `rest` is left then; and the whole.
    pub(super) fn used_of(&self, rest: WorkingSeconds) -> (u64, u64) {
        let whole = self.carried.map_or(rest, |carried| carried.whole(rest));
        (whole.0 - rest.0, whole.0)
    }
}

impl From<Timestamp> for Origin<'_> {
    fn from(start: Timestamp) -> Self {
        Origin { start, carried: None }
    }
}
