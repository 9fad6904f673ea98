//! The page of one comment: its text with the marked words, what can be done, and all that happened.

use std::ops::Range;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use crate::config::SavedReply;
use crate::domain::action::ActionId;
use crate::domain::comment::CommentId;
use crate::domain::opinion::Opinion;
use crate::domain::permalink;
use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::comments::{self, Story};
use crate::store::decisions::Decision;
use crate::store::{staff, working};

use super::super::{CountedBy, WebState};
use super::acts::Done;
use super::failure::{Failure, Why};
use super::forms::{self, Draft};
use super::link::link;
use super::phrase::{Phrase, notice, warning};
use super::undo::Undo;
use super::visit::Visit;
use super::{
    approval, clock_forms, deadline, hand_form, inbox, live, marked, next, note_forms, page, quota, story,
    thread, timeline, when, words,
};

/// How the page was come to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Come {
    /// The act that was just done.
    done: Option<String>,
    /// The saved reply to start from: its id, a point, and the language.
    saved: Option<String>,
    /// What was just asked for and can be taken back, maybe of another comment.
    undo: Option<String>,
    /// The number of a reply that was taken back: its words are to be written on.
    again: Option<i64>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Path(number): Path<String>,
    Query(come): Query<Come>,
) -> Result<Markup, Failure> {
    let reply = saved(&web.saved_replies, come.saved.as_deref());
    let draft = Draft { reply, again: come.again.map(ActionId), ..Draft::default() };
    let note = just_done(&visit, come.done.as_deref(), come.undo.as_deref());
    render(&web, &visit, id(&visit, &number)?, &draft, note).await
}

/// What was just done, and the button to take it back.
pub(super) fn just_done(visit: &Visit, done: Option<&str>, undo: Option<&str>) -> Option<Markup> {
    let undo = undo.and_then(Undo::from_word).filter(|_| visit.may(Right::ActOnComments));
    done.and_then(Done::from_word).map(|done| {
        html! {
            (notice(done.phrase().say(visit.lang)))
            @if let Some(undo) = undo { (undo.form(visit, true)) }
        }
    })
}

/// The number in an address.
///
/// # Errors
/// It is none, so no comment has it.
pub(super) fn id(visit: &Visit, number: &str) -> Result<CommentId, Failure> {
    number.parse().map(CommentId).map_err(|_| Failure::new(visit.lang, Why::NoSuchComment))
}

/// The page, with what was written into its forms and a note of what was just done.
pub(super) async fn render(
    web: &WebState,
    visit: &Visit,
    id: CommentId,
    draft: &Draft,
    note: Option<Markup>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadComments)?;
    let found =
        comments::story(&web.store, id).await.map_err(|error| Failure::from_store(visit.lang, error))?;
    let story = found.ok_or(Failure::new(visit.lang, Why::NoSuchComment))?;
    let acts = visit.may(Right::ActOnComments);
    let from_store = |error| Failure::from_store(visit.lang, error);
    let in_force = visit.in_force.as_ref().map(|rules| &rules.calendar);
    let counted_by = CountedBy::of(&web.store, in_force, &story).await.map_err(from_store)?;
    let staff = match acts && hand_form::is_offered(&story) {
        true => Some(staff::list(&web.store).await.map_err(from_store)?),
        false => None,
    };
    let here = working::here(&web.store, web.wall.now()).await.map_err(from_store)?;
    let quota = quota::for_acts(web, visit, &story.comment.source).await.map_err(from_store)?;
    let around = comments::around(&web.store, &story.comment).await.map_err(from_store)?;
    let again = draft.again.and_then(|again| story.actions.iter().find(|one| one.action.id == again));
    let again = again
        .and_then(|one| one.action.act.text())
        .map(|text| Draft { reply: text.to_owned(), ..draft.clone() });
    let draft = again.as_ref().unwrap_or(draft);
    let title = format!("{} {id}", Phrase::Comment.say(visit.lang));
    Ok(page::of(
        visit,
        &title,
        &format!("/comments/{id}"),
        html! {
            p.pages {
                a href=(inbox::PATH) data-key="i" { (Phrase::BackToList.say(visit.lang)) }
                @if acts { a href=(link(next::PATH, &[("not", &id.to_string())])) data-key="j" { (Phrase::NextComment.say(visit.lang)) } }
            }
            h1 { (title) }
            @if let Some(note) = note { (note) }
            @if let Some(why) = forms::astray(&story, draft) { (warning(why)) }
            (live::shown(visit, id, &here))
            div.columns {
                div {
                    (thread::above(visit, &story.comment, &around))
                    (text(visit, &story))
                    (thread::below(visit, &around))
                    @if acts { (approval::forms(visit, &story, draft)) }
                    @if acts && forms::any(&story) {
                        @let approved = web.approving.contains(&story.comment.source);
                        (forms::forms(visit, &web.saved_replies, (approved, &quota), &story, draft))
                    }
                    @if let Some(staff) = &staff { (hand_form::form(visit, &story, staff, draft)) }
                    @if acts && clock_forms::any(&story) {
                        (clock_forms::forms(visit, &story, draft))
                    }
                    @if acts && !story.comment.ours { (note_forms::forms(visit, &story, draft)) }
                }
                div {
                    (story::told(visit, &story, &counted_by))
                    (timeline::told(visit, &story))
                    (thread::earlier(visit, &around))
                }
            }
        },
    ))
}

/// The comment itself, and what is known around it.
pub(super) fn text(visit: &Visit, story: &Story) -> Markup {
    let (lang, zone, comment) = (visit.lang, visit.zone(), &story.comment);
    let finding = finding(story);
    let clause = story.decisions.last().and_then(|last| last.clause);
    html! {
        article.panel.subject {
            p.meta {
                span.chip.plain { (words::platform(lang, comment.platform)) }
                span.chip.plain { (words::visibility(lang, comment.visibility)) }
                (marked::author(lang, comment))
                @if comment.parent_id.is_some() { span { (Phrase::InReplyTo.say(lang)) } }
                (thread::there(visit, permalink::comment(comment)))
            }
            @match comment.text.as_deref() {
                None => p.quiet { (Phrase::TextErased.say(lang)) },
                Some(text) if text.trim().is_empty() => p.quiet { (Phrase::NoText.say(lang)) },
                Some(text) => (marked::veiled(lang, clause, html! { p.large { (marked::text(text, finding.map(|(_, excerpt)| excerpt))) } })),
            }
            @if story.clocks.iter().any(|clock| clock.state.is_open()) {
                p.chips {
                    @for clock in story.clocks.iter().filter(|clock| clock.state.is_open()) {
                        (deadline::chip(visit, clock))
                    }
                    a href="#deadlines" { (Phrase::HowCounted.say(lang)) }
                }
            }
            @if let Some((decision, _)) = finding {
                p.quiet {
                    (Phrase::MarkedWords.say(lang)) ": "
                    @if let Some(clause) = decision.clause { (visit.clause_title(clause)) }
                    @if let Some(rule) = &decision.rule { " · " (words::rule(lang, rule)) }
                }
            }
            @if let Some(opinion) = story.second_opinion.as_ref().and_then(|asked| asked.opinion.as_ref()) {
                (second_opinion(visit, opinion, clause))
            }
            dl.facts {
                dt { (Phrase::Source.say(lang)) } dd { bdi { (comment.source) } }
                @if let Some(written) = comment.created_at {
                    dt { (Phrase::WrittenAt.say(lang)) }
                    dd { (when::date_in_both(lang, &zone, written)) " · " (when::time(&zone, written)) }
                }
                dt { (Phrase::FirstSeenAt.say(lang)) } dd { (when::moment(lang, &zone, comment.first_seen_at)) }
                dt { (Phrase::Revision.say(lang)) } dd { (comment.revision) }
                @if !comment.marks.is_empty() {
                    dt { (Phrase::WhatWasOdd.say(lang)) }
                    dd { @for mark in &comment.marks { (words::mark(lang, *mark)) br; } }
                }
            }
        }
    }
}

/// What somebody outside holds of the text. Their words are shown as the public's are: they are not ours either.
fn second_opinion(visit: &Visit, opinion: &Opinion, clause: Option<ClauseId>) -> Markup {
    html! {
        p.quiet {
            (visit.lang.pick("رأي ثانٍ من خارج الوزارة، للترتيب فقط: احتمال المخالفة ", "A second opinion from outside, for sorting alone: probability of a breach "))
            data value=(opinion.probability.share()) { (opinion.probability) }
            @if let Some(clause) = opinion.clause { " (" (visit.clause_title(clause)) ")" }
        }
        @if let Some(note) = &opinion.note {
            (marked::veiled(visit.lang, clause, html! { p.quiet { bdi dir="auto" { (note) } } }))
        }
    }
}

/// The latest decision about the text as it is now that names the words.
fn finding(story: &Story) -> Option<(&Decision, &Range<usize>)> {
    let of_this_text =
        story.decisions.iter().rev().filter(|decision| decision.revision == story.comment.revision);
    of_this_text
        .filter_map(|decision| Some((decision, decision.excerpt.as_ref()?)))
        .find(|(_, excerpt)| !excerpt.is_empty())
}

/// The text of the saved reply that the address names; nothing where it names none.
fn saved(replies: &[SavedReply], asked: Option<&str>) -> String {
    let find = || {
        let (id, lang) = asked?.rsplit_once('.')?;
        let reply = replies.iter().find(|reply| reply.id == id)?;
        match lang {
            "ar" => Some(reply.text.ar.clone()),
            "en" => Some(reply.text.en.clone()),
            _ => None,
        }
    };
    find().unwrap_or_default()
}
