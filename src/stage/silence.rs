//! Silence: a limit that a platform told us of, kept until its end, so that the acts in the queue do not each find it out.
//!
//! Platforms count replies apart from hides, so each has its own. Memory only: a process that starts anew learns it again.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::action::Act;

/// Until when a source takes no more of each kind of act.
#[derive(Debug, Default)]
pub(super) struct Silence {
    until: Mutex<[Timestamp; 2]>,
}

impl Silence {
    /// Nothing like `act` is sent before `until`.
    pub(super) fn keep(&self, act: &Act, until: Timestamp) {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)[kind(act)] = until;
    }

    /// When the next act like this one may be sent; `None` at once.
    pub(super) fn until(&self, act: &Act, now: Timestamp) -> Option<Timestamp> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner)[kind(act)];
        (now < until).then_some(until)
    }
}

fn kind(act: &Act) -> usize {
    match act {
        Act::Hide | Act::Unhide => 0,
        Act::Reply { .. } | Act::Acknowledge { .. } => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_are_silent_until_their_time_and_replies_go_on() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let silence = Silence::default();
        silence.keep(&Act::Hide, at(100));
        assert_eq!(silence.until(&Act::Unhide, at(99)), Some(at(100)));
        assert_eq!(silence.until(&Act::Unhide, at(100)), None);
        assert_eq!(silence.until(&Act::Reply { text: "شكراً".into() }, at(99)), None);
    }
}
