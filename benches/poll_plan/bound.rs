//! The bound with hindsight: what no rule can beat that knows each post's rate, and not the comments to come.
//!
//! Comments come as Poisson processes, so with the rates known nothing is learned by reading, and the best rule is a
//! timetable. The price of a call, θ, takes the posts apart (Lagrange): whatever θ is, the sum over the posts of the least
//! *waiting + θ · readings*, less θ · calls, is no more than any timetable's waiting with so many calls. The highest such
//! sum is the bound. It may spend the calls of all days together on any of them, which the plan may not.
//!
//! The least waiting of one post with m readings: moving a reading by dt makes what waits there wait dt longer and what
//! comes then be read by this reading and not the next, so n = λ·(the next gap), or with λ falling as e^(−kt),
//! (the next gap) = (e^(k·gap) − 1) / k. From the first gap follow the others, and the first is the one by which they fill
//! the time. From [`EXACT`] readings on the least is taken as (∫√λ)² / 2(m + 1), which is a little less: in a gap g the
//! comments wait ∫λ(s)(t − s) ds ≥ (g/2) ∫λ (Chebyshev: both factors fall), and Cauchy and Schwarz do the rest.

use super::run::Run;
use super::trace::{Kind, Post, integral, reaches};

/// Up to how many readings of a post the least waiting is reckoned exactly.
const EXACT: usize = 64;

/// The bound of a trace.
pub(crate) struct Bound {
    /// The hours that its comments wait in sum, in expectation.
    pub(crate) waiting: f64,
    /// How long each comment waits, by a timetable that comes to it within what one call saves.
    pub(crate) delays: Vec<f64>,
}

/// A post from where it is counted, at a first rate of one.
pub(crate) struct Course {
    from: f64,
    span: f64,
    decay: f64,
    rate: f64,
    /// ∫√λ
    roots: f64,
    /// The least waiting for each number of readings below [`EXACT`], and the first gap that leads to it.
    exact: Vec<(f64, f64)>,
}

/// What can be reckoned of the posts before any budget is known.
pub(crate) fn courses(kind: Kind, posts: &[Post]) -> Vec<Course> {
    posts.iter().map(|post| Course::new(kind, post)).collect()
}

/// The bound with so many calls a day.
pub(crate) fn bound(kind: Kind, posts: &[Post], courses: &[Course], calls: u32) -> Bound {
    let calls = f64::from(calls) * (kind.end - kind.counted_from) / 24.0;
    let spent = |price: f64| courses.iter().map(|course| course.cheapest(price).0 as f64).sum::<f64>();
    let (mut low, mut high) = (1e-9_f64, 1e9_f64);
    for _ in 0..60 {
        let price = (low * high).sqrt();
        *(if spent(price) > calls { &mut low } else { &mut high }) = price;
    }
    let least: f64 = courses.iter().map(|course| course.cheapest(high).1).sum();
    let mut run = Run::new(kind, posts);
    for (post, course) in courses.iter().enumerate() {
        for at in course.timetable(course.cheapest(high).0) {
            run.read(post, at);
        }
    }
    Bound { waiting: least - high * calls, delays: run.end() }
}

impl Course {
    fn new(kind: Kind, post: &Post) -> Self {
        let from = post.born.max(kind.counted_from);
        let (span, decay, rate) = (kind.end - from, post.decay, post.rate(from));
        let roots = rate.sqrt() * integral(decay / 2.0, span);
        let exact = (0..EXACT).map(|readings| least(decay, span, readings)).collect();
        Self { from, span, decay, rate, roots, exact }
    }

    /// How many readings are best at this price, and what waiting and readings then cost.
    fn cheapest(&self, price: f64) -> (usize, f64) {
        let exact = self.exact.iter().map(|(waiting, _)| self.rate * waiting);
        let gaps = self.roots / (2.0 * price).sqrt();
        let many = [gaps.floor(), gaps.ceil()].map(|gaps| gaps.max(EXACT as f64 + 1.0));
        let many = many.map(|gaps| (gaps as usize - 1, self.roots * self.roots / (2.0 * gaps)));
        let costs = exact
            .enumerate()
            .chain(many)
            .map(|(readings, waiting)| (readings, waiting + price * readings as f64));
        costs.min_by(|one, other| one.1.total_cmp(&other.1)).expect("no reading at all is one way")
    }

    fn timetable(&self, readings: usize) -> Vec<f64> {
        if let Some((_, first)) = self.exact.get(readings) {
            let gaps = std::iter::successors(Some(*first), |gap| Some(following(self.decay, *gap)));
            return gaps
                .take(readings)
                .scan(self.from, |at, gap| {
                    *at += gap;
                    Some(*at)
                })
                .collect();
        }
        let all = integral(self.decay / 2.0, self.span);
        let part = |number: usize| all * number as f64 / (readings + 1) as f64;
        (1..=readings).map(|number| self.from + reaches(self.decay / 2.0, part(number))).collect()
    }
}

/// The gap after this one.
fn following(decay: f64, gap: f64) -> f64 {
    if decay == 0.0 { gap } else { (decay * gap).exp_m1() / decay }
}

/// The least waiting with so many readings before the last one at the end, and the first gap that leads to it.
fn least(decay: f64, span: f64, readings: usize) -> (f64, f64) {
    let fills = |first: f64| {
        let (mut gap, mut at) = (first, first);
        for _ in 0..readings {
            gap = following(decay, gap);
            at += gap;
        }
        at >= span
    };
    let (mut low, mut high) = (0.0, span / (readings + 1) as f64);
    for _ in 0..50 {
        let first = (low + high) / 2.0;
        *(if fills(first) { &mut high } else { &mut low }) = first;
    }
    let (mut at, mut gap, mut waiting) = (0.0, high, 0.0);
    for reading in 0..=readings {
        let to = if reading == readings { span } else { at + gap };
        waiting += waited(decay, at, to);
        (at, gap) = (to, following(decay, gap));
    }
    (waiting, high)
}

/// ∫ e^(−ks) (to − s) ds from one reading to the next.
fn waited(decay: f64, from: f64, to: f64) -> f64 {
    let gap = to - from;
    let turns = decay * gap;
    // For a short gap the two terms are all but equal, and their series is exact.
    let waited = if turns < 1e-3 {
        gap * gap * (0.5 - turns / 6.0 + turns * turns / 24.0)
    } else {
        (gap - integral(decay, gap)) / decay
    };
    waited * (-decay * from).exp()
}
