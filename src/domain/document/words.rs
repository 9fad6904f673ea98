//! A deserializer's error in words that an operator acts on: found, allowed, for example.

use toml::Value;

use super::{Path, Step};

/// What a message can point at.
pub(super) struct Found<'a> {
    /// The value that is wrong; `None` where there is none.
    pub(super) value: Option<&'a Value>,
    /// A value that works, from the document that we ship.
    pub(super) model: Option<&'a Value>,
}

/// What an error is about: a missing or unknown key is the key, not the table that should or does hold it.
pub(super) fn subject(read: &Path, error: &toml::de::Error) -> (Path, String) {
    let message = error.message().to_owned();
    let key = message.strip_prefix(MISSING).or(message.strip_prefix(UNKNOWN_KEY)).and_then(first_quoted);
    let path = match key {
        Some(key) if read.0.last() != Some(&Step::Key(key.to_owned())) || message.starts_with(MISSING) => {
            read.with(Step::Key(key.to_owned()))
        }
        _ => read.clone(),
    };
    (path, message)
}

/// Whether the key itself is wrong, and not its value.
pub(super) fn is_about_a_key(message: &str) -> bool {
    message.starts_with(UNKNOWN_KEY)
}

/// What was found, what is allowed, and a value that works. A message that a type of ours wrote passes as it is.
pub(super) fn remedy(message: &str, path: &Path, found: &Found<'_>) -> String {
    if let Some(rest) = message.strip_prefix(UNKNOWN_KEY) {
        let mut words = quoted(rest);
        let key = words.next().unwrap_or_default();
        let allowed: Vec<&str> = words.collect();
        let nearest = nearest(key, &allowed).map_or(String::new(), |near| format!("; perhaps `{near}`"));
        return format!("found the unknown key `{key}`; allowed: {}{nearest}", allowed.join(", "));
    }
    if let Some(key) = message.strip_prefix(MISSING).and_then(first_quoted) {
        return match (found.model, found.model.and_then(shown)) {
            (_, Some(example)) => {
                format!("the key `{key}` is missing; add it, for example `{key} = {example}`")
            }
            (Some(Value::Table(_)), None) => {
                format!("the table `{path}` is missing; add it under `[{}]`", heading(path))
            }
            (Some(Value::Array(_)), None) => {
                format!("there is no `{path}`; add at least one under `[[{}]]`", heading(path))
            }
            _ => format!("the key `{key}` is missing; add `{key} = …`"),
        };
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let mut words = quoted(rest);
        let value = found.value.and_then(found_as);
        let value = value.unwrap_or_else(|| words.next().unwrap_or_default().to_owned());
        let allowed: Vec<String> = quoted(rest).skip(1).map(|word| format!("\"{word}\"")).collect();
        let example = allowed.first().cloned().unwrap_or_default();
        return format!("found {value}; allowed: {}; for example {example}", allowed.join(", "));
    }
    let kinds = ["invalid type: ", "invalid value: ", "invalid length "];
    let Some((told, expected)) = kinds
        .iter()
        .find_map(|kind| message.strip_prefix(kind))
        .and_then(|rest| rest.split_once(", expected "))
    else {
        return match (found.value.and_then(found_as), found.model.and_then(shown)) {
            // A type of ours says it all; one of a library says only what it did not like.
            (Some(value), Some(example)) if !message.contains(';') => {
                format!("found {value}: {message}; for example {example}")
            }
            _ => message.to_owned(),
        };
    };
    let (allowed, usual) = expectation(expected);
    let value = found.value.and_then(found_as).unwrap_or_else(|| match found.value {
        Some(Value::Table(_)) => "a table".to_owned(),
        Some(Value::Array(items)) => format!("a list of {}", items.len()),
        _ => told.to_owned(),
    });
    let example = found.model.and_then(shown).or(usual.map(str::to_owned));
    let example = example.map_or(String::new(), |example| format!("; for example {example}"));
    format!("found {value}; allowed: {allowed}{example}")
}

/// A path as a table's heading has it: without numbers, for it belongs to the last entry above it.
fn heading(path: &Path) -> Path {
    Path(path.0.iter().filter(|step| matches!(step, Step::Key(_))).cloned().collect())
}

const MISSING: &str = "missing field ";
const UNKNOWN_KEY: &str = "unknown field ";

/// What a Rust type's name means to an operator, and a value that usually works.
fn expectation(expected: &str) -> (String, Option<&'static str>) {
    let whole = |least: &str, most: String| (format!("a whole number from {least} to {most}"), Some("1"));
    match expected {
        "u8" => whole("0", u8::MAX.to_string()),
        "u16" => whole("0", u16::MAX.to_string()),
        "u32" => whole("0", u32::MAX.to_string()),
        "u64" | "usize" => whole("0", i64::MAX.to_string()),
        "a nonzero u8" => whole("1", u8::MAX.to_string()),
        "a nonzero u16" => whole("1", u16::MAX.to_string()),
        "a nonzero u32" => whole("1", u32::MAX.to_string()),
        "a nonzero u64" | "a nonzero usize" => whole("1", i64::MAX.to_string()),
        "i8" => whole(&i8::MIN.to_string(), i8::MAX.to_string()),
        "i16" => whole(&i16::MIN.to_string(), i16::MAX.to_string()),
        "i32" => whole(&i32::MIN.to_string(), i32::MAX.to_string()),
        "i64" | "isize" => whole(&i64::MIN.to_string(), i64::MAX.to_string()),
        "f32" | "f64" => ("a number".to_owned(), Some("0.5")),
        "a boolean" => ("true or false".to_owned(), Some("true")),
        "a string" | "a borrowed string" => ("text in quotes".to_owned(), Some("\"text\"")),
        "string only" => ("a word in quotes".to_owned(), None),
        "a sequence" => ("a list in brackets".to_owned(), Some("[]")),
        "a map" => ("a table".to_owned(), None),
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged enum ") => {
            ("a table".to_owned(), None)
        }
        _ => (expected.to_owned(), None),
    }
}

/// What was found as it is written; `None` where it is or holds a table, for a secret may stand in that.
fn found_as(value: &Value) -> Option<String> {
    match value {
        Value::Table(_) => None,
        Value::Array(items) if items.iter().any(|item| item.is_table() || item.is_array()) => None,
        plain => shown(plain),
    }
}

/// A value as it is written in TOML; `None` where that would not fit in a message.
fn shown(value: &Value) -> Option<String> {
    const FITS: usize = 60;
    match value {
        Value::String(text) if text.chars().count() > FITS => {
            let start: String = text.chars().take(FITS).collect();
            Some(format!("{}…", Value::String(start)))
        }
        _ => Some(value.to_string()).filter(|text| text.chars().count() <= FITS + 2),
    }
}

/// The allowed word that differs from `word` by one or two letters.
fn nearest<'a>(word: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let distance = |other: &str| {
        let other: Vec<char> = other.chars().collect();
        let mut row: Vec<usize> = (0..=other.len()).collect();
        for (at, letter) in word.chars().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], at + 1);
            for (column, same) in other.iter().map(|candidate| *candidate == letter).enumerate() {
                let changed = diagonal + usize::from(!same);
                diagonal = row[column + 1];
                row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
            }
        }
        row[other.len()]
    };
    allowed
        .iter()
        .copied()
        .map(|near| (distance(near), near))
        .filter(|(far, _)| *far <= 2)
        .min()
        .map(|(_, near)| near)
}

fn first_quoted(text: &str) -> Option<&str> {
    quoted(text).next()
}

/// The words between back quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
