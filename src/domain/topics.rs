//! What a comment is about, by words that it holds: rules of the configuration, counted by month in reports. Nothing else hangs on
//! it, so it is no policy, and a wrong topic hides nothing and answers nobody.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use super::comment::UnknownWord;
use super::lang::Bilingual;
use super::text::{Sought, found_by, sought};

/// The most characters of an id.
const ID_MAX: usize = 40;

/// The id of a topic: small Latin letters, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(String);

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id in the log.
    pub id: TopicId,
    /// What people call it.
    pub name: Bilingual,
    /// What a comment about it says: it holds all words of one of these.
    pub words: Vec<Vec<Sought>>,
}

/// The topics, in the order of their file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics(pub Vec<Topic>);

impl FromStr for TopicId {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if (1..=ID_MAX).contains(&word.len()) && word.bytes().all(plain) {
            return Ok(Self(word.to_owned()));
        }
        Err(UnknownWord::new("topic id", word, ["1 to 40 small Latin letters, digits and _"]))
    }
}

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Topic {
    /// What a rule's words mean: as somebody would look for them.
    pub fn words(rule: &str) -> Vec<Sought> {
        sought(rule)
    }
}

impl Topics {
    /// The topics of a text, in the order of the file.
    pub fn of(&self, text: &str) -> Vec<&TopicId> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let words = found_by(text);
        let fits = |rule: &Vec<Sought>| !rule.is_empty() && rule.iter().all(|one| holds(&words, one));
        self.0.iter().filter(|topic| topic.words.iter().any(fits)).map(|topic| &topic.id).collect()
    }

    /// The topics of a comment: those of its own words, and where these name none, those of the post that it stands under.
    pub fn of_comment(&self, text: &str, post_text: Option<&str>) -> Vec<&TopicId> {
        let own = self.of(text);
        if own.is_empty() { post_text.map(|text| self.of(text)).unwrap_or_default() } else { own }
    }

    /// The topic with this id.
    pub fn get(&self, id: &str) -> Option<&Topic> {
        self.0.iter().find(|topic| topic.id.0 == id)
    }
}

fn holds(words: &BTreeSet<String>, one: &Sought) -> bool {
    match one {
        Sought::Word(word) => words.contains(word),
        Sought::Beginning(with) => {
            let from = (Bound::Included(with.as_str()), Bound::Unbounded);
            words.range::<str, _>(from).next().is_some_and(|word| word.starts_with(with.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics() -> Topics {
        let topic = |id: &str, rules: &[&str]| Topic {
            id: id.parse().unwrap(),
            name: Bilingual { ar: id.to_owned(), en: id.to_owned() },
            words: rules.iter().map(|rule| Topic::words(rule)).collect(),
        };
        Topics(vec![topic("fees", &["رسوم", "fee*", "كم تكلفة"]), topic("app", &["التطبيق", "app"])])
    }

    fn of(text: &str) -> Vec<String> {
        topics().of(text).into_iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_topic_is_found_by_its_words_however_they_are_written() {
        assert_eq!(of("كم الرُّسـوم؟"), ["fees"]);
        assert_eq!(of("والرسوم في التطبيق مرتفعة"), ["fees", "app"]);
        assert_eq!(of("What FEES does the App take"), ["fees", "app"]);
    }

    #[test]
    fn a_comment_that_names_no_topic_is_about_what_its_post_is_about() {
        let of = |text, post| {
            topics().of_comment(text, post).into_iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(of("متى؟", Some("الرسوم الجديدة")), ["fees"]);
        assert_eq!(of("the app fails", Some("الرسوم الجديدة")), ["app"]);
        assert!(of("متى؟", Some("شكرا")).is_empty() && of("متى؟", None).is_empty());
    }

    #[test]
    fn all_words_of_a_rule_are_needed_and_parts_of_others_are_none() {
        assert_eq!(of("كم هي تكلفة المعاملة"), ["fees"]);
        assert!(of("كم مرة").is_empty());
        assert!(of("happy coffee").is_empty());
        assert!(of("").is_empty() && Topics::default().of("fees").is_empty());
    }

    #[test]
    fn an_id_is_a_plain_word() {
        for wrong in ["", "Fees", "a,b", "رسوم", &"a".repeat(41)] {
            assert!(wrong.parse::<TopicId>().is_err(), "{wrong}");
        }
    }
}
