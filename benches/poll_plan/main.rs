//! How long comments wait to be read: the poll plan beside simpler rules, and a bound that knows what the plan must learn.
//!
//! `make bench-poll` runs it and keeps what it prints in `benches/RESULTS-poll.md`. The traces are the same on every machine.

mod bound;
#[path = "../pipeline/machine.rs"]
mod machine;
mod run;
mod trace;

use std::error::Error;
use std::fmt::Write as _;

use bound::Bound;
use trace::{Kind, Post};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-poll.md");
const SEEDS: u64 = 20;
const BUDGETS: [u32; 3] = [500, 2_000, 10_000];
const HALF_LIFE: Option<f64> = Some(6.0);
const KINDS: [Kind; 3] = [
    Kind { name: "static, a week", end: 168.0, counted_from: 0.0, half_life: None, one_by_one: false },
    Kind {
        name: "decaying, 25 posts a day for eight days",
        end: 192.0,
        counted_from: 24.0,
        half_life: HALF_LIFE,
        one_by_one: true,
    },
    Kind {
        name: "decaying, 200 posts at once, a day",
        end: 24.0,
        counted_from: 0.0,
        half_life: HALF_LIFE,
        one_by_one: false,
    },
];
const ABOUT: &str = "\
Written by `make bench-poll`; see `benches/poll_plan/`. 20 seeds of 200 posts; first rates are log-normal with σ = 1.5 and a median of \
two comments an hour; decaying rates halve every six hours. Mean and p95 are over the comments of all seeds, in minutes from a \
comment's writing to its reading; what is unread at a trace's end is read then, by every rule. Uniform and proportional call at \
even intervals; proportional and the bound know each post's true rate, and the plan learns it, and the half-life, from what it \
reads. All, the bound as well, have so many calls each day and none from another day. Of the decaying trace of eight days the first \
fills the account and is not counted. Where 200 posts appear at once to an account that is not known at all, the bound itself is \
hardly more than twice as good as uniform.";

fn main() -> Result<(), Failure> {
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let mut table = String::from(
        "| trace | calls a day | uniform | proportional | plan | bound | plan ÷ bound | uniform ÷ plan |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for kind in KINDS {
        let traces: Vec<Vec<Post>> = (1..=SEEDS).map(|seed| trace::trace(kind, seed)).collect();
        let courses: Vec<_> = traces.iter().map(|posts| bound::courses(kind, posts)).collect();
        for calls in BUDGETS {
            let of = |rule: fn(Kind, &[Post], u32) -> Vec<f64>| {
                Waits::of(traces.iter().flat_map(|posts| rule(kind, posts, calls)).collect())
            };
            let [uniform, proportional, plan] = [run::uniform, run::proportional, run::planned].map(of);
            let bounds =
                traces.iter().zip(&courses).map(|(posts, courses)| bound::bound(kind, posts, courses, calls));
            let bound = of_bounds(kind, &traces, bounds.collect());
            writeln!(
                table,
                "| {} | {calls} | {uniform} | {proportional} | **{plan}** | {bound} | {:.2} | {:.2} |",
                kind.name,
                plan.mean / bound.mean,
                uniform.mean / plan.mean
            )?;
        }
    }
    print!("\n{machine}\n{table}");
    let page = format!(
        "# How long a comment waits to be read\n\n{ABOUT}\n\n{machine}\nMean / p95 in minutes:\n\n{table}"
    );
    std::fs::write(RESULTS, page)?;
    println!("\nkept in {RESULTS}");
    Ok(())
}

/// Its mean is the bound's own, over the comments to be expected; its p95 that of its timetable.
fn of_bounds(kind: Kind, traces: &[Vec<Post>], bounds: Vec<Bound>) -> Waits {
    let expected = |post: &Post| post.expected(post.born.max(kind.counted_from), kind.end);
    let comments: f64 = traces.iter().flatten().map(expected).sum();
    let waiting: f64 = bounds.iter().map(|bound| bound.waiting).sum();
    let timetable = Waits::of(bounds.into_iter().flat_map(|bound| bound.delays).collect());
    Waits { mean: waiting / comments * 60.0, ..timetable }
}

/// How long comments waited, in minutes.
struct Waits {
    mean: f64,
    p95: f64,
}

impl Waits {
    fn of(mut hours: Vec<f64>) -> Self {
        hours.sort_by(f64::total_cmp);
        let mean = hours.iter().sum::<f64>() / hours.len() as f64 * 60.0;
        Self { mean, p95: hours[hours.len() * 95 / 100] * 60.0 }
    }
}

impl std::fmt::Display for Waits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} / {:.1}", self.mean, self.p95)
    }
}
