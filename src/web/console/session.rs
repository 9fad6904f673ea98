//! Sessions of the console: a signed cookie that says whose token opened it and until when.
//!
//! The cookie names its owner by the hash of their token, looked up at each request, so that a new token or a disabled
//! account ends the session at once. The key lives as long as the process: a restart signs everybody out.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::clock::SharedClock;

use super::super::Reached;
use super::cookie;

/// A working day and its breaks; then the token is asked for again.
const LIFETIME: SignedDuration = SignedDuration::from_hours(10);

/// Opens, recognises and ends sessions.
pub(super) struct Sessions {
    key: [u8; 32],
    wall: SharedClock,
    reached: Reached,
}

impl Sessions {
    pub(super) fn new(wall: SharedClock, reached: Reached) -> Self {
        Self { key: rand::random(), wall, reached }
    }

    /// The `Set-Cookie` that opens a session for the owner of this token.
    pub(super) fn open(&self, token_hash: &str) -> String {
        let until = self.wall.now().checked_add(LIFETIME).unwrap_or(Timestamp::MAX).as_second();
        let claim = format!("{token_hash}.{until}");
        let seal = hex::encode(self.seal(&claim).finalize().into_bytes());
        self.cookie(&format!("{claim}.{seal}"), LIFETIME.as_secs())
    }

    /// The `Set-Cookie` that ends a session.
    pub(super) fn end(&self) -> String {
        self.cookie("", 0)
    }

    /// The token hash of the session that a request belongs to, where it has one that we opened and that runs.
    pub(super) fn recognise(&self, headers: &HeaderMap) -> Option<String> {
        let value = cookie::value(headers, self.name())?;
        let (claim, seal) = value.rsplit_once('.')?;
        // `verify_slice` takes the same time wherever the seals differ.
        self.seal(claim).verify_slice(&hex::decode(seal).ok()?).ok()?;
        let (token_hash, until) = claim.split_once('.')?;
        let runs = self.wall.now().as_second() < until.parse().ok()?;
        runs.then(|| token_hash.to_owned())
    }

    fn seal(&self, claim: &str) -> Hmac<Sha256> {
        let seal = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        seal.chain_update(claim)
    }

    fn name(&self) -> &'static str {
        match self.reached {
            Reached::Https => "__Host-majlis_session",
            Reached::Loopback => "majlis_session",
        }
    }

    fn cookie(&self, value: &str, max_age: i64) -> String {
        let secure = match self.reached {
            Reached::Https => "; Secure",
            Reached::Loopback => "",
        };
        format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::header::COOKIE;

    use super::*;
    use crate::clock::ManualClock;

    fn carrying(set_cookie: &str) -> HeaderMap {
        let pair = set_cookie.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn a_session_is_recognised_until_it_ends() {
        let wall = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let sessions = Sessions::new(wall.clone(), Reached::Https);
        let headers = carrying(&sessions.open("abc"));
        assert_eq!(sessions.recognise(&headers).as_deref(), Some("abc"));
        wall.advance(LIFETIME);
        assert_eq!(sessions.recognise(&headers), None);
    }

    #[test]
    fn a_cookie_that_we_did_not_seal_opens_nothing() {
        let wall = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let sessions = Sessions::new(wall.clone(), Reached::Https);
        let ours = sessions.open("abc");
        assert_eq!(sessions.recognise(&carrying(&ours.replace("abc", "abd"))), None);
        assert_eq!(
            Sessions::new(wall, Reached::Https).recognise(&carrying(&ours)),
            None,
            "another process's key"
        );
        assert_eq!(sessions.recognise(&carrying(&sessions.end())), None);
    }

    #[test]
    fn cookies_are_locked_to_this_host_unless_on_loopback() {
        let wall = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let https = Sessions::new(wall.clone(), Reached::Https).open("abc");
        assert!(https.starts_with("__Host-majlis_session=") && https.contains("; Path=/;"), "{https}");
        assert!(
            https.ends_with("; HttpOnly; SameSite=Strict; Secure") && !https.contains("Domain"),
            "{https}"
        );
        let loopback = Sessions::new(wall, Reached::Loopback).open("abc");
        assert!(loopback.starts_with("majlis_session=") && loopback.ends_with("HttpOnly; SameSite=Strict"));
    }
}
