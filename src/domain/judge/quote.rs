//! What a comment repeats word for word of the comment that it answers, or of the post: who quotes may report, mock or agree, and a
//! machine cannot tell. So nothing hides by itself for words that stood there before; without texts around it, nothing is asked.
//!
//! The texts around a comment are folded once somebody doubts it, and never for the others.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::boundary::is_whole_word;
use super::decide::Weight;
use super::reading::Reading;
use super::tongue::Foreign;
use super::{Judge, Look, Signal, Subject};
use crate::domain::policy::Language;
use crate::domain::text::{View, fold};

/// So many words in a row are no accident; a comment of fewer is quoted where all of it is.
const RUN: usize = 3;

/// What others wrote around a comment.
pub(super) struct Around<'a> {
    texts: [Option<&'a str>; 2],
    folded: OnceCell<Vec<View>>,
    /// Words that were asked for already, and whether they stand there: a text may say the same ten thousand times.
    asked: RefCell<HashMap<String, bool>>,
}

impl<'a> Around<'a> {
    pub(super) fn of(subject: &Subject<'a>) -> Self {
        Around {
            texts: [subject.parent_text, subject.post_text],
            folded: OnceCell::new(),
            asked: RefCell::default(),
        }
    }

    fn is_any(&self) -> bool {
        self.texts.iter().any(Option::is_some)
    }

    fn views(&self) -> &[View] {
        let folded = || self.texts.iter().flatten().map(|text| fold(text).view).collect();
        self.folded.get_or_init(folded)
    }

    /// Whether these folded words stand there, as whole words and in a row. One word suffices: who answers an insult with the same
    /// insult is left to a person, as is who says what was said.
    fn says(&self, words: &str) -> bool {
        if let Some(known) = self.asked.borrow().get(words) {
            return *known;
        }
        let says = self.finds(words);
        self.asked.borrow_mut().insert(words.to_owned(), says);
        says
    }

    fn finds(&self, words: &str) -> bool {
        let whole = |view: &View| {
            let mut places = view.text().match_indices(words).map(|(at, _)| at..at + words.len());
            places.any(|place| is_whole_word(view, place, Language::Arabic))
        };
        !words.is_empty() && self.views().iter().any(whole)
    }

    /// Whether more than half of the words stand there in rows of [`RUN`] or more.
    fn says_most_of(&self, reading: &Reading<'_>) -> bool {
        let words = words_of(&reading.folded);
        let run = words.len().min(RUN);
        let mut quoted = vec![false; words.len()];
        for view in self.views().iter().filter(|view| !view.text().is_empty()) {
            let theirs = words_of(view);
            let runs: HashSet<&[&str]> = theirs.windows(run).collect();
            for (at, _) in words.windows(run).enumerate().filter(|(_, words)| runs.contains(words)) {
                quoted[at..at + run].fill(true);
            }
        }
        quoted.iter().filter(|quoted| **quoted).count() * 2 > words.len()
    }
}

/// No ending and nothing that is written before a word is longer, in letters.
const LONGEST_ENDING: usize = 16;

/// Bytes of the letters up to the next space.
fn length(letters: impl Iterator<Item = char>) -> usize {
    letters.take(LONGEST_ENDING).take_while(|letter| *letter != ' ').map(char::len_utf8).sum()
}

fn words_of(view: &View) -> Vec<&str> {
    view.words().map(|word| &view.text()[word]).collect()
}

impl Look<'_> {
    /// Why what was found is doubtful, however certain its words are.
    pub(super) fn doubts(&self, signal: &Signal) -> Option<&'static str> {
        if signal.place.is_some() && self.reading.foreign == Foreign::Told {
            // Nothing in the text bears it out, so by whichever lists it was read, a machine does not act on them.
            return Some("by the told language");
        }
        self.is_quoted(signal).then_some("quoted")
    }

    /// Whether anything that was found in it, or most of it, stands in what others wrote around it.
    pub(super) fn quotes(&self) -> bool {
        self.around.is_any()
            && (self.signals.iter().any(|signal| self.is_quoted(signal))
                || self.around.says_most_of(&self.reading))
    }

    /// Whether it is so much of a quotation that nobody knows whose words the model read: what would have hidden it is quoted, or most
    /// of it.
    pub(super) fn is_quotation(&self, judge: &Judge) -> bool {
        let quoted =
            |signal: &Signal| Weight::of(judge, &self.reading, signal).certain && self.is_quoted(signal);
        self.around.is_any() && (self.signals.iter().any(quoted) || self.around.says_most_of(&self.reading))
    }

    fn is_quoted(&self, signal: &Signal) -> bool {
        let Some(place) = signal.place.as_ref().filter(|_| self.around.is_any()) else { return false };
        let (folded, text) = (&self.reading.folded, self.reading.folded.text());
        let [from, to] = [place.bytes.start, place.bytes.end].map(|at| folded.position(at));
        // A phrase that was found before an ending of its language is no whole word there, and the word that it begins is.
        let before = length(text[..from].chars().rev());
        let after = length(text[to..].chars());
        from < to
            && (self.around.says(text[from..to].trim_end())
                || self.around.says(&text[from - before..to + after]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_sought_once() {
        let around = Around::of(&Subject { parent_text: Some("one two"), ..Subject::of("") });
        assert!(around.says("two") && !around.says("three"));
        // An answer that only memory can give.
        around.asked.borrow_mut().insert("two".to_owned(), false);
        assert!(!around.says("two"));
    }
}
