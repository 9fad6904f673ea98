//! In which language somebody wrote, by the letters of their text.

use super::Language;
use crate::domain::judge::is_persian_or_urdu;

impl Language {
    /// The language of `text`: that of most of its letters. Links, names of accounts and topics tell nothing. Text in Latin
    /// letters is taken for English unless some of them are not of its alphabet.
    pub fn of(text: &str) -> Self {
        let (mut arabic, mut english, mut other) = (0_usize, 0_usize, 0_usize);
        let words =
            text.split_whitespace().filter(|word| !word.starts_with(['@', '#']) && !word.contains("://"));
        for letter in words.flat_map(str::chars).filter(|letter| letter.is_alphabetic()) {
            match letter {
                'a'..='z' | 'A'..='Z' => english += 1,
                '\u{600}'..='\u{6FF}'
                | '\u{750}'..='\u{77F}'
                | '\u{FB50}'..='\u{FDFF}'
                | '\u{FE70}'..='\u{FEFF}' => {
                    arabic += 1;
                }
                _ => other += 1,
            }
        }
        if arabic > 0 && arabic >= english && arabic >= other {
            if is_persian_or_urdu(text) { Language::Other } else { Language::Arabic }
        } else if english > other && !is_of_another_alphabet(text) {
            Language::English
        } else {
            Language::Other
        }
    }
}

/// Whether it has Latin letters that English does not.
fn is_of_another_alphabet(text: &str) -> bool {
    text.contains(|letter: char| ('\u{C0}'..='\u{24F}').contains(&letter) && letter.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_of_most_of_its_letters() {
        assert_eq!(Language::of("متى تفتح المدارس؟"), Language::Arabic);
        assert_eq!(Language::of("When do schools open?"), Language::English);
        assert_eq!(Language::of("هل يعمل UAE Pass اليوم؟"), Language::Arabic);
        assert_eq!(Language::of("स्कूल कब खुलेंगे?"), Language::Other);
        assert_eq!(Language::of("آپ کی سروس بہت اچھی ہے شکریہ"), Language::Other);
        assert_eq!(Language::of("Où est l'école à Abu Dhabi ?"), Language::Other);
    }

    #[test]
    fn links_and_names_tell_nothing_and_neither_do_signs_alone() {
        assert_eq!(
            Language::of("متى؟ https://moe.example.ae/registration @ministry_of_education"),
            Language::Arabic
        );
        assert_eq!(Language::of("@ministry 2026 ؟!"), Language::Other);
        assert_eq!(Language::of(""), Language::Other);
    }
}
