//! The settings, to be read: the policy with the texts of its clauses, the calendar by month, and who works here. They are
//! changed where they are kept: documents by proposing and adopting, staff on the machine itself.

use std::sync::Arc;

use axum::extract::{Query, State};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::calendar::{Calendar, HijriDate, Regime, WorkingSeconds};
use crate::domain::policy::{ClauseId, Phrase as Said, Policy};
use crate::domain::staff::Right;
use crate::store::staff::{self, Doors};

use super::super::months::first_day;
use super::super::{InForce, WebState};
use super::door_words::Word;
use super::failure::{Failure, Why};
use super::lang::Lang;
use super::link::link;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{page, service, shadow, when, words};

pub(super) const POLICY: &str = "/service/policy";
pub(super) const CALENDAR: &str = "/service/calendar";
pub(super) const STAFF: &str = "/service/staff";

/// The way from one of these pages to the others.
pub(super) fn others(lang: Lang, here: &str) -> Markup {
    let pages = [
        (service::PATH, Phrase::Service.say(lang)),
        (POLICY, Phrase::Policy.say(lang)),
        (CALENDAR, Phrase::Calendar.say(lang)),
        (STAFF, Phrase::People.say(lang)),
    ];
    html! {
        nav.choices aria-label=(Word::Settings.say(lang)) {
            @for (path, name) in pages { a href=(path) aria-current=[(path == here).then_some("page")] { (name) } }
        }
    }
}

pub(super) async fn policy(State(web): State<Arc<WebState>>, visit: Visit) -> Result<Markup, Failure> {
    visit.need(Right::ReadService)?;
    let lang = visit.lang;
    let content = html! {
        (shadow::panel(&web, &visit).await?)
        @if let Some(InForce { policy, .. }) = &visit.in_force { (clauses(lang, policy)) }
    };
    Ok(settings(&visit, Phrase::Policy.say(lang), POLICY, content))
}

fn said(lang: Lang, words: &Said) -> &str {
    lang.pick(&words.ar, &words.en).as_str()
}

/// The clauses with their texts.
pub(super) fn clause_list(lang: Lang, policy: &Policy) -> Markup {
    html! {
        ol.clauses {
            @for id in ClauseId::ALL {
                @let clause = policy.clause(id);
                li id=(id) {
                    h3 { (said(lang, &clause.title)) " " code dir="ltr" { (id) } }
                    p { (said(lang, &clause.text)) }
                }
            }
        }
    }
}

fn clauses(lang: Lang, policy: &Policy) -> Markup {
    html! {
        p.quiet { (Phrase::Version.say(lang)) " " code dir="ltr" { (words::short_hash(&policy.version().to_string())) } }
        p { (said(lang, &policy.preface().introduction)) }
        section.panel {
            h2 { (Phrase::Clauses.say(lang)) }
            (clause_list(lang, policy))
        }
        section.panel { h2 { (Phrase::Disclaimer.say(lang)) } p { (said(lang, &policy.preface().disclaimer)) } }
    }
}

/// Which month; this one where none is named.
#[derive(Deserialize)]
pub(super) struct Shown {
    month: Option<String>,
}

pub(super) async fn calendar(visit: Visit, Query(shown): Query<Shown>) -> Result<Markup, Failure> {
    visit.need(Right::ReadService)?;
    let lang = visit.lang;
    let content = match visit.calendar() {
        Some(calendar) => {
            let month = match shown.month {
                Some(written) => first_day(&written).ok_or_else(|| Failure::new(lang, Why::NoSuchPage))?,
                None => this_month(calendar, visit.now),
            };
            month_table(lang, calendar, month)
        }
        None => html! {},
    };
    Ok(settings(&visit, Phrase::Calendar.say(lang), &visit.here, content))
}

fn this_month(calendar: &Calendar, now: Timestamp) -> Date {
    now.to_zoned_datetime(calendar.time_zone().clone()).date().first_of_month()
}

fn month_table(lang: Lang, calendar: &Calendar, month: Date) -> Markup {
    let days = calendar.official().month(month);
    let total = WorkingSeconds(days.iter().map(|day| day.working_time.0).sum());
    let turn = |months: i64| {
        let other = month.checked_add(months.months()).ok()?.strftime("%Y-%m").to_string();
        first_day(&other).map(|_| link(CALENDAR, &[("month", &other)]))
    };
    html! {
        nav.pages aria-label=(Word::Months.say(lang)) {
            @if let Some(before) = turn(-1) { a rel="prev" href=(before) { (Word::MonthBefore.say(lang)) } }
            strong { (when::month(lang, month.month())) " " (month.year()) }
            @if let Some(after) = turn(1) { a rel="next" href=(after) { (Word::MonthAfter.say(lang)) } }
        }
        div.wide tabindex="0" { table {
            thead { tr {
                @for head in [Phrase::Day.say(lang), Word::Hijri.say(lang), Phrase::Hours.say(lang), Word::ByRule.say(lang)] {
                    th scope="col" { (head) }
                }
            } }
            tbody { @for day in &days { tr {
                th scope="row" { (when::weekday(lang, day.date.weekday())) " " (day.date.day()) }
                td { @if let Some(hijri) = HijriDate::of(day.date) { (hijri.day) " " (hijri.month_name(lang)) " " (hijri.year) } }
                td { @if day.hours.is_empty() { span.quiet { (Phrase::Closed.say(lang)) } } @else { bdi dir="ltr" { (day.hours.join(", ")) } } }
                td { @for (place, regime) in day.regimes.iter().enumerate() { @if place > 0 { ", " } (rule(lang, regime)) } }
            } } }
        } }
        p { (Word::WorkingTime.say(lang)) " " (when::working_time(lang, total)) }
    }
}

fn rule(lang: Lang, regime: &Regime) -> Markup {
    html! {
        bdi { (regime.name) }
        @if regime.status.is_provisional() { " " span.chip.warn { (Word::Unannounced.say(lang)) } }
    }
}

pub(super) async fn people(State(web): State<Arc<WebState>>, visit: Visit) -> Result<Markup, Failure> {
    visit.need(Right::ReadService)?;
    let lang = visit.lang;
    let all = staff::doors(&web.store).await.map_err(|error| Failure::from_store(lang, error))?;
    let content = html! {
        p.quiet { (Word::StaffAbout.say(lang)) }
        div.wide tabindex="0" { table {
            thead { tr {
                @for head in [Word::Name.say(lang), Phrase::Role.say(lang), Phrase::State.say(lang), Word::ComesInBy.say(lang)] {
                    th scope="col" { (head) }
                }
            } }
            tbody { @for (staff, doors) in &all { tr {
                th scope="row" { bdi { (staff.name) } }
                td { (words::role(lang, staff.role)) }
                td { @match staff.disabled_at {
                    None => span.chip.good { (Word::Active.say(lang)) },
                    Some(_) => span.chip.plain { (Word::Disabled.say(lang)) },
                } }
                td { (ways(lang, *doors)) }
            } } }
        } }
    };
    Ok(settings(&visit, Phrase::People.say(lang), STAFF, content))
}

fn ways(lang: Lang, doors: Doors) -> String {
    use crate::domain::session::Way;
    let open = [(doors.password, Way::Password), (doors.provider, Way::Provider), (doors.token, Way::Token)];
    let named: Vec<&str> =
        open.iter().filter(|(open, _)| *open).map(|(_, way)| super::door_words::way(lang, *way)).collect();
    if named.is_empty() { Word::NoWay.say(lang).to_owned() } else { named.join(lang.pick("، ", ", ")) }
}

fn settings(visit: &Visit, title: &str, here: &str, content: Markup) -> Markup {
    let path = here.split('?').next().unwrap_or(here);
    page::of(visit, title, here, html! { h1 { (title) } (others(visit.lang, path)) (content) })
}
