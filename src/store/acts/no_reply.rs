//! Leaving a comment without a reply: its clocks stop, and why is kept.

use crate::domain::audit::{AuditEvent, Field, commitment};
use crate::domain::comment::{CommentId, Visibility};

use super::super::notes::{self, Sort};
use super::super::replies::{self, CancelReason, promise};
use super::super::{StoreError, Tx, audit};
use super::{By, Promises, find};

/// Says that a comment needs no reply: what is owed to it stops, and the next message that waited behind it is owed its reply.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours or gone, or it is owed nothing.
pub async fn needs_no_reply(
    tx: &mut Tx,
    by: By<'_>,
    promises: Promises<'_>,
    comment: CommentId,
    reason: &str,
) -> Result<(), StoreError> {
    let Promises { calendar, routing } = promises;
    replies::hold(tx, &[comment]).await?;
    let found = find(tx, by, comment).await?;
    let there = matches!(found.visibility, Visibility::Visible | Visibility::Hidden);
    found.must(there && !found.ours, "left without a reply")?;
    let stopped = replies::cancel(tx, Some(calendar), comment, by.now, CancelReason::NotNeeded).await?;
    if stopped.is_empty() {
        return Err(StoreError::WrongState {
            object: format!("comment {comment}"),
            found: "owed nothing".to_owned(),
            asked: "left without a reply",
        });
    }
    let next = promise::go_on(tx, calendar, routing, &stopped, "act", by.now).await?;
    let salt: [u8; 16] = rand::random();
    notes::keep(tx, comment, Sort::NoReply, (reason, salt), &by.decider(), by.now).await?;

    let reason = Field::Commitment(commitment(&salt, reason.as_bytes()));
    let said = by.entry("comment.no_reply_needed", comment).with("reason", reason);
    let stopped = stopped.iter().map(|one| one.entry(by.actor(), Some(calendar), by.now));
    let entries: Vec<AuditEvent> = std::iter::once(said).chain(stopped).chain(next).collect();
    audit::append(tx, &entries).await
}
