//! Who is signed in to the console. A session is known by the SHA-256 of what its cookie holds, so that a copy of the database
//! opens none; who comes and goes is in the audit log.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::session::{IDLE, LIFETIME, Way};

use super::error::Doing;
use super::sql::{Columns, micros};
use super::staff::{self, Staff};
use super::{Store, StoreError, Tx};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of what its cookie holds, in hexadecimal.
    pub id: String,
    /// What the forms of its pages carry.
    pub seal: String,
    /// How its owner came in.
    pub way: Way,
    /// What the browser says it is.
    pub browser: String,
    /// When its owner signed in.
    pub opened_at: Timestamp,
    /// When its owner last showed who they are.
    pub proved_at: Timestamp,
    /// When it was last noted to be in use.
    pub seen_at: Timestamp,
}

const COLUMNS: &str = "session.id as session, session.seal, session.way, session.browser, session.opened_at, session.proved_at, session.seen_at";

/// Opens a session. What of theirs has ended by itself goes.
///
/// # Errors
/// The database failed.
pub async fn open(tx: &mut Tx, staff: i64, session: &Session) -> Result<(), StoreError> {
    let now = session.opened_at;
    sqlx::query("delete from session where staff = $1 and (opened_at <= $2 or seen_at <= $3)")
        .bind(staff)
        .bind(micros(now - LIFETIME))
        .bind(micros(now - IDLE))
        .execute(tx.conn())
        .await
        .doing("clear away ended sessions")?;
    let query = sqlx::query(
        "insert into session (id, staff, seal, way, browser, opened_at, seen_at, proved_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)",
    );
    let query = query.bind(session.id.clone()).bind(staff).bind(session.seal.clone());
    let query = query.bind(session.way.as_str()).bind(session.browser.clone()).bind(micros(now));
    let query = query.bind(micros(session.proved_at));
    query.execute(tx.conn()).await.doing("open a session")?;
    Ok(())
}

/// The session of this id that runs at `now`, and whose it is.
///
/// # Errors
/// The database failed.
pub async fn find(store: &Store, id: &str, now: Timestamp) -> Result<Option<(Staff, Session)>, StoreError> {
    let row = super::sql::query(format!(
        "select {COLUMNS}, staff.id, staff.name, staff.role, staff.disabled_at
         from session join staff on staff.id = session.staff
         where session.id = $1 and session.opened_at > $2 and session.seen_at > $3 and staff.disabled_at is null"
    ))
    .bind(id.to_owned())
    .bind(micros(now - LIFETIME))
    .bind(micros(now - IDLE))
    .fetch_optional(&store.readers)
    .await
    .doing("look up a session")?;
    row.as_ref().map(|row| Ok((staff::member(row)?, session(row)?))).transpose()
}

/// Notes that a session is in use.
///
/// # Errors
/// The database failed.
pub async fn seen(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query("update session set seen_at = $2 where id = $1 and seen_at < $2");
    query.bind(id.to_owned()).bind(micros(now)).execute(tx.conn()).await.doing("note a session in use")?;
    Ok(())
}

/// The sessions of a member of staff that run at `now`, the latest first.
///
/// # Errors
/// The database failed.
pub async fn of(store: &Store, staff: i64, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    let rows = super::sql::query(format!(
        "select {COLUMNS} from session where staff = $1 and opened_at > $2 and seen_at > $3 order by opened_at desc"
    ))
    .bind(staff)
    .bind(micros(now - LIFETIME))
    .bind(micros(now - IDLE))
    .fetch_all(&store.readers)
    .await
    .doing("list somebody's sessions")?;
    rows.iter().map(session).collect()
}

/// Ends a session of a member of staff; false where there was none of this id.
///
/// # Errors
/// The database failed.
pub async fn end(tx: &mut Tx, staff: i64, id: &str) -> Result<bool, StoreError> {
    let query =
        sqlx::query("delete from session where id = $1 and staff = $2").bind(id.to_owned()).bind(staff);
    Ok(query.execute(tx.conn()).await.doing("end a session")?.rows_affected() == 1)
}

/// Ends all sessions of a member of staff.
///
/// # Errors
/// The database failed.
pub async fn end_all(tx: &mut Tx, staff: i64) -> Result<(), StoreError> {
    let query = sqlx::query("delete from session where staff = $1").bind(staff);
    query.execute(tx.conn()).await.doing("end somebody's sessions")?;
    Ok(())
}

fn session(row: &AnyRow) -> Result<Session, StoreError> {
    let row = Columns::of("session", row);
    Ok(Session {
        id: row.get("session")?,
        seal: row.get("seal")?,
        way: row.word("way")?,
        browser: row.get("browser")?,
        opened_at: row.instant("opened_at")?,
        proved_at: row.instant("proved_at")?,
        seen_at: row.instant("seen_at")?,
    })
}
