//! Acts to which a program gave a key: each is done once, and what came of it is told again to whoever asks again.

use jiff::Timestamp;

use crate::store::idempotency::{self, Came, Key, Known};
use crate::store::{Store, Tx};

use super::act::NotDone;

/// What came of the act under this key before, where it has one and anything did.
///
/// # Errors
/// The key was given to another act, or the database failed.
pub(super) async fn came_before(
    store: &Store,
    key: Option<&Key>,
    now: Timestamp,
) -> Result<Option<Came>, NotDone> {
    let Some(key) = key else { return Ok(None) };
    match idempotency::find(store, key, now).await? {
        None => Ok(None),
        Some(Known::Same(came)) => Ok(Some(came)),
        Some(Known::Other) => Err(NotDone::KeyUsed),
    }
}

/// Commits an act with what came of it under its key. Where the same call was done meanwhile, at another node, nothing of this one is
/// kept, and what came of that one is returned.
///
/// # Errors
/// Nothing was kept: the key was given to another act, or the database failed.
pub(super) async fn commit(
    store: &Store,
    mut tx: Tx,
    key: Option<&Key>,
    came: Came,
    now: Timestamp,
) -> Result<Option<Came>, NotDone> {
    if let Some(key) = key
        && !idempotency::keep(&mut tx, key, came, now).await?
    {
        drop(tx);
        let before = came_before(store, Some(key), now).await?;
        return before.map(Some).ok_or(NotDone::KeyUsed);
    }
    tx.commit().await?;
    Ok(None)
}
