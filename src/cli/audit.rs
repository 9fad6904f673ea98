//! `majlis audit keygen|verify|export|prove|who|resume`.

mod prove;
mod select;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use self::select::SelectArgs;
use super::logged::event;
use super::{Answer, ConfigArgs, Failure, expect_own};
use crate::config::{AuditConfig, Config};
use crate::domain::audit::{Checkpoint, Flaw, SigningKey, VerifierKey};
use crate::stage::seal::{self, Publication};
use crate::store::{Step, Store, audit};

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  majlis audit verify --config /etc/majlis")]
pub(super) enum Command {
    /// Make the key that signs checkpoints, once, before the first start
    #[command(after_help = "Example:\n  majlis audit keygen --config /etc/majlis")]
    Keygen(ConfigArgs),
    /// Check the whole log in the database against its published checkpoint
    #[command(after_help = "Example:\n  majlis audit verify --config /etc/majlis")]
    Verify(ConfigArgs),
    /// Write the log, as far as it is sealed, as a file that majlis-verify checks; or chosen entries for another tool
    #[command(after_help = "Example:\n  majlis audit export --config /etc/majlis --out audit.jsonl\n  \
        majlis-verify --export audit.jsonl --key audit.pub\n  \
        majlis audit export --config /etc/majlis --format csv --act comment.judged --out judged.csv\n\n\
        The same log, checkpoint and options give the same files, to the byte.")]
    Export(ExportArgs),
    /// Prove that the log holds an entry, or all about a comment, under a checkpoint (C2SP tlog-proof); or that it grew from another
    #[command(
        after_help = "Example:\n  majlis audit prove --entry 41 --out 41.tlog-proof --config /etc/majlis\n  \
        majlis-verify --proof 41.tlog-proof --key audit.pub\n  \
        majlis audit prove --comment 7 --out proofs --config /etc/majlis\n  \
        majlis audit prove --since audit/checkpoints/300 --out growth --config /etc/majlis"
    )]
    Prove(prove::ProveArgs),
    /// Tell whom a pseudonym in an export stands for; this is logged
    #[command(after_help = "Example:\n  majlis audit who person-5f2c1a9e03b7d466 --config /etc/majlis")]
    Who(select::WhoArgs),
    /// Let changes go on that were stopped because the log did not hold; it is checked first, and this is logged
    #[command(after_help = "Example:\n  majlis audit resume --config /etc/majlis\n\n\
        Then start every daemon again: one that was stopped changes nothing until it is. First read `The audit log is broken` in \
        OPERATIONS.md.")]
    Resume(ConfigArgs),
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The file to write; standard output where none is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Export the log as it was at this checkpoint, a file such as audit/checkpoints/300; the latest where left out
    #[arg(long, value_name = "CHECKPOINT")]
    at: Option<PathBuf>,
    #[command(flatten)]
    select: SelectArgs,
}

pub(super) async fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Keygen(args) => keygen(args).await,
        Command::Verify(args) => verify(args).await,
        Command::Export(args) => export(args, json).await,
        Command::Prove(args) => prove::prove(args, json).await,
        Command::Who(args) => select::who(args).await,
        Command::Resume(args) => resume(args).await,
    }
}

async fn keygen(args: ConfigArgs) -> Result<Answer, Failure> {
    let config = args.load()?;
    expect_own(&config.data_directory)?;
    let audit = config.audit;
    if audit.signing_key.is_some() {
        return Err(Failure::told(
            "there is a signing key already; a log keeps its key, so that old checkpoints go on to count",
        ));
    }
    let publication = Publication::new(&audit.directory);
    let key = seal::keygen(&audit.origin, &audit.signing_key_file, &publication).await?;
    let (secret_file, public_file) = (audit.signing_key_file.display(), publication.key_file());
    let text = format!(
        "The signing key is in {secret_file}: keep a copy where no intruder of this machine can reach it.\n\
         The public key is in {}, for every auditor:\n{key}",
        public_file.display()
    );
    let object = json!({
        "public_key": key.to_string(), "public_key_file": public_file, "signing_key_file": audit.signing_key_file,
    });
    Ok(Answer::done(text, object))
}

async fn verify(args: ConfigArgs) -> Result<Answer, Failure> {
    args.with_store(async |config, store| {
        let (publication, key) = publication_and_key(&config.audit).await?;
        match seal::inspect(store, &publication, &key).await? {
            Ok(log) => {
                let text = format!("The log holds: {} entries, {} of them sealed.", log.entries, log.sealed);
                Ok(Answer::done(
                    text,
                    json!({ "verified": true, "entries": log.entries, "sealed": log.sealed }),
                ))
            }
            Err(flaw) => Ok(does_not_hold(config, &flaw)),
        }
    })
    .await
}

fn does_not_hold(config: &Config, flaw: &Flaw) -> Answer {
    let text = format!(
        "The log does not hold: {flaw}.\n\
         Stop the daemon, copy its database and {} aside, and call whoever answers for security.",
        config.audit.directory.display()
    );
    let object = json!({ "verified": false, "first_bad": flaw.entry, "reason": flaw.reason });
    Answer::failed(text, object)
}

async fn resume(args: ConfigArgs) -> Result<Answer, Failure> {
    args.with_store(async |config, store| {
        let (publication, key) = publication_and_key(&config.audit).await?;
        let log = match seal::inspect(store, &publication, &key).await? {
            Ok(log) => log,
            Err(flaw) => return Ok(does_not_hold(config, &flaw)),
        };
        let mut tx = store.begin(Step::Keep).await?;
        if !audit::resume(&mut tx, event("audit.resumed", "log")).await? {
            return Err(Failure::told("nothing was stopped, so there is nothing to resume"));
        }
        tx.commit().await?;
        let text = format!(
            "The log holds: {} entries, {} of them sealed. Changes may go on: start every daemon again.",
            log.entries, log.sealed
        );
        Ok(Answer::done(text, json!({ "resumed": true, "entries": log.entries, "sealed": log.sealed })))
    })
    .await
}

async fn export(ExportArgs { config, out, at, select }: ExportArgs, json: bool) -> Result<Answer, Failure> {
    if json && out.is_none() {
        return Err(Failure::Usage(
            "with --json, standard output is for the answer: name a file for the log by --out FILE".into(),
        ));
    }
    config
        .with_store(async |config, store| {
            let (publication, key) = publication_and_key(&config.audit).await?;
            let note = match at {
                Some(path) => fs::read_to_string(&path)
                    .map_err(|error| Failure::told(format!("could not read {}: {error}", path.display())))?,
                None => seal::published(&publication).await?,
            };
            if let (Some(form), Some(path)) = (select.format, &out) {
                return select::run(store, &config.audit, &note, (form, select), path).await;
            }
            // Logged before anybody can have it.
            let size = Checkpoint::open(&note, &key)?.size;
            audit::record_look(
                store,
                event("audit.exported", format!("checkpoint:{size}")).word("form", "log"),
            )
            .await?;
            let Checkpoint { size, root, .. } = match &out {
                Some(path) => write_file(store, &note, &key, path).await?,
                None => write(store, &note, &key, io::stdout()).await?,
            };
            let text = out.as_ref().map(|file| format!("Wrote {size} entries to {}.", file.display()));
            let object = json!({ "entries": size, "root": root.to_base64(), "file": out });
            Ok(Answer::done(text.unwrap_or_default(), object))
        })
        .await
}

async fn write(
    store: &Store,
    note: &str,
    key: &VerifierKey,
    out: impl Write,
) -> Result<Checkpoint, seal::InspectError> {
    seal::export(store, note, key, &mut BufWriter::new(out)).await
}

/// Writes beside the file first: an auditor must not be handed half a log.
async fn write_file(
    store: &Store,
    note: &str,
    key: &VerifierKey,
    path: &Path,
) -> Result<Checkpoint, Failure> {
    let part = path.with_added_extension("part");
    let failed = |error| Failure::told(format!("could not write {}: {error}", path.display()));
    let written = write(store, note, key, File::create(&part).map_err(failed)?).await;
    match written {
        Ok(checkpoint) => fs::rename(&part, path).map(|()| checkpoint).map_err(failed),
        Err(error) => {
            fs::remove_file(&part).map_err(failed)?;
            Err(error.into())
        }
    }
}

/// The signing key's public half where it is here: a published one can be replaced together with the log.
async fn publication_and_key(audit: &AuditConfig) -> Result<(Publication, VerifierKey), Failure> {
    let publication = Publication::new(&audit.directory);
    let key = match &audit.signing_key {
        Some(secret) => Some(secret.expose().parse::<SigningKey>()?.verifier().clone()),
        None => publication.key().await?,
    };
    match key {
        Some(key) => Ok((publication, key)),
        None => Err(Failure::told("this log has no key yet; run `majlis audit keygen --config DIR` once")),
    }
}
