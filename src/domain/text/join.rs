//! Words that were held apart within, joined again.

use std::ops::Range;

use super::glyphs::Glyph;
use super::letters::Class;
use super::words::Word;

/// Two fragments of at most so many letters each, with only signs between, are parts of one word.
const FRAGMENT: usize = 3;

/// Joins what only signs hold apart, where one side is too short to be a word: `sh-it`, `نيـ🔥ـك`.
pub(super) fn join_short_fragments(words: &mut Vec<Word>, glyphs: &[Glyph]) {
    words.dedup_by(|right, left| {
        let between = &glyphs[left.glyphs.1..right.glyphs.0];
        let only_signs = !between.is_empty() && between.iter().all(|glyph| glyph.class == Class::Sign);
        let (short, long) = (left.len().min(right.len()), left.len().max(right.len()));
        let one = only_signs && goes_with(left, right) && (short == 1 || long <= FRAGMENT);
        if one {
            *left = left.with(right);
        }
        one
    });
}

/// Joins letters that stand alone. Those that no space holds apart are a word by themselves, so `b.a.d d.a.y` is
/// two words; what is left over is joined where three or more stand in a row.
pub(super) fn join_single_letters(words: &mut Vec<Word>, glyphs: &[Glyph]) {
    if words.iter().filter(|word| is_single(word)).nth(2).is_none() {
        return;
    }
    let tight = runs(words, |left, right| {
        glyphs[left.glyphs.1..right.glyphs.0].iter().all(|between| between.class != Class::Space)
    });
    // Two letters are no more than an abbreviation, unless they stand beside a longer row.
    let beside_a_row = |at: usize| tight[at.saturating_sub(1)..].iter().take(3).any(|run| run.len() >= 3);
    let mut joined = Vec::with_capacity(tight.len());
    for (at, run) in tight.iter().enumerate() {
        match run.len() {
            2 if !beside_a_row(at) => joined.extend_from_slice(&words[run.clone()]),
            _ => joined.push(one(&words[run.clone()])),
        }
    }
    words.clear();
    for run in runs(&joined, |_, _| true) {
        match run.len() {
            3.. => words.push(one(&joined[run])),
            _ => words.extend_from_slice(&joined[run]),
        }
    }
}

/// Parts words into runs of letters that stand alone and go on as `on` says; every other word is a run of its own.
fn runs(words: &[Word], on: impl Fn(&Word, &Word) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        match runs.last_mut() {
            Some(run)
                if at > 0 && {
                    let last = &words[at - 1];
                    is_single(last) && is_single(word) && goes_with(last, word) && on(last, word)
                } =>
            {
                run.end = at + 1;
            }
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// A run of words as one.
fn one(run: &[Word]) -> Word {
    run[1..].iter().fold(run[0], |word, next| word.with(next))
}

/// Whether two words may be parts of one: the same script, and letters alone.
fn goes_with(word: &Word, other: &Word) -> bool {
    word.script.is_some() && word.script == other.script && word.only_letters && other.only_letters
}

fn is_single(word: &Word) -> bool {
    word.lone.is_some() && word.script.is_some()
}
