//! Which words of a text speak for a head, and which against it.

use std::ops::Range;

use super::features::{self, Seen};
use super::{Head, Model, norm};
use crate::domain::text::View;

/// A word of the original text and what it weighs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighed {
    /// Its bytes, on character borders.
    pub(crate) bytes: Range<usize>,
    /// How much it adds to the score, in units of log-odds; below zero where it speaks against.
    pub(crate) weight: f32,
}

impl Model {
    /// What each word adds to a head's score. A feature that reaches over several words counts for each in equal parts.
    pub(crate) fn weigh(&self, head: Head, original: &str, folded: &View, found: usize) -> Vec<Weighed> {
        let place = head.place();
        let words: Vec<Range<usize>> = words(original).collect();
        let mut sums = vec![0.0_f64; words.len()];
        let mut features = found as u32;
        features::read(original, folded, |row, seen| {
            features += 1;
            let weight = f64::from(self.row(row)[place] as i8);
            let bytes = match seen {
                Seen::Written(bytes) => bytes,
                Seen::Folded(bytes) if bytes.is_empty() => return,
                Seen::Folded(bytes) => folded.original(bytes),
            };
            let first = words.partition_point(|word| word.end <= bytes.start);
            let touched = words[first..].iter().take_while(|word| word.start < bytes.end).count();
            for sum in &mut sums[first..first + touched] {
                *sum += weight / touched as f64;
            }
        });
        let unit = f64::from(self.heads[place].scale * norm(features));
        let weighed = words.into_iter().zip(sums);
        weighed.map(|(bytes, sum)| Weighed { bytes, weight: (sum * unit) as f32 }).collect()
    }
}

/// The words of a text, as white space parts them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}
