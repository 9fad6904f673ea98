//! Breaches disguised as people disguise them, to see whether the judge still knows them.

/// A disguise: the same words for who reads them.
pub(super) type Disguise = fn(&str) -> String;

/// Every disguise that is tried, by name.
pub(super) const DISGUISES: [(&str, Disguise); 7] = [
    ("dots between letters", |text| held_apart(text, ".")),
    ("spaces between letters", spaced),
    ("a star for a letter", masked),
    ("hidden characters", |text| held_apart(text, "\u{200C}")),
    ("tatweel, or letters stretched", stretched),
    ("vowel signs, or marks over letters", |text| {
        held_apart(text, if is_latin(text) { "\u{301}" } else { "\u{64E}" })
    }),
    ("digits and look-alikes for letters", look_alikes),
];

/// Those that reading cannot undo wholly: among letters that all stand alone it is lost where a word ended, and under a star
/// which letter it was.
pub(super) const LASTING: [Disguise; 2] = [spaced, masked];

fn spaced(text: &str) -> String {
    held_apart(text, " ")
}

fn is_latin(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic())
}

/// Something between every two letters of words of three letters and more.
fn held_apart(text: &str, by: &str) -> String {
    words(text, |letters| {
        let letters: Vec<String> = letters.iter().map(char::to_string).collect();
        letters.join(by)
    })
}

fn masked(text: &str) -> String {
    words(text, |letters| {
        let middle = letters.len() / 2;
        letters.iter().enumerate().map(|(at, c)| if at == middle { '*' } else { *c }).collect()
    })
}

fn stretched(text: &str) -> String {
    words(text, |letters| {
        let middle = letters.len() / 2;
        let more = if letters[middle].is_ascii() { letters[middle] } else { 'ـ' };
        let (before, after) = letters.split_at(middle);
        before.iter().chain(&[more; 3]).chain(after).collect()
    })
}

fn look_alikes(text: &str) -> String {
    words(text, |letters| {
        let drawn = |c: &char| match c.to_ascii_lowercase() {
            'a' => '@',
            'e' => '3',
            'i' => '1',
            'o' => '0',
            'ي' => 'ی',
            'ك' => 'ک',
            'ه' => 'ہ',
            _ => *c,
        };
        // The last letter stays: digits at the end of a word read as a number.
        let (last, rest) = letters.split_last().expect("a word has letters");
        rest.iter().map(drawn).chain([*last]).collect()
    })
}

fn words(text: &str, disguise: impl Fn(&[char]) -> String) -> String {
    let word = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() >= 3 && letters.iter().all(|c| c.is_alphabetic()) {
            disguise(&letters)
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_and_numbers_stay() {
        assert_eq!(held_apart("to be 2026 fair", "."), "to be 2026 f.a.i.r");
        assert_eq!(stretched("fair"), "faiiiir");
        assert_eq!(look_alikes("coffee"), "c0ff3e");
    }
}
