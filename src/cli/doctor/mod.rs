//! `majlis doctor`: whether this machine, its database and every source do what the daemon needs, and what to do if not.
//!
//! It runs beside the daemon as well as without it. It joins the database as every command does and keeps nothing there
//! but what a call to a source brings: a renewed token that was not kept would shut X's door for good.

mod daemon;
mod machine;
mod records;
mod sources;

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, chain, expect_own, table};
use crate::app::{self, AppError};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::store::{Dialect, Store, StoreError};

/// What is examined.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  majlis doctor --config /etc/majlis")]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// One thing that was examined.
struct Check {
    name: String,
    found: Result<String, Illness>,
}

/// What is wrong, and what a person does about it.
struct Illness {
    what: String,
    remedy: String,
}

impl Check {
    fn of(name: impl Into<String>, found: Result<String, Illness>) -> Self {
        Self { name: name.into(), found }
    }
}

impl Illness {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

pub(super) async fn run(DoctorArgs { config }: DoctorArgs) -> Result<Answer, Failure> {
    let config = config.load()?;
    expect_own(&config.data_directory)?;
    let mut checks = vec![
        Check::of("configuration", configuration(&config)),
        Check::of("disk", machine::disk(&config.data_directory)),
        Check::of("daemon", daemon::readiness(config.listen).await),
    ];
    match Store::join(config.database.url.expose()).await {
        Ok(store) => {
            checks.extend(with_store(&config, &store).await);
            store.close().await;
        }
        Err(error) => checks.push(Check::of("database", Err(shut_out(&config, &error)))),
    }
    Ok(told(&checks))
}

fn configuration(config: &Config) -> Result<String, Illness> {
    // A missing signing key has its place at the audit log.
    let other = |key: &str| config.audit.signing_key.is_some() || key != "audit.signing_key_file";
    let warnings = config.warnings.iter().filter(|warning| other(&warning.key));
    let warnings: Vec<String> = warnings.map(ToString::to_string).collect();
    match warnings.is_empty() {
        true => Ok("sound".to_owned()),
        false => Err(Illness::new("works, and is not safe", warnings.join("; "))),
    }
}

async fn with_store(config: &Config, store: &Store) -> Vec<Check> {
    let mut checks = vec![
        Check::of("database", writable(config, store).await),
        Check::of("policy", records::policy(config, store).await),
        Check::of("calendar", records::calendar(config, store).await),
        Check::of("audit log", records::audit(&config.audit, store).await),
    ];
    match app::context(config, store.clone(), Arc::new(SystemClock)) {
        Ok(ctx) => {
            checks.extend(sources::all(&ctx).await);
            if let Some(adviser) = &ctx.adviser {
                let found = records::second_opinion(adviser.host(), store).await;
                checks.push(Check::of("second opinion", found));
            }
            checks.push(Check::of("clock", machine::clock(&ctx).await));
        }
        Err(AppError::Notifier(error)) => {
            checks.push(Check::of("recipients", Err(Illness::new(chain(&error), "mend it in majlis.toml"))));
        }
        Err(error) => {
            let remedy = "install the system's root certificates (Debian: `apt-get install ca-certificates`)";
            checks.push(Check::of("sources", Err(Illness::new(chain(&error), remedy))));
        }
    }
    checks
}

async fn writable(config: &Config, store: &Store) -> Result<String, Illness> {
    store.probe().await.map_err(|error| shut_out(config, &error))?;
    let name = match store.dialect() {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    };
    Ok(format!("{name}, can be written"))
}

fn shut_out(config: &Config, error: &StoreError) -> Illness {
    let remedy = match error {
        StoreError::Behind | StoreError::Ahead => "then ask again: the rest needs the database".to_owned(),
        _ if config.database.url.expose().starts_with("sqlite") => format!(
            "see that {} is on a sound disk and belongs to the user that Majlis runs as, then ask again",
            config.data_directory.display()
        ),
        _ => "see that the server of `database.url` runs, lets this machine in and knows the user and the \
              password, then ask again"
            .to_owned(),
    };
    Illness::new(chain(error), remedy)
}

fn told(checks: &[Check]) -> Answer {
    let row = |check: &Check| {
        let (result, found) = match &check.found {
            Ok(found) => ("ok", found),
            Err(illness) => ("FAILS", &illness.what),
        };
        vec![check.name.clone(), result.to_owned(), found.clone()]
    };
    let object = |check: &Check| match &check.found {
        Ok(found) => json!({ "check": check.name, "ok": true, "found": found, "remedy": null }),
        Err(Illness { what, remedy }) => {
            json!({ "check": check.name, "ok": false, "found": what, "remedy": remedy })
        }
    };
    let rows: Vec<Vec<String>> = checks.iter().map(row).collect();
    let objects: Vec<_> = checks.iter().map(object).collect();
    let remedies: Vec<String> = checks
        .iter()
        .filter_map(|check| {
            check.found.as_ref().err().map(|illness| format!("  {}: {}\n", check.name, illness.remedy))
        })
        .collect();
    let table = table(&["check", "result", "found"], &rows);
    let object = json!({ "sound": remedies.is_empty(), "checks": objects });
    match remedies.is_empty() {
        true => Answer::done(format!("{table}\nAll is well.\n"), object),
        false => Answer::failed(format!("{table}\nWhat to do:\n{}", remedies.concat()), object),
    }
}
