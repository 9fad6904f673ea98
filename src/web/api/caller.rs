//! Who calls, by bearer token (RFC 6750).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::domain::staff::Right;
use crate::store::staff::{self, Staff};

use super::super::{WebState, letting_in, token_hash};
use super::problem::Problem;

/// A member of staff who showed their token.
pub(super) struct Caller(Staff);

impl Caller {
    /// Goes on where the caller may.
    ///
    /// # Errors
    /// Their role does not allow it.
    pub(super) fn need(&self, right: Right) -> Result<(), Problem> {
        if self.0.role.may(right) {
            return Ok(());
        }
        letting_in::overstepped(&self.0.name, right);
        Err(Problem::not_allowed(self.0.role.as_str()))
    }

    /// Their number.
    pub(super) fn id(&self) -> i64 {
        self.0.id
    }

    /// Who they are.
    pub(super) fn staff(&self) -> &Staff {
        &self.0
    }

    /// The name under which they act.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }
}

impl FromRequestParts<Arc<WebState>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<WebState>) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let (scheme, token) =
            header.and_then(|header| header.split_once(' ')).ok_or_else(Problem::no_token)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::no_token());
        }
        // Looked up by its hash: how long that takes tells nothing about the token.
        let found =
            staff::by_token(&web.store, &token_hash(token.trim())).await.map_err(Problem::from_store)?;
        if found.is_none() {
            letting_in::refused(web, "api").await.map_err(Problem::from_store)?;
        }
        found.map(Caller).ok_or_else(Problem::no_token)
    }
}
