//! Reading a trace by one of the rules that are compared.

use jiff::Timestamp;
use majlis::domain::poll_plan::{self, Budget, Plan};

use super::trace::{Kind, Post};

/// How often the plan is made anew, in hours; the daemon makes one each tick.
const REPLANNED: f64 = 0.25;

/// A trace being read.
pub(crate) struct Run<'t> {
    kind: Kind,
    posts: &'t [Post],
    /// How many comments of each post were read.
    read: Vec<usize>,
    delays: Vec<f64>,
}

impl<'t> Run<'t> {
    pub(crate) fn new(kind: Kind, posts: &'t [Post]) -> Self {
        Self { kind, posts, read: vec![0; posts.len()], delays: Vec::new() }
    }

    /// Reads a post, and returns the comments that are new to us.
    pub(crate) fn read(&mut self, post: usize, at: f64) -> &'t [f64] {
        let comments = &self.posts[post].comments;
        let from = self.read[post];
        let to = from + comments[from..].partition_point(|written| *written <= at);
        self.read[post] = to;
        let counted = comments[from..to].iter().filter(|written| **written >= self.kind.counted_from);
        self.delays.extend(counted.map(|written| at - written));
        &comments[from..to]
    }

    /// How long each comment waited. What is unread at the trace's end is read then, whatever the rule.
    pub(crate) fn end(mut self) -> Vec<f64> {
        (0..self.posts.len()).for_each(|post| {
            self.read(post, self.kind.end);
        });
        self.delays
    }
}

/// A call at even intervals, for the post that `need`s it most, given when each was read last.
fn evenly(kind: Kind, posts: &[Post], calls: u32, need: impl Fn(&Post, f64, f64) -> f64) -> Vec<f64> {
    let mut run = Run::new(kind, posts);
    let mut last: Vec<f64> = posts.iter().map(|post| post.born).collect();
    let every = 24.0 / f64::from(calls);
    let mut at = every;
    while at < kind.end {
        let need = |post: &usize| need(&posts[*post], last[*post], at);
        let neediest = (0..posts.len())
            .take_while(|post| posts[*post].born < at)
            .max_by(|one, other| need(one).total_cmp(&need(other)));
        if let Some(post) = neediest {
            run.read(post, at);
            last[post] = at;
        }
        at += every;
    }
    run.end()
}

/// All posts equally often.
pub(crate) fn uniform(kind: Kind, posts: &[Post], calls: u32) -> Vec<f64> {
    evenly(kind, posts, calls, |_, last, at| at - last)
}

/// Each post in proportion to its rate, which is known to it: the one with the most comments to be expected.
pub(crate) fn proportional(kind: Kind, posts: &[Post], calls: u32) -> Vec<f64> {
    evenly(kind, posts, calls, |post, last, at| post.expected(last, at))
}

/// The plan of Majlis, which learns from what it reads.
pub(crate) fn planned(kind: Kind, posts: &[Post], calls: u32) -> Vec<f64> {
    let mut run = Run::new(kind, posts);
    let mut seen: Vec<poll_plan::Post> = Vec::new();
    let (mut now, mut day_ends, mut left) = (0.0, 24.0, calls);
    while now < kind.end {
        if now >= day_ends {
            (day_ends, left) = (day_ends + 24.0, calls);
        }
        let new = posts[seen.len()..].iter().take_while(|post| post.born <= now);
        seen.extend(new.map(|post| poll_plan::Post::new(instant(post.born))).collect::<Vec<_>>());
        let plan = Plan::new(&seen, Budget { calls: left, until: instant(day_ends) }, instant(now));
        let mut due: Vec<f64> = seen.iter().map(|post| hour(plan.due_at(post))).collect();
        let born = posts.get(seen.len()).map_or(f64::MAX, |post| post.born);
        let until = (now + REPLANNED).min(born).min(day_ends);
        while left > 0 {
            let next = (0..due.len()).min_by(|one, other| due[*one].total_cmp(&due[*other]));
            let Some(post) = next.filter(|post| due[*post] < until) else { break };
            now = due[post].max(now);
            for written in run.read(post, now) {
                seen[post].arrived(instant(*written));
            }
            seen[post].read(instant(now));
            due[post] = hour(plan.due_at(&seen[post]));
            left -= 1;
        }
        now = until;
    }
    run.end()
}

fn instant(hour: f64) -> Timestamp {
    Timestamp::from_microsecond((hour * 3.6e9) as i64).expect("a trace lasts some days")
}

fn hour(instant: Timestamp) -> f64 {
    instant.as_microsecond() as f64 / 3.6e9
}
