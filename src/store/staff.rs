//! Members of staff, their roles, and the hashes of their tokens.
//!
//! Each change is an act, and writes its audit entry.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::audit::{Actor, AuditEvent};
pub use crate::domain::staff::Role;

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit};

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their number.
    pub id: i64,
    /// The name under which they act.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when they may do nothing.
    pub disabled_at: Option<Timestamp>,
}

/// Why a change to staff was not made.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The name is taken, by somebody disabled too: names in the log must stay unambiguous.
    #[error("there is a member of staff called `{0}` already; choose another name")]
    NameTaken(String),
    /// Nobody who is not disabled has this name.
    #[error("there is no active member of staff called `{0}`; `majlis staff list` names them all")]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a member of staff.
///
/// # Errors
/// The name is taken.
pub async fn add(tx: &mut Tx, name: &str, role: Role, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "insert into staff (name, role, added_at) values ($1, $2, $3) on conflict (name) do nothing",
    );
    let query = query.bind(name.to_owned()).bind(role.as_str()).bind(micros(now));
    if query.execute(tx.conn()).await.doing("add a member of staff")?.rows_affected() != 1 {
        return Err(StaffError::NameTaken(name.to_owned()));
    }
    let entry = entry(name, "staff.added", now).word("role", role.as_str());
    Ok(audit::append(tx, &[entry]).await?)
}

/// Takes a member of staff's rights away, and their token. The name stays in the records.
///
/// # Errors
/// Nobody active has this name.
pub async fn disable(tx: &mut Tx, name: &str, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "update staff set disabled_at = $2, token_hash = null, token_set_at = null
         where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(micros(now));
    change(tx, query, name, "disable a member of staff").await?;
    Ok(audit::append(tx, &[entry(name, "staff.disabled", now)]).await?)
}

/// Gives a member of staff a token, by its SHA-256 in hexadecimal, in place of the one before.
///
/// # Errors
/// Nobody active has this name.
pub async fn set_token(tx: &mut Tx, name: &str, token_hash: &str, now: Timestamp) -> Result<(), StaffError> {
    let query = sqlx::query(
        "update staff set token_hash = $2, token_set_at = $3 where name = $1 and disabled_at is null",
    );
    let query = query.bind(name.to_owned()).bind(token_hash.to_owned()).bind(micros(now));
    change(tx, query, name, "give a member of staff a token").await?;
    Ok(audit::append(tx, &[entry(name, "staff.token_given", now)]).await?)
}

async fn change(tx: &mut Tx, query: sql::Query, name: &str, doing: &'static str) -> Result<(), StaffError> {
    match query.execute(tx.conn()).await.doing(doing)?.rows_affected() {
        1 => Ok(()),
        _ => Err(StaffError::Unknown(name.to_owned())),
    }
}

/// Staff are looked after from the machine itself, by whoever may run the command there.
fn entry(name: &str, act: &'static str, now: Timestamp) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine("command"), act, format!("staff:{name}"))
}

/// The active member of staff whose token has this hash.
///
/// # Errors
/// The database failed.
pub async fn by_token(store: &Store, token_hash: &str) -> Result<Option<Staff>, StoreError> {
    let row = sqlx::query(
        "select id, name, role, disabled_at from staff where token_hash = $1 and disabled_at is null",
    )
    .bind(token_hash.to_owned())
    .fetch_optional(&store.readers)
    .await
    .doing("look up a token")?;
    row.as_ref().map(member).transpose()
}

/// All members of staff by name, those disabled included.
///
/// # Errors
/// The database failed.
pub async fn list(store: &Store) -> Result<Vec<Staff>, StoreError> {
    let rows = sqlx::query("select id, name, role, disabled_at from staff order by name")
        .fetch_all(&store.readers)
        .await
        .doing("list the members of staff")?;
    rows.iter().map(member).collect()
}

fn member(row: &AnyRow) -> Result<Staff, StoreError> {
    let staff = Columns::of("staff", row);
    Ok(Staff {
        id: staff.get("id")?,
        name: staff.get("name")?,
        role: staff.word("role")?,
        disabled_at: staff.instant_or_null("disabled_at")?,
    })
}
