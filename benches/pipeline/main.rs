//! The pipeline's rate: page received → stored → judged → decided → audited → action queued, on both databases.
//!
//! `make bench` runs it and keeps what it prints in `benches/RESULTS.md`. The stages, the store and the workers are the
//! daemon's own, the databases are as durable as in production, and only the platforms are stand-ins that answer at
//! once. Each run ends with a check that nothing was left out.

mod machine;
mod public;
mod run;
mod stand_in;

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use majlis::config::{LogConfig, LogFormat};
use majlis::domain::comment::Incoming;
use majlis::store::Store;
use majlis::telemetry;
use sqlx::{AnyPool, AssertSqlSafe};

use run::Course;

/// How many comments a run takes in, over all sources.
pub(crate) const COMMENTS: usize = 40_000;
/// How many times the whole is measured.
const RUNS: usize = 3;
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");

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
        "| database | comments a second | of all runs | reading alone | judging alone |\n|---|---:|---:|---:|---:|\n",
    );
    if only.as_ref().is_none_or(|only| only == "sqlite") {
        measure("SQLite", &pages, &mut table, async |run| {
            let file = scratch.path().join(format!("{run}.db"));
            Ok(Store::open(&format!("sqlite:{}", file.display())).await?)
        })
        .await?;
    }
    if only.as_ref().is_none_or(|only| only == "postgres") {
        let server = std::env::var("MAJLIS_TEST_POSTGRES").map_err(
            |_| "no PostgreSQL: run `make bench`, or `eval \"$(tests/postgres.sh start --durable)\"` first",
        )?;
        sqlx::any::install_default_drivers();
        let admin = AnyPool::connect(&server).await?;
        expect_durable(&admin).await?;
        measure("PostgreSQL", &pages, &mut table, async |run| {
            let schema = format!("bench_{run}");
            for statement in ["drop schema if exists S cascade", "create schema S"] {
                sqlx::query(AssertSqlSafe(statement.replace('S', &schema))).execute(&admin).await?;
            }
            let sign = if server.contains('?') { '&' } else { '?' };
            Ok(Store::open(&format!("{server}{sign}options[search_path]={schema}")).await?)
        })
        .await?;
    }
    print!("\n{machine}\n{table}");
    if only.is_none() {
        std::fs::write(RESULTS, page(&machine, &table))?;
        println!("\nkept in {RESULTS}");
    }
    Ok(())
}

/// Measures one database and adds its row to the table.
async fn measure(
    name: &str,
    pages: &Arc<Vec<Incoming>>,
    table: &mut String,
    database: impl AsyncFn(usize) -> Result<Store, Failure>,
) -> Result<(), Failure> {
    let mut rates = Vec::new();
    for number in 0..RUNS {
        let times = run::run(database(number).await?, pages, Course::Together).await?;
        rates.push(rate(times.read + times.judged));
        println!("{name}: {:.0} comments a second", rate(times.read + times.judged));
    }
    let alone = run::run(database(RUNS).await?, pages, Course::OneAfterTheOther).await?;
    println!("{name}: reading alone {:.0}, judging alone {:.0}", rate(alone.read), rate(alone.judged));
    let best = rates.iter().copied().fold(0.0, f64::max);
    let all: Vec<String> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
    writeln!(
        table,
        "| {name} | **{best:.0}** | {} | {:.0} | {:.0} |",
        all.join(", "),
        rate(alone.read),
        rate(alone.judged)
    )?;
    Ok(())
}

fn rate(time: Duration) -> f64 {
    COMMENTS as f64 / time.as_secs_f64()
}

/// A server that forgets what it promised would be measured for another job.
async fn expect_durable(server: &AnyPool) -> Result<(), Failure> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let query = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(setting);
        let value = query.fetch_one(server).await?;
        if value != "on" {
            return Err(format!("PostgreSQL runs with {setting} = {value}: start it with --durable").into());
        }
    }
    Ok(())
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
         alone* and *judging alone* are a further run, first with only the sources' lanes and then with only the judge's.\n\n\
         {machine}\n{table}",
        public::BREACH_EVERY
    )
}
