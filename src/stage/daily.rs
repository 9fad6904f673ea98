//! What a source is asked for once a day, beside its reading.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// After an answer.
const DAILY: SignedDuration = SignedDuration::from_hours(24);
/// After none.
const HOURLY: SignedDuration = SignedDuration::from_hours(1);

/// When a source is asked next. Memory only: a process that starts anew asks again.
#[derive(Debug, Default)]
pub(super) struct Daily(Mutex<Option<Timestamp>>);

impl Daily {
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none_or(|at| at <= now)
    }

    pub(super) fn asked(&self, answered: bool, now: Timestamp) {
        let next = now + if answered { DAILY } else { HOURLY };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
    }
}
