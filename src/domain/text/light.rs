//! The light view: the text as written, in lower case, with ASCII digits and without invisible characters.
//!
//! Numbers, links and addresses are looked for here, where `+`, `@`, `.` and `/` still stand.

use super::glyphs::read;
use super::letters::Class;
use super::view::{Span, View};

/// Reads a text lightly; `None` where it holds no digit, `@` or `.`, so that there is nothing to look for.
pub(crate) fn light(text: &str) -> Option<View> {
    // The letters of Arabic are asked first, for they are many and no digits.
    let is_numeric = |c: char| !('\u{620}'..='\u{65F}').contains(&c) && !c.is_ascii() && c.is_numeric();
    let worth_reading = |c: char| matches!(c, '0'..='9' | '@' | '.') || is_numeric(c);
    if !text.contains(worth_reading) {
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
        assert!(light("شكرا لكم, well done!").is_none());
    }
}
