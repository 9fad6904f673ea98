//! The table of what needs a person, brought up to date: rows that are behind are written anew, many at a time.
//!
//! Triggers note a comment in `waiting_stale` whenever something changes that its row tells. Lists and counts leave out the rows
//! that are [`BEHIND`] and work these comments out as they are now, so that nobody who acts sees the state before their act.

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns};
use super::super::{Dialect, Step, Store, StoreError};

/// The comments whose rows are behind. After a great change, such as a new calendar's, only those noted last: a page of a list
/// must not work out a million, and who asks for it has acted last.
pub(super) const BEHIND: &str = "select x.comment from waiting_stale x order by x.id desc limit 500";

/// Which processes wait for each other here, on PostgreSQL.
const TURN: i64 = 0x6d61_6a6c_6973_0001;

/// Writes anew up to `limit` rows that are behind, and returns how many notes that settled: 0 where nothing was behind.
///
/// # Errors
/// The database failed.
pub async fn refresh_waiting(store: &Store, limit: u32) -> Result<usize, StoreError> {
    let any = sqlx::query("select id from waiting_stale limit 1").fetch_optional(&store.readers).await;
    if any.doing("look for what changed")?.is_none() {
        return Ok(0);
    }
    let mut tx = store.begin(Step::Keep).await?;
    if tx.dialect() == Dialect::Postgres {
        // Two who write the same row would each leave one. Whoever comes second reads what the first did.
        let turn = sqlx::query("select cast(pg_advisory_xact_lock($1) as text)").bind(TURN);
        turn.fetch_one(tx.conn()).await.doing("wait to bring up to date what waits")?;
    }
    let query = sqlx::query("select id, comment from waiting_stale order by id limit $1");
    let rows = query.bind(i64::from(limit)).fetch_all(tx.conn()).await.doing("look for what changed")?;
    let (mut notes, mut comments) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        let row = Columns::of("waiting_stale", row);
        notes.push(row.get::<i64>("id")?);
        comments.push(row.get::<i64>("comment")?);
    }
    comments.sort_unstable();
    comments.dedup();
    for part in Rows::of(&[("comment", Type::Int)], comments).parts(tx.dialect()) {
        let these = part.among("comment", 1);
        for text in [
            format!("delete from waiting where {these}"),
            format!(
                "insert into waiting (band, due_at, risk, comment, platform, source, language, holder, kind, clause, owes,
                     reply_due_at)
                 select band, due_at, risk, comment, platform, source, language, holder, kind, clause, owes, reply_due_at
                 from waiting_now where {these}"
            ),
        ] {
            part.bind(sql::query(text)).execute(tx.conn()).await.doing("bring up to date what waits")?;
        }
    }
    sqlx::query("delete from waiting_tally where n = 0")
        .execute(tx.conn())
        .await
        .doing("count what waits")?;
    let settled = notes.len();
    // By their numbers: a note with a lesser one may come to be seen in between.
    for part in Rows::of(&[("id", Type::Int)], notes).parts(tx.dialect()) {
        let query = sql::query(format!("delete from waiting_stale where {}", part.among("id", 1)));
        part.bind(query).execute(tx.conn()).await.doing("settle what changed")?;
    }
    tx.commit().await?;
    Ok(settled)
}
