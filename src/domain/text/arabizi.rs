//! Arabizi: Arabic written in Latin letters, with digits for the letters that Latin lacks.
//!
//! Which words of a text are written so is told here, by [`small`] words and by digits; how a word sounds, and so which
//! Arabic word it may be, by [`Chat`]. Which one is meant a list of words has to say.

mod chat;
mod small;

pub(crate) use chat::{Chat, skeleton};
pub(crate) use small::small_arabic;

use small::{Small, small};

/// What a digit at the front of an English word counts, and English words with a digit within.
const COUNTED: &[&str] = &[
    "d", "g", "k", "m", "x", "am", "pm", "nd", "rd", "th", "st", "km", "kg", "cm", "mm", "gb", "mb", "tb",
    "mp", "bhk", "day", "days", "star", "stars", "bed", "beds", "min", "mins", "hr", "hrs", "hour", "hours",
    "time", "times", "week", "weeks", "month", "months", "year", "years", "yrs", "up", "pac", "nite",
    "morrow", "in", "to", "floor", "phase", "people", "person", "kids",
];
const CODED: &[&str] = &[
    "b2b", "b2c", "c2c", "p2p", "f2f", "e2e", "h2o", "co2", "o2o", "gr8t", "l8r", "m8s", "ne1", "k2k", "mp3s",
];

/// The words of a text that are Arabizi, each with its place among them.
///
/// A word with a digit in place of a letter is; any other, only in a text that speaks so: with small words of Arabic, more of
/// them than of any other language.
pub(crate) fn arabizi<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Vec<(usize, &'a str)> {
    let (mut arabic, mut told, mut other, mut latin) = (0, 0, 0, 0);
    let mut with_digits = false;
    for word in words.clone().filter(|word| is_latin(word)) {
        latin += 1;
        let digits = digit_letters(word);
        with_digits |= digits == Digits::Within;
        let weight = match small(word) {
            Some(Small::Arabic(_, weight)) => weight,
            Some(Small::Other) => {
                other += 1;
                0
            }
            None => u8::from(digits != Digits::None),
        };
        arabic += usize::from(weight > 0);
        told += usize::from(weight);
    }
    let speaks_so = told >= 2 && told > other && 4 * arabic >= latin;
    if !with_digits && !speaks_so {
        return Vec::new();
    }
    let chosen = words.enumerate().filter(|(_, word)| {
        is_latin(word) && (speaks_so || digit_letters(word) == Digits::Within) && word.len() <= LONGEST
    });
    chosen.take(MOST_WORDS).collect()
}

/// So many words of one comment are written back; more would cost time and tell nothing new.
const MOST_WORDS: usize = 200;

/// A longer word is none that could be written back.
const LONGEST: usize = 24;

fn is_latin(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Where digits stand in a word for Arabic letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    /// `kalb`, and also `3rd`, `ps5` and `b2b`.
    None,
    /// `sa7`, `jame3`; `area7` looks the same.
    AtTheEnd,
    /// `7mar`, `ma7ad`, `a5i`.
    Within,
}

fn digit_letters(word: &str) -> Digits {
    let bytes = word.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let for_a_letter = |at: usize| b"2356789".contains(&bytes[at]) && !is_digit(at + 1);
    let mut digits = (0..bytes.len()).filter(|at| is_digit(*at));
    let Some(first) = digits.next() else { return Digits::None };
    let counts = first == 0 && COUNTED.iter().any(|unit| unit.eq_ignore_ascii_case(&word[1..]));
    let coded = CODED.iter().any(|code| code.eq_ignore_ascii_case(word));
    if bytes.len() < 3 || counts || coded || !for_a_letter(first) || !digits.all(for_a_letter) {
        Digits::None
    } else if first + 1 < bytes.len() {
        Digits::Within
    } else if matches!(bytes[first], b'7' | b'3') {
        Digits::AtTheEnd
    } else {
        Digits::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Vec<&str> {
        arabizi(text.split(' ')).into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn english_does_not_become_arabic() {
        for text in [
            "please open the 3rd branch before 7am, the b2b portal is slow and ps5 is out",
            "Wallah the service is bad and you know it",
            "habibi this is the best app yalla download it",
            "I have 2 kids and 3 bedrooms at area7 phase5",
            "gr8 work m8 see you 2morrow 4ever",
            "mujhe koi jawab nahi mila aur ye system bekar hai",
            "La Mer and Al Barsha are nice for a walk",
            "the min wage",
        ] {
            assert!(chosen(text).is_empty(), "{text}: {:?}", chosen(text));
        }
    }

    #[test]
    fn arabizi_is_known_by_its_digits_and_small_words() {
        assert_eq!(chosen("the manager is 7mar"), ["7mar"]);
        assert_eq!(chosen("enta kalb"), ["enta", "kalb"]);
        assert_eq!(chosen("el app zeft w ma7ad yerod").len(), 6);
        assert_eq!(chosen("ya ibn el sharmouta").len(), 4);
    }
}
