//! Words without what grammar hangs on them, roughly: one particle before, one ending after.
//!
//! A stemmer for reading would err too often here. This one only lets forms of a word share a weight beside those of their
//! own, so an error costs little.

const ARABIC_BEFORE: &[&str] = &["وال", "بال", "كال", "فال", "لل", "ال", "و", "ف", "ب", "ل"];
const ARABIC_AFTER: &[&str] = &["هم", "كم", "ها", "نا", "ين", "ون", "ات", "ه", "ي", "ك", "ا"];
const LATIN_AFTER: &[&str] = &["ings", "ing", "ers", "er", "es", "ed", "s", "y"];

/// So many letters stay at least.
const LEFT: usize = 3;

/// The stem of a word of the folded view; a part of the word.
pub(super) fn stem(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().nth(LEFT - 1).is_some();
    let ending = |word: &'_ str, endings: &[&str]| {
        endings.iter().filter_map(|ending| word.strip_suffix(ending)).find(long).map_or(word.len(), str::len)
    };
    // Most words have neither particle nor ending, and two bytes tell: this is asked of every word.
    match word.as_bytes() {
        // Letters of the Arabic block.
        [0xD8..=0xDB, ..] => {
            let bare = match word.as_bytes() {
                [0xD8, 0xA7 | 0xA8, ..] | [0xD9, 0x81 | 0x83 | 0x84 | 0x88, ..] => {
                    let mut rests = ARABIC_BEFORE.iter().filter_map(|before| word.strip_prefix(before));
                    rests.find(long).unwrap_or(word)
                }
                _ => word,
            };
            match bare.as_bytes() {
                [.., 0xD8, 0xA7 | 0xAA] | [.., 0xD9, 0x83 | 0x85..=0x87 | 0x8A] => {
                    &bare[..ending(bare, ARABIC_AFTER)]
                }
                _ => bare,
            }
        }
        [b'a'..=b'z', .., b'd' | b'g' | b'r' | b's' | b'y'] => &word[..ending(word, LATIN_AFTER)],
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_their_stem() {
        for word in ["الموظف", "والموظفين", "موظفكم", "للموظف", "موظفه"] {
            assert_eq!(stem(word), "موظف", "{word}");
        }
        assert_eq!((stem("waiting"), stem("waits"), stem("waited")), ("wait", "wait", "wait"));
    }

    #[test]
    fn of_a_short_word_nothing_is_taken() {
        for word in ["ولد", "بلد", "في", "gas", "yes", "1900", "काम", ""] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn every_particle_and_ending_is_taken() {
        for before in ARABIC_BEFORE {
            assert_eq!(stem(&format!("{before}قصر")), "قصر", "{before}");
        }
        for after in ARABIC_AFTER {
            assert_eq!(stem(&format!("قصر{after}")), "قصر", "{after}");
        }
        for after in LATIN_AFTER {
            assert_eq!(stem(&format!("walk{after}")), "walk", "{after}");
        }
    }
}
