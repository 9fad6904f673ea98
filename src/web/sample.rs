//! Answering a question of the weekly sample, the same for the console and the API.

use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::store::Step;
use crate::store::idempotency::{Came, Key};
use crate::store::samples::{self, Answered, ItemId, NotAnswered};

use super::act::NotDone;
use super::{WebState, once};

/// How many weeks are shown: a season.
pub(super) const WEEKS: u32 = 13;

/// Keeps what `staff` answers by the policy in force, once for a key: the clause that the comment breaks, or none. Whether they may
/// is checked by the caller.
///
/// # Errors
/// It is not asked of them, or the database failed.
pub(super) async fn answer(
    web: &WebState,
    staff: &str,
    policy: &PolicyVersion,
    item: ItemId,
    clause: Option<ClauseId>,
    key: Option<&Key>,
) -> Result<Answered, NotDone> {
    let now = web.clock.now();
    if once::came_before(&web.store, key, now).await?.is_some() {
        return Ok(told_again(web, staff, item).await?);
    }
    let mut tx = web.store.begin(Step::Act).await?;
    let answered = samples::answer(&mut tx, item, clause, staff, policy, now).await?;
    match once::commit(&web.store, tx, key, Came::Settled, now).await? {
        None => Ok(answered),
        Some(_) => Ok(told_again(web, staff, item).await?),
    }
}

async fn told_again(web: &WebState, staff: &str, item: ItemId) -> Result<Answered, NotAnswered> {
    samples::answered_by(&web.store, item, staff).await?.ok_or(NotAnswered::NoSuchItem)
}
