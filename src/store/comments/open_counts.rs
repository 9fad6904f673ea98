//! How much needs a person: counted over what is open alone, however much was read.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::Platform;

use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};
use super::waiting::BEHIND;

/// How many of a platform's comments need a person, and what for. A comment may need both a reply and a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenCounts {
    /// The platform.
    pub platform: Platform,
    /// All of them.
    pub waiting: i64,
    /// Waiting for a person's decision.
    pub review: i64,
    /// Owed a reply.
    pub awaiting_reply: i64,
    /// Owed a reply that is late.
    pub overdue: i64,
    /// With a reply that a second person must let leave.
    pub awaiting_approval: i64,
}

/// Microseconds of an hour, by which `waiting_tally` counts what is due.
const HOUR: i64 = 3_600_000_000;

/// The counts at `now` for every platform, in the order of [`Platform::ALL`].
///
/// # Errors
/// The database failed.
pub async fn open_counts(store: &Store, now: Timestamp) -> Result<Vec<OpenCounts>, StoreError> {
    // Rows that are behind count as what they have become.
    let counted = |sign: &str, rows: &str| {
        format!(
            "select platform, {sign}count(*) as waiting, {sign}count(case when risk < 99 then 1 end) as review,
                 {sign}count(case when owes = 'reply' then 1 end) as awaiting_reply,
                 {sign}count(case when reply_due_at < $1 then 1 end) as overdue, 0 as awaiting_approval
             from {rows} where comment in ({BEHIND}) group by platform"
        )
    };
    let (behind, fresh) = (counted("-", "waiting"), counted("", "waiting_now"));
    let query = sql::query(format!(
        "select platform, cast(sum(waiting) as bigint) as waiting, cast(sum(review) as bigint) as review,
             cast(sum(awaiting_reply) as bigint) as awaiting_reply, cast(sum(overdue) as bigint) as overdue,
             cast(sum(awaiting_approval) as bigint) as awaiting_approval
         from (select platform, n as waiting, n * review as review, case when owes = 'reply' then n else 0 end as awaiting_reply,
                     case when hour >= 0 and hour < $2 then n else 0 end as overdue,
                     0 as awaiting_approval
                 from waiting_tally
             union all select platform, 0, 0, 0, count(*), 0 from waiting
                 where reply_due_at >= $2 * {HOUR} and reply_due_at < $1 group by platform
             union all select c.platform, 0, 0, 0, 0, count(*) from action a join comment c on c.id = a.comment
                 where a.state = 'awaiting_approval' group by c.platform
             union all {behind}
             union all {fresh}) as counted
         group by platform"
    ));
    let query = query.bind(micros(now)).bind(micros(now).div_euclid(HOUR));
    let rows = query.fetch_all(&store.readers).await.doing("count what is open")?;
    let none = |platform| OpenCounts {
        platform,
        waiting: 0,
        review: 0,
        awaiting_reply: 0,
        overdue: 0,
        awaiting_approval: 0,
    };
    let mut counts = Platform::ALL.map(none);
    for row in &rows {
        let row = Columns::of("waiting", row);
        let found = OpenCounts {
            platform: row.word("platform")?,
            waiting: row.get("waiting")?,
            review: row.get("review")?,
            awaiting_reply: row.get("awaiting_reply")?,
            overdue: row.get("overdue")?,
            awaiting_approval: row.get("awaiting_approval")?,
        };
        counts.iter_mut().filter(|one| one.platform == found.platform).for_each(|one| *one = found);
    }
    Ok(counts.into())
}
