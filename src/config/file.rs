//! `majlis.toml` as it is written: its sections, their rules and what holds where a key is left out.
//!
//! Paths are as written here; [`super::Config`] resolves them and looks up secrets.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::acknowledgement::AcknowledgementFile;
use super::notify::{NotifyFile, RecipientFile};
use super::retention::RetentionFile;
use super::routing::{RouteFile, TeamFile};
use super::sample::SampleFile;
use super::schedule::PollSchedule;
use super::second_opinion::SecondOpinionFile;
use super::sign_in::SignInFile;
use super::source_file::SourceFile;
use crate::domain::comment::SourceId;
use crate::domain::notice::RecipientName;

/// The whole file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// Where the service listens and keeps its data.
    #[serde(default)]
    pub service: ServiceFile,
    /// What is logged, and how.
    #[serde(default)]
    pub log: LogConfig,
    /// Which database.
    #[serde(default)]
    pub database: DatabaseFile,
    /// How the stages take their work.
    #[serde(default)]
    pub queue: QueueConfig,
    /// The documents beside this one.
    #[serde(default)]
    pub documents: DocumentsFile,
    /// The audit log and its seals.
    pub audit: AuditFile,
    /// How long personal content is kept.
    #[serde(default)]
    pub retention: RetentionFile,
    /// What is drawn of the machine's verdicts each week.
    #[serde(default)]
    pub sample: SampleFile,
    /// Who is asked about comments that await review.
    #[serde(default)]
    pub second_opinion: SecondOpinionFile,
    /// How sources are polled that say nothing else.
    #[serde(default)]
    pub poll: PollFile,
    /// What the public is told outside hours.
    #[serde(default)]
    pub acknowledgement: AcknowledgementFile,
    /// The ministry's own sign-in.
    #[serde(default)]
    pub sign_in: SignInFile,
    /// How staff are told outside the console.
    #[serde(default)]
    pub notify: NotifyFile,
    /// Who is told outside the console.
    #[serde(default)]
    pub recipient: Vec<RecipientFile>,
    /// The teams that comments can be given to.
    #[serde(default)]
    pub team: Vec<TeamFile>,
    /// Which team a comment goes to first; the first that fits wins.
    #[serde(default)]
    pub route: Vec<RouteFile>,
    /// The accounts, pages and channels that are read and acted on.
    #[serde(default)]
    pub source: Vec<SourceFile>,
}

impl ConfigFile {
    /// The sources whose replies a second person must let leave.
    pub(super) fn approving(&self) -> Vec<SourceId> {
        let wanted = self.source.iter().filter(|source| {
            source.enabled && source.approve_replies.unwrap_or(self.service.approve_replies)
        });
        wanted.map(|source| SourceId(source.id.clone())).collect()
    }
}

/// `[service]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ServiceFile {
    /// Where the console and the API listen.
    pub listen: SocketAddr,
    /// How people reach the console: by HTTPS, through a proxy.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "public_url")]
    pub public_url: Option<String>,
    /// Where the database file and the audit directory live.
    pub data_directory: PathBuf,
    /// How long acts of the console can be taken back before they leave; 0 for not at all.
    pub undo_seconds: u32,
    /// Whether a second person must let replies leave, on sources that say nothing else.
    pub approve_replies: bool,
    /// The file that holds what tokens are kept under; one in the data directory is made where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_key_file: Option<PathBuf>,
}

impl Default for ServiceFile {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            public_url: None,
            data_directory: "../data".into(),
            undo_seconds: 10,
            approve_replies: false,
            token_key_file: None,
        }
    }
}

fn public_url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(value)?;
    let host = text.strip_prefix("https://").unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    if host.is_empty() || !host.chars().all(plain) {
        return Err(serde::de::Error::custom(format!(
            "found {text:?}; allowed: https and a host, without a path; for example \"https://majlis.ministry.example\""
        )));
    }
    Ok(Some(text))
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// From which level on, in all or by module: `info` or `info,majlis::stage=debug`.
    #[serde(deserialize_with = "log_level")]
    pub level: String,
    /// For a collector or for a person.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Json }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading in a terminal.
    Text,
}

fn log_level<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    // `Targets` takes a misspelt level for the name of a module, and then nothing else is logged.
    let named = |item: &str| item.contains('=') || (!item.is_empty() && item.parse::<LevelFilter>().is_ok());
    if !text.split(',').all(named) || Targets::from_str(&text).is_err() {
        return Err(serde::de::Error::custom(format!(
            "found {text:?}; allowed: off, error, warn, info, debug or trace, also by module; for example \"info,majlis::stage=debug\""
        )));
    }
    Ok(text)
}

/// `[database]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DatabaseFile {
    /// `sqlite:FILE`, relative to the data directory, or `postgres://USER@HOST/NAME`.
    pub url: String,
    /// The file that holds the password of a `postgres://` user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
}

impl Default for DatabaseFile {
    fn default() -> Self {
        Self { url: "sqlite:majlis.db".into(), password_file: None }
    }
}

/// `[queue]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueueConfig {
    /// How long a claimed job is a worker's own; then another may take it.
    pub lease_seconds: NonZeroU32,
    /// How many comments one transaction judges at most.
    pub batch: NonZeroU32,
    /// How long a lane with nothing due sleeps at most before it looks again.
    pub idle_milliseconds: NonZeroU32,
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self { lease_seconds: some(120), batch: some(1_000), idle_milliseconds: some(1_000) }
    }
}

impl QueueConfig {
    /// How long a claimed job is a worker's own.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds.get().into())
    }

    /// How long a lane with nothing due sleeps at most.
    pub fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_milliseconds.get().into())
    }
}

/// `[documents]`: file names, relative to this file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DocumentsFile {
    /// The participation policy.
    pub policy: PathBuf,
    /// The official working hours and holidays.
    pub calendar: PathBuf,
    /// The saved replies.
    pub replies: PathBuf,
    /// What comments may be about, for reports; nothing where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<PathBuf>,
}

impl Default for DocumentsFile {
    fn default() -> Self {
        Self {
            policy: "policy.toml".into(),
            calendar: "calendar.toml".into(),
            replies: "replies.toml".into(),
            topics: None,
        }
    }
}

/// `[audit]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditFile {
    /// The name of the log in every checkpoint, without scheme; it never changes.
    #[serde(deserialize_with = "audit_origin")]
    pub origin: String,
    /// Where checkpoints and the public key are published, relative to the data directory.
    #[serde(default = "audit_directory")]
    pub directory: PathBuf,
    /// The file that holds the signing key; `majlis audit keygen` writes it.
    #[serde(default = "audit_signing_key_file")]
    pub signing_key_file: PathBuf,
    /// When the log is sealed, if anything was added.
    #[serde(default = "audit_seal_schedule")]
    pub seal_schedule: PollSchedule,
    /// It is sealed at once when this many entries were added.
    #[serde(default = "audit_seal_after_entries")]
    pub seal_after_entries: NonZeroU32,
    /// Whether everybody who reaches the console may read the log, without signing in.
    #[serde(default)]
    pub public: bool,
    /// Where each checkpoint is put too, at this address and a slash and its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_url: Option<String>,
    /// The file that holds the token for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_token_file: Option<PathBuf>,
    /// The recipients who are sent each checkpoint.
    #[serde(default)]
    pub publish_to: Vec<RecipientName>,
    /// Who must have seen a checkpoint before it counts as published: the address of a witness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_url: Option<String>,
    /// Its public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_key: Option<String>,
}

fn audit_directory() -> PathBuf {
    "audit".into()
}

fn audit_signing_key_file() -> PathBuf {
    "secrets/audit.key".into()
}

fn audit_seal_schedule() -> PollSchedule {
    schedule("0 */10 * * * *")
}

fn audit_seal_after_entries() -> NonZeroU32 {
    some(10_000)
}

fn audit_origin<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    let plain =
        !text.is_empty() && !text.contains("://") && !text.chars().any(|c| c.is_whitespace() || c == '+');
    plain.then_some(text).ok_or_else(|| {
        serde::de::Error::custom(
            "allowed: a name without scheme, space or +; for example \"majlis.ministry.example/audit\"",
        )
    })
}

/// `[poll]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PollFile {
    /// When, on the wall clock of the official calendar. Six fields, seconds first.
    pub schedule: PollSchedule,
    /// Pages that one tick reads at most; the next tick goes on from there.
    pub pages_per_tick: NonZeroU32,
    /// How long one tick reads at most.
    pub seconds_per_tick: NonZeroU32,
    /// Every how many rounds the lists are read to their end.
    pub sweep_every_rounds: NonZeroU32,
    /// Pages under posts that are read in a day, where each post is a call of its own; sweeps may take more.
    pub post_reads_per_day: NonZeroU32,
    /// After how many hours a post is read whether it is said to have something new or not.
    pub post_unread_hours: NonZeroU32,
    /// Requests to one source in any minute, reads and writes together.
    pub requests_per_minute: NonZeroU32,
    /// How long one request may take.
    pub timeout_seconds: NonZeroU32,
}

impl Default for PollFile {
    fn default() -> Self {
        Self {
            schedule: schedule("0 */5 * * * *"),
            pages_per_tick: some(50),
            seconds_per_tick: some(120),
            sweep_every_rounds: some(24),
            post_reads_per_day: some(10_000),
            post_unread_hours: some(24),
            requests_per_minute: some(30),
            timeout_seconds: some(20),
        }
    }
}

pub(super) fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("a default is not zero")
}

fn schedule(text: &str) -> PollSchedule {
    text.parse().expect("a default schedule is one")
}
