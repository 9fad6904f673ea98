//! When the clocks of a comment stood still, for those who read its story.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::CommentId;
use crate::domain::reply::PauseReason;

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::sql::Columns;
use super::super::{Store, StoreError};
use super::ClockId;

/// A stretch in which a clock stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The clock.
    pub clock: ClockId,
    /// When it stopped.
    pub from: Timestamp,
    /// When it went on, or was stopped for good; none while it stands still.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: PauseReason,
    /// Who let it stand still.
    pub by: DecidedBy,
}

/// The pauses of a comment's clocks, oldest first.
///
/// # Errors
/// The database failed.
pub async fn pauses(store: &Store, comment: CommentId) -> Result<Vec<Pause>, StoreError> {
    let query = sqlx::query(
        "select p.clock, p.from_at, p.until_at, p.reason, p.actor
         from reply_clock k join clock_pause p on p.clock = k.id where k.comment = $1 order by p.from_at, p.id",
    );
    let rows = query.bind(comment.0).fetch_all(&store.readers).await.doing("read a comment's pauses")?;
    let pause = |row: &AnyRow| {
        let row = Columns::of("clock_pause", row);
        Ok(Pause {
            clock: ClockId(row.get("clock")?),
            from: row.instant("from_at")?,
            until: row.instant_or_null("until_at")?,
            reason: row.word("reason")?,
            by: row.word("actor")?,
        })
    };
    rows.iter().map(pause).collect()
}
