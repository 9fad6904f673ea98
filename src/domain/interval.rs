//! How sure a rate is that was counted in a sample: the exact bounds of Clopper and Pearson (1934).

use serde::Serialize;

/// A rate as it was seen in a sample, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// How many were such.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// Between which rates the true one lies, in 95 samples of 100; from 0 to 1 where nothing was counted.
    pub low: f64,
    /// The upper of both.
    pub high: f64,
}

impl Rate {
    /// The rate that was seen `count` times in `of`.
    pub fn of(count: u64, of: u64) -> Self {
        let low = if of == 0 { 0.0 } else { 1.0 - upper_bound(of - count, of, 0.025) };
        Rate { count, of, low, high: upper_bound(count, of, 0.025) }
    }

    /// The rate of all that were not such.
    pub fn of_others(self) -> Self {
        Rate { count: self.of - self.count, of: self.of, low: 1.0 - self.high, high: 1.0 - self.low }
    }
}

/// The one-sided upper bound of a rate that was seen `hits` times in `of`: the rate at which so few hits have a chance of
/// `chance`. 1 where nothing was counted.
pub fn upper_bound(hits: u64, of: u64, chance: f64) -> f64 {
    if hits >= of {
        return 1.0;
    }
    let (mut low, mut high) = (hits as f64 / of as f64, 1.0);
    for _ in 0..60 {
        let rate = (low + high) / 2.0;
        if chance_of_at_most(hits, of, rate) > chance { low = rate } else { high = rate }
    }
    high
}

/// The binomial distribution, by its logarithms.
fn chance_of_at_most(hits: u64, of: u64, rate: f64) -> f64 {
    let mut ways = 0.0_f64;
    let mut chance = 0.0;
    for k in 0..=hits {
        if k > 0 {
            ways += ((of - k + 1) as f64 / k as f64).ln();
        }
        chance += (ways + k as f64 * rate.ln() + (of - k) as f64 * (-rate).ln_1p()).exp();
    }
    chance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_agree_with_the_tables() {
        // With no hit the bound is 1 - 0.05^(1/n); for a small rate the hits are Poisson's, and 3 of them bound 7.754.
        assert!((upper_bound(0, 598, 0.05) - (1.0 - 0.05_f64.powf(1.0 / 598.0))).abs() < 1e-9);
        assert!((upper_bound(3, 170_000, 0.05) * 170_000.0 - 7.754).abs() < 1e-2);
        assert_eq!(upper_bound(4, 4, 0.05), 1.0);
    }

    #[test]
    fn an_interval_agrees_with_the_tables_and_turns_with_its_rate() {
        // The published interval of 1 in 50: 0.05 % to 10.65 %.
        let seen = Rate::of(1, 50);
        assert!((seen.low - 0.000_506).abs() < 1e-6 && (seen.high - 0.106_47).abs() < 1e-5, "{seen:?}");
        let others = seen.of_others();
        assert_eq!((others.count, others.of), (49, 50));
        let counted = Rate::of(49, 50);
        assert!((others.low - counted.low).abs() < 1e-12 && (others.high - counted.high).abs() < 1e-12);
        assert_eq!(Rate::of(0, 50).low, 0.0);
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        let nothing = Rate::of(0, 0);
        assert_eq!((nothing.low, nothing.high), (0.0, 1.0));
    }
}
