//! Where the log stands, and how it grows: all that a writer needs to remember between two entries.
//!
//! The store keeps a [`Head`] in one row and locks it for the transaction that appends, so that
//! numbers are dense and times never go back, whichever process writes.

use jiff::Timestamp;

use super::entry::{self, ENTRY_MAX_BYTES};
use super::event::AuditEvent;
use super::tree::{Frontier, Hash};

/// The end of the log: its tree's frontier and the time of its last entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    frontier: Frontier,
    last_at: Option<Timestamp>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: its index in the tree, from 0.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The canonical bytes, exactly as hashed.
    pub bytes: Vec<u8>,
    /// Their hash in the tree.
    pub leaf: Hash,
}

/// An act whose entry would be longer than a log can carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit entry of `{act}` would be {bytes} bytes long; at most {ENTRY_MAX_BYTES} are allowed")]
pub struct EntryTooLong {
    /// What was done.
    pub act: &'static str,
    /// The length of its entry.
    pub bytes: usize,
}

impl Head {
    /// Gives `event` its place at the end of the log. `acted_as` is the role that a member of staff has, or the version of
    /// the program that acts.
    ///
    /// Its time is the event's own, or that of the entry before where the clock has gone back since.
    ///
    /// # Errors
    /// The entry is longer than [`ENTRY_MAX_BYTES`]. The head is then unchanged.
    pub fn append(&mut self, event: &AuditEvent, acted_as: Option<&str>) -> Result<Entry, EntryTooLong> {
        let (seq, at) = (self.size(), self.last_at.map_or(event.at, |last| last.max(event.at)));
        let bytes = entry::to_bytes(event, acted_as, seq, at);
        if bytes.len() > ENTRY_MAX_BYTES {
            return Err(EntryTooLong { act: event.act, bytes: bytes.len() });
        }
        let leaf = Hash::leaf(&bytes);
        self.frontier.push(leaf);
        self.last_at = Some(at);
        Ok(Entry { seq, at, bytes, leaf })
    }

    /// How many entries the log has; the number of the next one.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree's right edge.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// When the last entry was recorded; `None` in an empty log.
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// The form in which it is stored: the last entry's time in microseconds, big-endian, then the frontier's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let last_at = self.last_at.map_or(0, Timestamp::as_microsecond);
        [last_at.to_be_bytes().as_slice(), &self.frontier.to_bytes()].concat()
    }

    /// Reads what [`Head::to_bytes`] wrote; `None` for any other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (last_at, frontier) = bytes.split_first_chunk::<8>()?;
        let frontier = Frontier::from_bytes(frontier)?;
        let last_at = Timestamp::from_microsecond(i64::from_be_bytes(*last_at)).ok()?;
        Some(Self { last_at: (frontier.size() > 0).then_some(last_at), frontier })
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Actor;
    use super::*;

    fn event_at(text: &str) -> AuditEvent {
        AuditEvent::new(text.parse().unwrap(), Actor::Staff("amal".into()), "comment.hidden", "comment:7")
    }

    #[test]
    fn entries_are_numbered_from_zero_and_their_times_never_go_back() {
        let mut head = Head::default();
        let times = ["2026-11-24T03:30:00Z", "2026-11-24T03:29:00Z", "2026-11-24T03:31:00Z"];
        let entries = times.map(|time| head.append(&event_at(time), None).unwrap());
        assert_eq!(entries.each_ref().map(|entry| entry.seq), [0, 1, 2]);
        assert_eq!(
            entries.each_ref().map(|entry| entry.at),
            [event_at(times[0]).at, event_at(times[0]).at, event_at(times[2]).at]
        );
        assert_eq!(head.frontier(), &Frontier::of(&entries.map(|entry| entry.leaf)));
    }

    #[test]
    fn a_head_is_stored_and_read_back() {
        let mut head = Head::default();
        for _ in 0..5 {
            assert_eq!(Head::from_bytes(&head.to_bytes()), Some(head.clone()));
            head.append(&event_at("2026-11-24T03:30:00.000001Z"), Some("staff")).unwrap();
        }
        assert_eq!(Head::from_bytes(&head.to_bytes()[1..]), None);
    }

    #[test]
    fn an_entry_of_the_longest_length_is_taken_and_one_byte_more_is_refused() {
        let mut head = Head::default();
        let event = |length: usize| event_at("2026-11-24T03:30:00Z").word("word", "w".repeat(length));
        let without_word = head.clone().append(&event(0), None).unwrap().bytes.len();
        let room = ENTRY_MAX_BYTES - without_word;
        let before = head.clone();
        assert_eq!(
            head.append(&event(room + 1), None),
            Err(EntryTooLong { act: "comment.hidden", bytes: 65_536 })
        );
        assert_eq!(head, before);
        assert_eq!(head.append(&event(room), None).unwrap().bytes.len(), ENTRY_MAX_BYTES);
    }
}
