//! Who is told outside the console, and the numbers of what they are told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// The configured name of somebody who is told: the `name` of a `[[recipient]]`.
///
/// It becomes part of a lane's name and of a variable's, so it has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RecipientName(String);

impl RecipientName {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecipientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A word that names no recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("allowed: up to 64 of a to z, 0 to 9 and -; for example \"duty\"")]
pub struct NoRecipientName;

impl FromStr for RecipientName {
    type Err = NoRecipientName;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let named = (1..=64).contains(&word.len()) && word.bytes().all(plain);
        named.then(|| Self(word.to_owned())).ok_or(NoRecipientName)
    }
}

impl<'de> Deserialize<'de> for RecipientName {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        String::deserialize(value)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The number of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeId(pub i64);

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipients_name_has_one_spelling() {
        for name in ["duty", "team-2"] {
            assert_eq!(name.parse::<RecipientName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        for name in ["", "Duty", "on call", "a/b", "ن", &"a".repeat(65)] {
            assert!(name.parse::<RecipientName>().is_err(), "{name:?}");
        }
    }
}
