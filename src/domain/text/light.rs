//! The light view: the text as written, in lower case, with ASCII digits and without invisible characters.
//!
//! Numbers, links and addresses are looked for here, where `+`, `@`, `.` and `/` still stand.

use super::glyphs::read;
use super::letters::Class;
use super::view::{Span, View};

/// Reads a text lightly; `None` where it holds no digit and no dot or colon as an address has them, so that there is nothing
/// to look for.
pub(crate) fn light(text: &str) -> Option<View> {
    if !tells(text.as_bytes()) && !text.chars().any(is_numeral_or_dot) {
        return None;
    }
    let mut view = View::with_capacity(text.len());
    for (start, c) in text.char_indices() {
        let span = Span::of(start, c);
        // Every white space is one kind, so that a pattern can say "a space".
        read(c, |c, class| view.push(if class == Class::Space { ' ' } else { c }, span));
    }
    Some(view)
}

/// Whether a digit of ASCII or Arabic, a dot or a colon may belong to a number or an address. Asked of every comment, so
/// without a branch a byte.
fn tells(text: &[u8]) -> bool {
    let tells = |(first, next): (&u8, &u8)| {
        first.is_ascii_digit()
            // A dot before a space only ends a sentence.
            | (*first == b'.') & !matches!(next, b' ' | b'.' | b'\n' | b'"')
            | (*first == b':') & (*next == b'/')
            | (*first == 0xD9) & matches!(next, 0xA0..=0xA9)
            | (*first == 0xDB) & matches!(next, 0xB0..=0xB9)
    };
    let pairs = text.iter().zip(text.iter().skip(1));
    text.last().is_some_and(u8::is_ascii_digit) | pairs.fold(false, |any, pair| any | tells(pair))
}

/// Whether a character of another script does.
fn is_numeral_or_dot(c: char) -> bool {
    let told = c.is_ascii() || ('\u{600}'..='\u{6FF}').contains(&c);
    !told && (c.is_numeric() || matches!(c, '．' | '﹒' | '․'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_read_as_ascii() {
        assert_eq!(light("هاتف:\u{202D}٠٥٠-١٢٣\n٤٥").unwrap().text(), "هاتف:050-123 45");
        assert_eq!(light("Ｍail: A.B＠Example．com").unwrap().text(), "mail: a.b@example.com");
    }

    #[test]
    fn a_text_without_numbers_or_addresses_is_not_read() {
        for text in ["شكرا لكم, well done!", "Well done. Thanks. @you", "كيف: نعم...", ""] {
            assert!(light(text).is_none(), "{text}");
        }
        for text in ["a.b", "a．b", "http://a", "٣", "½"] {
            assert!(light(text).is_some(), "{text}");
        }
    }
}
