//! The proof that the log holds an entry, for the auditor's page, the API and the command line: made out of the tiles in the audit
//! directory, under its latest checkpoint or a given one, and checked before it is handed out.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::domain::audit::{
    Checkpoint, CheckpointError, Flaw, TilesError, VerifierKey, entry_proof, growth_proof, prove_entry,
    prove_growth, verify_entry, verify_growth,
};
use crate::store::{Store, StoreError, audit};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotProved {
    #[error("the log has no entry {0}")]
    NoSuchEntry(u64),
    #[error(
        "entry {index} is not sealed under this checkpoint of {size} entries; one that covers it follows, on the schedule"
    )]
    NotSealed { index: u64, size: u64 },
    #[error("the audit directory holds no checkpoint yet; the daemon makes one soon after its start")]
    NoCheckpoint,
    #[error("the checkpoint cannot be trusted")]
    Checkpoint(#[from] CheckpointError),
    #[error("the audit directory does not prove entry {index}: {flaw}; run `majlis audit verify`")]
    Broken { index: u64, flaw: Flaw },
    #[error("this checkpoint of {size} entries did not grow from one of {seen}; exchange --at and --since")]
    NotGrown { size: u64, seen: u64 },
    #[error("the audit directory does not prove it: {0}; run `majlis audit verify`")]
    BrokenGrowth(Flaw),
    #[error("could not read {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The note of the latest checkpoint in the audit directory.
///
/// # Errors
/// There is none, or it cannot be read.
pub(crate) fn latest(directory: &Path) -> Result<String, NotProved> {
    let bytes = read(&directory.join("checkpoint"))?.ok_or(NotProved::NoCheckpoint)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The proof of the entry `index` under the checkpoint in `note` (C2SP tlog-proof, with the entry in it).
///
/// # Errors
/// There is no such entry, it is not sealed yet, or the audit directory is not this log's.
pub(crate) async fn prove(
    store: &Store,
    directory: &Path,
    key: &VerifierKey,
    note: &str,
    index: u64,
) -> Result<String, NotProved> {
    let size = Checkpoint::open(note, key)?.size;
    if i64::try_from(index).is_err() {
        return Err(NotProved::NoSuchEntry(index)); // No log is so long, and no column holds it.
    }
    let found = audit::entries(store, index, 1).await?;
    let entry = found.first().ok_or(NotProved::NoSuchEntry(index))?.bytes();
    let hashes = match prove_entry(size, index, |path| read(&directory.join(path))) {
        Ok(Some(hashes)) => hashes,
        Ok(None) => return Err(NotProved::NotSealed { index, size }),
        Err(TilesError::Flaw(flaw)) => return Err(NotProved::Broken { index, flaw }),
        Err(TilesError::Unreadable(unreadable)) => return Err(unreadable),
    };
    let proof = entry_proof(entry, index, &hashes, note);
    match verify_entry(key, &proof) {
        Ok(_) => Ok(proof),
        Err(flaw) => Err(NotProved::Broken { index, flaw }),
    }
}

/// The proof that the log grew from the checkpoint in `earlier` to the one in `note`.
///
/// # Errors
/// It did not, or the audit directory is not this log's.
pub(crate) fn grown(
    directory: &Path,
    key: &VerifierKey,
    note: &str,
    earlier: &str,
) -> Result<String, NotProved> {
    let (size, seen) = (Checkpoint::open(note, key)?.size, Checkpoint::open(earlier, key)?.size);
    let hashes = match prove_growth(size, seen, |path| read(&directory.join(path))) {
        Ok(hashes) => hashes.ok_or(NotProved::NotGrown { size, seen })?,
        Err(TilesError::Flaw(flaw)) => return Err(NotProved::BrokenGrowth(flaw)),
        Err(TilesError::Unreadable(unreadable)) => return Err(unreadable),
    };
    let proof = growth_proof(seen, &hashes, note);
    verify_growth(key, earlier, &proof).map_err(NotProved::BrokenGrowth)?;
    Ok(proof)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, NotProved> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(NotProved::File { path: path.to_owned(), source }),
    }
}
