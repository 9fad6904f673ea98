//! What Meta says of a token (`GET /debug_token`): when it ends and what it may do, before any call fails for it.

use jiff::Timestamp;
use serde_json::Value;

use super::super::{Call, Inspected, PlatformError, json};
use super::Graph;

impl Graph {
    /// What Meta says of the token that is presented, of which these rights are `needed`.
    pub(in super::super) async fn inspect(
        &self,
        call: Call<'_>,
        needed: &[&'static str],
    ) -> Result<Inspected, PlatformError> {
        let answer = self.list(call, "debug_token", &[("input_token", call.access.expose())]).await?;
        Ok(inspected(&answer, needed))
    }
}

/// An end of 0 is none. What a person allowed us to read lapses after ninety days by itself; whether that strikes the tokens of
/// pages too is written down nowhere, so the earlier end counts.
fn inspected(answer: &Value, needed: &[&'static str]) -> Inspected {
    let end = |at: &str| json::whole(answer, at).filter(|second| *second > 0);
    let ends = ["/data/expires_at", "/data/data_access_expires_at"].into_iter().filter_map(end);
    let scopes = answer.pointer("/data/scopes").and_then(Value::as_array);
    let lacks =
        |right: &&'static str| scopes.is_some_and(|scopes| !scopes.iter().any(|scope| scope == *right));
    Inspected {
        expires_at: ends.min().and_then(|second| Timestamp::from_second(second).ok()),
        missing: needed.iter().copied().filter(lacks).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NEEDED: [&str; 2] = ["pages_read_user_content", "pages_manage_engagement"];

    fn end(data: Value) -> Option<i64> {
        inspected(&json!({ "data": data }), &NEEDED).expires_at.map(Timestamp::as_second)
    }

    #[test]
    fn a_token_ends_at_the_earlier_of_two_ends_and_zero_is_none() {
        assert_eq!(end(json!({"expires_at": 0, "data_access_expires_at": 0})), None);
        assert_eq!(
            end(json!({"expires_at": 0, "data_access_expires_at": 1_800_000_000})),
            Some(1_800_000_000)
        );
        assert_eq!(end(json!({"expires_at": 7, "data_access_expires_at": 9})), Some(7));
        assert_eq!(end(json!({"expires_at": "7"})), Some(7));
        assert_eq!(end(json!({})), None);
    }

    #[test]
    fn a_right_is_missing_where_the_rights_are_told_and_it_is_not_among_them() {
        let missing = |data: Value| inspected(&json!({ "data": data }), &NEEDED).missing;
        assert_eq!(missing(json!({"scopes": ["pages_manage_engagement"]})), ["pages_read_user_content"]);
        assert_eq!(missing(json!({"scopes": []})), NEEDED);
        assert!(missing(json!({"is_valid": true})).is_empty(), "nothing was told");
    }
}
