//! What people answered to the machine, page by page: data for the judge's next training. It is an export like that of the command
//! line, so each page is logged before anybody has it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::CommentId;
use crate::domain::staff::Right;
use crate::store::audit;
use crate::store::labels::{self, Label};

use super::super::WebState;
use super::caller::Caller;
use super::problem::Problem;
use super::sent::Asked;

/// Labels on a page.
const PAGE: u32 = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: Option<CommentId>,
}

#[derive(Serialize)]
pub(super) struct Labels {
    labels: Vec<Label>,
    /// The `after` of the next page; null on the last one.
    next: Option<CommentId>,
}

pub(super) async fn list(
    State(web): State<Arc<WebState>>,
    caller: Caller,
    query: Result<Asked<After>, Problem>,
) -> Result<Json<Labels>, Problem> {
    caller.need(Right::ReadComments)?;
    let Asked(After { after }) = query?;
    let after = after.unwrap_or(CommentId(0));
    let by = Actor::Staff(caller.name().to_owned());
    let exported = AuditEvent::new(web.clock.now(), by, "comments.exported", "labels").int("after", after.0);
    audit::record_look(&web.store, exported).await.map_err(Problem::from_store)?;
    let found = labels::labels(&web.store, after, PAGE).await;
    let (labels, next) = found.map_err(Problem::from_store)?;
    Ok(Json(Labels { labels, next }))
}
