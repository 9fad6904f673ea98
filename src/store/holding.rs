//! In whose hands a comment is, and was from when on. Rows are added and never changed.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::comment::CommentId;
use crate::domain::holder::{Held, Holder};

use super::decisions::DecidedBy;
use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

/// Who has a comment first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The comment.
    pub comment: CommentId,
    /// Since when: it came to us then.
    pub from: Timestamp,
    /// Who.
    pub holder: Holder,
}

/// Gives comments to whoever has them first, and returns those that nobody was given before. The others stay where they
/// are.
///
/// # Errors
/// The database failed.
pub async fn begin(tx: &mut Tx, first: &[First]) -> Result<Vec<CommentId>, StoreError> {
    let mut rows = Rows::new(&[("comment", Type::Int), ("from_at", Type::Int), ("holder", Type::Text)]);
    for First { comment, from, holder } in first {
        rows.push([comment.0.into(), (*from).into(), holder.to_string().into()]);
    }
    let mut begun = Vec::with_capacity(first.len());
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new} insert into holding (comment, from_at, holder, set_by)
             select comment, from_at, holder, 'machine' from new
             where not exists (select 1 from holding h where h.comment = new.comment)
             returning comment"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("give comments to their teams")? {
            begun.push(CommentId(Columns::of("holding", &row).get("comment")?));
        }
    }
    Ok(begun)
}

/// Gives a comment to `holder` from `now` on, and returns who had it before; `None` where they have it already. The caller
/// holds the comment.
///
/// # Errors
/// The database failed.
pub async fn hand(
    tx: &mut Tx,
    comment: CommentId,
    holder: &Holder,
    by: &DecidedBy,
    now: Timestamp,
) -> Result<Option<Holder>, StoreError> {
    let query =
        sqlx::query("select holder from holding where comment = $1 order by from_at desc, id desc limit 1");
    let row = query.bind(comment.0).fetch_optional(tx.conn()).await.doing("read who has a comment")?;
    let before = match row {
        Some(row) => Columns::of("holding", &row).word("holder")?,
        None => Holder::Unassigned,
    };
    if before == *holder {
        return Ok(None);
    }
    sqlx::query("insert into holding (comment, from_at, holder, set_by) values ($1, $2, $3, $4)")
        .bind(comment.0)
        .bind(micros(now))
        .bind(holder.to_string())
        .bind(by.to_string())
        .execute(tx.conn())
        .await
        .doing("give a comment to somebody")?;
    Ok(Some(before))
}

/// Who had a comment from when on, oldest first.
///
/// # Errors
/// The database failed.
pub async fn of(store: &Store, comment: CommentId) -> Result<Vec<Held>, StoreError> {
    read(sqlx::query(OF).bind(comment.0).fetch_all(&store.readers).await)
}

/// The same, for whoever writes.
pub(super) async fn of_in(tx: &mut Tx, comment: CommentId) -> Result<Vec<Held>, StoreError> {
    read(sqlx::query(OF).bind(comment.0).fetch_all(tx.conn()).await)
}

const OF: &str = "select from_at, holder from holding where comment = $1 order by from_at, id";

fn read(rows: Result<Vec<AnyRow>, sqlx::Error>) -> Result<Vec<Held>, StoreError> {
    let held = |row: &AnyRow| {
        let row = Columns::of("holding", row);
        Ok(Held { from: row.instant("from_at")?, holder: row.word("holder")? })
    };
    rows.doing("read who had a comment")?.iter().map(held).collect()
}
