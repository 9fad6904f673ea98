//! X's refusals: problem documents whose `type` ends in the word that counts.

use jiff::{Timestamp, ToSpan, ZonedDateTime, tz::TimeZone};
use serde_json::Value;

use crate::domain::action::Refusal;
use crate::platform::http::{Answer, Purpose, detail, retry_after};
use crate::platform::{PlatformError, json};

use super::window::window_end;

/// Whether a successful answer holds errors and nothing else, as a look-up of a post that is gone may.
pub(super) fn only_errors(answer: &Value) -> bool {
    !json::list(answer, "/errors").is_empty() && answer.get("data").is_none() && answer.get("meta").is_none()
}

/// What a refusal means. Branch on status and problem type; the words are for people.
pub(super) fn refused(answer: &Answer, purpose: Purpose, now: Timestamp) -> PlatformError {
    let problem = match only_errors(&answer.json) && answer.status.is_success() {
        true => answer.json.pointer("/errors/0").unwrap_or(&Value::Null),
        false => &answer.json,
    };
    let kind = json::text(problem, "/type").unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let words = ["/detail", "/title", "/message"].iter().find_map(|words| json::text(problem, words));
    let status = answer.status.as_u16();
    let detail = detail(&format!("HTTP {status} {kind} {}", words.unwrap_or_default()));
    match (status, kind, purpose) {
        (429, "usage-capped", _) => PlatformError::RateLimited { until: period_end(problem, now), detail },
        (429, _, _) => PlatformError::RateLimited {
            until: window_end(answer).or_else(|| retry_after(&answer.headers, now)),
            detail,
        },
        (401, _, _) => PlatformError::Unauthorised { detail },
        // Out of credits: calls fail until somebody pays.
        (402, _, _) | (403, "client-forbidden" | "unsupported-authentication", _) => {
            PlatformError::Revoked { detail }
        }
        (403, _, Purpose::Read) => PlatformError::Revoked { detail },
        (403, _, Purpose::Write) => PlatformError::Refused { reason: Refusal::NotAllowed, detail },
        (404, _, _) | (_, "resource-not-found", _) => {
            PlatformError::Refused { reason: Refusal::Gone, detail }
        }
        // Gone for us: the author is suspended or protected.
        (_, "not-authorized-for-resource" | "resource-unavailable", _) => {
            PlatformError::Refused { reason: Refusal::NotAllowed, detail }
        }
        (400, _, _) if blames_our_place(&answer.json) => PlatformError::CursorStale { detail },
        (500.., _, _) => purpose.lost(detail),
        _ => PlatformError::Refused { reason: Refusal::Invalid, detail },
    }
}

/// Whether the parameter at fault is one that a cursor of ours carried.
fn blames_our_place(problem: &Value) -> bool {
    json::list(problem, "/errors").iter().any(|error| {
        let parameters = error.get("parameters").and_then(Value::as_object);
        parameters.is_some_and(|parameters| {
            ["since_id", "until_id", "pagination_token", "next_token"]
                .iter()
                .any(|name| parameters.contains_key(*name))
        })
    })
}

/// When a spent cap on reads is refilled: with the next day or month, in UTC.
fn period_end(problem: &Value, now: Timestamp) -> Option<Timestamp> {
    let today: ZonedDateTime = now.to_zoned_datetime(TimeZone::UTC);
    let next = match json::text(problem, "/period")? {
        "Daily" => today.checked_add(1.day()).ok()?.start_of_day().ok()?,
        "Monthly" => today.first_of_month().ok()?.checked_add(1.month()).ok()?.start_of_day().ok()?,
        _ => return None,
    };
    Some(next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixture;

    #[test]
    fn each_refusal_of_x_has_its_meaning() {
        for case in fixture::read("x/refusals.json").as_array().unwrap() {
            let answer = fixture::refusal(case["status"].as_u64().unwrap(), case["body"].clone());
            assert!(!answer.status.is_success() || only_errors(&answer.json), "{case}");
            let error = refused(&answer, Purpose::Write, Timestamp::UNIX_EPOCH);
            assert_eq!(fixture::meaning(&error), case["means"], "{case}");
        }
    }

    #[test]
    fn errors_beside_data_are_no_refusal() {
        assert!(!only_errors(&fixture::read("x/search.json")));
        assert!(!only_errors(&fixture::read("x/nothing_new.json")));
    }

    #[test]
    fn a_spent_window_ends_when_the_header_says_and_a_spent_month_with_the_month() {
        let now: Timestamp = "2026-11-20T08:15:42Z".parse().unwrap();
        let mut answer = fixture::refusal(429, serde_json::json!({"type": "about:blank"}));
        answer.headers.insert("x-rate-limit-reset", "1795163400".parse().unwrap());
        let until = |answer: &Answer| match refused(answer, Purpose::Read, now) {
            PlatformError::RateLimited { until, .. } => until.unwrap().to_string(),
            other => panic!("{other}"),
        };
        assert_eq!(until(&answer), "2026-11-20T08:30:01Z", "the second is over then");
        let capped = |period| serde_json::json!({"type": "/usage-capped", "period": period});
        assert_eq!(until(&fixture::refusal(429, capped("Monthly"))), "2026-12-01T00:00:00Z");
        assert_eq!(until(&fixture::refusal(429, capped("Daily"))), "2026-11-21T00:00:00Z");
    }
}
