//! A source that does not answer as it should: how it is reported and when it is tried again.

use jiff::{SignedDuration, Timestamp};

use super::access::CallError;
use super::source::Source;
use super::{Context, StageError};
use crate::platform::{PlatformError, Remedy};
use crate::store::sources::{self, Health, SourceHealth};
use crate::store::{Step, StoreError};

/// The first pause after a failure, and the least.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause of our own choice.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// The longest wait for an instant that the platform named, the longest day of a quota: after that it is asked again.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(25);
/// The pause after the first attempt at an act: what was on its way has arrived by then.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Notes that a source is ill and returns when to try it again.
///
/// Without a word from the platform, the pause grows to half of the time that the source has been
/// ill: quick after a stumble, patient in an outage.
pub(crate) async fn ill(
    ctx: &Context,
    source: &Source,
    error: &PlatformError,
) -> Result<Timestamp, StoreError> {
    let state = match error.remedy() {
        Remedy::PauseSource => Health::Paused,
        _ => Health::Ill,
    };
    note(ctx, source, state, error).await
}

/// The same for an act that set out. A right that it lacks may be lacking for this comment alone, so its source is not paused,
/// which would keep all other acts waiting: whether it is closed to us reading finds out.
pub(crate) async fn ill_for_an_act(
    ctx: &Context,
    source: &Source,
    error: &PlatformError,
) -> Result<Timestamp, StoreError> {
    note(ctx, source, Health::Ill, error).await
}

async fn note(
    ctx: &Context,
    source: &Source,
    state: Health,
    error: &PlatformError,
) -> Result<Timestamp, StoreError> {
    let now = ctx.clock.now();
    let id = &source.config.id;
    let since = ill_since(ctx, source).await?.unwrap_or(now);
    let mut tx = ctx.store.begin(Step::Keep).await?;
    sources::set_health(&mut tx, id, state, Some(&error.to_string()), now).await?;
    tx.commit().await?;
    let pause = match error.remedy() {
        Remedy::Wait(Some(until)) => return Ok(until.clamp(now + PAUSE_MIN, now + WAIT_MAX)),
        Remedy::PauseSource => PAUSE_MAX,
        _ => (now.duration_since(since) / 2).clamp(PAUSE_MIN, PAUSE_MAX),
    };
    if since == now {
        tracing::warn!(source = %id, state = state.as_str(), %error, "a source does not answer as it should");
    }
    Ok(now + pause)
}

/// Whether only a person can help: the account was revoked, or a right is missing.
pub(crate) async fn is_paused(ctx: &Context, source: &Source) -> Result<bool, StoreError> {
    Ok(health(ctx, source).await?.is_some_and(|health| health.state == Health::Paused))
}

/// How long an act rests after its attempt with this number. A source that can be read may refuse one act for ever,
/// and each attempt is an entry in the audit log.
pub(crate) fn rest_after(attempt: i64) -> SignedDuration {
    let doubled = u32::try_from(attempt - 1).ok().and_then(|times| 2_i32.checked_pow(times));
    doubled.and_then(|factor| FIRST_PAUSE.checked_mul(factor)).map_or(PAUSE_MAX, |rest| rest.min(PAUSE_MAX))
}

async fn ill_since(ctx: &Context, source: &Source) -> Result<Option<Timestamp>, StoreError> {
    let ours = health(ctx, source).await?;
    Ok(ours.filter(|health| health.state != Health::Ok).map(|health| health.since))
}

async fn health(ctx: &Context, source: &Source) -> Result<Option<SourceHealth>, StoreError> {
    let all = sources::all_health(&ctx.store).await?;
    Ok(all.into_iter().find(|health| health.source == source.config.id))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_tried_again_ever_more_rarely_and_never_forgotten() {
        let rests: Vec<i64> = (1..=7).map(|attempt| rest_after(attempt).as_secs()).collect();
        assert_eq!(rests, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(rest_after(i64::MAX), PAUSE_MAX);
    }
}
