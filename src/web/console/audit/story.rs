//! One comment's whole story in the order in which it happened, and what the public saw at an instant.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::super::WebState;
use super::super::failure::{Failure, Why};
use super::super::visit::Visit;
use super::super::{comment, marked, page, when, words as console_words};
use super::words::{Say, shown};
use super::{entry, first_altered, instant, log, looked, wall};
use crate::domain::audit::{Altered, AuditEvent, EntryView, Field, PublicView, public_view};
use crate::domain::staff::Right;
use crate::store::audit;
use crate::store::comments::{self, Story};
use crate::store::decisions::Decision;

/// What the address asks for besides.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The instant of which to tell what the public saw, on the official clock.
    at: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadAudit)?;
    visit.need(Right::ReadComments)?;
    let (lang, id) = (visit.lang, comment::id(&visit, &number)?);
    let failed = |error| Failure::from_store(lang, error);
    let found = comments::story(&web.store, id).await.map_err(failed)?;
    let story = found.ok_or(Failure::new(lang, Why::NoSuchComment))?;
    let at = asked.at.as_deref().and_then(|text| instant(&visit.zone(), text));
    let seen_at = at.map_or(Field::Null, |at| Field::Word(at.to_string()));
    looked(&web, &visit, format!("comment:{id}"), [("seen_at", seen_at)]).await?;
    let mut looks = 0;
    let told = |entry: Result<EntryView, Altered>| {
        let is_look = entry.as_ref().is_ok_and(|entry| entry.act == AuditEvent::READ);
        looks += u64::from(is_look);
        (!is_look).then_some(entry)
    };
    let entries = audit::about(&web.store, id, told).await.map_err(failed)?;
    let altered = first_altered(&web, &visit, &entries).await?;
    let latest = audit::last_checkpoint(&web.store).await.map_err(failed)?;
    let sealed = latest.as_ref().map_or(0, |latest| latest.size);
    let title = format!("{} {id}", Say::StoryOf.say(lang));
    Ok(page::of(
        &visit,
        &title,
        &visit.here,
        html! {
            p { a href=(super::PATH) { (Say::Title.say(lang)) } }
            h1 { (title) }
            div.columns {
                div {
                    @match entries.iter().cloned().collect::<Result<Vec<_>, _>>() {
                        Ok(entries) => (public(&visit, &story, &entries, at)),
                        Err(_) => section.panel { h2 { (Say::SeenAt.say(lang)) } p { (Say::NotTold.say(lang)) } },
                    }
                    (log::panel(&visit, latest.as_ref(), altered.as_ref()))
                }
                (events(&visit, &story, &entries, looks, sealed))
            }
        },
    ))
}

/// What the public saw at an instant: now, where none was asked for.
fn public(visit: &Visit, story: &Story, entries: &[EntryView], at: Option<Timestamp>) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    let at = at.unwrap_or(visit.now);
    let PublicView { shown: whether, revision, replies } = public_view(entries, at);
    let text = revision.and_then(|number| story.revisions.iter().find(|revision| revision.number == number));
    let replies = story.actions.iter().filter(|one| replies.contains(&one.action.id.0.unsigned_abs()));
    let replies: Vec<&str> = replies.filter_map(|one| one.action.act.text()).collect();
    html! {
        section.panel {
            h2 { (Say::SeenAt.say(lang)) }
            form.line method="get" {
                label for="at" { (Say::AtTime.say(lang)) }
                input #at type="datetime-local" name="at" value=(wall(&zone, at));
                button { (Say::Show.say(lang)) }
            }
            p { (when::moment(lang, &zone, at)) ": " strong { (shown(lang, whether)) } }
            @if let Some(revision) = text {
                h3 { (Say::TheText.say(lang)) }
                @match revision.text.as_deref() {
                    Some(text) => (marked::veiled(lang, story.clause_of(revision.number), html! { p.large { (marked::text(text, None)) } })),
                    None => p.quiet { (Say::Erased.say(lang)) },
                }
            }
            @if !replies.is_empty() {
                h3 { (Say::OurReplies.say(lang)) }
                @for reply in replies {
                    @if reply.is_empty() { p.quiet { (Say::Erased.say(lang)) } } @else { p { (marked::text(reply, None)) } }
                }
            }
        }
    }
}

fn events(
    visit: &Visit,
    story: &Story,
    entries: &[Result<EntryView, Altered>],
    looks: u64,
    sealed: u64,
) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        section.panel {
            h2 { (Say::InOrder.say(lang)) }
            @if entries.is_empty() { p.quiet { (Say::NoEntries.say(lang)) } }
            ol.story { @for told in entries { li { @match told {
                Err(altered) => (log::changed(lang, altered)),
                Ok(found) => {
                    p { (entry::what(lang, found)) }
                    (matched(visit, story, found))
                    (entry::facts(visit, found))
                    p.quiet {
                        (when::moment(lang, &zone, found.at)) " · " (entry::who(lang, found))
                        " · " (Say::Entry.say(lang)) " " (found.seq) " · " (entry::proof(lang, found, sealed))
                    }
                },
            } } } }
            @if looks > 0 { p.quiet { (Say::ReadByAuditors.say(lang)) ": " (looks) } }
        }
    }
}

/// The verdict's clause and the words of the text that it rests on, as long as the text is there.
fn matched(visit: &Visit, story: &Story, found: &EntryView) -> Markup {
    let lang = visit.lang;
    // The log may have recorded it a little later than the decision says.
    let is_it = |decision: &&Decision| {
        found.act == "comment.judged"
            && found.int("revision") == Some(decision.revision)
            && found.word("verdict") == Some(decision.verdict)
            && decision.decided_at <= found.at
    };
    let decision = story.decisions.iter().rfind(is_it);
    html! {
        @if let Some(decision) = decision {
            p {
                (console_words::verdict(lang, decision.verdict))
                @if let Some(clause) = decision.clause { " – " (visit.clause_title(clause)) }
            }
            @if let Some(reason) = &decision.reason { p { bdi dir="auto" { (reason) } } }
            @let revision = story.revisions.iter().find(|revision| revision.number == decision.revision);
            @let text = revision.and_then(|revision| revision.text.as_deref());
            @if let (Some(text), Some(excerpt)) = (text, decision.excerpt.as_ref().filter(|excerpt| !excerpt.is_empty())) {
                p.quiet { (Say::MatchedWords.say(lang)) ":" }
                (marked::veiled(lang, decision.clause, html! { p { (marked::text(text, Some(excerpt))) } }))
            }
        }
    }
}
