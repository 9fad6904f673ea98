//! What staff find comments by, brought up to date: the list of what waits, and the words of the search.
//!
//! Whoever writes only notes which comments changed (triggers, in the same transaction). The rest is worked out here, behind
//! them and many comments at a time: a row apiece would cost the pipeline a third of its rate. A note goes in the transaction
//! that settled it, so the process may die anywhere.

use std::time::{Duration, Instant};

use super::Stop;
use crate::store::jobs::{self, Lane};
use crate::store::{Store, StoreError, chain, comments};

/// How often changes are looked for. The machine's second, not the ministry's: people who search are waiting for it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to rest after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// What is brought up to date.
#[derive(Debug, Clone, Copy)]
enum Found {
    /// By waiting.
    Waiting,
    /// By its words.
    Words,
}

/// Brings both up to date, each second, until told to stop.
pub async fn index(store: Store, stop: Stop) {
    tokio::join!(keep_up(&store, stop.clone(), Found::Waiting), keep_up(&store, stop, Found::Words));
}

async fn keep_up(store: &Store, mut stop: Stop, found: Found) {
    while !stop.was_said() {
        let pause = match found.up_to_date(store, &mut stop).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "the lists of what waits and the search fall behind; it is tried again"
                );
                AFTER_FAILURE
            }
        };
        rest(pause, &mut stop).await;
    }
}

impl Found {
    /// Goes on until nothing is behind, or it is told to stop.
    async fn up_to_date(self, store: &Store, stop: &mut Stop) -> Result<(), StoreError> {
        while !stop.was_said() {
            let began = Instant::now();
            let settled = match self {
                Found::Waiting => comments::refresh_waiting(store, self.batch()).await?,
                Found::Words => comments::index_words(store, self.batch()).await?,
            };
            // What did not fill a batch is the last of it for now: a handful a transaction would cost as much as hundreds.
            if settled < self.batch() as usize {
                break;
            }
            if jobs::next_due(store, &Lane::Moderate).await?.is_some() {
                rest(began.elapsed() * self.rest_per_batch(), stop).await;
            }
        }
        Ok(())
    }

    /// How many comments one transaction settles: few enough that nobody waits for it for long.
    fn batch(self) -> u32 {
        match self {
            Found::Waiting => 512,
            Found::Words => 128,
        }
    }

    /// How many times as long as a batch took to rest after it, while comments wait to be judged: a flood is read and judged first.
    /// Words cost ten times what a place in the list does, and are asked for less.
    fn rest_per_batch(self) -> u32 {
        match self {
            Found::Waiting => 4,
            Found::Words => 20,
        }
    }
}

/// Sleeps, unless it is told to stop.
async fn rest(pause: Duration, stop: &mut Stop) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = stop.said() => {}
    }
}
