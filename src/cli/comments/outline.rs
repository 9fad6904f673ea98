//! What the public wrote, and what is told of it, as a terminal can show it: no control character of theirs reaches it.

use serde_json::{Value, json};

/// The start of a text as a terminal can show it in a table. The public's control characters are not for our screen.
pub(super) fn in_a_line(text: &str) -> String {
    const SHOWN: usize = 60;
    let harmless = text.chars().map(|c| if c.is_control() || is_direction_mark(c) { ' ' } else { c });
    let mut line: String = harmless.clone().take(SHOWN).collect();
    if harmless.count() > SHOWN {
        line.push('…');
    }
    line
}

/// Marks and overrides of writing direction, which could reorder the rest of a line.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// An object as indented lines, for reading.
pub(super) fn outline(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null() && value != &&json!([]))
            .map(|(name, value)| match value {
                Value::Object(_) | Value::Array(_) => {
                    format!("{indent}{name}\n{}", outline(value, depth + 1))
                }
                Value::String(text) => {
                    let lines = text
                        .lines()
                        .map(|line| line.replace(|c: char| c.is_control() || is_direction_mark(c), " "));
                    let joined = lines.collect::<Vec<_>>().join(&format!("\n{indent}    "));
                    format!("{indent}{name}: {joined}\n")
                }
                plain => format!("{indent}{name}: {plain}\n"),
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| outline(item, depth)).collect::<Vec<_>>().join("\n"),
        Value::String(text) => format!("{indent}{}\n", in_a_line(text)),
        plain => format!("{indent}{plain}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_steer_the_terminal_of_whoever_lists_it() {
        assert_eq!(in_a_line("a\u{1b}[2J\nb\u{202e}c"), "a [2J b c");
        assert_eq!(in_a_line(&"ا".repeat(61)), format!("{}…", "ا".repeat(60)));
        assert!(!outline(&json!({ "text": "a\u{1b}[2J" }), 0).contains('\u{1b}'));
    }

    #[test]
    fn an_outline_leaves_out_what_is_absent() {
        let story = json!({ "id": 7, "clause": null, "actions": [], "texts": [{ "n": 1 }, { "n": 2 }] });
        assert_eq!(outline(&story, 0), "id: 7\ntexts\n  n: 1\n\n  n: 2\n");
    }
}
