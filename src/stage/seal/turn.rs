//! When the log is sealed: at each tick of a schedule, and as soon as enough entries wait.
//!
//! The lane has one job, due at the next tick. Whichever process claims it seals; looking costs no write.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Broken, SealError, Sealer, not_stopped};
use crate::clock::SharedClock;
use crate::config::PollSchedule;
use crate::domain::audit::Checkpoint;
use crate::store::jobs::{self, Claim, Lane};
use crate::store::{Step, Store, StoreError, chain};

/// How long checkpoints may go unpublished until people are told.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

/// When the log is sealed.
#[derive(Debug, Clone)]
pub struct Timing {
    /// At these ticks, if anything was added.
    pub schedule: PollSchedule,
    /// On the wall clock of this zone.
    pub zone: TimeZone,
    /// And at once when this many entries wait.
    pub after_entries: u64,
    /// How long sealing is one process's own; then another may try.
    pub lease: Duration,
    /// How long to wait before looking again whether it is due.
    pub look_every: Duration,
}

/// Seals whenever it is due, until the log does not hold: then nothing may be written any more, and somebody must be told.
///
/// Other failures are logged and tried again. Dropped at any point it leaves nothing half done.
pub async fn run(mut sealer: Sealer, store: Store, clock: SharedClock, timing: Timing) -> Broken {
    loop {
        let now = clock.now();
        match turn(&mut sealer, &store, &timing, now).await {
            Ok(None) => {}
            Ok(Some(checkpoint)) => tracing::info!(audit.size = checkpoint.size, "sealed the audit log"),
            Err(SealError::Broken(broken)) => return broken,
            Err(SealError::Store(error)) => {
                tracing::warn!(error = chain(&error), "the audit log was not sealed; it will be tried again");
            }
            Err(error) => {
                metrics::counter!("majlis_checkpoint_failures_total").increment(1);
                tracing::error!(
                    error = chain(&error),
                    "a checkpoint was not published; it will be tried again"
                );
                sealer.note_unpublished(now).await;
            }
        }
        clock.sleep_until(now.saturating_add(timing.look_every).unwrap_or(Timestamp::MAX)).await;
    }
}

/// Seals if it is due at `now` and no other process is at it. Each look asks first whether another process found the log broken.
///
/// # Errors
/// As [`Sealer::seal`]. The lane is then free again when the lease ends.
pub async fn turn(
    sealer: &mut Sealer,
    store: &Store,
    timing: &Timing,
    now: Timestamp,
) -> Result<Option<Checkpoint>, SealError> {
    not_stopped(store).await?;
    let many = sealer.unsealed(store).await? >= timing.after_entries;
    let ticked = jobs::next_due(store, &Lane::Seal).await?.is_none_or(|due| due <= now);
    if !many && !ticked {
        return Ok(None);
    }
    let Some(claim) = claim(store, timing, many, now).await? else { return Ok(None) };
    let sealed = sealer.seal(store, now).await?;
    sealer.send(now).await?;
    sealer.unpublished = None;
    let mut tx = store.begin(Step::Keep).await?;
    jobs::reschedule(&mut tx, &claim.lease, timing.next_tick(now)).await?;
    tx.commit().await?;
    Ok(sealed)
}

impl Sealer {
    /// Counts from the first failure on, and tells people once when it lasts.
    async fn note_unpublished(&mut self, now: Timestamp) {
        let (since, told) = self.unpublished.unwrap_or((now, false));
        let lasts = now.duration_since(since) >= PATIENCE;
        if lasts && !told {
            self.outlets.tell_unpublished(now).await;
        }
        self.unpublished = Some((since, lasts));
    }
}

async fn claim(
    store: &Store,
    timing: &Timing,
    many: bool,
    now: Timestamp,
) -> Result<Option<Claim>, StoreError> {
    let lease_until = now.saturating_add(timing.lease).unwrap_or(Timestamp::MAX);
    let mut tx = store.begin(Step::Keep).await?;
    jobs::add(&mut tx, &Lane::Seal, &[String::new()], timing.next_tick(now)).await?;
    if many {
        jobs::bring_forward(&mut tx, &Lane::Seal, now).await?;
    }
    let claims = jobs::claim(&mut tx, &Lane::Seal, 1, now, lease_until).await?;
    tx.commit().await?;
    Ok(claims.into_iter().next())
}

impl Timing {
    fn next_tick(&self, now: Timestamp) -> Timestamp {
        self.schedule.next_after(now, &self.zone)
    }
}
