//! When an answer is due, as a chip and as the sum that an auditor can redo.

use maud::{Markup, html};

use crate::domain::calendar::{DayEnd, Proof, Target};
use crate::domain::reply::ClockState;
use crate::store::replies::Clock;

use super::counted::{Thing, counted as number_of};
use super::lang::Lang;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{when, words};

/// How a clock stands, in a few words.
pub(super) fn chip(visit: &Visit, clock: &Clock) -> Markup {
    let lang = visit.lang;
    let due = when::short(lang, &visit.zone(), clock.due_at);
    let told = |time| when::working_time(lang, time);
    let (mood, words) = match &clock.state {
        ClockState::Answered { at, .. } if *at <= clock.due_at => {
            ("good", lang.pick("رُدّ عليه في موعده", "Answered in time").to_owned())
        }
        ClockState::Answered { .. } => ("bad", lang.pick("رُدّ عليه بعد موعده", "Answered late").to_owned()),
        ClockState::Cancelled { reason, .. } => ("plain", words::cancelled(lang, *reason).to_owned()),
        ClockState::Running if visit.now > clock.due_at => {
            let late = visit.working_time_since(clock.due_at).map(told).unwrap_or_default();
            (
                "bad",
                lang.pick(
                    format!("فات الموعد: {due} · التأخر من وقت العمل: {late}"),
                    format!("Overdue since {due} · {late} of working time"),
                ),
            )
        }
        ClockState::Running => {
            let left = visit.working_time_until(clock.due_at).map(told).unwrap_or_default();
            let soon = visit.now >= clock.due_soon_at;
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

/// A clock with its sum.
pub(super) fn counted(visit: &Visit, clock: &Clock) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    let proof: Option<Proof> = serde_json::from_str(&clock.basis).ok();
    html! {
        p { (chip(visit, clock)) }
        p.quiet {
            (words::kind(lang, clock.kind)) " · "
            (lang.pick("بدأت:", "Started:")) " " (when::moment(lang, &zone, clock.started_at)) " · "
            (lang.pick("الموعد:", "Due:")) " " (when::moment(lang, &zone, clock.due_at))
        }
        @if let Some(proof) = proof {
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
