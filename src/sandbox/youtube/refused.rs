//! Errors in Google's words.

use axum::http::StatusCode;
use serde_json::json;

use crate::sandbox::call::Answer;
use crate::sandbox::page::NoSuchCursor;

/// What a call to YouTube comes to.
pub(super) type Outcome<T> = Result<T, Refused>;

/// An error: clients branch on its reason, for a 403 means five different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    status: u16,
    reason: &'static str,
    message: String,
}

impl Refused {
    /// An error with a status, a reason and words.
    pub(super) fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Refused { status, reason, message: message.into() }
    }

    /// The day's units are used up.
    pub(super) fn quota_exceeded() -> Self {
        Refused::new(
            403,
            "quotaExceeded",
            "The request cannot be completed because you have exceeded your \
             <a href=\"/youtube/v3/getting-started#quota\">quota</a>.",
        )
    }

    /// The token is expired, revoked or none of ours.
    pub(super) fn bad_credentials() -> Self {
        Refused::new(401, "authError", "Invalid Credentials")
    }

    /// A comment is deleted or never was.
    pub(super) fn no_such_comment() -> Self {
        let message = "One or more of the specified comments cannot be found. Check the values of the request's \
                       <code>id</code> and <code>parentId</code> parameters to ensure that they are correct.";
        Refused::new(404, "commentNotFound", message)
    }
}

impl From<NoSuchCursor> for Refused {
    fn from(_: NoSuchCursor) -> Self {
        let message = "The request specifies an invalid page token.";
        Refused::new(400, "invalidPageToken", message)
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Answer {
        let Refused { status, reason, message } = refused;
        let domain = match reason {
            "quotaExceeded" => "youtube.quota",
            "rateLimitExceeded" => "usageLimits",
            "authError" | "forbidden" | "insufficientPermissions" | "backendError" | "badRequest" => "global",
            _ => "youtube.comment",
        };
        let mut error = json!({"message": message, "domain": domain, "reason": reason});
        if reason == "authError" {
            error["location"] = json!("Authorization");
            error["locationType"] = json!("header");
        }
        let word = match status {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
        let body = json!({"error": {"code": status, "message": message, "errors": [error], "status": word}});
        Answer::new(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body)
    }
}
