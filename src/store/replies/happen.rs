//! Something happens to a clock, and what follows is written.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::CommentId;
use crate::domain::reply::{AnsweredBy, ClockEvent, ClockState, Due, Run};

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx};
use super::{CLOCK, Clock, Happened, clock};

/// The open clocks of a comment, held until the transaction ends.
pub(super) async fn open_of(tx: &mut Tx, comment: CommentId) -> Result<Vec<Clock>, StoreError> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time: nobody else changes them
        Dialect::Postgres => "for update of k",
    };
    let query = sql::query(format!(
        "select {CLOCK} from reply_clock k
         where k.comment = $1 and k.state in ('running', 'paused') order by k.id {hold}"
    ));
    let rows = query.bind(comment.0).fetch_all(tx.conn()).await.doing("read a comment's open clocks")?;
    rows.iter().map(|row| clock(&Columns::of("reply_clock", row))).collect()
}

/// Lets an event happen to a clock. `None` where it cannot happen to this clock, or changes nothing.
pub(super) async fn happen(
    tx: &mut Tx,
    was: &Clock,
    at: Timestamp,
    event: ClockEvent,
    by: &DecidedBy,
) -> Result<Option<Happened>, StoreError> {
    let Ok(run) = run_of(tx, was).await?.after(at, event) else { return Ok(None) };
    if run.state == was.state {
        return Ok(None);
    }
    let now = Clock { state: run.state.clone(), ..was.clone() };
    match (&was.state, &now.state) {
        (ClockState::Running, ClockState::Paused { reason, .. }) => {
            let text = "insert into clock_pause (clock, from_at, reason, actor) values ($1, $2, $3, $4)";
            let query = sqlx::query(text).bind(was.id.0).bind(micros(at)).bind(reason.as_str());
            query.bind(by.to_string()).execute(tx.conn()).await.doing("keep a pause")?;
        }
        (ClockState::Paused { since, .. }, _) => {
            let text = "update clock_pause set until_at = $2 where clock = $1 and until_at is null";
            let query = sqlx::query(text).bind(was.id.0).bind(micros(at.max(*since)));
            query.execute(tx.conn()).await.doing("close a pause")?;
        }
        _ => {}
    }
    write(tx, &now).await?;
    Ok(Some(Happened { clock: now, run }))
}

/// The run of a clock with all its pauses.
async fn run_of(tx: &mut Tx, clock: &Clock) -> Result<Run, StoreError> {
    let query = sqlx::query(
        "select from_at, until_at from clock_pause where clock = $1 and until_at is not null order by from_at, id",
    );
    let rows = query.bind(clock.id.0).fetch_all(tx.conn()).await.doing("read the pauses of a clock")?;
    let pause = |row: &AnyRow| {
        let row = Columns::of("clock_pause", row);
        Ok((row.instant("from_at")?, row.instant("until_at")?))
    };
    let pauses = rows.iter().map(pause).collect::<Result<_, StoreError>>()?;
    Ok(Run { clock: clock.clock, started_at: clock.started_at, state: clock.state.clone(), pauses })
}

/// Writes how far a clock has come and when it is due. Its row is held.
async fn write(tx: &mut Tx, clock: &Clock) -> Result<(), StoreError> {
    let (action, seen) = match &clock.state {
        ClockState::Answered { by: AnsweredBy::Action(id), .. } => (Some(id.0), None),
        ClockState::Answered { by: AnsweredBy::SeenOnPlatform(id), .. } => (None, Some(id.clone())),
        _ => (None, None),
    };
    let (solved_by, cancel_reason) = match &clock.state {
        ClockState::Solved { by, .. } => (Some(format!("staff:{by}")), None),
        ClockState::Cancelled { reason, .. } => (None, Some(reason.as_str())),
        _ => (None, None),
    };
    let (due_at, due_soon_at, remaining) = match clock.timing.due {
        Due::At { due_at, due_soon_at } => (Some(micros(due_at)), Some(micros(due_soon_at)), None),
        Due::Left { remaining } => (None, None, Some(i64::try_from(remaining.0).unwrap_or(i64::MAX))),
    };
    let next_point = clock.timing.next_point.as_ref().filter(|_| clock.state == ClockState::Running);
    sqlx::query(
        "update reply_clock set state = $2, settled_at = $3, answered_by_action = $4, answered_by_seen = $5,
             solved_by = $6, cancel_reason = $7, due_at = $8, due_soon_at = $9, remaining_s = $10, calendar = $11,
             basis = $12, generation = $13, priority = $14, next_point_at = $15, next_point = $16
         where id = $1",
    )
    .bind(clock.id.0)
    .bind(clock.state.word())
    .bind(clock.state.stopped_at().map(micros))
    .bind(action)
    .bind(seen)
    .bind(solved_by)
    .bind(cancel_reason)
    .bind(due_at)
    .bind(due_soon_at)
    .bind(remaining)
    .bind(clock.timing.calendar.to_string())
    .bind(clock.timing.basis.clone())
    .bind(clock.generation)
    .bind(clock.priority.as_str())
    .bind(next_point.map(|(at, _)| micros(*at)))
    .bind(next_point.map(|(_, point)| point.clone()))
    .execute(tx.conn())
    .await
    .doing("write a reply clock")?;
    Ok(())
}
