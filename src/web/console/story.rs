//! What happened to a comment: clocks, who had it, actions, decisions, earlier texts, our replies.

use maud::{Markup, html};

use crate::domain::holder::Held;
use crate::domain::lang::hands;
use crate::store::comments::{Story, StoryAction};
use crate::store::decisions::{DecidedBy, Decision};

use super::super::CountedBy;
use super::phrase::Phrase;
use super::visit::Visit;
use super::{deadline, marked, when, words};

pub(super) fn told(visit: &Visit, story: &Story, counted_by: &CountedBy) -> Markup {
    let lang = visit.lang;
    html! {
        @if !story.clocks.is_empty() {
            section.panel {
                h2 { (Phrase::Deadlines.say(lang)) }
                @for clock in story.clocks.iter().rev() { (deadline::counted(visit, story, counted_by, clock)) }
            }
        }
        @if !story.held.is_empty() {
            section.panel {
                h2 { (Phrase::WhoHadIt.say(lang)) }
                ol.story { @for held in story.held.iter().rev() { (held_item(visit, held)) } }
            }
        }
        section.panel {
            h2 { (Phrase::Actions.say(lang)) }
            @if story.actions.is_empty() { p.quiet { (Phrase::NoActions.say(lang)) } }
            ol.story { @for action in story.actions.iter().rev() { (action_item(visit, action)) } }
        }
        section.panel {
            h2 { (Phrase::Decisions.say(lang)) }
            @if story.decisions.is_empty() { p.quiet { (Phrase::NoDecisions.say(lang)) } }
            ol.story { @for decision in story.decisions.iter().rev() { (decision_item(visit, decision)) } }
        }
        @if !story.replies.is_empty() {
            section.panel {
                h2 { (Phrase::OurReplies.say(lang)) }
                ol.story {
                    @for reply in &story.replies { li {
                        (marked::text(reply.text.as_deref().unwrap_or_default(), None))
                        p.quiet { (when::moment(lang, &visit.zone(), reply.starts_at())) }
                    } }
                }
            }
        }
        @if story.revisions.len() > 1 { (earlier_texts(visit, story)) }
    }
}

fn held_item(visit: &Visit, Held { from, holder }: &Held) -> Markup {
    let lang = visit.lang;
    html! {
        li {
            p { strong { bdi { (hands::holder(lang, &visit.routing, holder)) } } }
            p.quiet { (Phrase::Since.say(lang)) " " (when::moment(lang, &visit.zone(), *from)) }
        }
    }
}

fn action_item(visit: &Visit, StoryAction { action, requested_by }: &StoryAction) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        li {
            p { strong { (words::act(lang, &action.act)) } " – " (words::action_state(lang, &zone, &action.state)) }
            @if let Some(text) = action.act.text() { p { (marked::text(text, None)) } }
            p.quiet { bdi { (words::decided_by(lang, requested_by)) } " · " (when::moment(lang, &zone, action.requested_at)) }
        }
    }
}

fn decision_item(visit: &Visit, decision: &Decision) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        li {
            p {
                strong { (words::verdict(lang, decision.verdict)) }
                @if let Some(clause) = decision.clause { " – " (visit.clause_title(clause)) }
                " · " (words::kind(lang, decision.kind))
            }
            @if let Some(reason) = &decision.reason { p { bdi dir="auto" { (reason) } } }
            @if let Some(failed) = &decision.check_failed { p { bdi dir="auto" { (failed) } } }
            p.quiet {
                bdi { (words::decided_by(lang, &decision.decided_by)) }
                " · " (when::moment(lang, &zone, decision.decided_at))
                @if let (DecidedBy::Machine, Some(rule)) = (&decision.decided_by, &decision.rule) { " · " (Phrase::RuleThatFound.say(lang)) " " code dir="ltr" { (rule) } }
                " · " (Phrase::Revision.say(lang)) " " (decision.revision)
                " · " (Phrase::PolicyVersion.say(lang)) " " code dir="ltr" { (words::short_hash(&decision.policy.0)) }
            }
        }
    }
}

fn earlier_texts(visit: &Visit, story: &Story) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    let earlier = story.revisions.iter().rev().filter(|revision| revision.number != story.comment.revision);
    html! {
        section.panel {
            h2 { (Phrase::EarlierTexts.say(lang)) }
            ol.story {
                @for revision in earlier { li {
                    @match &revision.text {
                        Some(text) => p { (marked::text(text, None)) },
                        None => p.quiet { (Phrase::TextErased.say(lang)) },
                    }
                    p.quiet { (Phrase::Revision.say(lang)) " " (revision.number) " · " (when::moment(lang, &zone, revision.seen_at)) }
                } }
            }
        }
    }
}
