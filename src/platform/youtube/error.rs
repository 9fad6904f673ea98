//! YouTube's refusals, told apart by their reason: its 403 alone means five different things.

use jiff::Timestamp;

use crate::domain::action::Refusal;
use crate::platform::http::{Answer, Purpose, detail, retry_after};
use crate::platform::{PlatformError, json};

/// What a refusal means.
pub(super) fn refused(answer: &Answer, purpose: Purpose, now: Timestamp) -> PlatformError {
    let reason = json::text(&answer.json, "/error/errors/0/reason").unwrap_or_default();
    let words = json::text(&answer.json, "/error/message").unwrap_or_default();
    let status = answer.status.as_u16();
    let detail = detail(&format!("HTTP {status} {reason} {words}"));
    match (status, reason, purpose) {
        (_, "quotaExceeded" | "dailyLimitExceeded", _) => {
            PlatformError::RateLimited { until: next_day(now), detail }
        }
        (_, "rateLimitExceeded" | "userRateLimitExceeded", _) | (429, _, _) => {
            PlatformError::RateLimited { until: retry_after(&answer.headers, now), detail }
        }
        (_, "authError", _) | (401, _, _) => PlatformError::Unauthorised { detail },
        (_, "invalidPageToken", _) => PlatformError::CursorStale { detail },
        (_, "commentsDisabled" | "operationNotSupported", _) => {
            PlatformError::Refused { reason: Refusal::NotAllowed, detail }
        }
        (_, "commentNotFound" | "parentCommentNotFound" | "commentThreadNotFound" | "videoNotFound", _) => {
            PlatformError::Refused { reason: Refusal::Gone, detail }
        }
        // "Can be transient, usually bad input." Looking again costs a unit, acting again fifty.
        (_, "processingFailure", Purpose::Read) => purpose.lost(detail),
        (_, "forbidden", Purpose::Write) => PlatformError::Refused { reason: Refusal::NotAllowed, detail },
        // A scope, the account or the project: a person must mend it.
        (403, _, _) => PlatformError::Revoked { detail },
        (404, _, _) => PlatformError::Refused { reason: Refusal::Gone, detail },
        (500.., _, _) => purpose.lost(detail),
        _ => PlatformError::Refused { reason: Refusal::Invalid, detail },
    }
}

/// When the day's units are refilled: at midnight Pacific Time, which moves against UTC twice a year.
fn next_day(now: Timestamp) -> Option<Timestamp> {
    let today = now.in_tz("America/Los_Angeles").ok()?;
    Some(today.tomorrow().ok()?.start_of_day().ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::fixture;

    fn refusal(status: u64, reason: &serde_json::Value, purpose: Purpose, now: &str) -> PlatformError {
        let body = json!({"error": {"code": status, "message": "words", "errors": [{"reason": reason}]}});
        refused(&fixture::refusal(status, body), purpose, now.parse().unwrap())
    }

    #[test]
    fn each_refusal_of_youtube_has_its_meaning() {
        for case in fixture::read("youtube/refusals.json").as_array().unwrap() {
            let error =
                refusal(case["status"].as_u64().unwrap(), &case["reason"], Purpose::Write, fixture::NOW);
            assert_eq!(fixture::meaning(&error), case["means"], "{case}");
        }
        let reading = refusal(403, &json!("forbidden"), Purpose::Read, fixture::NOW);
        assert_eq!(fixture::meaning(&reading), "revoked");
    }

    #[test]
    fn a_spent_day_ends_at_midnight_pacific_time_in_summer_and_winter() {
        let until = |now| match refusal(403, &json!("quotaExceeded"), Purpose::Read, now) {
            PlatformError::RateLimited { until, .. } => until.unwrap().to_string(),
            other => panic!("{other}"),
        };
        assert_eq!(until("2026-11-24T03:30:00Z"), "2026-11-24T08:00:00Z");
        assert_eq!(until("2026-11-24T08:00:00Z"), "2026-11-25T08:00:00Z");
        assert_eq!(until("2026-07-01T06:59:59Z"), "2026-07-01T07:00:00Z");
        assert_eq!(until("2026-11-01T07:30:00Z"), "2026-11-02T08:00:00Z", "the clocks go back that day");
    }
}
