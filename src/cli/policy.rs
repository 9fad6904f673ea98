//! `majlis policy …`: the participation policy as a document that rules, and comments judged by it.

mod explain;
mod judge;
#[cfg(feature = "train")]
mod train;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Answer, Failure, documents};
use crate::config;
use crate::domain::document::Problem;
use crate::domain::judge::Judge;
use crate::domain::policy::{Bundle, POLICY_FILE, Policy};
use crate::store::documents::DocumentKind;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Document(documents::Command),
    /// Judge comments: a JSON object a line on standard input, one a line on standard output
    #[command(after_help = "Example:\n  majlis policy judge < comments.jsonl > verdicts.jsonl\n\n\
        A comment:\n  {\"id\":\"c1\",\"text\":\"متى يبدأ التسجيل؟\"}\n\
        Its verdict:\n  {\"id\":\"c1\",\"outcome\":\"allow\",\"hide_score\":0.01,\"clauses\":[],\"kind\":\"question\",\"spans\":[],\
        \"policy\":\"…\",\"model\":\"…\"}\n\n\
        outcome is hide, review or allow; hide_score is how likely it is that any clause applies, and clauses are those in\n\
        doubt or beyond it. start and end of a span count the bytes of text in UTF-8. Each comment is judged alone, so\n\
        repeated posting is not seen. A line that is no comment gets {\"id\":…,\"error\":\"…\"}; those after it are judged.")]
    Judge(By),
    /// Judge one comment and tell why, word by word
    #[command(after_help = "Example:\n  majlis policy explain \"متى يبدأ التسجيل؟\"")]
    Explain {
        /// The comment's text
        text: String,
        #[command(flatten)]
        by: By,
    },
    /// Learn the model anew from labelled comments
    #[cfg(feature = "train")]
    #[command(after_help = "Example:\n  majlis policy train --data moderation-data --out config/model")]
    Train(train::TrainArgs),
}

/// By which policy is judged.
#[derive(Debug, Args)]
pub(super) struct By {
    /// The directory that holds policy.toml; without it, the policy that Majlis ships
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
}

impl By {
    fn judge(&self) -> Result<Judge, Failure> {
        let policy = match &self.config {
            None => Policy::parse(&Bundle::shipped()),
            Some(directory) => read(&directory.join(POLICY_FILE)),
        };
        policy.map(|policy| Judge::new(&policy)).map_err(Failure::Refused)
    }
}

fn read(file: &Path) -> Result<Policy, Vec<Problem>> {
    let text = config::policy_file(file)?.text;
    let bundle = Bundle::from_text(&text)
        .map_err(|error| vec![Problem::of_whole(file.display().to_string(), error.to_string())])?;
    Policy::parse(&bundle)
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Document(command) => documents::run(DocumentKind::Policy, command).await,
        Command::Judge(by) => judge::run(&by.judge()?),
        Command::Explain { text, by } => Ok(explain::run(&by.judge()?, &text)),
        #[cfg(feature = "train")]
        Command::Train(args) => train::run(&args),
    }
}
