//! The log, searched by person, comment, clause and time: the newest entries first.

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::super::WebState;
use super::super::super::looked::asked_for;
use super::super::failure::Failure;
use super::super::link::link;
use super::super::visit::Visit;
use super::super::{page, when};
use super::words::Say;
use super::{entry, first_altered, instant, log, looked};
use crate::domain::audit::{Altered, EntryView};
use crate::domain::comment::CommentId;
use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::audit::{self, Sought};

pub(in super::super) const PATH: &str = "/audit";

/// Entries on a page.
const ENTRIES: u32 = 50;

/// What the address asks for. A word that names nothing asks for nothing: an old link still opens a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    person: Option<String>,
    comment: Option<String>,
    clause: Option<String>,
    from: Option<String>,
    to: Option<String>,
    before: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    visit.need(Right::ReadAudit)?;
    let lang = visit.lang;
    let failed = |error| Failure::from_store(lang, error);
    let sought = asked.sought(&visit);
    looked(&web, &visit, "log".to_owned(), asked_for(&sought)).await?;
    let mut rows = audit::find(&web.store, &sought, ENTRIES + 1).await.map_err(failed)?;
    let more = rows.len() > ENTRIES as usize;
    rows.truncate(ENTRIES as usize);
    let before = rows
        .last()
        .filter(|_| more)
        .map(|row| row.as_ref().map_or_else(|altered| altered.entry, |entry| entry.seq).to_string());
    let altered = first_altered(&web, &visit, &rows).await?;
    let latest = audit::last_checkpoint(&web.store).await.map_err(failed)?;
    let sealed = latest.as_ref().map_or(0, |latest| latest.size);
    let title = Say::Title.say(lang);
    Ok(page::of(
        &visit,
        title,
        &visit.here,
        html! {
            h1 { (title) }
            p.quiet { (Say::About.say(lang)) }
            (log::panel(&visit, latest.as_ref(), altered.as_ref()))
            (form(&visit, &asked))
            @if rows.is_empty() { p.empty { (Say::NothingFound.say(lang)) } } @else {
                (table(&visit, &rows, sealed))
            }
            p.pages {
                @if asked.before.is_some() { a href=(asked.address(None)) { (Say::Newest.say(lang)) } }
                @if let Some(before) = &before { a rel="next" href=(asked.address(Some(before))) { (Say::Older.say(lang)) } }
            }
        },
    ))
}

impl Asked {
    fn sought(&self, visit: &Visit) -> Sought {
        let zone = visit.zone();
        let time = |text: &Option<String>| text.as_deref().and_then(|text| instant(&zone, text));
        Sought {
            comment: self.comment.as_deref().and_then(|text| text.trim().parse().ok()).map(CommentId),
            staff: self.person.clone().filter(|name| !name.is_empty()),
            clause: self.clause.as_deref().and_then(|word| word.parse().ok()),
            from: time(&self.from),
            to: time(&self.to),
            before: self.before.as_deref().and_then(|text| text.parse().ok()),
        }
    }

    /// The address of the same search, from an entry on.
    fn address(&self, before: Option<&str>) -> String {
        let given = [
            ("person", self.person.as_deref()),
            ("comment", self.comment.as_deref()),
            ("clause", self.clause.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("before", before),
        ];
        let query: Vec<(&str, &str)> = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
            .collect();
        link(PATH, &query)
    }
}

fn form(visit: &Visit, asked: &Asked) -> Markup {
    let lang = visit.lang;
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        form.panel method="get" action=(PATH) role="search" {
            div.line {
                label for="person" { (Say::Person.say(lang)) }
                input #person name="person" value=(given(&asked.person)) dir="auto" autocomplete="off";
                label for="comment" { (Say::Comment.say(lang)) }
                input #comment name="comment" value=(given(&asked.comment)) inputmode="numeric" dir="ltr" autocomplete="off";
                label for="clause" { (Say::Clause.say(lang)) }
                select #clause name="clause" {
                    option value="" { (Say::AnyClause.say(lang)) }
                    @for clause in ClauseId::ALL {
                        option value=(clause) selected[asked.clause.as_deref() == Some(clause.as_str())] { (visit.clause_title(clause)) }
                    }
                }
            }
            div.line {
                label for="from" { (Say::From.say(lang)) }
                input #from type="datetime-local" name="from" value=(given(&asked.from));
                label for="to" { (Say::To.say(lang)) }
                input #to type="datetime-local" name="to" value=(given(&asked.to));
                button { (Say::Search.say(lang)) }
            }
        }
    }
}

fn table(visit: &Visit, rows: &[Result<EntryView, Altered>], sealed: u64) -> Markup {
    let (lang, zone) = (visit.lang, visit.zone());
    html! {
        div.wide tabindex="0" { table {
            thead { tr {
                @for head in [Say::Entry, Say::Time, Say::Who, Say::Act, Say::Object, Say::Facts] {
                    th scope="col" { (head.say(lang)) }
                }
            } }
            tbody { @for row in rows { tr { @match row {
                Err(altered) => td colspan="6" { (log::changed(lang, altered)) },
                Ok(found) => {
                    th scope="row" { (found.seq) }
                    td { (when::moment(lang, &zone, found.at)) }
                    td { (entry::who(lang, found)) }
                    td { (entry::what(lang, found)) }
                    td { (entry::object(found)) }
                    td {
                        details { summary { (Say::Facts.say(lang)) } (entry::facts(visit, found)) }
                        (entry::proof(lang, found, sealed))
                    }
                },
            } } } }
        } }
    }
}
