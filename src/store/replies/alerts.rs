//! Deadlines that come near or pass: each is told to staff once.

use jiff::{Timestamp, ToSpan};
use sqlx::any::AnyRow;

use crate::domain::comment::{Platform, SourceId};

use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError, Tx};
use super::{CLOCK, Clock, ClockId, clock};

/// What staff are told about a clock, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alert {
    /// The answer is due soon.
    DueSoon,
    /// The answer is overdue.
    Overdue,
}

/// A clock about which staff must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueClock {
    /// The clock.
    pub clock: Clock,
    /// What they are told.
    pub alert: Alert,
    /// The source of the comment.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
}

/// The running clocks about which staff must be told at `now` and were not, first due first, at most `limit`. A clock
/// that became overdue before its reminder went out is told as overdue alone.
///
/// # Errors
/// The database failed.
pub async fn due(store: &Store, now: Timestamp, limit: u32) -> Result<Vec<DueClock>, StoreError> {
    // An answer at the deadline itself is in time, so it is overdue an instant later.
    let query = sql::query(format!(
        "select {CLOCK}, c.source, c.platform, t.alert
         from (select id, due_at, 'overdue' as alert from reply_clock
               where state = 'running' and told_overdue_at is null and due_at < $1
               union all
               select id, due_at, 'due_soon' as alert from reply_clock
               where state = 'running' and told_due_soon_at is null and told_overdue_at is null
                   and due_soon_at <= $1 and not due_at < $1
               order by due_at, id limit $2) as t
             join reply_clock k on k.id = t.id join comment c on c.id = k.comment
         order by t.due_at, t.id"
    ));
    let query = query.bind(micros(now)).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("look for deadlines to tell")?;
    rows.iter().map(due_clock).collect()
}

fn due_clock(row: &AnyRow) -> Result<DueClock, StoreError> {
    let row = Columns::of("reply_clock", row);
    let alert = if row.get::<&str>("alert")? == "overdue" { Alert::Overdue } else { Alert::DueSoon };
    let (source, platform) = (SourceId(row.get("source")?), row.word("platform")?);
    Ok(DueClock { clock: clock(&row)?, alert, source, platform })
}

/// The next instant at which [`due`] will return something, past ones included.
///
/// # Errors
/// The database failed.
pub async fn next_alert(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(
        "select (select min(due_soon_at) from reply_clock
                 where state = 'running' and told_due_soon_at is null and told_overdue_at is null) as due_soon_at,
             (select min(due_at) from reply_clock where state = 'running' and told_overdue_at is null) as due_at",
    )
    .fetch_one(&store.readers)
    .await
    .doing("look for the next deadline")?;
    let row = Columns::of("reply_clock", &row);
    let overdue = row.instant_or_null("due_at")?.map(|due| due.checked_add(1.microsecond()).unwrap_or(due));
    let soon = row.instant_or_null("due_soon_at")?;
    Ok(soon.into_iter().chain(overdue).min())
}

/// Notes that staff were told; false where they had been already, or the clock runs no longer.
///
/// # Errors
/// The database failed.
pub async fn mark_alerted(
    tx: &mut Tx,
    clock: ClockId,
    alert: Alert,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(match alert {
        Alert::DueSoon => {
            "update reply_clock set told_due_soon_at = $2
             where id = $1 and state = 'running' and told_due_soon_at is null"
        }
        Alert::Overdue => {
            "update reply_clock set told_overdue_at = $2
             where id = $1 and state = 'running' and told_overdue_at is null"
        }
    });
    let done = query.bind(clock.0).bind(micros(at)).execute(tx.conn()).await.doing("note an alert")?;
    Ok(done.rows_affected() == 1)
}
