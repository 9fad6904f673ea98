//! `[audit]`: what the log is called, where it is published, who signs it and who must have seen it.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::file::{AuditFile, ConfigFile};
use super::layers::Layers;
use super::notes::Notes;
use super::notify::is_address;
use super::schedule::PollSchedule;
use super::secrets::Secrets;
use crate::domain::audit::WitnessKey;
use crate::domain::credentials::Secret;
use crate::domain::notice::RecipientName;

/// The audit log and its seals.
#[derive(Debug)]
pub struct AuditConfig {
    /// The name of the log in every checkpoint.
    pub origin: String,
    /// Where checkpoints, tiles and the public key are published.
    pub directory: PathBuf,
    /// Where `majlis audit keygen` writes the signing key.
    pub signing_key_file: PathBuf,
    /// The signing key, as keygen wrote it; `None` before that.
    pub signing_key: Option<Secret>,
    /// When the log is sealed, if anything was added.
    pub seal_schedule: PollSchedule,
    /// It is sealed at once when this many entries were added.
    pub seal_after_entries: NonZeroU32,
    /// Whether everybody who reaches the console may read the log, without signing in.
    pub public: bool,
    /// Where each checkpoint is put too.
    pub put: Option<Put>,
    /// The recipients who are sent each checkpoint.
    pub publish_to: Vec<RecipientName>,
    /// Who must have seen a checkpoint before it counts as published.
    pub witness: Option<Witness>,
}

/// A place on the network that takes checkpoints by `PUT`.
#[derive(Debug, Clone)]
pub struct Put {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The bearer token that it asks for, if it does.
    pub token: Option<Secret>,
}

/// A witness (C2SP tlog-witness).
#[derive(Debug, Clone)]
pub struct Witness {
    /// Its address, without a slash at the end: its submission prefix.
    pub url: String,
    /// The key of its cosignatures.
    pub key: WitnessKey,
}

pub(super) fn resolve(
    config: &ConfigFile,
    directory: &Path,
    data_directory: &Path,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> AuditConfig {
    let file = &config.audit;
    for (place, name) in file.publish_to.iter().enumerate() {
        if !config.recipient.iter().any(|recipient| recipient.enabled && recipient.name == *name) {
            let message = format!(
                "found \"{name}\", and no enabled [[recipient]] has that name; correct it, or add a [[recipient]] with \
                 name = \"{name}\""
            );
            notes.problems.push(layers.problem(&format!("audit.publish_to[{place}]"), message));
        }
    }
    let signing_key_file = directory.join(&file.signing_key_file);
    // The file is not there before keygen wrote it, which is no reason not to load: keygen loads this too.
    let written = signing_key_file.exists().then_some(file.signing_key_file.as_path());
    let signing_key =
        notes.secret("audit", "signing_key", written, "audit.signing_key_file", layers, secrets);
    if signing_key.is_none() {
        let message =
            "no signing key yet, so nothing can be sealed; run `majlis audit keygen --config DIR` once";
        notes.warnings.push(layers.problem("audit.signing_key_file", message));
    }
    AuditConfig {
        origin: file.origin.clone(),
        directory: data_directory.join(&file.directory),
        signing_key_file,
        signing_key,
        seal_schedule: file.seal_schedule.clone(),
        seal_after_entries: file.seal_after_entries,
        public: file.public,
        put: put(file, layers, secrets, notes),
        publish_to: file.publish_to.clone(),
        witness: witness(file, layers, notes),
    }
}

fn put(file: &AuditFile, layers: &Layers, secrets: &Secrets, notes: &mut Notes) -> Option<Put> {
    const KEY: &str = "audit.publish_token_file";
    let path = file.publish_token_file.as_deref();
    let token = notes.secret("audit", "publish_token", path, KEY, layers, secrets);
    let Some(url) = &file.publish_url else {
        if token.is_some() {
            let message = "is of no use without an address; add it, for example `publish_url = \"https://archive.example/majlis\"`";
            notes.problems.push(layers.problem("audit.publish_url", message));
        }
        return None;
    };
    let url = address("audit.publish_url", url, "https://archive.example/majlis", layers, notes)?;
    Some(Put { url, token })
}

fn witness(file: &AuditFile, layers: &Layers, notes: &mut Notes) -> Option<Witness> {
    let mut refuse = |key: &str, message: String| {
        notes.problems.push(layers.problem(key, message));
        None
    };
    let (url, key) = match (&file.witness_url, &file.witness_key) {
        (None, None) => return None,
        (Some(url), Some(key)) => (url, key),
        (Some(_), None) => {
            let message = "is needed to check what the witness says; add the key that it publishes, for example \
                           `witness_key = \"witness.example/w1+1a2b3c4d+BA…\"`";
            return refuse("audit.witness_key", message.to_owned());
        }
        (None, Some(_)) => {
            let message = "is needed to reach the witness; add it, for example `witness_url = \"https://witness.example\"`";
            return refuse("audit.witness_url", message.to_owned());
        }
    };
    let key = match key.parse() {
        Ok(key) => key,
        Err(error) => {
            let message = format!(
                "found \"{key}\": {error}; allowed: the key for cosignatures (C2SP tlog-cosignature, Ed25519) that \
                 the witness publishes; for example \"witness.example/w1+1a2b3c4d+BA…\""
            );
            return refuse("audit.witness_key", message);
        }
    };
    let url = address("audit.witness_url", url, "https://witness.example", layers, notes)?;
    Some(Witness { url, key })
}

/// An address without a slash at its end, by HTTPS or on this machine.
fn address(key: &str, url: &str, example: &str, layers: &Layers, notes: &mut Notes) -> Option<String> {
    if is_address(url) {
        return Some(url.trim_end_matches('/').to_owned());
    }
    let message = format!("found \"{url}\"; allowed: an https address; for example \"{example}\"");
    notes.problems.push(layers.problem(key, message));
    None
}
