//! The labelled comments: which rows there are, what they say, and for what each may be used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::templates;
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;

/// One labelled comment.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) lang: String,
    /// The file that it is from.
    pub(super) source: String,
    /// The clauses it breaks; none where it is lawful.
    pub(super) clauses: Vec<ClauseId>,
    pub(super) kind: Option<Kind>,
    /// Lawful, and against something or somebody.
    pub(super) criticism: bool,
    /// Written to be hard to tell: such comments are many times rarer on a page than among our own.
    pub(super) hard: bool,
    /// Never learned from: it settles bounds and calibration, and figures are taken on it.
    pub(super) dev: bool,
    /// Marked so by its source, and not merely spared by us: of such rows the shares are those of the sources.
    pub(super) marked_dev: bool,
}

impl Row {
    /// Whether we wrote it ourselves, by one or by template.
    pub(super) fn is_own(&self) -> bool {
        self.source == OWN || self.source == TEMPLATES
    }

    pub(super) fn is_lawful(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether its source calls it offensive and says no more. The sources' mapping makes it `defamatory`; by the words of
    /// the policy an insult is `indecent` too, and it is learned as both.
    pub(super) fn is_untyped_insult(&self) -> bool {
        self.clauses == [ClauseId::Defamatory] && !self.is_own() && self.source != "constraint_hi"
    }

    /// Whether several people agreed on its label, of Arabic sources.
    pub(super) fn is_clean_arabic(&self) -> bool {
        CLEAN_ARABIC.contains(&self.source.as_str())
    }

    /// Whether its labels are too noisy to bound a false hide by.
    pub(super) fn is_noisy(&self) -> bool {
        NOISY.contains(&self.source.as_str())
    }

    /// Whether false hides are counted on it: its label can be trusted, and it was not written to trip the judge. Those that
    /// were are half of our own; their figure stands by itself.
    pub(super) fn proves_hiding(&self) -> bool {
        self.is_lawful() && !self.is_noisy() && !self.hard
    }
}

/// The comments that were written for this project.
pub(super) const OWN: &str = "own";

/// What our templates make.
pub(super) const TEMPLATES: &str = "templates";

/// The directory of cases that are never learned from.
pub(super) const NEVER: &str = "never";

/// Sources in which many a breach is labelled lawful, and one of invented bank messages that differ in their digits alone.
const NOISY: [&str; 5] = ["saudi_hs", "saudi_sms", "mlma_ar", "mlma_en", "urdu_hate"];

/// Sources of clean Arabic labels: what a breach is was agreed on by several people.
pub(super) const CLEAN_ARABIC: [&str; 4] = ["sohateful", "osact5", "lhsab", "offenseval2020_ar"];

/// Sources whose authors state a licence that lets anybody use them, and which.
pub(super) const PERMISSIVE: [(&str, &str); 11] = [
    (OWN, "MIT OR Apache-2.0"),
    (TEMPLATES, "MIT OR Apache-2.0"),
    ("arsarcasm2", "MIT"),
    ("davidson", "MIT"),
    ("mlma_ar", "MIT"),
    ("mlma_en", "MIT"),
    ("offenseval2020_ar", "CC BY 4.0"),
    ("reviews_tourism", "MIT"),
    ("ruhsold", "MIT"),
    ("sms_spam", "CC BY 4.0"),
    ("youtube_spam", "CC BY 4.0"),
];

/// A line of a file.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    text: String,
    lang: String,
    labels: Vec<String>,
    #[serde(default)]
    raw_label: String,
    kind: Option<Kind>,
    #[serde(default)]
    criticism: bool,
    function: Option<String>,
    split: Option<String>,
}

/// Why the comments could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or directory.
    #[error("could not read {}", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line.
    #[error("{}, line {line}: no labelled comment", .path.display())]
    Line {
        /// Of which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A label.
    #[error("{}, line {line}: the label `{label}` is no clause", .path.display())]
    Label {
        /// Of which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// As it stands there.
        label: String,
    },
    /// The templates.
    #[error("{}: no templates", .path.display())]
    Templates {
        /// Of which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A place in a template for which there are no words.
    #[error("{}: there are no words for `{{{word}}}`; list them under [words]", .path.display())]
    Place {
        /// Of which file.
        path: PathBuf,
        /// Its name.
        word: String,
    },
    /// Cases that measure the judge.
    #[error("{} measures the judge and must never teach it; name another directory", .0.display())]
    Never(PathBuf),
    /// Nothing to learn from.
    #[error("{} holds no .jsonl file of labelled comments", .0.display())]
    Nothing(PathBuf),
}

/// Reads every source of `data` and our own comments: `train*.jsonl` and what `templates.toml` makes in `own`, and nothing
/// below it, where cases stand that must never be learned from.
pub(super) fn read(data: &Path, own: &Path) -> Result<Vec<Row>, DataError> {
    for directory in [data, own] {
        if directory.components().any(|part| part.as_os_str() == NEVER) {
            return Err(DataError::Never(directory.to_owned()));
        }
    }
    let below = data.join("train");
    let mut rows = Vec::new();
    for path in files(if below.is_dir() { &below } else { data }, "")? {
        let source = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        read_file(&path, &source, &mut rows)?;
    }
    if rows.is_empty() {
        return Err(DataError::Nothing(data.to_owned()));
    }
    for path in files(own, "train")? {
        read_file(&path, OWN, &mut rows)?;
    }
    let made = own.join("templates.toml");
    if made.is_file() {
        templates::read(&made, &mut rows)?;
    }
    Ok(rows)
}

/// The .jsonl files of a directory whose names begin so, in the order of their names.
pub(super) fn files(directory: &Path, start: &str) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |source| DataError::Unreadable { path: directory.to_owned(), source };
    let entries: Vec<_> = std::fs::read_dir(directory).and_then(Iterator::collect).map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start) && name.ends_with(".jsonl")
    });
    files.sort();
    Ok(files)
}

/// Appends the rows of a file.
pub(super) fn read_file(path: &Path, source: &str, rows: &mut Vec<Row>) -> Result<(), DataError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| DataError::Unreadable { path: path.to_owned(), source })?;
    for (number, line) in text.lines().enumerate() {
        let line: Line = serde_json::from_str(line).map_err(|source| DataError::Line {
            path: path.to_owned(),
            line: number + 1,
            source,
        })?;
        rows.push(row(line, source).map_err(|label| DataError::Label {
            path: path.to_owned(),
            line: number + 1,
            label,
        })?);
    }
    Ok(())
}

/// The clauses among labels, or the first label that is none.
pub(super) fn clauses(labels: &[String]) -> Result<Vec<ClauseId>, String> {
    let broken = labels.iter().filter(|label| *label != "allow");
    broken.map(|label| label.parse().map_err(|_| label.clone())).collect()
}

fn row(line: Line, source: &str) -> Result<Row, String> {
    let clauses = clauses(&line.labels)?;
    let criticism = clauses.is_empty() && (line.criticism || is_criticism(source, &line.raw_label));
    let spared = match source {
        OWN => percent(&line.id) < OWN_DEV,
        _ => criticism && percent(&line.id) < CRITICISM_DEV,
    };
    let marked_dev = line.split.as_deref() == Some("dev");
    Ok(Row {
        text: line.text,
        lang: line.lang,
        source: source.to_owned(),
        clauses,
        kind: line.kind,
        criticism,
        hard: line.function.is_some(),
        dev: marked_dev || spared,
        marked_dev,
    })
}

/// Of our own comments so many in a hundred are not learned from.
const OWN_DEV: u8 = 20;

/// Of the sources' criticism so many in a hundred are not learned from, beside those that are marked so: a bound of one
/// in two hundred takes thousands of comments to prove where some are hidden.
const CRITICISM_DEV: u8 = 25;

/// A number below 100 that an id always has.
fn percent(id: &str) -> u8 {
    Sha256::digest(id)[0] % 100
}

/// Whether a source's own label says that a lawful comment is against something.
fn is_criticism(source: &str, label: &str) -> bool {
    match source {
        "sohateful" => label.contains("negative") && label.contains("off=no"),
        "marsa" => label.ends_with(";neg"),
        "reviews_product" | "reviews_restaurant" | "reviews_attraction" => label.starts_with("polarity=-1"),
        _ => false,
    }
}

/// Which clauses each source's labels can name. On the others its breaches say nothing: an insult of a source that knows
/// only "offensive" may be obscene as well.
pub(super) fn named_by<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<String, Vec<ClauseId>> {
    let mut named: BTreeMap<String, Vec<ClauseId>> = BTreeMap::new();
    for row in rows {
        let known = named.entry(row.source.clone()).or_default();
        for clause in &row.clauses {
            if !known.contains(clause) {
                known.push(*clause);
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_lines(name: &str, lines: &str) -> Result<Vec<Row>, DataError> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(name), lines).unwrap();
        let own = tempfile::tempdir().unwrap();
        read(directory.path(), own.path())
    }

    #[test]
    fn criticism_is_known_by_what_its_source_says_and_is_partly_held_apart() {
        let line = |id: usize| {
            format!(r#"{{"id":"{id}","text":"t","lang":"ar","labels":["allow"],"raw_label":"tech;neg"}}"#)
        };
        let rows =
            read_lines("marsa.jsonl", &(0..500).map(|id| line(id) + "\n").collect::<String>()).unwrap();
        assert!(rows.iter().all(|row| row.criticism && row.is_lawful()));
        let dev = rows.iter().filter(|row| row.dev).count();
        assert!((75..175).contains(&dev), "{dev}");
    }

    #[test]
    fn a_label_that_is_no_clause_is_told_with_its_place() {
        let error =
            read_lines("x.jsonl", r#"{"id":"1","text":"t","lang":"ar","labels":["rude"]}"#).unwrap_err();
        assert!(error.to_string().ends_with("x.jsonl, line 1: the label `rude` is no clause"), "{error}");
    }

    #[test]
    fn what_measures_the_judge_never_teaches_it() {
        let own = tempfile::tempdir().unwrap();
        let never = own.path().join(NEVER);
        std::fs::create_dir(&never).unwrap();
        std::fs::write(never.join("train.jsonl"), "").unwrap();
        assert!(matches!(read(&never, own.path()), Err(DataError::Never(_))));
        assert!(matches!(read(own.path(), &never), Err(DataError::Never(_))));
    }

    #[test]
    fn a_source_is_silent_on_clauses_it_never_names() {
        let lines = concat!(
            r#"{"id":"1","text":"t","lang":"ar","labels":["defamatory"]}"#,
            "\n",
            r#"{"id":"2","text":"t","lang":"ar","labels":["allow"]}"#
        );
        let rows = read_lines("x.jsonl", lines).unwrap();
        assert_eq!(named_by(rows.iter())["x"], [ClauseId::Defamatory]);
        assert!(rows[0].is_untyped_insult() && !rows[1].is_untyped_insult());
    }
}
