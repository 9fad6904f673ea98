//! Masked words: a `*` within a word stands for letters that its author wants us to guess.
//!
//! The guess is the word of the lexicon that fits, and one of a certain phrase before one of a doubtful phrase. But a star is oftenest
//! one letter: where no word of the lexicon is so long, a common word that is goes before a longer one of the lexicon.

use std::borrow::Cow;
use std::collections::HashMap;

use super::common::CommonWords;
use crate::domain::policy::{ClauseId, Entry, Language, Meaning, Strength};
use crate::domain::text::View;

/// The words that a masked word may stand for, by their first letter, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Vocabulary(HashMap<char, Vec<String>>);

/// A word with fewer letters is not guessed.
const MIN_LETTERS: usize = 3;

/// So many masked words of one comment are guessed; more would cost time and tell nothing new.
const MOST_GUESSES: usize = 64;

/// So many are tried, whether a word fits or none.
const MOST_TRIED: usize = 512;

impl Vocabulary {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut words: Vec<(bool, String)> = entries
            .iter()
            .filter_map(|entry| match entry.meaning {
                Meaning::Breaks(clause, strength) if is_masked_for(clause) => {
                    Some((strength != Strength::Certain, entry))
                }
                Meaning::Breaks(..) | Meaning::Belongs(_) => None,
            })
            .flat_map(|(doubtful, entry)| words(entry).into_iter().map(move |word| (doubtful, word)))
            .collect();
        words.sort_unstable();
        words.dedup();
        let mut by_letter: HashMap<char, Vec<String>> = HashMap::new();
        for (_, word) in words {
            let first = word.chars().next().expect("a word has letters");
            by_letter.entry(first).or_default().push(word);
        }
        Vocabulary(by_letter)
    }

    /// The same words with every masked one replaced by its guess; `None` where there is nothing to guess.
    pub(super) fn unmask(&self, view: &View, common: &CommonWords) -> Option<View> {
        if !view.text().contains('*') {
            return None;
        }
        let mut unmasked = View::with_capacity(view.text().len());
        let (mut tried, mut guesses) = (0, 0);
        let mut at = 0;
        for word in view.text().split_inclusive(' ') {
            let letters = word.trim_end_matches(' ');
            let guess = match letters.contains('*') && guesses < MOST_GUESSES && tried < MOST_TRIED {
                true => {
                    tried += 1;
                    self.guess(letters, common)
                }
                false => None,
            };
            match guess {
                Some(guess) => {
                    guesses += 1;
                    let whole = view.span(at..at + letters.len());
                    guess.chars().for_each(|c| unmasked.push(c, whole));
                    if letters.len() < word.len() {
                        unmasked.push(' ', view.span(at + letters.len()..at + word.len()));
                    }
                }
                None => word.char_indices().for_each(|(i, c)| {
                    unmasked.push(c, view.span(at + i..at + i + c.len_utf8()));
                }),
            }
            at += word.len();
        }
        (guesses > 0).then_some(unmasked)
    }

    /// The lexicon's word that is as long; else the commonest word that is; else the lexicon's word that fits at all.
    fn guess<'a>(&'a self, masked: &str, common: &CommonWords) -> Option<Cow<'a, str>> {
        let listed = self.0.get(&masked.chars().next()?).map_or(&[][..], Vec::as_slice);
        let fitting = || listed.iter().map(String::as_str).filter(|word| fits(masked, word));
        let letters = masked.chars().count();
        let as_long = fitting().find(|word| word.chars().count() == letters).map(Cow::Borrowed);
        as_long
            .or_else(|| common.guess(masked).map(Cow::Owned))
            .or_else(|| fitting().next().map(Cow::Borrowed))
    }
}

/// The words of a phrase that are long enough to be guessed, and the commonest ending of an English one that takes any.
fn words(entry: &Entry) -> Vec<String> {
    let mut words: Vec<String> = entry.phrase.split(' ').map(str::to_owned).collect();
    if let (true, Language::Latin(_), Some(last)) = (entry.takes_endings, entry.language, words.last()) {
        words.push(format!("{last}s"));
    }
    words.retain(|word| word.chars().count() >= MIN_LETTERS);
    words
}

/// People mask what is coarse; a star in a threat or an advert is decoration.
fn is_masked_for(clause: ClauseId) -> bool {
    use ClauseId::{Discrimination, Indecent, PublicMorals, ReligiousOffence};
    matches!(clause, Discrimination | Indecent | PublicMorals | ReligiousOffence)
}

/// Whether `word` is `masked` with one letter or more in place of each `*`.
fn fits(masked: &str, word: &str) -> bool {
    let Some((first, hidden)) = masked.split_once('*') else { return masked == word };
    let Some(mut rest) = word.strip_prefix(first) else { return false };
    let mut parts = hidden.split('*').peekable();
    while let Some(part) = parts.next() {
        let mut letters = rest.chars();
        if letters.next().is_none() {
            return false;
        }
        rest = letters.as_str();
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_letter_or_more() {
        assert!(fits("g*rbage", "garbage"));
        assert!(fits("g*ge", "garbage"));
        assert!(fits("g*r*ge", "garbage"));
        assert!(fits("ga*", "garbage"));
        assert!(!fits("garbage*", "garbage"));
        assert!(!fits("g*rbag", "garbage"));
        assert!(!fits("g*xge", "garbage"));
    }
}
