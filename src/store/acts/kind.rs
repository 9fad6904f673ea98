//! Calling a comment of another kind than it was judged: what is promised to that kind is owed from now on, and what was used of the
//! former promise comes along where the new one carries.

use crate::domain::audit::AuditEvent;
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::judge::{Finding, Kind, ReviewReason, Verdict};

use super::super::decisions::{self, Decision};
use super::super::replies::promise::{self, Owing};
use super::super::replies::{self, CancelReason, Clock};
use super::super::{StoreError, Tx, audit, comments};
use super::clocks::{counted_by, repromised};
use super::{By, Promises, decide_as, find};

/// Calls a comment of this kind. Its open clocks are counted anew, those that are promised nothing stop, and where nothing was owed
/// the clocks open that are owed now. The verdict stays.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours, gone or not judged yet, or it is of that kind.
pub async fn reclassify(
    tx: &mut Tx,
    by: By<'_>,
    promises: Promises<'_>,
    comment: CommentId,
    kind: Kind,
) -> Result<(), StoreError> {
    let Promises { calendar, routing } = promises;
    replies::hold(tx, &[comment]).await?;
    let found = find(tx, by, comment).await?;
    let there = matches!(found.visibility, Visibility::Visible | Visibility::Hidden);
    found.must(there && !found.ours, "called another kind")?;
    let last = decisions::latest(tx, comment).await?.filter(|last| last.revision == found.revision);
    let wrong = |found: &str| StoreError::WrongState {
        object: format!("comment {comment}"),
        found: found.to_owned(),
        asked: "called another kind",
    };
    let last = last.ok_or_else(|| wrong("not judged yet"))?;
    if last.kind == kind {
        return Err(wrong("of that kind already"));
    }
    counted_by(tx, calendar, comment).await?;
    let (_, judged) = decide_as(tx, by, &found, &verdict(&last), kind, None).await?;
    let judged = judged.word("was_kind", last.kind.as_str()).word("kind", kind.as_str());

    // One to which nothing is promised as that kind stops, below.
    let becomes = |was: &Clock| {
        let asked = Clock { kind, ..was.clone() };
        let promised = kind.is_owed_a_reply() && calendar.promise(&asked.owed()).is_some();
        (was.kind != kind && promised).then_some(asked)
    };
    let changed = replies::repromise(tx, calendar, comment, by.now, becomes).await?;
    let mut stopped = Vec::new();
    for clock in replies::open_clocks(tx, comment).await?.into_iter().filter(|clock| clock.kind != kind) {
        stopped.extend(replies::cancel_one(tx, Some(calendar), &clock, by.now, CancelReason::NotOwed).await?);
    }
    let mut opened = Vec::new();
    let shown = found.visibility == Visibility::Visible && last.verdict != "hide";
    if changed.is_empty() && shown && kind.is_owed_a_reply() {
        let comment = comments::get_in(tx, comment).await?.ok_or(StoreError::NoSuchComment(comment))?;
        // Until now nobody could know that an answer is owed: nothing is late after the fact.
        let started_at = if last.kind.is_owed_a_reply() { comment.starts_at() } else { by.now };
        let owing = Owing { comment: &comment, kind, started_at, again: true };
        opened = promise::open(tx, calendar, routing, &[owing], by.now).await?;
    }
    let next = promise::go_on(tx, calendar, routing, &stopped, "act", by.now).await?;

    let moved = changed.iter().map(|one| repromised(one, "clock.reclassified", by));
    let stopped = stopped.iter().map(|one| one.entry(by.actor(), Some(calendar), by.now));
    let opened = opened.iter().flat_map(|one| {
        let answered = one.answered.iter().map(|one| one.entry(by.actor(), Some(calendar), by.now));
        std::iter::once(one.clock.entry("clock.opened", by.actor(), by.now)).chain(answered)
    });
    let entries: Vec<AuditEvent> =
        std::iter::once(judged).chain(moved).chain(stopped).chain(opened).chain(next).collect();
    audit::append(tx, &entries).await
}

/// The verdict that stands.
pub(super) fn verdict(last: &Decision) -> Verdict {
    let finding = || {
        let (clause, rule, excerpt) = (last.clause?, last.rule.clone()?, last.excerpt.clone()?);
        Some(Finding { clause, rule, excerpt })
    };
    match (last.verdict, finding()) {
        ("hide", Some(finding)) => Verdict::Hide(finding),
        ("review", Some(finding)) => Verdict::Review(ReviewReason::Doubtful(finding)),
        ("review", None) => {
            Verdict::Review(ReviewReason::CheckFailed(last.check_failed.clone().unwrap_or_default()))
        }
        _ => Verdict::Allow,
    }
}
