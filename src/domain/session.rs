//! How long those who are signed in stay so, and how often a password may be tried.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::comment::UnknownWord;

/// A working day and its breaks; then everybody signs in again. NIST SP 800-63B would allow longer.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// So long without a page, and whoever finds the desk is not let in.
pub const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// That a session is in use is noted so often, and not with each page.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// What is grave is done by those who signed in within this time, and not by whoever found their desk.
pub const PROVED_WITHIN: SignedDuration = SignedDuration::from_mins(15);
/// How long a code opens the choice of a password.
pub const INVITED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By their access token.
    Token,
    /// By name and password.
    Password,
    /// By the ministry's own sign-in.
    Provider,
}

impl Way {
    const ALL: [Way; 3] = [Way::Token, Way::Password, Way::Provider];

    /// The word for it in columns and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Token => "token",
            Way::Password => "password",
            Way::Provider => "provider",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Way {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Way::ALL.into_iter().find(|way| way.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("way in", word, Way::ALL.map(Way::as_str)))
    }
}

/// Tries are counted so long, from the first.
pub const TRIES_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What tries of a password are counted for. A person at their own desk is stopped soonest; an account as a whole only where
/// many addresses try it, so that nobody is shut out by a stranger's five wrong guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted<'a> {
    /// One account from one address.
    Both {
        /// The name as it was given, known or not.
        account: &'a str,
        /// The address, as [`network`] has it.
        address: &'a str,
    },
    /// One address, whomever it tries.
    Address(&'a str),
    /// One account, from wherever.
    Account(&'a str),
}

impl Counted<'_> {
    /// The most tries in [`TRIES_FOR`].
    pub fn most(self) -> i64 {
        match self {
            Counted::Both { .. } => 5,
            Counted::Address(_) => 30,
            Counted::Account(_) => 50,
        }
    }
}

/// When counting that began then begins anew.
pub fn tries_end(since: Timestamp) -> Timestamp {
    since + TRIES_FOR
}

/// The address that tries are counted for: of IPv6 the first 64 bits, for whoever has one of them has them all.
pub fn network(address: std::net::IpAddr) -> String {
    match address.to_canonical() {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_network_of_addresses_is_counted_as_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn every_way_in_is_read_back_from_its_word() {
        for way in Way::ALL {
            assert_eq!(way.as_str().parse(), Ok(way));
        }
    }
}
