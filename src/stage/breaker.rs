//! A circuit breaker for each source: a platform that answers nothing is not asked by every job in turn, each of which would wait
//! for it until its time is up. After a few failures in a row it opens for a while; then one call tries the way.
//!
//! Memory only: a process that starts anew finds it out again. A source's calls are two at most at a time, because a lane has one
//! worker and each source has two lanes, for reading and for acting; so no source can take what others need.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::platform::PlatformError;

/// Failures in a row after which nothing is asked for a while.
const FAILURES: u32 = 5;
/// For how long at first, and at most.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(30);
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Whether a source's platform is asked at all.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether a call may go out; else until when none may. Of those that wait for an open breaker one goes first.
    pub(super) fn pass(&self, now: Timestamp) -> Result<(), Timestamp> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                // This one tries it, and the next must wait for what it finds.
                state.open_until = Some(now + PAUSE_MIN);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Until when nothing is asked; `None` where something may be.
    pub(super) fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.open_until.filter(|until| now < *until)
    }

    /// A call came back: answered in whatever words, or not at all.
    pub(super) fn came_back<T>(&self, answer: &Result<T, PlatformError>, now: Timestamp) {
        let silent =
            matches!(answer, Err(PlatformError::Unreachable { .. } | PlatformError::AnswerLost { .. }));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !silent {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if let Some(beyond) = state.failures.checked_sub(FAILURES) {
            let doubled = 2_i32.checked_pow(beyond).and_then(|factor| PAUSE_MIN.checked_mul(factor));
            state.open_until = Some(now + doubled.map_or(PAUSE_MAX, |pause| pause.min(PAUSE_MAX)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn silence() -> Result<(), PlatformError> {
        Err(PlatformError::Unreachable { detail: "nothing".into() })
    }

    #[test]
    fn after_five_failures_in_a_row_nothing_is_asked_for_half_a_minute_and_then_one_call_tries() {
        let breaker = Breaker::default();
        for second in 0..5 {
            assert_eq!(breaker.pass(at(second)), Ok(()));
            breaker.came_back(&silence(), at(second));
        }
        assert_eq!((breaker.pass(at(5)), breaker.open_until(at(5))), (Err(at(34)), Some(at(34))));
        assert_eq!(breaker.pass(at(34)), Ok(()), "one tries");
        assert_eq!(breaker.pass(at(35)), Err(at(64)), "the others wait for what it finds");
        breaker.came_back(&silence(), at(40));
        assert_eq!(breaker.pass(at(99)), Err(at(100)), "a minute now");
        assert_eq!(breaker.pass(at(100)), Ok(()));
        breaker.came_back(&Ok(()), at(101));
        assert_eq!(breaker.pass(at(101)), Ok(()));
        breaker.came_back(&silence(), at(102));
        assert_eq!(breaker.pass(at(103)), Ok(()), "it counts anew");
    }

    #[test]
    fn a_refusal_is_an_answer_and_no_silence() {
        let breaker = Breaker::default();
        for second in 0..20 {
            let limited = PlatformError::RateLimited { until: None, detail: "later".into() };
            breaker.came_back::<()>(&Err(limited), at(second));
            assert_eq!(breaker.pass(at(second)), Ok(()));
        }
    }

    #[test]
    fn it_is_never_open_for_more_than_five_minutes() {
        let breaker = Breaker::default();
        for _ in 0..60 {
            breaker.came_back(&silence(), at(0));
        }
        assert_eq!(breaker.pass(at(1)), Err(at(300)));
    }
}
