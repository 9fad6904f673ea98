//! What one calendar file says otherwise than another: which holiday, season, promise … and by which announcement.
//!
//! Read from the texts alone, table by table, so that a rule which counts for nothing, such as a holiday that was called
//! off, is told too. What the difference does to deadlines is left to others.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::domain::document::model_of;

/// A rule that stands otherwise in another calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table that it stands in, such as `holiday`, or the key itself, such as `tz`.
    pub table: String,
    /// Its name, or its number among its like where it has none; empty for a key.
    pub name: String,
    /// What became of it.
    pub what: Differs,
    /// The announcement or law that it rests on, by the new text, or by the old one where it is gone from the new.
    pub basis: Option<String>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Differs {
    /// The old text does not have it.
    Added,
    /// It says something else.
    Changed,
    /// The new text does not have it.
    Removed,
}

impl Differs {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Differs::Added => "added",
            Differs::Changed => "changed",
            Differs::Removed => "removed",
        }
    }
}

/// Where the text `new` differs from `old`, in the order of their tables and names. Both are calendars that load; one that
/// does not is taken to say nothing.
pub fn differences(old: &str, new: &str) -> Vec<Difference> {
    let (old, new) = (rules(&model_of(old)), rules(&model_of(new)));
    let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let gone = gone.map(|(key, rule)| difference(key, Differs::Removed, rule));
    let other = new.iter().filter_map(|(key, rule)| match old.get(key) {
        None => Some(difference(key, Differs::Added, rule)),
        Some(before) if before != rule => Some(difference(key, Differs::Changed, rule)),
        Some(_) => None,
    });
    let mut found: Vec<Difference> = gone.chain(other).collect();
    found.sort_by(|one, other| (&one.table, &one.name).cmp(&(&other.table, &other.name)));
    found
}

/// A rule by its table and its name. Of several with one name, the later ones have a number too.
type Key = (String, String);

fn difference((table, name): &Key, what: Differs, rule: &Value) -> Difference {
    let basis = rule.get("basis").and_then(Value::as_str).map(str::to_owned);
    Difference { table: table.clone(), name: name.clone(), what, basis }
}

fn rules(document: &Table) -> BTreeMap<Key, Value> {
    let mut rules = BTreeMap::new();
    collect(document, "", &mut rules);
    rules
}

/// Takes the rules out of a table whose keys begin with `prefix`.
fn collect(document: &Table, prefix: &str, rules: &mut BTreeMap<Key, Value>) {
    for (key, value) in document {
        let table = format!("{prefix}{key}");
        match value {
            Value::Array(listed) if listed.iter().all(Value::is_table) => {
                for (index, rule) in listed.iter().enumerate() {
                    let name = rule.get("name").and_then(Value::as_str);
                    let mut key =
                        (table.clone(), name.map_or_else(|| (index + 1).to_string(), str::to_owned));
                    if rules.contains_key(&key) {
                        key.1 = format!("{} ({})", key.1, index + 1);
                    }
                    rules.insert(key, rule.clone());
                }
            }
            // A further calendar in the same file.
            Value::Table(within) => collect(within, &format!("{table}."), rules),
            _ => drop(rules.insert((table, String::new()), value.clone())),
        }
    }
}
