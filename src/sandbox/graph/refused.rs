//! Errors in Graph's words.

use axum::http::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::comment::Platform;
use crate::sandbox::call::{Answer, Trouble};
use crate::sandbox::page::NoSuchCursor;
use crate::sandbox::tokens::BadToken;

/// An error of the Graph API. Its HTTP status is 400 for all: the record says "mostly", and a
/// client that branches on the status instead of the code learns here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Refused {
    pub(in crate::sandbox) code: u32,
    pub(in crate::sandbox) subcode: Option<u32>,
    pub(in crate::sandbox) kind: &'static str,
    pub(in crate::sandbox) message: String,
}

/// What a Graph call comes to.
pub(in crate::sandbox) type Outcome<T> = Result<T, Refused>;

impl Refused {
    /// An error of type `OAuthException`, the usual one.
    pub(in crate::sandbox) fn new(code: u32, message: impl Into<String>) -> Self {
        Refused { code, subcode: None, kind: "OAuthException", message: message.into() }
    }

    fn with_subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// A parameter is wrong.
    pub(in crate::sandbox) fn parameter(message: impl AsRef<str>) -> Self {
        Refused::new(100, format!("(#100) {}", message.as_ref()))
    }

    /// Deleted, never there, or not for this token: the API does not say which.
    pub(in crate::sandbox) fn no_such_object(method: &Method, id: &str) -> Self {
        let method = method.as_str().to_lowercase();
        Refused {
            code: 100,
            subcode: Some(33),
            kind: "GraphMethodException",
            message: format!(
                "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to \
                 missing permissions, or does not support this operation. Please read the Graph API documentation \
                 at https://developers.facebook.com/docs/graph-api"
            ),
        }
    }

    /// The Instagram write that took place although it is answered as an error.
    pub(in crate::sandbox) fn response_format() -> Self {
        Refused::new(20, "(#20) This API call does not support the requested response format")
            .with_subcode(1_772_107)
    }

    /// The error of a trouble that befalls any call.
    pub(in crate::sandbox) fn trouble(platform: Platform, trouble: Trouble) -> Self {
        match trouble {
            Trouble::Internal => Refused::new(1, "An unknown error has occurred."),
            Trouble::Unavailable => Refused::new(2, "Service temporarily unavailable"),
            Trouble::Throttled => Refused::new(4, "(#4) Application request limit reached"),
            Trouble::OutOfQuota if platform == Platform::Instagram => {
                Refused::new(80_002, "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.")
            }
            Trouble::OutOfQuota => {
                Refused::new(80_001, "(#80001) There have been too many calls to this Page account. Wait a bit and try again.")
            }
            Trouble::TokenExpired => Refused::new(
                190,
                "Error validating access token: Session has expired on Friday, 20-Nov-26 01:00:00 PST.",
            )
            .with_subcode(463),
            Trouble::TokenRevoked => Refused::new(
                190,
                "Error validating access token: The session has been invalidated because the user changed their \
                 password or Facebook has changed the session for security reasons.",
            )
            .with_subcode(460),
            Trouble::Gone => Refused::no_such_object(&Method::GET, "0"),
            Trouble::Refused => Refused::parameter("Invalid parameter"),
            Trouble::Forbidden => Refused::new(10, "(#10) Application does not have permission for this action"),
        }
    }
}

impl From<NoSuchCursor> for Refused {
    fn from(_: NoSuchCursor) -> Self {
        Refused::parameter("Invalid cursor: the cursor was not issued for this list")
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Answer {
        let mut error = json!({
            "message": refused.message,
            "type": refused.kind,
            "code": refused.code,
            "fbtrace_id": trace_id(&refused.message),
        });
        if let Some(subcode) = refused.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if matches!(refused.code, 1 | 2 | 4) {
            error["is_transient"] = json!(true);
        }
        Answer::new(StatusCode::BAD_REQUEST, json!({"error": error}))
    }
}

fn trace_id(message: &str) -> String {
    format!("A{}", hex::encode(&Sha256::digest(message.as_bytes())[..8]))
}

/// What a bad token is answered with.
pub(in crate::sandbox) fn bad_token(platform: Platform, bad: BadToken) -> Refused {
    match bad {
        BadToken::Missing => Refused::new(104, "An access token is required to request this resource."),
        BadToken::Unknown => Refused::new(190, "Invalid OAuth access token - Cannot parse access token"),
        BadToken::Revoked => Refused::trouble(platform, Trouble::TokenRevoked),
        BadToken::Expired(at) => {
            let at = at.strftime("%A, %d-%b-%y %H:%M:%S UTC");
            Refused::new(190, format!("Error validating access token: Session has expired on {at}."))
                .with_subcode(463)
        }
    }
}
