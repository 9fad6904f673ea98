//! Word lists: which phrases break a clause, and which belong to a group that rules speak of.
//!
//! A list is a table in UTF-8 with tabs between its columns. Its first line names them and so says which of two
//! kinds it is; lines that start with `#` are comments:
//!
//! ```text
//! phrase  clause  strength  language  source      a phrase that breaks a clause
//! phrase  group   language  source                a phrase that rules and guards speak of
//! ```
//!
//! A phrase is compared in its folded form, as whole words. `~` at its end lets the last word take an ending:
//! a pronoun or plural in Arabic, `s`, `ed`, `ing` and their like in Latin letters.

use std::collections::HashMap;

use super::rule::Strength;
use super::{ClauseId, Pattern};
use crate::domain::document::{Place, Problem};
use crate::domain::text::fold;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The phrase, folded.
    pub phrase: String,
    /// Whether the last word may take an ending.
    pub takes_endings: bool,
    /// What it says.
    pub meaning: Meaning,
    /// The language it says it in.
    pub language: Language,
}

/// What a phrase of a list says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// It breaks a clause.
    Breaks(ClauseId, Strength),
    /// It belongs to a group.
    Belongs(String),
}

/// The language and script of a phrase. It decides in which texts the phrase is looked for and how its words change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Arabic of any dialect; not looked for in Persian and Urdu texts.
    Arabic,
    /// Persian or Urdu; looked for in Persian and Urdu texts only.
    PersianOrUrdu,
    /// Any language in Latin letters: English, Arabizi, Roman Urdu.
    Latin(&'static str),
    /// Hindi in Devanagari.
    Hindi,
    /// Looked for in every text: signs, and words that mean one thing in any language.
    Any,
}

impl Language {
    const ALL: [Language; 8] = [
        Language::Arabic,
        Language::PersianOrUrdu,
        Language::Hindi,
        Language::Latin("en"),
        Language::Latin("ar-Latn"),
        Language::Latin("ur-Latn"),
        Language::Latin("hi-Latn"),
        Language::Any,
    ];

    /// The word for it in lists and decisions.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Arabic => "ar",
            Language::PersianOrUrdu => "ur",
            Language::Latin(tag) => tag,
            Language::Hindi => "hi",
            Language::Any => "any",
        }
    }
}

const CLAUSE_COLUMNS: [&str; 5] = ["phrase", "clause", "strength", "language", "source"];
const GROUP_COLUMNS: [&str; 4] = ["phrase", "group", "language", "source"];

/// Reads one list into `entries`; `known` remembers every phrase, so that none is listed twice for the same thing.
pub(super) fn read_list(file: &str, text: &str, known: &mut Known) -> Result<Vec<Entry>, Vec<Problem>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let columns: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let columns: &[&'static str] = match columns {
        found if found == CLAUSE_COLUMNS => &CLAUSE_COLUMNS,
        found if found == GROUP_COLUMNS => &GROUP_COLUMNS,
        _ => {
            let message = format!(
                "the first line must name the columns, with tabs between: `{}` or `{}`",
                CLAUSE_COLUMNS.join(" "),
                GROUP_COLUMNS.join(" ")
            );
            return Err(vec![problem(file, 1, 1, "", message)]);
        }
    };
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in lines {
        let row = Row { file, line: number + 1, columns, cells: line.split('\t').collect() };
        match row.entry().and_then(|entry| known.add(&row, entry)) {
            Ok(entry) => entries.push(entry),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// Every phrase of the lexicon with what it says and the place that says it.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(String, Option<ClauseId>, Option<String>, Language), String>);

impl Known {
    fn add(&mut self, row: &Row<'_>, entry: Entry) -> Result<Entry, Problem> {
        let (clause, group) = match &entry.meaning {
            Meaning::Breaks(clause, _) => (Some(*clause), None),
            Meaning::Belongs(group) => (None, Some(group.clone())),
        };
        let here = format!("{}:{}", row.file, row.line);
        match self.0.insert((entry.phrase.clone(), clause, group, entry.language), here) {
            None => Ok(entry),
            Some(there) => {
                Err(row
                    .problem(0, format!("folds to the same as the phrase at {there}; keep one of the two")))
            }
        }
    }
}

struct Row<'a> {
    file: &'a str,
    line: usize,
    columns: &'static [&'static str],
    cells: Vec<&'a str>,
}

impl Row<'_> {
    fn entry(&self) -> Result<Entry, Problem> {
        if self.cells.len() != self.columns.len() {
            let message = format!(
                "found columns: {}; the first line names {}: {}",
                self.cells.len(),
                self.columns.len(),
                self.columns.join(", ")
            );
            return Err(problem(self.file, self.line, 1, "", message));
        }
        let (phrase, takes_endings) = match self.cells[0].strip_suffix('~') {
            Some(stem) => (stem, true),
            None => (self.cells[0], false),
        };
        let phrase = fold(phrase).view.text().to_owned();
        if phrase.chars().nth(1).is_none() && !phrase.chars().any(|c| !c.is_alphanumeric()) {
            return Err(self.problem(
                0,
                "fewer than two letters remain of this phrase when it is folded; write a longer one",
            ));
        }
        let meaning = if self.columns.len() == CLAUSE_COLUMNS.len() {
            Meaning::Breaks(self.clause()?, self.strength()?)
        } else {
            Meaning::Belongs(self.group()?)
        };
        if self.cells[self.cells.len() - 1].is_empty() {
            return Err(
                self.problem(self.cells.len() - 1, "name the source: `majlis`, or the list and its licence")
            );
        }
        Ok(Entry { phrase, takes_endings, meaning, language: self.language()? })
    }

    fn clause(&self) -> Result<ClauseId, Problem> {
        self.cells[1].parse().map_err(|unknown| self.problem(1, format!("{unknown}")))
    }

    fn strength(&self) -> Result<Strength, Problem> {
        match self.cells[2] {
            "certain" => Ok(Strength::Certain),
            "doubtful" => Ok(Strength::Doubtful),
            found => Err(self.problem(2, format!("found `{found}`; write `certain` or `doubtful`"))),
        }
    }

    fn group(&self) -> Result<String, Problem> {
        let name = self.cells[1];
        let sound = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if !sound || Pattern::ALL.iter().any(|pattern| pattern.as_str() == name) {
            let message = format!(
                "found `{name}`; a group's name has lower-case letters and `_` and is no pattern's; for example `selling`"
            );
            return Err(self.problem(1, message));
        }
        Ok(name.to_owned())
    }

    fn language(&self) -> Result<Language, Problem> {
        let at = self.columns.len() - 2;
        let found = self.cells[at];
        Language::ALL.into_iter().find(|language| language.as_str() == found).ok_or_else(|| {
            let allowed: Vec<&str> = Language::ALL.iter().map(|language| language.as_str()).collect();
            self.problem(at, format!("found `{found}`; write one of: {}", allowed.join(", ")))
        })
    }

    /// A problem with the cell at `column`, counted from 0.
    fn problem(&self, column: usize, message: impl Into<String>) -> Problem {
        let before: usize = self.cells[..column].iter().map(|cell| cell.chars().count() + 1).sum();
        problem(self.file, self.line, before + 1, self.columns[column], message.into())
    }
}

fn problem(file: &str, line: usize, column: usize, key: &str, message: String) -> Problem {
    Problem { place: Place::Text { file: file.to_owned(), line, column }, key: key.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "phrase\tclause\tstrength\tlanguage\tsource\n";

    fn told(text: &str) -> Vec<String> {
        let read = read_list("list.tsv", text, &mut Known::default());
        read.unwrap_err().iter().map(Problem::to_string).collect()
    }

    #[test]
    fn a_phrase_is_kept_folded_with_its_meaning() {
        let text = format!("# ours\n{HEADER}Cheap  Watches~\tspam\tcertain\ten\tmajlis\n");
        let entries = read_list("list.tsv", &text, &mut Known::default()).unwrap();
        assert_eq!(
            entries,
            [Entry {
                phrase: "cheap watches".to_owned(),
                takes_endings: true,
                meaning: Meaning::Breaks(ClauseId::Spam, Strength::Certain),
                language: Language::Latin("en"),
            }]
        );
    }

    #[test]
    fn every_bad_line_is_told_by_line_and_column() {
        let text = format!(
            "{HEADER}ok\tspam\tcertain\ten\tmajlis\nOK!\tspam\tdoubtful\ten\tmajlis\nx y\tspma\tcertain\ten\tmajlis\n\
             !\tspam\tcertain\ten\tmajlis\nab\tspam\tsure\ten\tmajlis\nab\tspam\tcertain\tfr\tmajlis\nab\tspam\n"
        );
        let told = told(&text);
        assert_eq!(told.len(), 6);
        assert!(
            told[0].starts_with("list.tsv:3:1: phrase: folds to the same as the phrase at list.tsv:2"),
            "{}",
            told[0]
        );
        assert!(told[1].starts_with("list.tsv:4:5: clause: `spma` is not a clause"), "{}", told[1]);
        assert!(told[2].starts_with("list.tsv:5:1: phrase: fewer than two letters"), "{}", told[2]);
        assert!(told[3].starts_with("list.tsv:6:9: strength: found `sure`"), "{}", told[3]);
        assert!(told[4].starts_with("list.tsv:7:17: language: found `fr`"), "{}", told[4]);
        assert!(told[5].starts_with("list.tsv:8:1: found columns: 2; the first line names 5"), "{}", told[5]);
    }

    #[test]
    fn a_list_without_its_column_names_is_refused() {
        assert!(told("ok\tspam\tcertain\ten\tmajlis\n")[0].contains("the first line must name the columns"));
        assert!(told("")[0].contains("the first line must name the columns"));
    }

    #[test]
    fn a_group_may_not_take_the_name_of_a_pattern() {
        assert!(
            told("phrase\tgroup\tlanguage\tsource\nphone\tphone\ten\tmajlis\n")[0]
                .contains("list.tsv:2:7: group")
        );
    }
}
