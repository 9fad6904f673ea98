//! What follows from a platform's answer to an action, in one transaction.

use jiff::Timestamp;

use super::super::{Context, StageError, visibility};
use super::event;
use crate::domain::action::{Act, Action, Refusal};
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{Comment, Visibility};
use crate::domain::judge::{ReviewReason, Verdict};
use crate::platform::SentReply;
use crate::store::decisions::{self, DecidedBy, NewDecision};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::replies::{self, AnsweredBy};
use crate::store::{Step, Tx, actions, audit};

/// Who the log says it was.
const BY: &str = "dispatch";

/// Records the answer, which the platform gave to what it calls `request`, and all that follows from it, and ends the job.
pub(super) async fn settle(
    ctx: &Context,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
    answer: Result<SentReply, Refusal>,
    request: Option<String>,
) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let settled = match &answer {
        Ok(done) => action.state.clone().confirm(now, done.receipt.clone()),
        Err(reason) => action.state.clone().refuse(now, *reason),
    }
    .expect("an answer settles an action that is on its way");
    let mut tx = ctx.store.begin(Step::Settle).await?;
    replies::hold(&mut tx, &[comment.id]).await?;
    actions::set_state(&mut tx, action.id, &action.state, &settled).await?;
    let outcome = match &answer {
        Ok(done) => event(action, now, "action.confirmed").word("receipt", &done.receipt.reference),
        Err(reason) => event(action, now, "action.refused").word("reason", reason.as_str()),
    };
    let mut events = vec![outcome.with("request", request.map_or(Field::Null, Field::Word))];
    events.extend(match answer {
        Ok(done) => took_effect(ctx, &mut tx, action, comment, done.at, now).await?,
        Err(Refusal::Gone) => visibility::gone(ctx, &mut tx, comment, BY, now).await?,
        Err(reason) => ask_a_person(ctx, &mut tx, action, comment, reason, now).await?,
    });
    jobs::complete(&mut tx, &[claim.lease]).await?;
    // Last: the log's head is one row that every transaction needs, so it is held for the commit alone.
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;
    metrics::counter!("majlis_actions_settled_total", "act" => action.act.word(), "state" => settled.word())
        .increment(1);
    Ok(())
}

async fn took_effect(
    ctx: &Context,
    tx: &mut Tx,
    action: &Action,
    comment: &Comment,
    done_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    match &action.act {
        Act::Hide => visibility::hidden(ctx, tx, comment, BY, now).await,
        Act::Unhide => visibility::shown(ctx, tx, comment, BY, now).await,
        Act::Reply { .. } => {
            // What counts is when the public could read it, not when we heard of it; by either clock not before it was asked for.
            let at = done_at.max(action.requested_at).min(now);
            // A platform's answer counts whether or not a calendar can say how much working time it took.
            let ruling = ctx.rules.current(&ctx.store).await.ok();
            let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
            let by = AnsweredBy::Action(action.id);
            let stopped = replies::answer(tx, calendar, comment.id, at, &by).await?;
            visibility::stopped_clocks(ctx, tx, calendar, &stopped, BY, now).await
        }
        // Whoever asked still waits for a reply.
        Act::Acknowledge { .. } => Ok(Vec::new()),
    }
}

/// What is to be hidden or shown, and the platform will not, is for a person to deal with.
async fn ask_a_person(
    ctx: &Context,
    tx: &mut Tx,
    action: &Action,
    comment: &Comment,
    reason: Refusal,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let (verdict, why, told) = match action.act {
        Act::Hide => ("hide", "the platform would not hide it", "hide_refused"),
        Act::Unhide if comment.visibility == Visibility::Visible => {
            return visibility::owe_again(ctx, tx, comment, BY, now).await;
        }
        Act::Unhide => ("allow", "the platform would not show it again", "unhide_refused"),
        // The clock runs on, and an acknowledgement is no promise.
        Act::Reply { .. } | Act::Acknowledge { .. } => return Ok(Vec::new()),
    };
    // The machine may be at work on it, and count on what was refused.
    jobs::interrupt(tx, &Lane::Moderate, &[comment.id.to_string()]).await?;
    let last = visibility::last_decision(ctx, comment).await?.filter(|last| last.verdict == verdict);
    let Some(last) = last else { return Ok(Vec::new()) }; // It has been decided otherwise since.
    let why = format!("{why}: {}", reason.as_str());
    let verdict = Verdict::Review(ReviewReason::CheckFailed(why));
    let ruling = ctx.rules.current(&ctx.store).await?;
    let decision = NewDecision {
        comment: comment.id,
        revision: last.revision,
        verdict: &verdict,
        kind: last.kind,
        policy: ruling.policy.version(),
        decided_by: &DecidedBy::Machine,
        reason: None,
    };
    let number = decisions::record(tx, &[decision], now).await?[0];
    let event =
        AuditEvent::new(now, Actor::Machine("dispatch"), "comment.judged", format!("comment:{}", comment.id))
            .int("decision", number)
            .int("revision", last.revision)
            .word("verdict", verdict.word())
            .word("why", told)
            .word("policy", ruling.policy.version().to_string());
    let mut events = vec![event];
    if comment.visibility == Visibility::Visible {
        events.extend(visibility::owe(ctx, tx, comment, last.kind, comment.starts_at(), BY, now).await?);
    }
    Ok(events)
}
