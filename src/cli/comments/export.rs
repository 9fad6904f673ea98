//! `majlis comments export`: every comment, a line each.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::logged::event;
use crate::cli::{Answer, ConfigArgs, Failure};
use crate::domain::comment::CommentId;
use crate::store::{Store, audit, comments};

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The file to write; standard output where none is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) async fn export(ExportArgs { config, out }: ExportArgs, json: bool) -> Result<Answer, Failure> {
    if json && out.is_none() {
        return Err(Failure::Usage(
            "with --json, standard output is for the answer: name a file for the comments by --out FILE"
                .into(),
        ));
    }
    config
        .with_store(async |_, store| {
            // Logged before anybody can have it.
            audit::record(store, event("comments.exported", "comments")).await?;
            let written = match &out {
                Some(path) => write_all(store, BufWriter::new(File::create(path)?)).await?,
                None => write_all(store, BufWriter::new(io::stdout())).await?,
            };
            let text = out.as_ref().map(|path| format!("Wrote {written} comments to {}.", path.display()));
            Ok(Answer::done(text.unwrap_or_default(), json!({ "comments": written, "file": out })))
        })
        .await
}

async fn write_all(store: &Store, mut out: impl Write) -> Result<u64, Failure> {
    const PAGE: u32 = 1_000;
    let mut after = CommentId(0);
    let mut written = 0;
    loop {
        let page = comments::export(store, after, PAGE).await?;
        for row in &page {
            serde_json::to_writer(&mut out, row)?;
            out.write_all(b"\n")?;
        }
        written += page.len() as u64;
        match page.last() {
            Some(last) => after = last.id,
            None => break,
        }
    }
    out.flush()?;
    Ok(written)
}
