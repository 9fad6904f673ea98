//! When an answer is due, as a chip and as the sum that an auditor can redo.

use maud::{Markup, html};

use crate::domain::reply::{ClockState, Due, Standing, standing};
use crate::store::comments::Story;
use crate::store::replies::Clock;

use super::super::CountedBy;
use super::explain::{Beside, Explanation};
use super::phrase::Phrase;
use super::visit::Visit;
use super::{when, words};

/// How a clock stands, in a few words.
pub(super) fn chip(visit: &Visit, clock: &Clock) -> Markup {
    let lang = visit.lang;
    let told = |time| when::working_time(lang, time);
    let (mood, words) = match (standing(&clock.state, clock.timing.due, visit.now), clock.timing.due) {
        (Standing::Cancelled, _) => {
            let why = match &clock.state {
                ClockState::Cancelled { reason, .. } => words::cancelled(lang, *reason),
                _ => words::standing(lang, clock.clock, Standing::Cancelled),
            };
            ("plain", why.to_owned())
        }
        (stands @ Standing::InTime, _) => ("good", words::standing(lang, clock.clock, stands).to_owned()),
        (stands @ Standing::Late, _) => ("bad", words::standing(lang, clock.clock, stands).to_owned()),
        (Standing::Overdue, Due::At { due_at, .. }) => {
            let due = when::short(lang, &visit.zone(), due_at);
            let late = visit.working_time_since(due_at).map(told).unwrap_or_default();
            (
                "bad",
                lang.pick(
                    format!("فات الموعد: {due} · التأخر من وقت العمل: {late}"),
                    format!("Overdue since {due} · {late} of working time"),
                ),
            )
        }
        (Standing::Overdue, Due::Left { .. }) => {
            ("bad", lang.pick("فات الموعد · متوقفة مؤقتًا", "Overdue · paused").to_owned())
        }
        (_, Due::Left { remaining }) => {
            let left = told(remaining);
            (
                "plain",
                lang.pick(
                    format!("متوقفة مؤقتًا · المتبقي من وقت العمل: {left}"),
                    format!("Paused · {left} of working time left"),
                ),
            )
        }
        (standing, Due::At { due_at, .. }) => {
            let due = when::short(lang, &visit.zone(), due_at);
            let left = visit.working_time_until(due_at).map(told).unwrap_or_default();
            let soon = standing == Standing::DueSoon;
            let (ar, en) = if soon { ("قريب الموعد", "Due soon") } else { ("الموعد", "Due") };
            (
                if soon { "warn" } else { "plain" },
                lang.pick(
                    format!("{ar}: {due} · المتبقي من وقت العمل: {left}"),
                    format!("{en}: {due} · {left} of working time left"),
                ),
            )
        }
    };
    html! { span class={ "chip " (mood) } { (words) } }
}

/// A clock and how its deadline came about.
pub(super) fn counted(visit: &Visit, story: &Story, counted_by: &CountedBy, clock: &Clock) -> Markup {
    let lang = visit.lang;
    let hands = counted_by.attributed(story, clock, visit.now);
    let hands = hands.as_ref().map(|found| (found, &*visit.routing));
    let calendar = counted_by.calendar(clock);
    let Explanation { title, facts, lines, notes } =
        Explanation::of(lang, &visit.zone(), calendar, clock, Beside::of(story), hands, visit.now);
    html! {
        p { strong { (title) } " " (chip(visit, clock)) }
        details {
            summary { (Phrase::HowCounted.say(lang)) }
            dl.facts { @for (name, fact) in &facts { dt { (name) } dd { span dir="auto" { (fact) } } } }
            @if !lines.is_empty() {
                div.wide tabindex="0" {
                    table {
                        thead { tr { @for heading in Explanation::headings(lang) { th scope="col" { (heading) } } } }
                        tbody { @for line in &lines { tr { @for cell in line { td { (cell) } } } } }
                    }
                }
            }
            @for note in &notes { p { span dir="auto" { (note) } } }
        }
    }
}
