//! Whether a sick platform makes the others' comments wait: how long from writing to verdict on three platforms while the
//! fourth is well, hangs, drips, throttles, breaks off, or answers with pages of the web or 50 MB.
//!
//! The daemon's own workers and adapters read the stand-ins over HTTP in real time; a round begins every half second, so that
//! what is measured is not the schedule. `make bench` runs it and keeps what it prints in `benches/RESULTS-isolation.md`.

#[path = "../pipeline/machine.rs"]
mod machine;
mod town;

use std::error::Error;
use std::fmt::Write as _;

use jiff::SignedDuration;
use majlis::config::{LogConfig, LogFormat};
use majlis::domain::comment::Platform;
use majlis::telemetry;

use town::Town;

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-isolation.md");
/// The platform with the most calls, which makes the most trouble.
pub(crate) const SICK: Platform = Platform::Facebook;
/// The first is none, to be compared with.
const TROUBLES: [Option<&str>; 8] = [
    None,
    Some("hang"),
    Some("slow_drip"),
    Some("throttle"),
    Some("reset"),
    Some("status_503"),
    Some("html"),
    Some("huge"),
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    telemetry::log(&LogConfig { level: "off".to_owned(), format: LogFormat::Text })?;
    let _metrics = telemetry::metrics()?;
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let mut table = format!(
        "| {SICK} | mean | p95 | p95 against well | comments of the others |\n|---|---:|---:|---:|---:|\n"
    );
    let mut well = None;
    for (number, trouble) in TROUBLES.into_iter().enumerate() {
        let file = scratch.path().join(format!("{number}.db"));
        let waits = Town::open(&format!("sqlite:{}", file.display())).await?.live_through(trouble).await?;
        let (mean, p95) = summary(&waits);
        let against = p95 / *well.get_or_insert(p95);
        let name = trouble.unwrap_or("well");
        writeln!(table, "| {name} | {mean:.0} ms | {p95:.0} ms | {against:.2} | {} |", waits.len())?;
        println!("{name}: mean {mean:.0} ms, p95 {p95:.0} ms, {against:.2} of the p95 when all is well");
    }
    print!("\n{machine}\n{table}");
    if only.is_none() {
        std::fs::write(RESULTS, page(&machine, &table))?;
        println!("\nkept in {RESULTS}");
    }
    Ok(())
}

/// Mean and 95th percentile in milliseconds.
fn summary(waits: &[SignedDuration]) -> (f64, f64) {
    let mut waits: Vec<f64> = waits.iter().map(|wait| wait.as_secs_f64() * 1e3).collect();
    waits.sort_unstable_by(f64::total_cmp);
    (waits.iter().sum::<f64>() / waits.len() as f64, waits[waits.len() * 95 / 100])
}

fn page(machine: &str, table: &str) -> String {
    format!(
        "# What a sick platform costs the others\n\nWritten by `make bench`: from writing to verdict of comments on the other three \
         platforms, on SQLite, while every call to {SICK} goes wrong in one way. A round begins every half second, so half a second \
         is what a comment waits at most where nothing is in its way.\n\n{machine}\n{table}"
    )
}
