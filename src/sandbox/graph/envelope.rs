//! Pages as Graph wraps them.

use serde_json::{Map, Value, json};

use super::VERSIONS;
use crate::domain::comment::Platform;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::page::Page;

/// A page in Graph's envelope. `edge` is the path that the next page is under, and `asked` what
/// the client asked of it; the token goes into `next`, as on the real API.
pub(in crate::sandbox) fn envelope(
    platform: Platform,
    call: &Call,
    edge: &str,
    asked: &Params,
    limit: usize,
    page: Page<Value>,
) -> Map<String, Value> {
    let mut paging = Map::new();
    if let (Some(before), Some(after)) = (&page.first, &page.last) {
        let after = page.next.as_ref().unwrap_or(after);
        paging.insert("cursors".into(), json!({"before": before, "after": after}));
    }
    if let Some(next) = &page.next {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            asked.0.iter().filter(|(name, _)| !matches!(name.as_str(), "after" | "before" | "limit"))
        {
            query.append_pair(name, value);
        }
        query.append_pair("limit", &limit.to_string()).append_pair("after", next);
        let version =
            call.path.first().filter(|first| first.starts_with('v')).map_or(VERSIONS[0], String::as_str);
        paging.insert(
            "next".into(),
            json!(format!("{}/{platform}/{version}/{edge}?{}", call.base, query.finish())),
        );
    }
    let mut envelope = Map::new();
    envelope.insert("data".into(), Value::Array(page.items));
    if !paging.is_empty() {
        envelope.insert("paging".into(), Value::Object(paging));
    }
    envelope
}
