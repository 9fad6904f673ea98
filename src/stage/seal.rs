//! Sealing: a signed checkpoint of the audit log, published outside the database.
//!
//! Before anything is signed, the log is proved to begin with every checkpoint that was published or kept before:
//! from then on a log that was cut or rewritten can only be sealed by somebody who also holds the key and
//! every copy of the old checkpoints. What a checkpoint says is [`crate::domain::audit`]'s; where it is
//! published is [`Publication`]'s. Sealing again does no harm; the lane's lease keeps it to one process at a time.

mod inspect;
mod keygen;
mod publication;
mod turn;

use jiff::Timestamp;

use crate::domain::audit::{Checkpoint, CheckpointError, Frontier, Hash, SigningKey};
use crate::store::{Step, Store, StoreError, audit};

pub use inspect::{InspectError, Inspected, export, inspect, published, select};
pub use keygen::{KeygenError, keygen};
pub use publication::{Publication, PublicationError};
pub use turn::{Timing, run, turn};

/// Leaf hashes read at a time: some 300 kB.
const PAGE: u64 = 10_000;

/// Signs checkpoints of one log.
#[derive(Debug)]
pub struct Sealer {
    key: SigningKey,
    publication: Publication,
    /// The log as far as it was proved when it was last sealed, so that only what was added is read again.
    proven: Frontier,
}

/// Why the log was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit directory could not be read or written.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// The log is not the one that was sealed before. Someone must look, and nothing is signed until then.
    #[error("the audit log does not hold, and was not sealed: {0}")]
    Broken(#[from] Broken),
}

/// In what way the log in the database is not the one that was sealed before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A checkpoint in the audit directory or the database was not signed by this log's key.
    #[error("its last checkpoint cannot be trusted: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// There are fewer entries than were sealed.
    #[error("it has {found} entries, and {sealed} were sealed")]
    Cut {
        /// How many there are.
        found: u64,
        /// How many there were.
        sealed: u64,
    },
    /// The entries that were sealed are others now.
    #[error("its first {sealed} entries are not those that were sealed")]
    Rewritten {
        /// How many were sealed.
        sealed: u64,
    },
    /// The entries and the head of the log, which grow together, do not agree.
    #[error("its entries and its head do not agree")]
    Head,
}

impl Sealer {
    /// Signs with `key` and publishes into `publication`.
    pub fn new(key: SigningKey, publication: Publication) -> Self {
        Self { key, publication, proven: Frontier::default() }
    }

    /// How many entries were added since the log was last sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unsealed(&self, store: &Store) -> Result<u64, SealError> {
        let sealed = audit::last_checkpoint(store).await?.map_or(0, |checkpoint| checkpoint.size);
        Ok(audit::head(store).await?.size().saturating_sub(sealed))
    }

    /// Signs and publishes a checkpoint of the log as it stands at `now`; `None` where nothing was added since the
    /// last one.
    ///
    /// The checkpoint is kept in the database first and published then. Where the process died in between, the
    /// next call publishes it.
    ///
    /// # Errors
    /// [`SealError::Broken`] calls for a person; the other errors may pass.
    pub async fn seal(&mut self, store: &Store, now: Timestamp) -> Result<Option<Checkpoint>, SealError> {
        let published = self.publication.latest().await?;
        let kept = audit::last_checkpoint(store).await?.map(|checkpoint| checkpoint.note);
        let sealed = [&published, &kept].into_iter().flatten();
        let sealed =
            sealed.map(|note| Checkpoint::open(note, self.key.verifier())).collect::<Result<Vec<_>, _>>();
        let sealed = sealed.map_err(|error| SealError::Broken(error.into()))?;
        let last = sealed.iter().map(|checkpoint| checkpoint.size).max();

        let frontier = self.prove(store, &sealed).await?;
        self.publication.publish_key(self.key.verifier()).await?;
        if let Some(kept) = kept.filter(|_| last == Some(frontier.size())) {
            if published.as_ref() != Some(&kept) {
                self.publication.publish(frontier.size(), &kept).await?;
            }
            return Ok(None);
        }
        let (size, root) = (frontier.size(), frontier.root());
        let note = Checkpoint::sign(size, root, &self.key);
        let mut tx = store.begin(Step::Keep).await?;
        let kept = audit::Checkpoint { size, root, note: note.clone(), at: now };
        audit::save_checkpoint(&mut tx, &kept).await?;
        tx.commit().await?;
        self.publication.publish(size, &note).await?;
        self.proven = frontier;
        Ok(Some(Checkpoint { origin: self.key.verifier().name().to_owned(), size, root }))
    }

    /// The frontier of the log as it stands, proved to have grown from all of `sealed`.
    async fn prove(&self, store: &Store, sealed: &[Checkpoint]) -> Result<Frontier, SealError> {
        let head = audit::head(store).await?;
        // What was proved in this process is read again only where an older checkpoint asks for it.
        let oldest = sealed.iter().map(|checkpoint| checkpoint.size).min();
        let known = oldest.filter(|oldest| *oldest >= self.proven.size()).map(|_| self.proven.clone());
        let mut growth = Growth { sealed, frontier: known.unwrap_or_default() };
        growth.check()?;
        while growth.frontier.size() < head.size() {
            let (from, left) = (growth.frontier.size(), head.size() - growth.frontier.size());
            let leaves = audit::leaves(store, from, left.min(PAGE) as u32).await?;
            if leaves.is_empty() {
                return Err(SealError::Broken(Broken::Head));
            }
            leaves.into_iter().try_for_each(|leaf| growth.push(leaf))?;
        }
        Ok(growth.finish(head.frontier())?)
    }
}

/// A log on its way from what was sealed to what it is now.
struct Growth<'a> {
    sealed: &'a [Checkpoint],
    frontier: Frontier,
}

impl Growth<'_> {
    fn push(&mut self, leaf: Hash) -> Result<(), Broken> {
        self.frontier.push(leaf);
        self.check()
    }

    /// Where the log had this size when it was sealed, it must have had this root.
    fn check(&self) -> Result<(), Broken> {
        let size = self.frontier.size();
        let mut sealed = self.sealed.iter().filter(|checkpoint| checkpoint.size == size);
        if sealed.all(|checkpoint| checkpoint.root == self.frontier.root()) {
            return Ok(());
        }
        Err(Broken::Rewritten { sealed: size })
    }

    fn finish(self, head: &Frontier) -> Result<Frontier, Broken> {
        let found = self.frontier.size();
        if let Some(sealed) = self.sealed.iter().map(|checkpoint| checkpoint.size).find(|size| *size > found)
        {
            return Err(Broken::Cut { found, sealed });
        }
        if self.frontier == *head { Ok(self.frontier) } else { Err(Broken::Head) }
    }
}
