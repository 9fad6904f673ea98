//! The configuration in `config/`: typed sections, layers, secrets, errors that a person can act on.

mod schedule;
mod source;

pub use schedule::{PollSchedule, ScheduleError};
pub use source::{Login, SourceConfig, Vocabulary};
