//! The audit log: entries in canonical form, the Merkle tree over them, signed checkpoints, and their check.
//!
//! An act becomes an [`AuditEvent`]; [`Head::append`] gives it a place and its exact bytes; the store keeps
//! them in the transaction of the act.

mod entry;
mod event;
mod head;
mod jcs;
pub mod proof;
mod tree;

pub use entry::{ENTRY_MAX_BYTES, commitment};
pub use event::{Actor, AuditEvent, Field};
pub use head::{Entry, EntryTooLong, Head};
pub use tree::{Frontier, Hash};
