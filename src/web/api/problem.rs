//! What is wrong with a request, as RFC 9457 has it: a type to branch on, and what to do next.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::audit::Altered;
use crate::store::samples::NotAnswered;
use crate::store::{StoreError, chain};

use super::super::act::NotDone;
use super::super::proof::NotProved;

/// The answer to a request that was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// A name that stays the same, `urn:majlis:problem:…`.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What was wrong this time, and what to do next.
    detail: String,
}

macro_rules! kind {
    ($name:literal) => {
        concat!("urn:majlis:problem:", $name)
    };
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status: status.as_u16(), detail: detail.into() }
    }

    pub(super) fn no_such_route() -> Self {
        let next = "Look the address up in /api/v1/openapi.json.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-route"), "There is nothing at this address", next)
    }

    pub(super) fn no_such_method() -> Self {
        let next = "Look the method up in /api/v1/openapi.json.";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            kind!("no-such-method"),
            "This address does not take this method",
            next,
        )
    }

    pub(super) fn no_token() -> Self {
        let next =
            "Send `Authorization: Bearer TOKEN` with the token that `majlis staff token NAME` printed.";
        Self::new(StatusCode::UNAUTHORIZED, kind!("no-token"), "No valid token came with the request", next)
    }

    pub(super) fn not_allowed(role: &str) -> Self {
        let next = format!(
            "The role {role} does not allow this. Ask a colleague who may, or an operator for another role."
        );
        Self::new(StatusCode::FORBIDDEN, kind!("not-allowed"), "Your role does not allow this", next)
    }

    pub(super) fn no_such_tag() -> Self {
        let next = "Send the `ETag` of the comment as it was read, in its quotes, or `*`.";
        let title = "The comment was never told so";
        Self::new(StatusCode::PRECONDITION_FAILED, kind!("overtaken"), title, next)
    }

    pub(super) fn unfit_key() -> Self {
        let next = "Send 1 to 255 plain characters, such as a UUID, or no key.";
        Self::new(StatusCode::BAD_REQUEST, kind!("unfit-key"), "The idempotency key cannot be read", next)
    }

    pub(super) fn two_conditions() -> Self {
        let next = "Send `If-Match`, which says more, or `revision`.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind!("unfit"), "The request holds something unfit", next)
    }

    pub(super) fn no_such_comment() -> Self {
        let next = "Take the number from a list or an export.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-comment"), "No comment has this number", next)
    }

    pub(super) fn worked_on() -> Self {
        let next = "`GET /working` names who; wait, or take it over with `take_over`.";
        Self::new(StatusCode::CONFLICT, kind!("worked-on"), "A colleague works on this comment", next)
    }

    pub(super) fn no_such_bulk() -> Self {
        let next = "Take the number from the answer to `POST /bulk`, or from the log.";
        Self::new(
            StatusCode::NOT_FOUND,
            kind!("no-such-bulk"),
            "No act on many comments has this number",
            next,
        )
    }

    pub(super) fn unfit_bulk() -> Self {
        let next = "Name 1 to 500 comments, and hide:CLAUSE, unhide, approve, assign:HOLDER or kind:KIND.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind!("unfit"), "The request holds something unfit", next)
    }

    pub(super) fn no_checkpoint() -> Self {
        let next = "The daemon publishes one soon after its first entries; ask again later.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-checkpoint"), "No checkpoint was published yet", next)
    }

    pub(super) fn no_such_entry() -> Self {
        let next = "Take the number (`seq`) from `GET /audit/entries`.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-entry"), "No entry has this number", next)
    }

    /// An entry of the log is not what was logged.
    pub(super) fn altered(altered: &Altered) -> Self {
        let detail = StoreError::Altered(*altered).to_string();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, kind!("altered"), "The audit log does not hold", detail)
    }

    pub(super) fn no_such_month() -> Self {
        let next = "Write it as `2026-10`, from 1970 to 2200.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-month"), "The calendar has no such month", next)
    }

    pub(super) fn no_such_report() -> Self {
        let next = "`GET /reports` lists the months. Right after a start the log is still being counted; ask again later.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-report"), "Nothing was counted for this month", next)
    }

    pub(super) fn no_such_question() -> Self {
        let next = "Take the number from `GET /sample/next`.";
        Self::new(StatusCode::NOT_FOUND, kind!("no-such-question"), "No question has this number", next)
    }

    pub(super) fn unfit_view() -> Self {
        let next = "Give it a name of 1 to 60 characters, and the query of a list, such as `state=overdue&platform=x`.";
        let title = "The request holds something unfit";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind!("unfit"), title, next)
    }

    pub(super) fn too_many_views() -> Self {
        let next = "Forget a list that is no longer needed.";
        Self::new(StatusCode::CONFLICT, kind!("too-many-views"), "You keep as many lists as one may", next)
    }

    pub(super) fn bad_query(detail: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind!("bad-query"), "The query cannot be read", detail)
    }

    /// A body that is no JSON, is too long, or holds something else than it should.
    pub(super) fn bad_body(status: StatusCode, detail: String) -> Self {
        Self::new(status, kind!("bad-body"), "The body cannot be read", detail)
    }

    /// The store failed: told to the log here, and to the caller without detail.
    pub(super) fn from_store(error: StoreError) -> Self {
        if let StoreError::Stopped = error {
            let (status, title) = (StatusCode::SERVICE_UNAVAILABLE, "All changes are stopped");
            return Self::new(status, kind!("stopped"), title, error.to_string());
        }
        Self::broken(&error)
    }

    fn broken(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = chain(error), "a call was not answered");
        let next = "Try again in a moment. If it happens again, tell your operator the time and the call.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, kind!("broken"), "Something failed on our side", next)
    }
}

impl From<NotDone> for Problem {
    fn from(why: NotDone) -> Self {
        let detail = why.to_string();
        match why {
            NotDone::ClauseMissing
            | NotDone::ReasonMissing
            | NotDone::ReasonTooLong
            | NotDone::NoSuchTeam(_)
            | NotDone::NobodyToAnswer(_)
            | NotDone::NoteEmpty
            | NotDone::NotForMany
            | NotDone::NoteTooLong
            | NotDone::Nul => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                kind!("unfit"),
                "The request holds something unfit",
                detail,
            ),
            NotDone::ReplyEmpty | NotDone::ReplyTooLong(_) | NotDone::BlankLeft(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                kind!("unfit-reply"),
                "The reply cannot be sent",
                detail,
            ),
            NotDone::KeyUsed => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                kind!("key-used"),
                "This idempotency key was used for another call",
                detail,
            ),
            NotDone::NoSuchComment => Self::no_such_comment(),
            NotDone::Overtaken { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                kind!("overtaken"),
                "Something happened to the comment since it was read",
                detail,
            ),
            NotDone::WrongState(_) | NotDone::WorkedOn(_) | NotDone::Hindered(..) => Self::new(
                StatusCode::CONFLICT,
                kind!("wrong-state"),
                "The comment's state does not allow this",
                detail,
            ),
            NotDone::NotAnswered(NotAnswered::NotAsked) => {
                let next = "`GET /sample/next` asks the next one.";
                Self::new(StatusCode::CONFLICT, kind!("not-asked"), "This is not asked of you any more", next)
            }
            NotDone::NotAnswered(_) => Self::no_such_question(),
            NotDone::NothingInForce => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                kind!("nothing-in-force"),
                "No valid policy is in force",
                detail,
            ),
            NotDone::Store(error) => Self::from_store(error),
        }
    }
}

impl From<NotProved> for Problem {
    fn from(why: NotProved) -> Self {
        match why {
            NotProved::NoSuchEntry(_) => Self::no_such_entry(),
            NotProved::NotSealed { .. } | NotProved::NoCheckpoint => Self::new(
                StatusCode::NOT_FOUND,
                kind!("not-sealed"),
                "The entry cannot be proved yet",
                why.to_string(),
            ),
            NotProved::Store(error) => Self::from_store(error),
            broken => Self::broken(&broken),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"majlis\""));
        }
        response
    }
}
