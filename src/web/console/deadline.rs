//! When an answer is due, as a chip and as the sum that an auditor can redo.

use maud::{Markup, html};

use crate::domain::calendar::{DayEnd, Proof, Target};
use crate::domain::reply::{ClockKind, ClockState, Due, Standing, standing};
use crate::store::replies::Clock;

use super::counted::{Thing, counted as number_of};
use super::lang::Lang;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{when, words};

/// How a clock stands, in a few words.
pub(super) fn chip(visit: &Visit, clock: &Clock) -> Markup {
    let lang = visit.lang;
    let told = |time| when::working_time(lang, time);
    let (mood, words) = match (standing(&clock.state, clock.timing.due, visit.now), clock.timing.due) {
        (Standing::Cancelled, _) => ("plain", stopped(lang, &clock.state).to_owned()),
        (Standing::InTime, _) => ("good", kept(lang, clock.clock, true).to_owned()),
        (Standing::Late, _) => ("bad", kept(lang, clock.clock, false).to_owned()),
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

fn kept(lang: Lang, clock: ClockKind, in_time: bool) -> &'static str {
    let (ar, en) = match (clock, in_time) {
        (ClockKind::Solve, true) => ("حُلّ في موعده", "Solved in time"),
        (ClockKind::Solve, false) => ("حُلّ بعد موعده", "Solved late"),
        (ClockKind::FirstReply | ClockKind::NextReply, true) => ("رُدّ عليه في موعده", "Answered in time"),
        (ClockKind::FirstReply | ClockKind::NextReply, false) => ("رُدّ عليه بعد موعده", "Answered late"),
    };
    lang.pick(ar, en)
}

fn stopped(lang: Lang, state: &ClockState) -> &'static str {
    match state {
        ClockState::Cancelled { reason, .. } => words::cancelled(lang, *reason),
        _ => "",
    }
}

/// A clock with its sum.
pub(super) fn counted(visit: &Visit, clock: &Clock) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        p { strong { (words::clock(lang, clock.clock)) } " " (chip(visit, clock)) }
        p.quiet {
            (words::kind(lang, clock.kind)) " · "
            (lang.pick("بدأت:", "Started:")) " " (when::moment(lang, &zone, clock.started_at))
            @if let Some(due_at) = clock.timing.due.at() {
                " · " (lang.pick("الموعد:", "Due:")) " " (when::moment(lang, &zone, due_at))
            }
        }
        @if let Some(proof) = clock.proof() {
            details {
                summary { (Phrase::HowCounted.say(lang)) }
                (sum(visit, &proof))
            }
        }
    }
}

fn sum(visit: &Visit, proof: &Proof) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    let provisional: Vec<&str> = proof.provisional().collect();
    html! {
        p { (Phrase::Promised.say(lang)) " " (promised(lang, proof.target)) }
        div.wide tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (Phrase::Day.say(lang)) }
                    th scope="col" { (Phrase::From.say(lang)) }
                    th scope="col" { (Phrase::To.say(lang)) }
                    th scope="col" { (Phrase::WorkingTime.say(lang)) }
                } }
                tbody {
                    @for line in &proof.counted { tr {
                        td { (when::day(lang, &zone, line.from)) }
                        td { (when::time(&zone, line.from)) }
                        td { (when::time(&zone, line.to)) }
                        td { (when::working_time(lang, line.seconds)) }
                    } }
                }
                tfoot { tr {
                    th scope="row" colspan="3" { (Phrase::Total.say(lang)) }
                    td { (when::working_time(lang, proof.working_time)) }
                } }
            }
        }
        @let by: Vec<&str> = proof.regimes.iter().map(|regime| regime.name.as_str()).collect();
        p.quiet { (Phrase::CountedBy.say(lang)) " " bdi dir="auto" { (by.join(lang.pick("، ", ", "))) } }
        @if !provisional.is_empty() {
            p { (Phrase::Provisional.say(lang)) " " bdi dir="auto" { (provisional.join(lang.pick("، ", ", "))) } }
        }
    }
}

/// What was promised, as a length of time.
fn promised(lang: Lang, target: Target) -> String {
    match target {
        Target::WorkingSeconds(time) => when::working_time(lang, time),
        Target::WorkingDays { days, ends } => {
            let days = number_of(lang, days.get().into(), Thing::WorkingDay);
            let until = match ends {
                DayEnd::EndOfDay => lang.pick("حتى نهاية الدوام", "by closing"),
                DayEnd::SameTime => lang.pick("حتى الوقت نفسه من اليوم", "to the same time of day"),
            };
            format!("{days}{} {until}", lang.pick("،", ","))
        }
    }
}
