//! The documents that rule, by hash: proposed by one member of staff, adopted by another.
//!
//! Each change is an act, and writes its audit entry.

use jiff::Timestamp;

use super::{Store, StoreError, Tx};

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// The participation policy.
    Policy,
    /// The working calendar.
    Calendar,
}

impl DocumentKind {
    /// The word for it in columns, logs and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Policy => "policy",
            DocumentKind::Calendar => "calendar",
        }
    }
}

/// The document that rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Its hash.
    pub hash: String,
    /// Its text.
    pub text: String,
    /// Since when it rules.
    pub at: Timestamp,
    /// Who adopted it; `None` for the text that was shipped.
    pub by: Option<String>,
}

/// A document that was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its hash.
    pub hash: String,
    /// Its text.
    pub text: String,
    /// When it was proposed.
    pub at: Timestamp,
    /// Who proposed it.
    pub by: String,
}

/// Why a document was not adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Whoever proposed it may not adopt it.
    #[error("you proposed it yourself; another member of staff must adopt it")]
    OwnProposal,
    /// Nothing with this hash was proposed.
    #[error("nothing with the hash `{0}` was proposed; propose the file first")]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proposes a text. One that was proposed before keeps its first proposer.
///
/// # Errors
/// The database failed.
pub async fn propose(
    _tx: &mut Tx,
    _kind: DocumentKind,
    _hash: &str,
    _text: &str,
    _by: &str,
    _now: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}

/// Makes a proposed text rule.
///
/// # Errors
/// It was never proposed, or `by` proposed it.
pub async fn adopt(
    _tx: &mut Tx,
    _kind: DocumentKind,
    _hash: &str,
    _by: &str,
    _now: Timestamp,
) -> Result<(), AdoptError> {
    todo!()
}

/// Makes the shipped text rule where nothing ever did; false where something does.
///
/// # Errors
/// The database failed.
pub async fn adopt_shipped(
    _tx: &mut Tx,
    _kind: DocumentKind,
    _hash: &str,
    _text: &str,
    _now: Timestamp,
) -> Result<bool, StoreError> {
    todo!()
}

/// The document that rules.
///
/// # Errors
/// The database failed.
pub async fn adopted(_store: &Store, _kind: DocumentKind) -> Result<Option<Adopted>, StoreError> {
    todo!()
}

/// The documents that were proposed and never ruled, newest first.
///
/// # Errors
/// The database failed.
pub async fn proposals(_store: &Store, _kind: DocumentKind) -> Result<Vec<Proposal>, StoreError> {
    todo!()
}
