//! Pacing: so many requests a minute to a source, reads and writes together; after a quiet minute twice as many in one.
//!
//! `governor` keeps the count in memory and reads our own clock, so that the demo's fast hours pace
//! as real ones do. What a platform has left of its own quota is the platform's to say; see
//! [`crate::platform::PlatformError::RateLimited`].

use std::num::NonZeroU32;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter, clock};
use jiff::Timestamp;

use crate::clock::SharedClock;

/// The pace of one source.
#[derive(Debug)]
pub(super) struct Pace {
    clock: SharedClock,
    limiter: RateLimiter<NotKeyed, InMemoryState, Paced, NoOpMiddleware<Duration>>,
}

impl Pace {
    /// A pace of `per_minute` requests, which may come at once after a quiet minute.
    pub(super) fn new(per_minute: NonZeroU32, clock: SharedClock) -> Self {
        let paced = Paced { origin: clock.now(), clock: clock.clone() };
        Self { clock, limiter: RateLimiter::direct_with_clock(Quota::per_minute(per_minute), paced) }
    }

    /// Returns once the next request may go out.
    pub(super) async fn ready(&self) {
        while let Err(not_until) = self.limiter.check() {
            let wait = not_until.wait_time_from(governor::clock::Clock::now(self.limiter.clock()));
            let ready_at = self.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
            self.clock.sleep_until(ready_at).await;
        }
    }
}

/// Our clock as governor reads it: the time since the pace began.
#[derive(Debug, Clone)]
struct Paced {
    origin: Timestamp,
    clock: SharedClock,
}

impl clock::Clock for Paced {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::try_from(self.clock.now().duration_since(self.origin)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt;
    use jiff::SignedDuration;

    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn a_minutes_requests_may_go_at_once_and_the_next_one_waits() {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let pace = Pace::new(NonZeroU32::new(2).unwrap(), clock.clone());
        pace.ready().await;
        pace.ready().await;
        assert!(pace.ready().now_or_never().is_none(), "the third request of the minute went out");
        clock.advance(SignedDuration::from_secs(31));
        assert!(pace.ready().now_or_never().is_some(), "half a minute later it still waited");
    }
}
