//! Which calendar a deadline was reckoned by.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a calendar file's text, in lowercase hex: what is adopted, recorded and proven by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarVersion(String);

impl CalendarVersion {
    /// The version of this text.
    pub fn of(text: &str) -> Self {
        CalendarVersion(hex::encode(Sha256::digest(text)))
    }

    /// A version as it was recorded.
    pub fn recorded(hex: String) -> Self {
        CalendarVersion(hex)
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CalendarVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
