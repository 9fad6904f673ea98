//! What follows where the public sees a comment, or sees it no more: by an act of ours, or as a platform shows it.
//!
//! What cannot be seen is owed nothing; what is seen again is owed it from that instant on.

use jiff::Timestamp;

use super::{Context, StageError, assign};
use crate::domain::action::Act;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::Calendar;
use crate::domain::comment::{Comment, CommentId, Platform, Visibility};
use crate::domain::judge::{Kind, Subject};
use crate::domain::look::{next_look, next_look_at_gone};
use crate::domain::reply::{ClockKind, ClockState};
use crate::store::actions::NewAction;
use crate::store::decisions::{DecidedBy, LastDecision};
use crate::store::replies::promise::{self, Owing};
use crate::store::replies::{self, CancelReason, Happened};
use crate::store::{Step, Tx, actions, audit, comments};

/// Who the log says found it.
const FINDER: &str = "poll";

/// A platform shows that a comment, which we knew as `known`, is `now_is` without our doing. Nothing is written where
/// somebody acted on it meanwhile, or is about to: then what comes of that counts.
pub(super) async fn found(
    ctx: &Context,
    id: CommentId,
    known: Visibility,
    now_is: Visibility,
    now: Timestamp,
) -> Result<(), StageError> {
    let mut tx = ctx.store.begin(Step::Read).await?;
    replies::hold(&mut tx, &[id]).await?;
    let Some(comment) = comments::get(&ctx.store, id).await? else { return Ok(()) };
    if comment.visibility != known || actions::is_moving(&mut tx, id).await? {
        return Ok(());
    }
    let act = match (known, now_is) {
        (_, Visibility::Deleted) => "comment.gone",
        (Visibility::Deleted, _) => "comment.returned",
        (_, Visibility::Hidden) => "comment.hidden_outside",
        (_, _) => "comment.shown_outside",
    };
    let found = AuditEvent::new(now, Actor::Machine(FINDER), act, format!("comment:{id}"));
    let mut events = vec![found.word("was", known.as_str()).word("is", now_is.as_str())];
    events.extend(match now_is {
        Visibility::Deleted => gone(ctx, &mut tx, &comment, FINDER, now).await?,
        Visibility::Hidden => hidden(ctx, &mut tx, &comment, FINDER, now).await?,
        _ => shown(ctx, &mut tx, &comment, FINDER, now).await?,
    });
    if known == Visibility::Deleted && now_is == Visibility::Visible {
        hide_again(ctx, &mut tx, &comment, now).await?;
    }
    audit::append(&mut tx, &events).await?;
    tx.commit().await?;
    tracing::info!(comment.id = %id, act, "a comment was found otherwise than it was known");
    Ok(())
}

/// What was to be hidden when it was taken for gone is hidden now that it is back: nobody chose to show it.
async fn hide_again(ctx: &Context, tx: &mut Tx, comment: &Comment, now: Timestamp) -> Result<(), StageError> {
    let last = last_decision(ctx, comment).await?;
    if let Some(last) = last.filter(|last| last.verdict == "hide") {
        let (requested_by, decision, salt) = (DecidedBy::Machine, Some(last.id), rand::random());
        let hide = NewAction { comment: comment.id, act: Act::Hide, requested_by, decision, salt };
        actions::queue(tx, &[hide], now).await?;
    }
    Ok(())
}

/// A comment is hidden as we first see it: held back by its platform, or hidden by a person there.
pub(super) async fn came_hidden(
    tx: &mut Tx,
    id: CommentId,
    platform: Platform,
    now: Timestamp,
) -> Result<(), StageError> {
    comments::set_visibility(tx, id, Visibility::Hidden, now).await?;
    let next = next_look(platform, Visibility::Hidden, now, now);
    Ok(comments::plan_look(tx, &[(id, next)]).await?)
}

/// The public sees it no more: nothing is owed to it, and who waits behind it goes on.
pub(super) async fn hidden(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    set(ctx, tx, comment, Visibility::Hidden, now).await?;
    let mut events = cancel(ctx, tx, comment, CancelReason::Hidden, by, now).await?;
    events.extend(behind_hidden(ctx, tx, comment, by, now).await?);
    Ok(events)
}

/// The public sees it again.
pub(super) async fn shown(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    set(ctx, tx, comment, Visibility::Visible, now).await?;
    owe_again(ctx, tx, comment, by, now).await
}

/// What is owed to a comment that the public sees again, or saw all along because its hide never left.
pub(super) async fn owe_again(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    if comment.visibility == Visibility::Erased {
        return Ok(Vec::new());
    }
    // One that is to be hidden again is owed nothing.
    let Some(last) = last_decision(ctx, comment).await?.filter(|last| last.verdict != "hide") else {
        return Ok(Vec::new());
    };
    // From now: the hours while it could not be seen are nobody's debt.
    let since = if comment.visibility == Visibility::Visible { comment.starts_at() } else { now };
    let kind = kind_of(ctx, comment, &last).await?;
    owe(ctx, tx, comment, kind, since, by, now).await
}

/// What was decided of it last.
pub(super) async fn last_decision(
    ctx: &Context,
    comment: &Comment,
) -> Result<Option<LastDecision>, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await?;
    let rows =
        comments::subjects(&ctx.store, &[comment.id], ruling.policy.repetition(), ruling.policy.strikes())
            .await?;
    Ok(rows.into_iter().next().and_then(|row| row.last))
}

/// What kind of comment it is. Staff who decide about one that the machine has not read yet cannot tell.
async fn kind_of(ctx: &Context, comment: &Comment, last: &LastDecision) -> Result<Kind, StageError> {
    let text = comment.text.as_deref();
    match text.filter(|_| last.kind == Kind::Other && last.decided_by != DecidedBy::Machine) {
        Some(text) => {
            let ruling = ctx.rules.current(&ctx.store).await?;
            Ok(ruling.judge.judge(&Subject { marks: &comment.marks, ..Subject::of(text) }).kind)
        }
        None => Ok(last.kind),
    }
}

/// The comment is no longer there, as far as we can tell, so nothing is owed to it. Its words stay: it is looked for again
/// ([`super::look`]), and only what is found gone at the end of its grace is erased ([`super::retain`]).
pub(super) async fn gone(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    set(ctx, tx, comment, Visibility::Deleted, now).await?;
    cancel(ctx, tx, comment, CancelReason::Gone, by, now).await
}

/// Notes it, and when it is looked at next.
async fn set(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    visibility: Visibility,
    now: Timestamp,
) -> Result<(), StageError> {
    comments::set_visibility(tx, comment.id, visibility, now).await?;
    let next = match visibility {
        Visibility::Deleted => next_look_at_gone(now, ctx.retention.kept.grace(), now),
        _ => next_look(comment.platform, visibility, comment.first_seen_at, now),
    };
    comments::plan_look(tx, &[(comment.id, next)]).await?;
    Ok(())
}

async fn cancel(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    reason: CancelReason,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let ruling = ctx.rules.current(&ctx.store).await.ok();
    let calendar = ruling.as_ref().map(|ruling| &*ruling.calendar);
    let stopped = replies::cancel(tx, calendar, comment.id, now, reason).await?;
    stopped_clocks(ctx, tx, calendar, &stopped, by, now).await
}

/// What waits in the place of a message that staff hid: its clock was cancelled when they decided, and nothing goes on before the
/// platform has hidden it.
async fn behind_hidden(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let Ok(ruling) = ctx.rules.current(&ctx.store).await else { return Ok(Vec::new()) };
    let last = replies::latest(tx, comment.id, ClockKind::NextReply).await?;
    match last {
        Some(hidden) if matches!(hidden.state, ClockState::Cancelled { .. }) => {
            let (calendar, routing) = (&ruling.calendar, &ctx.routing);
            Ok(promise::go_on_behind(tx, calendar, routing, &hidden, by, now).await?)
        }
        _ => Ok(Vec::new()),
    }
}

/// What the log says of clocks that stopped, and what then waits in their place.
pub(super) async fn stopped_clocks(
    ctx: &Context,
    tx: &mut Tx,
    calendar: Option<&Calendar>,
    stopped: &[Happened],
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    let mut events = promise::entries(stopped, &Actor::Machine(by), calendar, now);
    if let Some(calendar) = calendar {
        events.extend(promise::go_on(tx, calendar, &ctx.routing, stopped, by, now).await?);
    }
    Ok(events)
}

/// Opens the clock of a comment that the public sees, if its kind is owed a reply and it has none.
pub(super) async fn owe(
    ctx: &Context,
    tx: &mut Tx,
    comment: &Comment,
    kind: Kind,
    started_at: Timestamp,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StageError> {
    if !kind.is_owed_a_reply() {
        return Ok(Vec::new());
    }
    let ruling = ctx.rules.current(&ctx.store).await?;
    let owing = [Owing { comment, kind, started_at, again: true }];
    let opened = promise::open(tx, &ruling.calendar, &ctx.routing, &owing, now).await?;
    let mut events = promise::opened(&opened, &ruling.calendar, by, now);
    events.extend(assign::first(tx, &ctx.routing, &owing, by, now).await?);
    Ok(events)
}
