//! What an act came to, for the page that the browser is sent back to.

use super::super::super::act::Outcome;
use super::super::forms::Form as Which;
use super::super::phrase::Phrase;

/// What was just done, as an address carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Done {
    Hide,
    Unhide,
    Reply,
    LeftVisible,
    /// Something about its deadlines.
    Deadlines,
    /// It changed hands.
    Assigned,
    NoReply,
    Kind,
    Note,
    TakenBack,
    /// Somebody else must let it leave.
    Proposed,
    /// A colleague's reply was given back.
    Returned,
    /// It was asked for already.
    Already,
}

impl Done {
    const ALL: [Done; 13] = [
        Done::Hide,
        Done::Unhide,
        Done::Reply,
        Done::LeftVisible,
        Done::Deadlines,
        Done::Assigned,
        Done::NoReply,
        Done::Kind,
        Done::Note,
        Done::TakenBack,
        Done::Proposed,
        Done::Returned,
        Done::Already,
    ];

    pub(super) fn of(which: Which, outcome: Outcome) -> Done {
        match (which, outcome) {
            (_, Outcome::UnderWay) => Done::Already,
            (_, Outcome::Proposed(_)) => Done::Proposed,
            (Which::Approval(_), Outcome::Settled(_)) => Done::Returned,
            (Which::Approval(_), Outcome::Queued(_)) => Done::Reply,
            (Which::Hide, _) => Done::Hide,
            (Which::Unhide, _) => Done::Unhide,
            (Which::Reply, _) => Done::Reply,
            (Which::LeaveVisible, _) => Done::LeftVisible,
            (Which::Assign, _) => Done::Assigned,
            (Which::NoReply, _) => Done::NoReply,
            (Which::Kind, _) => Done::Kind,
            (Which::Note, _) => Done::Note,
            (Which::Pause | Which::Resume | Which::Priority | Which::Solve | Which::Reopen, _) => {
                Done::Deadlines
            }
        }
    }

    pub(in super::super) fn word(self) -> &'static str {
        match self {
            Done::Hide => "hide",
            Done::Unhide => "unhide",
            Done::Reply => "reply",
            Done::LeftVisible => "visible",
            Done::Deadlines => "deadlines",
            Done::Assigned => "assigned",
            Done::NoReply => "no_reply",
            Done::Kind => "kind",
            Done::Note => "note",
            Done::TakenBack => "taken_back",
            Done::Proposed => "proposed",
            Done::Returned => "returned",
            Done::Already => "already",
        }
    }

    pub(in super::super) fn from_word(word: &str) -> Option<Done> {
        Done::ALL.into_iter().find(|done| done.word() == word)
    }

    /// What happens next.
    pub(in super::super) fn phrase(self) -> Phrase {
        match self {
            Done::Hide => Phrase::HideQueued,
            Done::Unhide => Phrase::UnhideQueued,
            Done::Reply => Phrase::ReplyQueued,
            Done::LeftVisible => Phrase::LeftVisible,
            Done::Deadlines => Phrase::DeadlinesChanged,
            Done::Assigned => Phrase::ChangedHands,
            Done::NoReply => Phrase::LeftWithoutReply,
            Done::Kind => Phrase::KindChanged,
            Done::Note => Phrase::NoteKept,
            Done::TakenBack => Phrase::TakenBack,
            Done::Proposed => Phrase::Proposed,
            Done::Returned => Phrase::Returned,
            Done::Already => Phrase::AlreadyOnItsWay,
        }
    }
}
