//! The first-reply clock: from the public's comment to our answer.
//!
//! It starts when the comment was written or received, whichever is earlier ([`Comment::starts_at`]), and runs
//! while a person reviews the comment: the public waits either way. A comment that was hidden when it was judged
//! has no clock until it is shown again; its clock then starts at that instant, so that the time of the hiding is
//! not held against whoever answers. A clock that stops because its comment is hidden stays stopped, and showing
//! the comment opens another.
//!
//! Where clocks are kept, and who is told, is left to the store and the stages.
//!
//! [`Comment::starts_at`]: super::comment::Comment::starts_at

mod kinds;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::{ActionId, IllegalTransition};
use super::calendar::{Calendar, CalendarError, Deadline, Owed, Pauses};
use super::comment::{CommentId, UnknownWord};
use super::judge::Kind;

pub use kinds::{ClockKind, Language, Priority};

/// A promise of a first reply that was made to a comment, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyClock {
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When the answer is due, with proof.
    pub deadline: Deadline,
    /// How far the clock has come.
    pub state: ClockState,
}

/// How far a reply clock has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockState {
    /// It runs.
    Running,
    /// We answered. In time or late: that is [`ReplyClock::standing`].
    Answered {
        /// When the answer stood on the platform.
        at: Timestamp,
        /// What answered.
        by: AnsweredBy,
    },
    /// It was stopped without an answer.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Why.
        reason: CancelReason,
    },
}

/// What stopped a reply clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnsweredBy {
    /// A reply through Majlis.
    Action(ActionId),
    /// A reply that somebody wrote on the platform, by its id there.
    SeenOnPlatform(String),
}

/// Why a reply clock runs no longer without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The comment was hidden.
    Hidden,
    /// The comment is gone from the platform.
    Gone,
    /// The comment's personal content was erased from our store.
    Erased,
    /// Judged again, it is of a kind that is owed no reply.
    NotOwed,
}

impl CancelReason {
    /// The word for it in columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            CancelReason::Hidden => "hidden",
            CancelReason::Gone => "gone",
            CancelReason::Erased => "erased",
            CancelReason::NotOwed => "not_owed",
        }
    }

    /// The reason that `word` names.
    ///
    /// # Errors
    /// The word is none of a reason's.
    pub fn from_word(word: &str) -> Result<Self, UnknownWord> {
        let all = [CancelReason::Hidden, CancelReason::Gone, CancelReason::Erased, CancelReason::NotOwed];
        all.into_iter()
            .find(|reason| reason.as_str() == word)
            .ok_or_else(|| UnknownWord::new("reason to stop a clock", word, all.map(CancelReason::as_str)))
    }
}

impl ClockState {
    /// The word for it in columns, logs and exports.
    pub fn word(&self) -> &'static str {
        match self {
            ClockState::Running => "running",
            ClockState::Answered { .. } => "answered",
            ClockState::Cancelled { .. } => "cancelled",
        }
    }

    /// We answered.
    ///
    /// # Errors
    /// The clock has stopped already: the first answer counts, and none counts after a hiding.
    pub fn answer(self, at: Timestamp, by: AnsweredBy) -> Result<Self, IllegalTransition> {
        self.stop(ClockState::Answered { at, by })
    }

    /// No answer is owed any longer.
    ///
    /// # Errors
    /// The clock has stopped already: an answer given is never taken back.
    pub fn cancel(self, at: Timestamp, reason: CancelReason) -> Result<Self, IllegalTransition> {
        self.stop(ClockState::Cancelled { at, reason })
    }

    fn stop(self, stopped: ClockState) -> Result<Self, IllegalTransition> {
        match self {
            ClockState::Running => Ok(stopped),
            other => Err(IllegalTransition { what: "a reply clock", from: other.word(), to: stopped.word() }),
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
    /// Not answered, and the deadline has passed.
    Overdue,
    /// Answered at the deadline or before it.
    InTime,
    /// Answered after the deadline.
    Late,
    /// Nothing is owed any longer.
    Cancelled,
}

impl ReplyClock {
    /// The clock of a comment whose promise begins to run at `started_at`; `None` where nothing is owed.
    ///
    /// # Errors
    /// The calendar does not reach from `started_at` to a deadline.
    pub fn open(
        calendar: &Calendar,
        comment: CommentId,
        owed: &Owed,
        started_at: Timestamp,
    ) -> Result<Option<Self>, CalendarError> {
        let Some(promise) = calendar.promise(owed) else { return Ok(None) };
        let deadline = calendar.due(started_at, promise, &Pauses::NONE)?;
        Ok(Some(ReplyClock { comment, kind: owed.kind, started_at, deadline, state: ClockState::Running }))
    }

    /// How the promise stands at `now`.
    ///
    /// An answer is in time by its instant alone, never by adding up open time: after closing the two differ.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let Deadline { due_at, due_soon_at, .. } = self.deadline;
        match self.state {
            ClockState::Running if now > due_at => Standing::Overdue,
            ClockState::Running if now >= due_soon_at => Standing::DueSoon,
            ClockState::Running => Standing::Open,
            ClockState::Answered { at, .. } if at <= due_at => Standing::InTime,
            ClockState::Answered { .. } => Standing::Late,
            ClockState::Cancelled { .. } => Standing::Cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment::Platform;

    const FEDERAL: &str = include_str!("../../config/calendar.toml");

    /// A first reply on X to a comment of this kind.
    fn owed(kind: Kind) -> Owed {
        let (priority, language) = (Priority::Normal, Language::Arabic);
        Owed { clock: ClockKind::FirstReply, platform: Platform::X, kind, priority, language }
    }

    /// An instant in Dubai.
    fn at(wall: &str) -> Timestamp {
        format!("{wall}+04:00").parse().unwrap()
    }

    /// A question written at opening, due at 15:30 and due soon at 13:30.
    fn question() -> ReplyClock {
        let calendar = Calendar::parse("calendar.toml", FEDERAL).unwrap();
        let start = at("2026-11-24T07:30:00");
        ReplyClock::open(&calendar, CommentId(1), &owed(Kind::Question), start).unwrap().unwrap()
    }

    fn answered(wall: &str) -> ReplyClock {
        let clock = question();
        let state = clock.state.answer(at(wall), AnsweredBy::Action(ActionId(1))).unwrap();
        ReplyClock { state, ..clock }
    }

    #[test]
    fn praise_opens_no_clock() {
        let calendar = Calendar::parse("calendar.toml", FEDERAL).unwrap();
        let start = at("2026-11-24T07:30:00");
        let clock = ReplyClock::open(&calendar, CommentId(1), &owed(Kind::Praise), start);
        assert_eq!(clock, Ok(None));
    }

    #[test]
    fn a_running_clock_is_open_then_due_soon_then_overdue() {
        let standing = |wall| question().standing(at(wall));
        assert_eq!(standing("2026-11-24T13:29:59"), Standing::Open);
        assert_eq!(standing("2026-11-24T13:30:00"), Standing::DueSoon);
        assert_eq!(standing("2026-11-24T15:30:00"), Standing::DueSoon, "an answer now would be in time");
        assert_eq!(standing("2026-11-24T15:30:01"), Standing::Overdue);
    }

    #[test]
    fn an_answer_is_in_time_at_the_deadline_and_late_after_it_even_while_closed() {
        let much_later = at("2027-01-01T00:00:00");
        assert_eq!(answered("2026-11-24T15:30:00").standing(much_later), Standing::InTime);
        assert_eq!(answered("2026-11-24T20:00:00").standing(much_later), Standing::Late);
        let calendar = Calendar::parse("calendar.toml", FEDERAL).unwrap();
        let lost = calendar
            .official()
            .elapsed(at("2026-11-24T15:30:00"), at("2026-11-24T20:00:00"), &Pauses::NONE)
            .unwrap();
        assert_eq!(lost.0, 0, "late, though no working time was lost");
    }

    #[test]
    fn a_stopped_clock_stays_stopped() {
        let at = at("2026-11-24T09:00:00");
        let by = AnsweredBy::SeenOnPlatform("reply".to_owned());
        let answered = ClockState::Running.answer(at, by.clone()).unwrap();
        let refused = answered.clone().cancel(at, CancelReason::Hidden).unwrap_err();
        assert_eq!(refused.to_string(), "a reply clock that is answered cannot become cancelled");
        assert!(answered.answer(at, by.clone()).is_err());
        let hidden = ClockState::Running.cancel(at, CancelReason::Hidden).unwrap();
        assert!(hidden.clone().answer(at, by).is_err());
        assert!(hidden.cancel(at, CancelReason::Gone).is_err());
    }

    #[test]
    fn a_comment_shown_again_is_counted_from_that_instant() {
        let calendar = Calendar::parse("calendar.toml", FEDERAL).unwrap();
        let shown_again = at("2026-11-25T10:00:00");
        let clock = ReplyClock::open(&calendar, CommentId(1), &owed(Kind::Question), shown_again);
        assert_eq!(clock.unwrap().unwrap().deadline.due_at, at("2026-11-26T10:00:00"));
    }

    #[test]
    fn every_reason_is_read_back_from_its_word() {
        for reason in [CancelReason::Hidden, CancelReason::Gone, CancelReason::Erased, CancelReason::NotOwed]
        {
            assert_eq!(CancelReason::from_word(reason.as_str()), Ok(reason));
        }
        assert!(CancelReason::from_word("bored").is_err());
    }
}
