//! The daemon's own check of its log, and the log as a file: every entry is read.

use std::io::{self, Write};

use super::{Publication, PublicationError};
use crate::domain::audit::{
    Checkpoint, CheckpointError, Export, Flaw, Form, Manifest, Query, Replay, Selection, SigningKey, Stored,
    VerifierKey,
};
use crate::store::{Store, StoreError, audit};

/// Entries read at a time.
const PAGE: u64 = 1_000;

/// A log in which everything holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// How many entries it has.
    pub entries: u64,
    /// How many of them the published checkpoint covers.
    pub sealed: u64,
}

/// Why a log could not be read or written out.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit directory could not be read.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// The log has not been sealed, so there is nothing that an auditor could check it against.
    #[error("the audit log has not been sealed yet; it is, on its schedule, while `majlis run` is running")]
    NotSealed,
    /// The published checkpoint is not this log's.
    #[error("the published checkpoint cannot be trusted")]
    Checkpoint(#[from] CheckpointError),
    /// The log is shorter than its checkpoint says.
    #[error("the log ends at entry {0}, and more were sealed; run `majlis audit verify`")]
    Cut(u64),
    /// The export could not be written.
    #[error("could not write the export")]
    Write(#[from] io::Error),
}

/// Checks the whole log in the database: its form, its head, that it begins with what was published, and that each entry is found
/// by what it says.
///
/// # Errors
/// The database or the audit directory could not be read. A log that does not hold is an answer: its [`Flaw`].
pub async fn inspect(
    store: &Store,
    publication: &Publication,
    key: &VerifierKey,
) -> Result<Result<Inspected, Flaw>, InspectError> {
    let published = publication.latest().await?;
    let head = audit::head(store).await?;
    let mut replay = match Replay::new(key, published.as_deref()) {
        Ok(replay) => replay,
        Err(flaw) => return Ok(Err(flaw)),
    };
    while replay.size() < head.size() {
        let page = page(store, replay.size(), head.size()).await?;
        if page.is_empty() {
            break; // The head knows of more entries, and says so below.
        }
        let mut check = |entry: Stored| {
            replay.entry(&entry.bytes)?;
            entry.check().map(drop).map_err(Flaw::from)
        };
        if let Err(flaw) = page.into_iter().try_for_each(&mut check) {
            return Ok(Err(flaw));
        }
    }
    let sealed = published.as_deref().map(|note| Checkpoint::open(note, key)).transpose()?;
    let sealed = sealed.map_or(0, |checkpoint| checkpoint.size);
    Ok(replay.conclude_at(&head).map(|()| Inspected { entries: head.size(), sealed }))
}

/// The note of the published checkpoint.
///
/// # Errors
/// The log was never sealed, or the audit directory could not be read.
pub async fn published(publication: &Publication) -> Result<String, InspectError> {
    publication.latest().await?.ok_or(InspectError::NotSealed)
}

/// Writes the log as far as the checkpoint `note` covers it, and returns that checkpoint.
///
/// # Errors
/// The note is not this log's, or the log could not be read or written. It is written as it is: whether it is sound is
/// for the auditor's own program to say.
pub async fn export(
    store: &Store,
    note: &str,
    key: &VerifierKey,
    out: &mut impl Write,
) -> Result<Checkpoint, InspectError> {
    let checkpoint = Checkpoint::open(note, key)?;
    let mut piece = Vec::new();
    let mut export = Export::begin(&checkpoint, &mut piece);
    let mut written = 0;
    while written < checkpoint.size {
        let page = page(store, written, checkpoint.size).await?;
        if page.is_empty() {
            return Err(InspectError::Cut(written));
        }
        written += page.len() as u64;
        page.iter().for_each(|entry| export.entry(&entry.bytes, &mut piece));
        out.write_all(&piece)?;
        piece.clear();
    }
    export.end(note, &mut piece);
    out.write_all(&piece)?;
    out.flush()?;
    Ok(checkpoint)
}

/// Writes the rows that `query` finds in the log as far as `note` covers it, and returns the manifest that says so.
///
/// # Errors
/// The log could not be read, or the rows not written. A log that does not hold is an answer: its [`Flaw`].
pub async fn select(
    store: &Store,
    note: &str,
    key: &SigningKey,
    (query, form): (Query, Form),
    out: &mut impl Write,
) -> Result<Result<Manifest, Flaw>, InspectError> {
    let size = Checkpoint::open(note, key.verifier())?.size;
    let mut piece = Vec::new();
    let mut selection = Selection::begin(key, query, form, &mut piece);
    let mut read = 0;
    while read < size {
        let page = page(store, read, size).await?;
        if page.is_empty() {
            return Err(InspectError::Cut(read));
        }
        read += page.len() as u64;
        if let Err(flaw) = page.iter().try_for_each(|entry| selection.entry(&entry.bytes, &mut piece)) {
            return Ok(Err(flaw));
        }
        out.write_all(&piece)?;
        piece.clear();
    }
    out.write_all(&piece)?;
    out.flush()?;
    Ok(selection.end(note))
}

/// The next entries from number `from` on, before number `end`.
async fn page(store: &Store, from: u64, end: u64) -> Result<Vec<Stored>, StoreError> {
    audit::stored(store, from, (end - from).min(PAGE) as u32).await
}
