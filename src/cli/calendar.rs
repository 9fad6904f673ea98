//! `majlis calendar …`: the official hours, and what a change of them does.

mod diff;

use clap::Subcommand;

use super::{Answer, Failure, documents};
use crate::clock::{Clock, SystemClock};
use crate::store::documents::DocumentKind;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Document(documents::Command),
    /// Show what a file would change, and which open deadlines it would move, before it is proposed
    #[command(after_help = "Example:\n  majlis calendar diff calendar.toml --config /etc/majlis")]
    Diff(diff::DiffArgs),
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Document(command) => documents::run(DocumentKind::Calendar, command).await,
        Command::Diff(args) => diff::run(args, SystemClock.now()).await,
    }
}
