//! Lists of the inbox that a member of staff keeps by name. They are theirs alone, and nothing follows from them, so the audit log
//! has none. One that searches for words goes when the comments of its time do ([`super::erasure`]).

use jiff::Timestamp;
use serde::Serialize;

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};

/// The most lists that one keeps.
pub const VIEWS_MAX: usize = 30;
/// The most characters of a list's name.
pub const NAME_MAX_CHARS: usize = 60;

/// A list under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// What its owner calls it.
    pub name: String,
    /// What stands behind the `?` of its address.
    pub query: String,
}

/// The lists that a member of staff keeps, by name.
///
/// # Errors
/// The database failed.
pub async fn of(store: &Store, staff: i64) -> Result<Vec<View>, StoreError> {
    let rows = sqlx::query("select name, query from saved_view where staff = $1 order by name")
        .bind(staff)
        .fetch_all(&store.readers)
        .await
        .doing("read somebody's lists")?;
    let view = |row| {
        let row = Columns::of("saved_view", row);
        Ok(View { name: row.get("name")?, query: row.get("query")? })
    };
    rows.iter().map(view).collect()
}

/// Keeps a list, in place of the one of that name. False where there are as many as one may keep.
///
/// # Errors
/// The database failed.
pub async fn keep(tx: &mut Tx, staff: i64, view: &View, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "insert into saved_view (staff, name, query, saved_at)
         select $1, $2, $3, $4 where exists (select 1 from saved_view where staff = $1 and name = $2)
             or (select count(*) from saved_view where staff = $1) < $5
         on conflict (staff, name) do update set query = excluded.query, saved_at = excluded.saved_at",
    );
    let query = query.bind(staff).bind(view.name.clone()).bind(view.query.clone()).bind(micros(now));
    let done = query.bind(VIEWS_MAX as i64).execute(tx.conn()).await.doing("keep somebody's list")?;
    Ok(done.rows_affected() == 1)
}

/// Forgets a list. False where there was none of that name.
///
/// # Errors
/// The database failed.
pub async fn forget(tx: &mut Tx, staff: i64, name: &str) -> Result<bool, StoreError> {
    let query = sqlx::query("delete from saved_view where staff = $1 and name = $2");
    let query = query.bind(staff).bind(name.to_owned());
    Ok(query.execute(tx.conn()).await.doing("forget somebody's list")?.rows_affected() == 1)
}
