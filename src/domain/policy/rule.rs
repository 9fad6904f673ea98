//! Rules: what a clause looks like when no single phrase says it, and what takes the certainty from a finding.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::ClauseId;

/// How sure a sign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// A person must decide.
    Doubtful,
    /// Beyond doubt; hides where the clause hides.
    Certain,
}

/// Signs that together break a clause.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in decisions and logs.
    pub name: String,
    /// The clause it finds broken.
    pub clause: ClauseId,
    /// How sure it is.
    pub strength: Strength,
    /// One sign of each of these lists must occur.
    pub all: Vec<BTreeSet<Sign>>,
    /// Within so many words, counted from the first sign's first word to the last sign's last.
    #[serde(default)]
    pub within_words: Option<NonZeroU32>,
    /// Whether the signs must come in the order of `all`, one after the other.
    #[serde(default)]
    pub in_order: bool,
    /// The rule rests where any of these occurs, anywhere in the text.
    #[serde(default)]
    pub unless: BTreeSet<Sign>,
}

/// Words that, near a certain finding, leave it doubtful: who reports an insult does not insult.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Its name.
    pub name: String,
    /// The signs that guard.
    pub signs: BTreeSet<Sign>,
    /// At most so many words before the finding.
    pub words_before: u32,
    /// At most so many words after it.
    pub words_after: u32,
    /// The clauses whose findings it guards.
    pub clauses: BTreeSet<ClauseId>,
    /// It does not guard a finding that itself holds one of these, or stands beside one.
    #[serde(default)]
    pub unless: BTreeSet<Sign>,
}

/// Something that can occur in a text: a word of a group, or a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(from = "String")]
pub enum Sign {
    /// A phrase of this group of the lexicon.
    Group(String),
    /// A number, an address or a link.
    Pattern(Pattern),
}

impl From<String> for Sign {
    fn from(word: String) -> Self {
        match Pattern::ALL.into_iter().find(|pattern| pattern.as_str() == word) {
            Some(pattern) => Sign::Pattern(pattern),
            None => Sign::Group(word),
        }
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Sign::Group(name) => name,
            Sign::Pattern(pattern) => pattern.as_str(),
        })
    }
}

/// What is recognised by its shape. How, is in `domain::judge::pattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// An e-mail address outside the allowed domains.
    Email,
    /// A telephone number that is not a public one.
    Phone,
    /// An Emirates ID number.
    EmiratesId,
    /// An international bank account number.
    Iban,
    /// A payment card number.
    Card,
    /// A sum of money.
    Price,
    /// A link outside the allowed domains and the platforms.
    Link,
    /// A link through a shortener, which hides where it leads.
    ShortLink,
    /// A link into a messenger.
    MessengerLink,
    /// A link into a social platform.
    PlatformLink,
    /// A word in which letters were hidden: masked, held apart, drawn as digits, taken from another alphabet.
    Disguised,
}

impl Pattern {
    /// Every pattern.
    pub const ALL: [Pattern; 11] = [
        Pattern::Email,
        Pattern::Phone,
        Pattern::EmiratesId,
        Pattern::Iban,
        Pattern::Card,
        Pattern::Price,
        Pattern::Link,
        Pattern::ShortLink,
        Pattern::MessengerLink,
        Pattern::PlatformLink,
        Pattern::Disguised,
    ];

    /// The word for it in `policy.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Pattern::Email => "email",
            Pattern::Phone => "phone",
            Pattern::EmiratesId => "emirates_id",
            Pattern::Iban => "iban",
            Pattern::Card => "card",
            Pattern::Price => "price",
            Pattern::Link => "link",
            Pattern::ShortLink => "short_link",
            Pattern::MessengerLink => "messenger_link",
            Pattern::PlatformLink => "platform_link",
            Pattern::Disguised => "disguised",
        }
    }
}
