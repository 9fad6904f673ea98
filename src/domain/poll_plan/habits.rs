//! What the posts of an account have in common: how many comments they get at first, how fast that falls, and how often
//! there is a new post. Learned anew from what was read whenever a plan is made.

use std::f64::consts::LN_2;

use jiff::Timestamp;

use super::post::{Post, hours};

/// How alike the posts of an account are: the shape of the gamma distribution of their first rates. Delays are hardly
/// sensitive to it (tried from 0.35 to 1): the first reading of a post outweighs it.
const SHAPE: f64 = 0.7;
/// What an account is taken for while little was read: a comment an hour under a new post, as if seen for an hour; and
/// half as many after twelve hours, as if seen of twenty comments.
const FIRST_RATE: f64 = 1.0;
const FIRST_RATE_HOURS: f64 = 1.0;
const LIFE: f64 = 12.0 / LN_2;
const LIFE_COMMENTS: f64 = 20.0;
/// What is believed at most: that comments halve every half hour, or every two months.
const DECAY: (f64, f64) = (LN_2 / (24.0 * 60.0), LN_2 / 0.5);
/// Each halves the doubt about the decay, on a scale of orders of magnitude.
const HALVINGS: u32 = 30;
/// New posts are expected as often as they came since the oldest of a week, if that is more than half a day ago.
const WEEK: f64 = 24.0 * 7.0;
const HALF_A_DAY: f64 = 12.0;

/// The habits of an account and its public. Rates are by the hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Habits {
    /// By which part of itself a rate falls.
    pub(super) decay: f64,
    /// What a new post gets.
    first_rate: f64,
    /// The mean root of what posts get at first.
    first_root: f64,
    /// How often there is a new post.
    births: f64,
}

impl Habits {
    /// What these posts teach.
    pub(super) fn of(posts: &[Post], now: Timestamp) -> Self {
        let read = || posts.iter().filter(|post| post.read_at > post.published_at);
        let mut habits =
            Self { decay: decay(posts), first_rate: FIRST_RATE, first_root: 0.0, births: births(posts, now) };
        let comments: f64 = read().map(|post| post.comments as f64).sum();
        let seen: f64 = read().map(|post| habits.hours_of_first_rate(post.age(post.read_at))).sum();
        habits.first_rate = (FIRST_RATE * FIRST_RATE_HOURS + comments) / (FIRST_RATE_HOURS + seen);
        let roots: f64 = read().map(|post| post.first_rate(&habits).sqrt()).sum();
        habits.first_root = (habits.first_rate.sqrt() + roots) / (1.0 + read().count() as f64);
        habits
    }

    /// How many hours at its first rate would have brought a post of this age as many comments: ∫₀ᵃ e^(−kt) dt.
    pub(super) fn hours_of_first_rate(&self, age: f64) -> f64 {
        integral(self.decay, age)
    }

    /// The first rate of a post that nothing is known of, as a gamma distribution: its shape, and what that was seen in.
    pub(super) fn new_post(&self) -> (f64, f64) {
        (SHAPE, SHAPE / self.first_rate)
    }

    /// The roots of the rates of posts that are still to come, over the hours ahead.
    pub(super) fn roots_to_come(&self, ahead: f64) -> f64 {
        let slow = self.decay / 2.0;
        self.births * self.first_root * (ahead - integral(slow, ahead)) / slow
    }
}

/// ∫₀ᵗ e^(−ks) ds
fn integral(decay: f64, time: f64) -> f64 {
    -(-decay * time).exp_m1() / decay
}

fn births(posts: &[Post], now: Timestamp) -> f64 {
    let ages = posts.iter().map(|post| hours(post.published_at, now)).filter(|age| *age < WEEK);
    let oldest = ages.clone().fold(0.0, f64::max);
    ages.filter(|age| *age < oldest).count() as f64 / oldest.max(HALF_A_DAY)
}

/// The most likely decay. The ages of the comments that a post got until it was read are draws from an exponential
/// distribution that is cut off there, whatever its rate; so it is the decay by which they add up to what was expected.
fn decay(posts: &[Post]) -> f64 {
    let seen: f64 = LIFE * LIFE_COMMENTS + posts.iter().map(|post| post.ages as f64 / 3_600.0).sum::<f64>();
    let expected = |decay: f64| {
        let under = |post: &Post| post.comments as f64 * mean_age(decay, post.age(post.read_at));
        LIFE_COMMENTS / decay + posts.iter().map(under).sum::<f64>()
    };
    let (mut low, mut high) = DECAY;
    for _ in 0..HALVINGS {
        let decay = (low * high).sqrt();
        *(if expected(decay) > seen { &mut low } else { &mut high }) = decay;
    }
    (low * high).sqrt()
}

/// The mean of an exponential distribution that is cut off at `end`.
fn mean_age(decay: f64, end: f64) -> f64 {
    let lives = decay * end;
    // Below it the difference is lost in rounding.
    if lives < 1e-4 { end / 2.0 } else { 1.0 / decay - end / lives.exp_m1() }
}
