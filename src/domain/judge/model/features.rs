//! What the model looks at: letters in a row, words, signs, and what the policy's lists found.
//!
//! A feature is a hash, and counts once however often it occurs: that a word is there says more than how often. The same
//! text gives the same hashes in the same order everywhere, which is what makes scores equal to the bit.
//!
//! What all languages share, signs, digits and findings, is told apart by the text's [`Tongue`]: among English posts that
//! were gathered for their profanity a finding says something else than among Arabic ones.

use std::ops::Range;

use super::LONG_BITS;
use super::stem::stem;
use crate::domain::judge::tongue::Tongue;
use crate::domain::text::View;

/// So many letters in a row are looked at, at most.
const GRAM: usize = 5;

/// So many different signs of one text are looked at; more are decoration.
const SIGNS: usize = 16;

/// A text as the model sees it.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::judge) struct Sight<'a> {
    /// As it was written, for its signs and emoji.
    pub(in crate::domain::judge) written: &'a str,
    /// Its words with their disguises undone.
    pub(in crate::domain::judge) words: &'a View,
    /// The same with Arabizi written back, where there is any.
    pub(in crate::domain::judge) spoken: Option<&'a View>,
    /// What else was found in it, hashed by [`named`].
    pub(in crate::domain::judge) found: &'a [u64],
}

/// Where a feature was read.
#[derive(Debug, Clone)]
pub(in crate::domain::judge) enum Seen {
    /// In these bytes of the words; the spaces before the first and after the last are outside.
    Words(Range<usize>),
    /// In these bytes of what Arabizi was written back to.
    Spoken(Range<usize>),
    /// In these bytes of the text as it was written.
    Written(Range<usize>),
    /// Nowhere in particular.
    Found,
}

impl Sight<'_> {
    /// The rows of the long table that its features name, each once. They are gathered before any weight is looked up, so
    /// that the look-ups, each far from the last, need not wait for one another.
    pub(in crate::domain::judge) fn rows(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(4 * self.words.text().len() + 64);
        self.each(|hash, _| rows.push(row(hash)));
        rows
    }

    /// Hands every feature to `see`: its hash and where it was first read. How many there were.
    #[inline]
    pub(in crate::domain::judge) fn each(&self, mut see: impl FnMut(u64, Seen)) -> u32 {
        let mut once = Once::for_text(self.words.text().len());
        let mut new = |hash, seen| {
            if once.is_new(hash) {
                see(hash, seen);
            }
        };
        let tongue = Tongue::of(self.written);
        let apart = mixed(TONGUE.wrapping_mul(tongue as u64 + 1));
        new(apart, Seen::Found);
        letters(self.words.text(), tongue, |hash, bytes| new(hash, Seen::Words(bytes)));
        if let Some(spoken) = self.spoken {
            letters(spoken.text(), tongue, |hash, bytes| new(hash, Seen::Spoken(bytes)));
        }
        signs(self.written, |hash, bytes| new(mixed(hash ^ apart), Seen::Written(bytes)));
        // Two findings together say more than each alone: a people, and a word of contempt.
        for (at, one) in self.found.iter().enumerate() {
            new(mixed(one ^ apart), Seen::Found);
            for other in &self.found[..at] {
                new(mixed((one ^ PAIR).wrapping_add(other ^ PAIR) ^ apart), Seen::Found);
            }
        }
        once.count
    }
}

/// The row of the long table that a hash names: its first bits.
fn row(hash: u64) -> u32 {
    (hash >> (u64::BITS - LONG_BITS)) as u32
}

/// The rows that were seen: a hash table of the simplest kind, for it is asked hundreds of times a comment.
struct Once {
    /// One more than a row; 0 is empty. Their number is a power of two, and at most half are taken.
    slots: Vec<u32>,
    count: u32,
}

impl Once {
    fn for_text(bytes: usize) -> Self {
        Once { slots: vec![0; (8 * bytes).next_power_of_two().max(256)], count: 0 }
    }

    /// Whether no hash of the same row of the long table was seen before.
    fn is_new(&mut self, hash: u64) -> bool {
        let row = row(hash) + 1;
        let last = self.slots.len() - 1;
        let mut at = row as usize & last;
        while self.slots[at] != 0 {
            if self.slots[at] == row {
                return false;
            }
            at = (at + 1) & last;
        }
        self.slots[at] = row;
        self.count += 1;
        if 2 * self.count as usize > self.slots.len() {
            self.grow();
        }
        true
    }

    #[cold]
    fn grow(&mut self) {
        let slots = vec![0; 2 * self.slots.len()];
        let last = slots.len() - 1;
        for row in std::mem::replace(&mut self.slots, slots).into_iter().filter(|row| *row != 0) {
            let mut at = row as usize & last;
            while self.slots[at] != 0 {
                at = (at + 1) & last;
            }
            self.slots[at] = row;
        }
    }
}

/// The hash of a feature that has a name, such as a group of the policy.
pub(in crate::domain::judge) fn named(sort: &str, name: &str) -> u64 {
    let bytes = sort.bytes().chain([0xFF]).chain(name.bytes());
    mixed(bytes.fold(NAMED, |hash, byte| hash.wrapping_mul(STEP).wrapping_add(letter(u32::from(byte)))))
}

/// The pieces of a word that the net reads: itself, and three and four letters of it in a row, the spaces around it among them.
/// Of a long word its beginning says enough, and each digit is as good as another.
pub(super) fn pieces(word: &str) -> impl Iterator<Item = u64> {
    const LETTERS: usize = 24;
    let values: Vec<u64> = [' ']
        .into_iter()
        .chain(word.chars().take(LETTERS))
        .chain([' '])
        .map(|c| letter(if c.is_ascii_digit() { u32::from('0') } else { u32::from(c) }))
        .collect();
    let hash = |values: &[u64], sort: u64| {
        piece(values.iter().fold(sort, |hash, value| hash.wrapping_mul(STEP).wrapping_add(*value)))
    };
    let mut all = Vec::with_capacity(2 * values.len());
    all.push(hash(&values, WORD));
    for letters in [3, 4] {
        all.extend(values.windows(letters).map(|values| hash(values, GRAMS[letters])));
    }
    all.into_iter()
}

/// The name of a piece.
pub(super) fn piece(hash: u64) -> u64 {
    mixed(hash ^ PIECE)
}

/// Two to five letters in a row of one word, the spaces around it among them; and whole words and their stems, one and two
/// in a row.
///
/// `last[n]` is the hash of the last `n + 1` characters, so a letter more costs one multiplication for each length. Digits
/// of a number count as zeros: which number it is says nothing.
#[inline]
fn letters(text: &str, tongue: Tongue, mut see: impl FnMut(u64, Range<usize>)) {
    // Digits of each tongue lie after the last character that there is.
    let digit = |c: char| DIGITS + 16 * tongue as u32 + u32::from(c);
    // A space stands before the first word, and one after the last.
    let (mut last, mut starts) = ([letter(u32::from(' ')); GRAM], [0_usize; GRAM]);
    let mut read = 1;
    let (mut word, mut start) = (0_u64, 0_usize);
    let mut word_before: Option<(u64, u64, usize)> = None;
    let mut before = ' ';
    let mut framed = text.char_indices().chain([(text.len(), ' ')]).peekable();
    while let Some((at, c)) = framed.next() {
        let next = framed.peek().map_or(' ', |(_, next)| *next);
        let in_number = before.is_ascii_digit() || next.is_ascii_digit() || (before, next) == (' ', ' ');
        let value = letter(match c {
            '0'..='9' => digit(if in_number { '0' } else { c }),
            _ => u32::from(c),
        });
        before = c;
        for n in (1..GRAM).rev() {
            last[n] = last[n - 1].wrapping_mul(STEP).wrapping_add(value);
            starts[n] = starts[n - 1];
        }
        (last[0], starts[0]) = (value, at);
        let end = (at + c.len_utf8()).min(text.len());
        read = GRAM.min(read + 1);
        for n in 1..read {
            see(mixed(last[n].wrapping_add(GRAMS[n])), starts[n]..end);
        }
        if c != ' ' {
            word = word.wrapping_mul(STEP).wrapping_add(value);
            continue;
        }
        if start < at {
            let whole = &text[start..at];
            let bare = stem(whole);
            let root = if bare.len() == whole.len() {
                word
            } else {
                let of = |hash: u64, c| hash.wrapping_mul(STEP).wrapping_add(letter(u32::from(c)));
                bare.chars().fold(0, of)
            };
            // A stem is hashed as the bare word is, so that both share a weight, and a bare word is looked up once.
            see(mixed(word.wrapping_add(WORD)), start..at);
            if root != word {
                see(mixed(root.wrapping_add(WORD)), start..at);
            }
            if let Some((first, first_root, from)) = word_before {
                let two = |first: u64, next| {
                    mixed(first.wrapping_mul(STEP).wrapping_add(next).wrapping_add(TWO_WORDS))
                };
                see(two(first, word), from..at);
                if (first_root, root) != (first, word) {
                    see(two(first_root, root), from..at);
                }
            }
            word_before = Some((word, root, start));
        }
        (word, start, read) = (0, end, 1);
    }
}

/// Punctuation and emoji, each once.
#[inline]
fn signs(text: &str, mut see: impl FnMut(u64, Range<usize>)) {
    let mut known = [' '; SIGNS];
    let mut count = 0;
    for (at, c) in text.char_indices() {
        if !is_sign(c) || known[..count].contains(&c) {
            continue;
        }
        if count == SIGNS {
            return;
        }
        known[count] = c;
        count += 1;
        see(mixed(letter(u32::from(c)).wrapping_add(SIGN)), at..at + c.len_utf8());
    }
}

/// What people set or draw. Marks of vowels and what nobody sees are none, for they only disguise.
fn is_sign(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '؟' | '،' | '؛' | '\u{2190}'..='\u{FDFF}' | '\u{1F000}'..) && !c.is_alphanumeric()
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
const TONGUE: u64 = 0xC3A5_C85C_97CB_3127;
const SIGN: u64 = 0x6C62_272E_07BB_0142;
const NAMED: u64 = 0xC2B2_AE3D_27D4_EB4F;
const PIECE: u64 = 0x27D4_EB2F_1656_67C5;
const PAIR: u64 = 0x1656_67B1_9E37_79F9;

/// One more than the last character.
const DIGITS: u32 = char::MAX as u32 + 1;

fn letter(c: u32) -> u64 {
    (u64::from(c) + 1).wrapping_mul(SPREAD)
}

/// Spreads a hash over its upper bits, of which a table takes as many as it has rows.
fn mixed(hash: u64) -> u64 {
    (hash ^ (hash >> 29)).wrapping_mul(SPREAD)
}
