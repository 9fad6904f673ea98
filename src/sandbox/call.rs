//! A request and its answer as plain data, so that each stand-in is a function from one to the other.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use super::page::Twist;

/// One request to a stand-in.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The path below the platform's prefix, in segments.
    pub(super) path: Vec<String>,
    pub(super) query: Params,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// What is wrong with the paging of this call's answer.
    pub(super) twist: Option<Twist>,
    /// The sandbox's URL, for answers that link to themselves.
    pub(super) base: String,
}

impl Call {
    /// Whether it names this id, in its path or its query.
    pub(super) fn names(&self, id: &str) -> bool {
        let in_query =
            || self.query.0.iter().any(|(_, value)| value.split([',', ':', ' ', ')']).any(|part| part == id));
        self.path.iter().any(|part| part == id) || in_query()
    }

    /// The path in the form that a `match` takes.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The parameters of the query, and those of a form or JSON body after them.
    pub(super) fn params(&self) -> Params {
        let mut params = self.query.clone();
        if self.has_content_type("application/x-www-form-urlencoded") {
            params.0.extend(Params::parse(&self.body).0);
        } else if let Ok(Value::Object(body)) = serde_json::from_slice(&self.body) {
            params.0.extend(body.into_iter().map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            }));
        }
        params
    }

    /// The token of an `Authorization: Bearer` header.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.authorization().and_then(|value| value.strip_prefix("Bearer "))
    }

    /// The `Authorization` header.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
    }

    /// Whether the body says that it is of this type.
    pub(super) fn has_content_type(&self, wanted: &str) -> bool {
        let found = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        found.is_some_and(|found| found.split(';').next().is_some_and(|found| found.trim() == wanted))
    }
}

/// Named values in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(pub(super) Vec<(String, String)>);

impl Params {
    /// Reads `a=1&b=2`.
    pub(super) fn parse(text: &[u8]) -> Self {
        Params(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first value of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// All values of this name, each split at its commas.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(found, _)| found == name);
        values
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// The names, each as often as it came.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// What a stand-in answers.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
}

impl Answer {
    /// A body with status 200.
    pub(super) fn ok(body: Value) -> Self {
        Answer::new(StatusCode::OK, body)
    }

    /// A body with any status.
    pub(super) fn new(status: StatusCode, body: Value) -> Self {
        Answer { status, headers: Vec::new(), body: Some(body) }
    }

    /// Status 204.
    pub(super) fn empty() -> Self {
        Answer { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }

    /// The same answer with one more header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Trouble that every platform has words of its own for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Internal,
    Unavailable,
    Throttled,
    OutOfQuota,
    TokenExpired,
    TokenRevoked,
    Forbidden,
    Gone,
    Refused,
}
