//! A calendar as a line states it: the rules of a calendar file without their names.

use serde::Deserialize;

use super::super::check;
use super::super::form::{
    BreakForm, DateStatus, DayHours, ExceptionForm, HolidayForm, HoursForm, SeasonForm, WeekHours, WeeklyForm,
};
use super::super::rules::Rules;
use super::super::wall::{Day, TimeOfDay};
use super::wrong;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    tz: String,
    weekly: Vec<WeekHours>,
    #[serde(default)]
    seasons: Vec<StatedSeason>,
    #[serde(default)]
    holidays: Vec<Day>,
    #[serde(default)]
    exceptions: Vec<StatedException>,
    #[serde(default)]
    breaks: Vec<StatedBreak>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedSeason {
    from: Day,
    to: Day,
    weekly: Vec<WeekHours>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedException {
    date: Day,
    hours: Vec<DayHours>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedBreak {
    date: Day,
    from: TimeOfDay,
    to: TimeOfDay,
}

/// The rules of a calendar's JSON text.
///
/// # Errors
/// Everything that is wrong with it, in one line; never any open time is one.
pub(super) fn rules(text: &str) -> Result<Rules, String> {
    let stated: Stated = serde_json::from_str(text).map_err(|error| wrong("calendar", &error))?;
    let weeks = stated.seasons.iter().any(|season| !season.weekly.is_empty()) || !stated.weekly.is_empty();
    if !weeks && stated.exceptions.iter().all(|exception| exception.hours.is_empty()) {
        return Err("calendar: has no open time, and is never taken to be open round the clock".to_owned());
    }
    check::rules("", &stated.into_form()).map_err(|faults| {
        let told: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
        format!("calendar: {}", told.join("; "))
    })
}

impl Stated {
    fn into_form(self) -> HoursForm {
        // What names there would be stands in messages alone: two seasons that meet, a date with two exceptions.
        let name = |what: &str| what.to_owned();
        let season = |StatedSeason { from, to, weekly }: StatedSeason| SeasonForm {
            name: name("another season"),
            basis: name("a line"),
            status: DateStatus::Announced,
            from,
            to,
            hours: weekly,
        };
        let holiday = |date: Day| HolidayForm {
            name: name("holiday"),
            basis: name("a line"),
            status: DateStatus::Announced,
            date,
            until: None,
            moved_from: None,
        };
        let exception = |StatedException { date, hours }: StatedException| ExceptionForm {
            name: name("exception"),
            basis: name("a line"),
            date,
            hours,
        };
        let cut = |StatedBreak { date, from, to }: StatedBreak| BreakForm {
            name: name("break"),
            basis: name("a line"),
            date,
            from,
            to,
        };
        let week =
            WeeklyForm { name: name("week"), basis: name("a line"), from: Day::FIRST, hours: self.weekly };
        HoursForm {
            tz: self.tz,
            weekly: vec![week],
            season: self.seasons.into_iter().map(season).collect(),
            holiday: self.holidays.into_iter().map(holiday).collect(),
            exception: self.exceptions.into_iter().map(exception).collect(),
            breaks: self.breaks.into_iter().map(cut).collect(),
        }
    }
}
