//! `majlis deadline report`: what became of promises in a period, from the entries of the audit log and nothing else.
//!
//! So an auditor who was given the log as a file comes to the same numbers, without the database: `--log FILE`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;

use super::super::{Answer, ConfigArgs, Failure, table};
use crate::clock::{Clock, SystemClock};
use crate::domain::calendar::Calendar;
use crate::domain::report::{Line, Periods, Report};
use crate::store::{Store, audit};

/// Entries read at a time.
const PAGE: u32 = 1_000;

/// How an export begins ([`crate::domain::audit::Export`]).
const EXPORT: &[u8] = b"{\"format\":\"majlis-audit-export/1\"";

/// How an entry begins.
const ENTRY: &[u8] = b"{\"act\":";

/// How the last line begins.
const CHECKPOINT: &[u8] = b"{\"checkpoint\":";

pub(super) const HELP: &str = "Example:
  majlis deadline report --from 2026-11-01 --to 2026-11-30 --csv --config /etc/majlis
  majlis deadline report --from 2026-11-01 --to 2026-11-30 --log audit.jsonl --zone Asia/Dubai

A promise counts in the period in which it was decided: kept, or its deadline passed. Of the missed ones, `by system`
came to us too late to be kept, `after closing` lost no working time, `unanswered` wait still. `cancelled overdue` is
neither: owed no longer, but only after the deadline had passed; `withdrawn` are breaches that a new count took back,
beside what became of the promise. Times are working seconds of all answers, half of
which took the median at most, and nine in ten the p90. The log is taken as it is: `majlis audit verify` and
`majlis-verify` say whether it is whole. A file is reported on as of its last entry.";

#[derive(Debug, Args)]
pub(in super::super) struct ReportArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The first day, such as 2026-11-01, or an instant
    #[arg(long, value_name = "DAY")]
    from: Edge,
    /// The last day, which is part of the period, or the instant at which it ends
    #[arg(long, value_name = "DAY")]
    to: Edge,
    /// Read the log from this file, which `majlis audit export` wrote, instead of the database
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Where a day begins and ends; the zone of the calendar beside the configuration where left out
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Print comma-separated values, a line for each clock, platform and kind
    #[arg(long)]
    csv: bool,
}

/// Where a period begins or ends.
#[derive(Debug, Clone, Copy)]
enum Edge {
    Day(Date),
    At(Timestamp),
}

impl FromStr for Edge {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let instant = || word.parse().map(Edge::At);
        let day = |_| word.parse().map(Edge::Day);
        instant()
            .or_else(day)
            .map_err(|_| "allowed: a day such as 2026-11-01, or an instant such as 2026-11-01T08:00:00+04:00")
    }
}

pub(super) async fn run(args: ReportArgs, json: bool) -> Result<Answer, Failure> {
    let ReportArgs { config, from, to, log, zone, csv } = args;
    if csv && json {
        return Err(Failure::Usage("choose one of --csv and --json".to_owned()));
    }
    let named = zone.as_deref().map(zone_called).transpose()?;
    match log {
        Some(file) => {
            let period = Period::of(from, to, || {
                named.ok_or_else(|| {
                    let message =
                        "a day begins and ends in a zone: name it by --zone, such as --zone Asia/Dubai";
                    Failure::Usage(message.to_owned())
                })
            })?;
            let mut report = Report::of(Periods::One { from: period.from, to: period.to });
            let as_of = read_export(&file, &mut report)?;
            Ok(answer(&period, &lines(&report, as_of), csv))
        }
        None => {
            config
                .with_store(async |config, store| {
                    let file =
                        || Calendar::parse("calendar.toml", &config.calendar.text).map_err(Failure::Refused);
                    let period = Period::of(from, to, || match &named {
                        Some(zone) => Ok(zone.clone()),
                        None => file().map(|calendar| calendar.time_zone().clone()),
                    })?;
                    let mut report = Report::of(Periods::One { from: period.from, to: period.to });
                    read_log(store, &mut report).await?;
                    Ok(answer(&period, &lines(&report, SystemClock.now()), csv))
                })
                .await
        }
    }
}

/// The lines of the one period.
fn lines(report: &Report, now: Timestamp) -> Vec<Line> {
    report.lines(now).into_values().flatten().collect()
}

/// A half-open period.
#[derive(Debug)]
struct Period {
    from: Timestamp,
    to: Timestamp,
}

impl Period {
    /// `zone` is asked where a day is named.
    fn of(from: Edge, to: Edge, zone: impl FnOnce() -> Result<TimeZone, Failure>) -> Result<Self, Failure> {
        let (from, to) = match (from, to) {
            (Edge::At(from), Edge::At(to)) => (from, to),
            _ => {
                let zone = zone()?;
                let start = |day: Date| day.to_zoned_datetime(zone.clone()).map(|start| start.timestamp());
                let from = match from {
                    Edge::Day(day) => start(day)?,
                    Edge::At(at) => at,
                };
                let to = match to {
                    Edge::Day(day) => start(day.tomorrow()?)?,
                    Edge::At(at) => at,
                };
                (from, to)
            }
        };
        if from < to {
            Ok(Period { from, to })
        } else {
            Err(Failure::Usage(format!(
                "the period ends at {to}, before it begins at {from}; exchange --from and --to"
            )))
        }
    }
}

fn zone_called(name: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(name)
        .map_err(|_| Failure::Usage(format!("`{name}` is no time zone; write one such as Asia/Dubai")))
}

async fn read_log(store: &Store, report: &mut Report) -> Result<(), Failure> {
    let mut next = 0;
    loop {
        let page = audit::entries(store, next, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        next = last.view().seq + 1;
        for entry in &page {
            report.entry(entry.bytes())?;
        }
    }
}

/// Reads an exported log, and returns when its last entry was written: what became of open promises later is not in it.
fn read_export(path: &Path, report: &mut Report) -> Result<Timestamp, Failure> {
    let failed = |error| Failure::told(format!("could not read {}: {error}", path.display()));
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let (mut line, mut last) = (Vec::new(), Vec::new());
    file.read_until(b'\n', &mut line).map_err(failed)?;
    if !line.starts_with(EXPORT) {
        return Err(Failure::told(format!(
            "{} is no export of an audit log; `majlis audit export --out FILE` writes one",
            path.display()
        )));
    }
    loop {
        line.clear();
        if file.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Err(Failure::told(format!(
                "{} ends before its checkpoint: a part of the log is missing; take it out again with `majlis audit export`",
                path.display()
            )));
        }
        if line.starts_with(CHECKPOINT) {
            return written_at(&last);
        }
        report.entry(line.trim_ascii_end())?;
        if line.starts_with(ENTRY) {
            std::mem::swap(&mut line, &mut last);
        }
    }
}

/// When an entry was written; the beginning of time for none.
fn written_at(entry: &[u8]) -> Result<Timestamp, Failure> {
    #[derive(Deserialize)]
    struct Written {
        at: Timestamp,
    }
    match entry {
        [] => Ok(Timestamp::MIN),
        entry => Ok(serde_json::from_slice::<Written>(entry)?.at),
    }
}

fn answer(Period { from, to }: &Period, lines: &[Line], csv: bool) -> Answer {
    let text = if csv { comma_separated(lines) } else { for_reading(lines) };
    Answer::done(text, json!({ "from": from, "to": to, "lines": lines }))
}

const ALL: &str = "all";

/// What a line is about: clock, platform and kind.
fn about(line: &Line) -> [String; 3] {
    let or_all = |word: Option<&str>| word.unwrap_or(ALL).to_owned();
    let (platform, kind) = (line.subject.platform, line.subject.kind);
    [
        line.subject.clock.to_string(),
        or_all(platform.map(|platform| platform.as_str())),
        or_all(kind.map(|kind| kind.as_str())),
    ]
}

fn comma_separated(lines: &[Line]) -> String {
    let mut text =
        "clock,platform,kind,met,missed,unanswered,by_system,after_closing,cancelled_overdue,withdrawn,median_s,p90_s\n".to_owned();
    for line in lines {
        let or_empty = |seconds: Option<u32>| seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        let Line { met, missed, unanswered, by_system, after_closing, cancelled_overdue, withdrawn, .. } =
            line;
        let counts = [met, missed, unanswered, by_system, after_closing, cancelled_overdue, withdrawn];
        let counts = counts.map(u64::to_string);
        let times = [or_empty(line.median_s), or_empty(line.p90_s)];
        text.push_str(&[&about(line)[..], &counts[..], &times[..]].concat().join(","));
        text.push('\n');
    }
    text
}

fn for_reading(lines: &[Line]) -> String {
    let headings = [
        "clock",
        "platform",
        "kind",
        "met",
        "missed",
        "kept",
        "by system",
        "after closing",
        "unanswered",
        "cancelled overdue",
        "withdrawn",
        "median",
        "p90",
    ];
    let row = |line: &Line| {
        let kept = line.met * 100 / (line.met + line.missed).max(1);
        let Line { by_system, after_closing, unanswered, cancelled_overdue, withdrawn, .. } = line;
        let counts = [by_system, after_closing, unanswered, cancelled_overdue, withdrawn];
        let mut row = about(line).to_vec();
        row.extend([line.met.to_string(), line.missed.to_string(), format!("{kept}%")]);
        row.extend(counts.map(|count| count.to_string()));
        row.extend([working_time(line.median_s), working_time(line.p90_s)]);
        row
    };
    table(&headings, &lines.iter().map(row).collect::<Vec<_>>())
}

/// Working time as hours, minutes and seconds, such as `3:05:00`.
fn working_time(seconds: Option<u32>) -> String {
    let Some(seconds) = seconds else { return "-".to_owned() };
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
