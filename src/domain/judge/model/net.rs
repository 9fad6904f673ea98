//! A small net over words, asked where the linear model leaves it open whether a clause applies.
//!
//! A sum says what each word says, and cannot say what several say together. The net reads a comment word by word. A word is
//! the mean of its pieces: itself, and every three and four letters of it in a row, so one that was never learned still looks
//! like its kin. Filters look at three words in a row; of what they see the greatest is kept, and four means beside, each
//! weighed by what it attends to; and two layers make a score of that. What the policy's lists found stands behind the words,
//! as words do.
//!
//! Everything is added up in one order, so a text scores the same to the bit on any number of threads.

use serde::{Deserialize, Serialize};

use super::features::{Sight, piece, pieces};

/// Rows of the table of pieces, as a power of two.
pub(crate) const PIECE_BITS: u32 = 17;

/// Numbers that stand for a piece.
pub(crate) const WIDTH: usize = 32;

/// So many nets are asked, which began elsewhere, and their mean is the answer: each errs in its own way.
pub(crate) const NETS: usize = 2;

/// So many words in a row are looked at together.
pub(crate) const WINDOW: usize = 3;

/// So many filters look at them.
pub(crate) const FILTERS: usize = 64;

/// So many means are taken, each with an attention of its own.
pub(crate) const EYES: usize = 4;

/// What is left of a text of any length.
pub(crate) const POOLED: usize = FILTERS * (1 + EYES);

/// Units between what is left and the score.
pub(crate) const HIDDEN: usize = 64;

/// Of more words the rest is not read: hardly a comment is as long.
const MOST_WORDS: usize = 128;

/// The words of a text by their pieces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pieces {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Pieces {
    pub(in crate::domain::judge) fn of(sight: &Sight<'_>) -> Self {
        let mut all = Pieces::default();
        for word in words(sight) {
            all.rows.extend(pieces(word).map(row));
            all.ends.push(all.rows.len());
        }
        for found in sight.found.iter().take(MOST_WORDS) {
            all.rows.push(row(piece(*found)));
            all.ends.push(all.rows.len());
        }
        all
    }

    /// Words of one piece each.
    #[cfg(test)]
    pub(crate) fn of_rows(rows: &[u64]) -> Self {
        Pieces { rows: rows.iter().map(|row| *row as u32).collect(), ends: (1..=rows.len()).collect() }
    }

    /// The rows of each word.
    pub(crate) fn words(&self) -> impl Iterator<Item = &[u32]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.rows[start..*end])
    }
}

/// Arabizi is read as it is spoken.
fn words<'a>(sight: &Sight<'a>) -> impl Iterator<Item = &'a str> {
    let view = sight.spoken.unwrap_or(sight.words);
    view.text().split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS)
}

/// The words that are read of a text, each by its hash.
#[cfg(any(test, feature = "train"))]
pub(in crate::domain::judge) fn word_hashes(sight: &Sight<'_>) -> Vec<u64> {
    words(sight).filter_map(|word| pieces(word).next()).collect()
}

fn row(hash: u64) -> u32 {
    (hash >> (u64::BITS - PIECE_BITS)) as u32
}

/// All weights but those of the pieces, or what they are pulled by while they are learned.
#[derive(Debug, Clone)]
pub(crate) struct Dense {
    /// `WINDOW · WIDTH` rows of `FILTERS`.
    pub(crate) filters: Vec<f32>,
    pub(crate) filter_bias: Vec<f32>,
    /// `EYES` rows of `FILTERS`.
    pub(crate) eyes: Vec<f32>,
    /// `POOLED` rows of `HIDDEN`.
    pub(crate) inner: Vec<f32>,
    pub(crate) inner_bias: Vec<f32>,
    /// `HIDDEN` of them, and the bias.
    pub(crate) last: Vec<f32>,
}

/// How many weights each part has.
const SIZES: [usize; 6] =
    [WINDOW * WIDTH * FILTERS, FILTERS, EYES * FILTERS, POOLED * HIDDEN, HIDDEN, HIDDEN + 1];

/// All of them.
pub(crate) const DENSE: usize = SIZES[0] + SIZES[1] + SIZES[2] + SIZES[3] + SIZES[4] + SIZES[5];

impl Dense {
    /// From all weights, part by part.
    pub(crate) fn new(mut weights: impl Iterator<Item = f32>) -> Self {
        let [filters, filter_bias, eyes, inner, inner_bias, last] =
            SIZES.map(|size| weights.by_ref().take(size).collect::<Vec<f32>>());
        Dense { filters, filter_bias, eyes, inner, inner_bias, last }
    }

    /// The same to be changed.
    #[cfg(any(test, feature = "train"))]
    pub(crate) fn parts_mut(&mut self) -> [&mut [f32]; 6] {
        let Dense { filters, filter_bias, eyes, inner, inner_bias, last } = self;
        [filters, filter_bias, eyes, inner, inner_bias, last]
    }

    /// Its parts, in the order of the file.
    #[cfg(any(test, feature = "train"))]
    pub(crate) fn parts(&self) -> [&[f32]; 6] {
        [&self.filters, &self.filter_bias, &self.eyes, &self.inner, &self.inner_bias, &self.last]
    }

    /// What it makes of the words of a text; of what is left of them, each number counts as often as `kept` says.
    pub(crate) fn look(&self, words: &[[f32; WIDTH]], kept: &[f32; POOLED]) -> Seen {
        let filtered = self.filtered(words);
        let mut pooled = [0.0; POOLED];
        let mut greatest = [0; FILTERS];
        for (at, seen) in filtered.iter().enumerate() {
            for (filter, value) in seen.iter().enumerate() {
                if at == 0 || *value > pooled[filter] {
                    (pooled[filter], greatest[filter]) = (*value, at);
                }
            }
        }
        let attended = std::array::from_fn(|eye| {
            let weights = attention(&self.eyes[eye * FILTERS..][..FILTERS], &filtered);
            let mean = &mut pooled[(1 + eye) * FILTERS..][..FILTERS];
            for (weight, seen) in weights.iter().zip(&filtered) {
                mean.iter_mut().zip(seen).for_each(|(sum, value)| *sum += weight * value);
            }
            weights
        });
        pooled.iter_mut().zip(kept).for_each(|(value, kept)| *value *= kept);
        let mut hidden = layer(&self.inner_bias, &self.inner, &pooled);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        let score = self.last[HIDDEN] + dot(&hidden, &self.last[..HIDDEN]);
        Seen { filtered, greatest, attended, pooled, hidden, score }
    }

    /// What the filters see at each word and the words beside it; beyond the text's ends there is nothing to be seen.
    fn filtered(&self, words: &[[f32; WIDTH]]) -> Vec<[f32; FILTERS]> {
        let nothing = [[0.0; WIDTH]; WINDOW / 2];
        let padded = [&nothing, words, &nothing].concat();
        let see = |window: &[[f32; WIDTH]]| layer(&self.filter_bias, &self.filters, window.as_flattened());
        padded.windows(WINDOW).map(|window| see(window).map(|value| value.max(0.0))).collect()
    }
}

/// So many numbers of a layer are added up at once: as many as stay in the processor's registers.
const LANES: usize = 32;

/// What comes out of a layer: its bias, and for each number that goes in its row of weights, so many times.
fn layer<const OUT: usize>(bias: &[f32], weights: &[f32], numbers: &[f32]) -> [f32; OUT] {
    let mut out = [0.0; OUT];
    for (part, out) in out.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums: [f32; LANES] = std::array::from_fn(|lane| bias[part * LANES + lane]);
        for (number, row) in numbers.iter().zip(weights.as_chunks::<OUT>().0) {
            let row = &row.as_chunks::<LANES>().0[part];
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += number * weight);
        }
        *out = sums;
    }
    out
}

/// The sum of the products, eight side by side.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (one, other) in one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0) {
        sums.iter_mut().zip(one.iter().zip(other)).for_each(|(sum, (one, other))| *sum += one * other);
    }
    sums.iter().sum()
}

/// What the net made of a text, step by step.
#[derive(Debug)]
#[cfg_attr(
    not(any(test, feature = "train")),
    expect(dead_code, reason = "only who learns asks how the score came about")
)]
pub(crate) struct Seen {
    pub(crate) filtered: Vec<[f32; FILTERS]>,
    /// At which word each filter saw most.
    pub(crate) greatest: [usize; FILTERS],
    /// How much each eye attends to each word; together one.
    pub(crate) attended: [Vec<f32>; EYES],
    pub(crate) pooled: [f32; POOLED],
    pub(crate) hidden: [f32; HIDDEN],
    pub(crate) score: f32,
}

fn attention(eye: &[f32], filtered: &[[f32; FILTERS]]) -> Vec<f32> {
    let scores: Vec<f32> = filtered.iter().map(|seen| dot(seen, eye)).collect();
    let greatest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut weights: Vec<f32> = scores.iter().map(|score| (score - greatest).exp()).collect();
    let all: f32 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= all);
    weights
}

/// How the nets are asked, and what their answer means beside the linear scores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetsForm {
    /// What a number of a piece is worth in each net.
    pub(crate) units: [f32; NETS],
    /// From which linear probability on that any clause applies they are asked. Below, a comment is lawful beyond doubt.
    pub(crate) asked_at: f32,
    /// What both say together: whether any clause applies, and the same at the second look.
    pub(crate) any: Mix,
    pub(crate) sure: Mix,
}

/// Log-odds out of two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mix {
    /// How much the linear score counts.
    pub(crate) linear: f32,
    /// How much the net's counts.
    pub(crate) net: f32,
    /// What is added.
    pub(crate) bias: f32,
}

impl Mix {
    pub(crate) fn odds(self, linear: f32, net: f32) -> f32 {
        self.bias + self.linear * linear + self.net * net
    }
}

/// The nets of a model's file.
#[derive(Debug, Clone)]
pub(super) struct Nets {
    pub(super) form: NetsForm,
    pub(super) dense: [Dense; NETS],
}

impl Nets {
    /// Scores a text; `table` holds the pieces of one net after the other.
    pub(super) fn score(&self, table: &[u8], pieces: &Pieces) -> f32 {
        let tables = table.chunks_exact(WIDTH << PIECE_BITS).zip(self.form.units).zip(&self.dense);
        tables.map(|((table, unit), dense)| score(table, unit, dense, pieces)).sum::<f32>() / NETS as f32
    }
}

fn score(table: &[u8], unit: f32, dense: &Dense, pieces: &Pieces) -> f32 {
    let (rows, _) = table.as_chunks::<WIDTH>();
    let word = |pieces: &[u32]| {
        let mut sums = [0_i32; WIDTH];
        // So few bytes in a row do not leave what two bytes hold, of which twice as many are added up at once.
        for pieces in pieces.chunks(256) {
            let mut some = [0_i16; WIDTH];
            for piece in pieces {
                let row = &rows[*piece as usize];
                some.iter_mut().zip(row).for_each(|(sum, number)| *sum += i16::from(*number as i8));
            }
            sums.iter_mut().zip(some).for_each(|(sum, some)| *sum += i32::from(some));
        }
        let unit = unit * super::norm(pieces.len() as u32);
        sums.map(|sum| unit * sum as f32)
    };
    let words: Vec<[f32; WIDTH]> = pieces.words().map(word).collect();
    dense.look(&words, &[1.0; POOLED]).score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;

    /// Weights without any order that is to be seen.
    fn scattered(count: usize) -> impl Iterator<Item = f32> {
        (0..count as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0 - 0.5)
    }

    fn score(text: &str) -> f32 {
        let mix = Mix { linear: 1.0, net: 1.0, bias: 0.0 };
        let form = NetsForm { units: [0.02; NETS], asked_at: 0.0, any: mix, sure: mix };
        let net = Nets { form, dense: [(); NETS].map(|()| Dense::new(scattered(DENSE))) };
        let table: Vec<u8> =
            scattered(NETS * (WIDTH << PIECE_BITS)).map(|weight| (weight * 200.0) as i8 as u8).collect();
        let words = fold(text).view;
        net.score(&table, &Pieces::of(&Sight { written: text, words: &words, spoken: None, found: &[] }))
    }

    #[test]
    fn the_order_of_words_counts() {
        assert_ne!(score("dog bites man"), score("man bites dog"));
        assert_eq!(score("dog bites man"), score("dog  bites   man"));
    }

    #[test]
    fn a_text_without_words_has_a_score_and_one_without_end_costs_no_more() {
        assert!(score("").is_finite());
        let most = "word ".repeat(MOST_WORDS);
        assert_eq!(score(&most), score(&(most.clone() + "and another thing")));
        assert!(score(&"x".repeat(100_000)).is_finite());
    }

    #[test]
    fn a_word_has_itself_and_its_letters_as_pieces() {
        let words = fold("cat 1999 2000").view;
        let sight = Sight { written: "", words: &words, spoken: None, found: &[7] };
        let pieces = Pieces::of(&sight);
        // Itself; ` ca`, `cat`, `at `; ` cat`, `cat `.
        assert_eq!(pieces.words().map(<[u32]>::len).collect::<Vec<_>>(), [6, 8, 8, 1]);
        let all: Vec<&[u32]> = pieces.words().collect();
        assert_ne!(all[0], all[1]);
    }
}
