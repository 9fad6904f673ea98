//! `[audit]`: what the log is called, where it is published, and who signs it.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::file::AuditFile;
use super::layers::Layers;
use super::notes::Notes;
use super::schedule::PollSchedule;
use super::secrets::Secrets;
use crate::domain::credentials::Secret;

/// The audit log and its seals.
#[derive(Debug)]
pub struct AuditConfig {
    /// The name of the log in every checkpoint.
    pub origin: String,
    /// Where checkpoints and the public key are published.
    pub directory: PathBuf,
    /// Where `majlis audit keygen` writes the signing key.
    pub signing_key_file: PathBuf,
    /// The signing key, as keygen wrote it; `None` before that.
    pub signing_key: Option<Secret>,
    /// When the log is sealed, if anything was added.
    pub seal_schedule: PollSchedule,
    /// It is sealed at once when this many entries were added.
    pub seal_after_entries: NonZeroU32,
}

pub(super) fn resolve(
    file: &AuditFile,
    directory: &Path,
    data_directory: &Path,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> AuditConfig {
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
    }
}
