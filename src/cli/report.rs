//! `majlis report transparency`: what a month came to, from the log as a file and nothing else, fit to be published.
//!
//! The log is verified while it is read, against its public key: there is no report of one that does not hold. Each figure
//! comes with how it is counted, so that whoever has the log and the root can count it again.

mod page;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{Answer, Failure, table};
use crate::domain::audit::{EXPORT_LINE_MAX_BYTES, ExportVerifier, Flaw, Sound, VerifierKey};
use crate::domain::report::Periods;
use crate::domain::transparency::{Counts, Figure, Transparency};

/// How an entry begins.
const ENTRY: &[u8] = b"{\"act\":";

const HELP: &str = "Example:
  majlis audit export --out audit.jsonl --config /etc/majlis
  majlis report transparency --month 2026-10 --log audit.jsonl --key audit.pub --html > october.html

It names nobody and holds nothing of what the public wrote. The same log gives the same report.";

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(super) enum Command {
    /// Volumes, hides by clause and by person or machine, reversals and promises of a month, from the audit log alone
    #[command(after_help = HELP)]
    Transparency(TransparencyArgs),
}

#[derive(Debug, Args)]
pub(super) struct TransparencyArgs {
    /// The month, such as 2026-10
    #[arg(long, value_name = "MONTH")]
    month: Month,
    /// The log, which `majlis audit export` wrote
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// Its public key, a file such as audit/audit.pub
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where a day begins and ends
    #[arg(long, value_name = "ZONE", default_value = "Asia/Dubai")]
    zone: String,
    /// Print a page to publish, in Arabic and English
    #[arg(long, conflicts_with = "csv")]
    html: bool,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
}

/// A month of a year, by its first day.
#[derive(Debug, Clone, Copy)]
struct Month(Date);

impl FromStr for Month {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let first = (word.len() == 7).then(|| format!("{word}-01").parse().ok()).flatten();
        first.map(Month).ok_or("allowed: a month such as 2026-10")
    }
}

/// A report and what it was made of.
struct Made {
    month: String,
    from: Timestamp,
    to: Timestamp,
    log: Sound,
    figures: Counts,
}

pub(super) fn run(command: Command, json: bool) -> Result<Answer, Failure> {
    let Command::Transparency(args) = command;
    if json && (args.html || args.csv) {
        return Err(Failure::Usage("choose one of --html, --csv and --json".to_owned()));
    }
    let made = make(&args)?;
    let text = match (args.html, args.csv) {
        (true, _) => page::page(&made).into_string(),
        (_, true) => comma_separated(&made),
        _ => for_reading(&made),
    };
    Ok(Answer::done(text, object(&made)))
}

fn make(args: &TransparencyArgs) -> Result<Made, Failure> {
    let zone = TimeZone::get(&args.zone).map_err(|_| {
        Failure::Usage(format!("`{}` is no time zone; write one such as Asia/Dubai", args.zone))
    })?;
    let (Month(first), start) = (args.month, |day: Date| day.to_zoned_datetime(zone.clone()));
    let (from, to) = (start(first)?.timestamp(), start(first.checked_add(1.month())?)?.timestamp());
    let key: VerifierKey =
        fs::read_to_string(&args.key).map_err(|error| unreadable(&args.key, &error))?.parse()?;
    let (log, figures) = read(&args.log, &key, Transparency::of(Periods::One { from, to }))?;
    Ok(Made { month: first.strftime("%Y-%m").to_string(), from, to, log, figures })
}

/// Verifies the log and counts its entries.
fn read(path: &Path, key: &VerifierKey, mut report: Transparency) -> Result<(Sound, Counts), Failure> {
    let told = |error| unreadable(path, &error);
    let refused = |flaw: Flaw| {
        Failure::told(format!("{} does not hold, and there is no report of it: {flaw}", path.display()))
    };
    let mut file = BufReader::new(File::open(path).map_err(told)?);
    let mut verifier = ExportVerifier::new(key, None).map_err(refused)?;
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = EXPORT_LINE_MAX_BYTES as u64;
        if file.by_ref().take(limit).read_until(b'\n', &mut line).map_err(told)? == 0 {
            let log = verifier.finish().map_err(refused)?;
            let as_of = log.last_at.unwrap_or(Timestamp::MIN);
            return Ok((log, report.figures(as_of).into_values().next().unwrap_or_default()));
        }
        verifier.line(&line).map_err(refused)?;
        if line.starts_with(ENTRY) {
            report.entry(line.trim_ascii_end())?;
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::told(format!("could not read {}: {error}", path.display()))
}

/// How a figure is counted again.
fn query(made: &Made, figure: &Figure) -> String {
    let (act, which) = figure.what.query();
    format!("majlis audit export --act {act} --from {} --to {}; {which}", made.from, made.to)
}

/// What a figure is about: what it counts, of what and by whom, each a word.
fn words(figure: &Figure) -> [String; 3] {
    let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
    [word(json!(figure.what)), figure.of.clone().unwrap_or_default(), word(json!(figure.by))]
}

fn object(made: &Made) -> Value {
    let figure = |(figure, count): (&Figure, &u64)| {
        json!({
            "what": figure.what, "of": figure.of, "by": figure.by, "count": count, "query": query(made, figure),
        })
    };
    let checkpoint = &made.log.checkpoint;
    json!({
        "month": made.month, "from": made.from, "to": made.to,
        "log": { "origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.to_base64() },
        "figures": made.figures.iter().map(figure).collect::<Vec<_>>(),
    })
}

fn comma_separated(made: &Made) -> String {
    let root = made.log.checkpoint.root.to_base64();
    let mut text = "what,of,by,count,query,root\n".to_owned();
    for (figure, count) in &made.figures {
        let [what, of, by] = words(figure);
        text.push_str(&format!("{what},{of},{by},{count},\"{}\",{root}\n", query(made, figure)));
    }
    text
}

fn for_reading(made: &Made) -> String {
    let row = |(figure, count): (&Figure, &u64)| [&words(figure)[..], &[count.to_string()]].concat();
    let rows: Vec<Vec<String>> = made.figures.iter().map(row).collect();
    let checkpoint = &made.log.checkpoint;
    format!(
        "{}, from {} to {}\n\n{}\n\nCounted from the {} entries of {}, root {}.",
        made.month,
        made.from,
        made.to,
        table(&["what", "of", "by", "count"], &rows),
        checkpoint.size,
        checkpoint.origin,
        checkpoint.root.to_base64()
    )
}
