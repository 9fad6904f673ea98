//! A TOML document read into a type, with every problem told at once by place and remedy.
//!
//! The rules of one value live in its type; rules across keys are placed by [`Document::problem`].
//! [`differences`] tells two texts apart rule by rule. [`collect`] finds several problems in one reading, [`place`] knows where a key stands in the text, and
//! [`words`] says what was found, what is allowed and a value that works. Reading files is left to the caller.

mod collect;
mod differences;
mod place;
mod words;

use std::fmt;

use serde::de::DeserializeOwned;
use toml::de::DeTable;

pub(crate) use collect::collect;
pub use differences::{Difference, Differs, Says, differences};
pub(in crate::domain) use differences::{Rules, between, rules};
pub(crate) use place::Text;
pub use place::{Path, Step};

/// What is wrong in a document, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// The key it is about, such as `clause[3].act`; empty for the document as a whole.
    pub key: String,
    /// What was found, what is allowed, and a value that works.
    pub message: String,
}

impl Problem {
    /// A problem with something that has no lines.
    pub fn of_whole(name: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { place: Place::Whole(name.into()), key: String::new(), message: message.into() }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A character of a text.
    Text {
        /// The file's name as the operator knows it.
        file: String,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// Something without lines: a file that cannot be read, an environment variable, a flag.
    Whole(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Text { file, line, column } => write!(f, "{file}:{line}:{column}: ")?,
            Place::Whole(name) => write!(f, "{name}: ")?,
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// A document that was read, and where each of its keys stands.
#[derive(Debug)]
pub struct Document<T> {
    /// What it says.
    pub value: T,
    text: Text,
}

impl<T: DeserializeOwned> Document<T> {
    /// Reads `text`; `file` is its name in messages. `T` refuses unknown keys (`deny_unknown_fields`).
    ///
    /// # Errors
    /// Every problem that can be told apart, in the order of the text: all errors of TOML's grammar, or else
    /// every key that is unknown, missing or holds a value that its type refuses.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_like(file, text, "")
    }

    /// The same with the document that Majlis ships as a `model`: examples in messages are taken from it, and
    /// it stands in for what is wrong or missing, so that reading goes on to the next problem.
    ///
    /// # Errors
    /// See [`Document::parse`].
    pub fn parse_like(file: &str, text: &str, model: &str) -> Result<Self, Vec<Problem>> {
        let (text, tree) = Text::read(file, text)?;
        let value = collect(&tree, &model_of(model), |path, side| text.place(path, side))?;
        Ok(Document { value, text })
    }
}

impl<T> Document<T> {
    /// A problem with the value at `path`, such as `clause[3].act` (counted from 0). Where there is no such
    /// key, it is placed at the nearest table above it.
    pub fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        let place = self.text.place(&Path::parse(path), Side::Value);
        Problem { place, key: path.to_owned(), message: message.into() }
    }
}

/// Which half of `key = value` is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The key itself is wrong.
    Key,
    /// Its value is.
    Value,
}

/// A model as a tree; one that cannot be read gives no examples, which its own test finds.
pub(crate) fn model_of(text: &str) -> toml::Table {
    DeTable::parse(text)
        .ok()
        .and_then(|table| serde::Deserialize::deserialize(toml::de::Deserializer::from(table)).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
