//! What a command comes to: words for a person or one object for a program, and an exit code.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::domain::document::Problem;
use crate::store::chain;

/// What a command found out or did.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For a person; may be empty.
    text: String,
    /// For a program: an object, or null where nothing is left to say.
    json: Value,
    exit: u8,
}

impl Answer {
    /// The command did what it was asked.
    pub(crate) fn done(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, exit: 0 }
    }

    /// The command ran to its end and what it examined is not as it should be.
    pub(crate) fn failed(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, exit: 1 }
    }

    /// Says it now, for a command that goes on; nothing is left to say at its end.
    pub(crate) fn shown(self, json: bool) -> Self {
        say(&self.said(json));
        Self { text: String::new(), json: Value::Null, exit: self.exit }
    }

    fn said(&self, json: bool) -> String {
        match json {
            false => self.text.clone(),
            true if self.json.is_null() => String::new(),
            true => self.json.to_string(),
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The configuration or a document is refused.
    Refused(Vec<Problem>),
    /// The command was called wrongly; the text says how it is called rightly.
    Usage(String),
    /// Something went wrong; its causes are told too.
    Failed(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Failed(Box::new(error))
    }
}

impl Failure {
    /// What went wrong in one sentence, and the remedy.
    pub(crate) fn told(message: impl Into<String>) -> Self {
        Failure::Failed(message.into().into())
    }

    fn lines(&self) -> Vec<String> {
        match self {
            Failure::Refused(problems) => problems.iter().map(Problem::to_string).collect(),
            Failure::Usage(message) => vec![message.clone()],
            Failure::Failed(error) => vec![chain(error.as_ref())],
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Failure::Refused(_) | Failure::Usage(_) => 2,
            Failure::Failed(_) => 1,
        }
    }
}

/// Prints the outcome and returns its exit code.
pub(super) fn print(outcome: Result<Answer, Failure>, json: bool) -> ExitCode {
    match outcome {
        Ok(answer) => {
            say(&answer.said(json));
            answer.exit.into()
        }
        Err(failure) => {
            let lines = failure.lines();
            for line in &lines {
                eprintln!("majlis: {line}");
            }
            if json {
                say(&json!({ "errors": lines }).to_string());
            }
            failure.exit().into()
        }
    }
}

/// Prints what clap has to say: the help or the version that was asked for, or why the call makes no sense.
pub(super) fn misused(answer: &clap::Error, json: bool) -> ExitCode {
    let _ = answer.print(); // Whoever reads it may have gone away.
    if !answer.use_stderr() {
        return ExitCode::SUCCESS;
    }
    if json {
        say(&json!({ "errors": [answer.to_string().trim_end()] }).to_string());
    }
    2.into()
}

/// Prints `text`, if there is any. A reader that went away, such as `head`, has had enough.
fn say(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end_matches('\n'));
    }
}

/// Rows under their headings, in columns; without rows, the headings and a dash.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        cells.chain([headings[column]]).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let none = rows.is_empty().then(|| "-\n".to_owned());
    let body = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(headings.to_vec())).chain(body).chain(none).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not {doing}")]
    struct Doing {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    }

    #[test]
    fn an_error_is_told_with_its_causes_once() {
        let source = std::io::Error::other("disk full");
        let failure = Failure::from(Doing { doing: "write the key", source });
        assert_eq!(failure.lines(), ["could not write the key: disk full"]);
        assert_eq!(failure.exit(), 1);
    }

    #[test]
    fn a_table_lines_up_its_columns() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["longer".to_owned(), "2".to_owned()]];
        assert_eq!(table(&["name", "n"], &rows), "name    n\na       1\nlonger  2\n");
        assert_eq!(table(&["name", "n"], &[]), "name  n\n-\n");
    }
}
