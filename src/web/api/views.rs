//! Lists that the caller keeps by name, as the console shows them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::staff::Right;
use crate::store::Step;
use crate::store::views::{self, View};

use super::super::WebState;
use super::super::kept::{checked, keep_in};
use super::caller::Caller;
use super::problem::Problem;
use super::sent::Body;

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Views {
    views: Vec<View>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeepBody {
    name: String,
    query: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgetBody {
    name: String,
}

pub(super) async fn list(State(web): Web, caller: Caller) -> Result<Json<Views>, Problem> {
    caller.need(Right::ReadComments)?;
    let views = views::of(&web.store, caller.id()).await.map_err(Problem::from_store)?;
    Ok(Json(Views { views }))
}

pub(super) async fn keep(
    State(web): Web,
    caller: Caller,
    body: Result<Body<KeepBody>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.need(Right::ReadComments)?;
    let Body(body) = body?;
    let view = checked(&body.name, &body.query).ok_or_else(Problem::unfit_view)?;
    match keep_in(&web, caller.id(), &view).await.map_err(Problem::from_store)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::too_many_views()),
    }
}

/// Forgetting what is not there is done already.
pub(super) async fn forget(
    State(web): Web,
    caller: Caller,
    body: Result<Body<ForgetBody>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.need(Right::ReadComments)?;
    let Body(body) = body?;
    if body.name.contains('\0') {
        return Ok(StatusCode::NO_CONTENT); // Nothing has such a name, and PostgreSQL takes none as a value.
    }
    let mut tx = web.store.begin(Step::Keep).await.map_err(Problem::from_store)?;
    views::forget(&mut tx, caller.id(), &body.name).await.map_err(Problem::from_store)?;
    tx.commit().await.map_err(Problem::from_store)?;
    Ok(StatusCode::NO_CONTENT)
}
