//! An entry of the log: an act with its place and time, in the one spelling that is hashed and stored.
//!
//! ```json
//! {"act":"comment.judged","actor":{"as":"1.0.0","kind":"machine","name":"moderate"},
//!  "at":"2026-11-24T03:30:00.000000Z","fields":{"clause":"spam","text":{"commitment":"6e34…"}},"object":"comment:7","seq":41,"v":1}
//! ```
//!
//! (on one line, without spaces: RFC 8785). `seq` counts from 0 and is the entry's index in the tree. `at` is
//! UTC with six digits after the point and never goes back from one entry to the next; where the clock said
//! an earlier time, `clock` holds what it said. `as` is the role that a member of staff had then, or the version of the
//! program that acted; it is left out where there is neither. `v` is the version of this form.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use sha2::{Digest, Sha256};

use super::event::{Actor, AuditEvent, Field};
use super::jcs::Value;

/// The most bytes of one entry: the length of an entry in a tile has sixteen bits (C2SP tlog-tiles, "Log entries").
pub const ENTRY_MAX_BYTES: usize = u16::MAX as usize;

pub(super) const VERSION: i64 = 1;

/// The commitment to personal content that an entry holds in place of the content itself.
///
/// Hexadecimal SHA-256 of the 19 bytes `majlis-commitment/1`, a zero byte, the 16 bytes of `salt` and `content`.
/// The salt is one that nobody can guess, another for each commitment ([`salt_of`] where what is kept serves several). It
/// is kept and erased together with the content: without it nobody can test a guess at what the content was. The leading
/// words keep it apart from every hash in the tree, which begin with a zero or a one byte.
pub fn commitment(salt: &[u8; 16], content: &[u8]) -> String {
    let digest =
        Sha256::new().chain_update(b"majlis-commitment/1\0").chain_update(salt).chain_update(content);
    hex::encode(digest.finalize())
}

/// The salt of one of the commitments that are made with the salt kept beside a comment: the first 16 bytes of the
/// SHA-256 of the 13 bytes `majlis-salt/1`, a zero byte, the 16 bytes of `kept` and the word for what is committed to.
/// Whoever is given the salt of a text can check that text, and learns nothing of the author's.
pub fn salt_of(what: &str, kept: &[u8; 16]) -> [u8; 16] {
    let digest =
        Sha256::new().chain_update(b"majlis-salt/1\0").chain_update(kept).chain_update(what).finalize();
    digest[..16].try_into().expect("a SHA-256 has 32 bytes")
}

/// The canonical bytes of `event` as the entry `seq`, recorded at `at`, by an actor who acted as `acted_as`.
pub(super) fn to_bytes(event: &AuditEvent, acted_as: Option<&str>, seq: u64, at: Timestamp) -> Vec<u8> {
    let (kind, name) = match &event.actor {
        Actor::Machine(name) => ("machine", *name),
        Actor::Staff(name) => ("staff", name.as_str()),
        Actor::Platform(name) => ("platform", name.as_str()),
    };
    let seq = i64::try_from(seq).expect("a log does not reach 2^63 entries");
    let clock = (event.at != at).then(|| ("clock", instant(event.at)));
    let members = [
        ("act", Value::text(event.act)),
        ("actor", actor(kind, name, acted_as)),
        ("at", instant(at)),
        ("fields", Value::object(event.fields.iter().map(|(name, field)| (*name, value(field))))),
        ("object", Value::text(&event.object)),
        ("seq", Value::int(seq)),
        ("v", Value::int(VERSION)),
    ];
    Value::object(members.into_iter().chain(clock)).to_bytes()
}

pub(super) fn actor<'a>(kind: &'a str, name: &'a str, acted_as: Option<&'a str>) -> Value<'a> {
    let members = [("kind", Value::text(kind)), ("name", Value::text(name))];
    Value::object(members.into_iter().chain(acted_as.map(|what| ("as", Value::text(what)))))
}

fn value(field: &Field) -> Value<'_> {
    match field {
        Field::Int(number) => Value::int(*number),
        Field::Word(word) => Value::text(word),
        Field::Commitment(hash) => Value::object([("commitment", Value::text(hash))]),
        Field::Null => Value::Null,
    }
}

/// An instant in its one spelling.
pub(super) fn spelled(at: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    PRINTER.timestamp_to_string(&at)
}

pub(super) fn instant(at: Timestamp) -> Value<'static> {
    Value::Text(Cow::Owned(spelled(at)))
}

#[cfg(test)]
mod tests {
    use super::super::record::{NotAnEntry, Record};
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn judged() -> AuditEvent {
        AuditEvent::new(
            at("2026-11-24T03:30:00.000007Z"),
            Actor::Machine("moderate"),
            "comment.judged",
            "comment:7",
        )
        .word("clause", "spam")
        .int("earlier_same", 3)
        .with("text", Field::Commitment(commitment(&[7; 16], "نص".as_bytes())))
        .with("reason", Field::Null)
    }

    #[test]
    fn an_entry_is_one_line_of_canonical_json() {
        let bytes = to_bytes(&judged(), Some("1.0.0"), 41, judged().at);
        let line = "{\"act\":\"comment.judged\",\"actor\":{\"as\":\"1.0.0\",\"kind\":\"machine\",\"name\":\"moderate\"},\
            \"at\":\"2026-11-24T03:30:00.000007Z\",\"fields\":{\"clause\":\"spam\",\"earlier_same\":3,\"reason\":null,\
            \"text\":{\"commitment\":\"b87d9ca55ec13e0dd3c02881a3de175c7a32c23ee1592ac5e44b5feceab6b522\"}},\
            \"object\":\"comment:7\",\"seq\":41,\"v\":1}";
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), line);
        let record = Record::read(&bytes).unwrap();
        assert_eq!((record.seq, record.at), (41, judged().at));
        assert_eq!(record.to_bytes(), bytes);
    }

    #[test]
    fn an_entry_recorded_later_than_its_clock_said_keeps_what_the_clock_said() {
        let bytes = to_bytes(&judged(), None, 0, at("2026-11-24T03:31:00Z"));
        let line = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            line.contains("\"at\":\"2026-11-24T03:31:00.000000Z\",\"clock\":\"2026-11-24T03:30:00.000007Z\"")
        );
        let record = Record::read(&bytes).unwrap();
        assert_eq!(record.at, at("2026-11-24T03:31:00Z"));
        assert_eq!(record.to_bytes(), bytes);
    }

    #[test]
    fn what_is_not_an_entry_is_refused_with_the_reason() {
        let line = String::from_utf8(to_bytes(&judged(), Some("1.0.0"), 41, judged().at)).unwrap();
        let with = |from: &str, to: &str| {
            assert!(line.contains(from));
            Record::read(line.replace(from, to).as_bytes()).unwrap_err()
        };
        assert_eq!(with("\"v\":1", "\"v\":2"), NotAnEntry::OtherVersion(2));
        assert_eq!(with("41", "-41"), NotAnEntry::BadMember("seq"));
        assert_eq!(with("000007Z", "7Z"), NotAnEntry::BadMember("at"));
        assert_eq!(with("000007Z", "000007+00:00"), NotAnEntry::BadMember("at"));
        assert_eq!(with("\"commitment\"", "\"content\""), NotAnEntry::BadMember("fields"));
        assert_eq!(with("\"name\":\"moderate\"", "\"name\":null"), NotAnEntry::BadMember("name"));
        assert_eq!(with("\"as\":\"1.0.0\"", "\"as\":null"), NotAnEntry::BadMember("as"));
        assert_eq!(with("\"v\":1", "\"v\":1,\"w\":1"), NotAnEntry::UnknownMember("w".into()));
        assert_eq!(with("spam", &"s".repeat(ENTRY_MAX_BYTES)), NotAnEntry::TooLong);
        assert!(matches!(with("{\"act\"", "{ \"act\""), NotAnEntry::NotCanonical(_)));
    }

    #[test]
    fn the_salt_of_a_text_tells_nothing_of_the_authors() {
        let kept = [7; 16];
        let (text, author) = (salt_of("text", &kept), salt_of("author", &kept));
        // Neither is the other's, nor what both come from; as AUDIT.md says, for those who check by hand:
        // printf 'majlis-salt/1\0\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7text' | sha256sum | cut -c1-32
        assert_eq!(hex::encode(text), "1e7ea8d0ec6e6b55a7b51f67147e3b9a");
        assert_eq!(hex::encode(author), "df953f85737861332b50ab8722003ff2");
    }

    #[test]
    fn a_commitment_depends_on_every_byte_of_salt_and_content() {
        let (salt, content) = ([7; 16], b"text");
        let mut other_salt = salt;
        other_salt[15] ^= 1;
        assert_ne!(commitment(&salt, content), commitment(&other_salt, content));
        assert_ne!(commitment(&salt, content), commitment(&salt, b"texs"));
    }
}
