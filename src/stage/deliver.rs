//! Deliveries of a platform's webhook: read, and what they tell of taken in as a page's comments are. They only come sooner:
//! that nothing is missed is polling's to see to.

use super::access::{self, CallError};
use super::claimed::{again_at, drop_job};
use super::source::Source;
use super::{Context, StageError, look, take_in, trouble};
use crate::domain::comment::Incoming;
use crate::domain::quota::Errand;
use crate::platform::{Call, Delivered};
use crate::store::jobs::{self, Claim};
use crate::store::{Step, comments, deliveries};

/// How many comments of one delivery are asked for; what else it tells of, polling finds.
const LOOKS_MAX: usize = 50;

/// Reads the delivery that the claim names.
#[tracing::instrument(skip_all, fields(source = %source.config.id, job.id = %claim.lease.job))]
pub(crate) async fn deliver(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let Ok(id) = claim.key.parse::<i64>() else { return drop_job(ctx, claim).await };
    let Some(body) = deliveries::body(&ctx.store, &source.config.id, id).await? else {
        return drop_job(ctx, claim).await;
    };
    let now = ctx.clock.now();
    let Delivered { comments: told, mut changed, unreadable } = source.api.delivered(&body, now);
    if unreadable > 0 {
        tracing::warn!(
            unreadable,
            "a delivery held changes that cannot be read; the rest of it was taken in"
        );
    }
    let ids: Vec<String> = told.iter().map(|comment| comment.platform_id.clone()).collect();
    let known = comments::known(&ctx.store, &source.config.id, &ids).await?;
    // A delivery may come hours late, so what it says of a comment that is known may be long past: it is asked for.
    let (again, new): (Vec<Incoming>, Vec<Incoming>) =
        told.into_iter().partition(|comment| known.contains_key(&comment.platform_id));
    take_in::take_in(ctx, source, &new, now).await?;
    let differ = again.into_iter().filter(|comment| known[&comment.platform_id].differs(comment));
    changed.extend(differ.map(|comment| comment.platform_id));
    changed.sort();
    changed.dedup();
    changed.truncate(LOOKS_MAX);
    for few in changed.chunks(source.api.look_max()) {
        if let Err(error) = look::at(ctx, source, claim, few).await {
            let later = trouble::retry_at(ctx, source, error).await?;
            return again_at(ctx, claim, later).await;
        }
        let mut tx = ctx.store.begin(Step::Keep).await?;
        jobs::extend(&mut tx, &claim.lease, ctx.clock.now() + ctx.settings.lease).await?;
        tx.commit().await?;
    }
    let mut tx = ctx.store.begin(Step::Read).await?;
    deliveries::forget(&mut tx, id).await?;
    jobs::complete(&mut tx, &[claim.lease]).await?;
    tx.commit().await?;
    Ok(())
}

/// Has the platform deliver what happens to this source, where its webhook is set up: without this call nothing is delivered
/// and nothing fails. A refusal costs the webhook alone; reading goes on.
pub(super) async fn subscribe(ctx: &Context, source: &Source) -> Result<(), StageError> {
    let now = ctx.clock.now();
    if source.config.webhook.is_none() || !source.subscription.is_due(now) {
        return Ok(());
    }
    let answer = access::call(ctx, source, Errand::Ask, move |access, now| async move {
        source.api.subscribe(Call { access: &access, now }).await
    });
    let answered = match answer.await {
        Ok(()) => true,
        Err(CallError::Stage(error)) => return Err(error),
        Err(error) => {
            tracing::warn!(
                ?error,
                "the platform would not be subscribed to; comments are found by polling alone"
            );
            false
        }
    };
    source.subscription.asked(answered, now);
    Ok(())
}
