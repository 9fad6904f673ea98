//! Members of staff, their roles, and the hashes of their tokens.
//!
//! Each change is an act, and writes its audit entry.

use jiff::Timestamp;

pub use crate::domain::staff::Role;

use super::{Store, StoreError, Tx};

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
    #[error("there is no active member of staff called `{0}`")]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a member of staff.
///
/// # Errors
/// The name is taken.
pub async fn add(_tx: &mut Tx, _name: &str, _role: Role, _now: Timestamp) -> Result<(), StaffError> {
    todo!()
}

/// Takes a member of staff's rights away, and their token. The name stays in the records.
///
/// # Errors
/// Nobody active has this name.
pub async fn disable(_tx: &mut Tx, _name: &str, _now: Timestamp) -> Result<(), StaffError> {
    todo!()
}

/// Gives a member of staff a token, by its SHA-256 in hexadecimal, in place of the one before.
///
/// # Errors
/// Nobody active has this name.
pub async fn set_token(
    _tx: &mut Tx,
    _name: &str,
    _token_hash: &str,
    _now: Timestamp,
) -> Result<(), StaffError> {
    todo!()
}

/// The active member of staff whose token has this hash.
///
/// # Errors
/// The database failed.
pub async fn by_token(_store: &Store, _token_hash: &str) -> Result<Option<Staff>, StoreError> {
    todo!()
}

/// All members of staff by name, those disabled included.
///
/// # Errors
/// The database failed.
pub async fn list(_store: &Store) -> Result<Vec<Staff>, StoreError> {
    todo!()
}
