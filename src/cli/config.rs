//! `majlis config check|dump|schema`.

use clap::Subcommand;
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, table};
use crate::config::SCHEMA;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis config check --config /etc/majlis")]
pub(super) enum Command {
    /// Tell every problem of the configuration and its documents at once
    #[command(after_help = "Example:\n  majlis config check --config /etc/majlis")]
    Check(ConfigArgs),
    /// Print what holds after file, environment and flags, with secrets as [secret]
    #[command(after_help = "Example:\n  majlis config dump --config /etc/majlis --set log.level=debug")]
    Dump(ConfigArgs),
    /// Print the JSON Schema of majlis.toml
    #[command(after_help = "Example:\n  majlis config schema > majlis.schema.json")]
    Schema,
}

pub(super) fn run(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Check(args) => check(args),
        Command::Dump(args) => {
            let config = args.load()?;
            Ok(Answer::done(config.dump(), config.dump_json()))
        }
        Command::Schema => Ok(Answer::done(SCHEMA, serde_json::from_str(SCHEMA)?)),
    }
}

fn check(args: ConfigArgs) -> Result<Answer, Failure> {
    let config = args.load()?;
    let rows: Vec<Vec<String>> = config
        .sources
        .iter()
        .map(|source| {
            let platform = source.platform().to_string();
            vec![source.id.to_string(), platform, source.account.clone(), source.schedule.to_string()]
        })
        .collect();
    let text = match rows.len() {
        0 => "The configuration is sound. No source is on: fill one in and set `enabled = true`.".to_owned(),
        _ => {
            format!(
                "The configuration is sound.\n\n{}",
                table(&["source", "platform", "account", "polled"], &rows)
            )
        }
    };
    let sources: Vec<&str> = config.sources.iter().map(|source| source.id.0.as_str()).collect();
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    for warning in &warnings {
        eprintln!("majlis: warning: {warning}");
    }
    Ok(Answer::done(text, json!({ "sound": true, "sources": sources, "warnings": warnings })))
}
