//! Erasure and holds that a person orders, the same for the API and the command line: the reason is checked here, then one store
//! function in one transaction. Unlike other acts it needs no policy in force: the law does not wait for one.

use jiff::Timestamp;

use crate::domain::comment::CommentId;
use crate::store::acts::Promises;
use crate::store::holds::{self, HeldThing, HoldId};
use crate::store::idempotency::{Came, Key};
use crate::store::{Step, Store, erasure};

use super::act::{NotDone, checked_reason};
use super::once;

/// Erases a comment because the law wants it, once for a key. Whether `staff` may is checked by the caller.
///
/// # Errors
/// Nothing was done, and why.
#[tracing::instrument(skip_all, fields(comment.id = comment.0))]
pub(crate) async fn erase(
    store: &Store,
    staff: &str,
    promises: Option<Promises<'_>>,
    comment: CommentId,
    reason: &str,
    now: Timestamp,
    key: Option<&Key>,
) -> Result<(), NotDone> {
    let reason = checked_reason(reason)?;
    if once::came_before(store, key, now).await?.is_some() {
        return Ok(());
    }
    let mut tx = store.begin(Step::Act).await?;
    erasure::order(&mut tx, staff, promises, comment, &reason, now).await?;
    if once::commit(store, tx, key, Came::Settled, now).await?.is_some() {
        return Ok(());
    }
    metrics::counter!("majlis_erased_comments_total", "cause" => "law").increment(1);
    store.scrub().await;
    Ok(())
}

/// Places a hold. Whether `staff` may is checked by the caller.
///
/// # Errors
/// Nothing was done, and why.
pub(crate) async fn place_hold(
    store: &Store,
    staff: &str,
    on: &HeldThing,
    reason: &str,
    now: Timestamp,
) -> Result<HoldId, NotDone> {
    let reason = checked_reason(reason)?;
    let mut tx = store.begin(Step::Act).await?;
    let id = holds::place(&mut tx, staff, on, &reason, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Lifts a hold. Whether `staff` may is checked by the caller.
///
/// # Errors
/// Nothing was done, and why.
pub(crate) async fn lift_hold(
    store: &Store,
    staff: &str,
    id: HoldId,
    reason: &str,
    now: Timestamp,
) -> Result<(), NotDone> {
    let reason = checked_reason(reason)?;
    let mut tx = store.begin(Step::Act).await?;
    holds::lift(&mut tx, staff, id, &reason, now).await?;
    tx.commit().await?;
    Ok(())
}
