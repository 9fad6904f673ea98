//! The light view: the text as written, in lower case, with ASCII digits and without invisible characters.
//!
//! Numbers, links and addresses are looked for here, where `+`, `@`, `.` and `/` still stand.

use super::glyphs::read;
use super::letters::Class;
use super::view::{Span, View};

/// Reads a text lightly; `None` where it holds no digit and no dot or colon as an address has them, so that there is nothing
/// to look for.
pub(crate) fn light(text: &str) -> Option<View> {
    if !text.bytes().enumerate().any(|(at, byte)| FIRST_BYTES[byte as usize] && may_tell(text, at)) {
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

/// The bytes at which a character may begin that belongs to a number or an address. Asked of every byte of every comment.
const FIRST_BYTES: [bool; 256] = {
    let mut first = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        first[byte] = matches!(byte as u8, b'0'..=b'9' | b'.' | b':' | 0xC0..=0xD7 | 0xD9 | 0xDB..=0xFF);
        byte += 1;
    }
    first
};

/// Whether the character at one of those bytes does.
fn may_tell(text: &str, at: usize) -> bool {
    let next = text.as_bytes().get(at + 1);
    match text.as_bytes()[at] {
        b'0'..=b'9' => true,
        // A dot before a space only ends a sentence.
        b'.' => next.is_some_and(|next| !b" .\n\"".contains(next)),
        b':' => text[at..].starts_with("://"),
        // The digits among the letters of Arabic, which are many.
        0xD9 => matches!(next, Some(0xA0..=0xA9)),
        0xDB => matches!(next, Some(0xB0..=0xB9)),
        _ => text[at..].chars().next().is_some_and(|c| c.is_numeric() || matches!(c, '．' | '﹒' | '․')),
    }
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
