//! In whose hands a comment is: what each stretch of a promise is counted to.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// The configured name of a team: the `id` of a `[[team]]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TeamId(String);

/// Whoever has a comment, or what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Nobody could have it: it was written and had not come to us. Nobody is given a comment so.
    NotYetRead,
    /// It was read, and is nobody's.
    Unassigned,
    /// A member of staff, by name.
    Person(String),
    /// A team, and nobody of it in particular.
    Team(TeamId),
    /// What is to be answered is written and waits for somebody's approval.
    AwaitingApproval,
    /// Another body must say something first.
    AwaitingOtherBody,
}

/// That somebody has a comment from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// From when on.
    pub from: Timestamp,
    /// Who.
    pub holder: Holder,
}

/// A word that names no team.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("allowed: up to 64 of a to z, 0 to 9 and -; for example \"admissions\"")]
pub struct NoTeamId;

/// A word that names nobody who could have a comment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no holder; allowed are staff:NAME, team:ID, nobody, awaiting_approval, awaiting_other_body"
)]
pub struct NoHolder(String);

impl TeamId {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TeamId {
    type Err = NoTeamId;

    fn from_str(word: &str) -> Result<Self, NoTeamId> {
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let named = (1..=64).contains(&word.len()) && word.bytes().all(plain);
        named.then(|| Self(word.to_owned())).ok_or(NoTeamId)
    }
}

impl<'de> Deserialize<'de> for TeamId {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        String::deserialize(value)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The word for it in columns, logs and exports.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Holder::NotYetRead => f.write_str("not_yet_read"),
            Holder::Unassigned => f.write_str("unassigned"),
            Holder::Person(name) => write!(f, "staff:{name}"),
            Holder::Team(team) => write!(f, "team:{team}"),
            Holder::AwaitingApproval => f.write_str("awaiting_approval"),
            Holder::AwaitingOtherBody => f.write_str("awaiting_other_body"),
        }
    }
}

/// Whoever a comment can be given to; `nobody` is said by people for `unassigned`.
impl FromStr for Holder {
    type Err = NoHolder;

    fn from_str(word: &str) -> Result<Self, NoHolder> {
        let refused = || NoHolder(word.to_owned());
        match (word, word.split_once(':')) {
            ("nobody" | "unassigned", _) => Ok(Holder::Unassigned),
            ("awaiting_approval", _) => Ok(Holder::AwaitingApproval),
            ("awaiting_other_body", _) => Ok(Holder::AwaitingOtherBody),
            (_, Some(("staff", name))) if !name.is_empty() => Ok(Holder::Person(name.to_owned())),
            (_, Some(("team", team))) => team.parse().map(Holder::Team).map_err(|_| refused()),
            _ => Err(refused()),
        }
    }
}

impl Serialize for Holder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        String::deserialize(value)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_a_comment_is_given_to_is_read_back_from_their_word() {
        for word in
            ["unassigned", "staff:amna", "team:admissions", "awaiting_approval", "awaiting_other_body"]
        {
            assert_eq!(word.parse::<Holder>().map(|holder| holder.to_string()), Ok(word.to_owned()));
        }
        assert_eq!("nobody".parse(), Ok(Holder::Unassigned));
    }

    #[test]
    fn nobody_is_given_a_comment_that_was_not_read_and_no_team_is_misspelled() {
        for word in ["not_yet_read", "staff:", "team:Admissions", "team:", "amna", ""] {
            assert!(word.parse::<Holder>().is_err(), "{word:?}");
        }
    }
}
