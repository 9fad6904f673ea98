//! What people wrote about in a month, and what changed because of it, as staff note it.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::super::WebState;
use super::super::super::act::{NOTE_MAX_CHARS, NotDone};
use super::super::super::figures::Month;
use super::super::super::months::first_day;
use super::super::super::topic_notes;
use super::super::failure::{Failure, Why};
use super::super::link::link;
use super::super::visit::Visit;
use super::super::when;
use super::PATH;
use super::chart::{Bar, chart};
use super::words::Say;
use crate::domain::staff::Right;
use crate::domain::topics::Topic;
use crate::domain::transparency::What;
use crate::store::topics::{self, TopicNote};

/// The panel of a month: nothing where no topics are configured and none was counted.
pub(super) async fn panel(
    web: &WebState,
    visit: &Visit,
    day: Date,
    month: &Month,
) -> Result<Markup, Failure> {
    let lang = visit.lang;
    let counted = month.figures.iter().filter(|(figure, _)| figure.what == What::Topic);
    let counted: Vec<(&str, u64)> =
        counted.map(|(figure, count)| (figure.of.as_deref().unwrap_or_default(), *count)).collect();
    if counted.is_empty() {
        return Ok(html! {});
    }
    let name =
        |id: &str| web.topics.get(id).map_or_else(|| id.to_owned(), |topic| topic.name.say(lang).to_owned());
    let bars =
        counted.iter().map(|(id, count)| Bar { name: name(id), length: *count, told: count.to_string() });
    let bars: Vec<Bar> = bars.collect();
    let month = day.strftime("%Y-%m").to_string();
    let notes = topics::notes(&web.store, &month).await.map_err(|error| Failure::from_store(lang, error))?;
    Ok(html! {
        section.panel {
            h2 { (Say::Topics.say(lang)) }
            (chart(lang, Say::Topics.say(lang), &bars))
            div.wide tabindex="0" { table {
                thead { tr { @for head in [Say::Topic, Say::Count, Say::Changed] { th scope="col" { (head.say(lang)) } } } }
                tbody { @for (id, count) in &counted { tr {
                    th scope="row" { (name(id)) }
                    td { (count) }
                    td { @match notes.get(*id) { Some(note) => (noted(visit, note)), None => "–" } }
                } } }
            } }
            @if visit.may(Right::ActOnComments) { (form(visit, &month, &web.topics.0)) }
        }
    })
}

fn noted(visit: &Visit, note: &TopicNote) -> Markup {
    html! {
        p { bdi dir="auto" { (note.text) } }
        p.quiet { bdi { (note.by) } " · " (when::moment(visit.lang, &visit.zone(), note.at)) }
    }
}

fn form(visit: &Visit, month: &str, topics: &[Topic]) -> Markup {
    let lang = visit.lang;
    html! {
        @if !topics.is_empty() {
            details {
                summary { (Say::NoteChange.say(lang)) }
                form.stack method="post" action="/reports/topics" {
                    (visit.sealed())
                    input type="hidden" name="month" value=(month);
                    label for="topic" { (Say::Topic.say(lang)) }
                    select #topic name="topic" {
                        @for topic in topics { option value=(topic.id) { (topic.name.say(lang)) } }
                    }
                    label for="changed" { (Say::Changed.say(lang)) }
                    textarea #changed name="text" rows="3" maxlength=(NOTE_MAX_CHARS) required dir="auto" {}
                    p.hint { (Say::ChangedHint.say(lang)) }
                    button { (Say::Keep.say(lang)) }
                }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(in super::super) struct Noted {
    month: String,
    topic: String,
    text: String,
}

pub(in super::super) async fn note(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Form(Noted { month, topic, text }): Form<Noted>,
) -> Result<Redirect, Failure> {
    visit.need(Right::ActOnComments)?;
    let missing = Failure::new(visit.lang, Why::NoSuchPage);
    let (Some(day), Some(topic)) = (first_day(&month), web.topics.get(&topic)) else {
        return Err(missing);
    };
    match topic_notes::keep(&web, &visit.staff.name, (day, &topic.id), &text, None).await {
        Ok(()) => {}
        Err(NotDone::Store(error)) => return Err(Failure::from_store(visit.lang, error)),
        // The page's own form has words, and not too many.
        Err(_) => return Err(Failure::new(visit.lang, Why::BadForm)),
    }
    Ok(Redirect::to(&link(PATH, &[("month", &month)])))
}
