//! What staff wrote, without the space around it and found fit to be kept and sent.

use crate::domain::blanks;
use crate::domain::comment::{Comment, CommentId, SourceId};
use crate::domain::holder::Holder;
use crate::domain::limits;
use crate::domain::routing::Routing;
use crate::store::{Store, comments};

use super::{Command, NOTE_MAX_CHARS, NotDone, REASON_MAX_CHARS};

/// The command with its texts trimmed and found fit to be kept and sent.
pub(in crate::web) async fn checked(
    store: &Store,
    (routing, approving): (&Routing, &[SourceId]),
    comment: CommentId,
    command: Command,
) -> Result<Command, NotDone> {
    Ok(match command {
        Command::Hide { clause, reason } => Command::Hide { clause, reason: checked_reason(&reason)? },
        Command::Unhide { reason } => Command::Unhide { reason: checked_reason(&reason)? },
        Command::LeaveVisible { reason } => {
            let given = reason.filter(|reason| !reason.trim().is_empty());
            Command::LeaveVisible { reason: given.as_deref().map(checked_reason).transpose()? }
        }
        Command::Reply { text } => {
            let (text, to) = checked_reply(store, comment, &text).await?;
            // Where the configuration says so, sending is asking for approval.
            if approving.contains(&to.source) { Command::Propose { text } } else { Command::Reply { text } }
        }
        Command::Propose { text } => Command::Propose { text: checked_reply(store, comment, &text).await?.0 },
        Command::ApproveReply { action, text } => {
            Command::ApproveReply { action, text: checked_reply(store, comment, &text).await?.0 }
        }
        Command::ReturnReply { action, reason } => {
            Command::ReturnReply { action, reason: checked_reason(&reason)? }
        }
        Command::Assign { to: Holder::Team(team) } if routing.team(&team).is_none() => {
            return Err(NotDone::NoSuchTeam(team));
        }
        Command::NoReply { reason } => Command::NoReply { reason: checked_reason(&reason)? },
        Command::Note { text } => Command::Note { text: checked_note(&text)? },
        plain => plain,
    })
}

/// A reply without the space around it, found fit to be sent, and the comment that it answers.
async fn checked_reply(store: &Store, comment: CommentId, text: &str) -> Result<(String, Comment), NotDone> {
    let text = storable(text)?;
    if text.is_empty() {
        return Err(NotDone::ReplyEmpty);
    }
    if let Some(blank) = blanks::first(text) {
        return Err(NotDone::BlankLeft(blank.to_owned()));
    }
    let to = comments::get(store, comment).await?.ok_or(NotDone::NoSuchComment)?;
    limits::check_reply(to.platform, text)?;
    Ok((text.to_owned(), to))
}

/// A reason without the space around it, found fit to be kept.
pub(in crate::web) fn checked_reason(reason: &str) -> Result<String, NotDone> {
    let reason = storable(reason)?;
    match reason.chars().count() {
        0 => Err(NotDone::ReasonMissing),
        1..=REASON_MAX_CHARS => Ok(reason.to_owned()),
        _ => Err(NotDone::ReasonTooLong),
    }
}

pub(in crate::web) fn checked_note(text: &str) -> Result<String, NotDone> {
    let text = storable(text)?;
    match text.chars().count() {
        0 => Err(NotDone::NoteEmpty),
        1..=NOTE_MAX_CHARS => Ok(text.to_owned()),
        _ => Err(NotDone::NoteTooLong),
    }
}

/// A text without the space around it. PostgreSQL stores no NUL, and no platform shows one.
fn storable(text: &str) -> Result<&str, NotDone> {
    if text.contains('\0') { Err(NotDone::Nul) } else { Ok(text.trim()) }
}
