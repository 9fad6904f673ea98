//! Learning the model anew, and measuring the one that is shipped.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::{Answer, Failure};
use crate::train::{self, Order};

#[derive(Debug, Args)]
pub(in crate::cli) struct TrainArgs {
    /// The directory of labelled comments, a .jsonl file a source
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The directory of the project's own comments
    #[arg(long, value_name = "DIR", default_value = "tests/corpus")]
    own: PathBuf,
    /// Which sources teach
    #[arg(long, value_enum, default_value = "all")]
    licences: Licences,
    /// Where the shuffling begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The directory for judge.model and its card
    #[arg(long, value_name = "DIR", required_unless_present = "measure")]
    out: Option<PathBuf>,
    /// Learn nothing; print what the model of this program shows
    #[arg(long, conflicts_with = "out")]
    measure: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Licences {
    /// All of them
    All,
    /// Those whose licence lets anybody use them
    Permissive,
}

pub(super) fn run(args: &TrainArgs) -> Result<Answer, Failure> {
    let order = Order {
        data: args.data.clone(),
        own: args.own.clone(),
        permissive: args.licences == Licences::Permissive,
        seed: args.seed,
    };
    let Some(out) = &args.out else {
        let report = train::measure(&order)?;
        return Ok(Answer::done(report.clone(), json!({ "report": report })));
    };
    // Progress goes to standard error, so that standard output holds the answer alone.
    let trained = train::train(&order, |how_far| eprintln!("{how_far}"))?;
    std::fs::create_dir_all(out)?;
    for (name, bytes) in [("judge.model", &trained.model[..]), ("CARD.md", trained.card.as_bytes())] {
        let path = out.join(name);
        std::fs::write(&path, bytes)
            .map_err(|error| Failure::told(format!("could not write {}: {error}", path.display())))?;
    }
    Ok(Answer::done(trained.card, json!({ "out": out })))
}
