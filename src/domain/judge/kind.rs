//! What kind of comment it is, from cues that people write and from question marks.
//!
//! Who is in doubt owes an answer: the kinds that open a reply clock go before those that do not. The order is
//!
//! 1. **suggestion**, where the author says so ("I suggest", "أقترح"), whatever else is said;
//! 2. **complaint**, where something happened: a question that tells it ("why has nobody answered?") is a complaint,
//!    and so are thanks that do;
//! 3. **question**, by a question word or a question mark at the end of a word;
//! 4. **opinion**, where the author says so;
//! 5. **complaint** again, where things are merely called bad or late: such words also stand in questions and opinions;
//! 6. **suggestion** again, where the author merely wishes ("it would be nice", "يا ريت");
//! 7. **praise**;
//! 8. **other**, where somebody greets or prays;
//! 9. where somebody writes [`OPINION_WORDS`] words without any cue, what the model is [`SURE`] of, or else **opinion**;
//! 10. **other**: names, emoji.
//!
//! A comment that the policy doubts seldom praises or thinks what its words pretend, so there the model goes before every cue
//! to which no promise hangs: it read such comments, and a cue knows one word. Whoever asks is owed an answer, in whatever company.

use super::Kind;
use super::reading::Reading;
use super::rules::{Rules, SignSet, Signs};

/// A text of so many words says something, even where we know none of its cues.
const OPINION_WORDS: usize = 4;

/// The groups of the lexicon that tell kinds apart.
#[derive(Debug)]
pub(super) struct KindSigns {
    suggestion: SignSet,
    complaint: SignSet,
    grievance: SignSet,
    question: SignSet,
    wish: SignSet,
    praise: SignSet,
    opinion: SignSet,
    greeting: SignSet,
}

impl KindSigns {
    pub(super) fn new(signs: &Signs) -> Self {
        KindSigns {
            suggestion: signs.group("suggestion"),
            complaint: signs.group("complaint"),
            grievance: signs.group("grievance"),
            question: signs.group("question"),
            wish: signs.group("wish"),
            praise: signs.group("praise"),
            opinion: signs.group("opinion"),
            greeting: signs.group("greeting"),
        }
    }
}

/// `doubted` says whether the policy lets the comment stay only after a person looked, if at all. `believed` tells the likeliest
/// kind by the model, and how likely it is; it is asked only where no cue settles it.
pub(super) fn kind(
    reading: &Reading<'_>,
    rules: &Rules,
    doubted: bool,
    believed: impl FnOnce() -> Option<(Kind, f32)>,
) -> Kind {
    match cued(reading, rules) {
        Some(kind) if !doubted || kind.is_owed_a_reply() => kind,
        None if !says_something(reading.original) => Kind::Other,
        cue => {
            let likeliest = believed().filter(|(_, likely)| doubted || *likely >= SURE).map(|(kind, _)| kind);
            likeliest.or(cue).unwrap_or(Kind::Opinion)
        }
    }
}

/// From so likely on, the model's kind goes before the count of words where nothing is doubted: a promise hangs on it.
const SURE: f32 = 0.6;

fn cued(reading: &Reading<'_>, rules: &Rules) -> Option<Kind> {
    let signs = rules.kinds();
    let has = |sign: SignSet| sign.meets(reading.present);
    if reading.folded.text().is_empty() {
        Some(Kind::Other)
    } else if has(signs.suggestion) {
        Some(Kind::Suggestion)
    } else if has(signs.complaint) {
        Some(Kind::Complaint)
    } else if has(signs.question) || asks(reading.original) {
        Some(Kind::Question)
    } else if has(signs.opinion) {
        Some(Kind::Opinion)
    } else if has(signs.grievance) {
        Some(Kind::Complaint)
    } else if has(signs.wish) {
        Some(Kind::Suggestion)
    } else if has(signs.praise) {
        Some(Kind::Praise)
    } else if has(signs.greeting) {
        Some(Kind::Other)
    } else {
        None
    }
}

/// Whether there are words enough for an opinion; names of accounts say nothing.
fn says_something(text: &str) -> bool {
    let words = text
        .split_whitespace()
        .filter(|word| !word.starts_with('@') && !word.contains("://") && word.contains(is_alphanumeric));
    words.take(OPINION_WORDS).count() == OPINION_WORDS
}

/// As Unicode has it, and faster for the letters of nearly every word.
fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{620}'..='\u{64A}').contains(&c) || c.is_alphanumeric()
}

/// Whether a question mark ends a word; one within a link does not.
fn asks(text: &str) -> bool {
    // One mark at a time: a search for one character runs over bytes.
    ['?', '؟', '？'].into_iter().any(|mark| {
        text.match_indices(mark).any(|(at, mark)| {
            let next = text[at + mark.len()..].chars().next();
            next.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '=' && c != '%')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_unicode() {
        assert!(('\0'..=char::MAX).all(|c| is_alphanumeric(c) == c.is_alphanumeric()));
    }

    #[test]
    fn a_question_mark_in_a_link_asks_nothing() {
        assert!(asks("متى تفتحون؟"));
        assert!(asks("open today?!"));
        assert!(!asks("https://example.com/?id=7"));
    }
}
