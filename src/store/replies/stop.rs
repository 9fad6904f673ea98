//! Stopping clocks: answered, or owed nothing any longer.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::comment::{CommentId, SourceId};

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx};
use super::{AnsweredBy, CancelReason};

/// A reply of ours that a page carried.
#[derive(Debug, Clone)]
pub struct SeenReply<'a> {
    /// The platform's id of the comment it answers.
    pub parent_id: &'a str,
    /// The platform's id of the reply.
    pub reply_id: &'a str,
    /// When it was written.
    pub at: Timestamp,
}

/// Stops the comment's running clock with an answer given at `at`; false where none runs, or where the answer is older
/// than the promise.
///
/// # Errors
/// The database failed.
pub async fn answer(
    tx: &mut Tx,
    comment: CommentId,
    at: Timestamp,
    by: &AnsweredBy,
) -> Result<bool, StoreError> {
    let (action, seen) = match by {
        AnsweredBy::Action(id) => (Some(id.0), None),
        AnsweredBy::SeenOnPlatform(id) => (None, Some(id.clone())),
    };
    let done = sqlx::query(
        "update reply_clock set state = 'answered', settled_at = $2, answered_by_action = $3, answered_by_seen = $4
         where comment = $1 and state = 'running' and started_at <= $2",
    )
    .bind(comment.0)
    .bind(micros(at))
    .bind(action)
    .bind(seen)
    .execute(tx.conn())
    .await
    .doing("stop a reply clock")?;
    Ok(done.rows_affected() == 1)
}

/// Stops the running clocks of the comments that these replies answer, and returns those comments.
///
/// # Errors
/// The database failed.
pub async fn answer_seen(
    tx: &mut Tx,
    source: &SourceId,
    replies: &[SeenReply<'_>],
) -> Result<Vec<CommentId>, StoreError> {
    let mut owed: HashMap<String, CommentId> = HashMap::new();
    let parents = Rows::of(&[("platform_id", Type::Text)], replies.iter().map(|reply| reply.parent_id));
    for part in parents.parts(tx.dialect()) {
        let parents = part.table("parents", 2);
        let query = sql::query(format!(
            "with {parents}
             select c.platform_id, c.id from comment c join reply_clock k on k.comment = c.id and k.state = 'running'
             where c.source = $1 and c.platform_id in (select platform_id from parents)"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("look up what replies answer")? {
            let comment = Columns::of("comment", &row);
            owed.insert(comment.get("platform_id")?, CommentId(comment.get("id")?));
        }
    }
    let mut answered = Vec::new();
    for reply in replies {
        if let Some(comment) = owed.get(reply.parent_id) {
            let by = AnsweredBy::SeenOnPlatform(reply.reply_id.to_owned());
            if answer(tx, *comment, reply.at, &by).await? {
                answered.push(*comment);
            }
        }
    }
    Ok(answered)
}

/// Stops the comment's running clock without an answer; false where none runs.
///
/// # Errors
/// The database failed.
pub async fn cancel(
    tx: &mut Tx,
    comment: CommentId,
    at: Timestamp,
    reason: CancelReason,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update reply_clock set state = 'cancelled', settled_at = $2, cancel_reason = $3
         where comment = $1 and state = 'running'",
    )
    .bind(comment.0)
    .bind(micros(at))
    .bind(reason.as_str())
    .execute(tx.conn())
    .await
    .doing("cancel a reply clock")?;
    Ok(done.rows_affected() == 1)
}
