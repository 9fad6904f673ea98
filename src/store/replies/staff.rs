//! What staff do to the clocks of a comment: let them stand still and go on, hold them to another promise, say that the matter is
//! at its end, and open it again.

use jiff::Timestamp;

use crate::domain::calendar::Calendar;
use crate::domain::comment::CommentId;
use crate::domain::reply::{Change, ClockEvent, ClockKind, Due, PauseReason, Run};

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::sql::{self, Columns};
use super::super::{StoreError, Tx};
use super::happen::{happen, open_of, run_of, write};
use super::open::{NewClock, Opened, open};
use super::{CLOCK, Clock, Happened, Timing, clock};

/// The open clocks of a comment, held until the transaction ends.
///
/// # Errors
/// The database failed.
pub async fn open_clocks(tx: &mut Tx, comment: CommentId) -> Result<Vec<Clock>, StoreError> {
    open_of(tx, comment).await
}

/// The latest clock of that sort that a comment has.
///
/// # Errors
/// The database failed.
pub async fn latest(tx: &mut Tx, comment: CommentId, sort: ClockKind) -> Result<Option<Clock>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK} from reply_clock k
         where k.comment = $1 and k.clock = $2 order by k.id desc limit 1"
    ));
    let query = query.bind(comment.0).bind(sort.as_str());
    let row = query.fetch_optional(tx.conn()).await.doing("read a comment's latest clock")?;
    row.map(|row| clock(&Columns::of("reply_clock", &row))).transpose()
}

/// Lets the running clocks of a comment stand still that may for this reason, and returns them.
///
/// # Errors
/// The database failed.
pub async fn pause(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
    at: Timestamp,
    reason: PauseReason,
    by: &DecidedBy,
) -> Result<Vec<Happened>, StoreError> {
    each(tx, calendar, comment, at, &ClockEvent::Pause(reason), by).await
}

/// Lets the clocks of a comment go on that stand still, and returns them.
///
/// # Errors
/// The database failed.
pub async fn resume(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
    at: Timestamp,
    by: &DecidedBy,
) -> Result<Vec<Happened>, StoreError> {
    each(tx, calendar, comment, at, &ClockEvent::Resume, by).await
}

/// Stops the open solve clock of a comment: the member of staff says that the matter is at its end.
///
/// # Errors
/// The database failed.
pub async fn solve(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
    at: Timestamp,
    staff: &str,
) -> Result<Vec<Happened>, StoreError> {
    let by = DecidedBy::Staff(staff.to_owned());
    each(tx, calendar, comment, at, &ClockEvent::Solve(staff.to_owned()), &by).await
}

async fn each(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
    at: Timestamp,
    event: &ClockEvent,
    by: &DecidedBy,
) -> Result<Vec<Happened>, StoreError> {
    let mut happened = Vec::new();
    for clock in open_of(tx, comment).await? {
        happened.extend(happen(tx, Some(calendar), &clock, at, event.clone(), by).await?);
    }
    Ok(happened)
}

/// A clock that is held to another promise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repromised {
    /// The clock before.
    pub was: Clock,
    /// The clock as it is now.
    pub now: Clock,
    /// What became of its deadline; `None` where nothing is promised then, and the former one stays.
    pub change: Option<Change>,
}

/// Makes of the open clocks of a comment what `becomes` says, `None` for one that stays as it is. They keep their start and their
/// pauses, and take the target that is promised then, by the rule of a new calendar: nothing is late after the fact. To a promise
/// that carries, the share that was used comes along. One to which nothing is promised then stays due as it was. Returns those
/// that changed.
///
/// # Errors
/// The database failed.
pub async fn repromise(
    tx: &mut Tx,
    calendar: &Calendar,
    comment: CommentId,
    at: Timestamp,
    becomes: impl Fn(&Clock) -> Option<Clock>,
) -> Result<Vec<Repromised>, StoreError> {
    let mut changed = Vec::new();
    for was in open_of(tx, comment).await? {
        let Some(asked) = becomes(&was) else { continue };
        let pauses = run_of(tx, &was).await?.pauses();
        let (now, change) = match was.anew_as(&asked, calendar, &pauses, at) {
            Some(anew) => (anew.clock, anew.change),
            None => (asked, None),
        };
        write(tx, &now).await?;
        changed.push(Repromised { was, now, change });
    }
    Ok(changed)
}

/// Opens a matter again that was solved: a new solve clock from `now` on, the old one stays as it is. `None` where the calendar
/// promises no solution.
///
/// # Errors
/// The database failed, or the matter is open.
pub async fn reopen(
    tx: &mut Tx,
    calendar: &Calendar,
    solved: &Clock,
    now: Timestamp,
) -> Result<Option<Opened>, StoreError> {
    let run = Run::start(ClockKind::Solve, now);
    let Some(Timing { due: Due::At { due_at, due_soon_at }, calendar, basis }) =
        Timing::of(calendar, &run, &Clock { own_target: None, ..solved.clone() }, None)
    else {
        return Ok(None);
    };
    let new = NewClock {
        comment: solved.comment,
        thread: solved.thread,
        platform: solved.platform,
        clock: ClockKind::Solve,
        kind: solved.kind,
        priority: solved.priority,
        language: solved.language,
        team: solved.team.as_ref(),
        started_at: now,
        received_at: now,
        due_soon_at,
        due_at,
        calendar: &calendar,
        basis: &basis,
    };
    Ok(open(tx, &[new], now).await?.pop())
}
