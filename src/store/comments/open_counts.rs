//! How much needs a person: counted over what is open alone, however much was read.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::Platform;

use super::super::error::Doing;
use super::super::sql::{Columns, micros};
use super::super::{Store, StoreError};

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
}

/// The counts at `now` for every platform, in the order of [`Platform::ALL`].
///
/// # Errors
/// The database failed.
pub async fn open_counts(store: &Store, now: Timestamp) -> Result<Vec<OpenCounts>, StoreError> {
    let query = sqlx::query(
        "select platform, count(*) as waiting, count(case when risk < 99 then 1 end) as review,
             count(case when owes = 'reply' then 1 end) as awaiting_reply,
             count(case when reply_due_at < $1 then 1 end) as overdue
         from waiting group by platform",
    );
    let rows = query.bind(micros(now)).fetch_all(&store.readers).await.doing("count what is open")?;
    let none = |platform| OpenCounts { platform, waiting: 0, review: 0, awaiting_reply: 0, overdue: 0 };
    let mut counts = Platform::ALL.map(none);
    for row in &rows {
        let row = Columns::of("waiting", row);
        let found = OpenCounts {
            platform: row.word("platform")?,
            waiting: row.get("waiting")?,
            review: row.get("review")?,
            awaiting_reply: row.get("awaiting_reply")?,
            overdue: row.get("overdue")?,
        };
        counts.iter_mut().filter(|one| one.platform == found.platform).for_each(|one| *one = found);
    }
    Ok(counts.into())
}
