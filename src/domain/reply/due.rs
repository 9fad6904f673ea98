//! When an answer is due, and how a promise stands by it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ClockState;
use crate::domain::calendar::{CalendarError, Hours, Pauses, WorkingSeconds};

/// When an answer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// At an instant, which is still in time.
    At {
        /// The instant.
        due_at: Timestamp,
        /// When so much of the working time is used that staff should look; never after `due_at`.
        due_soon_at: Timestamp,
    },
    /// Not at an instant, because the clock stands still, or stood still when it stopped.
    Left {
        /// The working time that remains. None where the deadline had passed before the pause, and only then: one that lies at an
        /// opening, with no working time before it, leaves a second.
        remaining: WorkingSeconds,
    },
}

impl Due {
    /// What remains, in these hours, of a promise that is due at `due_at` and stands still since `since`.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub(super) fn remaining(
        hours: &Hours,
        since: Timestamp,
        due_at: Timestamp,
    ) -> Result<WorkingSeconds, CalendarError> {
        let open = hours.elapsed(since, due_at, &Pauses::NONE)?;
        Ok(if since <= due_at { open.max(WorkingSeconds(1)) } else { open })
    }

    /// The instant, where there is one.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Due::At { due_at, .. } => Some(due_at),
            Due::Left { .. } => None,
        }
    }
}

/// How a promise stands, seen from those who keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not answered yet, and there is time.
    Open,
    /// Not answered yet, and most of the working time is used.
    DueSoon,
    /// Not answered, and the clock stands still.
    Paused,
    /// Not answered, and the deadline has passed.
    Overdue,
    /// Answered at the deadline or before it.
    InTime,
    /// Answered after the deadline.
    Late,
    /// Nothing is owed any longer.
    Cancelled,
}

/// How a promise that is due then and has come so far stands at `now`.
///
/// An answer is in time by its instant alone, never by adding up open time: after closing the two differ.
pub fn standing(state: &ClockState, due: Due, now: Timestamp) -> Standing {
    let is_past = |at: Timestamp| match due {
        Due::At { due_at, .. } => at > due_at,
        Due::Left { remaining } => remaining == WorkingSeconds(0),
    };
    match (state, due) {
        (ClockState::Cancelled { .. }, _) => Standing::Cancelled,
        (ClockState::Answered { at, .. } | ClockState::Solved { at, .. }, _) => {
            if is_past(*at) {
                Standing::Late
            } else {
                Standing::InTime
            }
        }
        (ClockState::Running | ClockState::Paused { .. }, _) if is_past(now) => Standing::Overdue,
        (ClockState::Paused { .. }, _) => Standing::Paused,
        (ClockState::Running, Due::At { due_soon_at, .. }) if now >= due_soon_at => Standing::DueSoon,
        (ClockState::Running, _) => Standing::Open,
    }
}

/// The longest time between the writing of a message and our receipt of it that is not worth a word (15 minutes).
const READ_LATE_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// Whether a message from `started_at` came to us so late, at `received_at`, that staff cannot be blamed for it.
pub fn read_late(started_at: Timestamp, received_at: Timestamp) -> bool {
    received_at.duration_since(started_at) > READ_LATE_AFTER
}

#[cfg(test)]
mod tests {
    use super::super::{AnsweredBy, CancelReason, PauseReason};
    use super::*;
    use crate::domain::action::ActionId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const DUE: i64 = 1_000;

    fn due() -> Due {
        Due::At { due_at: at(DUE), due_soon_at: at(750) }
    }

    fn left(seconds: u64) -> Due {
        Due::Left { remaining: WorkingSeconds(seconds) }
    }

    fn answered(second: i64) -> ClockState {
        ClockState::Answered { at: at(second), by: AnsweredBy::Action(ActionId(1)) }
    }

    #[test]
    fn a_running_clock_is_open_then_due_soon_then_overdue() {
        let now = |second| standing(&ClockState::Running, due(), at(second));
        assert_eq!(now(749), Standing::Open);
        assert_eq!(now(750), Standing::DueSoon);
        assert_eq!(now(DUE), Standing::DueSoon, "an answer now would be in time");
        assert_eq!(now(DUE + 1), Standing::Overdue);
    }

    #[test]
    fn an_answer_is_in_time_at_the_deadline_and_late_after_it() {
        assert_eq!(standing(&answered(DUE), due(), at(9_999)), Standing::InTime);
        assert_eq!(standing(&answered(DUE + 1), due(), at(9_999)), Standing::Late);
        let solved = ClockState::Solved { at: at(DUE), by: "amal".to_owned() };
        assert_eq!(standing(&solved, due(), at(9_999)), Standing::InTime);
    }

    #[test]
    fn a_clock_that_stands_still_is_overdue_only_where_it_was_before() {
        let paused = ClockState::Paused { since: at(5), reason: PauseReason::Merged };
        assert_eq!(standing(&paused, left(1), at(9_999)), Standing::Paused);
        assert_eq!(standing(&paused, left(0), at(9_999)), Standing::Overdue);
        assert_eq!(standing(&answered(6), left(1), at(9_999)), Standing::InTime);
        assert_eq!(standing(&answered(6), left(0), at(9_999)), Standing::Late);
    }

    #[test]
    fn a_cancelled_promise_is_neither_kept_nor_broken() {
        let hidden = ClockState::Cancelled { at: at(DUE + 5), reason: CancelReason::Hidden };
        assert_eq!(standing(&hidden, due(), at(9_999)), Standing::Cancelled);
    }

    #[test]
    fn a_message_that_came_to_us_more_than_a_quarter_of_an_hour_late_is_read_late() {
        assert!(!read_late(at(0), at(900)));
        assert!(read_late(at(0), at(901)));
        assert!(!read_late(at(0), at(0)));
    }
}
