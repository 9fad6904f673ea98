//! Canonical JSON after RFC 8785 (JCS): a value has one spelling, so its bytes can be hashed.
//!
//! The log needs objects, strings, whole numbers and null, and no others are written or read. Fractions
//! and lists stay out: they are where implementations of the canonical form differ.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// The largest whole number with one spelling in every JSON reader: 2^53 − 1 (RFC 8785, appendix D; RFC 7493, 2.2).
const EXACT_MAX: i64 = (1 << 53) - 1;
const EXACT_MIN: i64 = -EXACT_MAX;

/// A JSON value of the kinds that the log uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Object(Object<'a>),
}

/// Members by name.
pub(super) type Object<'a> = BTreeMap<Cow<'a, str>, Value<'a>>;

/// Why some bytes are not the canonical form of a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotCanonical {
    #[error("it is not JSON as the log writes it: {0}")]
    NotJson(String),
    #[error("it is not in canonical form (RFC 8785): a byte differs at column {0}")]
    OtherSpelling(usize),
}

impl<'a> Value<'a> {
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A whole number; beyond ±(2^53 − 1) its digits as a string, as RFC 8785, appendix D, advises.
    pub(super) fn int(number: i64) -> Self {
        match number {
            EXACT_MIN..=EXACT_MAX => Self::Int(number),
            wide => Self::Text(Cow::Owned(wide.to_string())),
        }
    }

    /// The object with these members, by name.
    pub(super) fn object(members: impl IntoIterator<Item = (&'a str, Value<'a>)>) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    /// The canonical bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out);
        out
    }

    /// Reads canonical bytes, and refuses every other spelling of the same value.
    pub(super) fn from_bytes(bytes: &'a [u8]) -> Result<Self, NotCanonical> {
        let value: Value<'a> =
            serde_json::from_slice(bytes).map_err(|error| NotCanonical::NotJson(error.to_string()))?;
        let canonical = value.to_bytes();
        if canonical == bytes {
            return Ok(value);
        }
        let same = canonical.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
        Err(NotCanonical::OtherSpelling(same + 1))
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Int(number) => write!(out, "{number}").expect("a Vec takes all bytes"),
            Value::Text(text) => write_string(text, out),
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
                out.push(b'{');
                for (place, (name, value)) in members.into_iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    write_string(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

/// RFC 8785, 3.2.2.2: the two-character escapes where there is one, `\u00xx` in lower case for the other
/// control characters, and everything else as it is.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            0x00..=0x1f => b'u',
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        plain = at + 1;
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            write!(out, "{byte:04x}").expect("a Vec takes all bytes");
        }
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
    out.push(b'"');
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a string, a whole number within ±(2^53 − 1) or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        match number {
            EXACT_MIN..=EXACT_MAX => Ok(Value::Int(number)),
            wide => Err(E::invalid_value(de::Unexpected::Signed(wide), &self)),
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        let wide = |_| E::invalid_value(de::Unexpected::Unsigned(number), &self);
        i64::try_from(number).map_err(wide).and_then(|number| Reader.visit_i64(number))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::text(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = Object::new();
        // A name is read as a value too: that borrows it where it can be borrowed.
        while let Some((name, value)) = members.next_entry::<Value<'de>, Value<'de>>()? {
            let Value::Text(name) = name else { return Err(de::Error::custom("a name must be a string")) };
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strings_are_written_as_in_rfc_8785_section_3_2_2() {
        let sample = "\u{20ac}$\u{f}\nA'B\"\\\\\"/";
        assert_eq!(Value::text(sample).to_bytes(), "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"".as_bytes());
        let controls = "\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}\u{2028}";
        let written = "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\u{7f}\u{2028}\"";
        assert_eq!(Value::text(controls).to_bytes(), written.as_bytes());
    }

    #[test]
    fn names_are_sorted_by_utf_16_as_in_rfc_8785_section_3_2_3() {
        let sample = [
            ("\u{20ac}", "Euro Sign"),
            ("\r", "Carriage Return"),
            ("\u{fb33}", "Hebrew Letter Dalet With Dagesh"),
            ("1", "One"),
            ("\u{1f600}", "Emoji: Grinning Face"),
            ("\u{80}", "Control"),
            ("\u{f6}", "Latin Small Letter O With Diaeresis"),
        ];
        let object = Value::object(sample.map(|(name, text)| (name, Value::text(text))));
        let written = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
            \"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\
            \"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
        assert_eq!(String::from_utf8(object.to_bytes()).unwrap(), written);
    }

    #[test]
    fn a_number_that_some_reader_would_round_is_written_as_its_digits() {
        assert_eq!(Value::int(EXACT_MAX).to_bytes(), b"9007199254740991");
        assert_eq!(Value::int(EXACT_MIN - 1).to_bytes(), b"\"-9007199254740992\"");
        assert_eq!(Value::int(i64::MIN).to_bytes(), b"\"-9223372036854775808\"");
    }

    #[test]
    fn any_other_spelling_of_a_value_is_refused() {
        for other in [
            r#"{ "a":1}"#,
            r#"{"b":1,"a":1}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e0}"#,
            r#"{"a":-0}"#,
            r#"{"a":01}"#,
            r#"{"a":9007199254740992}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\u000A"}"#,
            r#"{"a":[]}"#,
            r#"{"a":true}"#,
            r#"{"a":1} "#,
            "{\"a\":1}\r",
            r#"{"a":1}{}"#,
            r#"{"a":"\ud800"}"#,
            "",
        ] {
            assert!(Value::from_bytes(other.as_bytes()).is_err(), "{other} was taken");
        }
        assert!(Value::from_bytes(b"{\"a\":\"\xff\"}").is_err());
        assert!(Value::from_bytes(r#"{"a":null,"b":{"c":-7}}"#.as_bytes()).is_ok());
    }

    fn any_value() -> impl Strategy<Value = Value<'static>> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::int),
            any::<String>().prop_map(|text| Value::Text(text.into())),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop::collection::btree_map(any::<String>().prop_map(Cow::Owned), inner, 0..6)
                .prop_map(Value::Object)
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(value in any_value()) {
            let bytes = value.to_bytes();
            prop_assert_eq!(Value::from_bytes(&bytes), Ok(value));
        }
    }
}
