//! A platform's JSON, read so that one odd byte or field costs no more than itself.
//!
//! A page is decoded into a [`Value`] and its items are picked field by field: a field of the wrong
//! type is a missing field, never a lost page.

use jiff::Timestamp;
use jiff::fmt::strtime;
use serde_json::Value;

use crate::domain::credentials::Secret;

/// The longest id that is believed; the longest of any platform, YouTube's replies, has 49 characters.
const ID_MAX_BYTES: usize = 200;
/// The longest name that is kept; no platform allows a hundred characters.
const NAME_MAX_CHARS: usize = 200;
/// So much of a post is kept: each comment of a batch carries it to the judge, and nobody quotes what stands further down.
const WORDS_MAX_CHARS: usize = 5_000;

/// The value that `bytes` hold, if it is JSON at all: invalid UTF-8 and halves of surrogate pairs
/// become U+FFFD, bare control characters the escapes that they should have been.
pub(super) fn decode(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(&text).or_else(|_| serde_json::from_str(&mended(&text))).ok()
}

/// `text` with what RFC 8259 forbids inside strings replaced by what was most likely meant.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' if in_string => mend_escape(rest, &mut out),
            c if in_string && c < ' ' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
                c.len_utf8()
            }
            c => {
                in_string ^= c == '"';
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// Copies the escape that `rest` begins with, mended, and returns its length in bytes.
fn mend_escape(rest: &str, out: &mut String) -> usize {
    const ESCAPE: usize = r"\uXXXX".len();
    let unit = |at: usize| -> Option<u16> {
        let digits = rest.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let copied = match (unit(0), unit(ESCAPE)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE,
        (Some(0xD800..=0xDFFF), _) => {
            out.push('\u{FFFD}');
            return ESCAPE;
        }
        (Some(_), _) => ESCAPE,
        (None, _) => rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at),
    };
    out.push_str(&rest[..copied]);
    copied
}

/// The items of the list at `pointer`; none where there is no list.
pub(super) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The id at `pointer`: a string, or a number in its digits. What no database or URL could carry is none.
pub(super) fn id(value: &Value, pointer: &str) -> Option<String> {
    let id = match value.pointer(pointer)? {
        Value::String(id) => id.clone(),
        Value::Number(id) if id.is_u64() => id.to_string(),
        _ => return None,
    };
    let believable = !id.is_empty() && id.len() <= ID_MAX_BYTES && id.chars().all(|c| c.is_ascii_graphic());
    believable.then_some(id)
}

/// The name at `pointer`, fit to be stored and shown on a line.
pub(super) fn name(value: &Value, pointer: &str) -> Option<String> {
    let name: String =
        text(value, pointer)?.chars().filter(|c| !c.is_control()).take(NAME_MAX_CHARS).collect();
    (!name.trim().is_empty()).then_some(name)
}

/// The words at `pointer`, as they stand.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The words of a post at `pointer`, fit to be stored; `None` where there are none.
pub(super) fn words(value: &Value, pointer: &str) -> Option<String> {
    let words: String = text(value, pointer)?.chars().filter(|c| *c != '\0').take(WORDS_MAX_CHARS).collect();
    (!words.trim().is_empty()).then_some(words)
}

/// The whole number at `pointer`, written as a number or in digits.
pub(super) fn whole(value: &Value, pointer: &str) -> Option<i64> {
    let value = value.pointer(pointer)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The instant at `pointer`, in whole microseconds: RFC 3339, Meta's `+0000` without a colon, or Unix seconds.
pub(super) fn time(value: &Value, pointer: &str) -> Option<Timestamp> {
    let at = match value.pointer(pointer)? {
        Value::String(written) => written
            .parse::<Timestamp>()
            .or_else(|_| {
                strtime::parse("%Y-%m-%dT%H:%M:%S%z", written).and_then(|parsed| parsed.to_timestamp())
            })
            .ok()?,
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok()?,
        _ => return None,
    };
    Timestamp::from_microsecond(at.as_microsecond()).ok()
}

/// Takes our secrets out of every string in `value`: Meta repeats a malformed token in its error.
pub(super) fn scrub(value: &mut Value, secrets: &[&Secret]) {
    match value {
        Value::String(words) => {
            for secret in secrets.iter().filter(|secret| !secret.expose().is_empty()) {
                if words.contains(secret.expose()) {
                    *words = words.replace(secret.expose(), "[secret]");
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|field| scrub(field, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn invalid_utf8_costs_one_character_and_not_the_page() {
        let page = decode(b"{\"message\": \"\xd9\xff ok\"}").unwrap();
        assert_eq!(page["message"], "\u{FFFD}\u{FFFD} ok");
    }

    #[test]
    fn half_an_emoji_and_a_bare_nul_cost_one_character_each() {
        let page = decode(b"{\"a\": \"x\\ud83d\", \"b\": \"\\\"\\ude00\\n\\ud83d\\ude00\", \"c\": \"p\0q\"}")
            .unwrap();
        assert_eq!(page, json!({"a": "x\u{FFFD}", "b": "\"\u{FFFD}\n😀", "c": "p\0q"}));
    }

    #[test]
    fn what_is_no_json_is_none() {
        assert_eq!(decode(b"<!doctype html><title>Sorry</title>"), None);
        assert_eq!(decode(b""), None);
        assert_eq!(decode(b"{\"data\": [{\"id\": \"1\"}, {\"id"), None);
    }

    #[test]
    fn every_form_of_time_that_a_platform_writes_is_read() {
        let expected: Timestamp = "2026-11-20T08:15:42Z".parse().unwrap();
        for written in [
            json!("2026-11-20T08:15:42+0000"),
            json!("2026-11-20T08:15:42.000Z"),
            json!("2026-11-20T12:15:42+04:00"),
            json!(1_795_162_542),
        ] {
            assert_eq!(time(&json!({ "at": written }), "/at"), Some(expected), "{written}");
        }
        assert_eq!(time(&json!({"at": "yesterday"}), "/at"), None);
    }

    #[test]
    fn an_id_that_no_database_could_carry_is_no_id() {
        for odd in
            [json!(""), json!("a\0b"), json!(" "), json!(null), json!({}), json!(-1), json!("7".repeat(201))]
        {
            assert_eq!(id(&json!({ "id": odd }), "/id"), None, "{odd}");
        }
        assert_eq!(id(&json!({"id": 17870913679156914_u64}), "/id").as_deref(), Some("17870913679156914"));
    }

    #[test]
    fn a_secret_that_a_platform_repeats_is_taken_out() {
        let mut error = json!({"error": {"message": "Malformed access token EAAB1", "data": ["EAAB1"]}});
        scrub(&mut error, &[&Secret::new("EAAB1"), &Secret::new("")]);
        assert_eq!(
            error,
            json!({"error": {"message": "Malformed access token [secret]", "data": ["[secret]"]}})
        );
    }

    proptest! {
        #[test]
        fn mending_leaves_sound_json_as_it_is(words in ".*", number in any::<i32>()) {
            let sound = json!({"words": words, "list": [number, null, true]});
            prop_assert_eq!(serde_json::from_str::<Value>(&mended(&sound.to_string())).unwrap(), sound);
        }

        #[test]
        fn no_bytes_break_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            decode(&bytes);
            decode(&[b"{\"a\": \"\\u", bytes.as_slice(), b"\"}"].concat());
        }
    }
}
