//! Opening a reply clock: the deadline by the adopted calendar, kept with its proof, and its audit entry.

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::{Calendar, Deadline, Owed, Pauses};
use crate::domain::comment::{Comment, CommentId};
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};
use crate::store::replies::{self, Happened, NewClock};
use crate::store::{StoreError, Tx};

/// A first reply that is owed, before its clock is kept.
#[derive(Debug)]
pub(crate) struct Promised {
    comment: CommentId,
    owed: Owed,
    started_at: Timestamp,
    received_at: Timestamp,
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
            language: Language::of(comment.text.as_deref().unwrap_or_default()),
        };
        let promise = calendar.promise(&owed)?;
        match calendar.due(started_at, promise, &Pauses::NONE) {
            Ok(deadline) => {
                let basis = serde_json::to_string(&deadline.proof).expect("a proof is plain data");
                Some(Self {
                    comment: comment.id,
                    owed,
                    started_at,
                    received_at: started_at.max(comment.first_seen_at),
                    deadline,
                    basis,
                })
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
    calendar: &Calendar,
    promised: &[Promised],
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StoreError> {
    let clocks: Vec<NewClock<'_>> = promised
        .iter()
        .map(|promised| NewClock {
            comment: promised.comment,
            thread: promised.comment,
            platform: promised.owed.platform,
            clock: promised.owed.clock,
            kind: promised.owed.kind,
            priority: promised.owed.priority,
            language: promised.owed.language,
            started_at: promised.started_at,
            received_at: promised.received_at,
            due_soon_at: promised.deadline.due_soon_at,
            due_at: promised.deadline.due_at,
            calendar: &promised.deadline.proof.calendar,
            basis: &promised.basis,
            next_point: None,
        })
        .collect();
    let opened = replies::open(tx, &clocks, now).await?;
    let entries = opened.iter().flat_map(|opened| {
        let answered = opened.answered.iter().map(|one| one.entry(Actor::Machine(by), Some(calendar), now));
        std::iter::once(opened.clock.entry("clock.opened", Actor::Machine(by), now)).chain(answered)
    });
    Ok(entries.collect())
}

/// The audit entries of what happened to clocks.
pub(crate) fn entries(
    happened: &[Happened],
    actor: &Actor,
    calendar: Option<&Calendar>,
    now: Timestamp,
) -> Vec<AuditEvent> {
    happened.iter().map(|one| one.entry(actor.clone(), calendar, now)).collect()
}
