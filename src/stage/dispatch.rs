//! Dispatch: one action of the outbox out to its platform, exactly once in effect (T3).
//!
//! The attempt is kept before the request goes out and settled after its answer. An action that is
//! found `started` was interrupted in between, or its answer was lost: a reply is then looked for on
//! its thread before anything is sent again, because a reply sent twice is public. Hiding twice is not.

use jiff::Timestamp;

use super::access::{self, CallError};
use super::promise::{self, Promised};
use super::source::Source;
use super::{Context, StageError, trouble};
use crate::domain::action::{Act, Action, ActionId, ActionState, Receipt, Refusal};
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{Comment, Visibility};
use crate::domain::judge::{ReviewReason, Verdict};
use crate::platform::{Call, Remedy};
use crate::store::decisions::{self, DecidedBy, LastDecision, NewDecision};
use crate::store::jobs::{self, Claim};
use crate::store::replies::{self, AnsweredBy, CancelReason};
use crate::store::{Step, Tx, actions, audit, comments};

/// Carries out the action that the claim names, or puts it off.
#[tracing::instrument(skip_all, err, fields(source = %source.config.id, job.attempt = claim.lease.attempt))]
pub(crate) async fn dispatch(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let Some(id) = claim.key.parse().ok().map(ActionId) else { return drop_job(ctx, claim).await };
    let Some((action, comment)) = actions::get(&ctx.store, id).await? else {
        return drop_job(ctx, claim).await;
    };
    match &action.state {
        ActionState::Queued => attempt(ctx, source, claim, &action, &comment).await,
        ActionState::Started { .. } => match looked_for(ctx, source, &action, &comment).await {
            Ok(Some(receipt)) => settle(ctx, claim, &action, &comment, Ok(receipt)).await,
            Ok(None) => attempt(ctx, source, claim, &action, &comment).await,
            Err(error) => put_off(ctx, source, claim, error).await,
        },
        ActionState::Confirmed { .. } | ActionState::Refused { .. } | ActionState::Withdrawn { .. } => {
            drop_job(ctx, claim).await
        }
    }
}

/// Whether an earlier attempt at a reply was carried out after all.
async fn looked_for(
    ctx: &Context,
    source: &Source,
    action: &Action,
    comment: &Comment,
) -> Result<Option<Receipt>, CallError> {
    let Act::Reply { text } = &action.act else { return Ok(None) };
    let since = action.requested_at;
    let found = access::call(ctx, source, move |access, now| async move {
        source.api.find_reply(Call { access: &access, now }, comment, text, since).await
    })
    .await?;
    let Some(receipt) = found else { return Ok(None) };
    // The same words may have answered the same comment before: that reply is another action's.
    let id = [receipt.reference.clone()];
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let taken = actions::is_receipt(&mut tx, &source.config.id, &id).await?;
    Ok(taken.is_empty().then_some(receipt))
}

async fn attempt(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let started = action.state.clone().start().expect("only a queued or started action is attempted");
    let ActionState::Started { attempt } = started else { unreachable!("start() starts") };
    let mut tx = ctx.store.begin(Step::Attempt).await?;
    actions::set_state(&mut tx, action.id, &action.state, &started).await?;
    audit::append(&mut tx, &[event(action, now, "action.started").int("attempt", attempt)]).await?;
    jobs::extend(&mut tx, &claim.lease, now + ctx.settings.lease).await?;
    tx.commit().await?;

    let action = &Action { state: started, ..action.clone() };
    let act = &action.act;
    let answer = access::call(ctx, source, move |access, now| async move {
        source.api.perform(Call { access: &access, now }, comment, act).await
    });
    match answer.await {
        Ok(receipt) => settle(ctx, claim, action, comment, Ok(receipt)).await,
        Err(CallError::Platform(error)) => match error.remedy() {
            Remedy::GiveUp(reason) => {
                tracing::warn!(action.id = %action.id, comment.id = %comment.id, %error, "the platform refused");
                settle(ctx, claim, action, comment, Err(reason)).await
            }
            _ => put_off(ctx, source, claim, CallError::Platform(error)).await,
        },
        Err(error) => put_off(ctx, source, claim, error).await,
    }
}

/// The platform's answer, with all that follows from it, in one transaction.
async fn settle(
    ctx: &Context,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
    answer: Result<Receipt, Refusal>,
) -> Result<(), StageError> {
    let now = ctx.clock.now();
    let settled = match &answer {
        Ok(receipt) => action.state.clone().confirm(now, receipt.clone()),
        Err(reason) => action.state.clone().refuse(now, *reason),
    }
    .expect("an answer settles an action that is on its way");
    let mut tx = ctx.store.begin(Step::Settle).await?;
    actions::set_state(&mut tx, action.id, &action.state, &settled).await?;
    let outcome = match &answer {
        Ok(receipt) => event(action, now, "action.confirmed").word("receipt", &receipt.reference),
        Err(reason) => event(action, now, "action.refused").word("reason", reason.as_str()),
    };
    audit::append(&mut tx, &[outcome]).await?;
    match answer {
        Ok(_) => took_effect(ctx, &mut tx, action, comment, now).await?,
        Err(Refusal::Gone) => gone(&mut tx, comment, now).await?,
        Err(reason) if action.act == Act::Hide => ask_a_person(ctx, &mut tx, comment, reason, now).await?,
        Err(_) => {}
    }
    jobs::complete(&mut tx, &[claim.lease]).await?;
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
    now: Timestamp,
) -> Result<(), StageError> {
    match &action.act {
        Act::Hide => comments::set_visibility(tx, comment.id, Visibility::Hidden, now).await?,
        Act::Unhide => {
            comments::set_visibility(tx, comment.id, Visibility::Visible, now).await?;
            // From now: the hours while it was hidden are nobody's debt.
            owe(ctx, tx, comment, now, now).await?;
        }
        Act::Reply { .. } => {
            if replies::answer(tx, comment.id, now, &AnsweredBy::Action(action.id)).await? {
                let event = event(action, now, "clock.answered");
                audit::append(tx, &[event]).await?;
            }
        }
    }
    Ok(())
}

/// What the policy hides and the platform will not hide is for a person to deal with.
async fn ask_a_person(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    reason: Refusal,
    now: Timestamp,
) -> Result<(), StageError> {
    let Some(last) = last_decision(ctx, comment).await? else { return Ok(()) };
    let why = format!("the platform would not hide it: {}", reason.as_str());
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
    decisions::record(tx, &[decision], now).await?;
    let event =
        AuditEvent::new(now, Actor::Machine("dispatch"), "comment.judged", format!("comment:{}", comment.id))
            .int("revision", last.revision)
            .word("verdict", verdict.word())
            .word("why", "hide_refused")
            .word("policy", ruling.policy.version().to_string());
    audit::append(tx, &[event]).await?;
    owe(ctx, tx, comment, comment.starts_at(), now).await
}

async fn last_decision(ctx: &Context, comment: &Comment) -> Result<Option<LastDecision>, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let rows = comments::subjects(&ctx.store, &[comment.id], ruling.policy.repetition().window()).await?;
    Ok(rows.into_iter().next().and_then(|row| row.last))
}

/// The comment is no longer there, so nothing is owed to it.
async fn gone(tx: &mut Tx, comment: &Comment, now: Timestamp) -> Result<(), StageError> {
    comments::set_visibility(tx, comment.id, Visibility::Deleted, now).await?;
    if replies::cancel(tx, comment.id, now, CancelReason::Gone).await? {
        let event = AuditEvent::new(
            now,
            Actor::Machine("dispatch"),
            "clock.cancelled",
            format!("comment:{}", comment.id),
        );
        audit::append(tx, &[event.word("reason", "gone")]).await?;
    }
    Ok(())
}

/// Opens the clock of a comment that the public sees, if its kind is owed a reply and it has none.
async fn owe(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    started_at: Timestamp,
    now: Timestamp,
) -> Result<(), StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let Some(last) = last_decision(ctx, comment).await? else { return Ok(()) };
    if let Some(owed) = Promised::first_reply(&ruling.calendar, comment, last.kind, started_at) {
        let events = promise::open(tx, &[owed], "dispatch", now).await?;
        audit::append(tx, &events).await?;
    }
    Ok(())
}

async fn put_off(ctx: &Context, source: &Source, claim: &Claim, error: CallError) -> Result<(), StageError> {
    let due_at = trouble::retry_at(ctx, source, error).await?;
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::reschedule(&mut tx, &claim.lease, due_at).await?;
    tx.commit().await?;
    Ok(())
}

/// The job has nothing left to do.
async fn drop_job(ctx: &Context, claim: &Claim) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Keep).await?;
    jobs::complete(&mut tx, &[claim.lease]).await?;
    tx.commit().await?;
    Ok(())
}

fn event(action: &Action, now: Timestamp, act: &'static str) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine("dispatch"), act, format!("action:{}", action.id))
        .with("comment", Field::Int(action.comment.0))
        .word("what", action.act.word())
}
