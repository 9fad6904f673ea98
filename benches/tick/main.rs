//! What looking for passed points costs (`stage::remind`) with a million open clocks, on both databases: a tick that finds
//! nothing, and ten thousand clocks that pass a point at one time.
//!
//! The stages, the store and its durability are the daemon's own; only the time is turned by hand. `make bench` runs it and
//! keeps what it prints in `benches/RESULTS-tick.md`.

#[path = "../pipeline/database.rs"]
mod database;
mod fixture;
#[path = "../pipeline/machine.rs"]
mod machine;
mod office;

use std::error::Error;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use majlis::config::{LogConfig, LogFormat};
use majlis::telemetry;

use database::Database;
use fixture::{CLOCKS, TOGETHER, UNARMED};
use office::Office;

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-tick.md");
/// Ticks that find nothing, a minute apart.
const TICKS: usize = 200;

/// Tuesday 24 November 2026 in Abu Dhabi, 08:00: when it begins.
const BEGINS: &str = "2026-11-24T08:00:00+04:00";
/// When the questions of the night have used three quarters of their eight hours.
const TOGETHER_AT: &str = "2026-11-24T13:30:00+04:00";
/// The next opening. Their deadline passed at the closing before, while nothing ran.
const OPENING: &str = "2026-11-25T07:30:00+04:00";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    telemetry::log(&LogConfig { level: "error".to_owned(), format: LogFormat::Text })?;
    let _metrics = telemetry::metrics()?;
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let mut table = String::from(
        "| database | a tick that finds nothing: median | worst in twenty | worst | all of a minute: median | 10,000 at one \
         instant | 10,000 at the opening after | armed a second |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for database in Database::asked_for(only.as_deref(), scratch.path()).await? {
        let row = measure(&database.empty("tick").await?).await?;
        writeln!(table, "| {} | {row} |", database.name())?;
    }
    print!("\n{machine}\n{table}");
    if only.is_none() {
        std::fs::write(RESULTS, page(&machine, &table))?;
        println!("\nkept in {RESULTS}");
    }
    Ok(())
}

async fn measure(url: &str) -> Result<String, Failure> {
    let (office, filled) = timed(Office::open(url, BEGINS.parse()?)).await?;
    println!("{CLOCKS} clocks after {:.0} s", filled.as_secs_f64());
    office.clock.advance(SignedDuration::from_mins(1));
    let (_, armed) = timed(office.all()).await?;
    office.expect("select count(*) from clock_point where point is not null", CLOCKS).await?;

    let (mut ticks, mut minutes) = (Vec::with_capacity(TICKS), Vec::with_capacity(TICKS));
    for _ in 0..TICKS {
        office.clock.advance(SignedDuration::from_mins(1));
        let tick = timed(office.tick()).await?.1;
        ticks.push(tick);
        minutes.push(tick + timed(office.all()).await?.1);
    }
    ticks.sort_unstable();
    minutes.sort_unstable();
    office.expect("select count(*) from clock_alert", 0).await?;

    office.clock.advance_to(TOGETHER_AT.parse::<Timestamp>()?);
    let (_, at_once) = timed(office.all()).await?;
    office
        .expect("select count(*) from clock_alert where outcome = 'sent' and point = '75%'", TOGETHER)
        .await?;
    office.clock.advance(SignedDuration::from_mins(1));
    office.all().await?;

    office.clock.advance_to(OPENING.parse::<Timestamp>()?);
    let (_, at_opening) = timed(office.all()).await?;
    office
        .expect("select count(*) from clock_alert where outcome = 'sent' and point = '+0'", TOGETHER)
        .await?;
    office.close().await?;

    let milliseconds = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
    Ok(format!(
        "**{}** | {} | {} | {} | **{:.2} s** | **{:.2} s** | {:.0}",
        milliseconds(ticks[TICKS / 2]),
        milliseconds(ticks[TICKS * 19 / 20]),
        milliseconds(ticks[TICKS - 1]),
        milliseconds(minutes[TICKS / 2]),
        at_once.as_secs_f64(),
        at_opening.as_secs_f64(),
        UNARMED as f64 / armed.as_secs_f64(),
    ))
}

async fn timed<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<(T, Duration), Failure> {
    let began = Instant::now();
    let done = work.await?;
    Ok((done, began.elapsed()))
}

fn page(machine: &str, table: &str) -> String {
    format!(
        "# What looking for passed points costs\n\n\
         Written by `make bench`; see `benches/tick/`. {CLOCKS} open clocks, each armed for a point to come. A tick is the job \
         that looks for points that were passed (`stage::remind`): claimed, looked, and the next tick set, durably; {TICKS} of \
         them, a minute apart. All of a minute is what else a daemon without sources does in it: it looks for clocks to count \
         anew, for comments to judge and notices to send. \
         {TOGETHER} clocks pass a point at one instant of the afternoon, and their deadline while nothing runs, which is made \
         up for at the next opening: passed, logged, and gathered into a notice to each of two recipients. SQLite is a file with \
         WAL and `synchronous = full`; PostgreSQL is a server on this machine with `fsync` and `synchronous_commit` on and its \
         settings otherwise as shipped.\n\n{machine}\n{table}"
    )
}
