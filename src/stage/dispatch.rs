//! Dispatch: one action of the outbox out to its platform, exactly once in effect (T3).
//!
//! The attempt is kept before the request goes out and settled after its answer; [`settle`] says what follows from it.
//! An action that is found `started` was interrupted in between, or its answer was lost: a reply is then looked for on
//! its thread before anything is sent again, because a reply sent twice is public. Hiding twice is not. An acknowledgement is
//! treated as a reply is, and withdrawn where it no longer holds.

mod settle;
mod together;

pub(super) use together::Singly;

use jiff::{SignedDuration, Timestamp};

use super::access::{self, CallError};
use super::acknowledge;
use super::claimed::{again_at, drop_job};
use super::source::Source;
use super::{Context, StageError, trouble};
use crate::domain::action::{Act, Action, ActionId, ActionState};
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::Comment;
use crate::domain::quota::Errand;
use crate::platform::{self, Call, Remedy, SentReply};
use crate::store::jobs::{self, Claim};
use crate::store::{Step, StoreError, actions, audit};
use settle::settle;

/// How long an action waits before it looks again whether it is its turn.
const TURN: SignedDuration = SignedDuration::from_secs(10);
/// How long it waits where its source is paused, before it looks whether that is over.
const PAUSED: SignedDuration = SignedDuration::from_mins(1);

/// Carries out the action that the claim names, or puts it off.
#[tracing::instrument(skip_all, fields(source = %source.config.id, job.attempt = claim.lease.attempt))]
pub(crate) async fn dispatch(ctx: &Context, source: &Source, claim: &Claim) -> Result<(), StageError> {
    let Some(id) = claim.key.parse().ok().map(ActionId) else { return drop_job(ctx, claim).await };
    let Some((action, comment)) = actions::get(&ctx.store, id).await? else {
        return drop_job(ctx, claim).await;
    };
    match &action.state {
        ActionState::Queued if actions::is_behind(&ctx.store, &action).await? => {
            again_at(ctx, claim, ctx.clock.now() + TURN).await
        }
        ActionState::Queued => {
            if together::together(ctx, source, claim, &action, &comment).await? {
                return Ok(());
            }
            attempt(ctx, source, claim, &action, &comment).await
        }
        ActionState::Started { .. } if together::together(ctx, source, claim, &action, &comment).await? => {
            Ok(())
        }
        ActionState::Started { .. } => match looked_for(ctx, source, &action, &comment).await {
            Ok(Some(sent)) => settle(ctx, claim, &action, &comment, Ok(sent), None).await,
            Ok(None) => attempt(ctx, source, claim, &action, &comment).await,
            Err(error) => put_off(ctx, source, claim, &action, error).await.map(drop),
        },
        // One that awaits approval has no job yet.
        ActionState::AwaitingApproval
        | ActionState::Confirmed { .. }
        | ActionState::Refused { .. }
        | ActionState::Withdrawn { .. } => drop_job(ctx, claim).await,
    }
}

/// The proof that an earlier attempt at a reply was carried out after all.
async fn looked_for(
    ctx: &Context,
    source: &Source,
    action: &Action,
    comment: &Comment,
) -> Result<Option<SentReply>, CallError> {
    let Some(text) = action.act.text() else { return Ok(None) };
    let since = action.requested_at;
    let found = access::call(ctx, source, Errand::Search, move |access, now| async move {
        source.api.find_replies(Call { access: &access, now }, comment, text, since).await
    })
    .await?;
    if found.is_empty() {
        return Ok(None);
    }
    // The same words may have answered this comment before, or its neighbour: those replies are other actions'.
    let ids: Vec<String> = found.iter().map(|sent| sent.receipt.reference.clone()).collect();
    let mut tx = ctx.store.begin(Step::Keep).await?;
    let taken = actions::is_receipt(&mut tx, &source.config.id, &ids).await?;
    Ok(found.into_iter().find(|sent| !taken.contains(&sent.receipt.reference)))
}

async fn attempt(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
) -> Result<(), StageError> {
    let now = ctx.clock.now();
    // Nothing sets out that would not be sent: each attempt is an entry in the audit log.
    if let Some(until) = source.silence.until(&action.act, now).or(source.breaker.open_until(now)) {
        return again_at(ctx, claim, until).await;
    }
    if trouble::is_paused(ctx, source).await? {
        // Reading finds out when a person has helped.
        source.silence.keep(&action.act, now + PAUSED);
        return again_at(ctx, claim, now + PAUSED).await;
    }
    match action.act {
        Act::Reply { .. } => {}
        Act::Hide | Act::Unhide => drop(ctx.rules.current(&ctx.store).await?), // What follows from it is theirs to say.
        Act::Acknowledge { until: opening, .. } => {
            if !acknowledge::holds(ctx, comment, opening, now).await? {
                return withdraw(ctx, claim, action, now).await;
            }
        }
    }
    // Only what can leave sets out: until then it stays queued, and can be taken back.
    let pass = match access::pass(ctx, source, Errand::Act(&action.act)).await {
        Ok(pass) => pass,
        Err(error) => {
            let is_shut =
                matches!(&error, CallError::Platform(error) if error.remedy() == Remedy::PauseSource);
            let until = put_off(ctx, source, claim, action, error).await?;
            if is_shut {
                source.silence.keep(&action.act, until);
            }
            return Ok(());
        }
    };
    let started = action.state.clone().start().expect("only a queued or started action is attempted");
    let attempt = attempts(&started);
    let mut tx = ctx.store.begin(Step::Attempt).await?;
    match actions::set_state(&mut tx, action.id, &action.state, &started).await {
        // Withdrawn since we looked; the next look finds it so.
        Err(StoreError::WrongState { .. }) => {
            drop(tx);
            return again_at(ctx, claim, now + TURN).await;
        }
        moved => moved?,
    }
    // Whoever claims it after that may send as well, so nothing is sent that could arrive later.
    let until = now + ctx.settings.lease;
    jobs::extend(&mut tx, &claim.lease, until).await?;
    audit::append(&mut tx, &[event(action, now, "action.started").int("attempt", attempt)]).await?;
    tx.commit().await?;

    let action = &Action { state: started, ..action.clone() };
    let act = &action.act;
    let answer =
        access::call_by(ctx, source, Errand::Act(act), (pass, until), move |access, now| async move {
            source.api.perform(Call { access: &access, now }, comment, act).await
        });
    let (answer, request) = platform::named(answer).await;
    match answer {
        Ok(Some(receipt)) => {
            let done = SentReply { receipt, at: ctx.clock.now() };
            settle(ctx, claim, action, comment, Ok(done), request).await
        }
        Ok(None) => again_at(ctx, claim, ctx.clock.now() + trouble::rest_after(attempt)).await,
        Err(CallError::Platform(error)) => match error.remedy() {
            Remedy::GiveUp(reason) => {
                tracing::warn!(action.id = %action.id, comment.id = %comment.id, %error, "the platform refused");
                settle(ctx, claim, action, comment, Err(reason), request).await
            }
            _ => put_off(ctx, source, claim, action, CallError::Platform(error)).await.map(drop),
        },
        Err(error) => put_off(ctx, source, claim, action, error).await.map(drop),
    }
}

fn attempts(state: &ActionState) -> i64 {
    match state {
        ActionState::Started { attempt } => *attempt,
        _ => 0,
    }
}

/// Later: when the source may answer again, and not before an action that set out has rested. Where a limit is reached others like
/// it wait as long: they would only find it out one by one. Returns when that is.
async fn put_off(
    ctx: &Context,
    source: &Source,
    claim: &Claim,
    action: &Action,
    error: CallError,
) -> Result<Timestamp, StageError> {
    let is_limited =
        matches!(&error, CallError::Platform(error) if matches!(error.remedy(), Remedy::Wait(_)));
    let until = match error {
        CallError::Platform(error) if attempts(&action.state) > 0 => {
            trouble::ill_for_an_act(ctx, source, &error).await?
        }
        error => trouble::retry_at(ctx, source, error).await?,
    };
    if is_limited {
        source.silence.keep(&action.act, until);
    }
    let due_at = match attempts(&action.state) {
        0 => until,
        attempt => until.max(ctx.clock.now() + trouble::rest_after(attempt)),
    };
    again_at(ctx, claim, due_at).await?;
    Ok(due_at)
}

/// What it says no longer holds: it is not sent.
async fn withdraw(ctx: &Context, claim: &Claim, action: &Action, now: Timestamp) -> Result<(), StageError> {
    let lapsed = action.state.clone().lapse(now).expect("only a queued or started action is attempted");
    let mut tx = ctx.store.begin(Step::Settle).await?;
    actions::set_state(&mut tx, action.id, &action.state, &lapsed).await?;
    jobs::complete(&mut tx, &[claim.lease]).await?;
    audit::append(&mut tx, &[event(action, now, "action.withdrawn")]).await?;
    tx.commit().await?;
    Ok(())
}

fn event(action: &Action, now: Timestamp, act: &'static str) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine("dispatch"), act, format!("action:{}", action.id))
        .with("comment", Field::Int(action.comment.0))
        .word("what", action.act.word())
}
