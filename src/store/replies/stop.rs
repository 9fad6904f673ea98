//! Stopping clocks: answered, or owed nothing any longer.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::calendar::Calendar;
use crate::domain::comment::{CommentId, SourceId};
use crate::domain::reply::ClockEvent;

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns};
use super::super::{StoreError, Tx};
use super::happen::{happen, open_of};
use super::thread::{hold, open_in_thread};
use super::{AnsweredBy, CancelReason, Clock, Happened};

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

/// Stops what waits for a reply to this comment, with one that stood on the platform at `at`: its own open clocks, and those of
/// later messages that its author wrote in the thread after an earlier reply. Returns them as they are then; none where none
/// was open, or where the reply is older than the promise. `calendar`, where one is in force, counts those that stood still. The
/// caller [holds](hold) the comment.
///
/// # Errors
/// The database failed.
pub async fn answer(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    comment: CommentId,
    at: Timestamp,
    by: &AnsweredBy,
) -> Result<Vec<Happened>, StoreError> {
    let mut clocks = open_of(tx, comment).await?;
    clocks.extend(open_in_thread(tx, comment).await?);
    stop(tx, calendar, clocks, at, &ClockEvent::Answer(by.clone())).await
}

/// Stops the open clocks of a comment without an answer, and returns them as they are then.
///
/// # Errors
/// The database failed.
pub async fn cancel(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    comment: CommentId,
    at: Timestamp,
    reason: CancelReason,
) -> Result<Vec<Happened>, StoreError> {
    let clocks = open_of(tx, comment).await?;
    stop(tx, calendar, clocks, at, &ClockEvent::Cancel(reason)).await
}

/// The same with one clock, which is held; `None` where it is not open.
///
/// # Errors
/// The database failed.
pub async fn cancel_one(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    clock: &Clock,
    at: Timestamp,
    reason: CancelReason,
) -> Result<Option<Happened>, StoreError> {
    happen(tx, calendar, clock, at, ClockEvent::Cancel(reason), &DecidedBy::Machine).await
}

async fn stop(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    clocks: Vec<Clock>,
    at: Timestamp,
    event: &ClockEvent,
) -> Result<Vec<Happened>, StoreError> {
    let mut stopped = Vec::new();
    for clock in clocks {
        stopped.extend(happen(tx, calendar, &clock, at, event.clone(), &DecidedBy::Machine).await?);
    }
    Ok(stopped)
}

/// Stops the clocks that these replies, seen on the platform, answer; returns them as they are then.
///
/// # Errors
/// The database failed.
pub async fn answer_seen(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    source: &SourceId,
    replies: &[SeenReply<'_>],
) -> Result<Vec<Happened>, StoreError> {
    let mut known: HashMap<String, CommentId> = HashMap::new();
    let parents = Rows::of(&[("platform_id", Type::Text)], replies.iter().map(|reply| reply.parent_id));
    for part in parents.parts(tx.dialect()) {
        let parents = part.among("c.platform_id", 2);
        let query = sql::query(format!(
            "select c.platform_id, c.id from comment c
             where c.source = $1 and {parents}"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("look up what replies answer")? {
            let comment = Columns::of("comment", &row);
            known.insert(comment.get("platform_id")?, CommentId(comment.get("id")?));
        }
    }
    hold(tx, &known.values().copied().collect::<Vec<_>>()).await?;
    let mut answered = Vec::new();
    for reply in replies {
        if let Some(comment) = known.get(reply.parent_id) {
            let by = AnsweredBy::SeenOnPlatform(reply.reply_id.to_owned());
            answered.extend(answer(tx, calendar, *comment, reply.at, &by).await?);
        }
    }
    Ok(answered)
}
