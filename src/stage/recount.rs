//! Open reply clocks, counted anew by the calendar that came into force.
//!
//! One job for the whole installation, made due when a calendar is adopted, and a look a minute besides: a clock that was
//! opened or resumed by the former calendar while another was being adopted is found then, and after a start. Whatever is
//! open and was counted by another calendar is counted anew, a batch a transaction, so that work which was interrupted goes
//! on where it stopped. The job is fenced: two nodes never do it at a time, nor one by a calendar that another followed.
//! What becomes of a clock is [`crate::domain::reply::OpenClock::recount`]'s to say, and what the log says of it
//! [`anew::entry`]'s.

mod anew;
mod announced;

use jiff::SignedDuration;

use self::announced::Announced;
use super::{Context, StageError};
use crate::domain::audit::Actor;
use crate::domain::calendar::Pauses;
use crate::store::jobs::{self, Claim};
use crate::store::replies::{self, CancelReason, Paused};
use crate::store::{Step, audit};

/// The longest time between two looks for clocks that another calendar counted.
const LOOK: SignedDuration = SignedDuration::from_secs(60);
/// When clocks that somebody held are looked for again.
const SOON: SignedDuration = SignedDuration::from_secs(1);
/// Who counts, in the audit log.
const ACTOR: Actor = Actor::Machine("recount");

/// Counts a batch; where nothing is left, sets the next look.
#[tracing::instrument(skip_all)]
pub(crate) async fn recount(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let calendar = &ruling.calendar;
    let mut announced = Announced::of(&ctx.store).await?;
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let open = replies::counted_otherwise(&mut tx, calendar.version(), ctx.settings.batch).await?;
    let (mut entries, mut clocks) = (Vec::with_capacity(open.len()), Vec::with_capacity(open.len()));
    for Paused { clock, pauses } in open {
        match clock.anew(calendar, &Pauses::of(pauses), now) {
            Some(anew) => {
                let why = announced.since(&ctx.store, &clock.timing.calendar).await?;
                entries.push(anew::entry(&anew, &clock, why, now));
                clocks.push(anew.clock);
            }
            None => {
                let cancelled =
                    replies::cancel_one(&mut tx, Some(calendar), &clock, now, CancelReason::NotOwed).await?;
                entries.extend(cancelled.map(|gone| gone.entry(ACTOR, Some(calendar), now)));
            }
        }
    }
    replies::recounted(&mut tx, &clocks).await?;
    let again_in = match entries.is_empty() {
        false => SignedDuration::ZERO,
        true if replies::any_counted_otherwise(&ctx.store, calendar.version()).await? => SOON,
        true => LOOK,
    };
    jobs::reschedule(&mut tx, &claim.lease, now + again_in).await?;
    audit::append(&mut tx, &entries).await?;
    tx.commit().await?;
    if !entries.is_empty() {
        tracing::info!(clocks = entries.len(), calendar = %calendar.version(), "open reply clocks were counted anew");
    }
    Ok(())
}
