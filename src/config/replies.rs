//! `replies.toml`: what staff say often, in both languages, ready to be adapted; and what Majlis itself says outside hours.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::documents;
use crate::domain::acknowledgement::{OPENING, OPENING_MAX, Words};
use crate::domain::comment::Platform;
use crate::domain::document::{Document, Problem};
use crate::domain::lang::Bilingual;
use crate::domain::limits;

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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RepliesFile {
    #[serde(default)]
    reply: Vec<SavedReply>,
    acknowledgement: Option<AcknowledgementFile>,
}

/// `[acknowledgement]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcknowledgementFile {
    opens: Bilingual,
    after_holiday: Bilingual,
}

/// What the file says.
#[derive(Debug)]
pub(super) struct Replies {
    /// In the order of the file.
    pub(super) saved: Vec<SavedReply>,
    /// What acknowledgements say, where that is stated.
    pub(super) acknowledgement: Option<Words>,
}

/// Reads the file of saved replies.
///
/// # Errors
/// Every problem, by place.
pub(super) fn file(path: &Path) -> Result<Replies, Vec<Problem>> {
    parse(&path.display().to_string(), &documents::read(path)?)
}

fn parse(file: &str, text: &str) -> Result<Replies, Vec<Problem>> {
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
    if let Some(AcknowledgementFile { opens, after_holiday }) = &document.value.acknowledgement {
        for (key, words, openings) in [("opens", opens, 1), ("after_holiday", after_holiday, 0)] {
            for (language, words) in [("ar", &words.ar), ("en", &words.en)] {
                if let Some(why) = unfit(words, openings) {
                    problems.push(document.problem(&format!("acknowledgement.{key}.{language}"), why));
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let RepliesFile { reply, acknowledgement } = document.value;
    let words = |AcknowledgementFile { opens, after_holiday }| Words { opens, after_holiday };
    Ok(Replies { saved: reply, acknowledgement: acknowledgement.map(words) })
}

/// Why these words cannot be sent as they are, with the opening in them so many times.
fn unfit(words: &str, openings: usize) -> Option<String> {
    let bare = words.replace(OPENING, "");
    if bare.trim().is_empty() {
        return Some("found no words; write them in this language too".to_owned());
    }
    if bare.contains(['{', '}']) {
        return Some(format!(
            "found a brace that stands for nothing; allowed: {OPENING} alone, the next opening"
        ));
    }
    if words.matches(OPENING).count() != openings {
        return Some(match openings {
            0 => format!("found {OPENING}, and no date is sure then; say it without"),
            _ => format!(
                "needs {OPENING} once, where the next opening is told; for example \"We open on {OPENING}.\""
            ),
        });
    }
    Platform::ALL.into_iter().find_map(|platform| {
        let length = limits::reply_length(platform, &bare) + openings * OPENING_MAX;
        let max = limits::reply_max(platform);
        (length > max).then(|| {
            format!("may be {length} characters long as {platform} counts, and {max} is the most it takes; shorten it")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_replies_load_and_fit_on_every_platform() {
        // X allows 280 weighted characters, and weighs Arabic as one each.
        let replies = parse("replies.toml", SHIPPED).unwrap().saved;
        assert!(replies.len() >= 8);
        for reply in replies {
            assert!(reply.text.ar.chars().count() <= 270, "{}", reply.id);
            assert!(reply.text.en.chars().count() <= 270, "{}", reply.id);
        }
    }

    #[test]
    fn what_acknowledgements_say_is_shipped_and_words_that_cannot_be_sent_are_refused_by_place() {
        assert!(parse("replies.toml", SHIPPED).unwrap().acknowledgement.is_some());
        assert!(parse("replies.toml", "").unwrap().acknowledgement.is_none());
        let long = "a".repeat(221);
        let text = format!(
            "[acknowledgement]\nopens.ar = \"نعود قريباً\"\nopens.en = \"{long}{{opening}}\"\nafter_holiday.ar = \"بعد {{opening}}\"\nafter_holiday.en = \"After {{holiday}}\"\n"
        );
        let told: Vec<String> =
            parse("replies.toml", &text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "replies.toml:2:12: acknowledgement.opens.ar: needs {opening} once, where the next opening is told; for example \"We open on {opening}.\"",
                "replies.toml:3:12: acknowledgement.opens.en: may be 281 characters long as x counts, and 280 is the most it takes; shorten it",
                "replies.toml:4:20: acknowledgement.after_holiday.ar: found {opening}, and no date is sure then; say it without",
                "replies.toml:5:20: acknowledgement.after_holiday.en: found a brace that stands for nothing; allowed: {opening} alone, the next opening",
            ]
        );
    }

    #[test]
    fn a_title_that_is_missing_or_in_one_language_is_shown_as_it_is_written() {
        let text = "text = { ar = \"أ\", en = \"a\" }";
        let missing =
            format!("[[reply]]\nid = \"a\"\n{text}\n[[reply]]\nid = \"b\"\ntitle = \"b\"\n{text}\n");
        let told: Vec<String> =
            parse("replies.toml", &missing).unwrap_err().iter().map(ToString::to_string).collect();
        let works = r#"{ ar = "شكر على المشاركة", en = "Thanks for taking part" }"#;
        assert_eq!(
            told,
            [
                format!(
                    "replies.toml:1:1: reply[0].title: the key `title` is missing; add it, for example `title = {works}`"
                ),
                format!(
                    "replies.toml:6:9: reply[1].title: found \"b\"; allowed: a table; for example {works}"
                ),
            ]
        );
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
