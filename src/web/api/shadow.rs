//! What a policy in shadow would have done.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::CommentId;
use crate::domain::judge::RuledWord;
use crate::domain::staff::Right;
use crate::store::shadows;

use super::super::WebState;
use super::caller::Caller;
use super::problem::Problem;

#[derive(Serialize)]
pub(super) struct ShadowView {
    policy: String,
    begun_by: String,
    begun_at: Timestamp,
    ended_at: Option<Timestamp>,
    judged: u64,
    unread: u64,
    counts: Vec<AlikeView>,
}

/// Comments about which the same was decided, and the same would have been.
#[derive(Serialize)]
struct AlikeView {
    was: String,
    would: String,
    comments: u64,
    examples: Vec<CommentId>,
}

/// The policy in shadow, or the last that was; null where none ever was.
pub(super) async fn show(
    State(web): State<Arc<WebState>>,
    caller: Caller,
) -> Result<Json<Option<ShadowView>>, Problem> {
    caller.need(Right::ReadService)?;
    let Some(shadow) = shadows::latest(&web.store).await.map_err(Problem::from_store)? else {
        return Ok(Json(None));
    };
    let beside = shadows::beside(&web.store, shadow.id).await.map_err(Problem::from_store)?;
    let (judged, unread) = (beside.judged(), shadow.unread);
    let counts = beside.0.into_iter().map(|((was, would), alike)| AlikeView {
        was: RuledWord(was).to_string(),
        would: RuledWord(would).to_string(),
        comments: alike.count,
        examples: alike.examples,
    });
    let counts = counts.collect();
    let (begun_by, begun_at, ended_at) = (shadow.begun_by, shadow.begun_at, shadow.ended_at);
    Ok(Json(Some(ShadowView { policy: shadow.hash, begun_by, begun_at, ended_at, judged, unread, counts })))
}
