//! The participation policy as a document: its clauses, what is done about each, and its version.
//!
//! A policy is a [`Bundle`]: `policy.toml` and the word lists that it names. What the words of a comment mean under
//! it is left to `domain::judge`.

mod bundle;
mod clause;
mod form;
mod lexicon;
mod read;
mod rule;
mod signs;
mod version;

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::domain::document::Problem;

pub use bundle::{Bundle, NotABundle, POLICY_FILE};
pub use clause::ClauseId;
pub use lexicon::{Entry, Language, Meaning};
pub use rule::{Guard, Pattern, Rule, Sign, Strength};
pub use version::PolicyVersion;

/// The published policy, read and found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    version: PolicyVersion,
    preface: Preface,
    /// In the order of [`ClauseId::ALL`].
    clauses: Vec<Clause>,
    repetition: Repetition,
    strikes: Option<Strikes>,
    ceiling: Option<NonZeroU32>,
    links: Links,
    numbers: Numbers,
    entries: Vec<Entry>,
    rules: Vec<Rule>,
    guards: Vec<Guard>,
}

impl Policy {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Every problem found, each with its place and its remedy.
    pub fn parse(bundle: &Bundle) -> Result<Self, Vec<Problem>> {
        read::read(bundle)
    }

    /// The hash of the bundle's text, by which decisions and logs name this policy.
    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }

    /// What the public reads before the clauses.
    pub fn preface(&self) -> &Preface {
        &self.preface
    }

    /// A clause's words and what is done about a breach of it.
    pub fn clause(&self, id: ClauseId) -> &Clause {
        let place = ClauseId::ALL.iter().position(|known| *known == id);
        place.and_then(|at| self.clauses.get(at)).expect("a policy holds every clause")
    }

    /// When repeated posting is too much.
    pub fn repetition(&self) -> Repetition {
        self.repetition
    }

    /// From when an author is read more closely; `None` where it does not matter who was hidden before.
    pub fn strikes(&self) -> Option<Strikes> {
        self.strikes
    }

    /// So many comments one rule may hide in an hour; what it finds beyond them, a person decides.
    pub fn ceiling(&self) -> Option<NonZeroU32> {
        self.ceiling
    }

    /// Which links mean what.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// Which numbers are nobody's own.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The phrases of every word list.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The rules, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Every sign that a rule or guard may speak of: the groups of the lexicon, then the patterns.
    pub fn signs(&self) -> BTreeSet<Sign> {
        let groups = self.entries.iter().filter_map(|entry| match &entry.meaning {
            Meaning::Belongs(group) => Some(Sign::Group(group.clone())),
            Meaning::Breaks(..) => None,
        });
        groups.chain(Pattern::ALL.map(Sign::Pattern)).collect()
    }

    /// The guards, in the order of the file.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }
}

/// One clause of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its title.
    pub title: Phrase,
    /// What it means, in full sentences.
    pub text: Phrase,
    /// What is done about a breach beyond doubt.
    pub act: Act,
}

/// The same in the two languages of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// In Arabic.
    pub ar: Words,
    /// In English.
    pub en: Words,
}

/// A text with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Words(String);

impl Words {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Words {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() {
            return Err("found an empty text; the public reads this: write it in full");
        }
        Ok(Words(text.trim().to_owned()))
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is done about a breach beyond doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// The comment is hidden at once.
    Hide,
    /// A person decides.
    Review,
}

/// What the public reads before the clauses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preface {
    /// The title of the document.
    pub title: Phrase,
    /// Whom it is for, and that criticism is welcome.
    pub introduction: Phrase,
    /// What the ministry does not answer for.
    pub disclaimer: Phrase,
}

/// When repeated posting is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repetition {
    /// How many hours back a comment counts.
    pub window_hours: NonZeroU32,
    /// From so many earlier comments with the same folded text, a person decides.
    pub review_at: NonZeroU32,
    /// From so many, it is spam.
    pub hide_at: NonZeroU32,
    /// A folded text with fewer letters and digits is never too much: thanks and prayers repeat.
    pub min_letters: u32,
    /// Texts are as good as the same that have so many percent of their pieces in common.
    pub alike_percent: u32,
}

impl Repetition {
    /// How far back the same text by the same author counts.
    pub fn window(self) -> std::time::Duration {
        std::time::Duration::from_secs(3_600 * u64::from(u32::from(self.window_hours)))
    }

    /// Whether texts with these fold keys are as good as the same: of what texts do not have in common, half the bits differ.
    pub fn alike(self, key: i64, other: i64) -> bool {
        200 * (key ^ other).count_ones() <= i64::BITS * (100 - self.alike_percent)
    }
}

/// From when an author is read more closely, and how.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strikes {
    /// From so many comments that were hidden and not shown again.
    pub count: NonZeroU32,
    /// How many days back they count.
    pub days: NonZeroU32,
    /// From this probability on, from 0 to 1, that any clause applies, a person decides.
    pub review_at: f32,
}

impl Eq for Strikes {}

impl Strikes {
    /// How far back what was hidden counts.
    pub fn window(self) -> std::time::Duration {
        std::time::Duration::from_secs(86_400 * u64::from(u32::from(self.days)))
    }
}

/// Which links mean what, by domain; a domain stands for its subdomains too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// Links and addresses there mean nothing: the ministry's own and the government's.
    pub allowed: Vec<Domain>,
    /// Social platforms, maps and the platforms' own shorteners: no sign by themselves.
    pub platforms: Vec<Domain>,
    /// Shorteners, which hide where they lead.
    pub shorteners: Vec<Domain>,
    /// Messengers.
    pub messengers: Vec<Domain>,
}

/// A domain name in lower case, without a leading dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Domain(String);

impl Domain {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let label = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if name.contains('.') && name.split('.').all(label) {
            Ok(Domain(name))
        } else {
            Err(format!(
                "found `{name}`; allowed: a domain name in lower case, without scheme, path or leading dot; for example `gov.ae`"
            ))
        }
    }
}

/// Which telephone numbers are nobody's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// National numbers that start so are public lines: toll-free, shared-cost, emergency.
    pub public: Vec<Digits>,
}

/// Digits alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Digits(String);

impl Digits {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Digits {
    type Error = String;

    fn try_from(digits: String) -> Result<Self, String> {
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
            Ok(Digits(digits))
        } else {
            Err(format!("found `{digits}`; allowed: digits alone, as a text; for example \"800\""))
        }
    }
}
