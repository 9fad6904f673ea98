//! Which words of a text speak for a breach, and which against it.

use std::ops::Range;

use super::features::Seen;
use super::{Model, Sight, norm};

/// A word of the original text and what it weighs.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::domain::judge) struct Weighed {
    /// Its bytes, on character borders.
    pub(in crate::domain::judge) bytes: Range<usize>,
    /// How much it adds to the score, in units of log-odds; below zero where it speaks against.
    pub(in crate::domain::judge) weight: f32,
}

impl Model {
    /// What each word adds to the score that any clause applies. A feature that reaches over several words counts for each
    /// in equal parts; what the policy's lists found is told by them. Where the nets are `asked` the words count for less, and the
    /// rest is what [`Model::nets_add`] says.
    pub(in crate::domain::judge) fn weigh(&self, sight: &Sight<'_>, asked: bool) -> Vec<Weighed> {
        let words: Vec<Range<usize>> = words(sight.written).collect();
        // For each byte, the first word that ends after it: asked for hundreds of features.
        let mut word_at = Vec::with_capacity(sight.written.len() + 1);
        for (number, word) in words.iter().enumerate() {
            word_at.resize(word.end, number as u32);
        }
        word_at.resize(sight.written.len() + 1, words.len() as u32);
        let mut sums = vec![0.0_f64; words.len()];
        let features = sight.each(|hash, seen| {
            let (view, bytes) = match seen {
                Seen::Found => return,
                Seen::Written(bytes) => (None, bytes),
                Seen::Words(bytes) => (Some(sight.words), bytes),
                Seen::Spoken(bytes) => (sight.spoken, bytes),
            };
            let bytes = match view {
                Some(_) if bytes.is_empty() => return,
                Some(view) => view.original(bytes),
                None => bytes,
            };
            let first = word_at[bytes.start] as usize;
            let touched = words[first..].iter().take_while(|word| word.start < bytes.end).count();
            let weight = f64::from(self.long(hash)) / touched.max(1) as f64;
            sums[first..first + touched].iter_mut().for_each(|sum| *sum += weight);
        });
        let share = if asked { self.nets.form.any.linear } else { 1.0 };
        let unit = f64::from(share * self.any.scale * norm(features));
        let weighed = words.into_iter().zip(sums);
        weighed.map(|(bytes, sum)| Weighed { bytes, weight: (sum * unit) as f32 }).collect()
    }

    /// What the nets add to the score that any clause applies, in units of log-odds, where this is what they said.
    pub(in crate::domain::judge) fn nets_add(&self, said: f32) -> f32 {
        self.nets.form.any.net * said
    }
}

/// The words of a text, as white space parts them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}
