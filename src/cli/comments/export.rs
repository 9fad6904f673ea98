//! `majlis comments export`: every comment, or every label that staff gave, a line each.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::cli::logged::event;
use crate::cli::{Answer, ConfigArgs, Failure};
use crate::domain::comment::CommentId;
use crate::store::{Store, audit, comments, labels};

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The file to write; standard output where none is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only what staff judged, each with what the machine had said: labelled data for `majlis policy train`. What they judged in
    /// the weekly sample says `"sample":true`: it was drawn by lot
    #[arg(long)]
    labelled: bool,
}

pub(super) async fn export(
    ExportArgs { config, out, labelled }: ExportArgs,
    json: bool,
) -> Result<Answer, Failure> {
    if json && out.is_none() {
        return Err(Failure::Usage(
            "with --json, standard output is for the answer: name a file for the comments by --out FILE"
                .into(),
        ));
    }
    config
        .with_store(async |_, store| {
            // Logged before anybody can have it.
            audit::record(store, event("comments.exported", if labelled { "labels" } else { "comments" }))
                .await?;
            let out_to: Box<dyn Write> = match &out {
                Some(path) => Box::new(File::create(path)?),
                None => Box::new(io::stdout()),
            };
            let written = write_all(store, BufWriter::new(out_to), labelled).await?;
            let text = out.as_ref().map(|path| format!("Wrote {written} comments to {}.", path.display()));
            Ok(Answer::done(text.unwrap_or_default(), json!({ "comments": written, "file": out })))
        })
        .await
}

async fn write_all(store: &Store, mut out: impl Write, labelled: bool) -> Result<u64, Failure> {
    const PAGE: u32 = 1_000;
    let mut after = CommentId(0);
    let mut written = 0;
    loop {
        let last = if labelled {
            let (page, next) = labels::labels(store, after, PAGE).await?;
            written += lines(&mut out, &page)?;
            next
        } else {
            let page = comments::export(store, after, PAGE).await?;
            written += lines(&mut out, &page)?;
            page.last().map(|last| last.id)
        };
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    out.flush()?;
    Ok(written)
}

/// Writes each row as a line of JSON, and returns how many.
fn lines(out: &mut impl Write, page: &[impl Serialize]) -> Result<u64, Failure> {
    for row in page {
        serde_json::to_writer(&mut *out, row)?;
        out.write_all(b"\n")?;
    }
    Ok(page.len() as u64)
}
