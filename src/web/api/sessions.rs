//! The caller's own sessions of the console: which there are, and ending one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::store::sessions::{self, Session};
use crate::store::{Step, StoreError, audit};

use super::super::{WebState, letting_in};
use super::caller::Caller;
use super::problem::Problem;

type Web = State<Arc<WebState>>;

#[derive(Serialize)]
pub(super) struct Sessions {
    /// The latest first.
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    /// It opens nothing.
    id: String,
    /// How its owner came in.
    way: &'static str,
    /// What the browser says it is.
    browser: String,
    opened_at: Timestamp,
    seen_at: Timestamp,
}

pub(super) async fn list(State(web): Web, caller: Caller) -> Result<Json<Sessions>, Problem> {
    let found = sessions::of(&web.store, caller.id(), web.wall.now()).await.map_err(Problem::from_store)?;
    let view = |Session { id, way, browser, opened_at, seen_at, .. }: Session| SessionView {
        id,
        way: way.as_str(),
        browser,
        opened_at,
        seen_at,
    };
    Ok(Json(Sessions { sessions: found.into_iter().map(view).collect() }))
}

/// Ending what is not there is done already. The token proves what the console asks whoever was signed in for long to prove.
pub(super) async fn end(
    State(web): Web,
    caller: Caller,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    if session.contains('\0') {
        return Ok(StatusCode::NO_CONTENT); // None is called so, and PostgreSQL takes none as a value.
    }
    let ended = async {
        let mut tx = web.store.begin(Step::Keep).await?;
        if sessions::end(&mut tx, caller.id(), &session).await? {
            let entry = letting_in::passing(&web, caller.staff(), "staff.signed_out_elsewhere");
            audit::append(&mut tx, &[entry]).await?;
            tx.commit().await?;
        }
        Ok::<(), StoreError>(())
    };
    ended.await.map_err(Problem::from_store)?;
    Ok(StatusCode::NO_CONTENT)
}
