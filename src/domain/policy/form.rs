//! How `policy.toml` is written down. What its keys mean together is checked in [`super::read`].

use std::num::NonZeroU32;

use serde::Deserialize;

use super::{Clause, ClauseId, Guard, Links, Numbers, Phrase, Preface, Repetition, Rule, Strikes};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyForm {
    pub(super) preface: Preface,
    pub(super) clause: Vec<ClauseForm>,
    /// Where it is missing, nothing bounds what a rule hides.
    #[serde(default)]
    pub(super) ceiling: Option<CeilingForm>,
    pub(super) repetition: RepetitionForm,
    /// Where it is missing, it does not matter who was hidden before.
    #[serde(default)]
    pub(super) strikes: Option<Strikes>,
    pub(super) links: Links,
    pub(super) numbers: Numbers,
    pub(super) lexicon: LexiconForm,
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
    #[serde(default)]
    pub(super) guard: Vec<Guard>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClauseForm {
    pub(super) id: ClauseId,
    pub(super) act: super::Act,
    pub(super) title: Phrase,
    pub(super) text: Phrase,
}

impl ClauseForm {
    pub(super) fn into_clause(self) -> Clause {
        Clause { title: self.title, text: self.text, act: self.act }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CeilingForm {
    pub(super) hides_per_hour: NonZeroU32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepetitionForm {
    window_hours: NonZeroU32,
    pub(super) review_at: NonZeroU32,
    pub(super) hide_at: NonZeroU32,
    min_letters: u32,
    /// Where it is missing, only the same words repeat, as they did before there was such a key.
    #[serde(default = "all")]
    pub(super) alike_percent: u32,
}

fn all() -> u32 {
    100
}

impl RepetitionForm {
    pub(super) fn into_repetition(self) -> Repetition {
        Repetition {
            window_hours: self.window_hours,
            review_at: self.review_at,
            hide_at: self.hide_at,
            min_letters: self.min_letters,
            alike_percent: self.alike_percent,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LexiconForm {
    pub(super) files: Vec<ListName>,
}

/// The name of a word list, relative to `policy.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ListName(String);

impl ListName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ListName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let sound = |part: &str| {
            !part.starts_with('.')
                && !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if name.ends_with(".tsv") && name.split('/').all(sound) {
            Ok(ListName(name))
        } else {
            Err(format!(
                "found `{name}`; allowed: a .tsv file beside or below policy.toml, named with ASCII letters, digits, \
                 `-`, `_`, `.` and `/`; for example `lexicon/promotion.tsv`"
            ))
        }
    }
}
