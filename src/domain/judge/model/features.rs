//! What the model looks at, as rows of its table: letters in a row, words, and what the policy's signs found.
//!
//! A feature is hashed to a row and never kept: nothing is allocated for it. The same text gives the same rows in the
//! same order everywhere, which is what makes scores equal to the bit.

use std::ops::Range;

use crate::domain::text::View;

/// Rows of the table, as a power of two.
pub(crate) const ROW_BITS: u32 = 18;

/// So many letters in a row are looked at, at most.
const GRAM: usize = 5;

/// Where a feature was read.
#[derive(Debug, Clone)]
pub(in crate::domain::judge) enum Seen {
    /// In these bytes of the folded view; the spaces before the first word and after the last are outside it.
    Folded(Range<usize>),
    /// In these bytes of the text as it was written.
    Written(Range<usize>),
}

/// Hands every feature of the letters and words to `see`: its row and where it was read.
pub(in crate::domain::judge) fn read(original: &str, folded: &View, mut see: impl FnMut(usize, Seen)) {
    grams(folded.text(), &mut see);
    words(original, &mut see);
}

/// The row of a feature that has a name, such as a sign of the policy.
pub(crate) fn named(kind: &str, name: &str) -> usize {
    let hash = kind.bytes().chain([0xFF]).chain(name.bytes());
    row(hash.fold(NAMED, |hash, byte| hash.wrapping_mul(STEP).wrapping_add(letter(u32::from(byte)))))
}

/// One to five letters in a row of the folded view, the space before and after each word among them.
///
/// `last[n]` is the hash of the last `n + 1` characters, so a letter more costs one multiplication for each length.
fn grams(text: &str, see: &mut impl FnMut(usize, Seen)) {
    let (mut last, mut starts) = ([0_u64; GRAM], [0_usize; GRAM]);
    let framed = std::iter::once((0, ' ')).chain(text.char_indices()).chain([(text.len(), ' ')]);
    for (read, (at, c)) in framed.enumerate() {
        let value = letter(u32::from(c));
        for n in (1..GRAM).rev() {
            last[n] = last[n - 1].wrapping_mul(STEP).wrapping_add(value);
            starts[n] = starts[n - 1];
        }
        (last[0], starts[0]) = (value, at);
        let end = (at + c.len_utf8()).min(text.len());
        for n in 0..GRAM.min(read + 1) {
            see(row(last[n].wrapping_add(GRAMS[n])), Seen::Folded(starts[n]..end));
        }
    }
}

/// Words as they were written, in lower case, one and two in a row; every sign and emoji is a word.
fn words(text: &str, see: &mut impl FnMut(usize, Seen)) {
    let mut before: Option<(u64, usize)> = None;
    let mut word: Option<(u64, usize)> = None;
    let mut end_word = |word: Option<(u64, usize)>, end: usize| {
        let Some((hash, start)) = word else { return };
        see(row(hash.wrapping_add(WORD)), Seen::Written(start..end));
        if let Some((first, from)) = before {
            see(
                row(first.wrapping_mul(STEP).wrapping_add(hash).wrapping_add(TWO_WORDS)),
                Seen::Written(from..end),
            );
        }
        before = Some((hash, start));
    };
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            let lower =
                if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
            let (hash, start) = word.unwrap_or((0, at));
            word = Some((hash.wrapping_mul(STEP).wrapping_add(letter(u32::from(lower))), start));
            continue;
        }
        end_word(word.take(), at);
        if !c.is_whitespace() {
            end_word(Some((letter(u32::from(c)), at)), at + c.len_utf8());
        }
    }
    end_word(word, text.len());
}

/// An odd multiplier with its bits well mixed (the golden ratio in 64 bits), and one more of the same sort.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
const STEP: u64 = 0xD6E8_FEB8_6659_FD93;

/// Sets the lengths and sorts of features apart.
const GRAMS: [u64; GRAM] = [
    0x8EBC_6AF0_9C88_C6E3,
    0x5899_65CC_7537_4CC3,
    0x1D8E_4E27_C47D_124F,
    0xEB44_ACCA_B455_D165,
    0x2F72_B421_5B3F_3A61,
];
const WORD: u64 = 0xA24B_AED4_963E_E407;
const TWO_WORDS: u64 = 0x9FB2_1C65_1E98_DF25;
const NAMED: u64 = 0xC2B2_AE3D_27D4_EB4F;

fn letter(c: u32) -> u64 {
    (u64::from(c) + 1).wrapping_mul(SPREAD)
}

fn row(hash: u64) -> usize {
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(SPREAD);
    (mixed >> (64 - ROW_BITS)) as usize
}
