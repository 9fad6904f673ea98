//! The pipeline's rate: page received → stored → judged → decided → audited → action queued, on both databases.
//!
//! `make bench` runs it and keeps what it prints in `benches/RESULTS.md`. The stages, the store and the workers are the
//! daemon's own, the databases are as durable as in production, and only the platforms are stand-ins that answer at
//! once. Each run ends with a check that nothing was left out.

mod database;
mod machine;
mod public;
mod run;
mod stand_in;

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use majlis::config::{LogConfig, LogFormat};
use majlis::store::Store;
use majlis::telemetry;

use database::Database;
use run::{Course, Pages};

/// How many comments a run takes in, over all sources.
pub(crate) const COMMENTS: usize = 40_000;
/// How many times the whole is measured.
const RUNS: usize = 3;
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    telemetry::log(&LogConfig { level: "warn".to_owned(), format: LogFormat::Text })?;
    let _metrics = telemetry::metrics()?;
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let pages = run::pages();

    let mut table = String::from(
        "| database | comments a second | of all runs | reading alone | judging alone | lists and search behind by |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    for database in Database::asked_for(only.as_deref(), scratch.path()).await? {
        measure(&database, &pages, &mut table).await?;
    }
    print!("\n{machine}\n{table}");
    if only.is_none() {
        std::fs::write(RESULTS, page(&machine, &table))?;
        println!("\nkept in {RESULTS}");
    }
    Ok(())
}

/// Measures one database and adds its row to the table.
async fn measure(database: &Database, pages: &Pages, table: &mut String) -> Result<(), Failure> {
    let name = database.name();
    let empty =
        async |run: usize| Ok::<_, Failure>(Store::open(&database.empty(&run.to_string()).await?).await?);
    let (mut rates, mut behind) = (Vec::new(), Duration::ZERO);
    for number in 0..RUNS {
        let times = run::run(empty(number).await?, pages, Course::Together).await?;
        rates.push(rate(times.read + times.judged));
        behind = behind.max(times.indexed);
        println!(
            "{name}: {:.0} comments a second; lists and search {:.2} s behind",
            rate(times.read + times.judged),
            times.indexed.as_secs_f64()
        );
    }
    let alone = run::run(empty(RUNS).await?, pages, Course::OneAfterTheOther).await?;
    println!("{name}: reading alone {:.0}, judging alone {:.0}", rate(alone.read), rate(alone.judged));
    let best = rates.iter().copied().fold(0.0, f64::max);
    let all: Vec<String> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
    writeln!(
        table,
        "| {name} | **{best:.0}** | {} | {:.0} | {:.0} | {:.2} s |",
        all.join(", "),
        rate(alone.read),
        rate(alone.judged),
        behind.as_secs_f64()
    )?;
    Ok(())
}

fn rate(time: Duration) -> f64 {
    COMMENTS as f64 / time.as_secs_f64()
}

fn page(machine: &str, table: &str) -> String {
    format!(
        "# What the pipeline carries\n\n\
         Written by `make bench`. {COMMENTS} comments, three in five Arabic and the others English, no two texts the \
         same, one in {} a breach, by 8,000 authors, from four sources with pages of 100. Timed from the first page \
         asked for to the last action queued: received → stored → judged → decided → audited → queued. The platforms \
         answer at once and the actions are not sent. SQLite is a file with WAL and `synchronous = full`; PostgreSQL is a \
         server on this machine with `fsync` and `synchronous_commit` on and its settings otherwise as shipped. After each \
         run every comment must be stored, judged and logged, every breach queued to be hidden, and the audit log sound.\n\n\
         The rate is the best of {RUNS} runs, all of which are shown; other work on the machine only lowers it. *Reading \
         alone* and *judging alone* are a further run, first with only the sources' lanes and then with only the judge's. \
         What staff find comments by (the inbox's order and the words of the search) is worked out meanwhile; by how much it was \
         behind when the last comment was judged is the most of the runs.\n\n\
         {machine}\n{table}",
        public::BREACH_EVERY
    )
}
