//! What members of staff do to the clocks of a comment: pause and resume them, call the comment more or less urgent, give one a
//! target of its own, say that its matter is at its end, and open it again. Each is logged with the deadline that follows from it.

use crate::domain::audit::{AuditEvent, Field};
use crate::domain::calendar::{Calendar, Target};
use crate::domain::comment::CommentId;
use crate::domain::reply::{Change, ClockKind, ClockState, PauseReason, Priority};

use super::super::replies::{self, Clock, Happened, Repromised};
use super::super::{Hindrance, StoreError, Tx, audit};
use super::{By, find};

/// Lets the clocks of a comment stand still that may for this reason. Those that may not run on.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, or it has no running clock that may stand still for this reason.
pub async fn pause(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
    reason: PauseReason,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "paused")?;
    counted_by(tx, calendar, comment).await?;
    let paused = replies::pause(tx, calendar, comment, by.now, reason, &by.decider()).await?;
    if paused.is_empty() {
        let open = replies::open_clocks(tx, comment).await?;
        return Err(match open.iter().find(|clock| clock.state == ClockState::Running) {
            Some(clock) if !reason.may_pause(clock.clock) => hindered(comment, Hindrance::WaitsForNobody),
            Some(_) => hindered(comment, Hindrance::NotPromised),
            None => wrong(comment, state_of(&open).to_owned(), "paused"),
        });
    }
    log(tx, by, calendar, &paused).await
}

/// Lets the clocks of a comment go on that stand still.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, or none of its clocks stands still.
pub async fn resume(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "resumed")?;
    counted_by(tx, calendar, comment).await?;
    let resumed = replies::resume(tx, calendar, comment, by.now, &by.decider()).await?;
    if resumed.is_empty() {
        let open = replies::open_clocks(tx, comment).await?;
        return Err(wrong(comment, state_of(&open).to_owned(), "resumed"));
    }
    log(tx, by, calendar, &resumed).await
}

/// Calls a comment so urgent. Its open clocks keep their start and their pauses, and take the target that is promised then.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, nothing is owed to it, or it was called that before.
pub async fn prioritise(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
    priority: Priority,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "called more or less urgent")?;
    counted_by(tx, calendar, comment).await?;
    let becomes = |was: &Clock| (was.priority != priority).then(|| Clock { priority, ..was.clone() });
    let changed = replies::repromise(tx, calendar, comment, by.now, becomes).await?;
    if changed.is_empty() {
        let found = match replies::open_clocks(tx, comment).await?.first() {
            Some(clock) => format!("called {} already", clock.priority),
            None => state_of(&[]).to_owned(),
        };
        return Err(wrong(comment, found, "called more or less urgent"));
    }
    let entry = |one: &Repromised| {
        repromised(one, "clock.prioritised", by).word("was_priority", one.was.priority.as_str())
    };
    audit::append(tx, &changed.iter().map(entry).collect::<Vec<_>>()).await
}

/// Gives the open clock of this sort that a comment has a target of its own, or takes it back: `None` for what is promised. It
/// keeps its start and its pauses.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, no such answer is owed to it, or it has this target already.
pub async fn retarget(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
    sort: ClockKind,
    own_target: Option<Target>,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "given a target of its own")?;
    counted_by(tx, calendar, comment).await?;
    let becomes = |was: &Clock| {
        (was.clock == sort && was.own_target != own_target).then(|| Clock { own_target, ..was.clone() })
    };
    let changed = replies::repromise(tx, calendar, comment, by.now, becomes).await?;
    if changed.is_empty() {
        let found = match replies::open_clocks(tx, comment).await?.iter().find(|open| open.clock == sort) {
            Some(Clock { own_target: Some(target), .. }) => format!("held to {target} already"),
            Some(_) => "held to what is promised already".to_owned(),
            None => format!("owed no {} now", sort.as_str().replace('_', " ")),
        };
        return Err(wrong(comment, found, "given a target of its own"));
    }
    let target =
        |clock: &Clock| clock.own_target.map_or(Field::Null, |target| Field::Word(target.to_string()));
    let entry = |one: &Repromised| {
        let entry = repromised(one, "clock.retargeted", by);
        entry.with("was_own_target", target(&one.was)).with("own_target", target(&one.now))
    };
    audit::append(tx, &changed.iter().map(entry).collect::<Vec<_>>()).await
}

/// The entry of a clock that is held to another promise now: the former deadline and the new one.
pub(super) fn repromised(
    Repromised { was, now, change }: &Repromised,
    act: &'static str,
    by: By<'_>,
) -> AuditEvent {
    let due = was.timing.due.at().map_or(Field::Null, |due_at| Field::Word(due_at.to_string()));
    let entry = now
        .entry(act, by.actor(), by.now)
        .with("was_due_at", due)
        .word("was_calendar", was.timing.calendar.to_string())
        .word("change", change.map_or("not_counted", Change::as_str))
        .with("carried", now.carried().map_or(Field::Null, |carried| Field::Word(carried.to_string())));
    match (change, now.breached_at) {
        (Some(Change::BreachWithdrawn), Some(at)) => entry.word("breached_at", at.to_string()),
        _ => entry,
    }
}

/// Says that the matter of a comment is at its end: its solve clock stops, a pause of it first.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, or no solution is owed to it.
pub async fn solve(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "solved")?;
    let solved = replies::solve(tx, calendar, comment, by.now, by.staff).await?;
    if solved.is_empty() {
        let found = match replies::latest(tx, comment, ClockKind::Solve).await? {
            Some(clock) => format!("{} already", clock.state.word()),
            None => "owed no solution".to_owned(),
        };
        return Err(wrong(comment, found, "solved"));
    }
    log(tx, by, calendar, &solved).await
}

/// Opens the matter of a comment again that was solved: another solve clock runs from now on; the former one stays.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, its matter was not solved, or the calendar in force promises no solution.
pub async fn reopen(
    tx: &mut Tx,
    by: By<'_>,
    calendar: &Calendar,
    comment: CommentId,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "opened again")?;
    let latest = replies::latest(tx, comment, ClockKind::Solve).await?;
    let solved = match latest {
        Some(clock) if matches!(clock.state, ClockState::Solved { .. }) => clock,
        Some(clock) => return Err(wrong(comment, clock.state.word().to_owned(), "opened again")),
        None => return Err(wrong(comment, "owed no solution".to_owned(), "opened again")),
    };
    let Some(opened) = replies::reopen(tx, calendar, &solved, by.now).await? else {
        return Err(hindered(comment, Hindrance::NotPromised));
    };
    let entry = opened.clock.entry("clock.opened", by.actor(), by.now);
    audit::append(tx, &[entry.int("reopens", solved.id.0)]).await
}

async fn log(tx: &mut Tx, by: By<'_>, calendar: &Calendar, happened: &[Happened]) -> Result<(), StoreError> {
    let entries: Vec<AuditEvent> =
        happened.iter().map(|one| one.entry(by.actor(), Some(calendar), by.now)).collect();
    audit::append(tx, &entries).await
}

/// Refuses an act that would count a deadline by a calendar which just came into force: what that does to the deadline is for the
/// recount to find and to log, within moments.
pub(super) async fn counted_by(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
) -> Result<(), StoreError> {
    let open = replies::open_clocks(tx, comment).await?;
    match open.iter().all(|clock| clock.timing.calendar == *calendar.version()) {
        true => Ok(()),
        false => Err(hindered(comment, Hindrance::CountedAnew)),
    }
}

/// What an act finds whose clocks are these, none of which it could do anything to.
fn state_of(open: &[Clock]) -> &'static str {
    match open.first() {
        None => "owed nothing",
        Some(clock) => clock.state.word(),
    }
}

fn hindered(comment: CommentId, by: Hindrance) -> StoreError {
    StoreError::Hindered(comment, by)
}

fn wrong(comment: CommentId, found: String, asked: &'static str) -> StoreError {
    StoreError::WrongState { object: format!("comment {comment}"), found, asked }
}
