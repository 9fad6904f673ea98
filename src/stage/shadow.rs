//! A policy in shadow: what the judge decided is judged a second time, by a policy that does not act.
//!
//! It goes by the log, whose entries are dense and in the order of their commits: so each verdict is judged once, on whichever node, and
//! none is lost, whoever dies. It writes counts and its place in the log. One job for the whole installation, and it steps aside
//! while comments wait for the judge that acts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;

use super::claimed::{again_at, drop_job};
use super::{Context, StageError};
use crate::domain::audit::EntryView;
use crate::domain::comment::CommentId;
use crate::domain::judge::{Beside, Ruled};
use crate::store::comments::{self, SubjectRow};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::{Step, audit, shadows};

/// Between two looks at the log where nothing was added, or where the judge that acts is at work.
const LOOK: SignedDuration = SignedDuration::from_secs(5);

/// A verdict as the log tells it.
struct Decided {
    comment: CommentId,
    revision: i64,
    was: Ruled,
}

/// Judges what a page of the log says was judged.
#[tracing::instrument(skip_all)]
pub(crate) async fn shadow(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let latest = shadows::latest(&ctx.store).await?.filter(|shadow| shadow.ended_at.is_none());
    let Some(shadow) = latest else { return drop_job(ctx, claim).await };
    let now = ctx.clock.now();
    if jobs::next_due(&ctx.store, &Lane::Moderate).await?.is_some_and(|due| due <= now) {
        return again_at(ctx, claim, now + LOOK).await;
    }
    let page = audit::entries(&ctx.store, shadow.entry, ctx.settings.batch).await?;
    let Some(last) = page.last() else { return again_at(ctx, claim, now + LOOK).await };
    let other = ctx.rules.by_hash(&ctx.store, &shadow.hash).await.map_err(Arc::new)?;
    let decided: Vec<Decided> = page.iter().filter_map(|entry| decided(entry.view())).collect();
    let ids: Vec<CommentId> = decided.iter().map(|decided| decided.comment).collect();
    let (repetition, strikes) = (other.policy.repetition(), other.policy.strikes());
    let subjects = comments::subjects(&ctx.store, &ids, repetition, strikes).await?;
    let subjects: HashMap<CommentId, SubjectRow> =
        subjects.into_iter().map(|row| (row.comment.id, row)).collect();
    let (mut found, mut unread) = (Beside::default(), 0);
    for Decided { comment, revision, was } in &decided {
        let row = subjects.get(comment).filter(|row| row.comment.revision == *revision);
        match row.and_then(SubjectRow::subject) {
            None => unread += 1,
            Some(subject) => {
                let verdict = other.judge.judge(&subject).verdict;
                found.count(*comment, *was, (verdict.outcome(), verdict.clause()));
            }
        }
    }
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::reschedule(&mut tx, &claim.lease, now).await?;
    shadows::add(&mut tx, &shadow, &found, unread, last.view().seq + 1).await?;
    tx.commit().await?;
    Ok(())
}

/// What the judge decided, where that is what the entry tells.
fn decided(entry: &EntryView) -> Option<Decided> {
    if entry.act != "comment.judged" || (entry.kind.as_str(), entry.name.as_str()) != ("machine", "moderate")
    {
        return None;
    }
    Some(Decided {
        comment: CommentId(entry.object.strip_prefix("comment:")?.parse().ok()?),
        revision: entry.int("revision")?,
        was: (entry.word("verdict")?.parse().ok()?, entry.word("clause").and_then(|word| word.parse().ok())),
    })
}
