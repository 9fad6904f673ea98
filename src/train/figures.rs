//! The figures by which a judge is measured.

use crate::domain::interval;

/// Average precision: the mean, over the breaches, of the precision at the score of each. Equal scores count as one.
pub(super) fn average_precision(scored: &[(f32, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let breaches = sorted.iter().filter(|(_, breach)| *breach).count();
    let (mut seen, mut hits, mut sum) = (0, 0, 0.0);
    for equal in sorted.chunk_by(|one, other| one.0 == other.0) {
        let new = equal.iter().filter(|(_, breach)| *breach).count();
        seen += equal.len();
        hits += new;
        sum += new as f64 * hits as f64 / seen as f64;
    }
    if breaches == 0 { f64::NAN } else { sum / breaches as f64 }
}

/// The mean of F1 on the breaches and F1 on the lawful, where scores from `bound` on are called breaches.
pub(super) fn macro_f1(scored: &[(f32, bool)], bound: f32) -> f64 {
    let count = |called: bool, breach: bool| {
        scored.iter().filter(|(score, is)| (*score >= bound) == called && *is == breach).count() as f64
    };
    let f1 = |class: bool| {
        let hit = count(class, class);
        2.0 * hit / (2.0 * hit + count(class, !class) + count(!class, class)).max(1.0)
    };
    (f1(true) + f1(false)) / 2.0
}

/// The one-sided upper 95 % bound of a rate that was seen `hits` times in `of`.
pub(super) fn upper_bound(hits: usize, of: usize) -> f64 {
    interval::upper_bound(hits as u64, of as u64, 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_order_has_an_average_precision_of_one_and_equal_scores_that_of_chance() {
        assert_eq!(average_precision(&[(0.9, true), (0.8, true), (0.1, false)]), 1.0);
        assert_eq!(average_precision(&[(0.5, true), (0.5, false), (0.5, false), (0.5, true)]), 0.5);
        assert!((average_precision(&[(0.9, true), (0.8, false), (0.7, true)]) - 5.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn macro_f1_counts_both_classes() {
        let scored = [(0.9, true), (0.2, true), (0.1, false), (0.7, false)];
        assert!((macro_f1(&scored, 0.5) - 0.5).abs() < 1e-12);
        assert_eq!(macro_f1(&scored[..1], 0.5), 0.5);
    }
}
