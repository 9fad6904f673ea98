//! The audit log: entries in canonical form, the Merkle tree over them, signed checkpoints, and their check.

mod event;

pub use event::{Actor, AuditEvent, Field};
