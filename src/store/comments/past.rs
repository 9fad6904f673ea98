//! Comments of the past, with the words that they have now and what staff decided about those.

use jiff::Timestamp;

use crate::domain::comment::CommentId;
use crate::domain::judge::Past;

use super::super::decisions::{self, DecidedBy, LAST, LATEST};
use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};
use super::row::{self, AROUND, AROUND_IT};

/// At most `limit` comments of the public after number `after` that were first seen at `since` or later and still have words, by
/// number.
///
/// # Errors
/// The database failed.
pub async fn past(
    store: &Store,
    since: Timestamp,
    after: CommentId,
    limit: u32,
) -> Result<Vec<Past>, StoreError> {
    let query = sql::query(format!(
        "select c.id, c.revision, r.text, r.marks, {AROUND}, {LAST}
         from comment c join revision r on r.comment = c.id and r.number = c.revision left join decision d on d.id = {LATEST}
             {AROUND_IT}
         where c.id > $1 and c.first_seen_at >= $2 and c.written_by = 'public' and r.text is not null
         order by c.id limit $3"
    ));
    let query = query.bind(after.0).bind(micros(since)).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("read comments of the past")?;
    rows.iter()
        .map(|row| {
            let row = Columns::of("comment", row);
            let revision: i64 = row.get("revision")?;
            let by_staff = decisions::last(&row)?
                .filter(|last| last.revision == revision && last.decided_by != DecidedBy::Machine);
            Ok(Past {
                id: CommentId(row.get("id")?),
                text: row.get("text")?,
                marks: row::marks(&row)?,
                parent_text: row.get("parent_text")?,
                post_text: row.get("post_text")?,
                staff: by_staff.map(|last| last.verdict),
            })
        })
        .collect()
}
