//! Opening a reply clock: the deadline by the adopted calendar, kept with its proof, and its audit entry.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::{Calendar, Deadline, Owed, Pauses};
use crate::domain::comment::{Comment, CommentId};
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};
use crate::store::replies::{self, CancelReason, NewClock};
use crate::store::{StoreError, Tx};

/// A first reply that is owed, before its clock is kept.
#[derive(Debug)]
pub(crate) struct Promised {
    comment: CommentId,
    kind: Kind,
    started_at: Timestamp,
    deadline: Deadline,
    /// The deadline's proof as the database keeps it.
    basis: String,
}

impl Promised {
    /// What is owed to `comment` from `started_at` on; `None` where the policy promises nothing to its kind.
    pub(crate) fn first_reply(
        calendar: &Calendar,
        comment: &Comment,
        kind: Kind,
        started_at: Timestamp,
    ) -> Option<Self> {
        let owed = Owed {
            clock: ClockKind::FirstReply,
            platform: comment.platform,
            kind,
            priority: Priority::Normal,
            language: Language::Other,
        };
        let promise = calendar.promise(&owed)?;
        match calendar.due(started_at, promise, &Pauses::NONE) {
            Ok(deadline) => {
                let basis = serde_json::to_string(&deadline.proof).expect("a proof is plain data");
                Some(Self { comment: comment.id, kind, started_at, deadline, basis })
            }
            Err(error) => {
                // Only an instant outside the calendar's years gets here, such as a forged time.
                tracing::error!(comment.id = %comment.id, %error, "a reply is owed but has no deadline");
                None
            }
        }
    }
}

/// Opens the clocks that are not open already and returns their audit entries.
pub(crate) async fn open(
    tx: &mut Tx,
    promised: &[Promised],
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StoreError> {
    let clocks: Vec<NewClock<'_>> = promised
        .iter()
        .map(|promised| NewClock {
            comment: promised.comment,
            kind: promised.kind,
            started_at: promised.started_at,
            due_soon_at: promised.deadline.due_soon_at,
            due_at: promised.deadline.due_at,
            basis: &promised.basis,
        })
        .collect();
    let opened: HashSet<CommentId> = replies::open(tx, &clocks, now).await?.into_iter().collect();
    let entry = |promised: &Promised| {
        AuditEvent::new(now, Actor::Machine(by), "clock.opened", format!("comment:{}", promised.comment))
            .word("kind", promised.kind.as_str())
            .word("started_at", promised.started_at.to_string())
            .word("due_at", promised.deadline.due_at.to_string())
            .word("calendar", promised.deadline.proof.calendar.to_string())
    };
    Ok(promised.iter().filter(|promised| opened.contains(&promised.comment)).map(entry).collect())
}

/// The audit entry of a clock that nobody has to answer any more.
pub(crate) fn cancelled(
    comment: CommentId,
    reason: CancelReason,
    by: &'static str,
    now: Timestamp,
) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine(by), "clock.cancelled", format!("comment:{comment}"))
        .word("reason", reason.as_str())
}
