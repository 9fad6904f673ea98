//! The command line: one file a command group, one [`Answer`] or [`Failure`] a command.
//!
//! A command returns what it found out; this file prints it, as text or as one JSON object, and chooses the
//! exit code: 0 done, 1 failed, 2 wrong usage or configuration.

mod answer;
mod audit;
mod calendar;
mod caller;
mod comments;
mod config;
mod connect;
mod deadline;
mod demo;
mod differences;
mod doctor;
mod documents;
mod hold;
mod lines;
mod logged;
mod policy;
mod report;
mod run;
mod sandbox;
mod staff;
mod tongue;

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Overrides};
use crate::store::{Store, chain};

pub(crate) use answer::{Answer, Failure, table};

/// Reads the public's comments, applies the written policy, keeps the promise of an answer, and logs it all verifiably.
#[derive(Debug, Parser)]
#[command(name = "majlis", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Example:\n  majlis demo\n  majlis config check --config /etc/majlis\n\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object on standard output and nothing else there
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the whole job on this machine, with stand-in platforms and no set-up
    Demo(demo::DemoArgs),
    /// Play Facebook, Instagram, X and YouTube on this machine
    Sandbox(sandbox::SandboxArgs),
    /// Run the daemon
    Run(run::RunArgs),
    /// Check, show or describe the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Connect an account of ours: a person allows it in a browser, and its token goes into the source's file
    Connect(connect::ConnectArgs),
    /// Examine this machine, the database and every source
    Doctor(doctor::DoctorArgs),
    /// Add and disable members of staff, and give them tokens
    #[command(subcommand)]
    Staff(staff::Command),
    /// List, show, hide, unhide, answer and export comments; pause, resume and end what is owed to them
    #[command(subcommand)]
    Comments(comments::Command),
    /// See, propose and adopt the participation policy, judge comments by it, and hear why
    #[command(subcommand)]
    #[command(
        after_help = "Example:\n  majlis policy propose policy.toml --config /etc/majlis --token-file token"
    )]
    Policy(policy::Command),
    /// See, check, compare, propose and adopt the calendar of official hours, and ask about working time
    #[command(subcommand)]
    #[command(after_help = "Example:\n  majlis calendar show 2026-12 --config /etc/majlis")]
    Calendar(calendar::Command),
    /// Explain how a deadline came about, and report what became of all of them
    #[command(subcommand)]
    Deadline(deadline::Command),
    /// Keep comments from being erased while the law wants them kept
    #[command(subcommand)]
    Hold(hold::Command),
    /// Report to the public what was received, hidden, reversed and promised
    #[command(subcommand)]
    Report(report::Command),
    /// Make the audit log's key, check the log, write it for an auditor
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Runs the command that this process was started with.
// The runtime starts here and not in the program, which would else compile the whole daemon a second time.
#[tokio::main]
pub async fn main() -> ExitCode {
    // reqwest is built without a provider of its own; an error means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return answer::misused(&answer, std::env::args().any(|word| word == "--json")),
    };
    let outcome = match cli.command {
        Command::Demo(args) => demo::run(args, cli.json).await,
        Command::Sandbox(args) => sandbox::run(args, cli.json).await,
        Command::Run(args) => run::run(args).await,
        Command::Config(command) => config::run(command),
        Command::Connect(args) => connect::run(args).await,
        Command::Doctor(args) => doctor::run(args).await,
        Command::Staff(command) => staff::run(command).await,
        Command::Comments(command) => comments::run(command, cli.json).await,
        Command::Policy(command) => policy::run(command).await,
        Command::Calendar(command) => calendar::run(command).await,
        Command::Deadline(command) => deadline::run(command, cli.json).await,
        Command::Hold(command) => hold::run(command).await,
        Command::Report(command) => report::run(command, cli.json),
        Command::Audit(command) => audit::run(command, cli.json).await,
    };
    answer::print(outcome, cli.json)
}

/// Where the configuration is, and what stands above it.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The directory that holds majlis.toml
    #[arg(long, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    /// A value above the file and the environment; may be given several times
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    set: Vec<String>,
}

impl ConfigArgs {
    /// Loads the configuration.
    pub(crate) fn load(self) -> Result<Config, Failure> {
        Config::load(&self.config, &Overrides::of_process(self.set)).map_err(Failure::Refused)
    }

    /// Does `work` with the configuration and its database, which is closed afterwards.
    pub(crate) async fn with_store<T>(
        self,
        work: impl AsyncFnOnce(&Config, &Store) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let config = self.load()?;
        let directory = &config.data_directory;
        expect_own(directory)?;
        std::fs::create_dir_all(directory).map_err(|error| {
            Failure::told(format!("could not make the data directory {}: {error}", directory.display()))
        })?;
        let store = Store::join(config.database.url.expose()).await?;
        let outcome = work(&config, &store).await;
        store.close().await;
        outcome
    }
}

/// Keeps root from leaving files in the data directory that the user whom it belongs to could not use.
fn expect_own(data_directory: &Path) -> Result<(), Failure> {
    let owner = std::fs::metadata(data_directory).map(|data| data.uid()).ok();
    match owner.filter(|owner| *owner != 0 && rustix::process::geteuid().is_root()) {
        None => Ok(()),
        Some(owner) => Err(Failure::told(format!(
            "this runs as root, and {} belongs to user {owner}, whom the daemon runs as; run it as that user: \
             `sudo -u '#{owner}' majlis …`",
            data_directory.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_tree_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example:\n  majlis "), "no example in the help of{path}");
            command.get_subcommands().for_each(|below| walk(below, &path));
        }
        walk(&Cli::command(), "");
    }
}
