//! Items that arrive broken: the newest comment of a page, spoiled in one way.
//!
//! The stored comment stays whole, so that the next page carries it whole again.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::call::Answer;
use super::faults::Fault;
use super::graph;
use crate::domain::comment::Platform;

/// Stands where a byte that is no UTF-8 is to go; no text has it (private use).
const BAD_BYTE: char = '\u{F8FF}';

/// Spoils the first item of a page. `false` if the answer has none.
pub(super) fn newest_item(platform: Platform, answer: &mut Answer, fault: Fault, now: Timestamp) -> bool {
    let shape = Shape::of(platform);
    let Some(items) =
        answer.body.as_mut().and_then(|body| body.pointer_mut(shape.items)).and_then(Value::as_array_mut)
    else {
        return false;
    };
    let Some(item) = items.first_mut() else { return false };
    let comment = if item.pointer("/snippet/topLevelComment/snippet").is_some() {
        &mut item["snippet"]["topLevelComment"]["snippet"]
    } else if item.get("snippet").is_some() {
        &mut item["snippet"]
    } else {
        item
    };
    let Some(fields) = comment.as_object_mut() else { return false };
    let text = fields.get(shape.text).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    match fault {
        Fault::NoAuthor => fields.retain(|name, _| !shape.author.contains(&name.as_str())),
        Fault::NoText => fields.retain(|name, _| name != shape.text && name != "textOriginal"),
        Fault::WrongTypes => {
            set(shape.text, json!(12));
            set(shape.author[0], json!([false]));
        }
        Fault::UnknownField => set("sandbox_undocumented", json!({"since": "yesterday", "levels": [1, 2]})),
        Fault::Nul => set(shape.text, json!(format!("{text}\0"))),
        Fault::InvalidUtf8 => set(shape.text, json!(format!("{text}{BAD_BYTE}"))),
        Fault::Overlong => {
            set(shape.text, json!(text.chars().chain("و".chars().cycle()).take(100_000).collect::<String>()))
        }
        Fault::FutureTime => {
            let tomorrow = now + SignedDuration::from_hours(24);
            set(
                shape.time,
                json!(match platform {
                    Platform::Facebook | Platform::Instagram => graph::time(tomorrow),
                    Platform::X | Platform::Youtube => tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                }),
            );
        }
        Fault::DuplicateId => {
            let twin = items[0].clone();
            items.push(twin);
        }
        _ => return false,
    }
    true
}

/// The same bytes with one that is no UTF-8 where [`newest_item`] asked for it.
pub(super) fn with_bad_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut mark = [0; 3];
    let mark = BAD_BYTE.encode_utf8(&mut mark).as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(mark) {
            Some(after) => {
                out.push(0xFF);
                rest = after;
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

/// Where a platform's page keeps its items, and an item its words, time and author.
struct Shape {
    items: &'static str,
    text: &'static str,
    time: &'static str,
    author: &'static [&'static str],
}

impl Shape {
    fn of(platform: Platform) -> Self {
        match platform {
            Platform::Facebook => {
                Shape { items: "/data", text: "message", time: "created_time", author: &["from"] }
            }
            Platform::Instagram => {
                Shape { items: "/data", text: "text", time: "timestamp", author: &["from", "username"] }
            }
            Platform::X => Shape { items: "/data", text: "text", time: "created_at", author: &["author_id"] },
            Platform::Youtube => Shape {
                items: "/items",
                text: "textDisplay",
                time: "publishedAt",
                author: &[
                    "authorDisplayName",
                    "authorChannelId",
                    "authorChannelUrl",
                    "authorProfileImageUrl",
                ],
            },
        }
    }
}
