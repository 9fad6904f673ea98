//! What opens a platform's door: secrets that never print, and the tokens of one source.

use std::fmt;

use jiff::Timestamp;

/// A word that must not be read by anyone: it prints as `[secret]` and is let out by [`Secret::expose`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a word secret.
    pub fn new(word: impl Into<String>) -> Self {
        Self(word.into())
    }

    /// The word itself, for the request or the database row that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The tokens of one source, as they stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What a call presents; `None` before the first refresh of a source that starts from a refresh token.
    pub access: Option<Secret>,
    /// What a refresh presents, where the platform has such a token. On X it dies with its first use.
    pub refresh: Option<Secret>,
    /// When `access` stops working; `None` where the platform names no end.
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let tokens = Tokens { access: Some(Secret::new("EAAB")), refresh: None, expires_at: None };
        assert!(!format!("{tokens:?}").contains("EAAB"));
    }
}
