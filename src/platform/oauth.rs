//! The answers of token endpoints, whose form all platforms share (RFC 6749, 5.1 and 5.2).

use jiff::{SignedDuration, Timestamp};

use super::http::{Answer, Purpose, detail, retry_after};
use super::{PlatformError, json};
use crate::domain::credentials::{Secret, Tokens};

/// How long before its end an access token is renewed. X's refresh tokens die with each use and renewing
/// more often than needed breaks their chain, so no sooner.
const BEFORE_EXPIRY: SignedDuration = SignedDuration::from_mins(5);

/// When tokens that a refresh token renews are due: shortly before their end, or at once without any.
pub(super) fn due(tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp> {
    match (&tokens.access, tokens.expires_at) {
        (None, _) => Some(obtained_at),
        (Some(_), Some(end)) => end.checked_sub(BEFORE_EXPIRY).ok(),
        (Some(_), None) => None,
    }
}

/// The tokens that the answer grants. It names no refresh token where the one we have lives on.
///
/// # Errors
/// [`PlatformError::Revoked`] where the platform will grant none until a person has helped. A refresh
/// whose answer was lost is [`PlatformError::Unreachable`]: nothing but another try can tell
/// whether the old token still lives.
pub(super) fn granted(
    answer: &Answer,
    refresh: Option<&Secret>,
    usual_life: SignedDuration,
    now: Timestamp,
) -> Result<Tokens, PlatformError> {
    let json = &answer.json;
    if !answer.status.is_success() {
        return Err(refused(answer, now));
    }
    let Some(access) = json::text(json, "/access_token").filter(|token| !token.is_empty()) else {
        return Err(Purpose::Read.lost("an answer without an access token"));
    };
    let life = json::whole(json, "/expires_in").map_or(usual_life, SignedDuration::from_secs);
    let refresh = json::text(json, "/refresh_token").map(Secret::new).or_else(|| refresh.cloned());
    Ok(Tokens { access: Some(Secret::new(access)), refresh, expires_at: now.checked_add(life).ok() })
}

/// The tokens that a renewal grants, as [`granted`]. Whoever let us in may have left out a right that our work needs; that is said at
/// once, before a call fails for it.
pub(super) fn renewed(
    answer: &Answer,
    refresh: &Secret,
    usual_life: SignedDuration,
    needed: &[&'static str],
    now: Timestamp,
) -> Result<Tokens, PlatformError> {
    let tokens = granted(answer, Some(refresh), usual_life, now)?;
    let missing = ungranted(answer, needed).join(" ");
    if !missing.is_empty() {
        tracing::warn!(missing, "the token of a source lacks rights; connect its account anew, with them");
    }
    Ok(tokens)
}

/// Those of the rights that the answer does not grant. One that names none grants all that was asked for (RFC 6749, 5.1).
pub(super) fn ungranted(answer: &Answer, needed: &[&'static str]) -> Vec<&'static str> {
    let Some(scope) = json::text(&answer.json, "/scope") else { return Vec::new() };
    let lacks = |right: &&'static str| !scope.split(' ').any(|granted| granted == *right);
    needed.iter().copied().filter(lacks).collect()
}

fn refused(answer: &Answer, now: Timestamp) -> PlatformError {
    let error = json::text(&answer.json, "/error").unwrap_or_default();
    let words = json::text(&answer.json, "/error_description").unwrap_or_default();
    let detail = detail(&format!("HTTP {} {error} {words}", answer.status.as_u16()));
    match (answer.status.as_u16(), error) {
        (429, _) => PlatformError::RateLimited { until: retry_after(&answer.headers, now), detail },
        (500.., _) | (_, "temporarily_unavailable" | "server_error") => PlatformError::Unreachable { detail },
        _ => PlatformError::Revoked { detail },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;
    use serde_json::{Value, json};

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn answer(status: u16, json: Value) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), json }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_refresh_token_lives_on_where_no_new_one_is_named() {
        let old = Secret::new("r1");
        let google = answer(200, json!({"access_token": "a", "expires_in": "3599", "token_type": "Bearer"}));
        let tokens = granted(&google, Some(&old), HOUR, at(0)).unwrap();
        assert_eq!((tokens.refresh, tokens.expires_at), (Some(old.clone()), Some(at(3_599))));
        let x = answer(200, json!({"access_token": "a", "expires_in": 7200, "refresh_token": "r2"}));
        assert_eq!(granted(&x, Some(&old), HOUR, at(0)).unwrap().refresh, Some(Secret::new("r2")));
    }

    #[test]
    fn a_right_that_was_left_out_is_named_and_one_that_nothing_is_said_of_is_granted() {
        let needed = ["tweet.read", "tweet.write"];
        let missing = |json: Value| ungranted(&answer(200, json), &needed);
        assert!(missing(json!({"scope": "offline.access tweet.write tweet.read"})).is_empty());
        assert_eq!(missing(json!({"scope": "tweet.read tweet.write.not"})), ["tweet.write"]);
        assert_eq!(missing(json!({"scope": ""})), needed);
        assert!(missing(json!({})).is_empty());
    }

    #[test]
    fn a_refused_grant_needs_a_person_and_a_failing_server_only_time() {
        for (status, error) in
            [(400, "invalid_grant"), (400, "invalid_request"), (401, "unauthorized_client")]
        {
            let refused = granted(&answer(status, json!({ "error": error })), None, HOUR, at(0)).unwrap_err();
            assert!(matches!(refused, PlatformError::Revoked { .. }), "{error}");
        }
        let failing = granted(&answer(503, json!({"error": "server_error"})), None, HOUR, at(0)).unwrap_err();
        assert!(matches!(failing, PlatformError::Unreachable { .. }));
        let empty = granted(&answer(200, json!({})), None, HOUR, at(0)).unwrap_err();
        assert!(matches!(empty, PlatformError::Unreachable { .. }));
    }

    #[test]
    fn tokens_are_renewed_five_minutes_before_their_end_and_not_sooner() {
        let refresh_only = Tokens { access: None, refresh: Some(Secret::new("r")), expires_at: None };
        assert_eq!(due(&refresh_only, at(7)), Some(at(7)));
        let held = Tokens { access: Some(Secret::new("a")), expires_at: Some(at(7_200)), ..refresh_only };
        assert_eq!(due(&held, at(0)), Some(at(6_900)));
    }
}
