//! What a member of staff can do to the clocks of a comment: let them stand still and go on, call the comment more or less
//! urgent, say that its matter is at its end, open it again.

use maud::{Markup, html};

use crate::domain::reply::{ClockKind, ClockState, PauseReason, Priority};
use crate::store::comments::Story;
use crate::store::replies::Clock;

use super::forms::{Draft, Form, complaint, seen};
use super::phrase::Phrase;
use super::visit::Visit;
use super::words;

/// Whether anything can be done.
pub(super) fn any(story: &Story) -> bool {
    story.clocks.iter().any(|clock| clock.state.is_open()) || solved(story).is_some()
}

/// The forms that fit the clocks' states.
pub(super) fn forms(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    let open: Vec<&Clock> = story.clocks.iter().filter(|clock| clock.state.is_open()).collect();
    let running = || open.iter().filter(|clock| clock.state == ClockState::Running);
    let stands_still = open.iter().any(|clock| matches!(clock.state, ClockState::Paused { .. }));
    let solve = open.iter().any(|clock| clock.clock == ClockKind::Solve);
    html! {
        section.panel.acts {
            h2 { (Phrase::YourDeadlines.say(visit.lang)) }
            @if running().next().is_some() { (pause(visit, story, draft, running().copied())) }
            @if stands_still { (button(visit, story, draft, (Form::Resume, "resume", Phrase::Resume))) }
            @if let Some(clock) = open.first() { (priority(visit, story, draft, clock.priority)) }
            @if solve { (button(visit, story, draft, (Form::Solve, "solve", Phrase::Solve))) }
            @if solved(story).is_some() { (button(visit, story, draft, (Form::Reopen, "reopen", Phrase::Reopen))) }
        }
    }
}

/// The solution that was given last, unless another is owed since.
fn solved(story: &Story) -> Option<&Clock> {
    let last = story.clocks.iter().rfind(|clock| clock.clock == ClockKind::Solve);
    last.filter(|clock| matches!(clock.state, ClockState::Solved { .. }))
}

/// Asks for the reason; offered are those for which one of the clocks may stand still.
fn pause<'a>(
    visit: &Visit,
    story: &Story,
    draft: &Draft,
    running: impl Iterator<Item = &'a Clock> + Clone,
) -> Markup {
    let lang = visit.lang;
    let may = |reason: &PauseReason| running.clone().any(|clock| reason.may_pause(clock.clock));
    html! {
        form.line method="post" action={ "/comments/" (story.comment.id) "/pause" } {
            (seen(visit, story))
            (complaint(draft, Form::Pause))
            label for="pause" { (Phrase::PauseBecause.say(lang)) }
            select #pause name="reason" required {
                option value="" { (Phrase::ChooseReason.say(lang)) }
                @for reason in PauseReason::ALL.into_iter().filter(may) {
                    option value=(reason.as_str()) { (words::pause(lang, reason)) }
                }
            }
            button.second { (Phrase::Pause.say(lang)) }
        }
    }
}

fn priority(visit: &Visit, story: &Story, draft: &Draft, now: Priority) -> Markup {
    let lang = visit.lang;
    html! {
        form.line method="post" action={ "/comments/" (story.comment.id) "/priority" } {
            (seen(visit, story))
            (complaint(draft, Form::Priority))
            label for="priority" { (Phrase::Priority.say(lang)) }
            select #priority name="priority" required {
                @for priority in Priority::ALL {
                    option value=(priority) selected[priority == now] { (words::priority(lang, priority)) }
                }
            }
            button.second { (Phrase::Change.say(lang)) }
        }
    }
}

/// A form of nothing but its button: which one, where it goes, and what it says.
fn button(visit: &Visit, story: &Story, draft: &Draft, (form, path, phrase): (Form, &str, Phrase)) -> Markup {
    html! {
        form.line method="post" action={ "/comments/" (story.comment.id) "/" (path) } {
            (seen(visit, story))
            (complaint(draft, form))
            button.second { (phrase.say(visit.lang)) }
        }
    }
}
