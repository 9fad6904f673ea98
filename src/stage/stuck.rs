//! A page that cannot be read. One list that always fails must not hold up its whole source: in the end it is passed over.
//!
//! How often in a row pages failed is kept with the place in the round, so that a restart begins no count anew. A list that is
//! passed over counts as a suspected gap; the next round tries it again, and the next sweep to its end.

use jiff::Timestamp;

use super::poll::{advance, place};
use super::source::Source;
use super::{Context, StageError, trouble};
use crate::platform::{PlatformError, Remedy};
use crate::store::Step;
use crate::store::jobs::{self, Claim};
use crate::store::sources::{self, Reading};

/// A list is passed over after so many failures in a row where the platform merely does not answer, and at once where it refuses.
/// After so many refusals in a row they are no longer taken for the lists' own: each then waits as the source's would.
const TRIES: i64 = 3;

/// Whether so many failures in a row pass a list over that merely is not answered. Where its neighbours fail as well it is more and
/// more likely the platform, and each is tried as often as all before it together.
fn is_enough(failures: i64) -> bool {
    failures % TRIES == 0 && u64::try_from(failures / TRIES).is_ok_and(u64::is_power_of_two)
}

/// What follows a page.
#[derive(Debug)]
pub(super) enum Then {
    /// The round goes on at once.
    GoOn,
    /// The round is complete.
    RoundEnded,
    /// The source is asked again at this instant.
    Rest(Timestamp),
}

/// Keeps what a page that came to nothing means for the round.
pub(super) async fn after(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    reading: &mut Reading,
    error: PlatformError,
) -> Result<Then, StageError> {
    let refused = match error.remedy() {
        // A place may be stale once; where it is again, there is no way past it.
        Remedy::RestartRound if reading.restarts == 0 => {
            tracing::warn!(%error, "the round begins again");
            (reading.cursor, reading.restarts) = (None, 1);
            keep(ctx, source, claim, reading).await?;
            return Ok(Then::GoOn);
        }
        Remedy::Wait(_) | Remedy::Renew => return Ok(Then::Rest(trouble::ill(ctx, source, &error).await?)),
        Remedy::RetryLater | Remedy::Reconcile => false,
        Remedy::GiveUp(_) | Remedy::PauseSource | Remedy::RestartRound => true,
    };
    reading.failures += 1;
    let onward = match refused || is_enough(reading.failures) {
        true => source.api.pass_over(place(reading).as_ref()),
        false => None,
    };
    // A list that is refused by itself is no ailment of the source: it would keep acts waiting that have nothing to do with it.
    let is_its_own = onward.is_some() && refused && reading.failures < TRIES;
    let ended = onward.is_some_and(|next| {
        tracing::warn!(%error, "a list cannot be read and is passed over; comments may be missing until a sweep reads it");
        reading.suspected_gaps += 1;
        advance(reading, next)
    });
    let then = match (ended, is_its_own) {
        (true, true) => Then::RoundEnded,
        (false, true) => Then::GoOn,
        (true, false) => {
            trouble::ill(ctx, source, &error).await?;
            Then::RoundEnded
        }
        (false, false) => Then::Rest(trouble::ill(ctx, source, &error).await?),
    };
    keep(ctx, source, claim, reading).await?;
    Ok(then)
}

async fn keep(ctx: &Context, source: &Source, claim: &Claim, reading: &Reading) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Keep).await?;
    sources::save_reading(&mut tx, &source.config.id, reading, None).await?;
    jobs::extend(&mut tx, &claim.lease, ctx.clock.now() + ctx.settings.lease).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_an_outage_ever_fewer_lists_are_passed_over() {
        assert_eq!(
            (1..=100).filter(|failures| is_enough(*failures)).collect::<Vec<_>>(),
            [3, 6, 12, 24, 48, 96]
        );
    }
}
