//! The weekly sample: some of the machine's verdicts of the week that is over, drawn by lot, for people to judge blind.
//!
//! One job for the whole installation, due once a week. What the lot draws is [`crate::domain::sample`]'s to say; by what it was
//! drawn goes into the log.

use jiff::tz::TimeZone;

use super::{Context, StageError};
use crate::domain::sample::{Draw, Drawn, Week};
use crate::store::jobs::{self, Claim};
use crate::store::samples::{self, Span};
use crate::store::{Step, StoreError};

/// Verdicts that are read at a time.
const PAGE: u32 = 4_096;

/// Draws the sample of the last week, where it has none yet, and sets the next one.
#[tracing::instrument(skip_all)]
pub(crate) async fn sample(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let zone = ruling.map_or(TimeZone::UTC, |ruling| ruling.calendar.time_zone().clone());
    let Some((week, next)) = Week::last(now, ctx.sampling.weekday, &zone) else { return Ok(()) };
    let drawn = match samples::is_drawn(&ctx.store, week.begins).await? {
        true => None,
        false => Some(draw(ctx, &week).await?).filter(|(_, drawn)| !drawn.decisions.is_empty()),
    };
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::reschedule(&mut tx, &claim.lease, next).await?;
    if let Some((span, drawn)) = &drawn {
        samples::keep(&mut tx, week.begins, *span, drawn, now).await?;
    }
    tx.commit().await?;
    if let Some((_, drawn)) = drawn {
        tracing::info!(week = %week.begins, verdicts = drawn.decisions.len(), "a week's sample was drawn");
    }
    Ok(())
}

/// Offers every verdict of the week to the lot.
async fn draw(ctx: &Context, week: &Week) -> Result<(Span, Drawn), StoreError> {
    let span = samples::span(&ctx.store, week).await?;
    let mut draw = Draw::new(rand::random(), ctx.sampling);
    let mut after = span.0;
    loop {
        let page = samples::verdicts(&ctx.store, (after, span.1), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok((span, draw.drawn())) };
        after = *last;
        page.into_iter().for_each(|(decision, outcome)| draw.offer(decision, outcome));
    }
}
