//! Telling staff outside the console: one notice out of the outbox, at least once, to a recipient who is at work.
//!
//! That it sets out is kept before it does, what came of it after. A process that dies in between sends it again under
//! the same id. What could not be delivered is tried ever more rarely, and given up after days: by then the console and
//! the audit log have told it to everyone who looks.

mod day;
mod letter;

use jiff::{SignedDuration, Timestamp};

use super::claimed::{again_at, drop_job};
use super::{Context, StageError};
use crate::config::Recipient;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::{Calendar, Hours};
use crate::domain::notice::{NoticeId, RecipientName};
use crate::notify::NotifyError;
use crate::store::jobs::{self, Claim};
use crate::store::notices::{self, Ending, Notice, Urgency};
use crate::store::{Step, audit};
use letter::letter;

pub(super) use day::enrol;

/// The rest after a first attempt that failed; it doubles with each.
const REST_MIN: SignedDuration = SignedDuration::from_secs(30);
/// The longest rest, and the one after a refusal, which only a person can mend.
const REST_MAX: SignedDuration = SignedDuration::from_hours(1);
/// How long a notice is tried. A weekend and a holiday are shorter; what is older is in the next digest.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Sends the notice that the claim names, or begins the day that it stands for.
#[tracing::instrument(skip_all, fields(recipient = %to, job.attempt = claim.lease.attempt))]
pub(crate) async fn notify(ctx: &Context, to: &RecipientName, claim: &Claim) -> Result<(), StageError> {
    let recipient = ctx.notifier.recipient(to).expect("a lane is worked only for a configured recipient");
    if claim.key == day::KEY {
        return day::begin(ctx, recipient, claim).await;
    }
    let Some(id) = claim.key.parse().ok().map(NoticeId) else { return drop_job(ctx, claim).await };
    let Some(notice) = notices::open(&ctx.store, id).await? else { return drop_job(ctx, claim).await };
    match on_duty_from(ctx, recipient, notice.urgency, ctx.clock.now()).await? {
        opens if opens > ctx.clock.now() => again_at(ctx, claim, opens).await,
        _ => attempt(ctx, recipient, claim, notice).await,
    }
}

async fn attempt(
    ctx: &Context,
    recipient: &Recipient,
    claim: &Claim,
    notice: Notice,
) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Attempt).await?;
    notices::set_out(&mut tx, &notice).await?;
    jobs::extend(&mut tx, &claim.lease, ctx.clock.now() + ctx.settings.lease).await?;
    tx.commit().await?;
    let notice = Notice { attempt: notice.attempt + 1, ..notice };
    // Read after that, so that all who joined it are in it.
    let Some(letter) = letter(ctx, recipient, &notice).await? else {
        return end(ctx, claim, &notice, Ending::Withdrawn).await;
    };
    match ctx.notifier.send(&recipient.name, &letter, ctx.clock.now()).await {
        Ok(()) => end(ctx, claim, &notice, Ending::Sent).await,
        Err(error) => failed(ctx, claim, &notice, &error).await,
    }
}

async fn failed(
    ctx: &Context,
    claim: &Claim,
    notice: &Notice,
    error: &NotifyError,
) -> Result<(), StageError> {
    let now = ctx.clock.now();
    metrics::counter!("majlis_notice_failures_total").increment(1);
    if now.duration_since(notice.due_at) >= GIVE_UP_AFTER {
        tracing::error!(notice.id = %notice.id, attempt = notice.attempt, %error, "a notice was given up; mend its recipient in majlis.toml");
        return end(ctx, claim, notice, Ending::GivenUp).await;
    }
    let rest = match error {
        NotifyError::Unreachable { .. } => rest_after(notice.attempt),
        NotifyError::Refused { .. } | NotifyError::Unknown(_) => REST_MAX,
    };
    tracing::warn!(notice.id = %notice.id, attempt = notice.attempt, %error, "a notice was not delivered; it is tried again");
    again_at(ctx, claim, now + rest).await
}

pub(super) fn rest_after(attempt: i64) -> SignedDuration {
    let doubled = u32::try_from(attempt - 1).ok().and_then(|times| 2_i32.checked_pow(times));
    doubled.and_then(|factor| REST_MIN.checked_mul(factor)).map_or(REST_MAX, |rest| rest.min(REST_MAX))
}

async fn end(ctx: &Context, claim: &Claim, notice: &Notice, ending: Ending) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let act = match ending {
        Ending::Sent => "notice.sent",
        Ending::GivenUp => "notice.given_up",
        Ending::Withdrawn => "notice.withdrawn",
    };
    let event = AuditEvent::new(now, Actor::Machine("notify"), act, format!("notice:{}", notice.id))
        .word("recipient", notice.recipient.as_str())
        .int("attempt", notice.attempt);
    let mut tx = ctx.store.begin(Step::Settle).await?;
    notices::end(&mut tx, notice.id, notice.attempt, ending, now).await?;
    jobs::complete(&mut tx, &[claim.lease]).await?;
    audit::append(&mut tx, &[event]).await?;
    tx.commit().await?;
    metrics::counter!("majlis_notices_total", "state" => ending.as_str()).increment(1);
    Ok(())
}

/// From when on a recipient may be told what is of this urgency: at once, or when they are next at work.
pub(super) async fn on_duty_from(
    ctx: &Context,
    recipient: &Recipient,
    urgency: Urgency,
    now: Timestamp,
) -> Result<Timestamp, StageError> {
    if urgency == Urgency::Urgent {
        return Ok(now);
    }
    let ruling = ctx.rules.current(&ctx.store).await?;
    Ok(opening(hours_of(&ruling.calendar, recipient), now))
}

/// The hours by which a recipient is on duty. Where the calendar in force does not have them, the official ones: a notice
/// is not lost for a name.
pub(super) fn hours_of<'a>(calendar: &'a Calendar, recipient: &Recipient) -> &'a Hours {
    let named = recipient.calendar.as_ref().and_then(|name| calendar.hours(name));
    named.unwrap_or_else(|| calendar.official())
}

/// When it is open next, at `at` or later; `at` itself outside the years that a calendar covers.
fn opening(hours: &Hours, at: Timestamp) -> Timestamp {
    hours.next_open(at).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_tried_ever_more_rarely() {
        let rests: Vec<i64> = (1..=9).map(|attempt| rest_after(attempt).as_secs()).collect();
        assert_eq!(rests, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(rest_after(1_000_000), REST_MAX);
    }
}
