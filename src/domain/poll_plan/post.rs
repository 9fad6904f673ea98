//! What was seen of one post, and what that says about the comments it will get.

use jiff::Timestamp;

use super::habits::Habits;

/// A post, as far as it was read: all that the plan keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post {
    /// When it was published.
    pub published_at: Timestamp,
    /// What was written under it until then is read.
    pub read_at: Timestamp,
    /// How many comments that was.
    pub comments: i64,
    /// The seconds from its publication to each of them, added up.
    pub ages: i64,
    /// How many more there were, by the last list of posts.
    pub waiting: i64,
    /// When it was listed so, or read, whichever was later.
    pub counted_at: Timestamp,
}

impl Post {
    /// A post of which nothing was read.
    pub fn new(published_at: Timestamp) -> Self {
        let (read_at, counted_at) = (published_at, published_at);
        Self { published_at, read_at, comments: 0, ages: 0, waiting: 0, counted_at }
    }

    /// A comment under it was read for the first time.
    pub fn arrived(&mut self, written_at: Timestamp) {
        self.comments += 1;
        self.ages += written_at.duration_since(self.published_at).as_secs().max(0);
    }

    /// All that stands under it at `now` was read.
    pub fn read(&mut self, now: Timestamp) {
        // A clock that was set back changes nothing of what is known.
        self.read_at = now.max(self.counted_at);
        (self.counted_at, self.waiting) = (self.read_at, 0);
    }

    /// By a list of posts so many comments wait under it at `now`.
    pub fn counted(&mut self, waiting: i64, now: Timestamp) {
        (self.waiting, self.counted_at) = (waiting, now.max(self.counted_at));
    }

    /// The comments an hour that it got at first: the mean of a gamma distribution, which begins as that of the account's posts.
    pub(super) fn first_rate(&self, habits: &Habits) -> f64 {
        let (shape, hours) = habits.new_post();
        (shape + self.comments as f64) / (hours + habits.hours_of_first_rate(self.age(self.read_at)))
    }

    /// Its age at an instant, in hours.
    pub(super) fn age(&self, at: Timestamp) -> f64 {
        hours(self.published_at, at)
    }
}

/// The hours from one instant to a later one; none where it is not later.
pub(super) fn hours(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0) / 3_600.0
}
