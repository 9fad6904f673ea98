//! The participation policy as a document: its clauses, what is done about each, and its version.

mod clause;
mod version;

pub use clause::ClauseId;
pub use version::PolicyVersion;
