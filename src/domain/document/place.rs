//! Where a key stands in a text: paths, byte spans, lines and columns.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Place, Problem, Side};

/// A way down into a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a table, by key.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

impl Path {
    /// Reads `a.b[3].c`; keys with dots in them cannot be written this way.
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let mut pieces = part.split('[');
            steps.extend(pieces.next().filter(|key| !key.is_empty()).map(|key| Step::Key(key.to_owned())));
            steps
                .extend(pieces.filter_map(|index| index.trim_end_matches(']').parse().ok()).map(Step::Index));
        }
        Path(steps)
    }

    /// The path with one step more.
    pub fn with(&self, step: Step) -> Self {
        Path(self.0.iter().cloned().chain([step]).collect())
    }

    /// The path without its last step; `None` at the root.
    pub fn parent(&self) -> Option<Path> {
        self.0.split_last().map(|(_, rest)| Path(rest.to_vec()))
    }

    /// Whether `other` is this path or lies below it.
    pub fn covers(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A text and the place of each of its keys.
#[derive(Debug)]
pub(crate) struct Text {
    file: String,
    text: String,
    starts: BTreeMap<Path, Starts>,
}

/// Where the halves of `key = value` begin, in bytes.
#[derive(Debug, Clone, Copy)]
struct Starts {
    key: usize,
    value: usize,
}

impl Text {
    /// Parses `text` into its values and their places.
    ///
    /// # Errors
    /// Every error of TOML's grammar.
    pub(crate) fn read(file: &str, text: &str) -> Result<(Self, toml::Table), Vec<Problem>> {
        let problem = |error: &toml::de::Error| grammar_problem(file, text, error);
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(errors.iter().map(problem).collect());
        }
        let mut starts = BTreeMap::new();
        note_table(table.get_ref(), &Path::default(), &mut starts);
        let tree = toml::Table::deserialize(toml::de::Deserializer::from(table))
            .map_err(|error| vec![problem(&error)])?;
        Ok((Text { file: file.to_owned(), text: text.to_owned(), starts }, tree))
    }

    /// Where `path` stands; where it leads to nothing, the nearest table above it.
    pub(crate) fn place(&self, path: &Path, side: Side) -> Place {
        let start = match (self.starts.get(path), side) {
            (Some(starts), Side::Key) => starts.key,
            (Some(starts), Side::Value) => starts.value,
            (None, _) => {
                return path.parent().map_or_else(
                    || at(&self.file, &self.text, 0),
                    |parent| self.place(&parent, Side::Value),
                );
            }
        };
        at(&self.file, &self.text, start)
    }
}

fn note_table(table: &DeTable<'_>, path: &Path, starts: &mut BTreeMap<Path, Starts>) {
    for (key, value) in table {
        let path = path.with(Step::Key(key.get_ref().to_string()));
        note(key.span().start, value, path, starts);
    }
}

fn note(key: usize, value: &Spanned<DeValue<'_>>, path: Path, starts: &mut BTreeMap<Path, Starts>) {
    match value.get_ref() {
        DeValue::Table(table) => note_table(table, &path, starts),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                note(item.span().start, item, path.with(Step::Index(index)), starts);
            }
        }
        _ => {}
    }
    starts.insert(path, Starts { key, value: value.span().start });
}

fn grammar_problem(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map_or(0, |span| span.start);
    let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
    Problem { place: at(file, text, start), key: String::new(), message }
}

fn at(file: &str, text: &str, byte: usize) -> Place {
    let before = &text[..text.floor_char_boundary(byte)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place::Text {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
