//! `replies.toml`: what staff say often, in both languages, ready to be adapted.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::documents;
use crate::domain::document::{Document, Problem};

/// The shipped file: the model for messages about others.
const SHIPPED: &str = include_str!("../../config/replies.toml");

/// A reply that staff can start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReply {
    /// Its name in commands and the console.
    pub id: String,
    /// What it is for.
    pub title: Bilingual,
    /// What it says.
    pub text: Bilingual,
}

/// The same words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Arabic.
    pub ar: String,
    /// English.
    pub en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RepliesFile {
    #[serde(default)]
    reply: Vec<SavedReply>,
}

/// Reads the file of saved replies.
///
/// # Errors
/// Every problem, by place.
pub(super) fn file(path: &Path) -> Result<Vec<SavedReply>, Vec<Problem>> {
    parse(&path.display().to_string(), &documents::read(path)?)
}

fn parse(file: &str, text: &str) -> Result<Vec<SavedReply>, Vec<Problem>> {
    let document = Document::<RepliesFile>::parse_like(file, text, SHIPPED)?;
    let mut problems = Vec::new();
    let mut ids = HashSet::new();
    for (index, reply) in document.value.reply.iter().enumerate() {
        if !ids.insert(&reply.id) {
            problems.push(document.problem(
                &format!("reply[{index}].id"),
                format!("found \"{}\" a second time; give each reply its own id", reply.id),
            ));
        }
        for (key, words) in [("title", &reply.title), ("text", &reply.text)] {
            for (language, words) in [("ar", &words.ar), ("en", &words.en)] {
                if words.trim().is_empty() {
                    problems.push(document.problem(
                        &format!("reply[{index}].{key}.{language}"),
                        "found no words; write them in this language too",
                    ));
                }
            }
        }
    }
    if problems.is_empty() { Ok(document.value.reply) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_replies_load_and_fit_on_every_platform() {
        // X allows 280 weighted characters, and weighs Arabic as one each.
        let replies = parse("replies.toml", SHIPPED).unwrap();
        assert!(replies.len() >= 8);
        for reply in replies {
            assert!(reply.text.ar.chars().count() <= 270, "{}", reply.id);
            assert!(reply.text.en.chars().count() <= 270, "{}", reply.id);
        }
    }

    #[test]
    fn a_reply_named_twice_or_without_words_is_refused_by_place() {
        let reply =
            "[[reply]]\nid = \"a\"\ntitle = { ar = \"أ\", en = \"a\" }\ntext = { ar = \" \", en = \"a\" }\n";
        let problems = parse("replies.toml", &format!("{reply}{reply}")).unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "replies.toml:4:15: reply[0].text.ar: found no words; write them in this language too",
                "replies.toml:6:6: reply[1].id: found \"a\" a second time; give each reply its own id",
                "replies.toml:8:15: reply[1].text.ar: found no words; write them in this language too",
            ]
        );
    }
}
