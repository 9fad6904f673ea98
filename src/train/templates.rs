//! Sentence frames filled with words: comments to learn from where few are written, about whom contempt names, who is
//! threatened, and what is lawfully said in the same words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::data::{DataError, Row, TEMPLATES, clauses};
use super::random::Random;
use crate::domain::judge::Kind;

/// So many comments are made of one sentence, at most.
const FILLED: usize = 8;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Templates {
    /// What may stand at each place, by the name of the place.
    words: BTreeMap<String, Vec<String>>,
    #[serde(rename = "frame")]
    frames: Vec<Frame>,
}

/// Sentences that are labelled alike.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    lang: String,
    labels: Vec<String>,
    kind: Kind,
    #[serde(default)]
    criticism: bool,
    texts: Vec<String>,
}

/// Appends the comments that the templates at `path` make, the same ones every time.
pub(super) fn read(path: &Path, rows: &mut Vec<Row>) -> Result<(), DataError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| DataError::Unreadable { path: path.to_owned(), source })?;
    let templates: Templates = toml::from_str(&text)
        .map_err(|source| DataError::Templates { path: path.to_owned(), source: Box::new(source) })?;
    let mut random = Random(0);
    for frame in &templates.frames {
        let clauses = clauses(&frame.labels).map_err(|label| DataError::Label {
            path: path.to_owned(),
            line: 1,
            label,
        })?;
        for text in &frame.texts {
            let filled: BTreeSet<String> = (0..FILLED)
                .map(|_| fill(text, &templates.words, &mut random))
                .collect::<Result<_, _>>()
                .map_err(|word| DataError::Place { path: path.to_owned(), word })?;
            rows.extend(filled.into_iter().map(|text| Row {
                text,
                lang: frame.lang.clone(),
                source: TEMPLATES.to_owned(),
                clauses: clauses.clone(),
                kind: Some(frame.kind),
                criticism: frame.criticism,
                hard: false,
                dev: false,
                marked_dev: false,
            }));
        }
    }
    Ok(())
}

/// The sentence with a word at each of its places; the name of a place for which there are none.
fn fill(text: &str, words: &BTreeMap<String, Vec<String>>, random: &mut Random) -> Result<String, String> {
    let mut parts = text.split(['{', '}']);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    while let (Some(place), Some(after)) = (parts.next(), parts.next()) {
        let words: Vec<&str> = words.get(place).into_iter().flatten().map(String::as_str).collect();
        if words.is_empty() {
            return Err(place.to_owned());
        }
        filled.push_str(random.pick(&words));
        filled.push_str(after);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
    }

    fn made() -> Vec<Row> {
        let mut rows = Vec::new();
        read(&own().join("templates.toml"), &mut rows).unwrap();
        rows
    }

    #[test]
    fn every_place_is_filled_and_nothing_that_is_made_measures() {
        let rows = made();
        assert!(rows.len() > 2_000, "{}", rows.len());
        assert!(rows.iter().all(|row| !row.dev && !row.text.contains(['{', '}'])));
        assert!(rows.iter().all(|row| row.is_lawful() || !row.criticism));
    }

    #[test]
    fn no_sentence_is_one_of_the_cases_that_measure() {
        let made: BTreeSet<String> = made().into_iter().map(|row| row.text).collect();
        for path in super::super::data::files(&own().join(super::super::data::NEVER), "").unwrap() {
            for line in std::fs::read_to_string(path).unwrap().lines() {
                let case: serde_json::Value = serde_json::from_str(line).unwrap();
                assert!(!made.contains(case["text"].as_str().unwrap()), "{}", case["id"]);
            }
        }
    }

    #[test]
    fn a_place_without_words_is_told() {
        let words = BTreeMap::from([("a".to_owned(), vec!["x".to_owned()])]);
        assert_eq!(fill("{a} and {b}", &words, &mut Random(0)), Err("b".to_owned()));
        assert_eq!(fill("{a} and {a}", &words, &mut Random(0)), Ok("x and x".to_owned()));
    }
}
