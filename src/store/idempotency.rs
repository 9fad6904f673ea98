//! Keys that programs give their acts: what came of each is kept with the act, in its transaction, so that one that is sent again,
//! to whichever node and after whatever crash, is answered and not done again.

use jiff::{SignedDuration, Timestamp};

use crate::domain::action::ActionId;

use super::bulks::BulkId;
use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};

/// How long a key is known.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A key and what is asked under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose it is, by their number: two people's keys have nothing to do with each other.
    pub staff: i64,
    /// What they call it.
    pub key: String,
    /// The SHA-256 of what they ask, in hexadecimal.
    pub asked: String,
}

/// What came of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is in the outbox.
    Queued(ActionId),
    /// It waits for a second person.
    Proposed(ActionId),
    /// The same was in the outbox already, or was sent.
    UnderWay,
    /// It needed no platform and is done.
    Settled,
    /// It was one on many comments, and what came of each is noted under this number.
    Many(BulkId),
}

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The same was asked, and this came of it.
    Same(Came),
    /// Something else was asked under it.
    Other,
}

/// What is known of a key at `now`.
///
/// # Errors
/// The database failed.
pub async fn find(store: &Store, key: &Key, now: Timestamp) -> Result<Option<Known>, StoreError> {
    let row = sqlx::query(
        "select asked, outcome, number from idempotency_key where staff = $1 and key = $2 and kept_at > $3",
    )
    .bind(key.staff)
    .bind(key.key.clone())
    .bind(micros(now - KEPT_FOR))
    .fetch_optional(&store.readers)
    .await
    .doing("look up an idempotency key")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("idempotency_key", &row);
    if row.get::<&str>("asked")? != key.asked {
        return Ok(Some(Known::Other));
    }
    let came = match (row.get::<&str>("outcome")?, row.get::<Option<i64>>("number")?) {
        ("queued", Some(number)) => Came::Queued(ActionId(number)),
        ("proposed", Some(number)) => Came::Proposed(ActionId(number)),
        ("many", Some(number)) => Came::Many(BulkId(number)),
        ("under_way", _) => Came::UnderWay,
        ("settled", _) => Came::Settled,
        (outcome, _) => return Err(row.unreadable("outcome", outcome.to_owned())),
    };
    Ok(Some(Known::Same(came)))
}

/// Keeps what came of an act under its key. False where the key was taken meanwhile: then nothing of the act may be committed.
///
/// # Errors
/// The database failed.
pub async fn keep(tx: &mut Tx, key: &Key, came: Came, now: Timestamp) -> Result<bool, StoreError> {
    let old = sqlx::query("delete from idempotency_key where kept_at <= $1").bind(micros(now - KEPT_FOR));
    old.execute(tx.conn()).await.doing("forget idempotency keys of yesterday")?;
    let (outcome, number) = match came {
        Came::Queued(action) => ("queued", Some(action.0)),
        Came::Proposed(action) => ("proposed", Some(action.0)),
        Came::UnderWay => ("under_way", None),
        Came::Settled => ("settled", None),
        Came::Many(bulk) => ("many", Some(bulk.0)),
    };
    let query = sqlx::query(
        "insert into idempotency_key (staff, key, asked, outcome, number, kept_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (staff, key) do nothing",
    );
    let query = query.bind(key.staff).bind(key.key.clone()).bind(key.asked.clone());
    let query = query.bind(outcome).bind(number).bind(micros(now));
    Ok(query.execute(tx.conn()).await.doing("keep an idempotency key")?.rows_affected() == 1)
}
