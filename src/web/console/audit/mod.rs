//! The auditor's pages: nothing is changed here, and every look is an entry of the log itself.
//!
//! [`search`] finds entries by person, comment, clause and time, [`story`] tells one comment's story in order and what the
//! public saw at an instant, [`proof`] hands out an entry with the proof that the log holds it. [`log`] shows how the log
//! stands; [`entry`] and [`words`] show an entry to people.

mod entry;
mod log;
mod proof;
mod search;
mod story;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::super::WebState;
use super::failure::Failure;
use super::lang::Lang;
use super::visit::Visit;
use crate::domain::audit::{Altered, EntryView, Field};
use words::Say;

pub(super) use search::PATH;

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new()
        .route(search::PATH, get(search::show))
        .route("/audit/comments/{id}", get(story::show))
        .route("/audit/entries/{seq}/proof", get(proof::download))
}

/// What the pages are called in the frame.
pub(super) fn title(lang: Lang) -> &'static str {
    Say::Title.say(lang)
}

/// Logs that somebody looked at `object`, with what they asked for.
async fn looked(
    web: &WebState,
    visit: &Visit,
    object: String,
    asked: impl IntoIterator<Item = (&'static str, Field)>,
) -> Result<(), Failure> {
    let logged = super::super::looked::looked(web, &visit.staff.name, object, asked).await;
    logged.map_err(|error| Failure::from_store(visit.lang, error))
}

/// Finds out whether all entries that are shown are those that were logged. Where one is not, all changes are stopped, as wherever
/// the log does not hold; reading goes on.
async fn first_altered<'e>(
    web: &WebState,
    visit: &Visit,
    shown: impl IntoIterator<Item = &'e Result<EntryView, Altered>>,
) -> Result<Option<Altered>, Failure> {
    let Some(altered) = shown.into_iter().find_map(|entry| entry.as_ref().err()) else { return Ok(None) };
    stop(web, visit, altered).await.map(|()| Some(*altered))
}

/// Stops all changes for an entry that is not what was logged.
async fn stop(web: &WebState, visit: &Visit, altered: &Altered) -> Result<(), Failure> {
    let stopped = super::super::looked::stop(web, altered).await;
    stopped.map_err(|error| Failure::from_store(visit.lang, error))
}

/// An instant as a browser sends it (`2026-11-24T15:30`), on the official clock.
fn instant(zone: &TimeZone, text: &str) -> Option<Timestamp> {
    let wall: DateTime = text.parse().ok()?;
    zone.to_timestamp(wall).ok()
}

/// The same the other way, for a form that is shown again.
fn wall(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
}
