//! What a request carries, read strictly: an unknown field is refused, and what is wrong is told as a [`Problem`].

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::domain::comment::CommentId;
use crate::store::acts::Seen;

use super::idempotent::Given;
use super::problem::Problem;

/// The query of a request.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let read = Query::try_from_uri(&parts.uri);
        read.map(|Query(query)| Asked(query)).map_err(|rejection| Problem::bad_query(rejection.body_text()))
    }
}

/// The JSON body of a request.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::from_request(request, state).await;
        let refused = |rejection: axum::extract::rejection::JsonRejection| {
            Problem::bad_body(rejection.status(), rejection.body_text())
        };
        read.map(|Json(body)| Body(body)).map_err(refused)
    }
}

/// The comment that an act is about, what the caller saw of it, where they said so (`If-Match`, RFC 9110, 13.1.1), and the key
/// that they gave the act, where they did.
pub(super) struct On {
    pub comment: CommentId,
    pub seen: Option<Seen>,
    pub given: Given,
}

impl<S: Send + Sync> FromRequestParts<S> for On {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Numbered(comment) = Numbered::from_request_parts(parts, state).await?;
        let Ok(given) = Given::from_request_parts(parts, state).await;
        let Some(condition) = parts.headers.get(IF_MATCH) else {
            return Ok(On { comment, seen: None, given });
        };
        let seen = match condition.to_str().unwrap_or_default().trim() {
            "*" => None,
            tag => {
                let entry = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')?.parse().ok());
                Some(Seen::Exactly { entry: entry.ok_or_else(Problem::no_such_tag)? })
            }
        };
        Ok(On { comment, seen, given })
    }
}

/// How a comment's story is named as it was told: by the number of the last entry of the log about it.
pub(super) fn tag(entry: i64) -> String {
    format!("\"{entry}\"")
}

/// The comment in a request's path. What is no number is no comment's either.
pub(super) struct Numbered(pub CommentId);

impl<S: Send + Sync> FromRequestParts<S> for Numbered {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path: Result<Path<String>, _> = Path::from_request_parts(parts, state).await;
        let number = path.ok().and_then(|Path(number)| number.parse().ok());
        number.map(|number| Numbered(CommentId(number))).ok_or_else(Problem::no_such_comment)
    }
}
