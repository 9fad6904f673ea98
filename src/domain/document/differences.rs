//! What one file says otherwise than another: which holiday, promise, clause, rule … and by which announcement.
//!
//! Read from the texts alone, table by table, so that a rule which counts for nothing, such as a holiday that was called
//! off, is told too. What the difference does to deadlines and verdicts is left to others.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::model_of;

/// A rule that stands otherwise in another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table that it stands in, such as `holiday`, or the key itself, such as `tz`.
    pub table: String,
    /// Its name, or its number among its like where it has none; empty for a key.
    pub name: String,
    /// What a rule without a name applies to, such as `question`; empty where it has a name or applies to all.
    pub about: String,
    /// What became of it.
    pub what: Differs,
    /// The announcement or law that it rests on, by the new text, or by the old one where it is gone from the new.
    pub basis: Option<String>,
    /// What it says otherwise, key by key; of one that was added or removed, all that it says but its name and its basis.
    pub says: Vec<Says>,
}

/// A key of a rule, and its value in either text, as a person would write it; of lists only what the other does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// The key.
    pub key: String,
    /// What the old text has there.
    pub was: Option<String>,
    /// What the new one has.
    pub is: Option<String>,
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

/// Where the text `new` differs from `old`, in the order of their tables and names. Both are documents that load; one that
/// does not is taken to say nothing.
pub fn differences(old: &str, new: &str) -> Vec<Difference> {
    between(&rules(old), &rules(new))
}

/// Where these rules differ from those.
pub(in crate::domain) fn between(old: &Rules, new: &Rules) -> Vec<Difference> {
    let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let gone = gone.map(|(key, rule)| difference(key, Differs::Removed, Some(rule), None));
    let other = new.iter().filter_map(|(key, rule)| match old.get(key) {
        None => Some(difference(key, Differs::Added, None, Some(rule))),
        Some(before) if before != rule => Some(difference(key, Differs::Changed, Some(before), Some(rule))),
        Some(_) => None,
    });
    let mut found: Vec<Difference> = gone.chain(other).collect();
    found.sort_by(|one, other| (&one.table, &one.name).cmp(&(&other.table, &other.name)));
    found
}

/// Rules by their table and their name. Of several with one name, the later ones have a number too.
pub(in crate::domain) type Rules = BTreeMap<Key, Value>;
type Key = (String, String);

fn difference((table, name): &Key, what: Differs, was: Option<&Value>, is: Option<&Value>) -> Difference {
    let basis = is.or(was).and_then(|rule| rule.get("basis")).and_then(Value::as_str).map(str::to_owned);
    let says = match (was.and_then(Value::as_table), is.and_then(Value::as_table)) {
        (None, None) => vec![says(table, was, is)],
        (was, is) => {
            let keys: BTreeSet<&String> = was.into_iter().chain(is).flat_map(Table::keys).collect();
            let told = keys.into_iter().filter(|key| !["name", "id", "basis"].contains(&key.as_str()));
            let values =
                told.map(|key| (key, was.and_then(|was| was.get(key)), is.and_then(|is| is.get(key))));
            values.filter(|(_, was, is)| was != is).map(|(key, was, is)| says(key, was, is)).collect()
        }
    };
    let about = is.or(was).map(about).unwrap_or_default();
    Difference { table: table.clone(), name: name.clone(), about, what, basis, says }
}

fn name(rule: &Value) -> Option<&str> {
    rule.get("name").or_else(|| rule.get("id")).and_then(Value::as_str)
}

/// The keys by which a rule without a name is told from its like.
const ABOUT: [&str; 6] = ["clock", "kinds", "platforms", "priorities", "languages", "teams"];

fn about(rule: &Value) -> String {
    let named = name(rule).is_some();
    let values = ABOUT.iter().filter(|_| !named).filter_map(|key| rule.get(key));
    values.map(told).collect::<Vec<_>>().join(", ")
}

fn says(key: &str, was: Option<&Value>, is: Option<&Value>) -> Says {
    let told = |value: Option<&Value>, other: Option<&Value>| match (value, other.and_then(Value::as_array)) {
        (Some(Value::Array(listed)), Some(other)) => {
            let own: Vec<String> = listed.iter().filter(|one| !other.contains(one)).map(told).collect();
            (!own.is_empty()).then(|| own.join(", "))
        }
        (value, _) => value.map(told),
    };
    Says { key: key.to_owned(), was: told(was, is), is: told(is, was) }
}

/// A value as a person would say it: `mon 09:00–14:30` of an interval.
fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(listed) if listed.is_empty() => "none".to_owned(),
        Value::Array(listed) => listed.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Table(table) => match (table.get("day"), table.get("from"), table.get("to")) {
            (day, Some(from), Some(to)) => {
                let day = day.map(|day| format!("{} ", told(day))).unwrap_or_default();
                format!("{day}{}–{}", told(from), told(to))
            }
            _ => table
                .iter()
                .map(|(key, value)| format!("{key} {}", told(value)))
                .collect::<Vec<_>>()
                .join(" "),
        },
        other => other.to_string(),
    }
}

/// The rules of a document.
pub(in crate::domain) fn rules(text: &str) -> Rules {
    let mut rules = BTreeMap::new();
    collect(&model_of(text), "", &mut rules);
    rules
}

/// Takes the rules out of a table whose keys begin with `prefix`.
fn collect(document: &Table, prefix: &str, rules: &mut Rules) {
    for (key, value) in document {
        let table = format!("{prefix}{key}");
        match value {
            Value::Array(listed) if listed.iter().all(Value::is_table) => {
                for (index, rule) in listed.iter().enumerate() {
                    let name = name(rule);
                    let mut key =
                        (table.clone(), name.map_or_else(|| (index + 1).to_string(), str::to_owned));
                    if rules.contains_key(&key) {
                        key.1 = format!("{} ({})", key.1, index + 1);
                    }
                    rules.insert(key, rule.clone());
                }
            }
            // A further calendar in the same file, or a group of keys.
            Value::Table(within) => collect(within, &format!("{table}."), rules),
            _ => drop(rules.insert((table, String::new()), value.clone())),
        }
    }
}
