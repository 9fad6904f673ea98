//! What staff find comments by, brought up to date: the list of what waits, and the words of the search.
//!
//! Whoever writes only notes which comments changed (triggers, in the same transaction). The rest is worked out here, behind
//! them and many comments at a time: a row apiece would cost the pipeline a third of its rate. A note goes in the transaction
//! that settled it, so the process may die anywhere.

use std::time::{Duration, Instant};

use super::Stop;
use crate::store::{Store, StoreError, chain, comments};

/// How many comments one transaction settles: few enough that nobody waits for it for long.
const BATCH: u32 = 512;
/// How often changes are looked for. The machine's second, not the ministry's: people who search are waiting for it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to rest after a failure.
const REST: Duration = Duration::from_secs(10);

/// Brings both up to date, each second, until told to stop.
pub async fn index(store: Store, mut stop: Stop) {
    while !stop.was_said() {
        let rest = match up_to_date(&store, &stop).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "the lists of what waits and the search fall behind; it is tried again"
                );
                REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = stop.said() => {}
        }
    }
}

/// Goes on until nothing is behind, or it is told to stop.
async fn up_to_date(store: &Store, stop: &Stop) -> Result<(), StoreError> {
    while !stop.was_said() {
        let began = Instant::now();
        let waiting = comments::refresh_waiting(store, BATCH).await?;
        let words = comments::index_words(store, BATCH).await?;
        // What did not fill a batch is the last of it for now: a handful a transaction would cost as much as hundreds.
        if waiting.max(words) < BATCH as usize {
            break;
        }
        // In a flood it rests as long as it worked: reading and judging go first.
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(())
}
