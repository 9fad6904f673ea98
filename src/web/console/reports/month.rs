//! One month: promises and how long answers took, and what was hidden by which clause.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::super::figures::Month;
use super::super::lang::Lang;
use super::super::visit::Visit;
use super::super::{when, words as console_words};
use super::chart::{Bar, chart};
use super::words::Say;
use crate::domain::calendar::WorkingSeconds;
use crate::domain::report::Line;
use crate::domain::transparency::{Decider, What};

/// Deadlines met and response times, by clock, platform and kind.
pub(super) fn promises(lang: Lang, month: &Month) -> Markup {
    let of_clocks = month.promises.iter().filter(|line| line.subject.platform.is_none());
    let bars = of_clocks.map(|line| {
        let kept = kept(line);
        let name = console_words::clock(lang, line.subject.clock).to_owned();
        Bar { name, length: kept, told: format!("{kept}%") }
    });
    let bars: Vec<Bar> = bars.collect();
    let time = |seconds: Option<u32>| match seconds {
        Some(seconds) => when::working_time(lang, WorkingSeconds(seconds.into())),
        None => "–".to_owned(),
    };
    html! {
        section.panel {
            h2 { (Say::Promises.say(lang)) }
            @if bars.is_empty() { p.quiet { (Say::NoPromises.say(lang)) } } @else {
                (chart(lang, Say::KeptOf.say(lang), &bars))
                details {
                    summary { (Say::Figures.say(lang)) }
                    div.wide tabindex="0" { table {
                        thead { tr { @for head in [
                            Say::Promise, Say::Where, Say::Kept, Say::Missed, Say::BySystem, Say::Unanswered, Say::Median, Say::P90,
                        ] { th scope="col" { (head.say(lang)) } } } }
                        tbody { @for line in &month.promises { tr {
                            th scope="row" { (console_words::clock(lang, line.subject.clock)) }
                            td { (whence(lang, line)) }
                            td { (line.met) " (" (kept(line)) "%)" }
                            td { (line.missed) }
                            td { (line.by_system) }
                            td { (line.unanswered) }
                            td { (time(line.median_s)) }
                            td { (time(line.p90_s)) }
                        } } }
                    } }
                }
            }
        }
    }
}

/// In a hundred, rounded down: what is not wholly kept does not look so.
fn kept(line: &Line) -> u64 {
    line.met * 100 / (line.met + line.missed).max(1)
}

fn whence(lang: Lang, line: &Line) -> String {
    match (line.subject.platform, line.subject.kind) {
        (Some(platform), Some(kind)) => format!(
            "{}{} {}",
            console_words::platform(lang, platform),
            lang.pick("،", ","),
            console_words::kind(lang, kind)
        ),
        _ => Say::Everywhere.say(lang).to_owned(),
    }
}

/// What was hidden, by clause and by who decided it.
pub(super) fn hidden(visit: &Visit, month: &Month) -> Markup {
    let lang = visit.lang;
    let mut clauses: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (figure, count) in &month.figures {
        let column = match (figure.what, figure.by) {
            (What::Hidden, Some(Decider::Machine)) => 0,
            (What::Hidden, _) => 1,
            (What::Reversed, _) => 2,
            _ => continue,
        };
        clauses.entry(figure.of.as_deref().unwrap_or_default()).or_default()[column] += count;
    }
    let name = |clause: &str| clause.parse().map_or_else(|_| clause.to_owned(), |id| visit.clause_title(id));
    let bars = clauses.iter().map(|(clause, [machine, person, _])| {
        let hidden = machine + person;
        Bar { name: name(clause), length: hidden, told: hidden.to_string() }
    });
    let bars: Vec<Bar> = bars.collect();
    html! {
        section.panel {
            h2 { (Say::Hidden.say(lang)) }
            @if bars.is_empty() { p.quiet { (Say::NothingHidden.say(lang)) } } @else {
                (chart(lang, Say::Hidden.say(lang), &bars))
                details {
                    summary { (Say::Figures.say(lang)) }
                    div.wide tabindex="0" { table {
                        thead { tr { @for head in [Say::Clause, Say::ByMachine, Say::ByPerson, Say::ShownAgain] {
                            th scope="col" { (head.say(lang)) }
                        } } }
                        tbody { @for (clause, counts) in &clauses { tr {
                            th scope="row" { (name(clause)) }
                            @for count in counts { td { (count) } }
                        } } }
                    } }
                }
            }
        }
    }
}
