//! The public's page: the participation policy that rules, when it was adopted, and when somebody is there to answer. It needs no
//! sign-in, and says nothing of anybody.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};

use crate::domain::calendar::{Calendar, Offered};
use crate::domain::policy::{ClauseId, Phrase as Said, Policy};
use crate::domain::reply::ClockKind;
use crate::domain::transparency::Figure;
use crate::store::documents::{self, DocumentKind};

use super::super::{InForce, WebState};
use super::failure::Failure;
use super::lang::Lang;
use super::phrase::Phrase;
use super::reports::words::Say;
use super::{page, when, words};

pub(super) const PATH: &str = "/participation";

/// The days whose hours are told.
const DAYS: i64 = 7;

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    lang: Lang,
) -> Result<(StatusCode, Markup), Failure> {
    let title = Phrase::Participation.say(lang);
    let Some(InForce { policy, calendar, .. }) = (web.in_force)().await else {
        let page =
            page::public(lang, title, PATH, html! { h1 { (title) } p { (Phrase::NoPolicyYet.say(lang)) } });
        return Ok((StatusCode::SERVICE_UNAVAILABLE, page));
    };
    let adopted = documents::adopted(&web.store, DocumentKind::Policy).await;
    let adopted = adopted.map_err(|error| Failure::from_store(lang, error))?;
    let since =
        adopted.filter(|adopted| adopted.hash == policy.version().to_string()).map(|adopted| adopted.at);
    let now = web.clock.now();
    let heading = said(lang, &policy.preface().title);
    Ok((
        StatusCode::OK,
        page::public(
            lang,
            heading,
            PATH,
            html! {
                h1 { (heading) }
                @if let Some(since) = since {
                    p.quiet { (Phrase::InForceSince.say(lang)) " " (when::date_in_both(lang, calendar.time_zone(), since)) }
                }
                p { (said(lang, &policy.preface().introduction)) }
                (clauses(lang, &policy))
                section.panel { h2 { (Phrase::Disclaimer.say(lang)) } p { (said(lang, &policy.preface().disclaimer)) } }
                (hours(lang, &calendar, now))
                (transparency(&web, lang, &policy, &calendar))
                @if web.public_log.is_some() {
                    p { (Phrase::PublicLog.say(lang)) " " a href="/audit/checkpoint" { (Phrase::Checkpoint.say(lang)) } }
                }
            },
        ),
    ))
}

fn clauses(lang: Lang, policy: &Policy) -> Markup {
    html! {
        section.panel {
            h2 { (Phrase::Clauses.say(lang)) }
            ol.clauses {
                @for id in ClauseId::ALL {
                    @let clause = policy.clause(id);
                    li id=(id) { h3 { (said(lang, &clause.title)) } p { (said(lang, &clause.text)) } }
                }
            }
        }
    }
}

fn hours(lang: Lang, calendar: &Calendar, now: Timestamp) -> Markup {
    let today = now.to_zoned_datetime(calendar.time_zone().clone()).date();
    let days = (0..DAYS).filter_map(|day| today.checked_add(day.days()).ok());
    html! {
        section.panel {
            h2 { (Phrase::WorkingHours.say(lang)) }
            p { (Phrase::WorkingHoursAbout.say(lang)) }
            table {
                thead { tr { th scope="col" { (Phrase::Day.say(lang)) } th scope="col" { (Phrase::Hours.say(lang)) } } }
                tbody { @for day in days { (day_row(lang, day, &calendar.official().on(day))) } }
            }
        }
    }
}

fn day_row(lang: Lang, day: Date, offered: &Offered) -> Markup {
    html! {
        tr {
            th scope="row" { (when::civil_in_both(lang, day)) }
            td {
                @if offered.hours.is_empty() { (Phrase::Closed.say(lang)) } @else { bdi dir="ltr" { (offered.hours.join(", ")) } }
            }
        }
    }
}

/// The figures of the last month that is over, as far as the log is sealed; nothing before there is one.
fn transparency(web: &WebState, lang: Lang, policy: &Policy, calendar: &Calendar) -> Markup {
    let Some(counted) = web.figures.latest() else { return html! {} };
    let Some((day, month)) = counted.last_whole_month(calendar.time_zone()) else { return html! {} };
    let of = |figure: &Figure| {
        let word = figure.of.as_deref()?;
        let clause = word.parse::<ClauseId>().map(|id| said(lang, &policy.clause(id).title).to_owned());
        let clock = || word.parse::<ClockKind>().map(|kind| words::clock(lang, kind).to_owned());
        let topic = || web.topics.get(word).map_or(word, |topic| topic.name.say(lang)).to_owned();
        Some(clause.or_else(|_| clock()).unwrap_or_else(|_| topic()))
    };
    let named = |figure: &Figure| {
        let by = figure.by.map(|by| by.name(lang).to_owned());
        let parts = [Some(figure.what.name(lang).to_owned()), of(figure), by];
        parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("، ", ", "))
    };
    html! {
        section.panel {
            h2 { (Say::Transparency.say(lang)) (lang.pick("، ", ", ")) (when::month_of(lang, day)) }
            p { (Say::TransparencyAbout.say(lang)) }
            div.wide tabindex="0" { table {
                thead { tr { th scope="col" { (Say::Figure.say(lang)) } th scope="col" { (Say::Count.say(lang)) } } }
                tbody { @for (figure, count) in &month.figures { tr { th scope="row" { (named(figure)) } td { (count) } } } }
            } }
            dl.facts {
                dt { (Say::Entries.say(lang)) } dd { (counted.checkpoint.size) }
                dt { (Say::Root.say(lang)) } dd { code dir="ltr" { (counted.checkpoint.root.to_base64()) } }
            }
        }
    }
}

fn said(lang: Lang, words: &Said) -> &str {
    lang.pick(&words.ar, &words.en).as_str()
}
