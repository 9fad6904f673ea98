//! Acts that do not get out, whatever keeps them: a right that was lost, a spent quota, a platform that hangs.

use jiff::Timestamp;

use super::super::error::Doing;
use super::super::sql::Columns;
use super::super::{Store, StoreError};
use crate::domain::comment::SourceId;

/// Since when the oldest act of each source has waited that may leave and has not arrived. Acknowledgements, of which none is
/// urgent, are left out.
///
/// # Errors
/// The database failed.
pub async fn waiting_since(store: &Store) -> Result<Vec<(SourceId, Timestamp)>, StoreError> {
    let rows = sqlx::query(
        "select c.source, min(coalesce(a.not_before, a.requested_at)) as since from action a join comment c on c.id = a.comment
         where a.state in ('queued', 'started') and a.act <> 'acknowledge' group by c.source order by c.source",
    )
    .fetch_all(&store.readers)
    .await
    .doing("find the acts that wait longest")?;
    let one = |row| {
        let found = Columns::of("action", row);
        Ok((SourceId(found.get("source")?), found.instant("since")?))
    };
    rows.iter().map(one).collect()
}
