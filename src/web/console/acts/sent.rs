//! What the forms of a comment's page send.

use serde::Deserialize;

use crate::store::acts::Seen;
use crate::store::comments::{ListKey, Story};

#[derive(Deserialize)]
pub(in super::super) struct HideForm {
    pub(super) clause: String,
    pub(super) reason: String,
    /// Where to go on afterwards, where not to the same page.
    pub(super) then: Option<Then>,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct ReasonForm {
    pub(super) reason: String,
    /// Where to go on afterwards, where not to the same page.
    pub(super) then: Option<Then>,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct ReplyForm {
    pub(super) text: String,
    /// Where to go on afterwards, where not to the same page.
    pub(super) then: Option<Then>,
    /// Present where the reply is to be shown first, and not sent.
    pub(super) preview: Option<String>,
    /// Present where somebody else is to approve it first.
    pub(super) propose: Option<String>,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct ApproveForm {
    pub(super) action: i64,
    pub(super) text: String,
    /// Present where the reply is given back.
    pub(super) reason: Option<String>,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct PauseForm {
    pub(super) reason: String,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct PriorityForm {
    pub(super) priority: String,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct PlainForm {
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct AssignForm {
    pub(super) to: String,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct KindForm {
    pub(super) kind: String,
    /// What the page showed.
    pub(super) seen: Shown,
}

#[derive(Deserialize)]
pub(in super::super) struct NoteForm {
    pub(super) text: String,
    /// What the page showed.
    pub(super) seen: Shown,
}

/// Where somebody goes on after an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in super::super) enum Then {
    /// To the next comment that needs a person.
    Next,
    /// To the review queue, behind this place in it.
    Review { after: Option<ListKey> },
}

impl Then {
    pub(super) fn after(self) -> Option<String> {
        match self {
            Then::Next => None,
            Then::Review { after } => after.map(|after| after.to_string()),
        }
    }
}

impl TryFrom<String> for Then {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once('.') {
            None if text == "next" => Ok(Then::Next),
            None if text == "review" => Ok(Then::Review { after: None }),
            Some(("review", place)) => place
                .parse()
                .map(|after| Then::Review { after: Some(after) })
                .map_err(|_| "no place of the queue"),
            _ => Err("not where somebody may go on"),
        }
    }
}

/// What a page showed of its comment, as its forms carry it: the revision, a point, and the number of the last entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in super::super) struct Shown(pub(super) Seen);

impl Shown {
    pub(in super::super) fn of(story: &Story) -> String {
        format!("{}.{}", story.comment.revision, story.entry)
    }
}

impl TryFrom<String> for Shown {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = || {
            let (revision, entry) = text.split_once('.')?;
            Some(Shown(Seen::Page { revision: revision.parse().ok()?, entry: entry.parse().ok()? }))
        };
        read().ok_or("not what a page carries")
    }
}
