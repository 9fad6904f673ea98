//! Reports: what happened in each month, in figures that anybody with the log can count again ([`crate::web::figures`]). Each chart
//! has its figures behind it in a table.

mod chart;
mod month;
mod quality;
pub(super) mod topics;
pub(super) mod words;

use std::sync::Arc;

use axum::extract::{Query, State};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::WebState;
use super::super::figures::{Counted, Month};
use super::super::months::first_day;
use super::failure::Failure;
use super::lang::Lang;
use super::visit::Visit;
use super::{page, when};
use crate::domain::transparency::What;
use chart::{Bar, chart};
use words::Say;

pub(super) const PATH: &str = "/reports";

/// The months that the first chart shows.
const MONTHS: usize = 12;

/// What the pages are called in the frame.
pub(super) fn title(lang: Lang) -> &'static str {
    Say::Title.say(lang)
}

/// What the address asks for; a month that is not there is the latest.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    month: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let lang = visit.lang;
    let (title, counted) = (Say::Title.say(lang), web.figures.latest());
    let content = match counted.as_deref().and_then(|counted| Chosen::of(counted, &asked)) {
        None => html! { p.empty { (Say::NothingYet.say(lang)) } },
        Some(chosen) => {
            let topics = topics::panel(&web, &visit, chosen.day, chosen.month).await?;
            report(&visit, &chosen, &topics)
        }
    };
    let quality = quality::panel(&web, &visit).await?;
    let content = html! { h1 { (title) } (content) (quality) };
    Ok(page::of(&visit, title, &visit.here, content))
}

/// The month that is shown, of all that were counted.
struct Chosen<'a> {
    counted: &'a Counted,
    day: Date,
    month: &'a Month,
}

impl<'a> Chosen<'a> {
    fn of(counted: &'a Counted, asked: &Asked) -> Option<Self> {
        let day = asked.month.as_deref().and_then(first_day);
        let found = day.and_then(|day| counted.months.get_key_value(&day));
        let (day, month) = found.or_else(|| counted.months.last_key_value())?;
        Some(Self { counted, day: *day, month })
    }
}

fn report(visit: &Visit, Chosen { counted, day, month }: &Chosen<'_>, topics: &Markup) -> Markup {
    let lang = visit.lang;
    let checkpoint = &counted.checkpoint;
    html! {
        p.quiet { (Say::About.say(lang)) " " (when::moment(lang, &visit.zone(), counted.as_of)) }
        (volumes(lang, counted))
        form.line method="get" {
            label for="month" { (Say::Month.say(lang)) }
            select #month name="month" {
                @for of in counted.months.keys().rev() {
                    option value=(of.strftime("%Y-%m")) selected[of == day] { (when::month_of(lang, *of)) }
                }
            }
            button { (Say::Show.say(lang)) }
        }
        h2 { (when::month_of(lang, *day)) }
        (month::promises(lang, month))
        (month::hidden(visit, month))
        (topics)
        section.panel {
            h2 { (Say::CountedFrom.say(lang)) }
            p { (Say::CountAgain.say(lang)) }
            pre dir="ltr" { "majlis report transparency --month " (day.strftime("%Y-%m")) " --log audit.jsonl --key audit.pub" }
            dl.facts {
                dt { (Say::Entries.say(lang)) } dd { (checkpoint.size) }
                dt { (Say::Root.say(lang)) } dd { code dir="ltr" { (checkpoint.root.to_base64()) } }
            }
        }
    }
}

/// What came in and what was done, month by month.
fn volumes(lang: Lang, counted: &Counted) -> Markup {
    const COLUMNS: [What; 6] =
        [What::Received, What::Edited, What::Reviewed, What::Hidden, What::Reversed, What::Answered];
    let mut months: Vec<(&Date, &Month)> = counted.months.iter().rev().take(MONTHS).collect();
    months.reverse();
    let bars = months.iter().map(|(day, month)| {
        let received = month.sum(What::Received);
        Bar { name: when::month_of(lang, **day), length: received, told: received.to_string() }
    });
    let bars: Vec<Bar> = bars.collect();
    html! {
        section.panel {
            h2 { (Say::Volumes.say(lang)) }
            (chart(lang, Say::Received.say(lang), &bars))
            details {
                summary { (Say::Figures.say(lang)) }
                div.wide tabindex="0" { table {
                    thead { tr {
                        th scope="col" { (Say::Month.say(lang)) }
                        @for what in COLUMNS { th scope="col" { (what.name(lang)) } }
                    } }
                    tbody { @for (day, month) in &months { tr {
                        th scope="row" { (when::month_of(lang, **day)) }
                        @for what in COLUMNS { td { (month.sum(what)) } }
                    } } }
                } }
            }
        }
    }
}
