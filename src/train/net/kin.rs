//! Where pieces begin: words that stand in like company begin alike, and a piece as the words that hold it do.
//!
//! How much oftener than by chance two words stand near one another (positive pointwise mutual information; Levy and Goldberg,
//! 2014) is a great table, of which the few directions that say most are found by orthogonal iteration.

use std::collections::BTreeMap;

use crate::domain::judge::train::{Pieces, WIDTH};
use crate::train::random::Random;

/// The words of a comment, each by its hash, and their pieces.
#[derive(Debug)]
pub(in crate::train) struct Words<'a> {
    pub(in crate::train) hashes: &'a [u64],
    pub(in crate::train) pieces: &'a Pieces,
}

/// A word that fewer comments hold has no company to speak of.
const FEWEST: u32 = 3;

/// What two words count that stand one, two, three, four and five words apart.
const NEAR: [u32; 5] = [60, 30, 20, 15, 12];

/// Frequent words are rarer company than they are words (Levy, Goldberg and Dagan, 2015, for one of the two).
const SMOOTH: f64 = 0.875;

/// How often the directions are turned towards where they say most.
const TURNS: usize = 8;

/// How great the numbers of a piece are at first, and how much of that is chance.
const GREAT: f32 = 0.3;
const CHANCE: f32 = 0.05;

/// The pieces' first numbers.
pub(super) fn pieces(company: &[Words<'_>], rows: usize, random: &mut Random) -> Vec<[f32; WIDTH]> {
    let known = known(company);
    let mut directions: Vec<[f32; WIDTH]> =
        (0..known.len()).map(|_| std::array::from_fn(|_| random.even())).collect();
    let near = Near::of(company, &known);
    orthogonal(&mut directions);
    for _ in 0..TURNS {
        directions = near.times(&directions);
        orthogonal(&mut directions);
    }
    let turned = near.times(&directions);
    let reach: [f32; WIDTH] = std::array::from_fn(|at| {
        directions.iter().zip(&turned).map(|(one, other)| one[at] * other[at]).sum::<f32>().abs().sqrt()
    });
    let mut sizes = 0.0;
    for word in &mut directions {
        word.iter_mut().zip(&reach).for_each(|(number, reach)| *number *= reach);
        sizes += word.iter().map(|number| number * number).sum::<f32>();
    }
    let unit = GREAT / (sizes / (WIDTH * known.len().max(1)) as f32).sqrt().max(f32::MIN_POSITIVE);
    let mut begun = vec![([0.0; WIDTH], 0.0_f32); rows];
    let mut told = vec![false; known.len()];
    for words in company {
        for (hash, pieces) in words.hashes.iter().zip(words.pieces.words()) {
            let Some((at, count)) = known.get(hash) else { continue };
            if std::mem::replace(&mut told[*at as usize], true) {
                continue;
            }
            let weight = (*count as f32).ln_1p();
            for piece in pieces {
                let (sum, all) = &mut begun[*piece as usize];
                sum.iter_mut()
                    .zip(&directions[*at as usize])
                    .for_each(|(sum, number)| *sum += weight * unit * number);
                *all += weight;
            }
        }
    }
    begun.into_iter().map(|(sum, all)| sum.map(|sum| sum / all.max(1.0) + CHANCE * random.even())).collect()
}

/// The words with company, each with its place and the number of its comments.
fn known(company: &[Words<'_>]) -> BTreeMap<u64, (u32, u32)> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for words in company {
        words.hashes.iter().for_each(|hash| *counts.entry(*hash).or_default() += 1);
    }
    counts.retain(|_, count| *count >= FEWEST);
    counts.into_iter().zip(0..).map(|((hash, count), at)| (hash, (at, count))).collect()
}

/// Which words stand near which, and how much oftener than by chance: rows one after the other.
struct Near {
    ends: Vec<usize>,
    cells: Vec<(u32, f32)>,
}

impl Near {
    fn of(company: &[Words<'_>], known: &BTreeMap<u64, (u32, u32)>) -> Self {
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        for words in company {
            let places: Vec<Option<u64>> =
                words.hashes.iter().map(|hash| known.get(hash).map(|(at, _)| u64::from(*at))).collect();
            for (at, one) in places.iter().enumerate() {
                for (other, count) in places[at + 1..].iter().zip(NEAR) {
                    if let (Some(one), Some(other)) = (one, other) {
                        pairs.push((one << 32 | other, count));
                        pairs.push((other << 32 | one, count));
                    }
                }
            }
        }
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        pairs.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1 += next.1;
            }
            same
        });
        let mut sums = vec![0.0_f64; known.len()];
        pairs.iter().for_each(|(pair, count)| sums[(pair >> 32) as usize] += f64::from(*count));
        let all: f64 = sums.iter().sum();
        let smooth: f64 = sums.iter().map(|sum| sum.powf(SMOOTH)).sum();
        let chance: Vec<f64> = sums.iter().map(|sum| sum.powf(SMOOTH) / smooth).collect();
        let mut near = Near { ends: vec![0; known.len()], cells: Vec::new() };
        for (pair, count) in pairs {
            let (one, other) = ((pair >> 32) as usize, pair as u32);
            let more = f64::from(count) / all / (chance[one] * chance[other as usize]);
            if more > 1.0 {
                near.cells.push((other, more.ln() as f32));
                near.ends[one] = near.cells.len();
            }
        }
        // A word without company ends where the one before it does.
        for at in 1..near.ends.len() {
            near.ends[at] = near.ends[at].max(near.ends[at - 1]);
        }
        near
    }

    fn times(&self, directions: &[[f32; WIDTH]]) -> Vec<[f32; WIDTH]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let row = |(start, end): (usize, &usize)| {
            let mut sum = [0.0; WIDTH];
            for (other, more) in &self.cells[start..*end] {
                sum.iter_mut()
                    .zip(&directions[*other as usize])
                    .for_each(|(sum, number)| *sum += more * number);
            }
            sum
        };
        starts.zip(&self.ends).map(row).collect()
    }
}

/// Makes the directions orthogonal and of length one (Gram and Schmidt).
fn orthogonal(directions: &mut [[f32; WIDTH]]) {
    for at in 0..WIDTH {
        for before in 0..at {
            let along: f32 = directions.iter().map(|word| word[at] * word[before]).sum();
            directions.iter_mut().for_each(|word| word[at] -= along * word[before]);
        }
        let length =
            directions.iter().map(|word| word[at] * word[at]).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        directions.iter_mut().for_each(|word| word[at] /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_like_company_begin_alike() {
        // 1 and 2 stand beside 10 to 12, 3 beside 20 to 22.
        let mut random = Random(5);
        let comments: Vec<Vec<u64>> = (0..600)
            .map(|n| {
                let word = [1, 2, 3][n % 3];
                let company = if word == 3 { 20 } else { 10 };
                vec![company + random.below(3) as u64, word, company + random.below(3) as u64]
            })
            .collect();
        let pieces: Vec<Pieces> = comments.iter().map(|words| Pieces::of_rows(words)).collect();
        let company: Vec<Words<'_>> =
            comments.iter().zip(&pieces).map(|(hashes, pieces)| Words { hashes, pieces }).collect();
        let begun = super::pieces(&company, 32, &mut random);
        let apart = |one: usize, other: usize| {
            begun[one].iter().zip(&begun[other]).map(|(one, other)| (one - other).powi(2)).sum::<f32>()
        };
        assert!(4.0 * apart(1, 2) < apart(1, 3), "{} {}", apart(1, 2), apart(1, 3));
    }
}
