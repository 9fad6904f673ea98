//! The same act on many comments: each is done as if it had been asked for alone, and what came of it is told by number.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::comment::CommentId;
use crate::domain::staff::Right;
use crate::store::acts::Seen;
use crate::store::bulks::{self, Bulk, BulkId};

use super::super::WebState;
use super::super::act::Leaves;
use super::super::bulk::{self, MAX, What};
use super::caller::Caller;
use super::idempotent::Given;
use super::problem::Problem;
use super::sent::Body;

type Web = State<Arc<WebState>>;
type Told = Result<(StatusCode, Json<Bulk>), Problem>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkBody {
    what: String,
    comments: Vec<Named>,
    reason: Option<String>,
}

/// A comment, and the revision of it that was read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    comment: CommentId,
    revision: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoBody {
    reason: String,
}

pub(super) async fn act(
    State(web): Web,
    caller: Caller,
    given: Given,
    body: Result<Body<BulkBody>, Problem>,
) -> Told {
    caller.need(Right::ActOnComments)?;
    let Body(BulkBody { what, comments, reason }) = body?;
    let what: What = what.parse().map_err(|_| Problem::unfit_bulk())?;
    let mut on: Vec<_> = comments.iter().map(|one| (one.comment, one.revision.map(Seen::Revision))).collect();
    on.sort_by_key(|(comment, _)| comment.0);
    on.dedup_by_key(|(comment, _)| *comment);
    let ids: Vec<CommentId> = on.iter().map(|(comment, _)| *comment).collect();
    if on.is_empty() || on.len() > MAX {
        return Err(Problem::unfit_bulk());
    }
    if bulks::chosen(&web.store, &ids).await.map_err(Problem::from_store)?.len() < ids.len() {
        return Err(Problem::no_such_comment());
    }
    let reason = reason.unwrap_or_default();
    let key = given.of(&caller);
    let how = (Leaves::AtOnce, key.as_ref());
    let done = bulk::carry_out(&web, caller.name(), &what, &on, &reason, how).await?;
    Ok((StatusCode::CREATED, Json(find(&web, done).await?)))
}

pub(super) async fn told(State(web): Web, caller: Caller, number: Path<String>) -> Told {
    caller.need(Right::ReadComments)?;
    Ok((StatusCode::OK, Json(find(&web, numbered(&number)?).await?)))
}

pub(super) async fn undo(
    State(web): Web,
    caller: Caller,
    number: Path<String>,
    given: Given,
    body: Result<Body<UndoBody>, Problem>,
) -> Told {
    caller.need(Right::ActOnComments)?;
    let Body(UndoBody { reason }) = body?;
    let bulk = find(&web, numbered(&number)?).await?;
    let key = given.of(&caller);
    let undone = bulk::undo(&web, caller.name(), &bulk, &reason, (Leaves::AtOnce, key.as_ref())).await?;
    Ok((StatusCode::CREATED, Json(find(&web, undone).await?)))
}

fn numbered(number: &str) -> Result<BulkId, Problem> {
    number.parse().map(BulkId).map_err(|_| Problem::no_such_bulk())
}

async fn find(web: &WebState, id: BulkId) -> Result<Bulk, Problem> {
    bulks::get(&web.store, id).await.map_err(Problem::from_store)?.ok_or_else(Problem::no_such_bulk)
}
