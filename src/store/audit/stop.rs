//! The word that all writing is stopped, for every process that works on the database: it stands beside the log's head, which
//! each act locks, so that no act of any process is kept after it was said.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::super::error::Doing;
use super::super::sql::{Columns, micros};
use super::super::{Store, StoreError, Tx};
use super::{Head, append};
use crate::domain::audit::AuditEvent;

/// That writing was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Since when.
    pub at: Timestamp,
    /// Why, in the words of the process that stopped it.
    pub why: String,
}

/// Stops all writing, of this process at once and of every other with its next act. Said twice, it stays as it was said first.
/// It is no act of the log, which does not hold, and so the one thing that is written all the same.
///
/// # Errors
/// The database failed: then this process is stopped, and the others do not know.
pub async fn stop(store: &Store, stop: &Stop) -> Result<(), StoreError> {
    store.stop_writing();
    let query = sqlx::query(
        "insert into audit_head (id, head, stopped_at, stopped_why) values (1, $1, $2, $3)
         on conflict (id) do update set stopped_at = excluded.stopped_at, stopped_why = excluded.stopped_why
         where audit_head.stopped_at is null",
    );
    let query = query.bind(Head::default().to_bytes()).bind(micros(stop.at)).bind(stop.why.clone());
    query.execute(&store.writers).await.doing("tell the other processes that writing is stopped").map(drop)
}

/// Whether writing is stopped, and why.
///
/// # Errors
/// The database failed.
pub async fn stopped(store: &Store) -> Result<Option<Stop>, StoreError> {
    let query = sqlx::query("select stopped_at, stopped_why from audit_head where id = 1");
    let row = query.fetch_optional(&store.readers).await.doing("look whether writing is stopped")?;
    Ok(row.map(|row| of(&row)).transpose()?.flatten())
}

/// Lets writing go on, and logs it. The caller has seen that the log holds. Daemons that were stopped are so until they are
/// started again. False where nothing was stopped.
///
/// # Errors
/// The database failed.
pub async fn resume(tx: &mut Tx, event: AuditEvent) -> Result<bool, StoreError> {
    let query = sqlx::query("select stopped_at, stopped_why from audit_head where id = 1");
    let row = query.fetch_optional(tx.conn()).await.doing("look whether writing is stopped")?;
    let Some(Stop { at, why }) = row.map(|row| of(&row)).transpose()?.flatten() else { return Ok(false) };
    sqlx::query("update audit_head set stopped_at = null, stopped_why = null where id = 1")
        .execute(tx.conn())
        .await
        .doing("let writing go on")?;
    append(tx, &[event.word("stopped_at", at.to_string()).word("why", why)]).await?;
    Ok(true)
}

/// What the head's row says of it.
pub(super) fn of(row: &AnyRow) -> Result<Option<Stop>, StoreError> {
    let row = Columns::of("audit_head", row);
    let at = row.instant_or_null("stopped_at")?;
    at.map(|at| Ok(Stop { at, why: row.get("stopped_why")? })).transpose()
}
