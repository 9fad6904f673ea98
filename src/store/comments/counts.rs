//! How many comments are where, for each platform.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::Platform;

use super::super::decisions::LATEST;
use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};

/// How many of a platform's comments are where. `hidden` and `review` have none in common: a hidden comment that waits for a
/// person's decision counts as `review` until there is one. `overdue` is part of `awaiting_reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlatformCounts {
    /// The platform.
    pub platform: Platform,
    /// Comments of the public that were read.
    pub read: i64,
    /// Hidden, the platform confirmed it, and nothing is left to decide.
    pub hidden: i64,
    /// Waiting for a person's decision, visible or hidden meanwhile.
    pub review: i64,
    /// Owed a reply.
    pub awaiting_reply: i64,
    /// Answered.
    pub replied: i64,
    /// Owed a reply that is late.
    pub overdue: i64,
}

/// The counts at `now` for every platform, in the order of [`Platform::ALL`].
///
/// # Errors
/// The database failed.
pub async fn counts(store: &Store, now: Timestamp) -> Result<Vec<PlatformCounts>, StoreError> {
    // One statement, so that all counts are of the same instant; each part is driven by an index of its own.
    let query = sql::query(format!(
        "select platform, 'read' as what, count(*) as how_many
         from comment where written_by = 'public' group by platform
         union all
         select c.platform, 'hidden', count(*)
         from comment c left join decision d on d.id = {LATEST}
         where c.visibility = 'hidden' and c.written_by = 'public' and coalesce(d.verdict, '') <> 'review'
         group by c.platform
         union all
         select c.platform, 'review', count(*)
         from decision d join comment c on c.id = d.comment
         where d.verdict = 'review' and c.visibility in ('visible', 'hidden') and d.id = {LATEST}
         group by c.platform
         union all
         select c.platform, 'awaiting_reply', count(distinct c.id)
         from reply_clock k join comment c on c.id = k.comment
         where k.state in ('running', 'paused') and k.clock <> 'solve' group by c.platform
         union all
         select c.platform, 'overdue', count(distinct c.id)
         from reply_clock k join comment c on c.id = k.comment
         where k.state = 'running' and k.due_at < $1 and k.clock <> 'solve' group by c.platform
         union all
         select c.platform, 'replied', count(*)
         from reply_clock k join comment c on c.id = k.comment
         where k.state = 'answered' and k.id = (
             select max(x.id) from reply_clock x where x.comment = k.comment and x.clock <> 'solve')
         group by c.platform"
    ));
    let rows = query.bind(micros(now)).fetch_all(&store.readers).await.doing("count the comments")?;
    let mut counts = Platform::ALL.map(PlatformCounts::none);
    for row in &rows {
        let row = Columns::of("comment", row);
        let platform: Platform = row.word("platform")?;
        let how_many = row.get("how_many")?;
        for count in counts.iter_mut().filter(|count| count.platform == platform) {
            match row.get("what")? {
                "read" => count.read = how_many,
                "hidden" => count.hidden = how_many,
                "review" => count.review = how_many,
                "awaiting_reply" => count.awaiting_reply = how_many,
                "overdue" => count.overdue = how_many,
                "replied" => count.replied = how_many,
                other => return Err(row.unreadable("what", other.to_owned())),
            }
        }
    }
    Ok(counts.into())
}

impl PlatformCounts {
    fn none(platform: Platform) -> Self {
        Self { platform, read: 0, hidden: 0, review: 0, awaiting_reply: 0, replied: 0, overdue: 0 }
    }
}
