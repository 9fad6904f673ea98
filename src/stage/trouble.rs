//! A source that does not answer as it should: how it is reported and when it is tried again.

use jiff::{SignedDuration, Timestamp};

use super::access::CallError;
use super::source::Source;
use super::{Context, StageError};
use crate::platform::{PlatformError, Remedy};
use crate::store::sources::{self, Health};
use crate::store::{Step, StoreError};

/// The first pause after a failure, and the least.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause: after that a source is tried again, whatever it said.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Notes that a source is ill and returns when to try it again.
///
/// Without a word from the platform, the pause grows to half of the time that the source has been
/// ill: quick after a stumble, patient in an outage.
pub(crate) async fn ill(
    ctx: &Context,
    source: &Source,
    error: &PlatformError,
) -> Result<Timestamp, StoreError> {
    let now = ctx.clock.now();
    let id = &source.config.id;
    let state = match error.remedy() {
        Remedy::PauseSource => Health::Paused,
        _ => Health::Ill,
    };
    let since = ill_since(ctx, source).await?.unwrap_or(now);
    let mut tx = ctx.store.begin(Step::Keep).await?;
    sources::set_health(&mut tx, id, state, Some(&error.to_string()), now).await?;
    tx.commit().await?;
    let pause = match error.remedy() {
        Remedy::Wait(Some(until)) => return Ok(until.max(now + PAUSE_MIN)),
        Remedy::PauseSource => PAUSE_MAX,
        _ => (now.duration_since(since) / 2).clamp(PAUSE_MIN, PAUSE_MAX),
    };
    if since == now {
        tracing::warn!(source = %id, state = state.as_str(), %error, "a source does not answer as it should");
    }
    Ok(now + pause)
}

async fn ill_since(ctx: &Context, source: &Source) -> Result<Option<Timestamp>, StoreError> {
    let all = sources::all_health(&ctx.store).await?;
    let ours = all.into_iter().find(|health| health.source == source.config.id);
    Ok(ours.filter(|health| health.state != Health::Ok).map(|health| health.since))
}

/// When to try again after a call came to nothing, whatever the reason.
pub(crate) async fn retry_at(
    ctx: &Context,
    source: &Source,
    why: CallError,
) -> Result<Timestamp, StageError> {
    match why {
        CallError::BeingRenewed => Ok(ctx.clock.now() + PAUSE_MIN),
        CallError::Platform(error) => Ok(ill(ctx, source, &error).await?),
        CallError::Stage(error) => Err(error),
    }
}
