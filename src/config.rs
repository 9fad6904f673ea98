//! The configuration in `config/`: typed sections, layers, secrets, errors that a person can act on.

mod source;

pub use source::{Login, SourceConfig, Vocabulary};
