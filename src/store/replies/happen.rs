//! Something happens to a clock, and what follows is written.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::calendar::Calendar;
use crate::domain::comment::CommentId;
use crate::domain::reply::{AnsweredBy, ClockEvent, ClockState, Due, Run};

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::holding;
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx};
use super::{CLOCK, Clock, Happened, Timing, clock, points};

/// The open clocks of a comment, held until the transaction ends.
pub(super) async fn open_of(tx: &mut Tx, comment: CommentId) -> Result<Vec<Clock>, StoreError> {
    let hold = hold(tx);
    let query = sql::query(format!(
        "select {CLOCK} from reply_clock k
         where k.comment = $1 and k.state in ('running', 'paused') order by k.id {hold}"
    ));
    let rows = query.bind(comment.0).fetch_all(tx.conn()).await.doing("read a comment's open clocks")?;
    rows.iter().map(|row| clock(&Columns::of("reply_clock", row))).collect()
}

/// Keeps the clocks that a statement reads from others. On SQLite nobody else writes.
pub(super) fn hold(tx: &Tx) -> &'static str {
    match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "for update of k",
    }
}

/// Lets an event happen to a clock. `None` where it cannot happen to this clock, or changes nothing; so it is too with a pause
/// and a resumption where `calendar` promises nothing to it any more, or did not count it yet. A clock that is stopped while it
/// stands still keeps the time that was left where no calendar counts it.
pub(super) async fn happen(
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    was: &Clock,
    at: Timestamp,
    event: ClockEvent,
    by: &DecidedBy,
) -> Result<Option<Happened>, StoreError> {
    let Ok(run) = run_of(tx, was).await?.after(at, event) else { return Ok(None) };
    if run.state == was.state {
        return Ok(None);
    }
    let stands_still = |state: &ClockState| matches!(state, ClockState::Paused { .. });
    let anew = calendar.filter(|calendar| was.timing.calendar == *calendar.version());
    let anew = anew.filter(|_| stands_still(&was.state) || stands_still(&run.state));
    let timing = match anew.and_then(|calendar| Timing::of(calendar, &run, was, was.proof().as_ref())) {
        Some(timing) => timing,
        None if run.state.is_open() => return Ok(None),
        None => was.timing.clone(),
    };
    let now = was.at(timing, run.state.clone());
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
    let held = if now.state.is_open() { Vec::new() } else { holding::of_in(tx, now.comment).await? };
    Ok(Some(Happened { clock: now, run, held }))
}

/// The run of a clock with all its pauses.
pub(super) async fn run_of(tx: &mut Tx, clock: &Clock) -> Result<Run, StoreError> {
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

/// Writes how far a clock has come and when it is due; its next point is to be reckoned. Its row is held.
pub(super) async fn write(tx: &mut Tx, clock: &Clock) -> Result<(), StoreError> {
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
    sqlx::query(
        "update reply_clock set state = $2, settled_at = $3, answered_by_action = $4, answered_by_seen = $5,
             solved_by = $6, cancel_reason = $7, due_at = $8, due_soon_at = $9, remaining_s = $10, calendar = $11,
             basis = $12, generation = $13, priority = $14, shortened_at = $15, breached_at = $16,
             breach_withdrawn_at = $17, own_target = $18, kind = $19
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
    .bind(clock.shortened_at.map(micros))
    .bind(clock.withdrawn_breach().map(micros))
    .bind(clock.breach_withdrawn_at.map(micros))
    .bind(clock.own_target.map(|target| serde_json::to_string(&target).expect("a target is plain data")))
    .bind(clock.kind.as_str())
    .execute(tx.conn())
    .await
    .doing("write a reply clock")?;
    match (&clock.state, clock.timing.due.at()) {
        (ClockState::Running, Some(due_at)) => points::reckon_anew(tx, [(clock.id, due_at)]).await,
        _ => points::forget(tx, clock.id).await,
    }
}
