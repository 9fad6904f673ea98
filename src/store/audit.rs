//! The audit log: appended in the transaction of the act it records, never changed.

use jiff::Timestamp;

use crate::domain::audit::{AuditEvent, Hash, Head};

use super::{Store, StoreError, Tx};

/// A checkpoint as it was signed and published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries it covers.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When it was made.
    pub at: Timestamp,
}

/// Appends entries. The last writes of a transaction but for the jobs' completion: the head of the log is locked
/// until its end.
///
/// # Errors
/// The database failed, or an entry is too long.
pub async fn append(_tx: &mut Tx, _events: &[AuditEvent]) -> Result<(), StoreError> {
    todo!()
}

/// Where the log ends: its size, its frontier, the time of its last entry.
///
/// # Errors
/// The database failed, or the row is damaged.
pub async fn head(_store: &Store) -> Result<Head, StoreError> {
    todo!()
}

/// At most `limit` entries from number `from` on: each one's number and its exact bytes.
///
/// # Errors
/// The database failed.
pub async fn entries(_store: &Store, _from: u64, _limit: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    todo!()
}

/// At most `limit` leaf hashes from number `from` on.
///
/// # Errors
/// The database failed.
pub async fn leaves(_store: &Store, _from: u64, _limit: u32) -> Result<Vec<Hash>, StoreError> {
    todo!()
}

/// Keeps a checkpoint.
///
/// # Errors
/// The database failed, or a checkpoint of this size is kept already.
pub async fn save_checkpoint(_tx: &mut Tx, _checkpoint: &Checkpoint) -> Result<(), StoreError> {
    todo!()
}

/// The checkpoint that covers most entries.
///
/// # Errors
/// The database failed.
pub async fn last_checkpoint(_store: &Store) -> Result<Option<Checkpoint>, StoreError> {
    todo!()
}
