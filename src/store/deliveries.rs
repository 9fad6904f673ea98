//! What platforms' webhooks delivered and is not read yet, as it came: the bytes are signed, and whoever reads them is a stage.
//!
//! Each is a job in the lane that reads its source, so it waits its turn behind a page at most, and is read once.

use jiff::Timestamp;

use crate::domain::comment::SourceId;

use super::error::Doing;
use super::jobs::{self, Lane};
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};

/// Keeps a delivery, and the job to read it.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn keep(tx: &mut Tx, source: &SourceId, body: &[u8], now: Timestamp) -> Result<(), StoreError> {
    let row =
        sqlx::query("insert into delivery (source, received_at, body) values ($1, $2, $3) returning id")
            .bind(source.0.clone())
            .bind(micros(now))
            .bind(body.to_vec())
            .fetch_one(tx.conn())
            .await
            .doing("keep what a webhook delivered")?;
    let id: i64 = Columns::of("delivery", &row).get("id")?;
    jobs::add(tx, &Lane::Poll(source.clone()), &[id.to_string()], now).await
}

/// The bytes of a delivery; `None` where it was read already.
///
/// # Errors
/// The database failed.
pub async fn body(store: &Store, source: &SourceId, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query("select body from delivery where id = $1 and source = $2")
        .bind(id)
        .bind(source.0.clone())
        .fetch_optional(&store.readers)
        .await
        .doing("read what a webhook delivered")?;
    row.map(|row| Columns::of("delivery", &row).get("body")).transpose()
}

/// Forgets a delivery that was read.
///
/// # Errors
/// The database failed.
pub async fn forget(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    sqlx::query("delete from delivery where id = $1")
        .bind(id)
        .execute(tx.conn())
        .await
        .doing("forget what a webhook delivered")?;
    Ok(())
}
