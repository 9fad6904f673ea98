//! What the pages of the console cost with a million comments, of which a hundred thousand need a person, while fifty people
//! work: each opens the list, a comment, does something to it, looks at what came of it, and opens another page, once in five
//! seconds. The log holds too little here to time the auditor's pages by.
//!
//! The router, the store and its durability are the daemon's own, on SQLite; a page's time is the server's, from the request to
//! the last byte of the answer, with two cores for all of it. `make bench-console` runs it and keeps what it prints in
//! `benches/RESULTS-console.md`.

#[path = "../pipeline/machine.rs"]
mod machine;
mod people;
#[path = "../pipeline/public.rs"]
mod public;
mod town;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use majlis::config::{LogConfig, LogFormat};
use majlis::stage::{self, Stop};
use majlis::telemetry;
use tokio::task::JoinSet;

use people::{Person, Seen};

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// What [`public`] deals its authors by.
pub(crate) const COMMENTS: usize = 40_000;
/// Who is at work.
pub(crate) const PEOPLE: usize = 50;
/// How often each of them does something.
pub(crate) const EVERY: Duration = Duration::from_secs(5);
/// For how long.
const SHIFT: Duration = Duration::from_secs(60);
/// What a page may cost, and weigh.
const P95_MAX: Duration = Duration::from_millis(20);
const WEIGHT_MAX: usize = 100_000;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-console.md");

#[tokio::main]
async fn main() -> Result<(), Failure> {
    telemetry::log(&LogConfig { level: "error".to_owned(), format: LogFormat::Text })?;
    let _metrics = telemetry::metrics()?;
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let began = Instant::now();
    let town = town::Town::furnished(scratch.path()).await?;
    println!("furnished after {:.0} s", began.elapsed().as_secs_f64());

    let (say_stop, stop) = Stop::new();
    let index = tokio::spawn(stage::index(town.store.clone(), stop));
    let mut working = JoinSet::new();
    for number in 0..PEOPLE {
        let person = Person::signed_in(town.router.clone(), number).await?;
        working.spawn(person.work(SHIFT));
    }
    let mut seen: BTreeMap<&'static str, Vec<Seen>> = BTreeMap::new();
    while let Some(person) = working.join_next().await {
        for one in person?? {
            seen.entry(one.page).or_default().push(one);
        }
    }
    say_stop.send_replace(true);
    index.await?;

    let table = table(&mut seen)?;
    let page = format!(
        "# What the pages of the console cost\n\n\
         Written by `make bench-console`; see `benches/console/`. {} comments, of which {} need a person, in SQLite; {PEOPLE} \
         people at once for {} s, of whom each opens the list (one time in two as it is, else narrowed or searched), a comment, \
         does something to it, looks at what came of it, and opens one of the other pages in turn, once in {} s. The time is the server's, while the people share its \
         cores. What a page weighs is with style and script, compressed by gzip.\n\n{machine}\n{table}",
        town.comments,
        town.open,
        SHIFT.as_secs(),
        EVERY.as_secs(),
    );
    print!("\n{page}");
    let only = std::env::args().skip(1).any(|word| !word.starts_with('-'));
    if !only {
        std::fs::write(RESULTS, page)?;
        println!("\nkept in {RESULTS}");
    }
    let slow = seen.iter().find(|(_, times)| percentile(times, 95) > P95_MAX);
    slow.map_or(Ok(()), |(page, _)| Err(format!("{page} is slower than {P95_MAX:?}").into()))
}

fn table(seen: &mut BTreeMap<&'static str, Vec<Seen>>) -> Result<String, Failure> {
    let mut table = String::from(
        "| page | times | median | 95 in 100 within | worst | weighs at most |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (page, times) in seen {
        times.sort_by_key(|one| one.time);
        let heaviest = times.iter().max_by_key(|one| one.body.len()).ok_or("a page was never seen")?;
        let weight = gzipped(&[heaviest.body.as_slice(), people::ASSETS].concat())?;
        if weight > WEIGHT_MAX {
            return Err(format!("{page} weighs {weight} bytes").into());
        }
        let milliseconds = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
        writeln!(
            table,
            "| {page} | {} | {} | **{}** | {} | {:.1} kB |",
            times.len(),
            milliseconds(percentile(times, 50)),
            milliseconds(percentile(times, 95)),
            milliseconds(percentile(times, 100)),
            weight as f64 / 1e3,
        )?;
    }
    Ok(table)
}

/// The time within which so many in a hundred were; `times` are in order.
fn percentile(times: &[Seen], in_a_hundred: usize) -> Duration {
    times[(times.len() * in_a_hundred).div_ceil(100).clamp(1, times.len()) - 1].time
}

fn gzipped(bytes: &[u8]) -> Result<usize, Failure> {
    let mut gzip = Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut into = gzip.stdin.take().ok_or("gzip takes nothing in")?;
    let bytes: Arc<[u8]> = bytes.into();
    let writing = std::thread::spawn(move || into.write_all(&bytes));
    let out = gzip.wait_with_output()?.stdout;
    writing.join().map_err(|_| "gzip was not fed")??;
    Ok(out.len())
}
