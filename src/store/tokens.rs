//! The tokens of sources that renew themselves. They are secrets: kept here, never printed.

use jiff::Timestamp;

use crate::domain::comment::SourceId;
use crate::domain::credentials::Tokens;

use super::{Store, StoreError, Tx};

/// The tokens of a source as they were last obtained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The tokens.
    pub tokens: Tokens,
    /// When they were obtained.
    pub obtained_at: Timestamp,
    /// The hash (hexadecimal) of the configured secret that they came from: when an operator configures
    /// another one, these are of no use.
    pub seed: String,
}

/// The tokens held for `source`.
///
/// # Errors
/// The database failed.
pub async fn held(_store: &Store, _source: &SourceId) -> Result<Option<Held>, StoreError> {
    todo!()
}

/// Keeps tokens in place of those held, and ends a claimed renewal.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn keep(_tx: &mut Tx, _source: &SourceId, _held: &Held) -> Result<(), StoreError> {
    todo!()
}

/// Claims the renewal of a source's tokens until `until`: true for the one caller that may renew.
///
/// # Errors
/// The database failed.
pub async fn claim_renewal(
    _tx: &mut Tx,
    _source: &SourceId,
    _now: Timestamp,
    _until: Timestamp,
) -> Result<bool, StoreError> {
    todo!()
}
