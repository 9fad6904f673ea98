//! What a wall clock shows: a date, a time of day, and hours between two of them.
//!
//! Nothing here knows a time zone; [`super::zone`] turns wall time into instants.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

/// Seconds of a day on which the clocks do not change.
pub(super) const DAY: u32 = 86_400;

/// A local date, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Day(pub i32);

impl Day {
    /// The first local date that a calendar may name.
    pub(super) const FIRST: Day = Day(0);
    /// The last one: 2200-12-31.
    pub(super) const LAST: Day = Day(84_370);

    pub(super) fn of(date: Date) -> Self {
        let hours = date.duration_since(Date::constant(1970, 1, 1)).as_hours();
        Day(i32::try_from(hours / 24).expect("a civil date lies within ten thousand years of 1970"))
    }

    /// The date that a wall clock shows, `wall` seconds after it showed 1970-01-01T00:00.
    pub(super) fn on(wall: i64) -> Self {
        Day(i32::try_from(wall.div_euclid(i64::from(DAY))).expect("a wall time of these centuries"))
    }

    pub(super) fn next(self) -> Self {
        Day(self.0 + 1)
    }

    /// 0 is Monday; 1970-01-01 was a Thursday.
    pub(super) fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }

    pub(super) fn date(self) -> Date {
        Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(self.0))
    }

    /// Every date from this one to `last`, both included.
    pub(super) fn through(self, last: Day) -> impl Iterator<Item = Day> {
        (self.0..=last.0).map(Day)
    }

    /// The wall clock at `time` on this date, as seconds since 1970-01-01T00:00 on the same clock.
    pub(super) fn at(self, time: TimeOfDay) -> i64 {
        i64::from(self.0) * i64::from(DAY) + i64::from(time.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let shaped = text.len() == 10 && !text.starts_with(['+', '-']);
        match text.parse::<Date>() {
            Ok(date) if shaped && (Day::FIRST..=Day::LAST).contains(&Day::of(date)) => Ok(Day::of(date)),
            Ok(_) if shaped => {
                Err(format!("`{text}` lies outside the years 1970 to 2200 that a calendar covers"))
            }
            _ => Err(format!("`{text}` is not a date; write year, month and day, such as \"2026-12-02\"")),
        }
    }
}

/// A time of day in seconds since midnight; 86,400 is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct TimeOfDay(pub u32);

impl TimeOfDay {
    pub(super) const MIDNIGHT: TimeOfDay = TimeOfDay(0);
    pub(super) const END: TimeOfDay = TimeOfDay(DAY);

    /// The time that a wall clock shows, `wall` seconds after it showed 1970-01-01T00:00.
    pub(super) fn on(wall: i64) -> Self {
        TimeOfDay(wall.rem_euclid(i64::from(DAY)) as u32)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3_600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hour:02}:{minute:02}")?;
        if second == 0 { Ok(()) } else { write!(f, ":{second:02}") }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let two_digits = |part: &str| match part.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9'] => part.parse::<u32>().ok(),
            _ => None,
        };
        let parts: Option<Vec<u32>> = text.split(':').map(two_digits).collect();
        let time = match parts.as_deref() {
            Some([24, 0] | [24, 0, 0]) => Some(TimeOfDay::END),
            Some([hour @ 0..24, minute @ 0..60]) => Some(TimeOfDay(hour * 3_600 + minute * 60)),
            Some([hour @ 0..24, minute @ 0..60, second @ 0..60]) => {
                Some(TimeOfDay(hour * 3_600 + minute * 60 + second))
            }
            _ => None,
        };
        time.ok_or_else(|| {
            format!("`{text}` is not a time of day; write two digits each, such as \"07:30\" (\"24:00\" ends the day)")
        })
    }
}

/// A day of the week as a calendar file names it; as a number, 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl DayName {
    pub(super) fn word(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }
}

/// Hours of one date, `[from, to)` on the wall clock, `from` before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

/// What of `hours` is left when `cuts` are taken out.
pub(super) fn without(hours: &[Span], cuts: &[Span]) -> Vec<Span> {
    cuts.iter().fold(hours.to_vec(), |left, cut| {
        let before = left.iter().map(|span| Span { from: span.from, to: span.to.min(cut.from) });
        let after = left.iter().map(|span| Span { from: span.from.max(cut.to), to: span.to });
        let mut kept: Vec<Span> = before.chain(after).filter(|span| span.from < span.to).collect();
        kept.sort_unstable();
        kept
    })
}

/// Sorted hours as a union: those that meet are one.
pub(super) fn together(mut hours: Vec<Span>) -> Vec<Span> {
    hours.sort_unstable();
    hours.dedup_by(|later, span| {
        let meets = later.from <= span.to;
        if meets {
            span.to = span.to.max(later.to);
        }
        meets
    });
    hours
}
