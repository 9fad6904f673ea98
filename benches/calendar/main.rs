//! The calendar's speed: adding and elapsing over spans from a day to ten years, laying out, counting a million
//! clocks again, and lines of the solver. One thread, no database.
//!
//! `make bench` runs it and keeps what it prints in `benches/RESULTS-calendar.md`.

#[path = "../pipeline/machine.rs"]
mod machine;

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use majlis::domain::calendar::{Calendar, Hours, Owed, Pauses, Solver, WorkingSeconds};
use majlis::domain::comment::Platform;
use majlis::domain::judge::Kind;
use majlis::domain::reply::{ClockKind, Language, Priority};
use serde_json::json;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const CALENDAR: &str = include_str!("../../config/calendar.toml");
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-calendar.md");
/// How many questions are timed together: a clock's reading costs as much as an answer.
const BATCH: u32 = 1_000;
/// How many batches the median is of.
const BATCHES: u32 = 2_001;
const CLOCKS: usize = 1_000_000;
const LINES: u32 = 200_000;

fn main() -> Result<(), Failure> {
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let calendar = parse(CALENDAR)?;
    let mut table = String::from("| what | measured |\n|---|---:|\n");
    for (span, days) in [("a day", 1), ("a month", 30), ("a year", 365), ("ten years", 3_652)] {
        let (add, elapsed) = arithmetic(calendar.official(), days);
        writeln!(table, "| `add`, {span}, median | {:.0} ns |", nanoseconds(add))?;
        writeln!(table, "| `elapsed`, {span}, median | {:.0} ns |", nanoseconds(elapsed))?;
    }
    writeln!(table, "| the shipped file read and laid out for 1970 to 2200 | {:.1} ms |", laid_out()?)?;
    writeln!(
        table,
        "| a calendar of eleven years from JSON, laid out and asked once | {:.2} ms |",
        asked_once()?
    )?;
    let (unmoved, moved) = counted_again(&calendar)?;
    writeln!(table, "| a million due times counted again | {:.2} s |", unmoved.as_secs_f64())?;
    writeln!(
        table,
        "| a million deadlines counted again, each with its proof | {:.2} s |",
        moved.as_secs_f64()
    )?;
    writeln!(table, "| lines of the solver that share a calendar | {:.0} a second |", lines()?)?;
    print!("\n{machine}\n{table}");
    let page = format!(
        "# What the calendar costs\n\nWritten by `make bench`: one thread, no database; see `benches/calendar/`.\n\n{machine}\n{table}"
    );
    std::fs::write(RESULTS, page)?;
    println!("\nkept in {RESULTS}");
    Ok(())
}

fn parse(text: &str) -> Result<Calendar, Failure> {
    Calendar::parse("calendar.toml", text).map_err(|problems| format!("{problems:?}").into())
}

/// The median time of `add` and of `elapsed` over about so many days, from instants all over ten years.
fn arithmetic(hours: &Hours, days: i64) -> (Duration, Duration) {
    let mut chance = Chance(days.unsigned_abs());
    // A week has 36.5 hours: this much working time takes about so many days.
    let allowance = WorkingSeconds(days.unsigned_abs() * 131_400 / 7);
    let span = SignedDuration::from_hours(days * 24);
    let add = |start| black_box(hours.add(start, allowance, &Pauses::NONE)).is_ok();
    let elapsed = |start: Timestamp| black_box(hours.elapsed(start, start + span, &Pauses::NONE)).is_ok();
    (median(&mut chance, add), median(&mut chance, elapsed))
}

fn median(chance: &mut Chance, ask: impl Fn(Timestamp) -> bool) -> Duration {
    let mut times = Vec::new();
    for _ in 0..BATCHES {
        let starts: Vec<Timestamp> = (0..BATCH).map(|_| chance.instant()).collect();
        let began = Instant::now();
        for start in starts {
            assert!(ask(black_box(start)), "the calendar covers the question");
        }
        times.push(began.elapsed() / BATCH);
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// Milliseconds to read the shipped file, the best of twenty times.
fn laid_out() -> Result<f64, Failure> {
    let mut best = f64::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        black_box(parse(CALENDAR)?);
        best = best.min(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

/// Milliseconds from a calendar's JSON to its first answer over ten years, the best of twenty times.
fn asked_once() -> Result<f64, Failure> {
    let line = json!({ "calendar": week(), "op": "elapsed", "start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z" });
    let line = line.to_string();
    let mut best = f64::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        let answer = Solver::default().answer(line.as_bytes());
        best = best.min(began.elapsed().as_secs_f64() * 1e3);
        expect_result(&answer)?;
    }
    Ok(best)
}

/// Counts a million clocks again by a calendar whose Ramadan begins a day later: the instants alone, and with proofs.
fn counted_again(calendar: &Calendar) -> Result<(Duration, Duration), Failure> {
    let changed = CALENDAR.replace("from = \"2027-02-08\"", "from = \"2027-02-09\"");
    let changed = parse(&changed)?;
    let mut chance = Chance(7);
    let kinds = [Kind::Question, Kind::Complaint, Kind::Suggestion];
    let clocks: Vec<(Timestamp, Owed)> = (0..CLOCKS)
        .map(|n| {
            let start = Timestamp::from_second(1_801_500_000 + (chance.next() % 1_500_000) as i64);
            let owed = Owed {
                clock: ClockKind::FirstReply,
                platform: Platform::ALL[n % 4],
                kind: kinds[n % 3],
                priority: Priority::Normal,
                language: Language::Arabic,
                team: None,
            };
            start.map(|start| (start, owed))
        })
        .collect::<Result<_, _>>()?;
    let due = |calendar: &Calendar| -> Result<Vec<Timestamp>, Failure> {
        let due = |(start, owed): &(Timestamp, Owed)| {
            let promise = calendar.promise(owed).ok_or("nothing is promised")?;
            Ok::<_, Failure>(calendar.due_at(*start, promise, &Pauses::NONE)?)
        };
        clocks.iter().map(due).collect()
    };
    let before = due(calendar)?;
    let began = Instant::now();
    let after = due(&changed)?;
    let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    let alone = began.elapsed();
    println!("{moved} of {CLOCKS} due times moved");
    let began = Instant::now();
    for (start, owed) in &clocks {
        let promise = changed.promise(owed).ok_or("nothing is promised")?;
        black_box(changed.due(*start, promise, &Pauses::NONE)?);
    }
    Ok((alone, began.elapsed()))
}

/// Lines a second that share a calendar of a usual size.
fn lines() -> Result<f64, Failure> {
    let mut chance = Chance(11);
    let line = |start: Timestamp| {
        json!({ "id": "q", "calendar": week(), "op": "add", "start": start, "duration_s": 144_000 })
            .to_string()
    };
    let lines: Vec<String> = (0..LINES).map(|_| line(chance.instant())).collect();
    let mut solver = Solver::default();
    let began = Instant::now();
    for line in &lines {
        expect_result(&solver.answer(line.as_bytes()))?;
    }
    Ok(f64::from(LINES) / began.elapsed().as_secs_f64())
}

fn week() -> serde_json::Value {
    let days: Vec<_> = ["mon", "tue", "wed", "thu", "fri"]
        .map(|day| json!({ "day": day, "from": "07:30", "to": "15:30" }))
        .into();
    json!({ "tz": "Asia/Dubai", "weekly": days, "holidays": ["2026-12-02", "2026-12-03", "2027-01-01"] })
}

fn expect_result(answer: &str) -> Result<(), Failure> {
    if answer.contains("\"result\"") { Ok(()) } else { Err(answer.into()) }
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// The same chance every time (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// An instant of the years 2026 to 2036.
    fn instant(&mut self) -> Timestamp {
        let second = 1_767_225_600 + self.next() % 315_532_800;
        Timestamp::from_second(second.cast_signed()).expect("an instant of this century")
    }
}
