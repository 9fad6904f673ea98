//! Characters made plain: what one character of a text says once its dress is taken off.
//!
//! Unicode's compatibility decomposition comes first (UAX #15, NFKD): presentation forms, full-width
//! and mathematical letters, and letters with marks fall apart, and the marks are dropped. The rest is
//! our own table, because no standard one serves: `decancer` and the confusables of UTS #39 damage Arabic.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Whose letters a character belongs to, as far as matching cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Arabic,
    Latin,
    Other,
}

/// What a plain character is for reading words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Letter(Script),
    Digit,
    /// Separates words.
    Space,
    /// Ends a sentence or belongs to an address; always separates words.
    Stop,
    /// `*`, which stands for a letter inside a word.
    Mask,
    /// `@`, `$` and `!`, which are drawn for a letter inside a Latin word.
    Drawn,
    /// Any other sign, emoji among them: people put them between the letters of a word to disguise it.
    Sign,
}

/// Hands the plain characters of `c` to `emit`, none for a mark or an invisible character.
pub(super) fn plain(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    if is_silent(c) {
        return;
    }
    if ('\u{621}'..='\u{64A}').contains(&c) {
        return emit(arabic(c));
    }
    if let Some(letter) = boxed_letter(c) {
        return emit(letter);
    }
    const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
    for part in NFKD.normalize_iter(std::iter::once(c)) {
        for lower in part.to_lowercase() {
            if !is_silent(lower) {
                emit(digit(lower).unwrap_or_else(|| arabic(lower)));
            }
        }
    }
}

/// What a plain character is for reading words.
#[inline]
pub(super) fn class(c: char) -> Class {
    match c {
        'a'..='z' => Class::Letter(Script::Latin),
        '0'..='9' => Class::Digit,
        '*' => Class::Mask,
        '@' | '$' | '!' => Class::Drawn,
        '.' | ',' | ';' | ':' | '?' | '/' | '\\' | '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '&' | '=' | '%'
        // An underscore separates the words of a hashtag.
        | '#' | '_' | '،' | '؛' | '؟' | '«' | '»' | '“' | '”' | '‘' | '’' | '…' | '۔' | '।' | '॥' => Class::Stop,
        MIDDLE_FINGER => Class::Letter(Script::Other),
        _ if c.is_whitespace() => Class::Space,
        _ if is_arabic(c) => Class::Letter(Script::Arabic),
        // The signs that write vowels and join consonants in Indic scripts are no letters to Unicode.
        '\u{900}'..='\u{DFF}' => Class::Letter(Script::Other),
        '\u{C0}'..='\u{24F}' if c.is_alphabetic() => Class::Letter(Script::Latin),
        _ if c.is_alphanumeric() => Class::Letter(Script::Other),
        _ => Class::Sign,
    }
}

/// The one emoji that is a word of its own.
const MIDDLE_FINGER: char = '\u{1F595}';

/// The Latin letter that a Cyrillic or Greek one is drawn like. Only for use inside a Latin word.
pub(super) fn latin_look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'о' | 'ο' | 'ø' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ц' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

/// The letter that a digit or sign is drawn for in a disguised Latin word.
pub(super) fn drawn_letter(c: char) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
}

/// Characters that are not read: marks above and below letters, tatweel and hamza alone, and what is invisible.
pub(super) fn is_silent(c: char) -> bool {
    is_invisible(c) || is_mark(c) || matches!(c, '\u{621}' | '\u{640}' | '\u{674}')
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        // Soft hyphen, joiners, direction marks and isolates, the byte order mark, variation selectors, tags.
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Marks above and below letters.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c,
        // Combining marks of Latin, and the enclosing ones of emoji.
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
        // Arabic: vowel signs, Quranic signs.
        | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}'
        | '\u{8CA}'..='\u{8FF}'
        // Devanagari nukta, which many leave out.
        | '\u{93C}'
    )
}

/// Arabic letters that are written for one another, and their Persian and Urdu kin, as one letter.
fn arabic(c: char) -> char {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ؤ' | 'ۋ' | 'ۆ' | 'ۇ' => 'و',
        'ئ' | 'ى' | 'ی' | 'ې' | 'ے' | 'ۍ' => 'ي',
        'ة' | 'ہ' | 'ھ' | 'ۃ' | 'ە' | 'ۀ' | 'ۂ' => 'ه',
        'ک' | 'ڪ' | 'گ' | 'ڭ' => 'ك',
        'پ' => 'ب',
        'چ' => 'ج',
        'ژ' => 'ز',
        'ڤ' | 'ڥ' => 'ف',
        'ڨ' => 'ق',
        'ٹ' => 'ت',
        'ڈ' => 'د',
        'ڑ' => 'ر',
        'ں' => 'ن',
        _ => c,
    }
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{6D5}' | '\u{6EE}' | '\u{6EF}' | '\u{6FA}'..='\u{6FF}'
        | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8C9}')
}

/// The ASCII digit of the scripts that our public writes in; full-width and the like decompose before.
pub(super) fn digit(c: char) -> Option<char> {
    let zero = match c {
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6F0}'..='\u{6F9}' => '\u{6F0}',
        '\u{966}'..='\u{96F}' => '\u{966}',
        '\u{9E6}'..='\u{9EF}' => '\u{9E6}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

/// White letters on a black circle or square have no decomposition in Unicode.
fn boxed_letter(c: char) -> Option<char> {
    let first = match c {
        '\u{1F150}'..='\u{1F169}' => 0x1F150,
        '\u{1F170}'..='\u{1F189}' => 0x1F170,
        _ => return None,
    };
    char::from_u32(u32::from('a') + u32::from(c) - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly(text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|c| plain(c, |p| out.push(p)));
        out
    }

    #[test]
    fn arabic_letters_lose_their_marks_and_variants() {
        assert_eq!(plainly("أُسْرَةٌ إلى آخِرِهـــا"), "اسره الي اخرها");
        assert_eq!(plainly("ﻣﺮﺣﺒﺎ ﻻ"), "مرحبا لا");
        assert_eq!(plainly("شيء مسؤول"), "شي مسوول");
    }

    #[test]
    fn persian_and_urdu_letters_meet_their_arabic_kin() {
        assert_eq!(plainly("کیا ہے گھر"), "كيا هي كهر");
    }

    #[test]
    fn digits_of_every_script_read_the_same() {
        assert_eq!(plainly("٠٥٠ ۱۲۳ १२ ４５ ①"), "050 123 12 45 1");
    }

    #[test]
    fn dressed_up_latin_letters_read_plainly() {
        assert_eq!(plainly("Ｆｒéé 𝓯𝓻𝓮𝓮 ⓕⓡⓔⓔ 🅵🅁🅔🅔"), "free free free free");
    }

    #[test]
    fn invisible_characters_vanish() {
        assert_eq!(plainly("a\u{200B}b\u{202E}c\u{FEFF}d\u{AD}e"), "abcde");
    }
}
