//! Telling everybody that something is wrong with the audit log, at once and not through the outbox, which may not be written.

use futures_util::future::join_all;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::Context;
use crate::domain::notice::{NoticeId, RecipientName};
use crate::notify::{About, Letter, LogTrouble};
use crate::store::chain;

/// The rest after an attempt that failed; the next is twice as long.
const REST_MIN: SignedDuration = SignedDuration::from_secs(30);
const REST_MAX: SignedDuration = SignedDuration::from_hours(1);

/// Tells every recipient, and tries again until each has it.
pub async fn alarm(ctx: &Context, trouble: LogTrouble) {
    let since = ctx.clock.now();
    join_all(ctx.notifier.recipients().map(|recipient| tell(ctx, &recipient.name, trouble, since))).await;
}

async fn tell(ctx: &Context, to: &RecipientName, trouble: LogTrouble, since: Timestamp) {
    let mut rest = REST_MIN;
    loop {
        let now = ctx.clock.now();
        let letter = Letter {
            id: NoticeId(0), // None of the outbox; its instant tells it from others.
            created_at: since,
            told_at: now,
            zone: TimeZone::UTC,
            console: ctx.notifier.console().map(str::to_owned),
            about: About::Log(trouble),
        };
        match ctx.notifier.send(to, &letter, now).await {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(recipient = %to, error = chain(&error), "an alarm was not delivered; it is tried again")
            }
        }
        ctx.clock.sleep_until(now + rest).await;
        rest = (rest * 2).min(REST_MAX);
    }
}
