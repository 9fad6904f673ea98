//! `majlis audit prove`: that the log holds an entry, or grew from a checkpoint, in a form that needs neither the log nor us to be
//! checked.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::super::comments::number;
use super::super::logged::event;
use super::super::{Answer, ConfigArgs, Failure};
use super::publication_and_key;
use crate::domain::audit::{Altered, Checkpoint, EntryView};
use crate::domain::comment::CommentId;
use crate::store::{Store, StoreError, audit};
use crate::web::proof;

#[derive(Debug, Args)]
pub(in crate::cli) struct ProveArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The entry's number
    #[arg(long, value_name = "NUMBER", required_unless_present_any = ["comment", "since"])]
    entry: Option<u64>,
    /// All entries about a comment, a file each
    #[arg(long, value_name = "ID", value_parser = number, conflicts_with = "entry", requires = "out")]
    comment: Option<CommentId>,
    /// That the log grew from this checkpoint, a file such as audit/checkpoints/300
    #[arg(long, value_name = "CHECKPOINT", conflicts_with_all = ["entry", "comment"])]
    since: Option<PathBuf>,
    /// Under this checkpoint, a file such as audit/checkpoints/300; the latest where left out
    #[arg(long, value_name = "CHECKPOINT")]
    at: Option<PathBuf>,
    /// The file to write; with --comment the directory. Standard output where none is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) async fn prove(args: ProveArgs, json: bool) -> Result<Answer, Failure> {
    let ProveArgs { config, entry, comment, since, at, out } = args;
    if json && out.is_none() {
        let wanted =
            "with --json, standard output is for the answer: name a file for the proof by --out FILE";
        return Err(Failure::Usage(wanted.into()));
    }
    config
        .with_store(async |config, store| {
            let (_, key) = publication_and_key(&config.audit).await?;
            let directory = &config.audit.directory;
            let note = match at {
                Some(path) => checkpoint(&path)?,
                None => proof::latest(directory)?,
            };
            if let Some(since) = since {
                let earlier = checkpoint(&since)?;
                let (size, seen) = (Checkpoint::open(&note, &key)?.size, Checkpoint::open(&earlier, &key)?.size);
                let proof = proof::grown(directory, &key, &note, &earlier)?;
                let exported = event("audit.exported", format!("checkpoint:{size}")).word("form", "growth");
                audit::record_look(store, exported).await?;
                let Some(out) = out else {
                    io::stdout().write_all(proof.as_bytes())?;
                    return Ok(Answer::done("", json!(null)));
                };
                fs::write(&out, proof)
                    .map_err(|error| Failure::told(format!("could not write to {}: {error}", out.display())))?;
                let text = format!(
                    "Proved that the log grew from {seen} to {size} entries, in {out}; check it with\n  \
                     majlis-verify --growth {out} --checkpoint {since} --key audit.pub",
                    out = out.display(),
                    since = since.display()
                );
                return Ok(Answer::done(text, json!({ "size": size, "since": seen, "out": out })));
            }
            let Checkpoint { size, root, .. } = Checkpoint::open(&note, &key)?;
            let (object, entries) = match (comment, entry) {
                (Some(comment), _) => (format!("comment:{comment}"), about(store, comment, size).await?),
                (None, entry) => {
                    let entry = entry.expect("clap requires one of the two");
                    (format!("entry:{entry}"), vec![entry])
                }
            };
            let mut proofs = Vec::with_capacity(entries.len());
            for index in entries {
                proofs.push((index, proof::prove(store, directory, &key, &note, index).await?));
            }
            // Logged before anybody can have them.
            let count = i64::try_from(proofs.len()).unwrap_or(i64::MAX);
            audit::record_look(store, event("audit.exported", object).word("form", "proof").int("rows", count)).await?;
            let Some(out) = out else {
                proofs.iter().try_for_each(|(_, proof)| io::stdout().write_all(proof.as_bytes()))?;
                return Ok(Answer::done("", json!(null)));
            };
            let failed = |error| Failure::told(format!("could not write to {}: {error}", out.display()));
            if comment.is_some() {
                fs::create_dir_all(&out).map_err(failed)?;
            }
            for (index, proof) in &proofs {
                let file = if comment.is_some() { out.join(format!("{index}.tlog-proof")) } else { out.clone() };
                fs::write(file, proof).map_err(failed)?;
            }
            let text = format!(
                "Proved {count} of the {size} entries under this checkpoint, in {}; check each with\n  majlis-verify --proof FILE --key audit.pub",
                out.display()
            );
            let numbers: Vec<u64> = proofs.iter().map(|(index, _)| *index).collect();
            Ok(Answer::done(
                text,
                json!({ "entries": numbers, "size": size, "root": root.to_base64(), "out": out }),
            ))
        })
        .await
}

fn checkpoint(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::told(format!("could not read {}: {error}", path.display())))
}

/// The sealed entries about a comment.
async fn about(store: &Store, comment: CommentId, size: u64) -> Result<Vec<u64>, Failure> {
    let number = |entry: Result<EntryView, Altered>| match entry {
        Ok(entry) => (entry.seq < size).then_some(Ok(entry.seq)),
        Err(altered) => Some(Err(StoreError::from(altered))),
    };
    let sealed = audit::about(store, comment, number).await?.into_iter().collect::<Result<Vec<_>, _>>()?;
    match sealed.is_empty() {
        false => Ok(sealed),
        true => Err(Failure::told(format!("this checkpoint covers no entry about comment {comment}"))),
    }
}
