//! What we do on a platform: hide, unhide, reply, acknowledge; and how far each has come.
//!
//! An action is written to the outbox before anything is sent. [`ActionState`] is the only way
//! through it, so that nothing public is done twice and no answer is lost.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::comment::{CommentId, UnknownWord};

/// The number of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(pub i64);

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One thing that Majlis can do to a comment on its platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Keep it from appearing.
    Hide,
    /// Let it appear again.
    Unhide,
    /// Answer it in public.
    Reply {
        /// The words of the answer.
        text: String,
    },
    /// Say in public that it came while the office is closed, and when that opens. No reply: whoever asked is owed one still.
    Acknowledge {
        /// The words.
        text: String,
        /// The opening, from which on it is not sent.
        until: Timestamp,
    },
}

impl Act {
    /// The word for it in columns, logs and exports.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Hide => "hide",
            Act::Unhide => "unhide",
            Act::Reply { .. } => "reply",
            Act::Acknowledge { .. } => "acknowledge",
        }
    }

    /// What the public reads by it; `None` where it writes nothing.
    pub fn text(&self) -> Option<&str> {
        match self {
            Act::Hide | Act::Unhide => None,
            Act::Reply { text } | Act::Acknowledge { text, .. } => Some(text),
        }
    }
}

/// The platform's proof of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The platform's id of what came to be (a reply's id), or of what was changed.
    pub reference: String,
}

/// Why a platform will not do what we asked; asking again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The comment is gone.
    Gone,
    /// The platform does not allow it for this comment.
    NotAllowed,
    /// The platform calls the request wrong: a length, a form, an order of acts.
    Invalid,
}

impl Refusal {
    /// The word for it in columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Refusal::Gone => "gone",
            Refusal::NotAllowed => "not_allowed",
            Refusal::Invalid => "invalid",
        }
    }

    /// The refusal that `word` names.
    ///
    /// # Errors
    /// The word is none of a refusal's.
    pub fn from_word(word: &str) -> Result<Self, UnknownWord> {
        let all = [Refusal::Gone, Refusal::NotAllowed, Refusal::Invalid];
        all.into_iter()
            .find(|refusal| refusal.as_str() == word)
            .ok_or_else(|| UnknownWord::new("refusal", word, all.map(Refusal::as_str)))
    }
}

/// Why an action never left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its comment was hidden, shown or answered otherwise, or the office opened.
    Overtaken,
    /// Staff took it back.
    TakenBack,
    /// Whoever was to approve it gave it back.
    GivenBack,
    /// Its comment was erased.
    Erased,
}

impl Withdrawal {
    const ALL: [Withdrawal; 4] =
        [Withdrawal::Overtaken, Withdrawal::TakenBack, Withdrawal::GivenBack, Withdrawal::Erased];

    /// The word for it in columns and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Withdrawal::Overtaken => "overtaken",
            Withdrawal::TakenBack => "taken_back",
            Withdrawal::GivenBack => "given_back",
            Withdrawal::Erased => "erased",
        }
    }
}

impl FromStr for Withdrawal {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|why| why.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("withdrawal", word, Self::ALL.map(Self::as_str)))
    }
}

/// How far an action has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionState {
    /// A reply that a second person must let leave.
    AwaitingApproval,
    /// In the outbox; nothing was sent yet.
    Queued,
    /// The attempt with this number, from 1, is on its way; its answer is not known.
    Started {
        /// The number of the attempt.
        attempt: i64,
    },
    /// The platform did it.
    Confirmed {
        /// When we knew.
        at: Timestamp,
        /// Its proof.
        receipt: Receipt,
    },
    /// The platform will not do it.
    Refused {
        /// When we knew.
        at: Timestamp,
        /// Why not.
        reason: Refusal,
    },
    /// It never left.
    Withdrawn {
        /// When that was.
        at: Timestamp,
        /// Why.
        why: Withdrawal,
    },
}

/// A step that the state of an action or a reply clock does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} that is {from} cannot become {to}")]
pub struct IllegalTransition {
    /// What was to change, with its article: `an action`, `a reply clock`.
    pub what: &'static str,
    /// The state it is in.
    pub from: &'static str,
    /// The state that was asked for.
    pub to: &'static str,
}

impl ActionState {
    /// The word for it in columns, logs and exports.
    pub fn word(&self) -> &'static str {
        match self {
            ActionState::AwaitingApproval => "awaiting_approval",
            ActionState::Queued => "queued",
            ActionState::Started { .. } => "started",
            ActionState::Confirmed { .. } => "confirmed",
            ActionState::Refused { .. } => "refused",
            ActionState::Withdrawn { .. } => "withdrawn",
        }
    }

    /// A second person lets it leave.
    ///
    /// # Errors
    /// It does not wait for that.
    pub fn approve(self) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::AwaitingApproval => Ok(ActionState::Queued),
            other => Err(IllegalTransition { what: "an action", from: other.word(), to: "queued" }),
        }
    }

    /// The next attempt sets out. From `Started` only after the thread was read back.
    ///
    /// # Errors
    /// The action is settled.
    pub fn start(self) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::Queued => Ok(ActionState::Started { attempt: 1 }),
            ActionState::Started { attempt } => Ok(ActionState::Started { attempt: attempt + 1 }),
            settled => Err(IllegalTransition { what: "an action", from: settled.word(), to: "started" }),
        }
    }

    /// The platform did it.
    ///
    /// # Errors
    /// No attempt is on its way.
    pub fn confirm(self, at: Timestamp, receipt: Receipt) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::Started { .. } => Ok(ActionState::Confirmed { at, receipt }),
            other => Err(IllegalTransition { what: "an action", from: other.word(), to: "confirmed" }),
        }
    }

    /// The platform will not do it.
    ///
    /// # Errors
    /// No attempt is on its way.
    pub fn refuse(self, at: Timestamp, reason: Refusal) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::Started { .. } => Ok(ActionState::Refused { at, reason }),
            other => Err(IllegalTransition { what: "an action", from: other.word(), to: "refused" }),
        }
    }

    /// It will not be sent.
    ///
    /// # Errors
    /// It has set out already.
    pub fn withdraw(self, at: Timestamp, why: Withdrawal) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::AwaitingApproval | ActionState::Queued => Ok(ActionState::Withdrawn { at, why }),
            other => Err(IllegalTransition { what: "an action", from: other.word(), to: "withdrawn" }),
        }
    }

    /// Its time is over, and it will not be sent. From `Started` only after the thread was read back and did not hold it.
    ///
    /// # Errors
    /// The action is settled.
    pub fn lapse(self, at: Timestamp) -> Result<Self, IllegalTransition> {
        match self {
            ActionState::Queued | ActionState::Started { .. } => {
                Ok(ActionState::Withdrawn { at, why: Withdrawal::Overtaken })
            }
            settled => Err(IllegalTransition { what: "an action", from: settled.word(), to: "withdrawn" }),
        }
    }
}

/// An action as the outbox holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its number.
    pub id: ActionId,
    /// The comment it is done to.
    pub comment: CommentId,
    /// What is done.
    pub act: Act,
    /// How far it has come.
    pub state: ActionState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it leaves, where whoever asked for it may take it back until then.
    pub not_before: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_action_on_its_way_can_be_confirmed_or_refused() {
        let at = Timestamp::UNIX_EPOCH;
        let receipt = Receipt { reference: "r".into() };
        assert!(ActionState::Queued.confirm(at, receipt.clone()).is_err());
        let confirmed = ActionState::Queued.start().unwrap().confirm(at, receipt.clone()).unwrap();
        assert!(confirmed.clone().confirm(at, receipt).is_err());
        assert!(confirmed.refuse(at, Refusal::Gone).is_err());
    }

    #[test]
    fn a_reply_that_awaits_approval_is_not_sent_before_it_has_it() {
        let waits = ActionState::AwaitingApproval;
        assert!(waits.clone().start().is_err());
        assert_eq!(waits.clone().approve(), Ok(ActionState::Queued));
        assert!(ActionState::Queued.approve().is_err(), "once");
        assert!(waits.withdraw(Timestamp::UNIX_EPOCH, Withdrawal::GivenBack).is_ok());
    }

    #[test]
    fn an_action_that_set_out_cannot_be_withdrawn() {
        let started = ActionState::Queued.start().unwrap();
        assert_eq!(
            started.withdraw(Timestamp::UNIX_EPOCH, Withdrawal::TakenBack).unwrap_err().to_string(),
            "an action that is started cannot become withdrawn"
        );
    }
}
