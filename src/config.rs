//! The configuration in `config/`: typed sections, layers, secrets, errors that a person can act on.
//!
//! [`file`] says what may be written, [`layers`] puts the environment and flags over it, [`secrets`] finds what
//! must not be written at all. What comes out is a [`Config`], in which nothing is left to check.
//! The policy and the calendar are read here as texts; which of them *rules* is the database's to say.

mod acknowledgement;
mod audit;
mod connecting;
mod database;
mod documents;
mod dump;
mod file;
mod layers;
mod notes;
mod notify;
mod replies;
mod retention;
mod routing;
mod sample;
mod schedule;
mod schema;
mod second_opinion;
mod secrets;
mod sign_in;
mod source;
mod source_file;
mod topics;

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::domain::acknowledgement::Acknowledging;
use crate::domain::comment::{Platform, SourceId};
use crate::domain::credentials::Secret;
use crate::domain::document::{Problem, collect, model_of};
use crate::domain::routing::Routing;
use crate::domain::sample::Sampling;
use crate::domain::topics::Topics;

use documents::Documents;
use file::ConfigFile;
use layers::Layers;
use notes::Notes;
use secrets::Secrets;

pub use audit::{AuditConfig, Put, Witness};
pub use connecting::Connecting;
pub use database::DatabaseConfig;
pub use documents::{DocumentText, calendar_file, policy_file};
pub use file::{LogConfig, LogFormat, QueueConfig};
pub use layers::Overrides;
pub use notify::{Channel, NotifyConfig, Recipient, SmtpConfig, SmtpTls};
pub use replies::SavedReply;
pub use retention::RetentionConfig;
pub use schedule::{PollSchedule, ScheduleError};
pub use schema::SCHEMA;
pub use second_opinion::{OpinionForm, SecondOpinionConfig};
pub use sign_in::SignInConfig;
pub use source::{Login, SourceConfig, Vocabulary, Webhook};

/// The file of a configuration directory that names all others.
pub const FILE: &str = "majlis.toml";

/// The shipped file: the model for messages about others.
const SHIPPED: &str = include_str!("../config/majlis.toml");

/// A configuration in which nothing is left to check.
#[derive(Debug)]
pub struct Config {
    /// Where the console and the API listen.
    pub listen: SocketAddr,
    /// How people reach the console; `None` by plain HTTP on this machine alone.
    pub public_url: Option<String>,
    /// Where the database file and the audit directory live.
    pub data_directory: PathBuf,
    /// How long acts of the console can be taken back before they leave.
    pub undo: Duration,
    /// What tokens are kept under; where `None`, the key in the data directory.
    pub token_key: Option<Secret>,
    /// The sources whose replies a second person must let leave.
    pub approving: Vec<SourceId>,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// How the stages take their work.
    pub queue: QueueConfig,
    /// The audit log and its seals.
    pub audit: AuditConfig,
    /// How long personal content is kept.
    pub retention: RetentionConfig,
    /// What is drawn of the machine's verdicts each week.
    pub sampling: Sampling,
    /// Who is asked about comments that await review; nobody where `None`.
    pub second_opinion: Option<SecondOpinionConfig>,
    /// The ministry's own sign-in, where it has one.
    pub sign_in: Option<SignInConfig>,
    /// Who is told outside the console, and how.
    pub notify: NotifyConfig,
    /// The teams, and which of them a comment goes to first.
    pub routing: Routing,
    /// Where and how out-of-hours acknowledgements are sent.
    pub acknowledging: Acknowledging,
    /// The sources that are enabled, in the order of the file.
    pub sources: Vec<SourceConfig>,
    /// The saved replies, in the order of their file.
    pub replies: Vec<SavedReply>,
    /// What comments may be about.
    pub topics: Topics,
    /// The participation policy beside the configuration, which need not be the one that rules.
    pub policy: DocumentText,
    /// The calendar beside the configuration, which need not be the one that rules.
    pub calendar: DocumentText,
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
        if !path.exists() {
            let message = "is not there; name the directory that holds it by --config DIR";
            return Err(vec![Problem::of_whole(name, message)]);
        }
        let text = documents::read(&path)?;
        let layers = Layers::merge(&name, &text, overrides)?;
        let read = collect(&layers.tree, &model_of(SHIPPED), |path, side| layers.place(path, side));
        match read {
            Ok(file) => Reading { directory, layers, file }.resolve(overrides),
            Err(mut problems) => {
                // Told now as well, so that a second start is not needed to hear of them.
                let mut notes = Notes::default();
                let named = layers.tree.get("documents").cloned().and_then(|named| named.try_into().ok());
                Documents::read(directory, &named.unwrap_or_default(), &mut notes);
                problems.append(&mut notes.problems);
                Err(problems)
            }
        }
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
        let data_directory = from(directory, &file.service.data_directory);
        let mut notes = Notes::default();

        let database = database::resolve(&file.database, &data_directory, &layers, &secrets, &mut notes);
        let audit = audit::resolve(&file, directory, &data_directory, &layers, &secrets, &mut notes);
        let sign_in = sign_in::resolve(&file.sign_in, &layers, &secrets, &mut notes);
        let console = file.service.public_url.as_ref();
        let notify = notify::resolve(&file.notify, &file.recipient, console, &layers, &secrets, &mut notes);
        let second_opinion = second_opinion::resolve(&file.second_opinion, &layers, &secrets, &mut notes);
        let token_key = token_key(&file, &layers, &secrets, &mut notes);
        let routing = routing::resolve(&file.team, &file.route, &layers, &mut notes);
        let sources = sources(&file, &layers, &secrets, &mut notes);
        let timeouts = sources.iter().map(|source| source.timeout);
        let timeout =
            timeouts.chain(second_opinion.iter().map(|asked| asked.timeout)).max().unwrap_or_default();
        notes
            .problems
            .extend(short_lease(&file, timeout).map(|why| layers.problem("queue.lease_seconds", why)));
        let documents = Documents::read(directory, &file.documents, &mut notes);
        if let Some(documents) = &documents {
            let path = directory.join(&file.documents.calendar).display().to_string();
            notes.warnings.extend(notify::unknown(&path, &documents.calendar.text, &file, &layers));
        }
        let acknowledging = documents.as_ref().map(|documents| {
            acknowledgement::resolve(&file, documents.replies.acknowledgement.clone(), &layers, &mut notes)
        });

        let Notes { problems, warnings, secrets } = notes;
        match (database, documents, acknowledging) {
            (Some(database), Some(documents), Some(acknowledging)) if problems.is_empty() => Ok(Config {
                listen: file.service.listen,
                public_url: file.service.public_url.clone(),
                data_directory,
                undo: Duration::from_secs(file.service.undo_seconds.into()),
                token_key,
                approving: file.approving(),
                log: file.log.clone(),
                database,
                queue: file.queue.clone(),
                audit,
                retention: retention::resolve(&file.retention),
                sampling: sample::resolve(&file.sample),
                second_opinion,
                sign_in,
                notify,
                routing,
                acknowledging,
                sources,
                replies: documents.replies.saved,
                topics: documents.topics,
                policy: documents.policy,
                calendar: documents.calendar,
                warnings,
                file,
                secrets,
            }),
            _ => Err(problems),
        }
    }
}

/// The least length of a token key: 16 bytes drawn by lot, in hexadecimal.
const TOKEN_KEY_MIN: usize = 32;

fn token_key(file: &ConfigFile, layers: &Layers, secrets: &Secrets, notes: &mut Notes) -> Option<Secret> {
    let (key, named) = ("service.token_key_file", file.service.token_key_file.as_deref());
    let found = notes.secret("service", "token_key", named, key, layers, secrets)?;
    if found.expose().len() < TOKEN_KEY_MIN {
        let message = format!(
            "the token key is shorter than {TOKEN_KEY_MIN} characters; draw one by lot, for example with `openssl rand -hex 32`"
        );
        notes.problems.push(layers.problem(key, message));
        return None;
    }
    Some(found)
}

/// Why jobs are held for too short a time to send anything: a call may have to wait its turn, and must be over by then.
fn short_lease(file: &ConfigFile, timeout: Duration) -> Option<String> {
    let (lease, least) = (file.queue.lease(), timeout * 2);
    (lease < least).then(|| {
        format!(
            "found {}; allowed: twice the longest timeout_seconds or more, here {}; for example {}",
            lease.as_secs(),
            least.as_secs(),
            timeout.as_secs() * 6
        )
    })
}

/// `path` as seen from `directory`, whole and without detours: operators read it in messages.
fn from(directory: &Path, path: &Path) -> PathBuf {
    let start = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    path.components().fold(start, |mut place, step| {
        match step {
            Component::ParentDir => drop(place.pop()),
            step => place.push(step),
        }
        place
    })
}

fn sources(file: &ConfigFile, layers: &Layers, secrets: &Secrets, notes: &mut Notes) -> Vec<SourceConfig> {
    let mut ids = HashSet::new();
    for (index, source) in file.source.iter().enumerate() {
        if !ids.insert(&source.id) {
            let message = format!("found \"{}\" a second time; give each source its own id", source.id);
            notes.problems.push(layers.problem(&format!("source[{index}].id"), message));
        }
    }
    notes.problems.extend(shared_units(file, layers));
    let resolve = |(index, source): (usize, &source_file::SourceFile)| {
        source.resolve(index, &file.poll, layers, secrets, notes)
    };
    file.source.iter().enumerate().filter_map(resolve).collect()
}

/// Google counts units by project, and each source keeps a purse of its own: those of one project must say which are theirs.
fn shared_units(file: &ConfigFile, layers: &Layers) -> Vec<Problem> {
    let mut projects: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, source) in file.source.iter().enumerate() {
        if let (Platform::Youtube, Some(project)) = (source.platform, &source.client_id) {
            projects.entry(project).or_default().push(index);
        }
    }
    let shared = projects.into_values().filter(|sources| sources.len() > 1).flatten();
    let silent = shared.filter(|index| file.source[*index].units_per_day.is_none());
    let why = "another source has the same client_id, and Google counts the units of both together; say how many a day are this \
               source's, for example units_per_day = 5000";
    silent.map(|index| layers.problem(&format!("source[{index}].units_per_day"), why)).collect()
}

#[cfg(test)]
mod tests;
