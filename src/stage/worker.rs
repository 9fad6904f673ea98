//! Workers: one a lane, and two that judge. Claim what is due, hand it to the stage, sleep until more is due.
//!
//! Each source has lanes of its own for polling and for dispatch, so that a platform that hangs or
//! throttles delays only itself.

use std::pin::pin;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{
    Context, StageError, deliver, dispatch, moderate, notify, opine, poll, recount, remind, retain, sample,
    shadow,
};
use crate::store::jobs::{self, Claim, Lane, Lease};
use crate::store::{Step, StoreError, chain};

/// How long a lane rests after a failure that is not the platform's, such as a full disk.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// While one judge writes down what it concluded, another reads and thinks. More than two wait for each other: for the writer on
/// SQLite, for the ceilings and the log's head on PostgreSQL.
const JUDGES: usize = 2;

/// The word to stop: what was claimed is finished, nothing more is claimed.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A word and the means to give it.
    pub fn new() -> (watch::Sender<bool>, Stop) {
        let (say, hear) = watch::channel(false);
        (say, Stop(hear))
    }

    /// Whether the word was given.
    pub fn was_said(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the word is given, or can no longer be.
    pub async fn said(&mut self) {
        let _ = self.0.wait_for(|said| *said).await;
    }
}

/// The lanes of this installation, but for sealing, which [`super::seal::run`] works on.
pub fn lanes(ctx: &Context) -> Vec<Lane> {
    let of_source = ctx.sources.keys().flat_map(|id| [Lane::Poll(id.clone()), Lane::Dispatch(id.clone())]);
    let of_recipient = ctx.notifier.recipients().map(|recipient| Lane::Notify(recipient.name.clone()));
    // Where nobody is asked, what was to be asked waits until somebody is.
    let asking = ctx.adviser.iter().map(|_| Lane::Opine);
    let of_all = [Lane::Moderate, Lane::Remind, Lane::Recount, Lane::Retain, Lane::Sample, Lane::Shadow];
    of_source.chain(of_recipient).chain(of_all).chain(asking).collect()
}

/// The lane of each worker that a daemon has.
pub fn workers(ctx: &Context) -> impl Iterator<Item = Lane> {
    lanes(ctx).into_iter().chain(std::iter::repeat_n(Lane::Moderate, JUDGES - 1))
}

/// Works on one lane until told to stop.
pub async fn work(ctx: Arc<Context>, lane: Lane, mut stop: Stop) {
    let mut limit = limit_of(&ctx, &lane);
    while !stop.was_said() {
        // Listening begins before the look, so that work added in between is not slept through.
        let mut stirred = pin!(ctx.stir.notified());
        stirred.as_mut().enable();
        let until = match step(&ctx, &lane, limit).await {
            Ok(0) => {
                limit = limit_of(&ctx, &lane);
                idle_until(&ctx, &lane).await
            }
            Ok(_) => {
                ctx.stir.notify_waiters();
                continue;
            }
            Err(StageError::Store(StoreError::LeaseLost(job))) => {
                tracing::warn!(job.id = %job, lane = %lane, "another worker took over a job; nothing was written here");
                continue;
            }
            Err(error) => {
                tracing::error!(lane = %lane, error = chain(&error), "a stage failed; its jobs are tried again");
                limit = 1; // One at a time until the lane is empty, so that a bad one holds up only itself.
                ctx.clock.now() + REST
            }
        };
        tokio::select! {
            () = ctx.clock.sleep_until(until) => {}
            () = stirred => {}
            () = stop.said() => {}
        }
    }
}

/// Runs every lane until nothing is due at the clock's present instant. For tests, which move the clock by hand.
///
/// # Errors
/// The first failure of a stage.
pub async fn run_until_quiet(ctx: &Context) -> Result<(), StageError> {
    run_lanes_until_quiet(ctx, &lanes(ctx)).await
}

/// The same for some of them.
///
/// # Errors
/// The first failure of a stage.
pub async fn run_lanes_until_quiet(ctx: &Context, lanes: &[Lane]) -> Result<(), StageError> {
    loop {
        let mut claimed = 0;
        for lane in lanes {
            claimed += match step(ctx, lane, limit_of(ctx, lane)).await {
                Err(StageError::Store(StoreError::LeaseLost(_))) => 1,
                outcome => outcome?,
            };
        }
        if claimed == 0 {
            return Ok(());
        }
    }
}

/// Claims what is due and hands it to its stage; returns how many jobs there were.
async fn step(ctx: &Context, lane: &Lane, limit: u32) -> Result<usize, StageError> {
    let now = ctx.clock.now();
    if jobs::next_due(&ctx.store, lane).await?.is_none_or(|due| due > now) {
        return Ok(0);
    }
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let claims = jobs::claim(&mut tx, lane, limit, now, now + ctx.settings.lease).await?;
    tx.commit().await?;
    if claims.is_empty() {
        return Ok(0);
    }
    let outcome = run(ctx, lane, &claims).await;
    let lost = matches!(outcome, Err(StageError::Store(StoreError::LeaseLost(_))));
    if lost || (outcome.is_err() && claims.len() > 1) {
        // One passed to somebody else or cannot be done; the others need not wait for their leases to end.
        let leases: Vec<Lease> = claims.iter().map(|claim| claim.lease).collect();
        let mut tx = ctx.store.begin(Step::Keep).await?;
        jobs::give_back(&mut tx, &leases).await?;
        tx.commit().await?;
    }
    outcome.map(|()| claims.len())
}

async fn run(ctx: &Context, lane: &Lane, claims: &[Claim]) -> Result<(), StageError> {
    let source = |id| ctx.sources.get(id).expect("a lane is worked only for a configured source");
    match lane {
        Lane::Moderate => moderate::moderate(ctx, claims).await?,
        Lane::Poll(id) => {
            for claim in claims {
                match claim.key.as_str() {
                    "" => poll::poll(ctx, source(id), claim).await?,
                    _ => deliver::deliver(ctx, source(id), claim).await?,
                }
            }
        }
        Lane::Dispatch(id) => {
            for claim in claims {
                dispatch::dispatch(ctx, source(id), claim).await?;
            }
        }
        Lane::Remind => {
            for claim in claims {
                remind::remind(ctx, claim).await?;
            }
        }
        Lane::Notify(recipient) => {
            for claim in claims {
                notify::notify(ctx, recipient, claim).await?;
            }
        }
        Lane::Recount => {
            for claim in claims {
                recount::recount(ctx, claim).await?;
            }
        }
        Lane::Retain => {
            for claim in claims {
                retain::retain(ctx, claim).await?;
            }
        }
        Lane::Sample => {
            for claim in claims {
                sample::sample(ctx, claim).await?;
            }
        }
        Lane::Shadow => {
            for claim in claims {
                shadow::shadow(ctx, claim).await?;
            }
        }
        Lane::Opine => {
            for claim in claims {
                opine::opine(ctx, claim).await?;
            }
        }
        // Sealing keeps its own clock and head; see [`super::seal::run`].
        Lane::Seal => {}
    }
    Ok(())
}

fn limit_of(ctx: &Context, lane: &Lane) -> u32 {
    match lane {
        Lane::Moderate => ctx.settings.batch,
        _ => 1,
    }
}

async fn idle_until(ctx: &Context, lane: &Lane) -> Timestamp {
    let latest = ctx.clock.now() + ctx.settings.idle;
    match jobs::next_due(&ctx.store, lane).await {
        Ok(Some(due)) => due.min(latest),
        Ok(None) | Err(_) => latest, // A failing store is reported by the next look.
    }
}
