//! Whole words only: what may stand before and after a phrase within its first and last word.
//!
//! Arabic writes particles onto the word: `وال`+word is "and the …", word+`كم` is "your …". A phrase is found behind
//! those particles, and before those endings if the lexicon allows them, but never inside another word.

use std::ops::Range;

use crate::domain::policy::Language;
use crate::domain::text::View;

/// Particles written onto the front of an Arabic word, folded: and, so, with, like, for, the,
/// Levantine "this", Gulf and Iraqi "on", the vocative, and their chains.
const PARTICLES: &[&str] = &[
    "و", "ف", "ب", "ك", "ل", "ال", "لل", "ولل", "فلل", "وال", "فال", "بال", "كال", "ول", "فل", "وب", "فب",
    "وبال", "ولال", "هال", "وهال", "بهال", "لهال", "عال", "يا", "ويا", "يال",
];

/// The particles that leave a word of three letters recognisable; `ب`+`زر` and the like are other words.
const SAFE_PARTICLES: &[&str] =
    &["و", "ال", "وال", "بال", "فال", "كال", "هال", "عال", "يا", "ويا", "يال", "ل", "لل"];

/// Endings of Arabic words, folded: the feminine, possessive and object pronouns, plurals, and their chains.
const ARABIC_ENDINGS: &[&str] = &[
    "ه", "ها", "هم", "هن", "ك", "كم", "كن", "كو", "ي", "ني", "نا", "و", "وا", "ات", "ين", "ون", "ان", "يين",
    "يات", "ته", "تك", "تكم", "تكو", "تي", "تها", "تهم", "تنا", "اتك", "اتكم", "ينك", "ينكم", "هه",
];

/// Endings of words in Latin letters: English ones, and those of chat spelling.
const LATIN_ENDINGS: &[&str] = &[
    "s", "z", "es", "ed", "d", "er", "ers", "r", "rs", "ing", "ings", "in", "n", "y", "ies", "ish", "ass",
    "tard", "tards", "face", "head", "heads",
];

/// Whether a phrase found at `range` is whole words, particles and endings of its language aside.
pub(in crate::domain) fn is_whole_word(view: &View, range: Range<usize>, language: Language) -> bool {
    is_whole(view, range, language, true)
}

/// The same; endings count only where the phrase takes them.
pub(super) fn is_whole(view: &View, range: Range<usize>, language: Language, takes_endings: bool) -> bool {
    starts_whole(view, &range, language) && ends_whole(view, &range, language, takes_endings)
}

fn starts_whole(view: &View, range: &Range<usize>, language: Language) -> bool {
    let before = &view.text()[..range.start];
    if before.is_empty() || before.ends_with(' ') || view.is_seam(range.start) {
        return true;
    }
    if language != Language::Arabic {
        return false;
    }
    let phrase = &view.text()[range.clone()];
    let first_word = phrase.split(' ').next().unwrap_or(phrase);
    let particles = match first_word.chars().count() {
        0..=2 => return false,
        3 => SAFE_PARTICLES,
        _ => PARTICLES,
    };
    let Some(prefix) =
        word_part(before.chars().rev()).map(|reversed| reversed.into_iter().rev().collect::<String>())
    else {
        return false;
    };
    let first_letter = phrase.chars().next().unwrap_or(' ');
    particles.iter().any(|particle| {
        // Where a particle ends in the word's first letter, squeezing has made one of the two.
        *particle == prefix || particle.strip_suffix(first_letter) == Some(&prefix)
    })
}

fn ends_whole(view: &View, range: &Range<usize>, language: Language, takes_endings: bool) -> bool {
    let after = &view.text()[range.end..];
    if after.is_empty() || after.starts_with(' ') || view.is_seam(range.end) {
        return true;
    }
    let endings = match language {
        _ if !takes_endings => return false,
        Language::Arabic | Language::Any => ARABIC_ENDINGS,
        Language::Latin(_) => LATIN_ENDINGS,
        Language::PersianOrUrdu | Language::Hindi => return false,
    };
    let Some(rest) = word_part(after.chars()).map(String::from_iter) else { return false };
    endings.contains(&rest.as_str())
}

/// What is left of a word on one side; `None` where it is longer than any particle or ending.
fn word_part(letters: impl Iterator<Item = char>) -> Option<Vec<char>> {
    const LONGEST: usize = 5;
    let part: Vec<char> = letters.take_while(|c| *c != ' ').take(LONGEST + 1).collect();
    (part.len() <= LONGEST).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;

    fn whole(text: &str, phrase: &str, language: Language, takes_endings: bool) -> bool {
        let view = fold(text).view;
        let phrase = fold(phrase).view.text().to_owned();
        view.text()
            .match_indices(&phrase)
            .any(|(at, _)| is_whole(&view, at..at + phrase.len(), language, takes_endings))
    }

    #[test]
    fn a_word_is_found_behind_its_particles() {
        for text in ["رسوم", "والرسوم", "بالرسوم", "للرسوم", "ورسوم", "هالرسوم"]
        {
            assert!(whole(text, "رسوم", Language::Arabic, false), "{text}");
        }
        assert!(whole("اللصوص", "لصوص", Language::Arabic, false));
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(!whole("كلّية", "كل", Language::Arabic, true));
        assert!(!whole("اكل", "كل", Language::Arabic, true));
        assert!(!whole("class", "ass", Language::Latin("en"), true));
        assert!(!whole("مرسومة", "رسوم", Language::Arabic, true));
    }

    #[test]
    fn endings_count_only_where_the_lexicon_allows_them() {
        assert!(whole("رسومكم", "رسوم", Language::Arabic, true));
        assert!(!whole("رسومكم", "رسوم", Language::Arabic, false));
        assert!(whole("selling", "sell", Language::Latin("en"), true));
        assert!(!whole("selling", "sell", Language::Latin("en"), false));
    }

    #[test]
    fn letters_that_were_spelled_out_hold_words_between_them() {
        assert!(whole("it is a b a d day", "bad", Language::Latin("en"), false));
    }
}
