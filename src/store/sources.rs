//! Sources as the database knows them: how far each has been read, and how it is.

use jiff::Timestamp;

use crate::domain::comment::{Platform, SourceId};

use super::{Store, StoreError, Tx};

/// How far a source has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Where to read on, as JSON in the words of the platform; `None` before the first round.
    pub cursor: Option<String>,
    /// When the round that is under way began.
    pub round_started_at: Option<Timestamp>,
    /// How many rounds were completed.
    pub rounds: i64,
    /// How many times a page said that comments may be missing.
    pub suspected_gaps: i64,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// The last read worked.
    Ok,
    /// The last read failed and will be tried again.
    Ill,
    /// A person must act before it is read again.
    Paused,
}

impl Health {
    /// The word for it in columns, logs and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Health::Ok => "ok",
            Health::Ill => "ill",
            Health::Paused => "paused",
        }
    }
}

/// How a source is, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHealth {
    /// The source.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// How it is.
    pub state: Health,
    /// Since when it has been so.
    pub since: Timestamp,
    /// Why, for an operator.
    pub detail: Option<String>,
    /// When a page of it was last read.
    pub last_read_at: Option<Timestamp>,
}

/// Makes a source known; one that is known already stays as it is.
///
/// # Errors
/// [`StoreError::PlatformChanged`] where the id is known for another platform.
pub async fn register(
    _tx: &mut Tx,
    _id: &SourceId,
    _platform: Platform,
    _now: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}

/// How far `source` has been read; the default where it never was.
///
/// # Errors
/// The database failed.
pub async fn reading(_store: &Store, _source: &SourceId) -> Result<Reading, StoreError> {
    todo!()
}

/// Keeps how far `source` has been read.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn save_reading(
    _tx: &mut Tx,
    _source: &SourceId,
    _reading: &Reading,
    _now: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}

/// Keeps how `source` is. `since` changes only where the state does.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn set_health(
    _tx: &mut Tx,
    _source: &SourceId,
    _state: Health,
    _detail: Option<&str>,
    _now: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}

/// How every source is, by id.
///
/// # Errors
/// The database failed.
pub async fn all_health(_store: &Store) -> Result<Vec<SourceHealth>, StoreError> {
    todo!()
}
