//! The participation policy as a document: its clauses, what is done about each, and its version.

mod clause;

pub use clause::ClauseId;
