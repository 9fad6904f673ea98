//! The one place that knows what time it is.
//!
//! Everything else is handed a [`Clock`] or an instant. Production runs on [`SystemClock`], tests
//! turn a [`ManualClock`] by hand, and the demo runs on a [`ScaledClock`], an hour a real second.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp, ToSpan};
use tokio::sync::watch;

/// A source of the current instant, in whole microseconds (what the database stores).
pub trait Clock: Debug + Send + Sync + 'static {
    /// The current instant.
    fn now(&self) -> Timestamp;

    /// Returns once [`Clock::now`] has reached `deadline`; at once where it has already.
    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()>;
}

/// The clock as parts of the program share it.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        whole_microseconds(Timestamp::now())
    }

    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()> {
        let left = deadline.duration_since(self.now());
        Box::pin(tokio::time::sleep(Duration::try_from(left).unwrap_or_default()))
    }
}

/// A clock that starts at a chosen instant and runs faster than the machine's.
#[derive(Debug, Clone, Copy)]
pub struct ScaledClock {
    origin: Timestamp,
    started: Instant,
    rate: u32,
}

impl ScaledClock {
    /// A clock that shows `origin` now and advances `rate` seconds in each real second.
    pub fn new(origin: Timestamp, rate: u32) -> Self {
        Self { origin: whole_microseconds(origin), started: Instant::now(), rate: rate.max(1) }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        let passed =
            SignedDuration::try_from(self.started.elapsed() * self.rate).unwrap_or(SignedDuration::MAX);
        whole_microseconds(self.origin.checked_add(passed).unwrap_or(Timestamp::MAX))
    }

    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()> {
        let left = Duration::try_from(deadline.duration_since(self.now())).unwrap_or_default();
        Box::pin(tokio::time::sleep(left / self.rate))
    }
}

/// A clock that moves only when a test moves it.
#[derive(Debug)]
pub struct ManualClock {
    hand: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// A clock that shows `start` until it is moved.
    pub fn new(start: Timestamp) -> Self {
        Self { hand: watch::Sender::new(whole_microseconds(start)) }
    }

    /// Moves the clock on by `step`.
    pub fn advance(&self, step: SignedDuration) {
        self.hand.send_modify(|now| {
            *now = whole_microseconds(now.checked_add(step).unwrap_or(Timestamp::MAX));
        });
    }

    /// Moves the clock on to `instant`; it never goes back.
    pub fn advance_to(&self, instant: Timestamp) {
        self.hand.send_modify(|now| *now = (*now).max(whole_microseconds(instant)));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.hand.borrow()
    }

    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()> {
        let mut hand = self.hand.subscribe();
        Box::pin(async move {
            // The sender lives as long as `self`, so this ends only when the instant is reached.
            let _ = hand.wait_for(|now| *now >= deadline).await;
        })
    }
}

fn whole_microseconds(instant: Timestamp) -> Timestamp {
    let below = i64::from(instant.subsec_nanosecond().rem_euclid(1_000));
    instant.checked_sub(below.nanoseconds()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_shows_whole_microseconds() {
        let odd: Timestamp = "2026-11-24T03:30:00.123456789Z".parse().unwrap();
        assert_eq!(ManualClock::new(odd).now().to_string(), "2026-11-24T03:30:00.123456Z");
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_hand_passes_its_instant() {
        let start = Timestamp::UNIX_EPOCH;
        let clock = Arc::new(ManualClock::new(start));
        let due = start + SignedDuration::from_hours(2);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(due).await }
        });
        clock.advance(SignedDuration::from_hours(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance_to(due);
        sleeper.await.unwrap();
    }

    #[test]
    fn a_scaled_clock_never_lags_behind_its_origin() {
        let origin: Timestamp = "2026-11-24T07:30:00+04:00".parse().unwrap();
        assert!(ScaledClock::new(origin, 3_600).now() >= origin);
    }
}
