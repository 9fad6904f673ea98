//! The common words of Arabic and English, learned in training: what a writer most likely meant where folding cannot tell.
//!
//! Among letters that all stood apart it is lost where a word ended, and under a star which letter it was. Here the first is found
//! again by the commonest words that the letters make, and the second by the commonest word that fits.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::text::View;

/// Words in the order of how common they are.
#[derive(Debug, Default)]
pub(crate) struct CommonWords {
    /// What each costs: less, the commoner it is.
    costs: HashMap<Box<str>, u32>,
    /// Every letter of theirs, each once.
    letters: Vec<char>,
}

/// No word has more letters.
pub(crate) const LONGEST: usize = 14;

/// So many letters of one comment that stood apart are parted into words; more would cost time and tell nothing new.
const MOST_LETTERS: usize = 2_000;

/// With fewer letters a row that stood apart is one word.
const FEWEST_LETTERS: usize = 4;

/// Costs are hundredths of a natural logarithm. What every word costs, so that few words are better than many.
const WORD: f64 = 200.0;

/// What letters cost that make no common word: as a word, and each of them.
const UNKNOWN: u32 = 400;
const UNKNOWN_LETTER: u32 = 300;

/// What it costs that a masked letter was the same as its neighbour.
const SQUEEZED: u32 = 200;

/// A letter of a row that stood apart.
#[derive(Debug, Clone, Copy)]
struct Letter {
    /// Its first byte in the view.
    at: usize,
    /// Whether white space stood before it, so that a word may begin here.
    begins: bool,
    /// Whether it stands for two or more with white space between them, so that it may end a word and begin the next.
    twice: bool,
}

/// The cheapest way to part the letters up to some place: its cost, and where its last word begins.
#[derive(Debug, Clone, Copy)]
struct Way {
    cost: u32,
    start: usize,
    /// Whether that word's first letter also ends the word before.
    shared: bool,
}

impl CommonWords {
    /// From the words, a line each, the commonest first.
    pub(crate) fn new(lines: &str) -> Self {
        // By Zipf's law the logarithm of a word's place is what it costs, but for what all words cost alike.
        let cost = |place: usize| (WORD + 100.0 * (place as f64 + 10.0).ln()) as u32;
        let costs: HashMap<Box<str>, u32> =
            lines.lines().enumerate().map(|(place, word)| (word.into(), cost(place))).collect();
        // No letter is so rare that only rarer words hold it.
        let mut letters: Vec<char> = lines.lines().take(2_000).flat_map(str::chars).collect();
        letters.sort_unstable();
        letters.dedup();
        CommonWords { costs, letters }
    }

    /// The commonest word that is `masked` with a letter in place of its one `*`, or with none where that letter would have been
    /// squeezed into its neighbour.
    pub(super) fn guess(&self, masked: &str) -> Option<String> {
        if masked.chars().nth(LONGEST + 1).is_some() {
            return None;
        }
        let (before, after) = masked.split_once('*').filter(|(_, after)| !after.contains('*'))?;
        let mut word = format!("{before}{after}");
        let mut best = self.costs.get(word.as_str()).map(|cost| (cost + SQUEEZED, word.clone()));
        for letter in &self.letters {
            word.insert(before.len(), *letter);
            if let Some(cost) = self.costs.get(word.as_str())
                && best.as_ref().is_none_or(|(least, known)| (cost, &word) < (least, known))
            {
                best = Some((*cost, word.clone()));
            }
            word.remove(before.len());
        }
        best.map(|(_, word)| word)
    }

    /// The same words with every row of letters that stood apart in `original` parted into common words; `None` where there is none.
    pub(super) fn part(&self, view: &View, original: &str) -> Option<View> {
        if !view.has_seams() || self.costs.is_empty() {
            return None;
        }
        let mut parted: Option<View> = None;
        let mut left = MOST_LETTERS;
        let mut written = 0;
        for range in view.words() {
            if !(range.start + 1..range.end).any(|at| view.is_seam(at)) {
                continue;
            }
            let letters = letters(view, range.clone(), original);
            let may_part = letters.iter().skip(1).any(|letter| letter.begins || letter.twice);
            if !may_part || letters.len() < FEWEST_LETTERS || letters.len() > left {
                continue;
            }
            left -= letters.len();
            let parted = parted.get_or_insert_with(|| View::with_capacity(2 * view.text().len()));
            copy(view, written..range.start, parted);
            written = range.start;
            for word in self.words(view, &range, &letters) {
                if word.start > range.start {
                    let first = view.span(word.start..word.start + 1);
                    // A letter that both words share leaves no place between them.
                    parted.push(' ', if word.start < written { first } else { first.before() });
                }
                written = word.end;
                copy(view, word, parted);
            }
        }
        let mut parted = parted?;
        copy(view, written..view.text().len(), &mut parted);
        Some(parted)
    }

    /// The words of a row of letters, in order, so parted that they are the commonest together (Viterbi).
    fn words(&self, view: &View, row: &Range<usize>, letters: &[Letter]) -> Vec<Range<usize>> {
        let byte = |at: usize| letters.get(at).map_or(row.end, |letter| letter.at);
        let may_end = |end: usize| letters.get(end).is_none_or(|next| next.begins) || letters[end - 1].twice;
        let mut ways = vec![Way { cost: u32::MAX, start: 0, shared: false }; letters.len() + 1];
        ways[0].cost = 0;
        for end in (1..=letters.len()).filter(|end| may_end(*end)) {
            for start in end.saturating_sub(LONGEST)..end {
                let shared =
                    letters[start].twice && start + 1 < end && ways[start + 1].cost < ways[start].cost;
                let before = ways[start + usize::from(shared)].cost;
                let unknown = UNKNOWN + UNKNOWN_LETTER * (end - start) as u32;
                let known = || self.costs.get(&view.text()[byte(start)..byte(end)]).copied();
                let cost = match before {
                    u32::MAX => continue,
                    _ => before + known().unwrap_or(unknown),
                };
                if cost < ways[end].cost {
                    ways[end] = Way { cost, start, shared };
                }
            }
        }
        let mut words = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let Way { start, shared, .. } = ways[end];
            words.push(byte(start)..byte(end));
            end = start + usize::from(shared);
        }
        words.reverse();
        words
    }
}

fn letters(view: &View, row: Range<usize>, original: &str) -> Vec<Letter> {
    let mut end = None;
    let letter = |(at, c): (usize, char)| {
        let at = row.start + at;
        let bytes = view.original(at..at + c.len_utf8());
        let spaced = |bytes: Range<usize>| original[bytes].contains(char::is_whitespace);
        let begins = end.is_none_or(|end| end < bytes.start && spaced(end..bytes.start));
        end = Some(bytes.end);
        Letter { at, begins, twice: spaced(bytes) }
    };
    view.text()[row.clone()].char_indices().map(letter).collect()
}

/// Adds a part of one view to another.
fn copy(from: &View, range: Range<usize>, to: &mut View) {
    for (at, c) in from.text()[range.clone()].char_indices() {
        let at = range.start + at;
        to.push(c, from.span(at..at + c.len_utf8()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::text::fold;

    fn common() -> CommonWords {
        CommonWords::new("the\nof\nهذا\nالرجل\nلا\nاله\nيفهم\nbus\nbig\nbag\nstop\nwas\nlate\nاحمر\n")
    }

    fn parted(text: &str) -> Option<String> {
        Some(common().part(&fold(text).view, text)?.text().to_owned())
    }

    #[test]
    fn letters_that_stood_apart_are_parted_into_common_words() {
        for (text, words) in [
            ("t h e  b u s  w a s  l a t e", "the bus was late"),
            ("at t h e b i g s t o p, not late", "at the big stop not late"),
            // The letter between two words is written once in the folded view.
            ("ه ذ ا ا ل ر ج ل لا ي ف ه م", "هذا الرجل لا يفهم"),
            ("t h e z o r g w a s l a t e", "the zorg was late"),
        ] {
            assert_eq!(parted(text).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn what_signs_hold_apart_and_what_nothing_does_stays_whole() {
        for text in ["t.h.e.b.u.s", "thebus was late", "the🔥bus", "b u s", "", "it's the bus"] {
            assert_eq!(parted(text), None, "{text}");
        }
    }

    #[test]
    fn a_star_is_the_commonest_word_that_fits() {
        for (masked, word) in [
            ("b*g", Some("big")),
            ("l*te", Some("late")),
            ("اح*ر", Some("احمر")),
            // Of a letter written twice folding leaves one.
            ("ال*ه", Some("اله")),
            ("b**g", None),
            ("z*rg", None),
        ] {
            assert_eq!(common().guess(masked).as_deref(), word, "{masked}");
        }
    }

    #[test]
    fn more_letters_than_a_comment_holds_stay_as_they_are() {
        assert!(parted(&"b u s ".repeat(MOST_LETTERS / 3)).is_some());
        assert!(parted(&"b u s ".repeat(MOST_LETTERS)).is_none());
    }

    proptest! {
        #[test]
        fn parting_keeps_every_letter_and_its_place(text in "[abgsu]( ?[abegilopstuw. ا]){0,40}") {
            let view = fold(&text).view;
            if let Some(parted) = common().part(&view, &text) {
                for at in 0..parted.text().len() {
                    prop_assert!(text.get(parted.original(at..at + 1)).is_some());
                }
                for word in parted.words() {
                    let place = parted.original(word.clone());
                    prop_assert!(view.text().contains(&parted.text()[word]));
                    prop_assert!(!place.is_empty());
                }
                let whole = |view: &View| view.original(0..view.text().len());
                prop_assert_eq!(whole(&parted), whole(&view));
            }
        }
    }
}
