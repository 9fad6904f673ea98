//! Fitting the net: its pieces begin where words that stand in like company begin alike ([`kin`]), and all weights are then pulled
//! ([`back`]) towards what the labels say, a few hundred comments at a time ([`step`]).
//!
//! Comments are parted among threads in slices that do not depend on how many there are, and what the slices say is added up in
//! their order, so the same comments and seed give the same weights to the bit.

mod back;
mod kin;
mod step;

use std::collections::BTreeMap;

use super::random::Random;
use super::settle::bytes;
use crate::domain::judge::train::{
    DENSE, Dense, NETS, PIECE_BITS, POOLED, Pieces, Tongue, WIDTH, logistic, norm,
};
use back::{Pull, pull};
pub(super) use kin::Words;
use step::Steps;

/// How often every comment is seen.
const PASSES: u32 = 4;

/// So many comments make a step, in so many slices.
const BATCH: usize = 256;
const SLICES: usize = 8;

/// A comment as the net learns it.
#[derive(Debug)]
pub(super) struct Lesson<'a> {
    /// What was read in it.
    pub(super) pieces: &'a Pieces,
    /// Whether any clause applies.
    pub(super) yes: bool,
    /// How much it counts.
    pub(super) weight: f32,
    /// Where it is from.
    pub(super) source: &'a str,
    /// In what it is written.
    pub(super) tongue: Tongue,
}

/// A net as it was fitted.
#[derive(Debug)]
struct Fitted {
    pieces: Vec<[f32; WIDTH]>,
    dense: Dense,
}

impl Fitted {
    /// The log-odds that it gives a comment.
    fn score(&self, pieces: &Pieces) -> f32 {
        let words: Vec<_> = pieces.words().map(|rows| self.word(rows)).collect();
        self.dense.look(&words, &[1.0; POOLED]).score
    }

    fn word(&self, rows: &[u32]) -> [f32; WIDTH] {
        let mut sum = [0.0; WIDTH];
        for row in rows {
            sum.iter_mut().zip(&self.pieces[*row as usize]).for_each(|(sum, number)| *sum += number);
        }
        sum.map(|sum| norm(rows.len() as u32) * sum)
    }
}

/// All nets.
#[derive(Debug)]
pub(super) struct Nets([Fitted; NETS]);

impl Nets {
    /// Fits them, each begun elsewhere. `company` is what the words of the same comments are, by which they begin.
    pub(super) fn fit(lessons: &[Lesson<'_>], company: &[Words<'_>], seed: u64) -> Self {
        Nets(std::array::from_fn(|at| fit(lessons, company, seed + at as u64)))
    }

    /// The mean of the log-odds that they give a comment.
    pub(super) fn score(&self, pieces: &Pieces) -> f32 {
        self.0.iter().map(|net| net.score(pieces)).sum::<f32>() / NETS as f32
    }

    /// What a number of a piece is worth in each of them, and all their pieces in a byte a number, one net's after the other's.
    pub(super) fn quantised(&self) -> ([f32; NETS], Vec<i8>) {
        let mut all = Vec::new();
        let units = self.0.each_ref().map(|net| {
            let (unit, bytes) = bytes(net.pieces.as_flattened());
            all.extend(bytes);
            unit
        });
        (units, all)
    }

    /// Their other weights.
    pub(super) fn dense(&self) -> [&Dense; NETS] {
        self.0.each_ref().map(|net| &net.dense)
    }
}

fn fit(lessons: &[Lesson<'_>], company: &[Words<'_>], seed: u64) -> Fitted {
    let mut random = Random(seed);
    let pieces = kin::pieces(company, 1 << PIECE_BITS, &mut random);
    let mut fitted = Fitted { pieces, dense: beginning(&mut random) };
    let expected = expected(lessons);
    let steps = (lessons.len() / BATCH) as u32 * PASSES;
    let mut step = Steps::new(&fitted, steps);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    for _ in 0..PASSES {
        random.shuffle(&mut order);
        for batch in order.chunks_exact(BATCH) {
            let seed = random.below(usize::MAX) as u64;
            let pulled = pulled(&fitted, lessons, &expected, batch, seed);
            step.take(&mut fitted, pulled, BATCH);
        }
    }
    fitted
}

/// What every slice of a batch pulls at the weights, in their order.
fn pulled(
    fitted: &Fitted,
    lessons: &[Lesson<'_>],
    expected: &[f32],
    batch: &[usize],
    seed: u64,
) -> Vec<Pull> {
    let slice = |(number, slice): (usize, &[usize])| {
        let mut random = Random(seed ^ ((number as u64 + 1) << 32));
        let mut pulled = Pull::none();
        for at in slice {
            pull(fitted, &lessons[*at], expected[*at], &mut random, &mut pulled);
        }
        pulled
    };
    let slices: Vec<(usize, &[usize])> = batch.chunks(BATCH / SLICES).enumerate().collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(SLICES);
    std::thread::scope(|scope| {
        let parts: Vec<_> = slices
            .chunks(SLICES.div_ceil(threads))
            .map(|part| scope.spawn(move || part.iter().copied().map(slice).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("pulling does not panic")).collect()
    })
}

/// The log-odds that a comment of its source and language breaks a clause, as far as they are taken as known: by a third.
fn expected(lessons: &[Lesson<'_>]) -> Vec<f32> {
    const KNOWN: f32 = 1.0 / 3.0;
    /// A small source is taken to be like all, by as much as so many comments say.
    const DOUBT: f32 = 5.0;
    let all = lessons.iter().filter(|lesson| lesson.yes).count() as f32 / lessons.len().max(1) as f32;
    let mut shares: BTreeMap<(&str, Tongue), (f32, f32)> = BTreeMap::new();
    for lesson in lessons {
        let (yes, of) = shares.entry((lesson.source, lesson.tongue)).or_insert((DOUBT * all, DOUBT));
        (*yes, *of) = (*yes + f32::from(u8::from(lesson.yes)), *of + 1.0);
    }
    let odds = |lesson: &Lesson<'_>| {
        let (yes, of) = shares[&(lesson.source, lesson.tongue)];
        let share = (yes / of).clamp(0.02, 0.98);
        KNOWN * (share / (1.0 - share)).ln()
    };
    lessons.iter().map(odds).collect()
}

/// Where the other weights begin: small, and so that what comes out of each layer is about as great as what went in.
fn beginning(random: &mut Random) -> Dense {
    let mut dense = Dense::new(std::iter::repeat_n(0.0, DENSE));
    for weights in [&mut dense.filters, &mut dense.inner] {
        let inputs = weights.len() / 64;
        let reach = (3.0 / inputs as f32).sqrt();
        weights.iter_mut().for_each(|weight| *weight = reach * random.even());
    }
    dense.eyes.iter_mut().for_each(|weight| *weight = 0.17 * random.even());
    let units = dense.last.len() - 1;
    dense.last[..units].iter_mut().for_each(|weight| *weight = 0.17 * random.even());
    dense.last[units] = -1.0;
    dense
}

/// What is lost by a probability where the label says `yes`: how far the score is to be moved, and which way.
fn miss(score: f32, yes: bool) -> f32 {
    logistic(score) - f32::from(u8::from(yes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::judge::Judge;
    use crate::domain::judge::train::{CommonWords, Seeing};
    use crate::domain::policy::{Bundle, Policy};

    fn seen(texts: &[String]) -> Vec<Seeing> {
        let policy = Policy::parse(&Bundle::shipped()).unwrap();
        let judge = Judge::that_reads(&policy, CommonWords::default());
        texts.iter().map(|text| judge.seen(text)).collect()
    }

    fn company(seen: &[Seeing]) -> Vec<Words<'_>> {
        seen.iter().map(|seen| Words { hashes: &seen.words, pieces: &seen.pieces }).collect()
    }

    /// `bad` is a breach and `not bad` is none: no sum of what the two words say can tell that from `not good` and `good`.
    #[test]
    fn what_two_words_say_together_is_learned() {
        let said = [("good", false), ("bad", true), ("not good", true), ("not bad", false)];
        let texts: Vec<String> = (0..2_048).map(|n| said[n % 4].0.to_owned()).collect();
        let seen = seen(&texts);
        let lessons: Vec<Lesson<'_>> =
            seen.iter().enumerate().map(|(n, seen)| lesson(&seen.pieces, said[n % 4].1)).collect();
        let many: Vec<Lesson<'_>> = (0..4).flat_map(|_| lessons.iter().map(copy)).collect();
        let fitted = fit(&many, &company(&seen), 3);
        for (at, (said, yes)) in said.iter().enumerate() {
            assert_eq!(fitted.score(&seen[at].pieces) > 0.0, *yes, "{said}");
        }
    }

    #[test]
    fn the_same_lessons_and_seed_give_the_same_weights() {
        let texts: Vec<String> = (0..2 * BATCH).map(|n| format!("good number{}", n % 7)).collect();
        let seen = seen(&texts);
        let lessons: Vec<Lesson<'_>> =
            seen.iter().enumerate().map(|(n, seen)| lesson(&seen.pieces, n % 3 == 0)).collect();
        let fitted = || fit(&lessons, &company(&seen), 3);
        assert_eq!(fitted().pieces, fitted().pieces);
    }

    fn lesson(pieces: &Pieces, yes: bool) -> Lesson<'_> {
        Lesson { pieces, yes, weight: 1.0, source: "x", tongue: Tongue::Latin }
    }

    fn copy<'a>(lesson: &Lesson<'a>) -> Lesson<'a> {
        Lesson { ..*lesson }
    }
}
