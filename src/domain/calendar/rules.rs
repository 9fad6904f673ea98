//! What each local date offers: an exception before a holiday before a season before the week, and
//! breaks cut out of it. Where several teams cover for each other, it offers what any of them does.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::form::DateStatus;
use super::wall::{Day, Span, together, without};
use super::week::Week;

/// The checked rules of a calendar, before they are laid out in time.
#[derive(Debug)]
pub(super) struct Rules {
    pub zone: TimeZone,
    /// Whose hours they are: at least one, and several where these cover for each other.
    pub plans: Vec<Arc<Plan>>,
}

/// When one office is open.
#[derive(Debug)]
pub(super) struct Plan {
    /// At least one, by `from`. The first also serves all dates before it: a comment older than the
    /// record must be counted by something, and nothing is ever counted round the clock.
    pub weeks: Vec<WeekFrom>,
    /// By date, never two on one.
    pub seasons: Vec<Season>,
    /// Days off by date, with the holidays that give them. None that is cancelled.
    pub holidays: BTreeMap<Day, Vec<usize>>,
    pub exceptions: BTreeMap<Day, Special>,
    pub breaks: BTreeMap<Day, Vec<Special>>,
    /// What the indices in `holidays` stand for.
    pub holiday_names: Vec<Regime>,
}

#[derive(Debug)]
pub(super) struct WeekFrom {
    pub from: Day,
    pub week: Week,
    pub regime: Regime,
}

#[derive(Debug)]
pub(super) struct Season {
    pub from: Day,
    pub to: Day,
    pub week: Week,
    pub regime: Regime,
}

/// Hours of a single date: offered by an exception, or cut by a break.
#[derive(Debug)]
pub(super) struct Special {
    pub hours: Vec<Span>,
    pub regime: Regime,
}

/// A rule of the calendar that had a say in a deadline, as its proof names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regime {
    /// What kind of rule it is.
    pub rule: Rule,
    /// Its name in the calendar file.
    pub name: String,
    /// What it rests on: the circular, law or computation.
    pub basis: String,
    /// How sure its dates are.
    pub status: DateStatus,
}

/// The kinds of rules, from the general to the particular: a later one overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The ordinary week.
    Week,
    /// Another week for a while.
    Season,
    /// A day off.
    Holiday,
    /// A date with hours of its own.
    Exception,
    /// A part of a date cut out.
    Break,
}

impl Rules {
    /// The hours of a date, sorted and apart; empty where it is closed.
    pub(super) fn hours_on(&self, day: Day) -> Cow<'_, [Span]> {
        match self.plans.as_slice() {
            [plan] => plan.hours_on(day),
            plans => {
                Cow::Owned(together(plans.iter().flat_map(|plan| plan.hours_on(day).into_owned()).collect()))
            }
        }
    }

    /// Every rule that has a say in the dates from `first` to `last`, each once, plan by plan in the order of those dates.
    pub(super) fn regimes(&self, first: Day, last: Day) -> Vec<Regime> {
        self.plans.iter().flat_map(|plan| plan.regimes(first, last)).collect()
    }

    /// The seasons and holidays from `day` on whose dates may still change, each with its first of those days.
    pub(super) fn provisional(&self, day: Day) -> Vec<(Day, &Regime)> {
        let mut found: Vec<(Day, &Regime)> =
            self.plans.iter().flat_map(|plan| plan.provisional(day)).collect();
        found.sort_by_key(|(day, _)| *day);
        found
    }
}

impl Plan {
    /// The hours of a date, sorted and apart; empty where it is closed.
    fn hours_on(&self, day: Day) -> Cow<'_, [Span]> {
        let planned = match self.exceptions.get(&day) {
            Some(exception) => exception.hours.as_slice(),
            None if self.holidays.contains_key(&day) => &[],
            None => self.week_on(day).0.on(day.weekday()),
        };
        match self.breaks.get(&day) {
            None => Cow::Borrowed(planned),
            Some(breaks) => {
                let cuts: Vec<Span> = breaks.iter().flat_map(|cut| cut.hours.iter().copied()).collect();
                Cow::Owned(without(planned, &cuts))
            }
        }
    }

    /// Every rule that has a say in the dates from `first` to `last`, each once, in the order of those
    /// dates. A holiday at a weekend is named too: were it moved, the count would change.
    fn regimes(&self, first: Day, last: Day) -> Vec<Regime> {
        let mut met: Vec<&Regime> = Vec::new();
        for day in first.through(last) {
            let week = std::iter::once(self.week_on(day).1);
            let holidays =
                self.holidays.get(&day).into_iter().flatten().map(|index| &self.holiday_names[*index]);
            let exception = self.exceptions.get(&day).map(|special| &special.regime);
            let breaks = self.breaks.get(&day).into_iter().flatten().map(|special| &special.regime);
            for regime in week.chain(holidays).chain(exception).chain(breaks) {
                if !met.iter().any(|known| std::ptr::eq(*known, regime)) {
                    met.push(regime);
                }
            }
        }
        met.into_iter().cloned().collect()
    }

    /// The seasons and holidays from `day` on whose dates may still change, each with its first of those days.
    fn provisional(&self, day: Day) -> Vec<(Day, &Regime)> {
        let mut holidays: BTreeMap<usize, Day> = BTreeMap::new();
        for (&day, indices) in self.holidays.range(day..) {
            for index in indices {
                holidays.entry(*index).or_insert(day);
            }
        }
        let holidays = holidays.into_iter().map(|(index, day)| (day, &self.holiday_names[index]));
        let seasons = self.seasons.iter().filter(|season| day <= season.to);
        let seasons = seasons.map(|season| (season.from.max(day), &season.regime));
        seasons.chain(holidays).filter(|(_, regime)| regime.status.is_provisional()).collect()
    }

    fn week_on(&self, day: Day) -> (&Week, &Regime) {
        let begun = self.seasons.partition_point(|season| season.from <= day);
        if let Some(season) = self.seasons[..begun].last().filter(|season| day <= season.to) {
            return (&season.week, &season.regime);
        }
        let begun = self.weeks.partition_point(|week| week.from <= day);
        let week = &self.weeks[begun.saturating_sub(1)];
        (&week.week, &week.regime)
    }
}
