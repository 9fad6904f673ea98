//! What the public wrote as a terminal can show it: no control character of theirs reaches it.

/// A line of a text, whole.
pub(super) fn harmless(line: &str) -> String {
    line.replace(|c: char| c.is_control() || is_direction_mark(c), " ")
}

/// The start of a text, in one line of a table.
pub(super) fn in_a_line(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut line: String = harmless(text).chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        line.push('…');
    }
    line
}

/// Marks and overrides of writing direction, which could reorder the rest of a line.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_steer_the_terminal_of_whoever_lists_it() {
        assert_eq!(in_a_line("a\u{1b}[2J\nb\u{202e}c"), "a [2J b c");
        assert_eq!(in_a_line(&"ا".repeat(61)), format!("{}…", "ا".repeat(60)));
    }
}
