//! How far a clock has come. What each event does to it is left to [`super::run`].

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ClockKind;
use crate::domain::action::ActionId;
use crate::domain::comment::UnknownWord;

/// How far a reply clock has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockState {
    /// It runs.
    Running,
    /// It stands still until it is resumed.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: PauseReason,
    },
    /// We answered. In time or late: that is [`super::standing`].
    Answered {
        /// When the answer stood on the platform.
        at: Timestamp,
        /// What answered.
        by: AnsweredBy,
    },
    /// The matter came to its end; only a [`ClockKind::Solve`] clock ends so.
    Solved {
        /// When.
        at: Timestamp,
        /// The member of staff who said so, by name.
        by: String,
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
    /// A member of staff said that it needs none, and why.
    NotNeeded,
}

/// Why a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// It is dealt with under another comment.
    Merged,
    /// Staff look into whether it is spam.
    SpamUnderReview,
    /// The platform cannot be reached, so nobody could answer.
    PlatformOutage,
    /// The asker has to say something first.
    WaitingForAsker,
    /// Another body has to say something first.
    AwaitingOtherBody,
}

impl ClockState {
    /// The word for it in columns, logs and exports.
    pub fn word(&self) -> &'static str {
        match self {
            ClockState::Running => "running",
            ClockState::Paused { .. } => "paused",
            ClockState::Answered { .. } => "answered",
            ClockState::Solved { .. } => "solved",
            ClockState::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether something is still owed: it runs or is paused.
    pub fn is_open(&self) -> bool {
        self.stopped_at().is_none()
    }

    /// When it stopped for good.
    pub fn stopped_at(&self) -> Option<Timestamp> {
        match self {
            ClockState::Running | ClockState::Paused { .. } => None,
            ClockState::Answered { at, .. }
            | ClockState::Solved { at, .. }
            | ClockState::Cancelled { at, .. } => Some(*at),
        }
    }

    /// When what was owed was given.
    pub fn kept_at(&self) -> Option<Timestamp> {
        match self {
            ClockState::Answered { at, .. } | ClockState::Solved { at, .. } => Some(*at),
            ClockState::Running | ClockState::Paused { .. } | ClockState::Cancelled { .. } => None,
        }
    }
}

impl CancelReason {
    const ALL: [CancelReason; 5] = [
        CancelReason::Hidden,
        CancelReason::Gone,
        CancelReason::Erased,
        CancelReason::NotOwed,
        CancelReason::NotNeeded,
    ];

    /// The word for it in columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            CancelReason::Hidden => "hidden",
            CancelReason::Gone => "gone",
            CancelReason::Erased => "erased",
            CancelReason::NotOwed => "not_owed",
            CancelReason::NotNeeded => "not_needed",
        }
    }
}

impl FromStr for CancelReason {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|reason| reason.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("reason to stop a clock", word, Self::ALL.map(Self::as_str)))
    }
}

impl PauseReason {
    /// Every reason, those first that any clock may be paused for.
    pub const ALL: [PauseReason; 5] = [
        PauseReason::Merged,
        PauseReason::SpamUnderReview,
        PauseReason::PlatformOutage,
        PauseReason::WaitingForAsker,
        PauseReason::AwaitingOtherBody,
    ];

    /// The word for it in commands, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            PauseReason::Merged => "merged",
            PauseReason::SpamUnderReview => "spam_under_review",
            PauseReason::PlatformOutage => "platform_outage",
            PauseReason::WaitingForAsker => "waiting_for_asker",
            PauseReason::AwaitingOtherBody => "awaiting_other_body",
        }
    }

    /// Whether a clock of this kind may stand still for it. Who has heard nothing from us yet cannot be waited for, so a
    /// first reply waits for nobody.
    pub fn may_pause(self, clock: ClockKind) -> bool {
        match self {
            PauseReason::Merged | PauseReason::SpamUnderReview | PauseReason::PlatformOutage => true,
            PauseReason::WaitingForAsker | PauseReason::AwaitingOtherBody => clock != ClockKind::FirstReply,
        }
    }
}

impl FromStr for PauseReason {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|reason| reason.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("reason for a pause", word, Self::ALL.map(Self::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back_from_its_word() {
        for reason in CancelReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        for reason in PauseReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert!("bored".parse::<CancelReason>().is_err());
        assert!("lunch".parse::<PauseReason>().is_err());
    }

    #[test]
    fn a_first_reply_never_waits_for_the_asker_or_for_another_body() {
        let pausable = |clock| PauseReason::ALL.map(|reason| reason.may_pause(clock));
        assert_eq!(pausable(ClockKind::FirstReply), [true, true, true, false, false]);
        assert_eq!(pausable(ClockKind::NextReply), [true; 5]);
        assert_eq!(pausable(ClockKind::Solve), [true; 5]);
    }
}
