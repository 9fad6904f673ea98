//! Who is signed in, and where; their password.

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use crate::store::{StoreError, sessions, staff};

use super::super::WebState;
use super::door_words::{self, Word};
use super::failure::Failure;
use super::phrase::{Phrase, notice};
use super::visit::Visit;
use super::{page, password, words};

pub(super) const PATH: &str = "/account";

/// What was just done.
#[derive(Deserialize)]
pub(super) struct Come {
    done: Option<String>,
}

pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(come): Query<Come>,
) -> Result<Markup, Failure> {
    let done = match come.done.as_deref() {
        Some("password") => Some(Word::Changed),
        Some("session") => Some(Word::Ended),
        _ => None,
    };
    let note = done.map(|done| notice(done.say(visit.lang)));
    render(&web, &visit, note).await.map_err(|error| Failure::from_store(visit.lang, error))
}

/// The page, with what came of a form.
pub(super) async fn render(
    web: &WebState,
    visit: &Visit,
    note: Option<Markup>,
) -> Result<Markup, StoreError> {
    let lang = visit.lang;
    let all = sessions::of(&web.store, visit.staff.id, visit.wall).await?;
    let has_password =
        staff::by_name(&web.store, &visit.staff.name).await?.is_some_and(|(_, hash)| hash.is_some());
    let title = Phrase::Account.say(lang);
    Ok(page::of(
        visit,
        title,
        PATH,
        html! {
            h1 { (title) }
            @if let Some(note) = note { (note) }
            section.panel {
                dl.facts {
                    dt { (Phrase::SignedInAs.say(lang)) } dd { bdi { (visit.staff.name) } }
                    dt { (Phrase::Role.say(lang)) } dd { (words::role(lang, visit.staff.role)) }
                    dt { (Word::CameIn.say(lang)) } dd { (door_words::way(lang, visit.session.way)) }
                }
            }
            section.panel {
                h2 { (Word::Password.say(lang)) }
                @if has_password { (password::change_form(visit)) } @else { p.quiet { (Word::NoPassword.say(lang)) } }
            }
            (super::sessions::table(visit, &all))
        },
    ))
}
