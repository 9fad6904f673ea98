//! A clock's row and [`Clock`].

use crate::domain::action::ActionId;
use crate::domain::calendar::{CalendarVersion, Target, WorkingSeconds};
use crate::domain::comment::CommentId;
use crate::domain::reply::{AnsweredBy, ClockState, Due};

use super::super::StoreError;
use super::super::sql::Columns;
use super::{Clock, ClockId, Timing};

/// The columns of `reply_clock k` that [`clock`] reads.
pub(in super::super) const CLOCK: &str = "k.id as clock_id, k.comment as clock_comment, k.thread as clock_thread, k.clock, k.kind as clock_kind, \
    k.priority, k.language, k.team, k.own_target, k.started_at, k.received_at, k.due_soon_at, k.due_at, k.remaining_s, k.calendar, k.basis, \
    k.generation, k.state as clock_state, k.settled_at, k.answered_by_action, \
    k.answered_by_seen, k.solved_by, k.cancel_reason, k.shortened_at, k.breached_at, k.breach_withdrawn_at, \
    (select max(a.due_at) from clock_alert a where a.clock = k.id and a.point = '+0' \
        and (k.breach_withdrawn_at is null or a.at > k.breach_withdrawn_at)) as passed_due_at, \
    (select y.platform from comment y where y.id = k.comment) as clock_platform, \
    case when k.state = 'paused' then \
        (select p.from_at from clock_pause p where p.clock = k.id and p.until_at is null) end as paused_at, \
    case when k.state = 'paused' then \
        (select p.reason from clock_pause p where p.clock = k.id and p.until_at is null) end as pause_reason";

/// The clock in a row that holds [`CLOCK`].
pub(in super::super) fn clock(row: &Columns<'_>) -> Result<Clock, StoreError> {
    let (breached_at, breach_withdrawn_at) = match row.instant_or_null("passed_due_at")? {
        Some(passed) => (Some(passed), None),
        None => (row.instant_or_null("breached_at")?, row.instant_or_null("breach_withdrawn_at")?),
    };
    Ok(Clock {
        id: ClockId(row.get("clock_id")?),
        comment: CommentId(row.get("clock_comment")?),
        thread: CommentId(row.get("clock_thread")?),
        platform: row.word("clock_platform")?,
        clock: row.word("clock")?,
        kind: row.word("clock_kind")?,
        priority: row.word("priority")?,
        language: row.word("language")?,
        team: row.word_or_null("team")?,
        own_target: own_target(row)?,
        started_at: row.instant("started_at")?,
        received_at: row.instant("received_at")?,
        timing: timing(row)?,
        generation: row.get("generation")?,
        state: state(row)?,
        shortened_at: row.instant_or_null("shortened_at")?,
        breached_at,
        breach_withdrawn_at,
    })
}

/// The clock in a row of a left join, if there is one.
pub(in super::super) fn clock_or_none(row: &Columns<'_>) -> Result<Option<Clock>, StoreError> {
    match row.get::<Option<i64>>("clock_id")? {
        Some(_) => clock(row).map(Some),
        None => Ok(None),
    }
}

fn own_target(row: &Columns<'_>) -> Result<Option<Target>, StoreError> {
    let Some(json) = row.get::<Option<&str>>("own_target")? else { return Ok(None) };
    serde_json::from_str(json).map(Some).map_err(|_| row.unreadable("own_target", json.to_owned()))
}

fn timing(row: &Columns<'_>) -> Result<Timing, StoreError> {
    let due = match row.instant_or_null("due_at")? {
        Some(due_at) => Due::At { due_at, due_soon_at: row.instant("due_soon_at")? },
        None => Due::Left { remaining: WorkingSeconds(row.count("remaining_s")?) },
    };
    Ok(Timing { due, calendar: CalendarVersion::recorded(row.get("calendar")?), basis: row.get("basis")? })
}

fn state(row: &Columns<'_>) -> Result<ClockState, StoreError> {
    Ok(match row.get("clock_state")? {
        "running" => ClockState::Running,
        "paused" => {
            ClockState::Paused { since: row.instant("paused_at")?, reason: row.word("pause_reason")? }
        }
        "answered" => {
            let by = match row.get::<Option<i64>>("answered_by_action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("answered_by_seen")?),
            };
            ClockState::Answered { at: row.instant("settled_at")?, by }
        }
        "solved" => {
            let by: &str = row.get("solved_by")?;
            let name = by.strip_prefix("staff:").ok_or_else(|| row.unreadable("solved_by", by.to_owned()))?;
            ClockState::Solved { at: row.instant("settled_at")?, by: name.to_owned() }
        }
        "cancelled" => {
            ClockState::Cancelled { at: row.instant("settled_at")?, reason: row.word("cancel_reason")? }
        }
        other => return Err(row.unreadable("state", other.to_owned())),
    })
}
