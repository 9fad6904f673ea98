//! What a text can be found by, and what somebody who looks for something means.
//!
//! Both sides are folded ([`super::fold()`]), so that spelling, marks and disguises make no difference. Arabic writes particles
//! onto a word: a text is found by its words as written and by what stands behind their particles, so that `تسجيل` finds
//! `والتسجيل` and `بالتسجيل`. Whoever looks for `التسجيل` means the same, so the article is left out there.

use std::collections::BTreeSet;

use super::fold::fold;

/// The most words of one text; comments are shorter, and a text made to be long must not fill the index.
const WORDS_MAX: usize = 2_000;
/// The most letters of a word; longer ones are cut, on both sides alike.
const LETTERS_MAX: usize = 40;
/// The most words of a question: each costs a look into the index.
pub const ASKED_MAX: usize = 8;

/// Particles with the article, which leave a word of three letters recognisable.
const WITH_ARTICLE: [&str; 9] = ["ال", "وال", "فال", "بال", "كال", "لل", "ولل", "وبال", "فلل"];
/// Bare particles, which leave a word of four.
const BARE: [&str; 4] = ["و", "ف", "ب", "ل"];

/// The words that a text is found by.
pub fn found_by(text: &str) -> BTreeSet<String> {
    let folded = fold(text).view;
    let mut words = BTreeSet::new();
    for word in folded.text().split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX) {
        words.insert(cut(word));
        words.extend(behind(word, &WITH_ARTICLE, 3).map(cut));
        words.extend(behind(word, &BARE, 4).map(cut));
    }
    words
}

/// One word that somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// This word.
    Word(String),
    /// Any word that begins so: written with `*` behind it.
    Beginning(String),
}

/// The words that somebody looks for, at most [`ASKED_MAX`], each once. A text is meant that has all of them.
pub fn sought(asked: &str) -> Vec<Sought> {
    let mut words: Vec<Sought> = Vec::new();
    for asked in asked.split_whitespace() {
        let (asked, beginning) = match asked.strip_suffix('*') {
            Some(asked) => (asked, true),
            None => (asked, false),
        };
        let folded = fold(asked).view;
        let mut parts = folded.text().split(' ').filter(|word| !word.is_empty()).peekable();
        while let Some(word) = parts.next() {
            let bare = behind(word, &WITH_ARTICLE[..1], 3).next().unwrap_or(word);
            let word = match beginning && parts.peek().is_none() {
                true => Sought::Beginning(cut(bare)),
                false => Sought::Word(cut(bare)),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.truncate(ASKED_MAX);
    words
}

/// What stands behind each of `particles` that the word begins with, where so many letters remain.
fn behind<'a>(word: &'a str, particles: &'a [&str], letters: usize) -> impl Iterator<Item = &'a str> {
    let rest = particles.iter().filter_map(move |particle| word.strip_prefix(particle));
    rest.filter(move |rest| rest.chars().count() >= letters)
}

fn cut(word: &str) -> String {
    word.chars().take(LETTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(asked: &str, text: &str) -> bool {
        let words = found_by(text);
        let sought = sought(asked);
        !sought.is_empty()
            && sought.iter().all(|one| match one {
                Sought::Word(word) => words.contains(word),
                Sought::Beginning(word) => words.iter().any(|found| found.starts_with(word)),
            })
    }

    #[test]
    fn arabic_is_found_by_its_normalised_form() {
        for (asked, text) in [
            ("المدرسه", "أين المدرسةُ الجديدة؟"),
            ("مدرسة", "وبالمدرسة معلمون"),
            ("التسجيل", "متى ينتهي تسجيل الطلاب"),
            ("تسجيل", "للتسجيل في المبادرة"),
            ("احمد", "شكرًا يا أحمد"),
            ("الى", "إلى الوزارة"),
            ("شكرا", "شُكْـــرًا"),
            ("٢٠٢٦", "in 2026"),
            ("HELLO", "hello there"),
        ] {
            assert!(finds(asked, text), "{asked} in {text}");
        }
        assert!(!finds("درس", "المدرسة"), "a part of a word is another word");
        assert!(!finds("مدرسة وزارة", "المدرسة"), "all words are meant");
    }

    #[test]
    fn a_star_finds_what_begins_so() {
        assert!(finds("regist*", "the registration desk") && finds("تسج*", "والتسجيل مفتوح"));
        assert!(!finds("regist", "the registration desk"));
    }

    #[test]
    fn what_holds_no_words_asks_for_nothing_and_many_are_cut() {
        assert!(sought(" ؟! * ").is_empty());
        assert_eq!(sought("one two three four five six seven eight nine ten").len(), ASKED_MAX);
        assert_eq!(sought("وزارة وزارة").len(), 1);
        assert!(found_by(&"سطر ".repeat(9_000)).len() <= WORDS_MAX * 3);
    }
}
