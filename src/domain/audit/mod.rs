//! The audit log: entries in canonical form, the Merkle tree over them, signed checkpoints, and their check.
//!
//! An act becomes an [`AuditEvent`]; [`Head::append`] gives it a place and its exact bytes; the store keeps
//! them in the transaction of the act.

mod checkpoint;
mod cosignature;
mod entry;
mod entry_proof;
mod event;
mod export;
mod growth_proof;
mod head;
mod jcs;
mod logged;
mod note;
pub mod proof;
mod public_view;
mod record;
mod row;
mod selection;
mod tile;
mod tile_proof;
mod tiles;
mod tiling;
mod tree;
mod verify;
mod view;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::WitnessKey;
pub use entry::{ENTRY_MAX_BYTES, commitment, salt_of};
pub use entry_proof::{PROOF_MAX_BYTES, Proved, entry_proof, verify_entry};
pub use event::{Actor, AuditEvent, Field};
pub use export::{EXPORT_LINE_MAX_BYTES, Export, ExportVerifier};
pub use growth_proof::{Grown, growth_proof, verify_growth};
pub use head::{Entry, EntryTooLong, Head};
pub use logged::{Altered, Index, Logged, Stored};
pub use note::{KeyError, NOTE_MAX_BYTES, NoteError, SigningKey, VerifierKey};
pub use public_view::{PublicView, Shown, public_view};
pub use row::Form;
pub use selection::{Manifest, Query, Selection, pseudonym};
pub use tile::{TILE_FILE_MAX_BYTES, is_tile};
pub use tile_proof::{prove_entry, prove_growth};
pub use tiles::{TilesError, verify_tiles};
pub use tiling::{TileFile, Tiling};
pub use tree::{Frontier, Hash};
pub use verify::{Flaw, Replay, Sound, witnessed};
pub use view::EntryView;

#[cfg(test)]
mod tests;
