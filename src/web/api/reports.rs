//! Reports: what happened in each month, as the console shows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::report::Line;
use crate::domain::staff::Right;
use crate::domain::transparency::{Decider, What};
use crate::store::topics::{self, TopicNote};

use super::super::figures::Counted;
use super::super::months::first_day;
use super::super::{WebState, topic_notes};
use super::caller::Caller;
use super::idempotent::Given;
use super::problem::Problem;
use super::sent::Body;

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Months {
    /// Null before the sealed log was counted.
    counted: Option<CountedView>,
    /// The latest first.
    months: Vec<String>,
}

/// What figures were counted from.
#[derive(Serialize)]
struct CountedView {
    /// How many entries.
    size: u64,
    /// The Merkle root over them, in hexadecimal.
    root: String,
    /// When the last of them was written: what is open is told as it was then.
    as_of: Timestamp,
}

#[derive(Serialize)]
pub(super) struct MonthView {
    month: String,
    counted: CountedView,
    figures: Vec<FigureView>,
    promises: Vec<Line>,
    /// What changed because of topics, as staff note it; the latest of each.
    notes: Vec<NoteView>,
}

#[derive(Serialize)]
struct NoteView {
    topic: String,
    text: String,
    by: String,
    at: Timestamp,
}

#[derive(Serialize)]
struct FigureView {
    what: What,
    /// Of which topic, clause or clock.
    of: Option<String>,
    by: Option<Decider>,
    count: u64,
}

pub(super) async fn list(State(web): Web, _caller: Caller) -> Json<Months> {
    let counted = web.figures.latest();
    let months = counted.iter().flat_map(|counted| counted.months.keys().rev());
    let months = months.map(|day| day.strftime("%Y-%m").to_string()).collect();
    Json(Months { counted: counted.as_deref().map(CountedView::of), months })
}

pub(super) async fn month(
    State(web): Web,
    _caller: Caller,
    Path(month): Path<String>,
) -> Result<Json<MonthView>, Problem> {
    let counted = web.figures.latest().ok_or_else(Problem::no_such_report)?;
    let found =
        first_day(&month).and_then(|day| counted.months.get(&day)).ok_or_else(Problem::no_such_report)?;
    let figures = found.figures.iter().map(|(figure, count)| FigureView {
        what: figure.what,
        of: figure.of.clone(),
        by: figure.by,
        count: *count,
    });
    let (figures, promises) = (figures.collect(), found.promises.clone());
    let notes = topics::notes(&web.store, &month).await.map_err(Problem::from_store)?;
    let notes = notes.into_iter().map(|(topic, TopicNote { text, by, at })| NoteView { topic, text, by, at });
    let notes = notes.collect();
    Ok(Json(MonthView { month, counted: CountedView::of(&counted), figures, promises, notes }))
}

/// What changed because of a topic.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    text: String,
}

pub(super) async fn note(
    State(web): Web,
    caller: Caller,
    Path((month, topic)): Path<(String, String)>,
    given: Given,
    body: Result<Body<NoteBody>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.need(Right::ActOnComments)?;
    let (Some(day), Some(topic)) = (first_day(&month), web.topics.get(&topic)) else {
        return Err(Problem::no_such_report());
    };
    let Body(NoteBody { text }) = body?;
    let key = given.of(&caller);
    topic_notes::keep(&web, caller.name(), (day, &topic.id), &text, key.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl CountedView {
    fn of(counted: &Counted) -> Self {
        let checkpoint = &counted.checkpoint;
        Self { size: checkpoint.size, root: checkpoint.root.to_string(), as_of: counted.as_of }
    }
}
