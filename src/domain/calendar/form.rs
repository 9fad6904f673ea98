//! A calendar file as an administrator writes it. What it may say is checked in [`super::check`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dates::{StatedHoliday, StatedSeason};
use super::wall::{Day, DayName, TimeOfDay};
use crate::domain::comment::Platform;
use crate::domain::holder::TeamId;
use crate::domain::judge::Kind;
use crate::domain::notice::RecipientName;
use crate::domain::reply::{ClockKind, Language, Priority};

/// The whole file: at its top the official hours, then what is promised in them, then other hours by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub tz: String,
    /// How much of a deadline's working time is used when it is called due soon, in percent.
    #[serde(default = "three_quarters")]
    pub due_soon_percent: u8,
    /// What is left, in working time, to a deadline that a new calendar puts into the past.
    #[serde(default = "half_an_hour")]
    pub grace_working_minutes: u32,
    pub weekly: Vec<WeeklyForm>,
    #[serde(default)]
    pub season: Vec<SeasonForm>,
    #[serde(default)]
    pub holiday: Vec<HolidayForm>,
    #[serde(default)]
    pub exception: Vec<ExceptionForm>,
    #[serde(default, rename = "break")]
    pub breaks: Vec<BreakForm>,
    #[serde(default)]
    pub promise: Vec<PromiseForm>,
    #[serde(default)]
    pub escalation: Vec<EscalationForm>,
    #[serde(default)]
    pub calendar: BTreeMap<String, HoursForm>,
    #[serde(default)]
    pub cover: BTreeMap<String, CoverForm>,
}

impl Form {
    /// The hours at its top. Serde could flatten them in, but would then lose the places of what is wrong.
    pub(super) fn official(&self) -> HoursForm {
        HoursForm {
            tz: self.tz.clone(),
            weekly: self.weekly.clone(),
            season: self.season.clone(),
            holiday: self.holiday.clone(),
            exception: self.exception.clone(),
            breaks: self.breaks.clone(),
        }
    }
}

fn three_quarters() -> u8 {
    75
}

fn half_an_hour() -> u32 {
    30
}

/// Hours of several offices that cover for each other: it is open while any of them is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoverForm {
    /// The names of their hours.
    pub of: Vec<String>,
}

/// Hours in one zone. All dates and times are local to `tz`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoursForm {
    /// An IANA zone name, such as `Asia/Dubai`.
    pub tz: String,
    pub weekly: Vec<WeeklyForm>,
    #[serde(default)]
    pub season: Vec<SeasonForm>,
    #[serde(default)]
    pub holiday: Vec<HolidayForm>,
    #[serde(default)]
    pub exception: Vec<ExceptionForm>,
    #[serde(default, rename = "break")]
    pub breaks: Vec<BreakForm>,
}

/// The ordinary week from a date on, until the next such table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeeklyForm {
    pub name: String,
    /// What it rests on: the circular, law or computation, by name.
    pub basis: String,
    pub from: Day,
    pub hours: Vec<WeekHours>,
}

/// Another week for a while, such as Ramadan's.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "StatedSeason")]
pub(super) struct SeasonForm {
    pub name: String,
    pub basis: String,
    pub status: DateStatus,
    pub from: Day,
    /// The last day.
    pub to: Day,
    pub hours: Vec<WeekHours>,
}

/// A day off, or several in a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "StatedHoliday")]
pub(super) struct HolidayForm {
    pub name: String,
    pub basis: String,
    pub status: DateStatus,
    pub date: Day,
    /// The last day; absent for a single day.
    pub until: Option<Day>,
    /// The first day by the rule, where a decision moved the holiday.
    pub moved_from: Option<Day>,
}

/// A date with hours of its own, whatever week, season or holiday it falls in. No hours: closed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionForm {
    pub name: String,
    pub basis: String,
    pub date: Day,
    pub hours: Vec<DayHours>,
}

/// A part of a date that is cut out of its hours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakForm {
    pub name: String,
    pub basis: String,
    pub date: Day,
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// Hours of a day of the week; `to` at or before `from` runs past midnight.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeekHours {
    pub day: DayName,
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// Hours of a date.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayHours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// How soon which comments are answered. The first that matches counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PromiseForm {
    /// Which answer is promised.
    #[serde(default = "first_reply")]
    pub clock: ClockKind,
    /// Absent: every kind that is owed a reply.
    pub kinds: Option<Vec<Kind>>,
    /// Absent: every platform.
    pub platforms: Option<Vec<Platform>>,
    /// Absent: every priority.
    pub priorities: Option<Vec<Priority>>,
    /// Absent: every language.
    pub languages: Option<Vec<Language>>,
    /// Absent: every team, and what is no team's.
    pub teams: Option<Vec<TeamId>>,
    /// The hours that it is counted in, by name. Absent: the official ones.
    pub calendar: Option<String>,
    /// Whether staff are told outside hours too.
    #[serde(default)]
    pub urgent: bool,
    /// Whether a clock that comes under it later brings along the share that it used of what it was promised before.
    #[serde(default)]
    pub carry: bool,
    pub working_minutes: Option<u32>,
    pub working_hours: Option<u32>,
    pub working_days: Option<u32>,
    /// Only with `working_days`.
    pub ends: Option<DayEnd>,
}

/// At which point of a clock who is told. One of the two keys of a point.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EscalationForm {
    /// So much of the promised working time is used.
    pub at_percent: Option<u8>,
    /// The deadline passed so much working time ago.
    pub after_working_minutes: Option<u32>,
    /// Names of recipients. Absent: nobody outside the console.
    #[serde(default)]
    pub to: Vec<RecipientName>,
    /// Absent: as the promise says.
    pub urgent: Option<bool>,
}

fn first_reply() -> ClockKind {
    ClockKind::FirstReply
}

/// When a promise of working days is due on the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayEnd {
    /// At closing. The day of receipt does not count; what is received after closing is received on
    /// the next working day.
    EndOfDay,
    /// At the time of day of the receipt, or at the next opening where that time is closed.
    SameTime,
}

/// How sure a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateStatus {
    /// Reckoned from the Umm al-Qura calendar; a sighting may change it by a day.
    Computed,
    /// By a rule or a report, before any circular was seen.
    Expected,
    /// A circular or a sighting named the Gregorian date.
    Announced,
    /// A decision put the holiday on another date than its rule gives; this is the date that binds.
    Moved,
    /// Called off; kept as a record and counted as an ordinary day.
    Cancelled,
}

impl DateStatus {
    /// The word for it in files, columns and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            DateStatus::Computed => "computed",
            DateStatus::Expected => "expected",
            DateStatus::Announced => "announced",
            DateStatus::Moved => "moved",
            DateStatus::Cancelled => "cancelled",
        }
    }

    /// Whether an announcement may still change the date.
    pub fn is_provisional(self) -> bool {
        matches!(self, DateStatus::Computed | DateStatus::Expected)
    }
}
