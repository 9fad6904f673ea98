//! Errors in X's words.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::call::Answer;
use crate::sandbox::page::NoSuchCursor;

/// What a call to X comes to.
pub(super) type Outcome<T> = Result<T, Problem>;

/// A `application/problem+json` body and its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: u16,
    body: Value,
}

const TYPES: &str = "https://api.x.com/2/problems";

impl Problem {
    /// A problem without a type of its own.
    pub(super) fn plain(status: u16, title: &str, detail: &str) -> Self {
        let body = json!({"title": title, "detail": detail, "type": "about:blank", "status": status});
        Problem { status, body }
    }

    /// The token is missing, expired or revoked.
    pub(super) fn unauthorized() -> Self {
        Problem::plain(401, "Unauthorized", "Unauthorized")
    }

    /// Not allowed, and why.
    pub(super) fn forbidden(detail: &str) -> Self {
        Problem::plain(403, "Forbidden", detail)
    }

    /// The window is used up.
    pub(super) fn too_many() -> Self {
        Problem::plain(429, "Too Many Requests", "Too Many Requests")
    }

    /// The month's reads are used up.
    pub(super) fn usage_capped() -> Self {
        Problem {
            status: 429,
            body: json!({
                "title": "UsageCapExceeded",
                "detail": "Usage cap exceeded: Monthly product cap",
                "type": format!("{TYPES}/usage-capped"),
                "period": "Monthly",
                "scope": "Product",
                "account_id": "1480012345678900000",
            }),
        }
    }

    /// An app's own token where a user's is needed.
    pub(super) fn unsupported_authentication() -> Self {
        Problem {
            status: 403,
            body: json!({
                "title": "Unsupported Authentication",
                "detail": "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  \
                           Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
                "type": format!("{TYPES}/unsupported-authentication"),
                "status": 403,
            }),
        }
    }

    /// A parameter is wrong.
    pub(super) fn invalid(parameter: &str, value: &str, message: impl Into<String>) -> Self {
        Problem::invalid_with(json!({parameter: [value]}), message)
    }

    /// A body is wrong.
    pub(super) fn invalid_body(message: impl Into<String>) -> Self {
        Problem::invalid_with(json!({}), message)
    }

    fn invalid_with(parameters: Value, message: impl Into<String>) -> Self {
        Problem {
            status: 400,
            body: json!({
                "errors": [{"parameters": parameters, "message": message.into()}],
                "title": "Invalid Request",
                "detail": "One or more parameters to your request was invalid.",
                "type": format!("{TYPES}/invalid-request"),
            }),
        }
    }

    /// What was asked for is not there.
    pub(super) fn not_found(resource: &str, parameter: &str, id: &str) -> Self {
        Problem { status: 404, body: missing(resource, parameter, id) }
    }
}

/// What stands in `errors` for something that is not there.
pub(super) fn missing(resource: &str, parameter: &str, id: &str) -> Value {
    json!({
        "value": id,
        "detail": format!("Could not find {resource} with {parameter}: [{id}]."),
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": id,
        "type": format!("{TYPES}/resource-not-found"),
    })
}

impl From<NoSuchCursor> for Problem {
    fn from(_: NoSuchCursor) -> Self {
        Problem::invalid_with(json!({"pagination_token": []}), "The pagination token provided is invalid.")
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Answer {
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Answer::new(status, problem.body).with("content-type", "application/problem+json; charset=utf-8")
    }
}
