//! Blanks in saved replies: `{what belongs there}`, in either language. One that is left must never reach the public.

/// The first blank that is left in a text, with its braces. Braces around nothing, or around more than a line, are none.
pub fn first(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(from) = rest.find('{') {
        let inner = &rest[from + 1..];
        match inner.find(['{', '}', '\n']) {
            Some(to) if inner[to..].starts_with('}') && !inner[..to].trim().is_empty() => {
                return Some(&rest[from..from + 1 + to + 1]);
            }
            _ => rest = inner,
        }
    }
    None
}

/// A text with those blanks filled that are known by these names, without their braces.
pub fn filled(text: &str, known: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in known {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_found_in_either_language_and_other_braces_are_none() {
        assert_eq!(first("عزيزنا {الاسم}، شكرًا"), Some("{الاسم}"));
        assert_eq!(first("Dear {{name}"), Some("{name}"));
        for text in ["no blanks", "an empty {} one", "{ }", "a { alone", "over\n{two\nlines}", "} {"] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn a_known_blank_is_filled_and_another_stays() {
        assert_eq!(filled("{name}: {link}", &[("name", "Amal")]), "Amal: {link}");
    }
}
