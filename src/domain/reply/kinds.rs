//! What tells one promise from another, apart from the comment's own platform and kind: which answer the clock
//! waits for, how urgent staff called it, and the language of the asker.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::comment::UnknownWord;

/// Which answer a clock waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// The first reply of a person that reaches the asker.
    FirstReply,
    /// The reply to the oldest message that is still without one, after the first reply was given.
    NextReply,
    /// The end of the matter.
    Solve,
}

/// How urgent staff called a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Nobody said anything else.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// Now.
    Urgent,
}

/// The language that the asker wrote in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Arabic.
    Arabic,
    /// English.
    English,
    /// Another, or none that can be told.
    Other,
}

impl ClockKind {
    /// Every kind, in the order in which reports list them.
    pub const ALL: [ClockKind; 3] = [ClockKind::FirstReply, ClockKind::NextReply, ClockKind::Solve];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            ClockKind::FirstReply => "first_reply",
            ClockKind::NextReply => "next_reply",
            ClockKind::Solve => "solve",
        }
    }
}

impl Priority {
    /// Every priority, the calmest first.
    pub const ALL: [Priority; 3] = [Priority::Normal, Priority::High, Priority::Urgent];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }
}

impl Language {
    /// Every language that promises tell apart.
    pub const ALL: [Language; 3] = [Language::Arabic, Language::English, Language::Other];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Arabic => "arabic",
            Language::English => "english",
            Language::Other => "other",
        }
    }
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ClockKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("reply clock", word, Self::ALL.map(Self::as_str)))
    }
}

impl FromStr for Priority {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|priority| priority.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("priority", word, Self::ALL.map(Self::as_str)))
    }
}

impl FromStr for Language {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|language| language.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("language", word, Self::ALL.map(Self::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for kind in ClockKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for priority in Priority::ALL {
            assert_eq!(priority.as_str().parse(), Ok(priority));
        }
        for language in Language::ALL {
            assert_eq!(language.as_str().parse(), Ok(language));
        }
        assert!("firstreply".parse::<ClockKind>().is_err());
    }
}
