//! Reply clocks: from the comment's writing to our answer.

mod alerts;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::{CommentId, SourceId};
use crate::domain::judge::Kind;

pub use crate::domain::reply::{AnsweredBy, CancelReason, ClockState};
pub use alerts::{Alert, DueClock, due, mark_alerted, next_alert};

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{StoreError, Tx, audit};

/// The number of a reply clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockId(pub i64);

/// A clock to be opened.
#[derive(Debug, Clone)]
pub struct NewClock<'a> {
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// How the deadline was reached, as JSON, so that an auditor can redo the sum.
    pub basis: &'a str,
}

/// A clock as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its number.
    pub id: ClockId,
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// How the deadline was reached, as JSON.
    pub basis: String,
    /// How far it has come.
    pub state: ClockState,
}

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

/// Opens clocks. A comment whose clock runs keeps it. One that a reply of ours, given since `started_at`, answers already
/// is opened and stopped at once, with its audit entries. Returns the comments whose clock was opened and runs.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn open(
    tx: &mut Tx,
    clocks: &[NewClock<'_>],
    now: Timestamp,
) -> Result<Vec<CommentId>, StoreError> {
    let mut opened = BTreeMap::new();
    for chunk in sql::chunks(clocks) {
        let rows = sql::rows(chunk.len(), 8, 1);
        let mut query = sql::query(format!(
            "insert into reply_clock (comment, kind, opened_at, started_at, due_soon_at, due_at, basis, state)
             values {rows} on conflict (comment) where state = 'running' do nothing returning id, comment"
        ));
        for clock in chunk {
            query = query
                .bind(clock.comment.0)
                .bind(clock.kind.as_str())
                .bind(micros(now))
                .bind(micros(clock.started_at))
                .bind(micros(clock.due_soon_at))
                .bind(micros(clock.due_at))
                .bind(clock.basis.to_owned())
                .bind("running");
        }
        for row in query.fetch_all(tx.conn()).await.doing("open reply clocks")? {
            let row = Columns::of("reply_clock", &row);
            opened.insert(ClockId(row.get("id")?), CommentId(row.get("comment")?));
        }
    }
    for (comment, given) in given_already(tx, &opened).await? {
        if let Some(clock) = clocks.iter().find(|clock| clock.comment == comment) {
            stop_at_once(tx, clock, &given, now).await?;
            opened.retain(|_, open| *open != comment);
        }
    }
    Ok(opened.into_values().collect())
}

/// An answer that was there before the clock.
#[derive(Debug)]
struct Given {
    at: Timestamp,
    by: AnsweredBy,
}

/// The first answer to each of these comments that was given after its clock started.
async fn given_already(
    tx: &mut Tx,
    opened: &BTreeMap<ClockId, CommentId>,
) -> Result<BTreeMap<CommentId, Given>, StoreError> {
    let mut first: BTreeMap<CommentId, Given> = BTreeMap::new();
    let ids: Vec<i64> = opened.keys().map(|clock| clock.0).collect();
    for chunk in sql::chunks(&ids) {
        let (seen, sent) = (sql::list(chunk.len(), 1), sql::list(chunk.len(), 1));
        let query = sql::query(format!(
            "select k.comment, o.starts_at as given_at, o.platform_id as seen, null as action
             from reply_clock k join comment c on c.id = k.comment
                 join comment o on o.source = c.source and o.parent_id = c.platform_id and o.written_by = 'us'
             where k.id in ({seen}) and o.starts_at >= k.started_at
             union all
             select k.comment, a.settled_at, null, a.id
             from reply_clock k join action a on a.comment = k.comment and a.act = 'reply' and a.state = 'confirmed'
             where k.id in ({sent}) and a.settled_at >= k.started_at"
        ));
        let query = chunk.iter().fold(query, |query, id| query.bind(*id));
        for row in query.fetch_all(tx.conn()).await.doing("look for answers given already")? {
            let row = Columns::of("reply_clock", &row);
            let by = match row.get::<Option<i64>>("action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("seen")?),
            };
            let (comment, at) = (CommentId(row.get("comment")?), row.instant("given_at")?);
            match first.get(&comment) {
                Some(known) if known.at <= at => {}
                _ => drop(first.insert(comment, Given { at, by })),
            }
        }
    }
    Ok(first)
}

async fn stop_at_once(
    tx: &mut Tx,
    clock: &NewClock<'_>,
    given: &Given,
    now: Timestamp,
) -> Result<(), StoreError> {
    answer(tx, clock.comment, given.at, &given.by).await?;
    let entry =
        |act| AuditEvent::new(now, Actor::Machine("moderate"), act, format!("comment:{}", clock.comment));
    let opened = entry("clock.opened")
        .word("kind", clock.kind.as_str())
        .word("started_at", clock.started_at.to_string())
        .word("due_at", clock.due_at.to_string());
    let answered = entry("clock.answered").word("answered_at", given.at.to_string());
    audit::append(tx, &[opened, answered]).await
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
    for chunk in sql::chunks(replies) {
        let ids = sql::list(chunk.len(), 2);
        let query = sql::query(format!(
            "select c.platform_id, c.id from comment c join reply_clock k on k.comment = c.id and k.state = 'running'
             where c.source = $1 and c.platform_id in ({ids})"
        ));
        let query = chunk
            .iter()
            .fold(query.bind(source.0.clone()), |query, reply| query.bind(reply.parent_id.to_owned()));
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

/// The columns of `reply_clock k` that [`clock`] reads.
pub(super) const CLOCK: &str = "k.id as clock_id, k.comment as clock_comment, k.kind as clock_kind, k.started_at, k.due_soon_at, \
    k.due_at, k.basis, k.state as clock_state, k.settled_at, k.answered_by_action, k.answered_by_seen, k.cancel_reason";

/// The clock in a row that holds [`CLOCK`].
pub(super) fn clock(row: &Columns<'_>) -> Result<Clock, StoreError> {
    let state = match row.get("clock_state")? {
        "running" => ClockState::Running,
        "answered" => {
            let by = match row.get::<Option<i64>>("answered_by_action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("answered_by_seen")?),
            };
            ClockState::Answered { at: row.instant("settled_at")?, by }
        }
        "cancelled" => {
            let word: &str = row.get("cancel_reason")?;
            let reason = CancelReason::from_word(word)
                .map_err(|_| row.unreadable("cancel_reason", word.to_owned()))?;
            ClockState::Cancelled { at: row.instant("settled_at")?, reason }
        }
        other => return Err(row.unreadable("state", other.to_owned())),
    };
    Ok(Clock {
        id: ClockId(row.get("clock_id")?),
        comment: CommentId(row.get("clock_comment")?),
        kind: row.word("clock_kind")?,
        started_at: row.instant("started_at")?,
        due_soon_at: row.instant("due_soon_at")?,
        due_at: row.instant("due_at")?,
        basis: row.get("basis")?,
        state,
    })
}

/// The clock in a row of a left join, if there is one.
pub(super) fn clock_or_none(row: &Columns<'_>) -> Result<Option<Clock>, StoreError> {
    match row.get::<Option<i64>>("clock_id")? {
        Some(_) => clock(row).map(Some),
        None => Ok(None),
    }
}
