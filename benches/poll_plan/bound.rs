//! The bound with hindsight: what no rule can beat that has as many calls each day, knows each post's rate, and not the
//! comments to come.
//!
//! Comments come as Poisson processes, so with the rates known nothing is learned by reading, and the best rule is a
//! timetable. The prices of a call, one for each day, take the posts apart (Lagrange): whatever they are, the sum over the
//! posts of the least *waiting + what the readings cost*, less what all calls of the days cost, is no more than any
//! timetable's waiting with so many calls a day. The highest such sum is the bound.
//!
//! The least waiting of one post with m readings at one price: moving a reading by dt makes what waits there wait dt longer
//! and what comes then be read by this reading and not the next, so n = λ·(the next gap), or with λ falling as e^(−kt),
//! (the next gap) = (e^(k·gap) − 1) / k. From the first gap follow the others, and the first is the one by which they fill
//! the time. Where prices change at midnight, a reading follows that rule or stands at midnight, at the lower of the two
//! prices: so a timetable is made of *stretches* from one reading at midnight to another, and each follows the rule.
//!
//! From [`EXACT`] readings on only stretches within one day are looked at, which makes the least too great by less than one
//! in ten thousand (a reading moved by half a gap at most, and those on either side made even), and it is taken as
//! (∫√λ)² / 2(m + 1), which is a little less than it is: in a gap g the comments wait ∫λ(s)(t − s) ds ≥ (g/2) ∫λ
//! (Chebyshev: both factors fall), and Cauchy and Schwarz do the rest.

use std::rc::Rc;

use super::run::Run;
use super::trace::{Kind, Post, integral, reaches};

/// Below how many readings a stretch may pass midnights, and its least waiting is reckoned exactly.
const EXACT: usize = 64;
const DAY: f64 = 24.0;
/// How often prices are mended, and by which power of what is asked for too much. A reading may move to the next day when
/// its price falls, so the whole of it would be too much; after thirty times the bound moves by less than one in a thousand.
const MENDED: usize = 40;
const MENDING: f64 = 0.4;

/// The bound of a trace.
pub(crate) struct Bound {
    /// The hours that its comments wait in sum, in expectation.
    pub(crate) waiting: f64,
    /// How long each comment waits, by a timetable that comes close to it.
    pub(crate) delays: Vec<f64>,
}

/// What can be reckoned of a post before any budget is known.
pub(crate) struct Course {
    decay: f64,
    /// Where it is counted from, the midnights after that, and the end.
    stations: Vec<f64>,
    /// Its rate at each of them.
    rates: Vec<f64>,
    /// By the station where it begins and the one where it ends.
    stretches: Vec<Vec<Rc<Stretch>>>,
}

/// From one reading at a station to another, at a first rate of one: for each number of readings between them.
type Stretch = Vec<Timing>;

struct Timing {
    waiting: f64,
    /// The first gap, from which the others follow.
    first: f64,
    /// How many of the readings are on each day from its first on.
    days: Box<[u8]>,
}

/// A stretch of a post's timetable: its stations, and the readings between them.
type Leg = (usize, usize, usize);

/// The courses of a trace's posts.
pub(crate) fn courses(kind: Kind, posts: &[Post]) -> Vec<Course> {
    let decay = posts.first().map_or(0.0, |post| post.decay);
    let days = (1..=(kind.end / DAY) as usize)
        .map(|days| Rc::new(stretch(decay, 0.0, days as f64 * DAY)))
        .collect::<Vec<_>>();
    posts.iter().map(|post| Course::new(kind, post, &days)).collect()
}

/// The bound with so many calls a day.
pub(crate) fn bound(kind: Kind, posts: &[Post], courses: &[Course], calls: u32) -> Bound {
    let calls = f64::from(calls);
    let first = (kind.counted_from / DAY) as usize;
    let mut prices = vec![1.0_f64; (kind.end / DAY) as usize];
    let (mut waiting, mut timetable) = (f64::MIN, Vec::new());
    for _ in 0..MENDED {
        let mut spent = vec![0.0; prices.len()];
        let mut least = -calls * prices[first..].iter().sum::<f64>();
        let legs: Vec<Vec<Leg>> = courses
            .iter()
            .map(|course| {
                let (cost, legs) = course.cheapest(&prices);
                least += cost;
                course.spend(&legs, &prices, &mut spent);
                legs
            })
            .collect();
        if least > waiting {
            (waiting, timetable) = (least, legs);
        }
        for (price, spent) in prices[first..].iter_mut().zip(&spent[first..]) {
            *price *= (spent / calls).clamp(0.1, 10.0).powf(MENDING);
        }
    }
    let mut run = Run::new(kind, posts);
    for (post, (course, legs)) in courses.iter().zip(&timetable).enumerate() {
        for at in legs.iter().flat_map(|leg| course.readings(*leg)) {
            run.read(post, at);
        }
    }
    Bound { waiting, delays: run.end() }
}

impl Course {
    /// Of a post, given the stretches that last some days, from midnight to midnight.
    fn new(kind: Kind, post: &Post, days: &[Rc<Stretch>]) -> Self {
        let from = post.born.max(kind.counted_from);
        let midnights = (1..).map(|day| f64::from(day) * DAY).skip_while(|at| *at <= from);
        let stations: Vec<f64> = std::iter::once(from)
            .chain(midnights.take_while(|at| *at < kind.end))
            .chain(std::iter::once(kind.end))
            .collect();
        let rates = stations.iter().map(|at| post.rate(*at)).collect();
        let first = stations[1..].iter().map(|to| Rc::new(stretch(post.decay, from, *to))).collect();
        let others = (1..stations.len()).map(|from| days[..stations.len() - 1 - from].to_vec());
        let stretches = std::iter::once(first).chain(others).collect();
        Self { decay: post.decay, stations, rates, stretches }
    }

    /// What waiting and readings cost at least at these prices, and by which stretches.
    fn cheapest(&self, prices: &[f64]) -> (f64, Vec<Leg>) {
        let mut best = vec![(0.0, (0, 0, 0))];
        for to in 1..self.stations.len() {
            let ways = (0..to).flat_map(|from| {
                let before: f64 = best[from].0;
                self.ways(from, to, prices).map(move |(cost, readings)| (before + cost, (from, to, readings)))
            });
            let (cost, leg) =
                ways.min_by(|one, other| one.0.total_cmp(&other.0)).expect("no reading at all is one way");
            best.push((cost + self.station(to, prices).map_or(0.0, |(_, price)| price), leg));
        }
        let last = best.len() - 1;
        let mut legs: Vec<Leg> =
            std::iter::successors(Some(best[last].1), |leg| (leg.0 > 0).then(|| best[leg.0].1)).collect();
        legs.reverse();
        (best[last].0, legs)
    }

    /// What each number of readings between two stations costs.
    fn ways<'c>(
        &'c self,
        from: usize,
        to: usize,
        prices: &'c [f64],
    ) -> impl Iterator<Item = (f64, usize)> + 'c {
        let prices = &prices[self.day(from)..];
        let exact = self.stretches[from][to - from - 1].iter().enumerate().map(move |(readings, timing)| {
            let calls = timing.days.iter().zip(prices).map(|(calls, price)| f64::from(*calls) * price);
            (self.rates[from] * timing.waiting + calls.sum::<f64>(), readings)
        });
        let roots = self.roots(from, to);
        let gaps = roots / (2.0 * prices[0]).sqrt();
        let many = [gaps.floor(), gaps.ceil()].map(|gaps| gaps.max(EXACT as f64 + 1.0));
        let many =
            many.map(|gaps| (roots * roots / (2.0 * gaps) + (gaps - 1.0) * prices[0], gaps as usize - 1));
        exact.chain(many.into_iter().filter(move |_| to == from + 1))
    }

    /// ∫√λ from one station to another.
    fn roots(&self, from: usize, to: usize) -> f64 {
        self.rates[from].sqrt() * integral(self.decay / 2.0, self.stations[to] - self.stations[from])
    }

    /// The day that begins, or goes on, at a station.
    fn day(&self, station: usize) -> usize {
        (self.stations[station] / DAY) as usize
    }

    /// Whose call a reading at this midnight is, and what it costs; nothing where the post begins and at the end.
    fn station(&self, station: usize, prices: &[f64]) -> Option<(usize, f64)> {
        let day = (0 < station && station + 1 < self.stations.len()).then(|| self.day(station))?;
        let day = if prices[day] < prices[day - 1] { day } else { day - 1 };
        Some((day, prices[day]))
    }

    /// Adds a timetable's calls to those of each day.
    fn spend(&self, legs: &[Leg], prices: &[f64], spent: &mut [f64]) {
        for &(from, to, readings) in legs {
            let days = &mut spent[self.day(from)..];
            match self.stretches[from][to - from - 1].get(readings) {
                Some(timing) => {
                    days.iter_mut().zip(&timing.days).for_each(|(day, calls)| *day += f64::from(*calls))
                }
                None => days[0] += readings as f64,
            }
            if let Some((day, _)) = self.station(to, prices) {
                spent[day] += 1.0;
            }
        }
    }

    fn readings(&self, (from, to, readings): Leg) -> Vec<f64> {
        let start = self.stations[from];
        let mut at: Vec<f64> = match self.stretches[from][to - from - 1].get(readings) {
            Some(timing) => times(self.decay, timing.first).take(readings).map(|at| start + at).collect(),
            None => {
                let all = integral(self.decay / 2.0, self.stations[to] - start);
                let part = |number: usize| all * number as f64 / (readings + 1) as f64;
                (1..=readings).map(|number| start + reaches(self.decay / 2.0, part(number))).collect()
            }
        };
        at.push(self.stations[to]);
        at
    }
}

/// When readings follow each other if this is the first gap.
fn times(decay: f64, first: f64) -> impl Iterator<Item = f64> {
    let gaps = std::iter::successors(Some(first), move |gap| Some(following(decay, *gap)));
    gaps.scan(0.0, |at, gap| {
        *at += gap;
        Some(*at)
    })
}

fn stretch(decay: f64, from: f64, to: f64) -> Stretch {
    (0..EXACT).map(|readings| timing(decay, from, to, readings)).collect()
}

/// So many readings between one at `from` and one at `to`.
fn timing(decay: f64, from: f64, to: f64, readings: usize) -> Timing {
    let (waiting, first) = least(decay, to - from, readings);
    let day = |at: f64| (at / DAY) as usize;
    let mut days = vec![0; day(to) - day(from) + 1];
    times(decay, first).take(readings).for_each(|at| days[day((from + at).min(to)) - day(from)] += 1);
    Timing { waiting, first, days: days.into() }
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
