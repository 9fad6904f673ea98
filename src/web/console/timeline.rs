//! All that happened to a comment, in one line of time, the latest first.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::domain::action::ActionState;
use crate::domain::lang::hands;
use crate::domain::staff::Right;
use crate::store::comments::{Story, StoryAction};
use crate::store::decisions::{DecidedBy, Decision};
use crate::store::notes::{Note, Sort};

use super::phrase::Phrase;
use super::undo::Undo;
use super::visit::Visit;
use super::{approval, marked, when, words};

/// The line of time.
pub(super) fn told(visit: &Visit, story: &Story) -> Markup {
    let lang = visit.lang;
    let mut events: Vec<(Timestamp, Markup)> = Vec::new();
    events.extend(story.decisions.iter().map(|one| (one.decided_at, decision(visit, one))));
    events.extend(story.actions.iter().map(|one| (one.action.requested_at, action(visit, one))));
    events.extend(story.notes.iter().map(|one| (one.at, note(visit, one))));
    for held in &story.held {
        let whose = hands::holder(lang, &visit.routing, &held.holder);
        events.push((
            held.from,
            html! { p { (Phrase::InTheHandsOf.say(lang)) " " strong { bdi { (whose) } } } },
        ));
    }
    for pause in &story.pauses {
        let why = words::pause(lang, pause.reason);
        let by = words::decided_by(lang, &pause.by);
        events.push((
            pause.from,
            html! { p { strong { (Phrase::StoodStill.say(lang)) } " – " (why) } p.quiet { bdi { (by) } } },
        ));
        if let Some(until) = pause.until {
            events.push((until, html! { p { strong { (Phrase::RunsOn.say(lang)) } } }));
        }
    }
    for revision in &story.revisions {
        let words = html! {
            p { strong { (Phrase::Revision.say(lang)) " " (revision.number) } }
            @if revision.number != story.comment.revision {
                @match &revision.text {
                    Some(text) => (marked::veiled(lang, story.clause_of(revision.number), html! { p { (marked::text(text, None)) } })),
                    None => p.quiet { (Phrase::TextErased.say(lang)) },
                }
            }
        };
        events.push((revision.seen_at, words));
    }
    for reply in &story.replies {
        let words = html! {
            p { strong { (Phrase::OurReply.say(lang)) } }
            (marked::text(reply.text.as_deref().unwrap_or_default(), None))
        };
        events.push((reply.starts_at(), words));
    }
    // What happened at the same instant stays in the order in which it was added.
    events.sort_by_key(|(at, _)| *at);
    html! {
        section.panel {
            h2 { (Phrase::AllThatHappened.say(lang)) }
            ol.story {
                @for (at, event) in events.iter().rev() {
                    li { (event) p.quiet { time datetime=(at) { (when::moment(lang, &visit.zone(), *at)) } } }
                }
            }
        }
    }
}

fn action(visit: &Visit, StoryAction { action, requested_by, approval }: &StoryAction) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    // A colleague's proposal is given back, with a reason, where it is approved.
    let proposed = action.state == ActionState::AwaitingApproval;
    let mine = matches!(requested_by, DecidedBy::Staff(name) if *name == visit.staff.name);
    let may_undo = visit.may(Right::ActOnComments) && (mine || !proposed);
    html! {
        p { strong { (words::act(lang, &action.act)) } " – " (words::action_state(lang, &zone, &action.state)) }
        @if let Some(text) = action.act.text() { p { (marked::text(text, None)) } }
        p.quiet { bdi { (words::decided_by(lang, requested_by)) } }
        @if let Some(approval) = approval {
            p.quiet {
                (Phrase::ApprovedBy.say(lang)) " " bdi { (words::decided_by(lang, &approval.by)) } ", "
                (when::moment(lang, &zone, approval.at))
                @if approval.draft.is_some() { " " (Phrase::ChangedFromDraft.say(lang)) }
            }
            @if let (Some(draft), Some(text)) = (&approval.draft, action.act.text()) { p { (approval::difference(draft, text)) } }
        }
        @if let Some(undo) = Undo::of(visit, action).filter(|_| may_undo) { (undo.form(visit, false)) }
    }
}

fn decision(visit: &Visit, decision: &Decision) -> Markup {
    let lang = visit.lang;
    html! {
        p {
            strong { (words::verdict(lang, decision.verdict)) }
            @if let Some(clause) = decision.clause { " – " (visit.clause_title(clause)) }
            " · " (words::kind(lang, decision.kind))
        }
        @if let Some(reason) = &decision.reason { p { bdi dir="auto" { (reason) } } }
        @if let Some(failed) = &decision.check_failed { p { bdi dir="auto" { (failed) } } }
        p.quiet {
            bdi { (words::decided_by(lang, &decision.decided_by)) }
            @if let (DecidedBy::Machine, Some(rule)) = (&decision.decided_by, &decision.rule) { " · " (words::rule(lang, rule)) }
            " · " (Phrase::Revision.say(lang)) " " (decision.revision)
            " · " (Phrase::PolicyVersion.say(lang)) " " code dir="ltr" { (words::short_hash(&decision.policy.0)) }
        }
    }
}

fn note(visit: &Visit, note: &Note) -> Markup {
    let lang = visit.lang;
    let sort = match note.sort {
        Sort::Note => Phrase::Note,
        Sort::NoReply => Phrase::NoReplyNeeded,
    };
    html! {
        p { strong { (sort.say(lang)) } }
        @match &note.text {
            Some(text) => p { bdi.words dir="auto" { (text) } },
            None => p.quiet { (Phrase::TextErased.say(lang)) },
        }
        p.quiet { bdi { (words::decided_by(lang, &note.by)) } }
    }
}
