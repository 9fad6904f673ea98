//! What an audit entry says, before it has a place in the log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::logged::Index;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A part of the daemon, such as `moderate` or `dispatch`.
    Machine(&'static str),
    /// A member of staff, by name.
    Staff(String),
    /// What happened on a platform without us, as it told us.
    Platform(String),
}

/// A value in an audit entry. Integers, words and absences only, so that the canonical form has one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A whole number; exact in every JSON reader up to 2^53 (RFC 8785 writes numbers as doubles).
    Int(i64),
    /// A word, a hash or an instant. Never personal content.
    Word(String),
    /// Personal content, present only as a salted commitment (hex SHA-256), so that it can be erased.
    Commitment(String),
    /// Nothing there.
    Null,
}

/// One act to be recorded, in the transaction of the act itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done: `comment.received`, `comment.judged`, `action.queued`, …
    pub act: &'static str,
    /// What it was done to: `comment:7`, `action:3`, `policy:HASH`, …
    pub object: String,
    /// The rest, by name.
    pub fields: BTreeMap<&'static str, Field>,
}

impl AuditEvent {
    /// The act of reading the log.
    pub const READ: &str = "audit.read";

    /// The acts that are about a comment and change nothing of it.
    pub const WITHOUT_EFFECT: [&str; 2] = [Self::READ, "sample.answered"];

    /// An event without further fields.
    pub fn new(at: Timestamp, actor: Actor, act: &'static str, object: impl Into<String>) -> Self {
        Self { at, actor, act, object: object.into(), fields: BTreeMap::new() }
    }

    /// The same with one field more.
    pub fn with(mut self, name: &'static str, field: Field) -> Self {
        self.fields.insert(name, field);
        self
    }

    /// The same with a word more.
    pub fn word(self, name: &'static str, word: impl Into<String>) -> Self {
        self.with(name, Field::Word(word.into()))
    }

    /// The same with a whole number more.
    pub fn int(self, name: &'static str, number: i64) -> Self {
        self.with(name, Field::Int(number))
    }

    /// What its entry is found by.
    pub fn index(&self) -> Index<'_> {
        let by = match &self.actor {
            Actor::Staff(name) => Some(&**name),
            Actor::Machine(_) | Actor::Platform(_) => None,
        };
        let comment = match self.fields.get("comment") {
            Some(Field::Int(number)) => Some(*number),
            _ => None,
        };
        let clause = match self.fields.get("clause") {
            Some(Field::Word(clause)) => Some(&**clause),
            _ => None,
        };
        Index::of(by, &self.object, comment, clause)
    }
}
