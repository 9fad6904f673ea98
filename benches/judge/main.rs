//! The judge's speed: comments a second and the median, over the built-in corpus and, where `DATA` names a directory of
//! JSON lines with a `text`, over those, beside its words and rules alone and `rustrict` on the same texts; and texts of 100 kB
//! made to be slow. One thread, no database.
//!
//! `make bench` runs it and keeps what it prints in `benches/RESULTS-judge.md`. No text is printed or kept.

#[path = "../pipeline/machine.rs"]
mod machine;

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use majlis::domain::judge::{Judge, Subject};
use majlis::domain::policy::{Bundle, Policy};
use majlis::sandbox::corpus;
use rustrict::CensorStr;

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-judge.md");
/// For so long each set is judged in each way, again and again; the best round counts, for other
/// work of the machine only ever adds, and a first round finds cold tables.
const SPELL: Duration = Duration::from_secs(2);
/// The same for a long text, in times.
const ROUNDS: usize = 20;
const LONG: usize = 100_000;
/// Pieces of which a long text is the slowest that we know of.
const PIECES: &[&str] = &[
    "خدمة ممتازة شكرا لكم ",
    "hello world ",
    "ا",
    "aаa",
    "a.",
    "a 1 ",
    "f*ck ",
    "7abibi 3ala ",
    "😀",
    "é",
    "٠",
    "050 123 4567 ",
    "للبيع wa.me/1 ",
    "ك ل ب ",
    "you are dirty indians ",
    "-",
    "a*",
    "🔥a",
    "a@a.aa ",
    "784-1990-1234567-1 ",
];

fn main() -> Result<(), Failure> {
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let began = Instant::now();
    let policy = Policy::parse(&Bundle::shipped()).map_err(|problems| format!("{problems:?}"))?;
    let judge = Judge::new(&policy);
    let compiled = began.elapsed();
    let judges = [&judge, &Judge::of_words(&policy)];
    let mut table = String::from(
        "| texts | bytes each | comments a second | median | words and rules alone a second | `rustrict` a second |\n|---|---:|---:|---:|---:|---:|\n",
    );
    let built_in: Vec<String> = corpus().into_iter().map(|comment| comment.text).collect();
    rows(&mut table, judges, "the built-in corpus", &built_in)?;
    if let Ok(data) = std::env::var("DATA") {
        for (name, texts) in sets(Path::new(&data))? {
            rows(&mut table, judges, &name, &texts)?;
        }
    }
    let slowest = PIECES.iter().map(|piece| long(&judge, piece)).max().unwrap_or_default();
    let others = format!(
        "\n- the policy and its word lists, read and compiled: {:.0} ms\n- the slowest of {} texts of 100 kB: {:.1} ms\n",
        milliseconds(compiled),
        PIECES.len(),
        milliseconds(slowest)
    );
    print!("\n{machine}\n{table}{others}");
    let page = format!(
        "# What the judge costs\n\nWritten by `make bench`: words, lists, rules and kind, one thread; see `benches/judge/`. `rustrict` is a word filter \
         for English that says yes or no; ours also names clause, place and kind, in Arabic and other scripts as well.\n\n{machine}\n{table}{others}"
    );
    std::fs::write(RESULTS, page)?;
    println!("\nkept in {RESULTS}");
    Ok(())
}

/// All of them, those that the model's sum settles as lawful, and those that its nets read as well.
fn rows(table: &mut String, judges: [&Judge; 2], name: &str, texts: &[String]) -> Result<(), Failure> {
    let read_again = |text: &&String| judges[0].explain(&Subject::of(text)).nets.is_some();
    let (again, settled): (Vec<&String>, Vec<&String>) = texts.iter().partition(read_again);
    row(table, judges, name, texts)?;
    for (how, some) in [("settled by the sum", settled), ("read by the nets as well", again)] {
        if !some.is_empty() {
            row(table, judges, &format!("{name}, {how}"), &some.into_iter().cloned().collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

fn row(table: &mut String, [judge, words]: [&Judge; 2], name: &str, texts: &[String]) -> Result<(), Failure> {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut times = vec![Duration::MAX; texts.len()];
    let whole = best_round(texts, |text| {
        black_box(judged(judge, text));
    });
    let began = Instant::now();
    while began.elapsed() < SPELL {
        for (text, time) in texts.iter().zip(&mut times) {
            *time = (*time).min(timed(judge, text));
        }
    }
    let words = best_round(texts, |text| {
        black_box(judged(words, text));
    });
    let others = best_round(texts, |text| {
        black_box(black_box(text).is_inappropriate());
    });
    times.sort_unstable();
    let rate = |time: Duration| texts.len() as f64 / time.as_secs_f64();
    let (whole, words, others) = (rate(whole), rate(words), rate(others));
    let median = times[times.len() / 2].as_secs_f64() * 1e6;
    writeln!(
        table,
        "| {name}, {} | {} | {whole:.0} | {median:.1} µs | {words:.0} | {others:.0} |",
        texts.len(),
        bytes / texts.len()
    )?;
    Ok(())
}

/// The best of the rounds over all texts that fit into a [`SPELL`].
fn best_round(texts: &[String], each: impl Fn(&str)) -> Duration {
    let mut best = Duration::MAX;
    let began = Instant::now();
    while began.elapsed() < SPELL {
        let round = Instant::now();
        texts.iter().for_each(|text| each(text));
        best = best.min(round.elapsed());
    }
    best
}

fn judged(judge: &Judge, text: &str) -> majlis::domain::judge::Judgement {
    judge.judge(&Subject::of(black_box(text)))
}

fn timed(judge: &Judge, text: &str) -> Duration {
    let began = Instant::now();
    black_box(judged(judge, text));
    began.elapsed()
}

/// The best of a few times for a long text of one piece.
fn long(judge: &Judge, piece: &str) -> Duration {
    let text = piece.repeat(LONG / piece.len());
    (0..ROUNDS).map(|_| timed(judge, &text)).min().unwrap_or_default()
}

/// The texts of each file of JSON lines in a directory, by the file's name.
fn sets(directory: &Path) -> Result<Vec<(String, Vec<String>)>, Failure> {
    #[derive(serde::Deserialize)]
    struct Row {
        text: String,
    }
    let mut files: Vec<_> = std::fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut sets = Vec::new();
    for file in files {
        let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let lines = std::fs::read_to_string(&file)?;
        let texts: Vec<String> = lines
            .lines()
            .map(|line| serde_json::from_str(line).map(|row: Row| row.text))
            .collect::<Result<_, _>>()?;
        if !texts.is_empty() {
            sets.push((name, texts));
        }
    }
    Ok(sets)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
