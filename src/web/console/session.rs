//! Sessions of the console: a signed cookie that says whose token opened it, when, and when it was used last.
//!
//! The cookie names its owner by the hash of their token, looked up at each request, so that a new token or a disabled
//! account ends the session at once. The key lives as long as the process: a restart signs everybody out. So what was signed
//! out is remembered as long, and no longer, and somebody who looks into a log that does not hold can sign in all the same,
//! for it takes no write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::clock::SharedClock;

use super::super::Reached;
use super::cookie;

/// A working day and its breaks; then the token is asked for again.
const LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// So long without a page, and whoever finds the desk is not let in.
const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// A cookie that is older than this is given anew with the next page.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// Opens, recognises and ends sessions.
pub(super) struct Sessions {
    key: [u8; 32],
    wall: SharedClock,
    reached: Reached,
    ended: Mutex<Ended>,
}

/// What was signed out, by what each would have ended itself.
#[derive(Default)]
struct Ended {
    /// Sessions, by their own id, until when each would run.
    sessions: HashMap<String, Timestamp>,
    /// All of a token's sessions that were opened up to an instant.
    owners: HashMap<String, Timestamp>,
}

/// A session that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// Whose it is, by the hash of their token.
    pub token_hash: String,
    id: String,
    opened: Timestamp,
    seen: Timestamp,
}

impl Sessions {
    pub(super) fn new(wall: SharedClock, reached: Reached) -> Self {
        Self { key: rand::random(), wall, reached, ended: Mutex::default() }
    }

    /// The `Set-Cookie` that opens a session for the owner of this token.
    pub(super) fn open(&self, token_hash: &str) -> String {
        let (now, id) = (self.wall.now(), hex::encode(rand::random::<[u8; 16]>()));
        self.given(&Session { token_hash: token_hash.to_owned(), id, opened: now, seen: now })
    }

    /// The session that a request belongs to, where it has one that we opened and that runs.
    pub(super) fn recognise(&self, headers: &HeaderMap) -> Option<Session> {
        let value = cookie::value(headers, self.name())?;
        let (claim, seal) = value.rsplit_once('.')?;
        // `verify_slice` takes the same time wherever the seals differ.
        self.seal(claim).verify_slice(&hex::decode(seal).ok()?).ok()?;
        let parts: Vec<&str> = claim.split('.').collect();
        let [token_hash, id, opened, seen] = parts[..] else { return None };
        let second = |text: &str| Timestamp::from_second(text.parse().ok()?).ok();
        let (token_hash, id) = (token_hash.to_owned(), id.to_owned());
        let session = Session { token_hash, id, opened: second(opened)?, seen: second(seen)? };
        self.runs(&session).then_some(session)
    }

    fn runs(&self, session: &Session) -> bool {
        let now = self.wall.now();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let signed_out = ended.sessions.contains_key(&session.id)
            || ended.owners.get(&session.token_hash).is_some_and(|until| session.opened <= *until);
        now < session.opened + LIFETIME && now < session.seen + IDLE && !signed_out
    }

    /// The `Set-Cookie` that says that a session is in use, where its cookie is no longer fresh.
    pub(super) fn renewed(&self, session: &Session) -> Option<String> {
        let now = self.wall.now();
        let stale = now.duration_since(session.seen) >= FRESH;
        stale.then(|| self.given(&Session { seen: now, ..session.clone() }))
    }

    /// Ends a session, whoever else has its cookie. Returns the `Set-Cookie` that takes it from the browser.
    pub(super) fn end(&self, session: Option<&Session>) -> String {
        if let Some(session) = session {
            let now = self.wall.now();
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.sessions.retain(|_, until| *until > now);
            ended.sessions.insert(session.id.clone(), session.opened + LIFETIME);
        }
        self.cookie("", 0)
    }

    /// Ends every session of the owner of this one.
    pub(super) fn end_all(&self, session: &Session) -> String {
        let now = self.wall.now();
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.owners.retain(|_, at| *at + LIFETIME > now);
        ended.owners.insert(session.token_hash.clone(), now);
        drop(ended);
        self.cookie("", 0)
    }

    /// What the forms of a session's pages carry, so that a form of another session or site is known.
    pub(super) fn form_seal(&self, session: &Session) -> String {
        hex::encode(self.seal(&format!("form {}", session.id)).finalize().into_bytes())
    }

    /// Whether a form is of a page of this session.
    pub(super) fn sealed(&self, session: &Session, seal: &str) -> bool {
        self.form_seal(session).as_bytes().ct_eq(seal.as_bytes()).into()
    }

    fn given(&self, session: &Session) -> String {
        let Session { token_hash, id, opened, seen } = session;
        let claim = format!("{token_hash}.{id}.{}.{}", opened.as_second(), seen.as_second());
        let seal = hex::encode(self.seal(&claim).finalize().into_bytes());
        let left = (*opened + LIFETIME).duration_since(self.wall.now());
        self.cookie(&format!("{claim}.{seal}"), left.as_secs().max(0))
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

    fn sessions() -> (Arc<ManualClock>, Sessions) {
        let wall = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        (wall.clone(), Sessions::new(wall, Reached::Https))
    }

    #[test]
    fn a_session_runs_while_it_is_used_and_ends_after_a_working_day() {
        let (wall, sessions) = sessions();
        let mut headers = carrying(&sessions.open("abc"));
        assert_eq!(sessions.recognise(&headers).unwrap().token_hash, "abc");
        assert_eq!(sessions.renewed(&sessions.recognise(&headers).unwrap()), None, "it is fresh");
        let mut pages = 0;
        while let Some(session) = sessions.recognise(&headers) {
            wall.advance(IDLE - SignedDuration::from_secs(1));
            headers = carrying(&sessions.renewed(&session).unwrap());
            pages += 1;
        }
        assert_eq!(pages, 11, "ten hours, a page an hour");
    }

    #[test]
    fn a_session_that_is_left_alone_ends() {
        let (wall, sessions) = sessions();
        let headers = carrying(&sessions.open("abc"));
        wall.advance(IDLE);
        assert_eq!(sessions.recognise(&headers), None);
    }

    #[test]
    fn a_session_that_was_signed_out_is_over_for_whoever_kept_its_cookie() {
        let (wall, sessions) = sessions();
        let (one, other) = (carrying(&sessions.open("abc")), carrying(&sessions.open("abc")));
        let stranger = carrying(&sessions.open("xyz"));
        sessions.end(sessions.recognise(&one).as_ref());
        assert_eq!(sessions.recognise(&one), None);
        let running = sessions.recognise(&other).expect("another of the same owner runs on");
        sessions.end_all(&running);
        assert_eq!(sessions.recognise(&other), None);
        assert!(sessions.recognise(&stranger).is_some());
        wall.advance(SignedDuration::from_secs(1));
        assert!(sessions.recognise(&carrying(&sessions.open("abc"))).is_some(), "they can come in again");
    }

    #[test]
    fn a_form_is_known_by_the_session_that_its_page_was_of() {
        let (_, sessions) = sessions();
        let [one, other] =
            ["abc", "abc"].map(|owner| sessions.recognise(&carrying(&sessions.open(owner))).unwrap());
        assert!(sessions.sealed(&one, &sessions.form_seal(&one)));
        assert!(!sessions.sealed(&other, &sessions.form_seal(&one)) && !sessions.sealed(&one, ""));
    }

    #[test]
    fn a_cookie_that_we_did_not_seal_opens_nothing() {
        let (wall, sessions) = sessions();
        let ours = sessions.open("abc");
        assert_eq!(sessions.recognise(&carrying(&ours.replace("abc", "abd"))), None);
        let another = Sessions::new(wall, Reached::Https);
        assert_eq!(another.recognise(&carrying(&ours)), None, "another process's key");
        assert_eq!(sessions.recognise(&carrying(&sessions.end(None))), None);
    }

    #[test]
    fn cookies_are_locked_to_this_host_unless_on_loopback() {
        let (wall, sessions) = sessions();
        let https = sessions.open("abc");
        assert!(https.starts_with("__Host-majlis_session=") && https.contains("; Path=/;"), "{https}");
        assert!(
            https.ends_with("; HttpOnly; SameSite=Strict; Secure") && !https.contains("Domain"),
            "{https}"
        );
        let loopback = Sessions::new(wall, Reached::Loopback).open("abc");
        assert!(loopback.starts_with("majlis_session=") && loopback.ends_with("HttpOnly; SameSite=Strict"));
    }
}
