//! The days of a season or a holiday, stated by Gregorian dates, by Hijri ones, or by both.
//!
//! Where a Gregorian date stands it counts: the circular's date binds, whatever was computed.

use serde::Deserialize;

use super::form::{DateStatus, HolidayForm, SeasonForm, WeekHours};
use super::hijri::HijriDate;
use super::wall::Day;

/// A season as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatedSeason {
    name: String,
    basis: String,
    status: DateStatus,
    from: Option<Day>,
    to: Option<Day>,
    hijri_from: Option<HijriDate>,
    hijri_to: Option<HijriDate>,
    hours: Vec<WeekHours>,
}

/// A holiday as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatedHoliday {
    name: String,
    basis: String,
    status: DateStatus,
    date: Option<Day>,
    until: Option<Day>,
    hijri: Option<HijriDate>,
    hijri_until: Option<HijriDate>,
    moved_from: Option<Day>,
}

impl TryFrom<StatedSeason> for SeasonForm {
    type Error = String;

    fn try_from(stated: StatedSeason) -> Result<Self, String> {
        let StatedSeason { name, basis, status, from, to, hijri_from, hijri_to, hours } = stated;
        let keys = Keys { first: "from", last: "to", hijri_first: "hijri_from", hijri_last: "hijri_to" };
        let (from, to) = keys.days(status, (from, to), (hijri_from, hijri_to))?;
        let to =
            to.ok_or("does not say how long it lasts; add `to`, its last day, such as \"2026-03-19\"")?;
        Ok(SeasonForm { name, basis, status, from, to, hours })
    }
}

impl TryFrom<StatedHoliday> for HolidayForm {
    type Error = String;

    fn try_from(stated: StatedHoliday) -> Result<Self, String> {
        let StatedHoliday { name, basis, status, date, until, hijri, hijri_until, moved_from } = stated;
        let keys = Keys { first: "date", last: "until", hijri_first: "hijri", hijri_last: "hijri_until" };
        let (date, until) = keys.days(status, (date, until), (hijri, hijri_until))?;
        Ok(HolidayForm { name, basis, status, date, until, moved_from })
    }
}

/// What the dates are called where they are written.
struct Keys {
    first: &'static str,
    last: &'static str,
    hijri_first: &'static str,
    hijri_last: &'static str,
}

impl Keys {
    /// The first day and the last, if one is stated.
    fn days(
        &self,
        status: DateStatus,
        gregorian: (Option<Day>, Option<Day>),
        hijri: (Option<HijriDate>, Option<HijriDate>),
    ) -> Result<(Day, Option<Day>), String> {
        let Keys { first, last, hijri_first, hijri_last } = self;
        match (gregorian, hijri) {
            ((Some(_), None), (_, Some(_))) => {
                Err(format!("has {hijri_last} beside {first}; a Gregorian date counts, so add {last} too"))
            }
            ((Some(day), until), (hijri, hijri_until)) => {
                if status == DateStatus::Computed {
                    agree(first, Some(day), hijri)?;
                    agree(last, until, hijri_until)?;
                }
                Ok((day, until))
            }
            ((None, Some(_)), _) => Err(format!("has {last} without {first}; add {first}, its first day")),
            ((None, None), (Some(_), _)) if matches!(status, DateStatus::Announced | DateStatus::Moved) => {
                let word = status.as_str();
                Err(format!(
                    "is `{word}` by Hijri dates alone, and only the Gregorian date of a circular binds; add {first}, or write status = \"expected\""
                ))
            }
            ((None, None), (Some(hijri), until)) => Ok((covered(hijri)?, until.map(covered).transpose()?)),
            ((None, None), (None, _)) => {
                Err(format!("has no date; add {first} = \"2026-12-02\" or {hijri_first} = \"1448-10-01\""))
            }
        }
    }
}

/// Whether a computed date is the one that its Hijri date gives.
fn agree(key: &str, day: Option<Day>, hijri: Option<HijriDate>) -> Result<(), String> {
    match (day, hijri) {
        (Some(day), Some(hijri)) if hijri.computed() != day => Err(format!(
            "is `computed`, and {hijri} is computed as {}, but {key} is {day}; correct one of the two, or state what put it there by its status",
            hijri.computed()
        )),
        _ => Ok(()),
    }
}

fn covered(hijri: HijriDate) -> Result<Day, String> {
    let day = hijri.computed();
    let outside = || format!("`{hijri}` lies before 1970, the first year that a calendar covers");
    if day < Day::FIRST { Err(outside()) } else { Ok(day) }
}
