//! The public's part of the play: comments as lines of JSON, read before the curtain rises.
//!
//! A line needs a `text`; what else it may say is the fields of [`CorpusComment`]. Keys that
//! mean nothing here are ignored, so that a data file made for another purpose plays as it is.
//! Labels stay in this type: no stand-in API ever serves them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::comment::Platform;

/// One comment that somebody will write while the sandbox plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorpusComment {
    /// Its words.
    pub text: String,
    /// Where it is written; where absent, a mention is written on X, a held comment on YouTube, and
    /// the others are dealt to all platforms in turn.
    pub platform: Option<Platform>,
    /// Who writes it; a new person where absent.
    pub author: Option<String>,
    /// The position, in the slice that holds this comment, of the earlier one that it answers.
    /// It is written on that one's platform, whatever [`CorpusComment::platform`] says.
    pub reply_to: Option<usize>,
    /// When it is written; [`CorpusComment::after_minutes`] where absent.
    pub at: Option<Timestamp>,
    /// Minutes between the sandbox's start and its writing; spread evenly where absent too.
    pub after_minutes: Option<u32>,
    /// The clauses that people found it to break, or `allow`.
    pub labels: Vec<String>,
    /// Whether it is lawful criticism, which must never be hidden for being that.
    pub criticism: bool,
    /// Whether it breaks a clause beyond doubt.
    pub certain: bool,
    /// What kind of comment people found it to be.
    pub kind: Option<String>,
    /// On X: written outside our conversations, naming our account.
    pub mention: bool,
    /// On YouTube: held for review by the platform before anyone sees it.
    pub held: bool,
}

/// A corpus that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The file could not be read.
    #[error("could not read the corpus {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A line is not a comment.
    #[error("{file}:{line}: {fault}; write one JSON object a line, such as {{\"text\": \"…\"}}")]
    BadLine {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
}

/// The corpus that comes with the program.
pub fn corpus() -> Vec<CorpusComment> {
    parse("corpus.jsonl", include_str!("corpus.jsonl")).expect("a test reads the built-in corpus")
}

/// Reads corpus files one after the other; `reply_to` counts within its own file.
///
/// # Errors
/// The first file that cannot be read, or the first line that is not a comment.
pub fn read(paths: &[PathBuf]) -> Result<Vec<CorpusComment>, CorpusError> {
    let mut all = Vec::new();
    for path in paths {
        let offset = all.len();
        let text = std::fs::read_to_string(path)
            .map_err(|source| CorpusError::Unreadable { path: path.clone(), source })?;
        all.extend(parse(&name(path), &text)?.into_iter().map(|mut comment| {
            comment.reply_to = comment.reply_to.map(|earlier| earlier + offset);
            comment
        }));
    }
    Ok(all)
}

/// Reads the text of one corpus; `file` names it in errors. Blank lines are passed over and
/// do not count as comments.
///
/// # Errors
/// The first line that is not a comment.
pub fn parse(file: &str, text: &str) -> Result<Vec<CorpusComment>, CorpusError> {
    let mut comments = Vec::new();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = |fault: String| CorpusError::BadLine { file: file.to_owned(), line: index + 1, fault };
        let line: Line = serde_json::from_str(line).map_err(|error| at(without_position(&error)))?;
        let (id, comment) = line.settle(&by_id, comments.len()).map_err(at)?;
        if let Some(id) = id {
            by_id.insert(id, comments.len());
        }
        comments.push(comment);
    }
    Ok(comments)
}

/// A line as written: lenient where a foreign data file may use the same key otherwise.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    id: Lenient<Name>,
    #[serde(default)]
    platform: Lenient<Platform>,
    #[serde(default)]
    source: Lenient<Platform>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    reply_to: Option<Name>,
    #[serde(default)]
    at: Option<Timestamp>,
    #[serde(default)]
    after_minutes: Option<u32>,
    #[serde(default)]
    labels: Lenient<Vec<String>>,
    #[serde(default)]
    criticism: bool,
    #[serde(default)]
    certain: bool,
    #[serde(default)]
    kind: Lenient<String>,
    #[serde(default)]
    mention: bool,
    #[serde(default)]
    held: bool,
}

/// An id or a line number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(usize),
    Word(String),
}

/// A value that is taken where it reads as one and ignored where it does not.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Read(T),
    Ignored(IgnoredAny),
}

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Lenient::Ignored(IgnoredAny)
    }
}

impl<T> Lenient<T> {
    fn read(self) -> Option<T> {
        match self {
            Lenient::Read(value) => Some(value),
            Lenient::Ignored(_) => None,
        }
    }
}

impl Line {
    fn settle(
        self,
        by_id: &HashMap<String, usize>,
        earlier: usize,
    ) -> Result<(Option<String>, CorpusComment), String> {
        let reply_to = match self.reply_to {
            None => None,
            Some(Name::Number(line)) if line < earlier => Some(line),
            Some(Name::Number(line)) => {
                return Err(format!("reply_to is {line}, but only {earlier} comments stand above this line"));
            }
            Some(Name::Word(id)) => match by_id.get(&id) {
                Some(found) => Some(*found),
                None => return Err(format!("reply_to names `{id}`, which is the id of no comment above")),
            },
        };
        let id = self.id.read().map(|name| match name {
            Name::Number(number) => number.to_string(),
            Name::Word(word) => word,
        });
        let comment = CorpusComment {
            text: self.text,
            platform: self.platform.read().or(self.source.read()),
            author: self.author,
            reply_to,
            at: self.at,
            after_minutes: self.after_minutes,
            labels: self.labels.read().unwrap_or_default(),
            criticism: self.criticism,
            certain: self.certain,
            kind: self.kind.read(),
            mention: self.mention,
            held: self.held,
        };
        Ok((id, comment))
    }
}

/// A serde message without its "at line 1", which would be mistaken for the file's line.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or(&message).to_owned()
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_corpus_reads() {
        assert!(!corpus().is_empty());
    }

    #[test]
    fn a_foreign_data_file_plays_as_it_is() {
        let line = r#"{"id": 7, "text": "x", "source": "davidson", "platform": "x/facebook", "labels": {"a": 1}, "kind": 3, "quality": null}"#;
        let read = parse("f", line).unwrap();
        assert_eq!(read, [CorpusComment { text: "x".into(), ..CorpusComment::default() }]);
    }

    #[test]
    fn a_bad_line_is_named_by_file_and_line() {
        let error = parse("mine.jsonl", "{\"text\": \"a\"}\n\n{\"txt\": 1}").unwrap_err().to_string();
        assert!(error.starts_with("mine.jsonl:3: missing field `text`;"), "{error}");
    }

    #[test]
    fn a_reply_names_an_earlier_comment_by_id_or_by_number() {
        let text = "{\"text\":\"a\",\"id\":\"q\"}\n{\"text\":\"b\",\"reply_to\":\"q\"}\n{\"text\":\"c\",\"reply_to\":1}";
        let read = parse("f", text).unwrap();
        assert_eq!(read.iter().map(|comment| comment.reply_to).collect::<Vec<_>>(), [None, Some(0), Some(1)]);
        assert!(parse("f", "{\"text\":\"a\",\"reply_to\":0}").is_err());
        assert!(parse("f", "{\"text\":\"a\",\"reply_to\":\"z\"}").is_err());
    }
}
