//! An entry that was read back: its bytes are canonical, and its members are an entry's.

use std::borrow::Cow;

use jiff::Timestamp;

use super::entry::{ENTRY_MAX_BYTES, VERSION, actor, instant};
use super::jcs::{NotCanonical, Object, Value};

/// How a member of staff begins as an object and as a holder.
pub(super) const STAFF: &str = "staff:";

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What the clock said, where that was earlier.
    clock: Option<Timestamp>,
    /// Who did it: the kind of actor and the name.
    pub kind: Cow<'a, str>,
    pub name: Cow<'a, str>,
    /// A member of staff's role, or a program's version.
    pub acted_as: Option<Cow<'a, str>>,
    pub act: Cow<'a, str>,
    pub object: Cow<'a, str>,
    pub fields: Object<'a>,
}

/// Why some bytes are not an entry.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAnEntry {
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    #[error("it is longer than the {ENTRY_MAX_BYTES} bytes that an entry may have")]
    TooLong,
    #[error("it is an entry of version {0}, and this program reads version {VERSION} only")]
    OtherVersion(i64),
    #[error("its `{0}` is missing or is not what an entry holds there")]
    BadMember(&'static str),
    #[error("it has a member `{0}`, which entries do not have")]
    UnknownMember(String),
}

impl<'a> Record<'a> {
    /// Reads the exact bytes of an entry.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, NotAnEntry> {
        if bytes.len() > ENTRY_MAX_BYTES {
            return Err(NotAnEntry::TooLong);
        }
        let Value::Object(mut entry) = Value::from_bytes(bytes)? else {
            return Err(NotAnEntry::BadMember("v"));
        };
        match entry.remove("v") {
            Some(Value::Int(VERSION)) => {}
            Some(Value::Int(other)) => return Err(NotAnEntry::OtherVersion(other)),
            _ => return Err(NotAnEntry::BadMember("v")),
        }
        let seq = match entry.remove("seq") {
            Some(Value::Int(seq)) => u64::try_from(seq).map_err(|_| NotAnEntry::BadMember("seq"))?,
            _ => return Err(NotAnEntry::BadMember("seq")),
        };
        let at = take_instant(&mut entry, "at")?;
        let clock = entry.contains_key("clock").then(|| take_instant(&mut entry, "clock")).transpose()?;
        let (act, object) = (take_text(&mut entry, "act")?, take_text(&mut entry, "object")?);
        let mut actor = take_object(&mut entry, "actor")?;
        let (kind, name) = (take_text(&mut actor, "kind")?, take_text(&mut actor, "name")?);
        let acted_as = actor.contains_key("as").then(|| take_text(&mut actor, "as")).transpose()?;
        let fields = take_object(&mut entry, "fields")?;
        if !fields.values().all(is_field) {
            return Err(NotAnEntry::BadMember("fields"));
        }
        match entry.into_keys().chain(actor.into_keys()).next() {
            Some(name) => Err(NotAnEntry::UnknownMember(name.into_owned())),
            None => Ok(Self { seq, at, clock, kind, name, acted_as, act, object, fields }),
        }
    }

    /// The canonical bytes: those that were read, where nothing was changed since.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let seq = i64::try_from(self.seq).expect("a log does not reach 2^63 entries");
        let members = [
            ("act", Value::text(&self.act)),
            ("actor", actor(&self.kind, &self.name, self.acted_as.as_deref())),
            ("at", instant(self.at)),
            ("fields", Value::Object(self.fields.clone())),
            ("object", Value::text(&self.object)),
            ("seq", Value::int(seq)),
            ("v", Value::int(VERSION)),
        ];
        Value::object(members.into_iter().chain(self.clock.map(|at| ("clock", instant(at))))).to_bytes()
    }

    /// Puts another name in place of each name for which `other` has one, wherever the entry names staff.
    pub(super) fn rename(&mut self, other: impl Fn(&str) -> Option<String>) {
        if let Some(Value::Text(hands)) = self.fields.get_mut(HANDS) {
            *hands = Cow::Owned(in_hands(hands, &other));
        }
        let fields = self.fields.values_mut().filter_map(|field| match field {
            Value::Text(text) => Some(text),
            _ => None,
        });
        let name = (self.kind == "staff").then_some(&mut self.name);
        for text in fields.chain([&mut self.object]).chain(name) {
            if let Some(new) = renamed(text, &other) {
                *text = Cow::Owned(new);
            }
        }
    }
}

/// The field that says in whose hands a clock's time went by, `HOLDER=SECONDS,HOLDER=SECONDS`: names hold neither sign.
const HANDS: &str = "hands";

fn in_hands(shares: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let share = |share: &str| match share.split_once('=') {
        Some((holder, seconds)) => {
            format!("{}={seconds}", renamed(holder, &other).unwrap_or_else(|| holder.to_owned()))
        }
        None => share.to_owned(),
    };
    shares.split(',').map(share).collect::<Vec<_>>().join(",")
}

/// A name alone, or as an object and a holder are written: `staff:NAME`.
pub(super) fn renamed(text: &str, other: impl Fn(&str) -> Option<String>) -> Option<String> {
    match text.strip_prefix(STAFF) {
        Some(name) => other(name).map(|name| format!("{STAFF}{name}")),
        None => other(text),
    }
}

fn is_field(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Int(_) | Value::Text(_) => true,
        Value::Object(members) => {
            matches!(members.first_key_value(), Some((name, Value::Text(_))) if name == "commitment")
                && members.len() == 1
        }
    }
}

fn take_text<'a>(object: &mut Object<'a>, name: &'static str) -> Result<Cow<'a, str>, NotAnEntry> {
    match object.remove(name) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(NotAnEntry::BadMember(name)),
    }
}

fn take_object<'a>(object: &mut Object<'a>, name: &'static str) -> Result<Object<'a>, NotAnEntry> {
    match object.remove(name) {
        Some(Value::Object(members)) => Ok(members),
        _ => Err(NotAnEntry::BadMember(name)),
    }
}

/// An instant in the one spelling in which [`instant`] writes it.
fn take_instant(object: &mut Object<'_>, name: &'static str) -> Result<Timestamp, NotAnEntry> {
    let text = take_text(object, name)?;
    let at: Timestamp = text.parse().map_err(|_| NotAnEntry::BadMember(name))?;
    if instant(at) == Value::Text(text) { Ok(at) } else { Err(NotAnEntry::BadMember(name)) }
}
