//! The check of a log, entry by entry, whatever form it comes in.
//!
//! [`super::export`] and [`super::tiles`] read the two forms and hand every entry to a [`Replay`], which
//! rebuilds the tree and holds its root against the signed checkpoint. Memory stays flat.

use std::fmt;

use jiff::Timestamp;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::cosignature::WitnessKey;
use super::head::Head;
use super::note::VerifierKey;
use super::record::Record;
use super::tree::{Frontier, Hash};

/// A log in which nothing is missing, added or changed, as far as its checkpoint reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// What the log's key signed, and the entries were found to be.
    pub checkpoint: Checkpoint,
    /// When the first entry was recorded; `None` in an empty log.
    pub first_at: Option<Timestamp>,
    /// When the last one was.
    pub last_at: Option<Timestamp>,
    /// The size of the earlier checkpoint that the log was found to have grown from, where one was given.
    pub grew_from: Option<u64>,
    /// The signed note of the checkpoint, with whatever others signed of it.
    pub note: String,
}

/// What is wrong with a log: the first thing found, after which nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The first entry that is wrong, where the fault has a place.
    pub entry: Option<u64>,
    /// What is wrong with it.
    pub reason: String,
}

impl Flaw {
    pub(super) fn at(entry: u64, reason: impl fmt::Display) -> Self {
        Self { entry: Some(entry), reason: reason.to_string() }
    }

    pub(super) fn no_checkpoint(error: CheckpointError) -> Self {
        Self::anywhere(format!("the log's checkpoint does not hold: {error}"))
    }

    pub(super) fn anywhere(reason: impl fmt::Display) -> Self {
        Self { entry: None, reason: reason.to_string() }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(entry) => write!(f, "entry {entry}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Requires that each of these witnesses cosigned the checkpoint in `note`.
///
/// # Errors
/// One of them did not; it is named.
pub fn witnessed(note: &str, witnesses: &[WitnessKey]) -> Result<(), Flaw> {
    match witnesses.iter().find(|witness| !witness.cosigned(note)) {
        Some(absent) => Err(Flaw::anywhere(format!("the witness {absent} did not cosign its checkpoint"))),
        None => Ok(()),
    }
}

/// A log as far as it has been read.
#[derive(Debug)]
pub struct Replay<'k> {
    key: &'k VerifierKey,
    earlier: Option<Checkpoint>,
    /// At the size of the earlier checkpoint the root was another. Told at the end only: until then a
    /// recorded hash may still tell which entry it was.
    was_rewritten: bool,
    frontier: Frontier,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
}

impl<'k> Replay<'k> {
    /// A log of which nothing has been read. `earlier` is the note of a checkpoint that somebody kept.
    ///
    /// # Errors
    /// The earlier checkpoint is not one of this key's.
    pub fn new(key: &'k VerifierKey, earlier: Option<&str>) -> Result<Self, Flaw> {
        let earlier = earlier
            .map(|note| Checkpoint::open(note, key))
            .transpose()
            .map_err(|error| Flaw::anywhere(format!("the earlier checkpoint does not hold: {error}")))?;
        let mut replay = Self {
            key,
            earlier,
            was_rewritten: false,
            frontier: Frontier::default(),
            first_at: None,
            last_at: None,
        };
        replay.meet_earlier();
        Ok(replay)
    }

    /// How many entries have been read; the number of the next one.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Reads the next entry and gives its hash in the tree.
    ///
    /// # Errors
    /// The bytes are not an entry in canonical form, or not one that can follow the entry before.
    pub fn entry(&mut self, bytes: &[u8]) -> Result<Hash, Flaw> {
        self.record(bytes).map(|(leaf, _)| leaf)
    }

    /// As [`Replay::entry`], and gives what the entry says too.
    pub(super) fn record<'b>(&mut self, bytes: &'b [u8]) -> Result<(Hash, Record<'b>), Flaw> {
        let seq = self.size();
        let record = Record::read(bytes).map_err(|error| Flaw::at(seq, error))?;
        if record.seq != seq {
            return Err(Flaw::at(seq, format!("the entry in its place has the number {}", record.seq)));
        }
        if self.last_at.is_some_and(|last| record.at < last) {
            return Err(Flaw::at(seq, "its time is before that of the entry before it"));
        }
        self.first_at = self.first_at.or(Some(record.at));
        self.last_at = Some(record.at);
        let leaf = Hash::leaf(bytes);
        self.frontier.push(leaf);
        self.meet_earlier();
        Ok((leaf, record))
    }

    /// All entries have been read: does the log's own checkpoint say the same?
    ///
    /// # Errors
    /// It does not, or the earlier checkpoint does not.
    pub fn conclude(self, note: &str) -> Result<Sound, Flaw> {
        let checkpoint = Checkpoint::open(note, self.key).map_err(Flaw::no_checkpoint)?;
        let size = self.size();
        if checkpoint.size != size {
            let reason =
                format!("its checkpoint was signed over {} entries, and there are {size}", checkpoint.size);
            return Err(Flaw::anywhere(reason));
        }
        self.hold_earlier()?;
        let grew_from = self.earlier.map(|earlier| earlier.size);
        if checkpoint.root != self.frontier.root() {
            let from = grew_from.unwrap_or_default();
            let reason =
                format!("its entries from {from} on are not all those that the checkpoint was signed over");
            return Err(Flaw::anywhere(reason));
        }
        let (first_at, last_at, note) = (self.first_at, self.last_at, note.to_owned());
        Ok(Sound { checkpoint, first_at, last_at, grew_from, note })
    }

    /// All entries of a log that goes on have been read, those not yet sealed too: do they end where its head says?
    ///
    /// # Errors
    /// They do not, or they are not what the earlier checkpoint was signed over.
    pub fn conclude_at(self, head: &Head) -> Result<(), Flaw> {
        self.hold_earlier()?;
        if self.frontier == *head.frontier() && self.last_at == head.last_at() {
            return Ok(());
        }
        Err(Flaw::anywhere("its entries do not end where the head of the log says"))
    }

    fn hold_earlier(&self) -> Result<(), Flaw> {
        let size = self.size();
        match &self.earlier {
            Some(earlier) if self.was_rewritten => {
                let reason = "they are not those that the earlier checkpoint was signed over";
                Err(Flaw::anywhere(format!("the first {} entries were rewritten: {reason}", earlier.size)))
            }
            Some(earlier) if earlier.size > size => {
                let reason =
                    format!("the log was cut: it once had {} entries, and now has {size}", earlier.size);
                Err(Flaw::anywhere(reason))
            }
            _ => Ok(()),
        }
    }

    /// Where the log has just reached the size of the earlier checkpoint, its root must be that one's.
    fn meet_earlier(&mut self) {
        if let Some(earlier) = self.earlier.as_ref().filter(|earlier| earlier.size == self.size()) {
            self.was_rewritten = earlier.root != self.frontier.root();
        }
    }
}
