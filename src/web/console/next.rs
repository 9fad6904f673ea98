//! Straight to the next comment: the most urgent one that nobody else has or works on and nothing is on its way for.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Redirect;
use serde::Deserialize;

use crate::domain::holder::Holder;
use crate::domain::staff::Right;
use crate::store::comments::{self, ListFilter, ListRow};
use crate::store::working::{self, Here};

use super::super::WebState;
use super::failure::Failure;
use super::inbox;
use super::link::link;
use super::visit::Visit;

pub(super) const PATH: &str = "/next";

/// How far down the list is looked; colleagues have few of its first rows.
const LOOKED_AT: u32 = 60;

#[derive(Debug, Deserialize)]
pub(super) struct Come {
    /// The comment that was just dealt with.
    not: Option<String>,
    /// What was just done to it.
    done: Option<String>,
    /// By what it can be taken back.
    undo: Option<String>,
}

pub(super) async fn go(
    State(web): State<Arc<WebState>>,
    visit: Visit,
    Query(come): Query<Come>,
) -> Result<Redirect, Failure> {
    visit.need(Right::ReadComments)?;
    let filter = ListFilter { limit: LOOKED_AT, ..ListFilter::default() };
    let rows = comments::list(&web.store, &filter, visit.now).await;
    let rows = rows.map_err(|error| Failure::from_store(visit.lang, error))?;
    let me = Holder::Person(visit.staff.name.clone());
    let here = working::here(&web.store, web.wall.now()).await;
    let here = here.map_err(|error| Failure::from_store(visit.lang, error))?;
    let free = |row: &&ListRow| {
        let others = matches!(row.holder, Holder::Person(_)) && row.holder != me;
        let at_work = |one: &Here| {
            one.comment == row.comment.id.0 && one.works_until.is_some() && one.staff != visit.staff.name
        };
        !others
            && !here.iter().any(at_work)
            && row.pending.is_none()
            && come.not.as_deref() != Some(&row.comment.id.to_string())
    };
    let path =
        rows.iter().find(free).map_or(inbox::PATH.to_owned(), |row| format!("/comments/{}", row.comment.id));
    let told = [("done", &come.done), ("undo", &come.undo)];
    let told: Vec<(&str, &str)> =
        told.into_iter().filter_map(|(name, word)| Some((name, word.as_deref()?))).collect();
    Ok(Redirect::to(&link(&path, &told)))
}
