//! How a platform call fails, and what is to be done about it: decided here once, so that no stage reads status codes.

use jiff::Timestamp;

use crate::domain::action::Refusal;
use crate::domain::limits::TooLong;

/// Why a platform call failed. The details are the platform's own words, cut short and free of tokens.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The platform asks us to slow down.
    #[error("the platform allows no more calls for now: {detail}")]
    RateLimited {
        /// When it will, where it says so.
        until: Option<Timestamp>,
        /// Its words.
        detail: String,
    },
    /// No connection, or an answer that proves that nothing was done.
    #[error("could not reach the platform: {detail}")]
    Unreachable {
        /// What happened.
        detail: String,
    },
    /// The request went out and the answer was lost or makes no sense: a write may have been carried out.
    #[error("the platform's answer was lost: {detail}")]
    AnswerLost {
        /// What happened.
        detail: String,
    },
    /// The access token has expired or was refused.
    #[error("the platform did not accept the access token: {detail}")]
    Unauthorised {
        /// Its words.
        detail: String,
    },
    /// The account must be connected again, or given a right, by a person.
    #[error("the platform wants a person to connect the account again: {detail}")]
    Revoked {
        /// Its words.
        detail: String,
    },
    /// The cursor is no longer accepted.
    #[error("the platform no longer accepts where we stopped reading: {detail}")]
    CursorStale {
        /// Its words.
        detail: String,
    },
    /// It will not do what we asked, whenever we ask.
    #[error("the platform refused: {detail}")]
    Refused {
        /// In our words.
        reason: Refusal,
        /// In its words.
        detail: String,
    },
}

impl From<TooLong> for PlatformError {
    /// A reply that its platform would refuse, refused before it is sent.
    fn from(too_long: TooLong) -> Self {
        Self::Refused { reason: Refusal::Invalid, detail: too_long.to_string() }
    }
}

/// What to do about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Wait until then, or for a while where no time is known.
    Wait(Option<Timestamp>),
    /// Try again, with growing pauses.
    RetryLater,
    /// Find out first whether it was done.
    Reconcile,
    /// Renew the access token once and try again.
    Renew,
    /// Stop using this source and tell an operator.
    PauseSource,
    /// Begin the round again.
    RestartRound,
    /// Never try again.
    GiveUp(Refusal),
}

impl PlatformError {
    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::RateLimited { until, .. } => Remedy::Wait(*until),
            Self::Unreachable { .. } => Remedy::RetryLater,
            Self::AnswerLost { .. } => Remedy::Reconcile,
            Self::Unauthorised { .. } => Remedy::Renew,
            Self::Revoked { .. } => Remedy::PauseSource,
            Self::CursorStale { .. } => Remedy::RestartRound,
            Self::Refused { reason, .. } => Remedy::GiveUp(*reason),
        }
    }
}
