//! What a line asks.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Number;
use serde_json::value::RawValue;

use super::super::CalendarError;
use super::super::hours::{Hours, second};
use super::super::pauses::Pauses;
use super::super::promise::WorkingSeconds;
use super::{Found, wrong};

/// A line, its values unread: what is wrong with one must not keep the id from being echoed. Other keys are
/// left alone, so that a file of questions may carry notes and what is expected.
#[derive(Debug, Deserialize)]
pub(super) struct Line<'l> {
    #[serde(borrow)]
    pub id: Option<&'l RawValue>,
    #[serde(borrow)]
    pub calendar: Option<&'l RawValue>,
    #[serde(borrow)]
    op: Option<&'l RawValue>,
    #[serde(borrow)]
    start: Option<&'l RawValue>,
    #[serde(borrow)]
    end: Option<&'l RawValue>,
    #[serde(borrow)]
    duration_s: Option<&'l RawValue>,
    #[serde(borrow)]
    days: Option<&'l RawValue>,
    #[serde(borrow)]
    pauses: Option<&'l RawValue>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Op {
    IsOpen,
    NextOpen,
    Elapsed,
    Add,
    AddDays,
}

/// What a line asks of its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    IsOpen(Timestamp),
    NextOpen(Timestamp),
    Elapsed { start: Timestamp, end: Timestamp, pauses: Pauses },
    Add { start: Timestamp, time: WorkingSeconds, pauses: Pauses },
    AddDays { start: Timestamp, days: u32 },
}

impl Question {
    /// The seconds that it is about, from its earliest instant to after its latest.
    pub(super) fn seconds(&self) -> Range<i64> {
        let (start, last, paused) = match self {
            Question::IsOpen(start) | Question::NextOpen(start) | Question::AddDays { start, .. } => {
                (start, start, None)
            }
            Question::Elapsed { start, end, pauses } => (start, end, pauses.end()),
            Question::Add { start, pauses, .. } => (start, start, pauses.end()),
        };
        let (one, other) = (start.as_second(), last.as_second());
        one.min(other)..(one.max(other) + 1).max(paused.unwrap_or_default())
    }

    /// Asks these hours.
    pub(super) fn ask(&self, hours: &Hours) -> Result<Found, CalendarError> {
        match self {
            Question::IsOpen(at) => hours.is_open(*at).map(Found::Open),
            Question::NextOpen(at) => hours.next_open(*at).map(Found::Instant),
            Question::Elapsed { start, end, pauses } => hours.elapsed(*start, *end, pauses).map(Found::Time),
            Question::Add { start, time, pauses } => hours.add(*start, *time, pauses).map(Found::Instant),
            Question::AddDays { start, days } => hours.add_days(*start, *days).map(Found::Instant),
        }
    }
}

impl Line<'_> {
    /// What is asked, or the first thing wrong with it.
    pub(super) fn question(&self) -> Result<Question, String> {
        let op: Op = read("op", self.op)?;
        let start = instant("start", &read::<String>("start", self.start)?)?;
        Ok(match op {
            Op::IsOpen => Question::IsOpen(start),
            Op::NextOpen => Question::NextOpen(start),
            Op::Elapsed => {
                let end = instant("end", &read::<String>("end", self.end)?)?;
                Question::Elapsed { start, end, pauses: self.pauses()? }
            }
            Op::Add => {
                let time = WorkingSeconds(seconds(&read("duration_s", self.duration_s)?)?);
                Question::Add { start, time, pauses: self.pauses()? }
            }
            Op::AddDays => Question::AddDays { start, days: days(&read("days", self.days)?)? },
        })
    }

    fn pauses(&self) -> Result<Pauses, String> {
        let Some(stated) = self.pauses else { return Ok(Pauses::NONE) };
        let stated: Vec<(String, String)> = read("pauses", Some(stated))?;
        let mut pauses = Vec::with_capacity(stated.len());
        for (index, (from, to)) in stated.iter().enumerate() {
            let place = format!("pauses[{index}]");
            let (from, to) = (instant(&place, from)?, instant(&place, to)?);
            if to <= from {
                return Err(format!("{place}: ends at {to}, at or before its start at {from}"));
            }
            pauses.push((from, to));
        }
        Ok(Pauses::of(pauses))
    }
}

fn read<T: DeserializeOwned>(key: &str, stated: Option<&RawValue>) -> Result<T, String> {
    let stated = stated.ok_or_else(|| format!("{key}: is missing"))?;
    serde_json::from_str(stated.get()).map_err(|error| wrong(key, &error))
}

/// An instant as RFC 3339 writes it, in the years that calendars cover.
fn instant(key: &str, text: &str) -> Result<Timestamp, String> {
    let example = "write an instant such as \"2026-11-24T07:30:00+04:00\"";
    let parsed = nine_digits(text).parse();
    let at = parsed.map_err(|_| format!("{key}: `{text}` is not an instant of RFC 3339; {example}"))?;
    second(at).map(|_| at).map_err(|error| format!("{key}: {error}"))
}

/// The same with at most nine digits after the dot. RFC 3339 sets no limit; jiff does.
fn nine_digits(text: &str) -> Cow<'_, str> {
    let Some((whole, rest)) = text.split_once('.') else { return Cow::Borrowed(text) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits <= 9 {
        Cow::Borrowed(text)
    } else {
        format!("{whole}.{}{}", &rest[..9], &rest[digits..]).into()
    }
}

/// A duration in whole seconds; fractions are cut off.
fn seconds(stated: &Number) -> Result<u64, String> {
    let negative = || Err(format!("duration_s: is {stated}; a duration is 0 or more"));
    match (stated.as_u64(), stated.as_f64()) {
        (Some(seconds), _) => Ok(seconds),
        (None, Some(seconds)) if seconds < 0.0 => negative(),
        // What is too much for the type is past the end of every calendar all the same.
        (None, Some(seconds)) => Ok(seconds as u64),
        (None, None) => negative(),
    }
}

fn days(stated: &Number) -> Result<u32, String> {
    match (stated.as_u64(), stated.as_f64()) {
        (Some(days), _) => Ok(u32::try_from(days).unwrap_or(u32::MAX)),
        (None, Some(days)) if days >= 0.0 && days.fract() == 0.0 => Ok(days as u32),
        _ => Err(format!("days: is {stated}; write a whole number of days, 0 or more")),
    }
}
