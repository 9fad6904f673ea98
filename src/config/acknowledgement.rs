//! `[acknowledgement]`: on which sources Majlis says outside hours when the office opens. What it says stands in the file of
//! saved replies.

use std::num::NonZeroU32;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::file::{self, ConfigFile};
use super::layers::Layers;
use super::notes::Notes;
use crate::domain::acknowledgement::{Acknowledging, Words};
use crate::domain::comment::SourceId;

/// `[acknowledgement]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AcknowledgementFile {
    /// Whether it is sent on sources that say nothing else.
    pub enabled: bool,
    /// It is not sent where the office opens within this time.
    pub not_within_minutes: NonZeroU32,
    /// Whether the Hijri date is told beside the Gregorian one.
    pub hijri_date: bool,
}

impl Default for AcknowledgementFile {
    fn default() -> Self {
        Self { enabled: false, not_within_minutes: file::some(60), hijri_date: false }
    }
}

pub(super) fn resolve(
    file: &ConfigFile,
    words: Option<Words>,
    layers: &Layers,
    notes: &mut Notes,
) -> Acknowledging {
    let AcknowledgementFile { enabled, not_within_minutes, hijri_date } = file.acknowledgement;
    let wanted = file.source.iter().filter(|source| source.enabled && source.acknowledge.unwrap_or(enabled));
    let sources = wanted.map(|source| SourceId(source.id.clone())).collect();
    let acknowledging = Acknowledging {
        sources,
        not_within: SignedDuration::from_mins(not_within_minutes.get().into()),
        hijri_date,
        words: words.clone().unwrap_or_default(),
    };
    if words.is_none() && !acknowledging.sources.is_empty() {
        let message = format!(
            "acknowledgements are to be sent, and {} has no [acknowledgement] that says what; copy it from the shipped file, or switch them off",
            file.documents.replies.display()
        );
        notes.problems.push(layers.problem("acknowledgement", message));
    }
    acknowledging
}
