//! What an account and its public do: posts, and comments that come to each as a Poisson process.

use std::f64::consts::{LN_2, TAU};

/// Posts in a trace.
const POSTS: usize = 200;
/// The spread of the posts' first rates: the σ of a log-normal distribution.
const SPREAD: f64 = 1.5;
/// Their median, in comments an hour: half the posts of a decaying trace get more than 17 comments in all.
const MEDIAN: f64 = 2.0;

/// A kind of trace.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Hours that it lasts.
    pub(crate) end: f64,
    /// Comments of the hours before are read and not counted.
    pub(crate) counted_from: f64,
    /// In how many hours rates halve; `None` where they stay.
    pub(crate) half_life: Option<f64>,
    /// Whether the posts come one by one until the end, or all at the beginning.
    pub(crate) one_by_one: bool,
}

/// One post, with the rate that only the bound knows and the comments that nobody does. Times are hours.
pub(crate) struct Post {
    pub(crate) born: f64,
    first_rate: f64,
    pub(crate) decay: f64,
    pub(crate) comments: Vec<f64>,
}

impl Post {
    pub(crate) fn rate(&self, at: f64) -> f64 {
        self.first_rate * (-self.decay * (at - self.born)).exp()
    }

    /// How many comments are to be expected in that time.
    pub(crate) fn expected(&self, from: f64, to: f64) -> f64 {
        self.rate(from) * integral(self.decay, to - from)
    }
}

/// ∫₀ᵗ e^(−ks) ds
pub(crate) fn integral(decay: f64, time: f64) -> f64 {
    if decay == 0.0 { time } else { -(-decay * time).exp_m1() / decay }
}

/// When that integral comes to `area`.
pub(crate) fn reaches(decay: f64, area: f64) -> f64 {
    if decay == 0.0 { area } else { -(-decay * area).ln_1p() / decay }
}

/// One trace, in the order in which its posts are published.
pub(crate) fn trace(kind: Kind, seed: u64) -> Vec<Post> {
    let mut chance = Chance(seed);
    let mut posts: Vec<Post> = (0..POSTS).map(|_| post(kind, &mut chance)).collect();
    posts.sort_by(|one, other| one.born.total_cmp(&other.born));
    posts
}

fn post(kind: Kind, chance: &mut Chance) -> Post {
    let born = if kind.one_by_one { chance.unit() * kind.end } else { 0.0 };
    let first_rate = MEDIAN * (SPREAD * chance.normal()).exp();
    let decay = kind.half_life.map_or(0.0, |half_life| LN_2 / half_life);
    let mut post = Post { born, first_rate, decay, comments: Vec::new() };
    let (mut area, all) = (chance.exponential() / first_rate, integral(decay, kind.end - born));
    while area < all {
        post.comments.push(born + reaches(decay, area));
        area += chance.exponential() / first_rate;
    }
    post
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): the same on every machine.
struct Chance(u64);

impl Chance {
    /// From 0, exclusive, to 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// By Box and Muller.
    fn normal(&mut self) -> f64 {
        (2.0 * self.exponential()).sqrt() * (TAU * self.unit()).cos()
    }
}
