//! What stands around a comment, as its page shows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::domain::staff::Right;
use crate::store::comments::{self, Around, Near};

use super::super::WebState;
use super::caller::Caller;
use super::comments::CommentView;
use super::problem::Problem;
use super::sent::Numbered;

#[derive(Serialize)]
pub(super) struct Thread {
    /// The comments above it, the top first, with what was decided about them.
    above: Vec<CommentView>,
    /// What answers it, the oldest first: the public's and ours.
    below: Vec<CommentView>,
    /// What its author wrote before on the same platform, the latest first.
    earlier: Vec<CommentView>,
}

pub(super) async fn read(
    State(web): State<Arc<WebState>>,
    caller: Caller,
    number: Result<Numbered, Problem>,
) -> Result<Json<Thread>, Problem> {
    caller.need(Right::ReadComments)?;
    let Numbered(id) = number?;
    let comment = comments::get(&web.store, id).await.map_err(Problem::from_store)?;
    let comment = comment.ok_or_else(Problem::no_such_comment)?;
    let around = comments::around(&web.store, &comment).await.map_err(Problem::from_store)?;
    let Around { above, below, earlier } = around;
    let view = |Near { comment, last }| {
        let view = CommentView::of(comment);
        match last {
            Some(last) => view.decided(last.verdict, last.clause, last.kind, last.decided_by),
            None => view,
        }
    };
    let views = |comments: Vec<Near>| comments.into_iter().map(view).collect();
    Ok(Json(Thread { above: views(above), below: views(below), earlier: views(earlier) }))
}
