//! How soon which comments are answered.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::check::Fault;
use super::form::{DayEnd, PromiseForm};
use crate::domain::comment::Platform;
use crate::domain::judge::Kind;

/// The most working days that a promise may take: a year of them and more.
const WORKING_DAYS_MAX: u32 = 366;
/// The most working time that a promise may take, in minutes: as many days of 24 hours.
const WORKING_MINUTES_MAX: u32 = WORKING_DAYS_MAX * 24 * 60;

/// Open time, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingSeconds(pub u64);

/// What the ministry promises to the comments it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    kinds: Vec<Kind>,
    platforms: Vec<Platform>,
    /// How soon they are answered.
    pub target: Target,
}

/// How much of the official clock may pass until the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// So much open time.
    WorkingSeconds(WorkingSeconds),
    /// So many working days after the day of receipt. Never turned into hours: a Friday has four and a half.
    WorkingDays {
        /// How many, at least one.
        days: NonZeroU32,
        /// When on the last of them.
        ends: DayEnd,
    },
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::WorkingSeconds(WorkingSeconds(seconds)) if seconds % 3_600 == 0 => {
                write!(f, "{} working hours", seconds / 3_600)
            }
            Target::WorkingSeconds(WorkingSeconds(seconds)) => write!(f, "{} working minutes", seconds / 60),
            Target::WorkingDays { days, ends: DayEnd::EndOfDay } => {
                write!(f, "{days} working days, by closing")
            }
            Target::WorkingDays { days, ends: DayEnd::SameTime } => {
                write!(f, "{days} working days, to the time of day")
            }
        }
    }
}

impl Promise {
    /// Whether it is made to comments of this kind on this platform.
    pub fn fits(&self, platform: Platform, kind: Kind) -> bool {
        self.kinds.contains(&kind) && self.platforms.contains(&platform)
    }
}

/// The promises that a file states: every kind that is owed a reply has one on every platform, and
/// every promise is owed to somebody.
pub(super) fn promises(stated: &[PromiseForm]) -> Result<Vec<Promise>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut promises: Vec<Promise> = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        let place = format!("promise[{index}]");
        match promise(&place, form) {
            Ok(promise) => promises.push(promise),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut kept = vec![false; promises.len()];
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_owed_a_reply()) {
        let missing: Vec<&str> = Platform::ALL
            .into_iter()
            .filter(|platform| match promises.iter().position(|promise| promise.fits(*platform, kind)) {
                Some(index) => {
                    kept[index] = true;
                    false
                }
                None => true,
            })
            .map(Platform::as_str)
            .collect();
        if !missing.is_empty() {
            let message = format!(
                "nothing is promised to a {kind} on {}; add a [[promise]] with kinds = [\"{kind}\"] and working_days = 2",
                missing.join(", ")
            );
            faults.push(Fault::at("promise", message));
        }
    }
    for index in (0..kept.len()).filter(|index| !kept[*index]) {
        let message =
            "is never reached: promises before it fit all of its comments; move it up or take it out";
        faults.push(Fault::at(format!("promise[{index}]"), message));
    }
    if faults.is_empty() { Ok(promises) } else { Err(faults) }
}

fn promise(place: &str, form: &PromiseForm) -> Result<Promise, Fault> {
    let owed = Kind::ALL.into_iter().filter(|kind| kind.is_owed_a_reply());
    let kinds = form.kinds.clone().unwrap_or_else(|| owed.collect());
    if let Some(kind) = kinds.iter().find(|kind| !kind.is_owed_a_reply()) {
        let message = format!("`{kind}` is owed no reply; allowed are question, complaint, suggestion");
        return Err(Fault::at(format!("{place}.kinds"), message));
    }
    let platforms = form.platforms.clone().unwrap_or_else(|| Platform::ALL.to_vec());
    for (key, empty) in [("kinds", kinds.is_empty()), ("platforms", platforms.is_empty())] {
        if empty {
            let message =
                format!("is empty, so the promise fits nothing; leave {key} out to fit all of them");
            return Err(Fault::at(format!("{place}.{key}"), message));
        }
    }
    Ok(Promise { kinds, platforms, target: target(place, form)? })
}

fn target(place: &str, form: &PromiseForm) -> Result<Target, Fault> {
    let within = |key: &str, found: u32, most: u32| match NonZeroU32::new(found)
        .filter(|found| found.get() <= most)
    {
        Some(found) => Ok(found),
        None => {
            Err(Fault::at(format!("{place}.{key}"), format!("is {found}; write a number from 1 to {most}")))
        }
    };
    let time = |minutes: u32| Target::WorkingSeconds(WorkingSeconds(u64::from(minutes) * 60));
    let target = match (form.working_minutes, form.working_hours, form.working_days) {
        (Some(minutes), None, None) => time(within("working_minutes", minutes, WORKING_MINUTES_MAX)?.get()),
        (None, Some(hours), None) => {
            time(within("working_hours", hours, WORKING_MINUTES_MAX / 60)?.get() * 60)
        }
        (None, None, Some(days)) => {
            let days = within("working_days", days, WORKING_DAYS_MAX)?;
            return Ok(Target::WorkingDays { days, ends: form.ends.unwrap_or(DayEnd::EndOfDay) });
        }
        _ => {
            let message = "states one target: working_minutes, working_hours or working_days, such as working_hours = 8";
            return Err(Fault::at(place, message));
        }
    };
    match form.ends {
        None => Ok(target),
        Some(_) => {
            let message = "goes with working_days only: working time ends when it is used up; leave it out";
            Err(Fault::at(format!("{place}.ends"), message))
        }
    }
}
