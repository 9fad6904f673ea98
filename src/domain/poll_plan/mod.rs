//! Which posts to read, and when, so that a day's calls bring the public's comments to us soonest.
//!
//! Comments come to a post at a rate λ(t). A reading costs one call, and what a gap g between two readings costs is the
//! time that its comments wait: λg²/2. Weighed against a price θ for a call, the best gap is √(2θ/λ): posts are read in
//! proportion to the root of their rates, and whenever n² = 2θλ, where n are the comments that have come since. That rule
//! needs no clock of its own. It holds while rates fall, where the next gap has to be longer than the last, and where n
//! was not guessed but told by a list of posts; only what comes later can still be influenced, so how long the n have
//! waited already does not count.
//!
//! The plan reads a post at n = s√λ, and s, its patience, is what makes the day's readings come to the budget: those of
//! the posts that there are, and of those to be expected. Rates are not known. Each post has its own ([`Post`]), learned
//! from its comments and until then from the other posts of the account, and all fall at one pace ([`Habits`]).
//!
//! `benches/poll_plan` measures it, against a bound that knows the rates.

mod habits;
mod post;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use habits::Habits;
pub use post::Post;

/// The bounds of patience: a post is due at once, and never.
const PATIENCE: (f64, f64) = (1e-6, 1e6);
/// How much sooner a post is read that never was: its first reading also tells what its root is, and the mean of roots is
/// so much less than the root of the mean. It is e^(−σ²/8) where rates are log-normal; this is for σ = 1.5.
const UNREAD: f64 = 0.75;
/// Each halves the doubt about patience, on a scale of orders of magnitude.
const HALVINGS: u32 = 40;

/// What may be spent on reading posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many posts can still be read.
    pub calls: u32,
    /// Until when they must last.
    pub until: Timestamp,
}

/// When the posts of one account are due. It is good for about a quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    habits: Habits,
    patience: f64,
}

impl Plan {
    /// The plan that spends the budget on these posts and those to be expected.
    pub fn new(posts: &[Post], budget: Budget, now: Timestamp) -> Self {
        let habits = Habits::of(posts, now);
        let to_come = habits.roots_to_come(post::hours(now, budget.until));
        let (mut low, mut high) = PATIENCE;
        for _ in 0..HALVINGS {
            let patience = (low * high).sqrt();
            let plan = Self { habits, patience };
            let readings = |post| plan.readings(post, now, budget.until);
            let spent = posts.iter().map(readings).sum::<f64>() + to_come / patience;
            *(if spent > f64::from(budget.calls) { &mut low } else { &mut high }) = patience;
        }
        Self { habits, patience: high }
    }

    /// When a post is due.
    pub fn due_at(&self, post: &Post) -> Timestamp {
        let course = self.course(post);
        let age = course.age_at(course.due(post.waiting as f64, course.fallen(post.age(post.counted_at))));
        let due = SignedDuration::try_from_secs_f64(age * 3_600.0);
        let due = due.ok().and_then(|age| post.published_at.checked_add(age).ok());
        due.unwrap_or(Timestamp::MAX).max(post.counted_at)
    }

    /// How often a post is to be read in that time.
    fn readings(&self, post: &Post, now: Timestamp, until: Timestamp) -> f64 {
        let course = self.course(post);
        let [now, until, counted] = [now, until, post.counted_at].map(|at| course.fallen(post.age(at)));
        let mut at = course.due(post.waiting as f64, counted).min(now);
        let mut readings = 0.0;
        while at > until {
            let next = course.due(0.0, at);
            if next > 0.9 * at {
                // So close together that they can be counted like water: from this one on, half a gap before the end.
                return readings + 0.5 + (at - until) / (at - next);
            }
            readings += 1.0;
            at = next;
        }
        readings
    }

    fn course(&self, post: &Post) -> Course {
        let rate = post.first_rate(&self.habits);
        let decay = self.habits.decay;
        let curiosity = if post.read_at > post.published_at { 1.0 } else { UNREAD };
        Course { decay, all: rate / decay, patience: self.patience * rate.sqrt() * curiosity }
    }
}

/// How a post's comments come and when they are due, told in x = e^(−kt/2), to which the root of its rate has fallen at age t.
/// From x₀ to x come m(x₀² − x²) of the m that it gets in all; due is what waits at s√λ₀x.
struct Course {
    decay: f64,
    all: f64,
    patience: f64,
}

impl Course {
    fn fallen(&self, age: f64) -> f64 {
        (-self.decay / 2.0 * age).exp()
    }

    fn age_at(&self, fallen: f64) -> f64 {
        -2.0 * fallen.ln() / self.decay
    }

    /// Where it is due, if so many were waiting where they were counted: the root of mx² + sx√λ₀ = w + mx₀².
    fn due(&self, waiting: f64, counted: f64) -> f64 {
        let owed = waiting + self.all * counted * counted;
        2.0 * owed / (self.patience + (self.patience * self.patience + 4.0 * self.all * owed).sqrt())
    }
}
