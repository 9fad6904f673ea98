//! How soon which comments are answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::OFFICIAL;
use super::check::Fault;
use super::form::{DayEnd, PromiseForm};
use super::hours::Hours;
use crate::domain::comment::Platform;
use crate::domain::holder::TeamId;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};

/// The most working days that a promise may take: a year of them and more.
const WORKING_DAYS_MAX: u32 = 366;
/// The most working time that a promise may take, in minutes: as many days of 24 hours.
pub(super) const WORKING_MINUTES_MAX: u32 = WORKING_DAYS_MAX * 24 * 60;

/// Open time, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingSeconds(pub u64);

/// What the ministry promises to the comments it fits.
#[derive(Debug, Clone)]
pub struct Promise {
    pub(super) terms: Terms,
    pub(super) hours: Arc<Hours>,
}

/// A promise as a file states it, its hours by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terms {
    clock: ClockKind,
    kinds: Vec<Kind>,
    platforms: Vec<Platform>,
    priorities: Vec<Priority>,
    languages: Vec<Language>,
    /// None of them: every team, and what is no team's.
    teams: Vec<TeamId>,
    pub(super) hours: String,
    target: Target,
    urgent: bool,
    carries: bool,
}

/// An answer that may be owed: what decides which promise it is held to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owed {
    /// Which answer.
    pub clock: ClockKind,
    /// Where the comment stands.
    pub platform: Platform,
    /// What kind of comment it is.
    pub kind: Kind,
    /// How urgent staff called it.
    pub priority: Priority,
    /// What the asker wrote in.
    pub language: Language,
    /// The team that the comment was routed to.
    pub team: Option<TeamId>,
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

/// A word that is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no target; allowed are working minutes, hours and days (by closing), such as 90m, 8h and 2d, {} days at most",
    WORKING_DAYS_MAX
)]
pub struct NoTarget;

/// `90m` and `8h` of working time, `2d` for working days by closing.
impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(word: &str) -> Result<Self, NoTarget> {
        let mut signs = word.chars();
        let unit = signs.next_back().ok_or(NoTarget)?;
        let number: NonZeroU32 = signs.as_str().parse().map_err(|_| NoTarget)?;
        let minutes = |each: u32| {
            let minutes = number.get().checked_mul(each).filter(|minutes| *minutes <= WORKING_MINUTES_MAX);
            minutes.map(|minutes| Target::WorkingSeconds(WorkingSeconds(u64::from(minutes) * 60)))
        };
        let target = match unit {
            'm' => minutes(1),
            'h' => minutes(60),
            'd' => (number.get() <= WORKING_DAYS_MAX)
                .then_some(Target::WorkingDays { days: number, ends: DayEnd::EndOfDay }),
            _ => None,
        };
        target.ok_or(NoTarget)
    }
}

impl Promise {
    /// Whether it is made to this.
    pub fn fits(&self, owed: &Owed) -> bool {
        self.terms.fit(owed)
    }

    /// How soon it is kept.
    pub fn target(&self) -> Target {
        self.terms.target
    }

    /// The same promise with another target: what a member of staff gave one comment in its stead.
    pub fn with_target(&self, target: Target) -> Self {
        Self { terms: Terms { target, ..self.terms.clone() }, hours: self.hours.clone() }
    }

    /// Whether it is this very promise, both being of one calendar.
    pub fn is(&self, other: &Promise) -> bool {
        self.terms == other.terms
    }

    /// Whether staff are told outside hours too.
    pub fn is_urgent(&self) -> bool {
        self.terms.urgent
    }

    /// Whether the share that was used of another promise carries over to it; else it is counted from its clock's start.
    pub fn carries(&self) -> bool {
        self.terms.carries
    }

    /// The hours that it is counted in.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }
}

impl Terms {
    fn fit(&self, owed: &Owed) -> bool {
        self.clock == owed.clock
            && self.kinds.contains(&owed.kind)
            && self.platforms.contains(&owed.platform)
            && self.priorities.contains(&owed.priority)
            && self.languages.contains(&owed.language)
            && (self.teams.is_empty() || owed.team.as_ref().is_some_and(|team| self.teams.contains(team)))
    }
}

/// The promises that a file states: every kind that is owed a reply is promised a first one everywhere, and
/// every promise is owed to somebody. `hours` are the names that they may be counted in.
pub(super) fn promises(stated: &[PromiseForm], hours: &BTreeSet<&str>) -> Result<Vec<Terms>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut promises: Vec<Terms> = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        match promise(&format!("promise[{index}]"), form, hours) {
            Ok(promise) => promises.push(promise),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut kept = vec![false; promises.len()];
    let mut missing: BTreeMap<Kind, Vec<Owed>> = BTreeMap::new();
    let teams: BTreeSet<TeamId> = promises.iter().flat_map(|promise| promise.teams.clone()).collect();
    for owed in teams.iter().map(Some).chain([None]).flat_map(every_owed) {
        match promises.iter().position(|promise| promise.fit(&owed)) {
            Some(index) => kept[index] = true,
            // What is promised without regard to the team is promised to each.
            None if owed.clock == ClockKind::FirstReply && owed.team.is_none() => {
                missing.entry(owed.kind).or_default().push(owed);
            }
            None => {}
        }
    }
    faults.extend(missing.iter().map(|(kind, owed)| unpromised(*kind, owed)));
    for index in (0..kept.len()).filter(|index| !kept[*index]) {
        let message =
            "is never reached: promises before it fit all of its comments; move it up or take it out";
        faults.push(Fault::at(format!("promise[{index}]"), message));
    }
    if faults.is_empty() { Ok(promises) } else { Err(faults) }
}

fn every_owed(team: Option<&TeamId>) -> impl Iterator<Item = Owed> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.is_owed_a_reply());
    let of_kind = |kind| Platform::ALL.into_iter().map(move |platform| (kind, platform));
    kinds.flat_map(of_kind).flat_map(move |(kind, platform)| {
        ClockKind::ALL.into_iter().flat_map(move |clock| {
            Priority::ALL.into_iter().flat_map(move |priority| {
                let owed =
                    move |language| Owed { clock, platform, kind, priority, language, team: team.cloned() };
                Language::ALL.into_iter().map(owed)
            })
        })
    })
}

/// The fault of a kind that nothing is promised to where it is owed a first reply.
fn unpromised(kind: Kind, owed: &[Owed]) -> Fault {
    let platforms: BTreeSet<Platform> = owed.iter().map(|owed| owed.platform).collect();
    let everywhere_there = owed.len() == platforms.len() * Priority::ALL.len() * Language::ALL.len();
    let to = match owed {
        [first, ..] if !everywhere_there => {
            format!(
                "a {kind} of {} priority in language `{}` on {}",
                first.priority, first.language, first.platform
            )
        }
        _ => {
            let platforms: Vec<&str> = platforms.into_iter().map(Platform::as_str).collect();
            format!("a {kind} on {}", platforms.join(", "))
        }
    };
    let message = format!(
        "nothing is promised to {to}; add a [[promise]] with kinds = [\"{kind}\"] and working_days = 2"
    );
    Fault::at("promise", message)
}

fn promise(place: &str, form: &PromiseForm, hours: &BTreeSet<&str>) -> Result<Terms, Fault> {
    let owed = Kind::ALL.into_iter().filter(|kind| kind.is_owed_a_reply()).collect();
    let kinds: Vec<Kind> = stated_or(place, "kinds", &form.kinds, owed)?;
    if let Some(kind) = kinds.iter().find(|kind| !kind.is_owed_a_reply()) {
        let message = format!("`{kind}` is owed no reply; allowed are question, complaint, suggestion");
        return Err(Fault::at(format!("{place}.kinds"), message));
    }
    let name = form.calendar.as_deref().unwrap_or(OFFICIAL);
    if !hours.contains(name) {
        let known: Vec<&str> = hours.iter().copied().collect();
        let message = format!("no hours are called `{name}`; there are: {}", known.join(", "));
        return Err(Fault::at(format!("{place}.calendar"), message));
    }
    Ok(Terms {
        clock: form.clock,
        kinds,
        platforms: stated_or(place, "platforms", &form.platforms, Platform::ALL.to_vec())?,
        priorities: stated_or(place, "priorities", &form.priorities, Priority::ALL.to_vec())?,
        languages: stated_or(place, "languages", &form.languages, Language::ALL.to_vec())?,
        teams: stated_or(place, "teams", &form.teams, Vec::new())?,
        hours: name.to_owned(),
        target: target(place, form)?,
        urgent: form.urgent,
        carries: form.carry,
    })
}

/// What a promise states under `key`, which must not be nothing, or `all` where it states nothing.
fn stated_or<T: Clone>(
    place: &str,
    key: &str,
    stated: &Option<Vec<T>>,
    all: Vec<T>,
) -> Result<Vec<T>, Fault> {
    match stated {
        None => Ok(all),
        Some(stated) if !stated.is_empty() => Ok(stated.clone()),
        Some(_) => {
            let message =
                format!("is empty, so the promise fits nothing; leave {key} out to fit all of them");
            Err(Fault::at(format!("{place}.{key}"), message))
        }
    }
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
