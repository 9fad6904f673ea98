//! Erasure of what has expired: a look a day, by the configuration's schedule.
//!
//! One job for the whole installation. It goes by what there still is, a batch a transaction, so it may die anywhere and goes
//! on where it stopped. What a hold keeps is found by the first look after the hold was lifted. What is gone from its platform
//! does not wait for the day's look: [`super::look`] calls for one when it finds it gone for good. At the end of a look
//! nothing of what was erased is left in the database's files.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Context, StageError};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::retention::{Cause, Class, Retention};
use crate::store::acts::Promises;
use crate::store::erasure::{self, Erasing, Expired, Outcome};
use crate::store::jobs::{self, Claim};
use crate::store::{Step, Tx, audit};

/// How many comments one transaction erases: each is a dozen statements, and others wait meanwhile.
const BATCH: u32 = 100;
/// Who erases, in the audit log.
const ACTOR: Actor = Actor::Machine("retain");

/// Erases a batch; where nothing is left, sets the next look.
#[tracing::instrument(skip_all)]
pub(crate) async fn retain(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let expired = erasure::expired(&ctx.store, &ctx.retention.kept, now, BATCH).await?;
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
    let zone = calendar.map_or(TimeZone::UTC, |calendar| calendar.time_zone().clone());
    let promises = calendar.map(|calendar| Promises { calendar, routing: &ctx.routing });
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let (entries, erased) = erase(ctx, &mut tx, promises, &expired, now).await?;
    let next = if entries.is_empty() { ctx.retention.schedule.next_after(now, &zone) } else { now };
    jobs::reschedule(&mut tx, &claim.lease, next).await?;
    audit::append(&mut tx, &entries).await?;
    tx.commit().await?;
    for (cause, count) in erased {
        tracing::info!(cause = %cause, comments = count, "comments were erased");
        metrics::counter!("majlis_erased_comments_total", "cause" => cause.as_str()).increment(count);
    }
    if next > now {
        ctx.store.scrub().await;
    }
    Ok(())
}

/// Erases what was found, and tells what the log says of it, and how many comments went for what cause.
async fn erase(
    ctx: &Context,
    tx: &mut Tx,
    promises: Option<Promises<'_>>,
    expired: &Expired,
    now: Timestamp,
) -> Result<(Vec<AuditEvent>, HashMap<Cause, u64>), StageError> {
    let (mut entries, mut erased) = (Vec::new(), HashMap::new());
    let outcomes = erasure::erase_all(tx, promises, &expired.comments, &ACTOR, now).await?;
    for ((_, cause), outcome) in expired.comments.iter().zip(outcomes) {
        // Otherwise somebody erased or held it since, or answers it.
        if let Outcome::Erased(done) = outcome {
            entries.extend(done);
            *erased.entry(*cause).or_default() += 1;
        }
    }
    let erasing = Erasing { by: ACTOR, cause: Cause::Retention, now };
    entries.extend(erasure::erase_replies(tx, &expired.replies, &erasing).await?);
    entries.extend(erasure::erase_reasons(tx, &expired.reasons, &erasing).await?);
    if let Some(since) = ctx.retention.kept.kept_since(Class::Reasons, now) {
        entries.extend(erasure::erase_orders(tx, since, &erasing, BATCH).await?);
    }
    entries.extend(erasure::forget_deliveries(tx, Retention::deliveries_since(now), &erasing, BATCH).await?);
    if let Some(since) = ctx.retention.kept.kept_since(Class::Comments, now) {
        entries.extend(erasure::forget_searches(tx, since, &erasing, BATCH).await?);
        entries.extend(erasure::forget_posts(tx, since, &erasing, BATCH).await?);
    }
    Ok((entries, erased))
}
