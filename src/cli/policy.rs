//! `majlis policy …`: the participation policy as a document that rules, and comments judged by it.

mod backtest;
mod diff;
mod explain;
mod judge;
mod named;
mod shadow;
#[cfg(feature = "train")]
mod train;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Answer, Failure, documents};
use crate::clock::{Clock, SystemClock};
use crate::domain::judge::Judge;
use crate::domain::policy::{Act, Bundle, ClauseId, POLICY_FILE, Policy};
use crate::store::documents::DocumentKind;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Document(documents::Command),
    /// Tell every problem of a policy file and its word lists, or what it holds
    #[command(after_help = "Example:\n  majlis policy check policy.toml")]
    Check {
        /// The file, with the word lists that it names beside it
        file: PathBuf,
    },
    /// Show what a policy says otherwise: clause by clause, rule by rule, phrase by phrase
    #[command(after_help = "Example:\n  majlis policy diff policy.toml --config /etc/majlis\n  \
        majlis policy diff old/policy.toml new/policy.toml\n  majlis policy diff 3f1c0a9b policy.toml --config /etc/majlis")]
    Diff(diff::DiffArgs),
    /// Judge the stored comments by a policy as well as by the one in force, and show what would change; nothing is done
    #[command(
        after_help = "Example:\n  majlis policy backtest policy.toml --since 90d --config /etc/majlis\n\n\
        Each comment is judged alone by the words that it has now, so repeated posting is not seen, and the same model is asked\n\
        under both policies."
    )]
    Backtest(backtest::BacktestArgs),
    /// Let a policy judge what is judged from now on beside the one in force, and see what it would have done; nothing is done by it
    #[command(
        after_help = "Example:\n  majlis policy shadow policy.toml --config /etc/majlis --token-file token\n  \
        majlis policy shadow --config /etc/majlis\n  majlis policy shadow --end --config /etc/majlis --token-file token\n\n\
        It ends by itself when it is adopted."
    )]
    Shadow(shadow::ShadowArgs),
    /// Judge comments: a JSON object a line on standard input, one a line on standard output
    #[command(after_help = "Example:\n  majlis policy judge < comments.jsonl > verdicts.jsonl\n\n\
        A comment:\n  {\"id\":\"c1\",\"text\":\"متى يبدأ التسجيل؟\"}\n\
        It may say what it answers, under which post it stands and in which language: parent_text, post_text, lang (such as fa).\n\
        What it quotes of those goes to a person and is not hidden.\n\
        Its verdict:\n  {\"id\":\"c1\",\"outcome\":\"allow\",\"hide_score\":0.01,\"clauses\":[],\"kind\":\"question\",\"spans\":[],\
        \"policy\":\"…\",\"model\":\"…\"}\n\n\
        outcome is hide, review or allow; hide_score is how likely it is that any clause applies, and clauses are those in\n\
        doubt or beyond it. start and end of a span count the bytes of text in UTF-8. Each comment is judged alone, so\n\
        repeated posting is not seen. A line that is no comment gets {\"id\":…,\"error\":\"…\"}; those after it are judged.")]
    Judge(By),
    /// Judge one comment and tell why, word by word
    #[command(after_help = "Example:\n  majlis policy explain \"متى يبدأ التسجيل؟\"\n\n\
        `score` is how likely it is that any clause applies, `sure` the same by labels that can be trusted, which the model asks before \
        it hides, and `nets` what reading the whole comment adds to the sum of its words. What words and rules of the policy find beyond \
        doubt is hidden whatever the model says of it, coarse words where `sure` agrees. A text that begins with a dash stands behind `--`.")]
    Explain {
        /// The comment's text
        text: String,
        #[command(flatten)]
        around: judge::Around,
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
    /// The directory that holds policy.toml; without it, the policy that Majlis ships. The model is part of the program
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
}

impl By {
    fn judge(&self) -> Result<Judge, Failure> {
        let policy = match &self.config {
            None => Policy::parse(&Bundle::shipped()).map_err(Failure::Refused)?,
            Some(directory) => named::in_file(&directory.join(POLICY_FILE))?.policy()?,
        };
        Ok(Judge::new(&policy))
    }
}

/// What a sound file holds.
fn check(file: &Path) -> Result<Answer, Failure> {
    let policy = named::in_file(file)?.policy()?;
    let hash = policy.version().to_string();
    let hides = ClauseId::ALL.iter().filter(|id| policy.clause(**id).act == Act::Hide).count();
    let reviews = ClauseId::ALL.len() - hides;
    let (phrases, rules) = (policy.entries().len(), policy.rules().len());
    let told = format!(
        "{} is sound.\nVersion: {hash}\nClauses: a machine hides for {hides} of them, {reviews} are always for a person\n\
         Phrases: {phrases}\nRules:   {rules}",
        file.display()
    );
    let object = json!({
        "sound": true, "hash": hash, "clauses": { "hide": hides, "review": reviews },
        "phrases": phrases, "rules": rules,
    });
    Ok(Answer::done(told, object))
}

pub(super) async fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Document(command) => documents::run(DocumentKind::Policy, command).await,
        Command::Check { file } => check(&file),
        Command::Diff(args) => diff::run(args).await,
        Command::Backtest(args) => backtest::run(args, SystemClock.now()).await,
        Command::Shadow(args) => shadow::run(args, SystemClock.now()).await,
        Command::Judge(by) => judge::run(&by.judge()?),
        Command::Explain { text, around, by } => Ok(explain::run(&by.judge()?, &text, &around)),
        #[cfg(feature = "train")]
        Command::Train(args) => train::run(&args),
    }
}
