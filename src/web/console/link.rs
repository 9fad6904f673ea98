//! Addresses within the console.

use super::lang::Lang;

/// A path with a query.
pub(super) fn link(path: &str, query: &[(&str, &str)]) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{path}?{pairs}")
}

/// The same page in another language.
pub(super) fn in_language(here: &str, lang: Lang) -> String {
    with(here, "lang", lang.tag())
}

/// The same page with something else chosen.
pub(super) fn with(here: &str, name: &str, value: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(other, _)| other != name);
    let pairs = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(name, value)
        .finish();
    format!("{path}?{pairs}")
}

/// `path` where it is one of our own pages. Browsers take `//host` and `/\host` for another site's.
pub(super) fn own_page(path: &str) -> Option<&str> {
    let elsewhere = path.starts_with("//") || path.contains('\\') || path.chars().any(char::is_control);
    (path.starts_with('/') && !elsewhere).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_keeps_the_rest_of_the_address() {
        assert_eq!(in_language("/inbox", Lang::En), "/inbox?lang=en");
        assert_eq!(in_language("/inbox?lang=en&state=all", Lang::Ar), "/inbox?state=all&lang=ar");
    }

    #[test]
    fn a_page_of_another_site_is_none_of_ours() {
        assert_eq!(own_page("/comments/7?done=hide"), Some("/comments/7?done=hide"));
        for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\tb", ""] {
            assert_eq!(own_page(elsewhere), None, "{elsewhere:?}");
        }
    }
}
