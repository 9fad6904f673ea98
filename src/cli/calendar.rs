//! `majlis calendar …`: the official hours as a document that rules, what a change of them does, and hours that can be asked.

mod check;
mod diff;
mod show;
mod solve;

use std::path::PathBuf;

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
    /// Tell every problem of a calendar file, and which of its coming dates no circular has named yet
    #[command(
        after_help = "Example:\n  majlis calendar check calendar.toml\n  majlis calendar check --config /etc/majlis"
    )]
    Check {
        /// The file; without one, `calendar.toml` in the directory
        file: Option<PathBuf>,
        /// The directory that holds majlis.toml
        #[arg(long, value_name = "DIR", default_value = "config")]
        config: PathBuf,
    },
    /// Show a month day by day: Gregorian and Hijri date, hours, and the rules behind them
    #[command(after_help = "Example:\n  majlis calendar show 2026-03 --lang ar --config /etc/majlis\n  \
        majlis calendar show 2026-03 --file calendar.toml")]
    Show(show::ShowArgs),
    /// Answer questions about working time: a JSON object a line on standard input, one a line on standard output
    #[command(after_help = "Example:\n  majlis calendar solve < questions.jsonl > answers.jsonl\n\n\
        A question:\n  {\"id\":\"v1\",\"calendar\":{\"tz\":\"Asia/Dubai\",\"weekly\":[{\"day\":\"mon\",\"from\":\"07:30\",\
        \"to\":\"15:30\"}]},\"op\":\"add\",\"start\":\"2026-11-23T07:30:00+04:00\",\"duration_s\":3600}\n\
        Its answer:\n  {\"id\":\"v1\",\"result\":\"2026-11-23T04:30:00Z\"}\n\n\
        op is is_open, next_open (start), elapsed (start, end), add (start, duration_s) or add_days (start, days);\n\
        elapsed and add leave `pauses` out, a list of [from, to]. A calendar may further have seasons, holidays,\n\
        exceptions and breaks. What cannot be answered gets {\"id\":…,\"error\":\"…\"}; the lines after it are answered.")]
    Solve,
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Document(command) => documents::run(DocumentKind::Calendar, command).await,
        Command::Diff(args) => diff::run(args, SystemClock.now()).await,
        Command::Check { file, config } => check::run(&file.unwrap_or_else(|| config.join("calendar.toml"))),
        Command::Show(args) => show::run(args).await,
        Command::Solve => solve::run(),
    }
}
