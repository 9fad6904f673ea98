//! How often the machine was wrong, by the weekly samples that people judged blind.

use maud::{Markup, html};

use super::super::super::WebState;
use super::super::super::sample::WEEKS;
use super::super::failure::Failure;
use super::super::lang::Lang;
use super::super::visit::Visit;
use super::super::{sample, when};
use super::chart::{Bar, chart};
use super::words::Say;
use crate::domain::interval::Rate;
use crate::store::samples::{self, Quality};

/// The panel of the last weeks.
pub(super) async fn panel(web: &WebState, visit: &Visit) -> Result<Markup, Failure> {
    let lang = visit.lang;
    let weeks =
        samples::quality(&web.store, WEEKS).await.map_err(|error| Failure::from_store(lang, error))?;
    let (false_hides, missed) = samples::together(&weeks);
    Ok(html! {
        section.panel #quality {
            h2 { (Say::Quality.say(lang)) }
            p.quiet { (Say::QualityAbout.say(lang)) }
            @if weeks.is_empty() { p.quiet { (Say::NoSample.say(lang)) } } @else {
                dl.facts {
                    dt { (Say::RightHides.say(lang)) } dd { (told(false_hides.of_others())) }
                    dt { (Say::FalseHides.say(lang)) } dd { (told(false_hides)) }
                    dt { (Say::MissedBreaches.say(lang)) } dd { (told(missed)) }
                }
                (chart(lang, Say::RightHidesByWeek.say(lang), &bars(lang, &weeks)))
                details {
                    summary { (Say::Figures.say(lang)) }
                    (table(lang, &weeks))
                }
            }
            (sample::way(web, visit).await?)
        }
    })
}

/// Precision of the hides, week by week.
fn bars(lang: Lang, weeks: &[Quality]) -> Vec<Bar> {
    let judged = weeks.iter().rev().filter(|week| week.false_hides.of > 0);
    let bar = |week: &Quality| {
        let right = week.false_hides.of_others();
        let share = right.count * 100 / right.of;
        Bar { name: when::civil_in_both(lang, week.week), length: share, told: format!("{share}%") }
    };
    judged.map(bar).collect()
}

fn table(lang: Lang, weeks: &[Quality]) -> Markup {
    html! { div.wide tabindex="0" { table {
        thead { tr { @for head in [
            Say::WeekFrom, Say::SampledHides, Say::FalseHides, Say::SampledAllows, Say::MissedBreaches,
        ] { th scope="col" { (head.say(lang)) } } } }
        tbody { @for week in weeks { tr {
            th scope="row" { (when::civil_in_both(lang, week.week)) }
            td { (week.false_hides.of) " / " (week.hides_drawn) " / " (week.hides) }
            td { (told(week.false_hides)) }
            td { (week.missed.of) " / " (week.allows_drawn) " / " (week.allows) }
            td { (told(week.missed)) }
        } } }
    } } }
}

/// A rate with its interval; nothing where nobody judged.
fn told(rate: Rate) -> Markup {
    let hundred = |rate: f64| rate * 100.0;
    html! { @if rate.of == 0 { "–" } @else {
        bdi dir="ltr" {
            (format!("{}/{} = {:.1}%", rate.count, rate.of, hundred(rate.count as f64 / rate.of as f64)))
            (format!(" ({:.1}–{:.1}%)", hundred(rate.low), hundred(rate.high)))
        }
    } }
}
