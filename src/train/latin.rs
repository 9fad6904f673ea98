//! Arabic as many write it in Latin letters and digits, so that what is learned of one is known of the other.

use super::random::Random;

/// One writer's habits: how each of these letters is written by them.
#[derive(Debug, Clone, Copy)]
struct Habits([&'static str; 14]);

/// The letters that writers differ in, each with the ways to write it.
const VARIED: [(&[char], &[&str]); 14] = [
    (&['ح'], &["7", "7", "7", "h"]),
    (&['خ'], &["kh", "5", "5", "7'"]),
    (&['ع'], &["3", "3", "3", "a"]),
    (&['غ'], &["gh", "gh", "3'"]),
    (&['ش'], &["sh", "sh", "ch"]),
    (&['ق'], &["q", "8", "2", "9", "g"]),
    (&['ث'], &["th", "s", "t"]),
    (&['ذ', 'ظ'], &["th", "z", "d"]),
    (&['ط'], &["6", "t", "t"]),
    (&['ص'], &["s", "s", "9"]),
    (&['ض'], &["d", "d", "dh"]),
    (&['ج'], &["j", "j", "g"]),
    (&['و'], &["o", "u", "oo", "ou"]),
    (&['ي'], &["i", "ee", "e", "y"]),
];

/// The letters that all write alike.
const PLAIN: &str = "بb تt دd رr زz سs فf كk لl مm نn هh ىa";

/// The text in one writer's Latin letters.
pub(super) fn latin(text: &str, random: &mut Random) -> String {
    let habits = Habits(std::array::from_fn(|at| random.pick(VARIED[at].1)));
    text.split_inclusive(' ').map(|word| habits.word(word, random)).collect()
}

impl Habits {
    fn word(self, word: &str, random: &mut Random) -> String {
        let mut written = String::with_capacity(word.len());
        let rest = match word.strip_prefix("ال") {
            Some(rest) if rest.trim_end().chars().count() > 1 => {
                written.push_str(random.pick(&["el", "al", "il", "el ", "al "]));
                rest
            }
            _ => word,
        };
        let mut after_consonant = false;
        let mut first = true;
        let mut letters = rest.chars().filter(|c| !matches!(c, '\u{64B}'..='\u{652}' | 'ـ')).peekable();
        while let Some(c) = letters.next() {
            let last = letters.peek().is_none_or(|next| !next.is_alphabetic());
            let (vowel, letter) = self.letter(c, first, last, random);
            // Short vowels are not written in Arabic; here some of them are.
            if !vowel && after_consonant && c.is_alphabetic() {
                written.push_str(random.pick(&["a", "a", "e", "i", "o", "", ""]));
            }
            match letter {
                Some(letter) => written.push_str(letter),
                None => written.push(c),
            }
            after_consonant = !vowel && c.is_alphabetic();
            first = false;
        }
        written
    }

    /// Whether it is a vowel, and how it is written; `None` for what is no Arabic letter.
    fn letter(self, c: char, first: bool, last: bool, random: &mut Random) -> (bool, Option<&'static str>) {
        let ways: &[&str] = match c {
            'إ' if first => &["e", "i"],
            'ا' | 'أ' | 'آ' | 'إ' if first => &["a", "a", "e"],
            'ا' | 'أ' | 'آ' | 'إ' => &["a", "a", "aa"],
            'ة' => &["a", "a", "ah", "eh", "e"],
            'ئ' | 'ؤ' | 'ء' => &["2", "", "a"],
            'و' if first => return (false, Some("w")),
            'ي' if first => return (false, Some("y")),
            'ي' if last => &["i", "y", "e"],
            _ => &[],
        };
        if !ways.is_empty() {
            return (true, Some(random.pick(ways)));
        }
        if let Some(at) = VARIED.iter().position(|(letters, _)| letters.contains(&c)) {
            return (matches!(c, 'و' | 'ي'), Some(self.0[at]));
        }
        let plain = PLAIN.split(' ').find_map(|pair| pair.strip_prefix(c));
        (c == 'ى' || plain.is_none(), plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arabic_letter_is_written_in_latin_ones() {
        let text = "السلام عليكم يا وزارة، متى يبدأ التسجيل؟ قُلْ شـيئا ظ ض ذ ث غ خ إن آه 123";
        for seed in 0..50 {
            let written = latin(text, &mut Random(seed));
            assert!(!written.contains(|c| ('\u{621}'..='\u{652}').contains(&c)), "{written}");
            assert!(written.ends_with("123") && written.contains('؟'), "{written}");
        }
    }

    #[test]
    fn one_writer_writes_a_letter_always_the_same_way() {
        let written = latin("حق حق حق", &mut Random(1));
        let words: Vec<&str> = written.split(' ').collect();
        assert!(words.iter().all(|word| word.as_bytes()[0] == words[0].as_bytes()[0]), "{written}");
    }
}
