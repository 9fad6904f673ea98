//! Ticks: when each recurring job runs next.
//!
//! A recurring job is one row of the queue that is moved on, never a row a tick: so a tick runs once
//! across processes, and after downtime one run makes up for all that were missed.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::source::Source;
use super::{Context, StageError, notify, opine};
use crate::store::jobs::{self, Lane};
use crate::store::{Step, sources};

/// Registers the configured sources and the recurring jobs. What is there already stays, but for a
/// poll that a changed schedule now wants sooner.
///
/// # Errors
/// The store failed, or a source's name is known for another platform.
pub async fn enrol(ctx: &Context) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let once = [String::new()];
    let mut next_ticks = Vec::new();
    for source in ctx.sources.values() {
        next_ticks.push((source, next_tick(ctx, source).await));
    }
    let unasked = opine::unasked(ctx).await?;
    let mut tx = ctx.store.begin(Step::Keep).await?;
    for (source, next) in next_ticks {
        let lane = Lane::Poll(source.config.id.clone());
        sources::register(&mut tx, &source.config.id, source.config.platform(), now).await?;
        jobs::add(&mut tx, &lane, &once, now).await?;
        jobs::bring_forward(&mut tx, &lane, next).await?;
    }
    jobs::add(&mut tx, &Lane::Remind, &once, now).await?;
    jobs::add(&mut tx, &Lane::Recount, &once, now).await?;
    // A clock of a former calendar may have been left by whoever died in between.
    jobs::bring_forward(&mut tx, &Lane::Recount, now).await?;
    jobs::add(&mut tx, &Lane::Retain, &once, now).await?;
    jobs::add(&mut tx, &Lane::Sample, &once, now).await?;
    notify::enrol(ctx, &mut tx).await?;
    jobs::add(&mut tx, &Lane::Opine, &unasked, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The source's next tick, in the official calendar's zone; in UTC while no calendar rules.
pub(crate) async fn next_tick(ctx: &Context, source: &Source) -> Timestamp {
    let now = ctx.clock.now();
    match ctx.rules.current(&ctx.store).await {
        Ok(ruling) => source.config.schedule.next_after(now, ruling.calendar.time_zone()),
        Err(_) => source.config.schedule.next_after(now, &TimeZone::UTC),
    }
}
