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
    let text = view.text();
    if range.start == 0 || text.as_bytes()[range.start - 1] == b' ' || view.is_seam(range.start) {
        return true;
    }
    if language != Language::Arabic {
        return false;
    }
    let phrase = &text[range.clone()];
    let first_word = phrase.split(' ').next().unwrap_or(phrase);
    let particles = match first_word.chars().take(4).count() {
        0..=2 => return false,
        3 => SAFE_PARTICLES,
        _ => PARTICLES,
    };
    before(text, range.start).is_some_and(|prefix| is_particle(particles, prefix, first_word))
}

/// Whether `prefix` is one of these particles before `word`. Where a particle ends in the word's first letter, squeezing
/// has made one of the two.
fn is_particle(particles: &[&str], prefix: &str, word: &str) -> bool {
    let Some(first) = word.chars().next() else { return false };
    // Lengths first: most particles are told apart by them.
    let doubled = prefix.len() + first.len_utf8();
    particles.iter().any(|particle| {
        (particle.len() == prefix.len() && *particle == prefix)
            || (particle.len() == doubled && particle.starts_with(prefix) && particle.ends_with(first))
    })
}

/// Where in a word a phrase may begin behind a particle, of the places where one `may_begin`.
pub(super) fn behind_particles(word: &str, may_begin: impl Fn(usize) -> bool) -> impl Iterator<Item = usize> {
    let in_particles = |c: char| matches!(c, 'و' | 'ف' | 'ب' | 'ك' | 'ل' | 'ا' | 'ه' | 'ع' | 'ي');
    let run = word.find(|c| !in_particles(c)).unwrap_or(word.len().saturating_sub(1)).min(LONGEST);
    // Each of their letters has two bytes.
    let ends = (2..=run).step_by(2);
    ends.filter(move |at| may_begin(*at) && is_particle(PARTICLES, &word[..*at], &word[*at..]))
}

fn ends_whole(view: &View, range: &Range<usize>, language: Language, takes_endings: bool) -> bool {
    let text = view.text();
    if range.end == text.len() || text.as_bytes()[range.end] == b' ' || view.is_seam(range.end) {
        return true;
    }
    let endings = match language {
        _ if !takes_endings => return false,
        Language::Arabic | Language::Any => ARABIC_ENDINGS,
        Language::Latin(_) => LATIN_ENDINGS,
        Language::PersianOrUrdu | Language::Hindi => return false,
    };
    after(text, range.end).is_some_and(|rest| endings.contains(&rest))
}

/// No particle or ending has more bytes.
const LONGEST: usize = 10;

/// The part of a word before byte `at`; `None` where it is longer than any particle.
fn before(text: &str, at: usize) -> Option<&str> {
    let from = at.saturating_sub(LONGEST + 1);
    match text.as_bytes()[from..at].iter().rposition(|byte| *byte == b' ') {
        Some(space) => Some(&text[from + space + 1..at]),
        None => (at <= LONGEST).then(|| &text[..at]),
    }
}

/// The part of a word from byte `at`; `None` where it is longer than any ending.
fn after(text: &str, at: usize) -> Option<&str> {
    let to = text.len().min(at + LONGEST + 1);
    match text.as_bytes()[at..to].iter().position(|byte| *byte == b' ') {
        Some(space) => Some(&text[at..at + space]),
        None => (text.len() - at <= LONGEST).then(|| &text[at..]),
    }
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
    fn particles_and_endings_are_no_longer_than_is_looked_for() {
        for part in [PARTICLES, SAFE_PARTICLES, ARABIC_ENDINGS, LATIN_ENDINGS].concat() {
            assert!(part.len() <= LONGEST, "{part}");
        }
        for particle in PARTICLES {
            let word = format!("{particle}رسوم");
            assert!(behind_particles(&word, |_| true).any(|at| at == particle.len()), "{word}");
        }
    }

    #[test]
    fn letters_that_were_spelled_out_hold_words_between_them() {
        assert!(whole("it is a b a d day", "bad", Language::Latin("en"), false));
    }
}
