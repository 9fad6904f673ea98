//! From what a file says to rules that can be counted by, or to every reason why not.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::form::{BreakForm, DateStatus, ExceptionForm, HolidayForm, HoursForm, SeasonForm, WeeklyForm};
use super::rules::{Plan, Regime, Rule, Rules, Season, Special, WeekFrom};
use super::wall::Day;
use super::week::{Week, hours_of_date, span};

/// Something that a calendar must not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The key, such as `season[1].to`.
    pub place: String,
    /// What was found and what to do about it.
    pub message: String,
}

impl Fault {
    pub(super) fn at(place: impl Into<String>, message: impl Into<String>) -> Self {
        Fault { place: place.into(), message: message.into() }
    }
}

/// The rules that `form` states. `place` is what its keys begin with: nothing, or `calendar.NAME.`.
///
/// # Errors
/// Every fault in them.
pub(super) fn rules(place: &str, form: &HoursForm) -> Result<Rules, Vec<Fault>> {
    let mut faults = Vec::new();
    let zone = zone(&form.tz).map_err(|fault| faults.push(fault)).unwrap_or(TimeZone::UTC);
    let weeks = weeks(&form.weekly, &mut faults);
    let seasons = seasons(&form.season, &mut faults);
    let (holidays, holiday_names) = holidays(&form.holiday, &mut faults);
    let exceptions = exceptions(&form.exception, &mut faults);
    let breaks = breaks(&form.breaks, &mut faults);
    if faults.is_empty() {
        let plan = Plan { weeks, seasons, holidays, exceptions, breaks, holiday_names };
        return Ok(Rules { zone, plans: vec![Arc::new(plan)] });
    }
    for fault in &mut faults {
        fault.place.insert_str(0, place);
    }
    Err(faults)
}

/// The rules of those who cover for each other; `of` are theirs, by name.
///
/// # Errors
/// They are fewer than two, or live by different wall clocks: a date would not begin for all of them at one instant.
pub(super) fn cover(place: &str, of: &[(&str, &Rules)]) -> Result<Rules, Fault> {
    let [(first, one), others @ ..] = of else {
        return Err(Fault::at(place, "covers nothing; name the hours of two offices or more"));
    };
    if others.is_empty() {
        let message =
            format!("covers `{first}` alone; name the hours of two offices or more, or count in `{first}`");
        return Err(Fault::at(place, message));
    }
    if let Some((other, rules)) = others.iter().find(|(_, rules)| rules.zone != one.zone) {
        let name = |rules: &Rules| rules.zone.iana_name().unwrap_or_default().to_owned();
        let message = format!(
            "joins `{first}` in {} and `{other}` in {}; state the hours of `{other}` in {} too, under a name of their own",
            name(one),
            name(rules),
            name(one)
        );
        return Err(Fault::at(place, message));
    }
    let plans = of.iter().flat_map(|(_, rules)| rules.plans.clone()).collect();
    Ok(Rules { zone: one.zone.clone(), plans })
}

fn zone(name: &str) -> Result<TimeZone, Fault> {
    let known = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    known.ok_or_else(|| {
        let message =
            format!("`{name}` is not in the time zone database; write a name such as \"Asia/Dubai\"");
        Fault::at("tz", message)
    })
}

fn weeks(stated: &[WeeklyForm], faults: &mut Vec<Fault>) -> Vec<WeekFrom> {
    if stated.is_empty() {
        let message =
            "is empty, and no hours are ever assumed; state the ordinary week in a [[weekly]] table";
        faults.push(Fault::at("weekly", message));
    }
    let mut starts = BTreeMap::new();
    let mut weeks = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        let place = format!("weekly[{index}]");
        if let Some(earlier) = starts.insert(form.from, index) {
            let message = format!("{} is where weekly[{earlier}] begins too; keep one of the two", form.from);
            faults.push(Fault::at(format!("{place}.from"), message));
        }
        let regime = regime(&place, Rule::Week, &form.name, &form.basis, DateStatus::Announced, faults);
        weeks.push(WeekFrom { from: form.from, week: Week::of(&place, &form.hours, faults), regime });
    }
    weeks.sort_by_key(|week| week.from);
    weeks
}

fn seasons(stated: &[SeasonForm], faults: &mut Vec<Fault>) -> Vec<Season> {
    let mut seasons: Vec<Season> = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        let place = format!("season[{index}]");
        if form.to < form.from {
            let message =
                format!("{} lies before the season's start on {}; write its last day", form.to, form.from);
            faults.push(Fault::at(format!("{place}.to"), message));
            continue;
        }
        let regime = regime(&place, Rule::Season, &form.name, &form.basis, form.status, faults);
        let week = Week::of(&place, &form.hours, faults);
        if form.status == DateStatus::Cancelled {
            continue;
        }
        if let Some(other) = seasons.iter().find(|other| form.from <= other.to && other.from <= form.to) {
            let message = format!(
                "meets `{}` ({} to {}); a date has one season at most: let one end the day before the other begins",
                other.regime.name, other.from, other.to
            );
            faults.push(Fault::at(format!("{place}.from"), message));
        }
        seasons.push(Season { from: form.from, to: form.to, week, regime });
    }
    seasons.sort_by_key(|season| season.from);
    seasons
}

fn holidays(stated: &[HolidayForm], faults: &mut Vec<Fault>) -> (BTreeMap<Day, Vec<usize>>, Vec<Regime>) {
    let mut days: BTreeMap<Day, Vec<usize>> = BTreeMap::new();
    let mut names = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        let place = format!("holiday[{index}]");
        names.push(regime(&place, Rule::Holiday, &form.name, &form.basis, form.status, faults));
        let last = form.until.unwrap_or(form.date);
        if last < form.date {
            let message = format!("{last} lies before the first day, {}; write the last day off", form.date);
            faults.push(Fault::at(format!("{place}.until"), message));
        }
        let moved = form.status == DateStatus::Moved;
        match form.moved_from {
            None if moved => faults.push(Fault::at(
                format!("{place}.status"),
                "is `moved`, but not from where; add moved_from with the date that the rule gives",
            )),
            Some(_) if !moved => faults.push(Fault::at(
                format!("{place}.moved_from"),
                "stands beside a status other than `moved`; write status = \"moved\" or leave it out",
            )),
            _ => {}
        }
        if form.status != DateStatus::Cancelled {
            for day in form.date.through(last) {
                days.entry(day).or_default().push(index);
            }
        }
    }
    (days, names)
}

fn exceptions(stated: &[ExceptionForm], faults: &mut Vec<Fault>) -> BTreeMap<Day, Special> {
    let mut exceptions = BTreeMap::new();
    for (index, form) in stated.iter().enumerate() {
        let place = format!("exception[{index}]");
        let regime = regime(&place, Rule::Exception, &form.name, &form.basis, DateStatus::Announced, faults);
        let hours = hours_of_date(&place, &form.hours, faults);
        if exceptions.insert(form.date, Special { hours, regime }).is_some() {
            let message = format!("{} has an exception already; state all its hours in one", form.date);
            faults.push(Fault::at(format!("{place}.date"), message));
        }
    }
    exceptions
}

fn breaks(stated: &[BreakForm], faults: &mut Vec<Fault>) -> BTreeMap<Day, Vec<Special>> {
    let mut breaks: BTreeMap<Day, Vec<Special>> = BTreeMap::new();
    for (index, form) in stated.iter().enumerate() {
        let place = format!("break[{index}]");
        let regime = regime(&place, Rule::Break, &form.name, &form.basis, DateStatus::Announced, faults);
        match span(&place, form.from, form.to) {
            Ok(cut) => breaks.entry(form.date).or_default().push(Special { hours: vec![cut], regime }),
            Err(fault) => faults.push(fault),
        }
    }
    breaks
}

fn regime(
    place: &str,
    rule: Rule,
    name: &str,
    basis: &str,
    status: DateStatus,
    faults: &mut Vec<Fault>,
) -> Regime {
    for (key, text) in [("name", name), ("basis", basis)] {
        if text.trim().is_empty() {
            let message = "is blank; a deadline's proof quotes it, so say what an auditor should look up";
            faults.push(Fault::at(format!("{place}.{key}"), message));
        }
    }
    Regime { rule, name: name.to_owned(), basis: basis.to_owned(), status }
}
