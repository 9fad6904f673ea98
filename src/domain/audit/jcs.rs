//! Canonical JSON after RFC 8785 (JCS): a value has one spelling, so its bytes can be hashed.
//!
//! The log needs objects, strings, whole numbers and null, and no others are written or read. Fractions
//! and lists stay out: they are where implementations of the canonical form differ. What is read is read in its one spelling and
//! no other, byte by byte: to read it as any JSON and write it anew for comparison took three times as long, and an auditor
//! reads ten million entries.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::Write as _;

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

/// How deep objects may lie in one another; those of the log do not lie deeper than three.
const DEPTH_MAX: u32 = 16;

/// Bytes that are not the canonical form of a value of these kinds, and where that shows: a column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not JSON in canonical form (RFC 8785), as the log writes it: column {0}")]
pub(super) struct NotCanonical(usize);

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
        let text = std::str::from_utf8(bytes).map_err(|error| NotCanonical(error.valid_up_to() + 1))?;
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(DEPTH_MAX)?;
        if reader.at == text.len() { Ok(value) } else { Err(reader.wrong()) }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Int(number) => write!(out, "{number}").expect("a Vec takes all bytes"),
            Value::Text(text) => write_string(text, out),
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|(left, _), (right, _)| order(left, right));
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

/// RFC 8785, 3.2.3: names stand in the order of their UTF-16 code units.
fn order(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Canonical text as far as it was read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self) -> NotCanonical {
        NotCanonical(self.at + 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn must(&mut self, token: &str) -> Result<(), NotCanonical> {
        if !self.text.as_bytes()[self.at..].starts_with(token.as_bytes()) {
            return Err(self.wrong());
        }
        self.at += token.len();
        Ok(())
    }

    /// A value in which objects lie at most so `deep` in one another.
    fn value(&mut self, deep: u32) -> Result<Value<'a>, NotCanonical> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'{') if deep > 0 => self.object(deep - 1).map(Value::Object),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Int),
            _ => self.must("null").map(|()| Value::Null),
        }
    }

    fn object(&mut self, deep: u32) -> Result<Object<'a>, NotCanonical> {
        let mut object = Object::new();
        let mut before: Option<Cow<'a, str>> = None;
        self.must("{")?;
        while self.peek() != Some(b'}') {
            if before.is_some() {
                self.must(",")?;
            }
            let start = self.wrong();
            let name = self.string()?;
            if before.is_some_and(|before| order(&before, &name) != Ordering::Less) {
                return Err(start);
            }
            self.must(":")?;
            object.insert(name.clone(), self.value(deep)?);
            before = Some(name);
        }
        self.at += 1;
        Ok(object)
    }

    fn number(&mut self) -> Result<i64, NotCanonical> {
        let rest = &self.text[self.at..];
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        let spelled = &rest[..sign + digits];
        let plain = spelled == "0" || !spelled[sign..].starts_with('0');
        let number = spelled.parse().ok().filter(|number| plain && (EXACT_MIN..=EXACT_MAX).contains(number));
        let number = number.ok_or_else(|| self.wrong())?;
        self.at += spelled.len();
        Ok(number)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, NotCanonical> {
        self.must("\"")?;
        let mut read = Cow::Borrowed("");
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let plain = &rest[..plain.unwrap_or(rest.len())];
            self.at += plain.len();
            if read.is_empty() {
                read = Cow::Borrowed(plain);
            } else {
                read.to_mut().push_str(plain);
            }
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => read.to_mut().push(self.escaped()?),
                _ => return Err(self.wrong()),
            }
        }
        self.at += 1;
        Ok(read)
    }

    /// The character for which an escape stands, in the one spelling that it has.
    fn escaped(&mut self) -> Result<char, NotCanonical> {
        let rest = &self.text.as_bytes()[self.at..];
        let digit = |place: usize| rest.get(place).and_then(|byte| char::from(*byte).to_digit(16));
        let character = match rest.get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'b') => '\u{8}',
            Some(b't') => '\t',
            Some(b'n') => '\n',
            Some(b'f') => '\u{c}',
            Some(b'r') => '\r',
            Some(b'u') => {
                let unit = digit(4).zip(digit(5)).map(|(high, low)| high * 16 + low);
                unit.and_then(char::from_u32).ok_or_else(|| self.wrong())?
            }
            _ => return Err(self.wrong()),
        };
        let mut spelled = Vec::with_capacity(8);
        write_string(character.encode_utf8(&mut [0; 4]), &mut spelled);
        let spelled = &spelled[1..spelled.len() - 1];
        if !rest.starts_with(spelled) {
            return Err(self.wrong());
        }
        self.at += spelled.len();
        Ok(character)
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
            r#"{"a":"\u0020"}"#,
            r#"{"a":"\u001F"}"#,
            r#"{"a":"\u0008"}"#,
            r#"{"a":--1}"#,
            r#"{"a":-}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a":1"b":2}"#,
            r#"{"a"}"#,
            r#"{"a":nul}"#,
            r#"{"a":"b}"#,
            "{\"a\":\"\n\"}",
            "{",
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
