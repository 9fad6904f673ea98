//! The configuration in `config/`: typed sections, layers, secrets, errors that a person can act on.
//!
//! [`file`] says what may be written, [`layers`] puts the environment and flags over it, [`secrets`] finds what
//! must not be written at all. What comes out is a [`Config`], in which nothing is left to check.
//! The policy and the calendar are read here as texts; which of them *rules* is the database's to say.

mod audit;
mod database;
mod dump;
mod file;
mod layers;
mod notes;
mod replies;
mod schedule;
mod schema;
mod secrets;
mod source;
mod source_file;

use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::domain::document::{Place, Problem, collect, model_of};

use file::ConfigFile;
use layers::Layers;
use notes::Notes;
use secrets::Secrets;

pub use audit::AuditConfig;
pub use database::DatabaseConfig;
pub use file::{LogConfig, LogFormat, QueueConfig};
pub use layers::Overrides;
pub use replies::{Bilingual, SavedReply};
pub use schedule::{PollSchedule, ScheduleError};
pub use schema::SCHEMA;
pub use source::{Login, SourceConfig, Vocabulary};

/// The file of a configuration directory that names all others.
pub const FILE: &str = "majlis.toml";

/// The shipped file: the model for messages about others.
const SHIPPED: &str = include_str!("../config/majlis.toml");

/// A configuration in which nothing is left to check.
#[derive(Debug)]
pub struct Config {
    /// Where the console and the API listen.
    pub listen: SocketAddr,
    /// Where the database file and the audit directory live.
    pub data_directory: PathBuf,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// How the stages take their work.
    pub queue: QueueConfig,
    /// The audit log and its seals.
    pub audit: AuditConfig,
    /// The sources that are enabled, in the order of the file.
    pub sources: Vec<SourceConfig>,
    /// The saved replies, in the order of their file.
    pub replies: Vec<SavedReply>,
    /// The shipped participation policy.
    pub policy_file: PathBuf,
    /// The shipped calendar.
    pub calendar_file: PathBuf,
    /// What works and should be mended all the same.
    pub warnings: Vec<Problem>,
    file: ConfigFile,
    secrets: Vec<(String, String)>,
}

impl Config {
    /// Reads the configuration directory `directory`, under `overrides`.
    ///
    /// # Errors
    /// Every problem that can be told apart, each with its place and a remedy.
    pub fn load(directory: &Path, overrides: &Overrides) -> Result<Self, Vec<Problem>> {
        let path = directory.join(FILE);
        let name = path.display().to_string();
        let text = read(&path)?;
        let layers = Layers::merge(&name, &text, overrides)?;
        let file: ConfigFile =
            collect(&layers.tree, &model_of(SHIPPED), |path, side| layers.place(path, side))?;
        Reading { directory, layers, file }.resolve(overrides)
    }

    /// What holds after all layers, as a `majlis.toml`, and where secrets were found; they print as `[secret]`.
    pub fn dump(&self) -> String {
        dump::toml(&self.file, &self.secrets)
    }

    /// The same as one JSON object.
    pub fn dump_json(&self) -> serde_json::Value {
        dump::json(&self.file, &self.secrets)
    }
}

fn read(path: &Path) -> Result<String, Vec<Problem>> {
    fs::read_to_string(path).map_err(|error| {
        let place = Place::Whole(path.display().to_string());
        let message = format!(
            "cannot be read ({error}); name the directory that holds it by --config, or copy the shipped one"
        );
        vec![Problem { place, key: String::new(), message }]
    })
}

/// The file, read and on its way to being a [`Config`].
struct Reading<'a> {
    directory: &'a Path,
    layers: Layers,
    file: ConfigFile,
}

impl Reading<'_> {
    fn resolve(self, overrides: &Overrides) -> Result<Config, Vec<Problem>> {
        let Self { directory, layers, file } = self;
        let environment = overrides.environment.clone();
        let secrets = Secrets { directory: directory.to_owned(), environment };
        let data_directory = directory.join(&file.service.data_directory);
        let mut notes = Notes::default();

        let database = database::resolve(&file.database, &data_directory, &layers, &secrets, &mut notes);
        let audit = audit::resolve(&file.audit, directory, &data_directory, &layers, &secrets, &mut notes);
        let sources = sources(&file, &layers, &secrets, &mut notes);
        let replies = replies(&directory.join(&file.documents.replies), &mut notes);
        let policy_file = present(directory, &file.documents.policy, "policy", &layers, &mut notes);
        let calendar_file = present(directory, &file.documents.calendar, "calendar", &layers, &mut notes);

        let Notes { problems, warnings, secrets } = notes;
        match database {
            Some(database) if problems.is_empty() => Ok(Config {
                listen: file.service.listen,
                data_directory,
                log: file.log.clone(),
                database,
                queue: file.queue.clone(),
                audit,
                sources,
                replies,
                policy_file,
                calendar_file,
                warnings,
                file,
                secrets,
            }),
            _ => Err(problems),
        }
    }
}

fn sources(file: &ConfigFile, layers: &Layers, secrets: &Secrets, notes: &mut Notes) -> Vec<SourceConfig> {
    let mut ids = HashSet::new();
    for (index, source) in file.source.iter().enumerate() {
        if !ids.insert(&source.id) {
            let message = format!("found \"{}\" a second time; give each source its own id", source.id);
            notes.problems.push(layers.problem(&format!("source[{index}].id"), message));
        }
    }
    let resolve = |(index, source): (usize, &source_file::SourceFile)| {
        source.resolve(index, &file.poll, layers, secrets, notes)
    };
    file.source.iter().enumerate().filter_map(resolve).collect()
}

fn replies(path: &Path, notes: &mut Notes) -> Vec<SavedReply> {
    let replies = read(path).and_then(|text| replies::parse(&path.display().to_string(), &text));
    replies.unwrap_or_else(|problems| {
        notes.problems.extend(problems);
        Vec::new()
    })
}

fn present(directory: &Path, file: &Path, key: &str, layers: &Layers, notes: &mut Notes) -> PathBuf {
    let path = directory.join(file);
    if !path.is_file() {
        let message = format!(
            "found no file \"{}\"; allowed: a file beside {FILE}; for example \"{key}.toml\"",
            file.display()
        );
        notes.problems.push(layers.problem(&format!("documents.{key}"), message));
    }
    path
}

#[cfg(test)]
mod tests;
