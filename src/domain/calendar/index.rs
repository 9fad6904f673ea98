//! Where a value falls among sorted ones, in the same time however many they are.
//!
//! The stretch that they span is cut into about as many buckets of one width as there are values. A bucket knows which
//! values lie in it; where a point falls is decided among those alone.

use std::ops::Range;

/// Buckets over sorted values that are kept elsewhere.
#[derive(Debug)]
pub(super) struct Index {
    /// Where the first bucket begins.
    origin: i64,
    /// A bucket is two to this power wide.
    shift: u32,
    /// How many values lie before each bucket; last, how many there are.
    before: Box<[u32]>,
}

impl Index {
    /// Over these values, in ascending order, none before `origin`.
    pub(super) fn over(
        origin: i64,
        values: impl DoubleEndedIterator<Item = i64> + ExactSizeIterator + Clone,
    ) -> Self {
        let count = values.len();
        let span = values.clone().next_back().map_or(0, |last| last - origin);
        let shift = (0..).find(|shift| span >> shift <= count as i64).expect("a span has 63 bits");
        let mut before = Vec::with_capacity(count + 2);
        for (rank, value) in (0..).zip(values) {
            // The buckets since the former value's, and this one's.
            before.resize(before.len().max(((value - origin) >> shift) as usize + 1), rank);
        }
        before.push(u32::try_from(count).expect("fewer intervals than two centuries have seconds"));
        Index { origin, shift, before: before.into() }
    }

    /// The numbers of the values in the bucket of `point`: all before them are less, all after them greater.
    pub(super) fn near(&self, point: i64) -> Range<usize> {
        let end = self.before.len() - 1;
        let bucket = usize::try_from((point - self.origin) >> self.shift).unwrap_or(0).min(end);
        self.before[bucket] as usize..self.before[(bucket + 1).min(end)] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_point_falls_where_a_search_of_all_values_puts_it(
            origin in -50_i64..50, mut values in prop::collection::vec(0_i64..2_000, 0..40), point in -100_i64..2_200,
        ) {
            values.iter_mut().for_each(|value| *value += origin);
            values.sort_unstable();
            let near = Index::over(origin, values.iter().copied()).near(point);
            let found = near.start + values[near].partition_point(|value| *value <= point);
            prop_assert_eq!(found, values.partition_point(|value| *value <= point));
        }
    }

    #[test]
    fn a_bucket_of_evenly_spread_values_holds_few() {
        let openings: Vec<i64> = (0..10_000).map(|day| day * 86_400).collect();
        let index = Index::over(0, openings.iter().copied());
        assert!(openings.iter().all(|opening| (1..=2).contains(&index.near(*opening).len())));
    }
}
