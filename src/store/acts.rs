//! What members of staff do to a comment: decision, action, job, clock and audit entries in one transaction (T4).
//!
//! The caller has checked the role. Nothing is sent from here: the actions wait in the outbox. A person's decision fences
//! out a moderation job that is at work on the same comment, so that the machine, judging what it read before, cannot
//! have the last word.

mod approval;
mod assign;
mod clocks;
mod kind;
mod no_reply;
mod note;
mod seen;
mod take_back;

use jiff::Timestamp;

use crate::domain::action::{Act, ActionId};
use crate::domain::audit::{Actor, AuditEvent, Field, commitment};
use crate::domain::calendar::Calendar;
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::judge::{Finding, Kind, Verdict};
use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::domain::routing::Routing;

use super::actions::{self, NewAction};
use super::bulks::BulkId;
use super::decisions::{self, DecidedBy, LAST, LATEST, LastDecision, NewDecision};
use super::error::Doing;
use super::jobs::{self, Lane};
use super::replies::{self, CancelReason};
use super::sql::{self, Columns};
use super::{Dialect, StoreError, Tx, audit};

pub use approval::{approve_reply, propose, return_reply};
pub use assign::assign;
pub use clocks::{pause, prioritise, reopen, resume, retarget, solve};
pub use kind::reclassify;
pub use no_reply::needs_no_reply;
pub use note::note;
pub use seen::Seen;
pub use take_back::{reconsider, take_back};

/// What is promised to whom: what an act needs that may open a clock.
#[derive(Debug, Clone, Copy)]
pub struct Promises<'a> {
    /// The calendar in force.
    pub calendar: &'a Calendar,
    /// Whose comments are whose.
    pub routing: &'a Routing,
}

/// Who acts, when, and under which policy.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The member of staff, by name.
    pub staff: &'a str,
    /// The policy in force.
    pub policy: &'a PolicyVersion,
    /// The instant of the act.
    pub now: Timestamp,
    /// What they had before their eyes, where they said so.
    pub seen: Option<Seen>,
    /// When what they ask of a platform leaves, where they may take it back until then.
    pub leaves: Option<Timestamp>,
    /// The act on many comments that this is a part of.
    pub bulk: Option<BulkId>,
}

impl By<'_> {
    fn decider(&self) -> DecidedBy {
        DecidedBy::Staff(self.staff.to_owned())
    }

    fn actor(&self) -> Actor {
        Actor::Staff(self.staff.to_owned())
    }

    fn entry(&self, act: &'static str, comment: CommentId) -> AuditEvent {
        let entry = AuditEvent::new(self.now, self.actor(), act, format!("comment:{comment}"));
        match self.bulk {
            Some(bulk) => entry.int("bulk", bulk.0),
            None => entry,
        }
    }
}

/// Hides a comment for a clause: its reply clock stops, and the hide is queued. `None` where a hide is on its way already.
/// A hidden comment that waits for a review is kept hidden so: the hide is asked for again, which overtakes an unhide.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours, or it is neither visible nor hidden until a
/// person decides.
pub async fn hide(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    clause: ClauseId,
    reason: &str,
) -> Result<Option<ActionId>, StoreError> {
    let found = find(tx, by, comment).await?;
    let undecided = found.visibility == Visibility::Hidden && found.is_decided("review");
    found.must((found.visibility == Visibility::Visible || undecided) && !found.ours, "hidden")?;
    let verdict = Verdict::Hide(Finding { clause, rule: "staff".to_owned(), excerpt: 0..0 });
    let (decision, judged) = decide(tx, by, &found, &verdict, Some(reason)).await?;
    let stopped = replies::cancel(tx, None, comment, by.now, CancelReason::Hidden).await?;
    let stopped = stopped.iter().map(|one| one.entry(by.actor(), None, by.now));
    let said = std::iter::once(judged).chain(stopped).collect();
    queue(tx, by, comment, (Act::Hide, Some(decision)), said).await
}

/// Shows a comment again. Its reply clock opens again when the platform has confirmed it. `None` where an unhide is on
/// its way already.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, or it is neither hidden nor about to be.
pub async fn unhide(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    reason: &str,
) -> Result<Option<ActionId>, StoreError> {
    let found = find(tx, by, comment).await?;
    let about_to_be = found.visibility == Visibility::Visible && found.is_decided("hide");
    found.must(found.visibility == Visibility::Hidden || about_to_be, "shown again")?;
    let (decision, judged) = decide(tx, by, &found, &Verdict::Allow, Some(reason)).await?;
    queue(tx, by, comment, (Act::Unhide, Some(decision)), vec![judged]).await
}

/// Answers a comment in public. Its reply clock stops when the platform has confirmed it. `None` where a reply with
/// the same words is on its way or was sent already.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours, or it is gone.
pub async fn reply(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    text: &str,
) -> Result<Option<ActionId>, StoreError> {
    let found = find(tx, by, comment).await?;
    let there = matches!(found.visibility, Visibility::Visible | Visibility::Hidden);
    found.must(there && !found.ours, "answered")?;
    queue(tx, by, comment, (Act::Reply { text: text.to_owned() }, None), Vec::new()).await
}

/// Leaves a comment visible after a review.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, or it does not wait for a review.
pub async fn approve(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let found = find(tx, by, comment).await?;
    found.must(found.visibility == Visibility::Visible && found.is_decided("review"), "left visible")?;
    let (_, judged) = decide(tx, by, &found, &Verdict::Allow, reason).await?;
    audit::append(tx, &[judged]).await
}

/// What an act needs to know of its comment.
#[derive(Debug)]
struct Found {
    comment: CommentId,
    revision: i64,
    seen: Option<i64>,
    visibility: Visibility,
    ours: bool,
    last: Option<LastDecision>,
}

impl Found {
    fn is_decided(&self, verdict: &str) -> bool {
        self.last.as_ref().is_some_and(|last| last.verdict == verdict)
    }

    fn must(&self, holds: bool, asked: &'static str) -> Result<(), StoreError> {
        let changed = self.seen.is_some_and(|seen| seen != self.revision);
        if holds && !changed {
            return Ok(());
        }
        let found = match (&self.last, self.visibility) {
            _ if self.ours => "our own".to_owned(),
            _ if changed => "changed since you read it".to_owned(),
            (Some(last), Visibility::Visible) => format!("visible, its verdict {}", last.verdict),
            (None, Visibility::Visible) => "visible, and not judged yet".to_owned(),
            (_, other) => other.as_str().to_owned(),
        };
        Err(StoreError::WrongState { object: format!("comment {}", self.comment), found, asked })
    }
}

/// The comment, held until the transaction ends: of two who act at once, the second sees what the first did.
async fn find(tx: &mut Tx, by: By<'_>, comment: CommentId) -> Result<Found, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        let lock = sqlx::query("select id from comment where id = $1 for no key update").bind(comment.0);
        lock.fetch_optional(tx.conn()).await.doing("hold a comment")?;
    }
    let query = sql::query(format!(
        "select c.revision, c.visibility, c.written_by, {LAST}
         from comment c left join decision d on d.id = {LATEST} where c.id = $1"
    ));
    let row = query.bind(comment.0).fetch_optional(tx.conn()).await.doing("read a comment")?;
    let row = row.ok_or(StoreError::NoSuchComment(comment))?;
    let columns = Columns::of("comment", &row);
    if let Some(seen) = by.seen {
        seen.is_still_so(tx, comment, by.staff).await?;
    }
    Ok(Found {
        comment,
        revision: columns.get("revision")?,
        seen: by.seen.and_then(Seen::revision),
        visibility: columns.word("visibility")?,
        ours: columns.get::<&str>("written_by")? == "us",
        last: decisions::last(&columns)?,
    })
}

/// Records what somebody decided, and returns its number and its audit entry. The caller appends it after whatever else it holds:
/// who has the end of the log waits for nothing.
async fn decide(
    tx: &mut Tx,
    by: By<'_>,
    found: &Found,
    verdict: &Verdict,
    reason: Option<&str>,
) -> Result<(i64, AuditEvent), StoreError> {
    let kind = found.last.as_ref().map_or(Kind::Other, |last| last.kind);
    decide_as(tx, by, found, verdict, kind, reason).await
}

/// The same, with the kind that they call it.
async fn decide_as(
    tx: &mut Tx,
    by: By<'_>,
    found: &Found,
    verdict: &Verdict,
    kind: Kind,
    reason: Option<&str>,
) -> Result<(i64, AuditEvent), StoreError> {
    let salt: [u8; 16] = rand::random();
    let decision = NewDecision {
        comment: found.comment,
        revision: found.revision,
        verdict,
        kind,
        policy: by.policy,
        decided_by: &by.decider(),
        reason: reason.map(|reason| (reason, salt)),
    };
    let number = decisions::record(tx, &[decision], by.now).await?[0];
    jobs::interrupt(tx, &Lane::Moderate, &[found.comment.to_string()]).await?;

    let reason = reason.map_or(Field::Null, |reason| Field::Commitment(commitment(&salt, reason.as_bytes())));
    let clause = verdict.clause().map_or(Field::Null, |clause| Field::Word(clause.to_string()));
    let entry = by
        .entry("comment.judged", found.comment)
        .int("decision", number)
        .int("revision", found.revision)
        .word("verdict", verdict.word())
        .with("clause", clause)
        .word("policy", by.policy.to_string())
        .with("reason", reason);
    Ok((number, entry))
}

/// Queues an act, and the decision that it follows from; `said` goes before it in the log.
async fn queue(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    (act, decision): (Act, Option<i64>),
    said: Vec<AuditEvent>,
) -> Result<Option<ActionId>, StoreError> {
    let action = NewAction { comment, act, requested_by: by.decider(), decision, salt: rand::random() };
    Ok(actions::queue_for(tx, &[action], by.now, by.leaves, said).await?.first().copied())
}
