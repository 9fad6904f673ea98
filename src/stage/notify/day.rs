//! The start of a recipient's day: what is owed, at their first opening of each date that has one.
//!
//! One job a recipient that is moved on; after a pause it tells the day that it is, once.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::super::claimed::{again_at, drop_job};
use super::super::{Context, StageError};
use super::{hours_of, opening};
use crate::config::Recipient;
use crate::domain::calendar::Hours;
use crate::store::jobs::{self, Claim, Lane};
use crate::store::{Step, Tx, notices};

/// The key of the job.
pub(super) const KEY: &str = "day";

/// Begins the notice of the day where the recipient is at work, and sets the next one.
pub(super) async fn begin(ctx: &Context, recipient: &Recipient, claim: &Claim) -> Result<(), StageError> {
    if !recipient.digest {
        return drop_job(ctx, claim).await;
    }
    let now = ctx.clock.now();
    let ruling = ctx.rules.current(&ctx.store).await?;
    let hours = hours_of(&ruling.calendar, recipient);
    let opens = opening(hours, now);
    if opens > now {
        return again_at(ctx, claim, opens).await;
    }
    let mut tx = ctx.store.begin(Step::Keep).await?;
    notices::begin_day(&mut tx, &recipient.name, now).await?;
    jobs::reschedule(&mut tx, &claim.lease, day_after(hours, now)).await?;
    tx.commit().await?;
    Ok(())
}

/// Registers the days of those who are told of them, from their next one on.
pub(in super::super) async fn enrol(ctx: &Context, tx: &mut Tx) -> Result<(), StageError> {
    let now = ctx.clock.now();
    for recipient in ctx.notifier.recipients().filter(|recipient| recipient.digest) {
        let ruling = ctx.rules.current(&ctx.store).await?;
        let hours = hours_of(&ruling.calendar, recipient);
        let opens = opening(hours, now);
        let first = if opens > now { opens } else { day_after(hours, now) };
        jobs::add(tx, &Lane::Notify(recipient.name.clone()), &[KEY.to_owned()], first).await?;
    }
    Ok(())
}

fn day_after(hours: &Hours, now: Timestamp) -> Timestamp {
    opening(hours, day_end(hours.time_zone(), now))
}

/// The midnight that ends the local day of `now`.
pub(super) fn day_end(zone: &TimeZone, now: Timestamp) -> Timestamp {
    let tomorrow = now.to_zoned_datetime(zone.clone()).date().checked_add(1.day());
    let midnight = tomorrow.ok().and_then(|date| date.to_zoned_datetime(zone.clone()).ok());
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_local_midnight() {
        let dubai = TimeZone::get("Asia/Dubai").unwrap();
        let at = |wall: &str| format!("{wall}+04:00").parse::<Timestamp>().unwrap();
        assert_eq!(day_end(&dubai, at("2026-11-24T07:30:00")), at("2026-11-25T00:00:00"));
        assert_eq!(day_end(&dubai, at("2026-11-25T00:00:00")), at("2026-11-26T00:00:00"));
    }
}
