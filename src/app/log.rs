//! What goes on about the audit log as long as the daemon runs: it is sealed, counted, and told of what was refused; and where it does
//! not hold everything stops.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use super::AppError;
use crate::config::Config;
use crate::notify::LogTrouble;
use crate::stage::seal::{self, Broken, Sealer};
use crate::stage::{Context, Stop};
use crate::store::{StoreError, audit, chain};
use crate::web::{CountError, Counting, Figures, Refusals};

/// How often what was sealed is counted: of the machine's time, as people wait for it.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How often the log is told of what was refused, where it was not told at once.
const TELL_REFUSALS_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The rest before other processes are told again that all writing is stopped.
const UNTOLD_REST: SignedDuration = SignedDuration::from_secs(5);

/// How the audit log was found at the start.
#[derive(Debug)]
pub(super) enum Log {
    /// It is the one that was published, and is sealed at these times.
    Holds(Box<(Sealer, seal::Timing)>),
    /// It is not: nothing may be written.
    Broken(Broken),
}

/// Counts what was sealed, for as long as the daemon runs. The log of a month is read in seconds, and nobody waits for it. It is
/// the one who reads all of it at each start, so it is also who finds what was changed of it: then everything is stopped.
pub(super) async fn count(figures: Figures, mut counting: Counting, ctx: Arc<Context>) {
    loop {
        match figures.catch_up(&mut counting, &ctx.store).await {
            Ok(()) => {}
            Err(CountError::Store(StoreError::Altered(altered))) => {
                stop_the_others(&ctx, &Broken::Entry(altered)).await;
                return std::future::pending().await;
            }
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "the figures of reports fall behind; it is tried again"
                );
            }
        }
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

/// Logs each minute what was refused in the one before, for as long as the daemon runs.
pub(super) async fn tell_refusals(refusals: Refusals, ctx: Arc<Context>) {
    loop {
        ctx.clock.sleep_until(ctx.clock.now() + TELL_REFUSALS_EVERY).await;
        if let Err(error) = refusals.tell_rest(&ctx.store, ctx.clock.now()).await {
            tracing::error!(error = chain(&error), "refusals were not logged; it is tried again");
        }
    }
}

/// Seals until told to stop. Where the log does not hold, or from then on, nothing is written and everybody is told.
pub(super) async fn look_after(log: Log, ctx: Arc<Context>, halt: watch::Sender<bool>, mut stop: Stop) {
    let work = async {
        let broken = match log {
            Log::Holds(holds) => {
                let (sealer, timing) = *holds;
                seal::run(sealer, ctx.store.clone(), ctx.clock.clone(), timing).await
            }
            Log::Broken(broken) => broken,
        };
        ctx.store.stop_writing();
        halt.send_replace(true);
        tracing::error!(%broken, "the audit log does not hold; all changes are stopped until somebody has looked: see deploy/OPERATIONS.md");
        tokio::join!(stop_the_others(&ctx, &broken), seal::alarm(&ctx, LogTrouble::Broken));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = work => {}
        () = stop.said() => {}
    }
    halt.send_replace(true);
}

/// Tells every other process on this database that nothing may be written any more, until they can know.
async fn stop_the_others(ctx: &Context, broken: &Broken) {
    let stop = audit::Stop { at: ctx.clock.now(), why: broken.to_string() };
    while let Err(error) = audit::stop(&ctx.store, &stop).await {
        tracing::error!(
            error = chain(&error),
            "other processes on this database do not know of it yet: stop them by hand"
        );
        ctx.clock.sleep_until(ctx.clock.now() + UNTOLD_REST).await;
    }
}

/// When it is sealed.
pub(super) async fn timing(ctx: &Context, config: &Config) -> Result<seal::Timing, AppError> {
    Ok(seal::Timing {
        schedule: config.audit.seal_schedule.clone(),
        zone: ctx.rules.current(&ctx.store).await?.calendar.time_zone().clone(),
        after_entries: config.audit.seal_after_entries.get().into(),
        lease: config.queue.lease(),
        look_every: config.queue.idle(),
    })
}
