//! `topics.toml`: what comments are about, by words, for reports.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::documents;
use crate::domain::document::{Document, Problem};
use crate::domain::lang::Bilingual;
use crate::domain::topics::{Topic, TopicId, Topics};

/// The shipped file: the model for messages about others.
const SHIPPED: &str = include_str!("../../config/topics.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicsFile {
    #[serde(default)]
    topic: Vec<TopicFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    id: String,
    name: Bilingual,
    words: Vec<String>,
}

/// Reads the file of topics.
///
/// # Errors
/// Every problem, by place.
pub(super) fn file(path: &Path) -> Result<Topics, Vec<Problem>> {
    parse(&path.display().to_string(), &documents::read(path)?)
}

fn parse(file: &str, text: &str) -> Result<Topics, Vec<Problem>> {
    let document = Document::<TopicsFile>::parse_like(file, text, SHIPPED)?;
    let (mut problems, mut topics, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, topic) in document.value.topic.iter().enumerate() {
        let mut refuse = |key: &str, message: String| {
            problems.push(document.problem(&format!("topic[{index}].{key}"), message));
        };
        let id = topic.id.parse::<TopicId>();
        if let Err(error) = &id {
            refuse("id", format!("{error}; for example \"fees\""));
        }
        if !ids.insert(&topic.id) {
            refuse("id", format!("found \"{}\" a second time; give each topic its own id", topic.id));
        }
        for (language, name) in [("ar", &topic.name.ar), ("en", &topic.name.en)] {
            if name.trim().is_empty() {
                refuse(
                    &format!("name.{language}"),
                    "found no words; write it in this language too".to_owned(),
                );
            }
        }
        let words: Vec<_> = topic.words.iter().map(|rule| Topic::words(rule)).collect();
        if words.is_empty() || words.iter().any(Vec::is_empty) {
            let message =
                "needs words that people write, and none without letters; for example [\"رسوم\", \"fee*\"]";
            refuse("words", message.to_owned());
        }
        topics.extend(id.map(|id| Topic { id, name: topic.name.clone(), words }));
    }
    if problems.is_empty() { Ok(Topics(topics)) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_topics_load_and_find_what_people_ask_about() {
        let topics = parse("topics.toml", SHIPPED).unwrap();
        let of = |text| topics.of(text).into_iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(of("كم رسوم تغيير اسم الشركة؟"), ["fees", "licences"]);
        assert_eq!(of("Garbage app. It logs me out every two minutes and loses the form."), ["app"]);
        assert!(of("شكراً لكم").is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        let text = "[[topic]]\nid = \"Fees\"\nname = { ar = \"\", en = \"Fees\" }\nwords = [\"رسوم\", \"…\"]\n\
                    [[topic]]\nid = \"a\"\nname = { ar = \"أ\", en = \"a\" }\nwords = []\n\
                    [[topic]]\nid = \"a\"\nname = { ar = \"أ\", en = \"a\" }\nwords = [\"a\"]\n";
        let told: Vec<String> =
            parse("topics.toml", text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 5, "{told:#?}");
        for (told, starts) in told.iter().zip([
            "topics.toml:2:6: topic[0].id: ",
            "topics.toml:3:15: topic[0].name.ar: found no words",
            "topics.toml:4:9: topic[0].words: needs words",
            "topics.toml:8:9: topic[1].words: needs words",
            "topics.toml:10:6: topic[2].id: found \"a\" a second time",
        ]) {
            assert!(told.starts_with(starts), "{told}");
        }
    }
}
