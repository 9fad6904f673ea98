//! The policy and the calendar as files: read whole, checked, and hashed as the database keeps them.
//!
//! Which text rules is the database's to say; a file is what may be adopted at the first start or proposed later.

use std::fs;
use std::path::Path;

use super::file::DocumentsFile;
use super::notes::Notes;
use super::replies::{self, Replies};
use super::topics;
use crate::domain::calendar::Calendar;
use crate::domain::document::{Place, Problem};
use crate::domain::policy::{Bundle, POLICY_FILE, Policy};
use crate::domain::topics::Topics;

/// A sound document, as it is proposed and adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// The SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// What the database keeps.
    pub text: String,
}

/// The documents beside `majlis.toml`.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) policy: DocumentText,
    pub(super) calendar: DocumentText,
    pub(super) replies: Replies,
    pub(super) topics: Topics,
}

impl Documents {
    /// Reads all of them; `None` where one has problems, which are noted.
    pub(super) fn read(directory: &Path, named: &DocumentsFile, notes: &mut Notes) -> Option<Self> {
        let policy = notes.of(policy_file(&directory.join(&named.policy)));
        let calendar = notes.of(calendar_file(&directory.join(&named.calendar)));
        let replies = notes.of(replies::file(&directory.join(&named.replies)));
        let topics = match &named.topics {
            Some(name) => notes.of(topics::file(&directory.join(name))),
            None => Some(Topics::default()),
        };
        Some(Documents { policy: policy?, calendar: calendar?, replies: replies?, topics: topics? })
    }
}

/// Reads a policy file with the word lists that it names, relative to it.
///
/// # Errors
/// Every problem of the policy and its lists, by place.
pub fn policy_file(path: &Path) -> Result<DocumentText, Vec<Problem>> {
    let directory = path.parent().unwrap_or(Path::new(""));
    let list = |name: &str| {
        fs::read_to_string(directory.join(name)).map_err(|error| {
            format!("cannot read the word list \"{name}\" ({error}); put it there, or take its name out of the list")
        })
    };
    let bundle = Bundle::gather(read(path)?, list);
    let checked = bundle.and_then(|bundle| Policy::parse(&bundle).map(|_| bundle));
    let bundle = checked
        .map_err(|problems| problems.into_iter().map(|problem| beside(path, problem)).collect::<Vec<_>>())?;
    Ok(DocumentText { hash: bundle.version().to_string(), text: bundle.to_text() })
}

/// Reads a calendar file.
///
/// # Errors
/// Every problem of it, by place.
pub fn calendar_file(path: &Path) -> Result<DocumentText, Vec<Problem>> {
    let text = read(path)?;
    let calendar = Calendar::parse(&path.display().to_string(), &text)?;
    Ok(DocumentText { hash: calendar.version().to_string(), text })
}

/// The text of a file that the configuration or a command names.
pub(super) fn read(path: &Path) -> Result<String, Vec<Problem>> {
    fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot be read ({error}); put there a file in UTF-8 that this user may read, or name another (`[documents]` in majlis.toml names those beside it)");
        vec![Problem::of_whole(path.display().to_string(), message)]
    })
}

/// A bundle names its files relative to the policy, which it calls policy.toml; an operator opens them from where they
/// stand and as they are called.
fn beside(policy: &Path, problem: Problem) -> Problem {
    let here = |name: String| match name == POLICY_FILE {
        true => policy.display().to_string(),
        false => policy.with_file_name(name).display().to_string(),
    };
    let place = match problem.place {
        Place::Text { file, line, column } => Place::Text { file: here(file), line, column },
        Place::Whole(name) => Place::Whole(here(name)),
    };
    Problem { place, ..problem }
}
