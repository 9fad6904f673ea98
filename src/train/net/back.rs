//! Which way a comment pulls at each weight: the chain rule, from its score back to the pieces of its words.

use super::{Fitted, Lesson, miss};
use crate::domain::judge::train::{
    DENSE, Dense, EYES, FILTERS, HIDDEN, POOLED, Seen, WIDTH, WINDOW, dot, norm,
};
use crate::train::random::Random;

/// Of a hundred pieces, words, numbers of a word, and numbers of what is left, so many are withheld at a time, lest the net learn
/// comments by heart.
const PIECES: usize = 50;
const WORDS: usize = 15;
const NUMBERS: usize = 20;
const LEFT: usize = 30;

/// What some comments pull at.
#[derive(Debug)]
pub(super) struct Pull {
    pub(super) dense: Dense,
    /// Pieces, and what each of them is pulled by.
    pub(super) words: Vec<(Vec<u32>, [f32; WIDTH])>,
}

impl Pull {
    pub(super) fn none() -> Self {
        Pull { dense: Dense::new(std::iter::repeat_n(0.0, DENSE)), words: Vec::new() }
    }
}

/// Adds what one comment pulls at.
pub(super) fn pull(fitted: &Fitted, lesson: &Lesson<'_>, expected: f32, random: &mut Random, to: &mut Pull) {
    let numbers: [f32; WIDTH] = std::array::from_fn(|_| random.kept(NUMBERS));
    let left: [f32; POOLED] = std::array::from_fn(|_| random.kept(LEFT));
    let mut rows: Vec<Vec<u32>> = Vec::new();
    for word in lesson.pieces.words() {
        let withheld = random.below(100) < WORDS;
        let kept = |_: &&u32| !withheld && random.below(100) >= PIECES;
        rows.push(word.iter().filter(kept).copied().collect());
    }
    let words: Vec<[f32; WIDTH]> = rows
        .iter()
        .map(|rows| {
            let mut word = fitted.word(rows);
            word.iter_mut().zip(&numbers).for_each(|(number, kept)| *number *= kept);
            word
        })
        .collect();
    let seen = fitted.dense.look(&words, &left);
    let miss = lesson.weight * miss(seen.score + expected, lesson.yes);
    let pulled = back(&fitted.dense, &words, &seen, &left, miss, &mut to.dense);
    for (rows, mut pulled) in rows.into_iter().zip(pulled).filter(|(rows, _)| !rows.is_empty()) {
        let share = norm(rows.len() as u32);
        pulled.iter_mut().zip(&numbers).for_each(|(pulled, kept)| *pulled *= share * kept);
        to.words.push((rows, pulled));
    }
}

/// Adds to `to` what a miss pulls at the weights; what it pulls at the words.
fn back(
    dense: &Dense,
    words: &[[f32; WIDTH]],
    seen: &Seen,
    left: &[f32; POOLED],
    miss: f32,
    to: &mut Dense,
) -> Vec<[f32; WIDTH]> {
    let hidden: [f32; HIDDEN] =
        std::array::from_fn(|unit| if seen.hidden[unit] > 0.0 { miss * dense.last[unit] } else { 0.0 });
    to.last.iter_mut().zip(&seen.hidden).for_each(|(to, value)| *to += miss * value);
    to.last[HIDDEN] += miss;
    to.inner_bias.iter_mut().zip(&hidden).for_each(|(to, pull)| *to += pull);
    let mut pooled = [0.0; POOLED];
    let weights = dense.inner.as_chunks::<HIDDEN>().0.iter().zip(to.inner.as_chunks_mut::<HIDDEN>().0);
    for ((pooled, (weights, to)), (value, left)) in
        pooled.iter_mut().zip(weights).zip(seen.pooled.iter().zip(left))
    {
        if *left > 0.0 {
            *pooled = left * dot(weights, &hidden);
            to.iter_mut().zip(&hidden).for_each(|(to, pull)| *to += value * pull);
        }
    }
    let filtered = back_to_filters(dense, seen, &pooled, to);
    let mut pulled = vec![[0.0; WIDTH]; words.len()];
    let rows = dense.filters.as_chunks::<FILTERS>().0;
    let to_rows = to.filters.as_chunks_mut::<FILTERS>().0;
    for (at, mut pull) in filtered.into_iter().enumerate() {
        pull.iter_mut()
            .zip(&seen.filtered[at])
            .filter(|(_, value)| **value <= 0.0)
            .for_each(|(pull, _)| *pull = 0.0);
        to.filter_bias.iter_mut().zip(&pull).for_each(|(to, pull)| *to += pull);
        for (place, word) in beside(words, at) {
            let here = at + place - 1;
            for (number, value) in word.iter().enumerate() {
                let row = place * WIDTH + number;
                pulled[here][number] += dot(&rows[row], &pull);
                to_rows[row].iter_mut().zip(&pull).for_each(|(to, pull)| *to += value * pull);
            }
        }
    }
    pulled
}

/// From what is left of the text back to what the filters saw at each word.
fn back_to_filters(
    dense: &Dense,
    seen: &Seen,
    pooled: &[f32; POOLED],
    to: &mut Dense,
) -> Vec<[f32; FILTERS]> {
    let mut filtered = vec![[0.0; FILTERS]; seen.filtered.len()];
    if filtered.is_empty() {
        return filtered;
    }
    for (filter, at) in seen.greatest.iter().enumerate() {
        filtered[*at][filter] += pooled[filter];
    }
    for eye in 0..EYES {
        let mean: &[f32] = &pooled[(1 + eye) * FILTERS..][..FILTERS];
        let weights = &dense.eyes[eye * FILTERS..][..FILTERS];
        let to = &mut to.eyes[eye * FILTERS..][..FILTERS];
        let gains: Vec<f32> = seen.filtered.iter().map(|seen| dot(seen, mean)).collect();
        let all: f32 = gains.iter().zip(&seen.attended[eye]).map(|(gain, attended)| gain * attended).sum();
        for ((pull, saw), (gain, attended)) in
            filtered.iter_mut().zip(&seen.filtered).zip(gains.iter().zip(&seen.attended[eye]))
        {
            let more = attended * (gain - all);
            for filter in 0..FILTERS {
                pull[filter] += attended * mean[filter] + more * weights[filter];
                to[filter] += more * saw[filter];
            }
        }
    }
    filtered
}

/// The words that stand in the window around a place, with their places in it.
fn beside(words: &[[f32; WIDTH]], at: usize) -> impl Iterator<Item = (usize, &[f32; WIDTH])> {
    (0..WINDOW).filter_map(move |place| Some((place, words.get((at + place).checked_sub(WINDOW / 2)?)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(count: usize, size: f32, random: &mut Random) -> Vec<f32> {
        (0..count).map(|_| size * random.even()).collect()
    }

    /// What is lost by these weights and words, whose label says no.
    fn lost(dense: &Dense, words: &[[f32; WIDTH]], left: &[f32; POOLED]) -> f64 {
        f64::from(dense.look(words, left).score).exp().ln_1p()
    }

    #[test]
    fn what_is_pulled_at_is_what_a_small_change_of_it_loses() {
        let mut random = Random(7);
        let dense = Dense::new(scattered(DENSE, 0.3, &mut random).into_iter());
        let words: Vec<[f32; WIDTH]> = (0..5).map(|_| std::array::from_fn(|_| random.even())).collect();
        let left: [f32; POOLED] = std::array::from_fn(|_| random.kept(LEFT));
        let seen = dense.look(&words, &left);
        let mut to = Pull::none().dense;
        let pulled = back(&dense, &words, &seen, &left, miss(seen.score, false), &mut to);
        let step = 1e-3;
        let near = |found: f32, lost: f64, what: &str| {
            assert!((f64::from(found) - lost).abs() < 0.02 * (1.0 + lost.abs()), "{what}: {found}, {lost}");
        };
        for part in 0..dense.parts().len() {
            for at in (0..dense.parts()[part].len()).step_by(97) {
                let moved = |by: f32| {
                    let mut dense = dense.clone();
                    dense.parts_mut()[part][at] += by;
                    lost(&dense, &words, &left)
                };
                near(to.parts()[part][at], (moved(step) - moved(-step)) / f64::from(2.0 * step), "a weight");
            }
        }
        for (at, number) in (0..words.len()).flat_map(|at| [(at, 0), (at, 13), (at, 31)]) {
            let moved = |by: f32| {
                let mut words = words.clone();
                words[at][number] += by;
                lost(&dense, &words, &left)
            };
            near(pulled[at][number], (moved(step) - moved(-step)) / f64::from(2.0 * step), "a word");
        }
    }
}
