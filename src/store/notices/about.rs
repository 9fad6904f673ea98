//! What a notice is about, as it stands when it is sent.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::{CommentId, Platform};
use crate::domain::escalation::Point;
use crate::domain::judge::Kind;
use crate::domain::notice::NoticeId;
use crate::domain::reply::ClockKind;

use super::super::decisions::LATEST;
use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};

/// A reply that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The comment.
    pub comment: CommentId,
    /// Its platform.
    pub platform: Platform,
    /// What kind of comment it is.
    pub kind: Kind,
    /// Which answer is owed.
    pub clock: ClockKind,
    /// When it is due.
    pub due_at: Timestamp,
    /// The point that its clock passed, where it is in a notice for one.
    pub point: Option<Point>,
}

/// How many replies are owed, and what else waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Clocks that run.
    pub open: u64,
    /// Those that are overdue.
    pub overdue: u64,
    /// Those that are due before the day ends.
    pub due_today: u64,
    /// Clocks that stand still.
    pub paused: u64,
    /// Comments that wait for a person's decision.
    pub review: u64,
}

const OWED: &str = "k.comment, c.platform, k.kind, k.clock, k.due_at";

/// The clocks of a notice that still run, first due first, at most `limit`; and how many there are.
///
/// # Errors
/// The database failed.
pub async fn owed(store: &Store, id: NoticeId, limit: u32) -> Result<(Vec<Owed>, u64), StoreError> {
    let query = sql::query(format!(
        "select {OWED}, i.point, count(*) over () as all_of_them
         from notice_item i join reply_clock k on k.id = i.clock join comment c on c.id = k.comment
         where i.notice = $1 and k.state = 'running' order by k.due_at, k.id limit $2"
    ));
    let query = query.bind(id.0).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("read what a notice is about")?;
    let all = rows.first().map_or(Ok(0), |row| Columns::of("notice_item", row).count("all_of_them"))?;
    Ok((rows.iter().map(reply).collect::<Result<_, _>>()?, all))
}

/// The replies that are due before `end`, first due first, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn due_before(store: &Store, end: Timestamp, limit: u32) -> Result<Vec<Owed>, StoreError> {
    let query = sql::query(format!(
        "select {OWED}, null as point from reply_clock k join comment c on c.id = k.comment
         where k.state = 'running' and k.due_at < $1 order by k.due_at, k.id limit $2"
    ));
    let query = query.bind(micros(end)).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("read what is due today")?;
    rows.iter().map(reply).collect()
}

fn reply(row: &AnyRow) -> Result<Owed, StoreError> {
    let row = Columns::of("reply_clock", row);
    Ok(Owed {
        comment: CommentId(row.get("comment")?),
        platform: row.word("platform")?,
        kind: row.word("kind")?,
        clock: row.word("clock")?,
        due_at: row.instant("due_at")?,
        point: row.word_or_null("point")?,
    })
}

/// The counts at `now` of a day that ends at `end`.
///
/// # Errors
/// The database failed.
pub async fn counts(store: &Store, now: Timestamp, end: Timestamp) -> Result<Counts, StoreError> {
    let query = sql::query(format!(
        "select (select count(*) from reply_clock where state = 'running') as open,
             (select count(*) from reply_clock where state = 'running' and due_at < $1) as overdue,
             (select count(*) from reply_clock where state = 'running' and due_at >= $1 and due_at < $2) as due_today,
             (select count(*) from reply_clock where state = 'paused') as paused,
             (select count(*) from decision d join comment c on c.id = d.comment
              where d.verdict = 'review' and c.visibility in ('visible', 'hidden') and d.id = {LATEST}) as review"
    ));
    let query = query.bind(micros(now)).bind(micros(end));
    let row = query.fetch_one(&store.readers).await.doing("count what waits")?;
    let row = Columns::of("reply_clock", &row);
    Ok(Counts {
        open: row.count("open")?,
        overdue: row.count("overdue")?,
        due_today: row.count("due_today")?,
        paused: row.count("paused")?,
        review: row.count("review")?,
    })
}
