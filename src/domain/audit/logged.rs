//! An entry that was read back, held against the hash that it was given when it was written.
//!
//! Sealing proves the hashes; whoever owns the database can still change the bytes beside them, or the columns by which an entry is
//! found. So what is shown or counted is a [`Logged`], and nothing that was changed becomes one.

use jiff::Timestamp;

use super::record::STAFF;
use super::tree::Hash;
use super::verify::Flaw;
use super::view::EntryView;

/// What an entry is found by beside its number and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index<'a> {
    /// The number of the comment that it is about, if it is about one.
    pub comment: Option<i64>,
    /// The member of staff who did it, or to whom it was done.
    pub staff: Option<&'a str>,
    /// The clause that it rests on, if it rests on one.
    pub clause: Option<&'a str>,
}

impl<'a> Index<'a> {
    /// Of an entry by this member of staff, if it is by one, about `object`, with these fields.
    pub(super) fn of(
        by: Option<&'a str>,
        object: &'a str,
        comment: Option<i64>,
        clause: Option<&'a str>,
    ) -> Self {
        Self {
            comment: comment.or_else(|| object.strip_prefix("comment:")?.parse().ok()),
            staff: by.or_else(|| object.strip_prefix(STAFF)),
            clause,
        }
    }
}

/// An entry as it lies in the database: whether it is what was logged is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The number that it is found by.
    pub seq: u64,
    /// The time that it is found by.
    pub at: Timestamp,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The hash that it was given.
    pub leaf: Hash,
    /// The comment that it is found by.
    pub comment: Option<i64>,
    /// The member of staff that it is found by.
    pub staff: Option<String>,
    /// The clause that it is found by.
    pub clause: Option<String>,
}

/// An entry whose bytes are those that were hashed, and which is found by what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    bytes: Vec<u8>,
    view: EntryView,
}

/// An entry that was changed since it was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry} is not the one that was logged: {how}")]
pub struct Altered {
    /// The number under which it stands.
    pub entry: u64,
    /// What shows it.
    pub how: &'static str,
}

impl Stored {
    /// The entry, where it is what was logged.
    ///
    /// # Errors
    /// It was changed.
    pub fn check(self) -> Result<Logged, Altered> {
        let altered = |how| Altered { entry: self.seq, how };
        if Hash::leaf(&self.bytes) != self.leaf {
            return Err(altered("its hash is another"));
        }
        let view = EntryView::read(&self.bytes).ok_or(altered("it cannot be read"))?;
        if view.seq != self.seq {
            return Err(altered("it stands in the place of another"));
        }
        let (staff, clause) = (self.staff.as_deref(), self.clause.as_deref());
        if view.at != self.at || view.index() != (Index { comment: self.comment, staff, clause }) {
            return Err(altered("what it is found by is not what it says"));
        }
        Ok(Logged { bytes: self.bytes, view })
    }
}

impl Logged {
    /// Its exact bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What they say.
    pub fn view(&self) -> &EntryView {
        &self.view
    }

    /// The same, where the bytes are not needed.
    pub fn into_view(self) -> EntryView {
        self.view
    }
}

impl From<Altered> for Flaw {
    fn from(altered: Altered) -> Self {
        Flaw::at(altered.entry, altered.how)
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Actor, AuditEvent};
    use super::super::head::{Entry, Head};
    use super::*;

    fn event() -> AuditEvent {
        AuditEvent::new(Timestamp::UNIX_EPOCH, Actor::Staff("huda".into()), "comment.judged", "comment:7")
            .word("clause", "spam")
    }

    fn stored() -> Stored {
        let Entry { seq, at, bytes, leaf } = Head::default().append(&event(), None).unwrap();
        let (staff, clause) = (Some("huda".to_owned()), Some("spam".to_owned()));
        Stored { seq, at, bytes, leaf, comment: Some(7), staff, clause }
    }

    #[test]
    fn an_entry_is_found_by_the_same_before_and_after_it_was_written() {
        let by = |actor, object: &str| AuditEvent::new(Timestamp::UNIX_EPOCH, actor, "a.b", object);
        let events = [
            event(),
            by(Actor::Machine("poll"), "comment:7"),
            by(Actor::Machine("dispatch"), "action:3").int("comment", 7),
            by(Actor::Machine("command"), "staff:huda"),
            by(Actor::Staff("amal".into()), "staff:huda").word("comment", "7"),
            by(Actor::Platform("x".into()), "comment:none"),
        ];
        let mut head = Head::default();
        for event in events {
            let written = head.append(&event, None).unwrap();
            assert_eq!(event.index(), EntryView::read(&written.bytes).unwrap().index(), "{event:?}");
        }
    }

    #[test]
    fn whatever_is_changed_of_an_entry_or_beside_it_shows() {
        assert_eq!(stored().check().unwrap().view().act, "comment.judged");
        let how = |change: fn(&mut Stored)| {
            let mut changed = stored();
            change(&mut changed);
            changed.check().unwrap_err().how
        };
        assert_eq!(how(|entry| entry.bytes[9] ^= 1), "its hash is another");
        assert_eq!(how(|entry| entry.leaf.0[9] ^= 1), "its hash is another");
        assert_eq!(how(|entry| entry.seq = 1), "it stands in the place of another");
        let other = |entry: &mut Stored| (entry.bytes, entry.leaf) = (b"{}".to_vec(), Hash::leaf(b"{}"));
        assert_eq!(how(other), "it cannot be read");
        let beside: [fn(&mut Stored); 4] = [
            |entry| entry.comment = None,
            |entry| entry.staff = Some("amal".to_owned()),
            |entry| entry.clause = None,
            |entry| entry.at = Timestamp::MAX,
        ];
        for change in beside {
            assert_eq!(how(change), "what it is found by is not what it says");
        }
    }
}
