//! The weekly sample: what it showed, what is asked next, and answers. A question says neither what the machine concluded nor
//! which comment it is about; the answer to an answer does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::comment::{Comment, Platform};
use crate::domain::interval::Rate;
use crate::domain::policy::ClauseId;
use crate::domain::staff::Right;
use crate::store::comments;
use crate::store::samples::{self, Answered, ItemId, Quality, Question};

use super::super::WebState;
use super::super::act::NotDone;
use super::super::sample::{WEEKS, answer as keep};
use super::caller::Caller;
use super::idempotent::Given;
use super::problem::Problem;
use super::sent::{Asked, Body};

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Shown {
    /// Over all these weeks.
    false_hides: Rate,
    missed: Rate,
    /// The latest first.
    weeks: Vec<Quality>,
}

pub(super) async fn quality(State(web): Web, _caller: Caller) -> Result<Json<Shown>, Problem> {
    let weeks = samples::quality(&web.store, WEEKS).await.map_err(Problem::from_store)?;
    let (false_hides, missed) = samples::together(&weeks);
    Ok(Json(Shown { false_hides, missed, weeks }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: Option<ItemId>,
}

#[derive(Serialize)]
pub(super) struct Next {
    question: Option<QuestionView>,
    /// How many wait for the caller.
    left: u64,
}

#[derive(Serialize)]
struct QuestionView {
    item: ItemId,
    week: Date,
    platform: Platform,
    text: Option<String>,
    /// The comments above it, the top first.
    above: Vec<Said>,
}

/// A comment above.
#[derive(Serialize)]
struct Said {
    ours: bool,
    text: Option<String>,
}

pub(super) async fn next(
    State(web): Web,
    caller: Caller,
    query: Result<Asked<After>, Problem>,
) -> Result<Json<Next>, Problem> {
    caller.need(Right::ActOnComments)?;
    let Asked(After { after }) = query?;
    let found = samples::next(&web.store, caller.name(), after.unwrap_or_default()).await;
    let (question, left) = found.map_err(Problem::from_store)?;
    let question = match question {
        None => None,
        Some(Question { item, week, comment }) => {
            let around = comments::around(&web.store, &comment).await.map_err(Problem::from_store)?;
            let above = around.above.into_iter().map(|one| one.comment);
            let above = above.map(|Comment { ours, text, .. }| Said { ours, text }).collect();
            Some(QuestionView { item, week, platform: comment.platform, text: comment.text, above })
        }
    };
    Ok(Json(Next { question, left }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerBody {
    /// Null where it breaks none; it must be said.
    #[serde(deserialize_with = "Option::deserialize")]
    clause: Option<ClauseId>,
}

pub(super) async fn answer(
    State(web): Web,
    caller: Caller,
    Path(item): Path<String>,
    given: Given,
    body: Result<Body<AnswerBody>, Problem>,
) -> Result<Json<Answered>, Problem> {
    caller.need(Right::ActOnComments)?;
    let item = item.parse().map_err(|_| Problem::no_such_question())?;
    let Body(AnswerBody { clause }) = body?;
    let rules = (web.in_force)().await.ok_or(NotDone::NothingInForce)?;
    let (policy, key) = (rules.policy.version(), given.of(&caller));
    Ok(Json(keep(&web, caller.name(), policy, item, clause, key.as_ref()).await?))
}
