//! Sealing: a signed checkpoint of the audit log, published outside the database.
//!
//! Before anything is signed, the log is proved to begin with every checkpoint that was published or kept before:
//! from then on a log that was cut or rewritten can only be sealed by somebody who also holds the key and
//! every copy of the old checkpoints. What a checkpoint says is [`crate::domain::audit`]'s; where it is published is
//! [`Publication`]'s, and beside it the log itself lies as [`tiles`], written before the checkpoint that covers them.
//! [`outlets`] sends it further. Sealing again does no harm; the lane's lease keeps it to one process at a time.

mod alarm;
mod inspect;
mod keygen;
mod outlets;
mod publication;
mod tiles;
mod turn;
mod witness;

use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::{Altered, Checkpoint, CheckpointError, Frontier, Hash, SigningKey};
use crate::store::{Step, Store, StoreError, audit};

pub use alarm::alarm;
pub use inspect::{InspectError, Inspected, export, inspect, published, select};
pub use keygen::{KeygenError, keygen};
pub use outlets::{OutletError, Outlets};
pub use publication::{Publication, PublicationError};
pub use turn::{Timing, run, turn};

/// Leaf hashes read at a time: some 300 kB.
const PAGE: u64 = 10_000;

/// How often all hashes are proved again: what was changed behind those that were proved would show at the next start only.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Signs checkpoints of one log.
#[derive(Debug)]
pub struct Sealer {
    key: SigningKey,
    publication: Publication,
    outlets: Outlets,
    /// Since when it has not come to an end, and whether people were told.
    unpublished: Option<(Timestamp, bool)>,
    /// The log as far as it was proved, so that only what was added is read again.
    proven: Frontier,
    /// The checkpoints that it was held against then.
    proven_against: Vec<Checkpoint>,
    /// When all of it was last proved.
    whole_at: Option<Timestamp>,
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
    /// The checkpoint did not get where it should.
    #[error(transparent)]
    Outlet(#[from] OutletError),
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
    /// An entry is not the one that was logged.
    #[error(transparent)]
    Entry(#[from] Altered),
    /// The entries and the head of the log, which grow together, do not agree.
    #[error("its entries and its head do not agree")]
    Head,
    /// A process found out earlier, and nobody let writing go on since.
    #[error(
        "since {at} all changes are stopped, because {why}; when somebody has looked, `majlis audit resume` lets them go on"
    )]
    Stopped {
        /// Since when.
        at: Timestamp,
        /// What it found.
        why: String,
    },
}

impl Sealer {
    /// Signs with `key`, publishes into `publication` and sends to `outlets`.
    pub fn new(key: SigningKey, publication: Publication, outlets: Outlets) -> Self {
        Self {
            key,
            publication,
            outlets,
            unpublished: None,
            proven: Frontier::default(),
            proven_against: Vec::new(),
            whole_at: None,
        }
    }

    /// How many entries were added since the log was last sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unsealed(&self, store: &Store) -> Result<u64, SealError> {
        let sealed = audit::last_checkpoint(store).await?.map_or(0, |checkpoint| checkpoint.size);
        Ok(audit::head(store).await?.size().saturating_sub(sealed))
    }

    /// Proves that nobody found the log broken before and that it begins with every checkpoint that was published or kept, and
    /// signs nothing. For the start, before anything is written.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub async fn check(&mut self, store: &Store) -> Result<(), SealError> {
        not_stopped(store).await?;
        let Before { published, kept } = self.before(store).await?;
        let sealed = [published, kept].into_iter().flatten().map(|seal| seal.checkpoint).collect();
        self.prove(store, sealed).await.map(drop)
    }

    /// Signs and publishes a checkpoint of the log as it stands at `now`; `None` where nothing was added since the
    /// last one.
    ///
    /// The checkpoint is kept in the database first, then shown to the witness, and published last. Where the process died
    /// in between, or the witness does not answer, the next call goes on from there.
    ///
    /// # Errors
    /// [`SealError::Broken`] calls for a person; the other errors may pass.
    pub async fn seal(&mut self, store: &Store, now: Timestamp) -> Result<Option<Checkpoint>, SealError> {
        let whole_at = self.whole_at.get_or_insert(now);
        if now.duration_since(*whole_at) >= WHOLE_EVERY {
            (*whole_at, self.proven) = (now, Frontier::default());
        }
        let Before { published, kept } = self.before(store).await?;
        let sealed = [&published, &kept].into_iter().flatten().map(|seal| seal.checkpoint.clone()).collect();
        let frontier = self.prove(store, sealed).await?;
        let (size, root) = (frontier.size(), frontier.root());
        let (directory, witness) = (self.publication.directory(), self.outlets.witness());
        self.publication.publish_key(self.key.verifier()).await?;
        let published_checkpoint = published.as_ref().map(|seal| &seal.checkpoint);
        tiles::write(store, directory, published_checkpoint, size).await?;

        let has_seen = |seal: &Seal| witness.is_none_or(|witness| witness.cosigned(&seal.note));
        let seen = published.as_ref().filter(|seal| has_seen(seal)).map(|seal| seal.checkpoint.size);
        if seen == Some(size) {
            return Ok(None);
        }
        let before = [kept, published].into_iter().flatten().find(|seal| seal.checkpoint.size == size);
        let is_new = before.is_none();
        let Seal { note, checkpoint } = match before {
            Some(before) => before,
            None => self.keep(store, size, root, now).await?,
        };
        let note = self.outlets.cosigned(note, size, seen.unwrap_or(0), directory).await?;
        self.publication.publish(size, &note).await?;
        Ok(is_new.then_some(checkpoint))
    }

    /// Signs a checkpoint and keeps it in the database.
    async fn keep(&self, store: &Store, size: u64, root: Hash, at: Timestamp) -> Result<Seal, SealError> {
        let note = Checkpoint::sign(size, root, &self.key);
        let mut tx = store.begin(Step::Keep).await?;
        audit::save_checkpoint(&mut tx, &audit::Checkpoint { size, root, note: note.clone(), at }).await?;
        tx.commit().await?;
        let origin = self.key.verifier().name().to_owned();
        Ok(Seal { note, checkpoint: Checkpoint { origin, size, root } })
    }

    /// Sends the published checkpoint to where else it is to go and has not gone yet.
    ///
    /// # Errors
    /// One of the places did not take it; it was sent to the others all the same.
    pub async fn send(&self, now: Timestamp) -> Result<(), SealError> {
        let Some(note) = self.publication.latest().await? else { return Ok(()) };
        let size = Checkpoint::open(&note, self.key.verifier()).map_err(Broken::from)?.size;
        Ok(self.outlets.send(&self.publication, &note, size, now).await?)
    }

    /// What was sealed before, signed by this log's key.
    async fn before(&self, store: &Store) -> Result<Before, SealError> {
        let open = |note: String| -> Result<Seal, Broken> {
            let checkpoint = Checkpoint::open(&note, self.key.verifier())?;
            Ok(Seal { note, checkpoint })
        };
        let published = self.publication.latest().await?.map(open).transpose()?;
        let kept = audit::last_checkpoint(store).await?.map(|kept| open(kept.note)).transpose()?;
        Ok(Before { published, kept })
    }

    /// The frontier of the log as it stands, proved to have grown from all of `sealed`.
    async fn prove(&mut self, store: &Store, sealed: Vec<Checkpoint>) -> Result<Frontier, SealError> {
        let head = audit::head(store).await?;
        // What was proved in this process is read again only where a checkpoint asks for it that it was not held against.
        let known = sealed.iter().all(|checkpoint| {
            checkpoint.size >= self.proven.size() || self.proven_against.contains(checkpoint)
        });
        let frontier = if known { self.proven.clone() } else { Frontier::default() };
        let mut growth = Growth { sealed: &sealed, frontier };
        growth.check()?;
        while growth.frontier.size() < head.size() {
            let (from, left) = (growth.frontier.size(), head.size() - growth.frontier.size());
            let leaves = audit::leaves(store, from, left.min(PAGE) as u32).await?;
            if leaves.is_empty() {
                return Err(SealError::Broken(Broken::Head));
            }
            leaves.into_iter().try_for_each(|leaf| growth.push(leaf))?;
        }
        self.proven = growth.finish(head.frontier())?;
        self.proven_against = sealed;
        Ok(self.proven.clone())
    }
}

/// # Errors
/// [`Broken::Stopped`], or the database failed.
async fn not_stopped(store: &Store) -> Result<(), SealError> {
    match audit::stopped(store).await? {
        None => Ok(()),
        Some(audit::Stop { at, why }) => Err(Broken::Stopped { at, why }.into()),
    }
}

/// A checkpoint and the note that says it.
struct Seal {
    note: String,
    checkpoint: Checkpoint,
}

/// What was sealed before.
struct Before {
    /// The latest in the audit directory.
    published: Option<Seal>,
    /// The latest in the database.
    kept: Option<Seal>,
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
