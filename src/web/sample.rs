//! Answering a question of the weekly sample, the same for the console and the API.

use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::store::Step;
use crate::store::samples::{self, Answered, ItemId, NotAnswered};

use super::WebState;

/// How many weeks are shown: a season.
pub(super) const WEEKS: u32 = 13;

/// Keeps what `staff` answers by the policy in force: the clause that the comment breaks, or none. Whether they may is checked by
/// the caller.
///
/// # Errors
/// It is not asked of them, or the database failed.
pub(super) async fn answer(
    web: &WebState,
    staff: &str,
    policy: &PolicyVersion,
    item: ItemId,
    clause: Option<ClauseId>,
) -> Result<Answered, NotAnswered> {
    let mut tx = web.store.begin(Step::Act).await?;
    let answered = samples::answer(&mut tx, item, clause, staff, policy, web.clock.now()).await?;
    tx.commit().await?;
    Ok(answered)
}
