//! Who works on what, as the console shows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::staff::Right;
use crate::store::working::{self, Here, Theirs};
use crate::store::{Step, StoreError, comments};

use super::super::WebState;
use super::super::live::LEASE;
use super::caller::Caller;
use super::problem::Problem;
use super::sent::{Body, Numbered};

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Working {
    here: Vec<Here>,
}

/// What is asked of the lease on a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asked {
    Take,
    TakeOver,
    Release,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkBody {
    lease: Asked,
}

pub(super) async fn here(State(web): Web, caller: Caller) -> Result<Json<Working>, Problem> {
    caller.need(Right::ReadComments)?;
    let here = working::here(&web.store, web.wall.now()).await.map_err(Problem::from_store)?;
    Ok(Json(Working { here }))
}

pub(super) async fn work(
    State(web): Web,
    caller: Caller,
    Numbered(comment): Numbered,
    body: Result<Body<WorkBody>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.need(Right::ActOnComments)?;
    let Body(WorkBody { lease }) = body?;
    if comments::get(&web.store, comment).await.map_err(Problem::from_store)?.is_none() {
        return Err(Problem::no_such_comment());
    }
    let now = web.wall.now();
    let done = async {
        let mut tx = web.store.begin(Step::Keep).await?;
        let theirs = if lease == Asked::TakeOver { Theirs::IsTakenOver } else { Theirs::Holds };
        let done = match lease {
            Asked::Release => working::release(&mut tx, comment, caller.id()).await.map(|()| true)?,
            _ => working::lease(&mut tx, comment, caller.id(), now, now + LEASE, theirs).await?,
        };
        tx.commit().await?;
        Ok::<bool, StoreError>(done)
    };
    match done.await.map_err(Problem::from_store)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::worked_on()),
    }
}
