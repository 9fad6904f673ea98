//! `majlis audit export --format …`: the entries that a query finds, for other tools, with a signed manifest beside them;
//! and `majlis audit who`, which tells whom a pseudonym stands for. Both are acts, and are logged.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::super::logged::event;
use super::super::{Answer, ConfigArgs, Failure};
use crate::config::AuditConfig;
use crate::domain::audit::{Form, Manifest, Query, SigningKey, pseudonym};
use crate::stage::seal;
use crate::store::{Store, audit, staff};

#[derive(Debug, Args)]
pub(super) struct SelectArgs {
    /// Write chosen entries for another tool, as jsonl, csv or ocsf, and beside them FILE.manifest, which is signed
    #[arg(long, value_name = "FORM", value_parser = form, requires = "out")]
    pub(super) format: Option<Form>,
    /// Only entries recorded at this instant or later, such as 2026-11-01T00:00:00+04:00
    #[arg(long, value_name = "INSTANT", requires = "format")]
    from: Option<Timestamp>,
    /// Only entries recorded before this instant
    #[arg(long, value_name = "INSTANT", requires = "format")]
    to: Option<Timestamp>,
    /// Only what this name did, such as amna, or staff:amna where a part of the daemon is called the same
    #[arg(long, value_name = "NAME", requires = "format")]
    actor: Option<String>,
    /// Only this act, such as comment.judged, or all on one sort of thing, such as comment
    #[arg(long, value_name = "ACT", requires = "format")]
    act: Option<String>,
    /// Only what was done to this, such as comment:7
    #[arg(long, value_name = "OBJECT", requires = "format")]
    object: Option<String>,
    /// Write pseudonyms in place of the names of staff; `majlis audit who` resolves them
    #[arg(long, requires = "format")]
    pseudonyms: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WhoArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The pseudonym
    pseudonym: String,
}

fn form(word: &str) -> Result<Form, String> {
    Form::ALL
        .into_iter()
        .find(|form| form.as_str() == word)
        .ok_or_else(|| "allowed: jsonl, csv, ocsf".to_owned())
}

impl SelectArgs {
    fn query(self) -> Query {
        let Self { from, to, actor, act, object, pseudonyms, format: _ } = self;
        Query { from, to, actor, act, object, pseudonyms }
    }
}

/// Writes the selection of `form` from the log as far as `note` covers it.
pub(super) async fn run(
    store: &Store,
    config: &AuditConfig,
    note: &str,
    (form, args): (Form, SelectArgs),
    path: &Path,
) -> Result<Answer, Failure> {
    let key = signing_key(config)?;
    let part = path.with_added_extension("part");
    let failed = |error| Failure::told(format!("could not write {}: {error}", path.display()));
    let mut out = BufWriter::new(File::create(&part).map_err(failed)?);
    let query = args.query();
    let pseudonyms = query.pseudonyms;
    let manifest = match seal::select(store, note, &key, (query, form), &mut out).await {
        Ok(Ok(manifest)) => manifest,
        Ok(Err(flaw)) => {
            let message =
                format!("the log does not hold, and nothing was written: {flaw}; run `majlis audit verify`");
            return discard(&part, Failure::told(message));
        }
        Err(error) => return discard(&part, error.into()),
    };
    out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    let beside = path.with_added_extension("manifest");
    // Logged before anybody can have it.
    let Manifest { rows, sha256, checkpoint, note } = &manifest;
    let exported = event("audit.exported", format!("checkpoint:{}", checkpoint.size))
        .word("form", form.as_str())
        .word("sha256", sha256)
        .word("staff", if pseudonyms { "pseudonyms" } else { "names" })
        .int("rows", i64::try_from(*rows).unwrap_or(i64::MAX));
    audit::record_look(store, exported).await?;
    fs::write(&beside, note).map_err(failed)?;
    fs::rename(&part, path).map_err(failed)?;
    let text = format!(
        "Wrote {rows} of {} entries to {}, and what they are, signed, to {}.",
        checkpoint.size,
        path.display(),
        beside.display()
    );
    let object = json!({
        "rows": rows, "entries": checkpoint.size, "root": checkpoint.root.to_base64(), "sha256": sha256,
        "file": path, "manifest": beside,
    });
    Ok(Answer::done(text, object))
}

/// An auditor must not be handed half a selection.
fn discard(part: &Path, failure: Failure) -> Result<Answer, Failure> {
    fs::remove_file(part)?;
    Err(failure)
}

pub(super) async fn who(args: WhoArgs) -> Result<Answer, Failure> {
    let WhoArgs { config, pseudonym: sought } = args;
    config
        .with_store(async |config, store| {
            let key = signing_key(&config.audit)?;
            let staff = staff::list(store).await?;
            let Some(found) = staff.iter().find(|staff| pseudonym(&key, &staff.name) == sought) else {
                return Err(Failure::told(format!("{sought} stands for no member of staff of this log")));
            };
            let event = event("audit.pseudonym_resolved", format!("staff:{}", found.name));
            audit::record(store, event.word("pseudonym", &sought)).await?;
            Ok(Answer::done(
                format!("{sought} is {}.", found.name),
                json!({ "pseudonym": sought, "name": found.name }),
            ))
        })
        .await
}

fn signing_key(config: &AuditConfig) -> Result<SigningKey, Failure> {
    match &config.signing_key {
        Some(secret) => Ok(secret.expose().parse()?),
        None => Err(Failure::told(format!(
            "this needs the log's signing key, and {} is not here; run it where the daemon runs",
            config.signing_key_file.display()
        ))),
    }
}
