//! What it costs to count a million open clocks anew: the pure part of what follows when a calendar is adopted. One thread, no
//! database.
//!
//! The clocks began in the two weeks before Ramadan 1448; the calendar that comes into force lets it begin a day later. One in
//! ten stood still before, one in twenty stands still, some are overdue, some have grace. `make bench` runs it and
//! keeps what it prints in `benches/RESULTS-recount.md`.

#[path = "../pipeline/machine.rs"]
mod machine;

use std::borrow::Cow;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use majlis::domain::calendar::{Calendar, Owed, Pauses};
use majlis::domain::comment::Platform;
use majlis::domain::judge::Kind;
use majlis::domain::reply::{Change, ClockKind, Due, Language, Moves, OpenClock, Priority, Recount};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const CALENDAR: &str = include_str!("../../config/calendar.toml");
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-recount.md");
const CLOCKS: u64 = 1_000_000;
/// When the calendar is adopted: 8 February 2027, 18:00 in Abu Dhabi, the evening before.
const ADOPTED: i64 = 1_802_095_200;
const FORTNIGHT: u64 = 14 * 86_400;

/// A clock as it was kept: everything but what the calendar promises to it.
struct Kept {
    started_at: Timestamp,
    owed: Owed,
    pauses: Pauses,
    paused_since: Option<Timestamp>,
    due: Due,
    due_unpaused: Timestamp,
    shortened: bool,
}

fn main() -> Result<(), Failure> {
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let (former, new) =
        (parse(CALENDAR)?, parse(&CALENDAR.replace("from = \"2027-02-08\"", "from = \"2027-02-09\""))?);
    let now = Timestamp::from_second(ADOPTED)?;
    let kept = clocks(&former, now)?;

    let (mut later, mut earlier, mut shortened, mut withdrawn) = (0_u64, 0_u64, 0_u64, 0_u64);
    let counted = measure(&kept, &new, now, |_, due, recount| {
        match recount.moves(due) {
            Moves::Not => {}
            Moves::Later => later += 1,
            Moves::Earlier => earlier += 1,
        }
        shortened += u64::from(recount.change == Change::Shortened);
        withdrawn += u64::from(recount.change == Change::BreachWithdrawn);
        Ok(())
    })?;
    let proven = measure(&kept, &new, now, |clock, _, recount| {
        black_box(recount.deadline(&new, clock, now)?);
        Ok(())
    })?;
    let page = format!(
        "# What a change of the calendar costs\n\nWritten by `make bench`: one thread, no database; see \
         `benches/recount/`.\n\n{machine}\n| a million open clocks | seconds of CPU | seconds by the wall |\n|---|---:|---:|\n\
         | counted anew | {:.3} | {:.3} |\n| counted anew, each with its proof | {:.3} | {:.3} |\n\n\
         Of them {later} moved later, {earlier} earlier; {shortened} were given grace, {withdrawn} were missed no longer.\n",
        counted.0.as_secs_f64(),
        counted.1.as_secs_f64(),
        proven.0.as_secs_f64(),
        proven.1.as_secs_f64(),
    );
    print!("\n{page}");
    fs::write(RESULTS, page)?;
    println!("\nkept in {RESULTS}");
    Ok(())
}

fn parse(text: &str) -> Result<Calendar, Failure> {
    Calendar::parse("calendar.toml", text).map_err(|problems| format!("{problems:?}").into())
}

/// The time of this thread on a processor, and of the wall, for counting all of them anew.
fn measure(
    kept: &[Kept],
    calendar: &Calendar,
    now: Timestamp,
    mut then: impl FnMut(&OpenClock<'_>, Due, Recount) -> Result<(), Failure>,
) -> Result<(Duration, Duration), Failure> {
    let (began, on_processor) = (Instant::now(), processor_time()?);
    for clock in kept {
        let open = OpenClock {
            started_at: clock.started_at,
            carried: None,
            promise: Cow::Borrowed(calendar.promise(&clock.owed).ok_or("nothing is promised")?),
            pauses: &clock.pauses,
            paused_since: clock.paused_since,
            due: clock.due,
            due_unpaused: clock.due_unpaused,
            shortened: clock.shortened,
        };
        then(&open, clock.due, black_box(open.recount(calendar, now)?))?;
    }
    Ok((processor_time()? - on_processor, began.elapsed()))
}

/// How long this thread ran on a processor (`proc_pid_schedstat(5)`: the first number, in nanoseconds).
fn processor_time() -> Result<Duration, Failure> {
    let told = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = told.split(' ').next().ok_or("an empty schedstat")?.parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// A million clocks of the fortnight before `now`, due by `calendar`.
fn clocks(calendar: &Calendar, now: Timestamp) -> Result<Vec<Kept>, Failure> {
    let mut chance = Chance(7);
    let kinds = [Kind::Question, Kind::Complaint, Kind::Suggestion];
    let before = |most: u64, chance: &mut Chance| SignedDuration::from_secs((chance.next() % most) as i64);
    let clock = |number: u64| -> Result<Kept, Failure> {
        let owed = Owed {
            clock: ClockKind::FirstReply,
            platform: Platform::ALL[(number % 4) as usize],
            kind: kinds[(number % 3) as usize],
            priority: Priority::Normal,
            language: Language::Arabic,
            team: None,
        };
        let started_at = now - before(FORTNIGHT, &mut chance);
        let stopped = started_at + before(86_400, &mut chance);
        let pauses = match number % 10 {
            0 => Pauses::of([(stopped, stopped + SignedDuration::from_hours(5))]),
            _ => Pauses::NONE,
        };
        let promise = calendar.promise(&owed).ok_or("nothing is promised")?;
        let due_at = calendar.due_at(started_at, promise, &pauses)?;
        let paused_since = (number % 20 == 1).then_some(stopped.min(now));
        let due = match paused_since {
            Some(since) => {
                let remaining = promise.hours().elapsed(since, due_at, &Pauses::NONE)?;
                Due::Left { remaining }
            }
            None => Due::At { due_at, due_soon_at: started_at },
        };
        Ok(Kept {
            started_at,
            owed,
            pauses,
            paused_since,
            due,
            due_unpaused: due_at,
            shortened: number.is_multiple_of(50),
        })
    };
    (0..CLOCKS).map(clock).collect()
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
}
