//! `majlis doctor`: whether this machine, its database and every source do what the daemon needs, and what to do if not.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Answer, ConfigArgs, Failure, chain, table};
use crate::app;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::stage::{self, Context, RulesError};
use crate::store::{Store, audit};

/// Below this much free space the disk is about to be the next outage: a day of a busy ministry and its log.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// How far our clock may lie behind the log's last entry: what a time server corrects in one step.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(2);

/// What is examined.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  majlis doctor --config /etc/majlis")]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// One thing that was examined: what was found, or what is wrong and how to mend it.
struct Check {
    name: String,
    found: Result<String, String>,
}

pub(super) async fn run(DoctorArgs { config }: DoctorArgs) -> Result<Answer, Failure> {
    let config = config.load()?;
    let mut checks = vec![configuration(&config), disk(&config.data_directory)];
    match open(&config).await {
        Ok(store) => {
            checks.push(check("database", store.probe().await.map(|()| "can be written".to_owned())));
            checks.push(clock(&store).await);
            checks.extend(with_context(&config, &store).await);
            store.close().await;
        }
        Err(why) => checks.push(Check { name: "database".to_owned(), found: Err(why) }),
    }
    Ok(told(&checks))
}

fn configuration(config: &Config) -> Check {
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    let found = if warnings.is_empty() { Ok("sound".to_owned()) } else { Err(warnings.join("; ")) };
    Check { name: "configuration".to_owned(), found }
}

fn disk(directory: &Path) -> Check {
    let gibibytes = |bytes: u64| format!("{:.1} GiB", bytes as f64 / (1u64 << 30) as f64);
    let found = match std::fs::create_dir_all(directory).and_then(|()| Ok(rustix::fs::statvfs(directory)?)) {
        Ok(disk) => match disk.f_bavail.saturating_mul(disk.f_frsize) {
            free if free >= FREE_BYTES_MIN => {
                Ok(format!("{} free in {}", gibibytes(free), directory.display()))
            }
            free => Err(format!(
                "only {} free in {}; make room, {} at least",
                gibibytes(free),
                directory.display(),
                gibibytes(FREE_BYTES_MIN)
            )),
        },
        Err(error) => {
            Err(format!("{} cannot be used ({error}); give the service the right to it", directory.display()))
        }
    };
    Check { name: "disk".to_owned(), found }
}

async fn open(config: &Config) -> Result<Store, String> {
    Store::join(config.database.url.expose()).await.map_err(|error| chain(&error))
}

/// A log entry from the future would be denied by every later one.
async fn clock(store: &Store) -> Check {
    let found = match last_entry_at(store).await {
        Ok(last) => {
            let now = SystemClock.now();
            match last {
                Some(last) if last > now + CLOCK_SLACK => Err(format!(
                    "the clock says {now}, before the log's last entry ({last}); set the clock by a time server"
                )),
                _ => Ok(format!("{now}")),
            }
        }
        Err(why) => Err(why),
    };
    Check { name: "clock".to_owned(), found }
}

async fn last_entry_at(store: &Store) -> Result<Option<Timestamp>, String> {
    let head = audit::head(store).await.map_err(|error| chain(&error))?;
    let Some(last) = head.size().checked_sub(1) else { return Ok(None) };
    let entries = audit::entries(store, last, 1).await.map_err(|error| chain(&error))?;
    let at = |bytes: &[u8]| -> Option<Timestamp> {
        serde_json::from_slice::<serde_json::Value>(bytes).ok()?.get("at")?.as_str()?.parse().ok()
    };
    match entries.first() {
        Some((_, bytes)) => at(bytes).map(Some).ok_or("the log's last entry cannot be read".to_owned()),
        None => Err("the log's last entry is missing; run `majlis audit verify`".to_owned()),
    }
}

/// What rules, and every source.
async fn with_context(config: &Config, store: &Store) -> Vec<Check> {
    let ctx = match app::context(config, store.clone(), Arc::new(SystemClock)) {
        Ok(ctx) => ctx,
        Err(error) => return vec![check("sources", Err::<String, _>(error))],
    };
    let mut checks = vec![rules(&ctx).await];
    for source in ctx.sources.values() {
        checks.push(check(source.config.id.to_string(), stage::probe(&ctx, source).await));
    }
    checks
}

async fn rules(ctx: &Context) -> Check {
    let ruling = ctx.rules.current(&ctx.store).await;
    if matches!(ruling.as_ref().map_err(AsRef::as_ref), Err(RulesError::NothingAdopted(_))) {
        let found = "none yet; the first start adopts the policy and calendar beside the configuration";
        return Check { name: "rules".to_owned(), found: Ok(found.to_owned()) };
    }
    let hashes = ruling.map(|ruling| {
        let (policy, calendar) = (ruling.policy.version().to_string(), ruling.calendar.version());
        format!("policy {policy:.12}, calendar {:.12}", calendar.as_str())
    });
    check("rules", hashes)
}

fn check<E: Error + 'static>(name: impl Into<String>, found: Result<String, E>) -> Check {
    Check { name: name.into(), found: found.map_err(|error| chain(&error)) }
}

fn told(checks: &[Check]) -> Answer {
    let words = |check: &Check| match &check.found {
        Ok(found) => vec![check.name.clone(), "ok".to_owned(), found.clone()],
        Err(wrong) => vec![check.name.clone(), "FAILS".to_owned(), wrong.clone()],
    };
    let objects: Vec<_> = checks
        .iter()
        .map(|check| {
            let detail = check.found.as_ref().unwrap_or_else(|wrong| wrong);
            json!({ "check": check.name, "ok": check.found.is_ok(), "detail": detail })
        })
        .collect();
    let sound = checks.iter().all(|check| check.found.is_ok());
    let rows: Vec<Vec<String>> = checks.iter().map(words).collect();
    let text = table(&["check", "", "found"], &rows);
    let object = json!({ "sound": sound, "checks": objects });
    if sound { Answer::done(text, object) } else { Answer::failed(text, object) }
}
