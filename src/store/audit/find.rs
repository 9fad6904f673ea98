//! Entries found again: by the comment they are about, who did it, the clause and the time.

use futures_util::TryStreamExt as _;
use jiff::Timestamp;

use crate::domain::audit::{Altered, EntryView, Logged};
use crate::domain::comment::CommentId;
use crate::domain::policy::ClauseId;

use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};
use super::{STORED, as_stored, number};

/// Which entries are sought: those that fit all that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// About this comment.
    pub comment: Option<CommentId>,
    /// Done by this member of staff, or to them.
    pub staff: Option<String>,
    /// Resting on this clause.
    pub clause: Option<ClauseId>,
    /// Recorded then or later.
    pub from: Option<Timestamp>,
    /// Recorded earlier.
    pub to: Option<Timestamp>,
    /// Before the entry with this number: where a page of them goes on.
    pub before: Option<u64>,
}

/// The entries that are sought, the newest first, at most `limit`. One that is not what was logged is told in its place, so that the
/// others can be read.
///
/// # Errors
/// The database failed.
pub async fn find(
    store: &Store,
    sought: &Sought,
    limit: u32,
) -> Result<Vec<Result<EntryView, Altered>>, StoreError> {
    if sought.staff.as_ref().is_some_and(|name| name.contains('\0')) {
        return Ok(Vec::new()); // Nobody has such a name, and PostgreSQL takes none as a value.
    }
    let from = match sought.from {
        Some(from) => first_at(store, from).await?,
        None => 0,
    };
    let to = match sought.to {
        Some(to) => first_at(store, to).await?,
        None => u64::MAX >> 1,
    };
    let to = sought.before.map_or(to, |before| before.min(to));
    let mut text = format!("select {STORED} from audit_entry where seq >= $1 and seq < $2");
    let mut place = 3;
    for (column, is_given) in [
        ("comment", sought.comment.is_some()),
        ("staff", sought.staff.is_some()),
        ("clause", sought.clause.is_some()),
    ] {
        if is_given {
            text.push_str(&format!(" and {column} = ${place}"));
            place += 1;
        }
    }
    text.push_str(&format!(" order by seq desc limit ${place}"));
    let mut query = sql::query(text).bind(number(from)).bind(number(to));
    if let Some(comment) = sought.comment {
        query = query.bind(comment.0);
    }
    if let Some(staff) = &sought.staff {
        query = query.bind(staff.clone());
    }
    if let Some(clause) = sought.clause {
        query = query.bind(clause.as_str());
    }
    let rows = query.bind(i64::from(limit)).fetch_all(&store.readers).await.doing("search the audit log")?;
    rows.iter().map(|row| Ok(as_stored(row)?.check().map(Logged::into_view))).collect()
}

/// All entries about a comment, the oldest first, as what `keep` makes of each one. They are read one by one: a comment that auditors looked at ten thousand times takes no more memory than what is kept of it.
///
/// # Errors
/// The database failed.
pub async fn about<T>(
    store: &Store,
    comment: CommentId,
    mut keep: impl FnMut(Result<EntryView, Altered>) -> Option<T>,
) -> Result<Vec<T>, StoreError> {
    let query = sql::query(format!("select {STORED} from audit_entry where comment = $1 order by seq"));
    let mut rows = query.bind(comment.0).fetch(&store.readers);
    let mut kept = Vec::new();
    while let Some(row) = rows.try_next().await.doing("read what the audit log says of a comment")? {
        kept.extend(keep(as_stored(&row)?.check().map(Logged::into_view)));
    }
    Ok(kept)
}

/// The number of the first entry that was recorded at `at` or later, or that of the next one to come. Times never go back from
/// one entry to the next, so it is found by halving.
async fn first_at(store: &Store, at: Timestamp) -> Result<u64, StoreError> {
    let query = "select coalesce(max(seq) + 1, 0) as size from audit_entry";
    let row = sqlx::query(query).fetch_one(&store.readers).await.doing("search the audit log")?;
    let (mut low, mut high): (u64, u64) = (0, Columns::of("audit_entry", &row).count("size")?);
    while low < high {
        let middle = low + (high - low) / 2;
        let query = sqlx::query("select at from audit_entry where seq = $1").bind(number(middle));
        let row = query.fetch_one(&store.readers).await.doing("search the audit log")?;
        if Columns::of("audit_entry", &row).get::<i64>("at")? < micros(at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
