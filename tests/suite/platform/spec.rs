//! The platforms' specifications (`tests/fixtures/specs`), and a request held against one.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

/// One request as it was sent, its path below the version.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    /// Of the query and of a form.
    pub(super) params: Vec<(String, String)>,
    /// A body in JSON; null where there is none.
    pub(super) body: Value,
}

/// What one platform lets a client send.
#[derive(Debug, Deserialize)]
pub(super) struct Spec {
    /// The Graph API's nodes and their fields; empty elsewhere.
    #[serde(default)]
    nodes: BTreeMap<String, Vec<String>>,
    operations: Vec<Operation>,
}

#[derive(Debug, Deserialize)]
struct Operation {
    method: String,
    /// With a name in braces for each id.
    path: Option<String>,
    /// Of the Graph API: what the id in the path stands for, the edge of it, and what comes back.
    node: Option<String>,
    edge: Option<String>,
    returns: Option<String>,
    params: BTreeMap<String, Bounds>,
    #[serde(default)]
    body: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Bounds {
    #[serde(default)]
    required: bool,
    min: Option<i64>,
    max: Option<i64>,
    one_of: Option<Vec<String>>,
    each: Option<Vec<String>>,
    max_items: Option<usize>,
    pattern: Option<String>,
}

impl Spec {
    pub(super) fn read(name: &str) -> Spec {
        let file = format!("{}/tests/fixtures/specs/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    /// Holds a request against the specification; `node_of` says what an id of the Graph API stands for. The answer is the
    /// operation's name.
    pub(super) fn check(
        &self,
        sent: &Sent,
        node_of: impl Fn(&str) -> &'static str,
    ) -> Result<String, String> {
        let segments: Vec<&str> = sent.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let matches = |operation: &&Operation| {
            let by_path = operation.path.as_deref().is_some_and(|path| fits(path, &segments));
            let by_node = operation.node.as_deref().is_some_and(|node| {
                segments.first().is_some_and(|id| node_of(id) == node)
                    && segments.get(1).copied() == operation.edge.as_deref()
                    && segments.len() <= 2
            });
            operation.method == sent.method && (by_path || by_node)
        };
        // A path without a variable is more exact than one with.
        let found =
            self.operations.iter().filter(matches).min_by_key(|operation| {
                operation.path.as_deref().map_or(0, |path| path.matches('{').count())
            });
        let operation = found.ok_or_else(|| format!("no operation {} {}", sent.method, sent.path))?;
        for (name, value) in &sent.params {
            let bounds = operation.params.get(name).ok_or_else(|| format!("no parameter {name}"))?;
            bounds.check(value).map_err(|why| format!("{name}: {why}"))?;
            if name == "fields" {
                self.check_fields(value, operation.returns.as_deref().unwrap_or_default())?;
            }
        }
        for (name, _) in operation.params.iter().filter(|(_, bounds)| bounds.required) {
            if !sent.params.iter().any(|(sent, _)| sent == name) {
                return Err(format!("{name} is missing"));
            }
        }
        check_body(&sent.body, &operation.body)?;
        let what = operation.path.clone();
        let what = what.or_else(|| {
            Some([operation.node.as_deref()?, operation.edge.as_deref().unwrap_or("")].join("/"))
        });
        Ok(format!("{} {}", sent.method, what.unwrap_or_default()))
    }

    /// The fields asked for of a node: those that it has, and its edges with theirs.
    fn check_fields(&self, fields: &str, node: &str) -> Result<(), String> {
        for (name, below) in split(fields) {
            let edge = self.operations.iter().find(|operation| {
                operation.method == "GET"
                    && operation.node.as_deref() == Some(node)
                    && operation.edge.as_deref() == Some(name)
            });
            let known = self.nodes.get(node).is_some_and(|fields| fields.iter().any(|field| field == name));
            if edge.is_none() && !known {
                return Err(format!("{node} has no field {name}"));
            }
            let below_of = edge.and_then(|edge| edge.returns.as_deref());
            if let (Some(node), Some(below)) = (below_of, below) {
                self.check_fields(below, node)?;
            }
        }
        Ok(())
    }
}

impl Bounds {
    fn check(&self, value: &str) -> Result<(), String> {
        let within = |value: &str| {
            let number: i64 = value.parse().map_err(|_| format!("{value} is no number"))?;
            let fits = self.min.is_none_or(|min| min <= number) && self.max.is_none_or(|max| number <= max);
            if fits { Ok(()) } else { Err(format!("{number} is out of bounds")) }
        };
        if self.min.is_some() || self.max.is_some() {
            within(value)?;
        }
        if self.one_of.as_ref().is_some_and(|allowed| !allowed.iter().any(|one| one == value)) {
            return Err(format!("{value} is none of {:?}", self.one_of));
        }
        let items: Vec<&str> = if self.each.is_some() { value.split(',').collect() } else { vec![value] };
        if self.max_items.is_some_and(|max| items.len() > max) {
            return Err(format!("{} are too many", items.len()));
        }
        for item in items {
            let listed = self.each.as_ref().filter(|each| !each.is_empty());
            if listed.is_some_and(|each| !each.iter().any(|one| one == item)) {
                return Err(format!("{item} is not to be listed"));
            }
            if self.pattern.as_ref().is_some_and(|pattern| !Regex::new(pattern).unwrap().is_match(item)) {
                return Err(format!("{item} does not look so"));
            }
        }
        Ok(())
    }
}

fn fits(path: &str, segments: &[&str]) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.len() == segments.len()
        && parts.iter().zip(segments).all(|(part, segment)| part.starts_with('{') || part == segment)
}

/// Bodies are closed: a name that is not known is refused.
fn check_body(body: &Value, known: &Value) -> Result<(), String> {
    let Value::Object(fields) = body else { return Ok(()) };
    for (name, value) in fields {
        match known.get(name) {
            None => return Err(format!("no {name} in the body")),
            Some(Value::String(kind)) => {
                let fits = match kind.as_str() {
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    _ => true,
                };
                if !fits {
                    return Err(format!("{name} is no {kind}"));
                }
            }
            Some(below) => check_body(value, below)?,
        }
    }
    Ok(())
}

/// The fields at the top of `a,b.limit(2){c,d},e`, each with what is asked for below it.
fn split<'f>(fields: &'f str) -> Vec<(&'f str, Option<&'f str>)> {
    let mut depth = 0;
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, letter) in fields.char_indices() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&fields[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&fields[begin..]);
    let named = |part: &'f str| {
        let end = part.find(['.', '(', '{']).unwrap_or(part.len());
        let below = part.find('{').map(|open| &part[open + 1..part.len() - 1]);
        (&part[..end], below)
    };
    parts.into_iter().map(named).collect()
}
