//! Answers as the platforms write them, from `tests/fixtures`, for the unit tests of this folder.

use serde_json::Value;

use super::http::Answer;
use super::{Next, PlatformError, json};
use crate::domain::action::Refusal;
use crate::domain::comment::{Incoming, Mark};

/// When every page of these tests arrives.
pub(super) const NOW: &str = "2026-11-20T10:00:00Z";

/// The answer in this file, decoded as one from the network would be.
pub(super) fn read(path: &str) -> Value {
    let file = format!("{}/tests/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    json::decode(&std::fs::read(&file).unwrap()).unwrap_or_else(|| panic!("{file} holds no JSON"))
}

/// A refusal with this status and body.
pub(super) fn refusal(status: u64, json: Value) -> Answer {
    let status = u16::try_from(status).unwrap().try_into().unwrap();
    Answer { status, headers: Default::default(), json }
}

/// The cursor of a page that goes on, as it would stand in the database.
pub(super) fn place(next: &Next) -> Value {
    match next {
        Next::Page(cursor) => cursor.0.clone(),
        Next::RoundEnds(_) => panic!("the round ended"),
    }
}

/// The one word for what an error means.
pub(super) fn meaning(error: &PlatformError) -> &'static str {
    match error {
        PlatformError::RateLimited { .. } => "limited",
        PlatformError::Unreachable { .. } => "unreachable",
        PlatformError::AnswerLost { .. } => "answer_lost",
        PlatformError::Unauthorised { .. } => "unauthorised",
        PlatformError::Revoked { .. } => "revoked",
        PlatformError::CursorStale { .. } => "cursor_stale",
        PlatformError::Refused { reason: Refusal::Gone, .. } => "gone",
        PlatformError::Refused { reason: Refusal::NotAllowed, .. } => "not_allowed",
        PlatformError::Refused { reason: Refusal::Invalid, .. } => "invalid",
    }
}

/// Checks a page of a platform's `odd.json`: each of its items is broken in one way, in the same order
/// on every platform. `without_time` is how items without a time are marked there.
pub(super) fn assert_odd_page_is_read(comments: &[Incoming], unreadable: u32, without_time: &[Mark]) {
    let marks: Vec<&[Mark]> = comments.iter().map(|comment| comment.marks.as_slice()).collect();
    let wrong_types = [&[Mark::NoAuthor, Mark::NoText], without_time].concat();
    let expected: [&[Mark]; 11] = [
        &[],
        &[Mark::NoAuthor],
        &[Mark::NoText],
        &[],
        &[Mark::NulRemoved],
        &[Mark::InvalidUtf8],
        &[],
        &[Mark::FutureTime],
        without_time,
        &[],
        &wrong_types,
    ];
    assert_eq!(marks, expected);
    assert_eq!(unreadable, 3, "the items without an id");
    assert_eq!(comments[4].text, "beforeafter");
    assert_eq!(comments[0].platform_id, comments[6].platform_id, "twins are left to the store");
    assert!(comments.iter().all(|comment| !comment.ours));
}
