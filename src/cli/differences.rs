//! Where two texts of a document differ, in words and as JSON.

use serde_json::{Value, json};

use crate::domain::document::{Difference, Differs, Says};

/// A paragraph for each rule.
pub(super) fn told(rules: &[Difference]) -> String {
    if rules.is_empty() {
        return "The file says the same as what it was held against.\n".to_owned();
    }
    rules.iter().map(rule_told).collect()
}

/// A rule in a line, and a line for each key that says something else.
fn rule_told(Difference { table, name, about, what, basis, says }: &Difference) -> String {
    let space = if name.is_empty() { "" } else { " " };
    let basis = basis.as_ref().map(|basis| format!(": {basis}")).unwrap_or_default();
    let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
    let mut told = format!("{table}{space}{name}{about}, {}{basis}\n", what.as_str());
    for Says { key, was, is } in says {
        told.push_str(&match (was, is) {
            (None, Some(value)) | (Some(value), None) if *what != Differs::Changed => {
                format!("  {key}: {value}\n")
            }
            (was, is) => {
                let [was, is] = [was, is].map(|side| side.as_deref().unwrap_or("nothing"));
                format!("  {key}: {was} -> {is}\n")
            }
        });
    }
    told
}

/// An object for each rule.
pub(super) fn json(rules: &[Difference]) -> Value {
    rules.iter().map(rule_json).collect()
}

fn rule_json(Difference { table, name, about, what, basis, says }: &Difference) -> Value {
    let says: Vec<Value> =
        says.iter().map(|Says { key, was, is }| json!({ "key": key, "was": was, "is": is })).collect();
    json!({ "table": table, "name": name, "about": about, "is": what.as_str(), "basis": basis, "says": says })
}
