//! A claimed job with which nothing else is written.

use jiff::Timestamp;

use super::{Context, StageError};
use crate::store::Step;
use crate::store::jobs::{self, Claim};

/// It is due again at `due_at`.
pub(super) async fn again_at(ctx: &Context, claim: &Claim, due_at: Timestamp) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::reschedule(&mut tx, &claim.lease, due_at).await?;
    tx.commit().await?;
    Ok(())
}

/// It has nothing left to do.
pub(super) async fn drop_job(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::complete(&mut tx, &[claim.lease]).await?;
    tx.commit().await?;
    Ok(())
}
