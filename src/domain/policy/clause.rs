//! The thirteen clauses of the participation policy, by their fixed ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::comment::UnknownWord;

/// One numbered rule of the published policy. The ids are fixed: decisions and logs of years name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseId {
    /// Content against public morals.
    PublicMorals,
    /// Content against the values of equality.
    Discrimination,
    /// Offence to religions.
    ReligiousOffence,
    /// Support of illegal acts.
    IllegalActivity,
    /// Breaches of law or of others' rights.
    LawOrRightsViolation,
    /// Threats to security.
    SecurityThreat,
    /// Indecent words, an untyped profane insult among them.
    Indecent,
    /// An accusation against a named person or body.
    Defamatory,
    /// Infringement of intellectual property.
    IpInfringement,
    /// Personal content: somebody's private details.
    PersonalContent,
    /// Content unrelated to the subject.
    OffTopic,
    /// Spam.
    Spam,
    /// Private promotion.
    PrivatePromotion,
}

impl ClauseId {
    /// Every clause, in the order of the published policy.
    pub const ALL: [ClauseId; 13] = [
        ClauseId::PublicMorals,
        ClauseId::Discrimination,
        ClauseId::ReligiousOffence,
        ClauseId::IllegalActivity,
        ClauseId::LawOrRightsViolation,
        ClauseId::SecurityThreat,
        ClauseId::Indecent,
        ClauseId::Defamatory,
        ClauseId::IpInfringement,
        ClauseId::PersonalContent,
        ClauseId::OffTopic,
        ClauseId::Spam,
        ClauseId::PrivatePromotion,
    ];

    /// The word for it in configuration, columns, logs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            ClauseId::PublicMorals => "public_morals",
            ClauseId::Discrimination => "discrimination",
            ClauseId::ReligiousOffence => "religious_offence",
            ClauseId::IllegalActivity => "illegal_activity",
            ClauseId::LawOrRightsViolation => "law_or_rights_violation",
            ClauseId::SecurityThreat => "security_threat",
            ClauseId::Indecent => "indecent",
            ClauseId::Defamatory => "defamatory",
            ClauseId::IpInfringement => "ip_infringement",
            ClauseId::PersonalContent => "personal_content",
            ClauseId::OffTopic => "off_topic",
            ClauseId::Spam => "spam",
            ClauseId::PrivatePromotion => "private_promotion",
        }
    }

    /// Whether a machine may hide for it. Three clauses need a person's judgement, whatever the policy file says:
    /// an accusation may be true, a work may be licensed, and what is on topic is the reader's to say.
    pub fn may_hide_by_machine(self) -> bool {
        !matches!(self, ClauseId::Defamatory | ClauseId::IpInfringement | ClauseId::OffTopic)
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ClauseId {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        ClauseId::ALL
            .into_iter()
            .find(|clause| clause.as_str() == word)
            .ok_or_else(|| UnknownWord::new("clause", word, ClauseId::ALL.map(ClauseId::as_str)))
    }
}
