//! An entry as people are shown it: what its bytes say, in types.

use jiff::Timestamp;

use super::event::Field;
use super::jcs::Value;
use super::logged::Index;
use super::record::Record;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Its number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The kind of who did it: `machine`, `staff` or `platform`.
    pub kind: String,
    /// Their name.
    pub name: String,
    /// The role that a member of staff had, or the version of the program that acted.
    pub acted_as: Option<String>,
    /// What was done.
    pub act: String,
    /// To what.
    pub object: String,
    /// The rest, in the order of their names.
    pub fields: Vec<(String, Field)>,
}

impl EntryView {
    /// Reads the exact bytes of an entry; `None` where they are none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let record = Record::read(bytes).ok()?;
        let field = |value: &Value<'_>| match value {
            Value::Int(number) => Field::Int(*number),
            Value::Text(text) => Field::Word(text.to_string()),
            Value::Object(members) => match members.get("commitment") {
                Some(Value::Text(hash)) => Field::Commitment(hash.to_string()),
                _ => Field::Null,
            },
            _ => Field::Null,
        };
        Some(Self {
            seq: record.seq,
            at: record.at,
            kind: record.kind.to_string(),
            name: record.name.to_string(),
            acted_as: record.acted_as.map(|what| what.to_string()),
            act: record.act.to_string(),
            object: record.object.to_string(),
            fields: record.fields.iter().map(|(name, value)| (name.to_string(), field(value))).collect(),
        })
    }

    /// What it is found by.
    pub(super) fn index(&self) -> Index<'_> {
        let by = (self.kind == "staff").then_some(&*self.name);
        Index::of(by, &self.object, self.int("comment"), self.word("clause"))
    }

    /// The word in a field.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Field::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The whole number in a field.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.field(name)? {
            Field::Int(number) => Some(*number),
            _ => None,
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, field)| field)
    }
}
