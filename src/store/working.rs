//! Who looks at which comment, and who works on it: for colleagues to see, so that two do not write the same reply. A lease on a
//! comment is taken with one statement, so that of two only one gets it, whichever node they are at. Instants are of the machine's
//! clock, by which people live; nothing is logged, for nothing follows.

use jiff::Timestamp;
use serde::Serialize;

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};
use crate::domain::comment::CommentId;

/// A member of staff at a comment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Here {
    /// The comment.
    pub comment: i64,
    /// Who.
    pub staff: String,
    /// Until when they work on it; `None` where they look.
    pub works_until: Option<Timestamp>,
}

/// Notes that somebody looks at a comment until then, and forgets who no longer looks at any.
///
/// # Errors
/// The database failed.
pub async fn look(
    tx: &mut Tx,
    comment: CommentId,
    staff: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    for text in ["delete from looking where until <= $1", "delete from work_lease where until <= $1"] {
        sqlx::query(text)
            .bind(micros(now))
            .execute(tx.conn())
            .await
            .doing("forget who looked at comments")?;
    }
    let query = sqlx::query(
        "insert into looking (comment, staff, until) values ($1, $2, $3)
         on conflict (comment, staff) do update set until = excluded.until",
    );
    let query = query.bind(comment.0).bind(staff).bind(micros(until));
    query.execute(tx.conn()).await.doing("note who looks at a comment")?;
    Ok(())
}

/// What becomes of a colleague's lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theirs {
    /// It holds.
    Holds,
    /// It passes to whoever asks.
    IsTakenOver,
}

/// Takes or renews the lease on a comment until then. False where a colleague has it and it holds.
///
/// # Errors
/// The database failed.
pub async fn lease(
    tx: &mut Tx,
    comment: CommentId,
    staff: i64,
    now: Timestamp,
    until: Timestamp,
    theirs: Theirs,
) -> Result<bool, StoreError> {
    let from = if theirs == Theirs::Holds { micros(now) } else { i64::MAX };
    let query = sqlx::query(
        "insert into work_lease (comment, staff, until) values ($1, $2, $3)
         on conflict (comment) do update set staff = excluded.staff, until = excluded.until
         where work_lease.staff = excluded.staff or work_lease.until <= $4",
    );
    let query = query.bind(comment.0).bind(staff).bind(micros(until)).bind(from);
    let done = query.execute(tx.conn()).await.doing("take the lease on a comment")?;
    Ok(done.rows_affected() == 1)
}

/// Gives a lease up, where it is theirs.
///
/// # Errors
/// The database failed.
pub async fn release(tx: &mut Tx, comment: CommentId, staff: i64) -> Result<(), StoreError> {
    let query = sqlx::query("delete from work_lease where comment = $1 and staff = $2");
    query.bind(comment.0).bind(staff).execute(tx.conn()).await.doing("give up the lease on a comment")?;
    Ok(())
}

/// Everybody who looks at a comment or works on one, at `now`.
///
/// # Errors
/// The database failed.
pub async fn here(store: &Store, now: Timestamp) -> Result<Vec<Here>, StoreError> {
    let query = sqlx::query(
        "select x.comment, s.name, cast(max(x.works_until) as bigint) as works_until
         from (select comment, staff, 0 as works_until from looking where until > $1
             union all select comment, staff, until from work_lease where until > $1) as x
             join staff s on s.id = x.staff
         group by x.comment, s.name order by x.comment, s.name",
    );
    let rows = query.bind(micros(now)).fetch_all(&store.readers).await.doing("read who works on what")?;
    let here = |row| {
        let row = Columns::of("work_lease", row);
        let until = row.instant("works_until")?;
        Ok(Here {
            comment: row.get("comment")?,
            staff: row.get("name")?,
            works_until: (until > Timestamp::UNIX_EPOCH).then_some(until),
        })
    };
    rows.iter().map(here).collect()
}

/// The lease on a comment at `now`: the number of whoever has it, and who that is.
///
/// # Errors
/// The database failed.
pub async fn leased(
    store: &Store,
    comment: CommentId,
    now: Timestamp,
) -> Result<Option<(i64, Here)>, StoreError> {
    let query = sqlx::query(
        "select s.id, s.name, l.until from work_lease l join staff s on s.id = l.staff
         where l.comment = $1 and l.until > $2",
    );
    let query = query.bind(comment.0).bind(micros(now));
    let row = query.fetch_optional(&store.readers).await.doing("read who works on a comment")?;
    let leased = |row| {
        let row = Columns::of("work_lease", &row);
        let works_until = Some(row.instant("until")?);
        Ok((row.get("id")?, Here { comment: comment.0, staff: row.get("name")?, works_until }))
    };
    row.map(leased).transpose()
}

/// A comment that something happened to, and the member of staff who did it.
pub type Touched = (i64, Option<String>);

/// What the log from this entry on is about: at most `limit` comments, each with whoever did something to it.
///
/// # Errors
/// The database failed.
pub async fn touched(store: &Store, from: u64, limit: u32) -> Result<Vec<Touched>, StoreError> {
    let query = sqlx::query(
        "select distinct e.comment, e.staff from (
             select comment, staff from audit_entry where seq >= $1 and comment is not null order by seq limit $2) as e
         order by e.comment, e.staff",
    );
    let query = query.bind(from.cast_signed()).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("read what happened last")?;
    let touched = |row| {
        let row = Columns::of("audit_entry", row);
        Ok((row.get("comment")?, row.get("staff")?))
    };
    rows.iter().map(touched).collect()
}
