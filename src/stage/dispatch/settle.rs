//! What follows from a platform's answer to an action, in one transaction.

use jiff::Timestamp;

use super::super::assign;
use super::super::retain;
use super::super::{Context, StageError};
use super::event;
use crate::domain::action::{Act, Action, Refusal};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::Calendar;
use crate::domain::comment::{Comment, Visibility};
use crate::domain::judge::{Kind, Repeats, ReviewReason, Subject, Verdict};
use crate::domain::reply::{ClockKind, ClockState};
use crate::domain::retention::Cause;
use crate::platform::SentReply;
use crate::store::decisions::{self, DecidedBy, LastDecision, NewDecision};
use crate::store::erasure::{self, Erasing, Outcome};
use crate::store::jobs::{self, Claim, Lane};
use crate::store::replies::promise::{self, Owing};
use crate::store::replies::{self, AnsweredBy, CancelReason, Happened};
use crate::store::{Step, Tx, actions, audit, comments};

/// Records the answer and all that follows from it, and ends the job.
pub(super) async fn settle(
    ctx: &Context,
    claim: &Claim,
    action: &Action,
    comment: &Comment,
    answer: Result<SentReply, Refusal>,
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
    let mut events = vec![outcome];
    events.extend(match answer {
        Ok(done) => took_effect(ctx, &mut tx, action, comment, done.at, now).await?,
        Err(Refusal::Gone) => gone(ctx, &mut tx, comment, now).await?,
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
        Act::Hide => {
            comments::set_visibility(tx, comment.id, Visibility::Hidden, now).await?;
            let mut events = cancel(ctx, tx, comment, CancelReason::Hidden, now).await?;
            events.extend(behind_hidden(ctx, tx, comment, now).await?);
            Ok(events)
        }
        Act::Unhide => {
            comments::set_visibility(tx, comment.id, Visibility::Visible, now).await?;
            shown(ctx, tx, comment, now).await
        }
        Act::Reply { .. } => {
            // What counts is when the public could read it, not when we heard of it; by either clock not before it was asked for.
            let at = done_at.max(action.requested_at).min(now);
            // A platform's answer counts whether or not a calendar can say how much working time it took.
            let ruling = ctx.rules.current(&ctx.store).await.ok();
            let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
            let by = AnsweredBy::Action(action.id);
            let stopped = replies::answer(tx, calendar, comment.id, at, &by).await?;
            stopped_clocks(ctx, tx, calendar, &stopped, now).await
        }
        // Whoever asked still waits for a reply.
        Act::Acknowledge { .. } => Ok(Vec::new()),
    }
}

/// What is owed to a comment that the public sees again, or saw all along because its hide never left.
async fn shown(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    if comment.visibility == Visibility::Erased {
        return Ok(Vec::new());
    }
    // One that is to be hidden again is owed nothing.
    let Some(last) = last_decision(ctx, comment).await?.filter(|last| last.verdict != "hide") else {
        return Ok(Vec::new());
    };
    // From now: the hours while it was hidden are nobody's debt.
    let since = if comment.visibility == Visibility::Hidden { now } else { comment.starts_at() };
    let kind = kind_of(ctx, comment, &last).await?;
    owe(ctx, tx, comment, kind, since, now).await
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
            return shown(ctx, tx, comment, now).await;
        }
        Act::Unhide => ("allow", "the platform would not show it again", "unhide_refused"),
        // The clock runs on, and an acknowledgement is no promise.
        Act::Reply { .. } | Act::Acknowledge { .. } => return Ok(Vec::new()),
    };
    // The machine may be at work on it, and count on what was refused.
    jobs::interrupt(tx, &Lane::Moderate, &[comment.id.to_string()]).await?;
    let last = last_decision(ctx, comment).await?.filter(|last| last.verdict == verdict);
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
    decisions::record(tx, &[decision], now).await?;
    let event =
        AuditEvent::new(now, Actor::Machine("dispatch"), "comment.judged", format!("comment:{}", comment.id))
            .int("revision", last.revision)
            .word("verdict", verdict.word())
            .word("why", told)
            .word("policy", ruling.policy.version().to_string());
    let mut events = vec![event];
    if comment.visibility == Visibility::Visible {
        events.extend(owe(ctx, tx, comment, last.kind, comment.starts_at(), now).await?);
    }
    Ok(events)
}

async fn last_decision(ctx: &Context, comment: &Comment) -> Result<Option<LastDecision>, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let rows = comments::subjects(&ctx.store, &[comment.id], ruling.policy.repetition()).await?;
    Ok(rows.into_iter().next().and_then(|row| row.last))
}

/// What kind of comment it is. Staff who decide about one that the machine has not read yet cannot tell.
async fn kind_of(ctx: &Context, comment: &Comment, last: &LastDecision) -> Result<Kind, StageError> {
    let text = comment.text.as_deref();
    match text.filter(|_| last.kind == Kind::Other && last.decided_by != DecidedBy::Machine) {
        Some(text) => {
            let ruling = ctx.rules.current(&ctx.store).await?;
            Ok(ruling.judge.judge(&Subject { text, marks: &comment.marks, repeats: Repeats::NONE }).kind)
        }
        None => Ok(last.kind),
    }
}

/// The comment is no longer there, so nothing is owed to it, and what it said is not ours to keep. Where a hold keeps it, or
/// another reply to it is still looked for, [`super::super::retain`] comes back to it.
async fn gone(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    comments::set_visibility(tx, comment.id, Visibility::Deleted, now).await?;
    let mut events = cancel(ctx, tx, comment, CancelReason::Gone, now).await?;
    let erasing = Erasing { by: Actor::Machine("dispatch"), cause: Cause::Deleted, now };
    let outcome = erasure::erase(tx, None, comment.id, &erasing).await?;
    if matches!(outcome, Outcome::Erased(_)) {
        retain::counted(Cause::Deleted, 1);
    }
    events.extend(outcome.entries());
    Ok(events)
}

async fn cancel(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    reason: CancelReason,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
    let stopped = replies::cancel(tx, calendar, comment.id, now, reason).await?;
    stopped_clocks(ctx, tx, calendar, &stopped, now).await
}

/// What waits in the place of a message that staff hid: its clock was cancelled when they decided, and nothing goes on before the
/// platform has hidden it.
async fn behind_hidden(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let Ok(ruling) = ctx.rules.current(&ctx.store).await else { return Ok(Vec::new()) };
    let last = replies::latest(tx, comment.id, ClockKind::NextReply).await?;
    match last {
        Some(hidden) if matches!(hidden.state, ClockState::Cancelled { .. }) => {
            let (calendar, routing) = (&ruling.calendar, &ctx.routing);
            Ok(promise::go_on_behind(tx, calendar, routing, &hidden, "dispatch", now).await?)
        }
        _ => Ok(Vec::new()),
    }
}

/// What the log says of clocks that stopped, and what then waits in their place.
async fn stopped_clocks(
    ctx: &Context,
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    stopped: &[Happened],
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let mut events = promise::entries(stopped, &Actor::Machine("dispatch"), calendar, now);
    if let Some(calendar) = calendar {
        events.extend(promise::go_on(tx, calendar, &ctx.routing, stopped, "dispatch", now).await?);
    }
    Ok(events)
}

/// Opens the clock of a comment that the public sees, if its kind is owed a reply and it has none.
async fn owe(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    kind: Kind,
    started_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    if !kind.is_owed_a_reply() {
        return Ok(Vec::new());
    }
    let ruling = ctx.rules.current(&ctx.store).await?;
    let owing = [Owing { comment, kind, started_at, again: true }];
    let opened = promise::open(tx, &ruling.calendar, &ctx.routing, &owing, now).await?;
    let mut events = promise::opened(&opened, &ruling.calendar, "dispatch", now);
    events.extend(assign::first(tx, &ctx.routing, &owing, "dispatch", now).await?);
    Ok(events)
}
