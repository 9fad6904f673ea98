//! Where checkpoints go besides the audit directory: places on the network that take them, and recipients who keep them.
//!
//! The latest is sent, for it covers those before; what was sent last is noted beside the checkpoints, in `sent/`. So a
//! restart sends nothing twice, and what was not taken is tried again with every turn of the sealing.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::publication::{Publication, PublicationError};
use super::witness;
use crate::config::{AuditConfig, NotifyConfig, Put, Witness};
use crate::domain::audit::WitnessKey;
use crate::domain::notice::{NoticeId, RecipientName};
use crate::notify::{About, Letter, LogTrouble, Notifier, NotifierError, NotifyError};
use crate::store::chain;

/// How long one of them may take; the lease of the sealing covers all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Where checkpoints go, and who must have seen them first; nowhere and nobody by default.
#[derive(Debug)]
pub struct Outlets {
    client: reqwest::Client,
    put: Option<Put>,
    to: Vec<RecipientName>,
    notifier: Notifier,
    witness: Option<Witness>,
}

/// Why a checkpoint did not get where it should.
#[derive(Debug, thiserror::Error)]
pub enum OutletError {
    /// The witness did not say that it saw it.
    #[error("the witness {witness} did not cosign the checkpoint: {detail}")]
    Witness {
        /// The name of its key.
        witness: String,
        /// What it said, or what became of the request.
        detail: String,
    },
    /// The address did not take it.
    #[error("audit.publish_url did not take the checkpoint: {0}")]
    Put(String),
    /// The recipient did not get it.
    #[error("{to} of audit.publish_to did not get the checkpoint")]
    Recipient {
        /// Whose it is.
        to: RecipientName,
        /// Why not.
        #[source]
        source: NotifyError,
    },
    /// What was sent could not be noted, so it will be sent again.
    #[error(transparent)]
    Publication(#[from] PublicationError),
}

impl Default for Outlets {
    fn default() -> Self {
        // The process may have installed one already, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("majlis/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(TIMEOUT)
            .build()
            .expect("a client with these settings can be built");
        Self { client, put: None, to: Vec::new(), notifier: Notifier::default(), witness: None }
    }
}

impl Outlets {
    /// Those of the configuration. Nothing is connected to yet.
    ///
    /// # Errors
    /// Somebody who is to be told cannot be.
    pub fn new(audit: &AuditConfig, notify: &NotifyConfig) -> Result<Self, NotifierError> {
        let (put, to, witness) = (audit.put.clone(), audit.publish_to.clone(), audit.witness.clone());
        Ok(Self { put, to, witness, notifier: Notifier::new(notify)?, ..Self::default() })
    }

    /// Who must have seen a checkpoint.
    pub(super) fn witness(&self) -> Option<&WitnessKey> {
        self.witness.as_ref().map(|witness| &witness.key)
    }

    /// The note of a checkpoint of `size` entries with the cosignature of the witness, where there must be one; it has
    /// `seen` as many of them before. The tiles in `directory` prove that the log grew from there.
    pub(super) async fn cosigned(
        &self,
        note: String,
        size: u64,
        seen: u64,
        directory: &Path,
    ) -> Result<String, OutletError> {
        let Some(witness) = &self.witness else { return Ok(note) };
        let cosigned = witness::cosign(&self.client, witness, &note, (size, seen), directory).await;
        cosigned.map_err(|detail| OutletError::Witness { witness: witness.key.to_string(), detail })
    }

    /// Sends the published checkpoint to where it was not sent yet.
    pub(super) async fn send(
        &self,
        publication: &Publication,
        note: &str,
        size: u64,
        now: Timestamp,
    ) -> Result<(), OutletError> {
        let mut outcome = Ok(());
        if let Some(put) = &self.put
            && !publication.was_sent("put", size).await?
        {
            match self.put(put, note, size).await {
                Ok(()) => publication.note_sent("put", size).await?,
                Err(detail) => outcome = Err(OutletError::Put(detail)),
            }
        }
        for to in &self.to {
            let place = format!("to-{to}");
            if publication.was_sent(&place, size).await? {
                continue;
            }
            let letter = self.letter(About::Checkpoint { size, note: note.to_owned() }, now);
            match self.notifier.send(to, &letter, now).await {
                Ok(()) => publication.note_sent(&place, size).await?,
                Err(source) => outcome = Err(OutletError::Recipient { to: to.clone(), source }),
            }
        }
        outcome
    }

    async fn put(&self, Put { url, token }: &Put, note: &str, size: u64) -> Result<(), String> {
        let request = self.client.put(format!("{url}/{size}")).body(note.to_owned());
        let request = match token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        };
        let answer = request.send().await.map_err(|error| chain(&error.without_url()))?;
        let status = answer.status();
        if status.is_success() { Ok(()) } else { Err(format!("HTTP {}", status.as_u16())) }
    }

    /// Tells every recipient once that checkpoints are not published; whom it does not reach is in the log.
    pub(super) async fn tell_unpublished(&self, now: Timestamp) {
        let letter = self.letter(About::Log(LogTrouble::Unpublished), now);
        for recipient in self.notifier.recipients() {
            if let Err(error) = self.notifier.send(&recipient.name, &letter, now).await {
                tracing::error!(recipient = %recipient.name, error = chain(&error), "nobody was told that checkpoints are not published");
            }
        }
    }

    fn letter(&self, about: About, now: Timestamp) -> Letter {
        let console = self.notifier.console().map(str::to_owned);
        // None of the outbox: its instant tells it from others.
        Letter { id: NoticeId(0), created_at: now, told_at: now, zone: TimeZone::UTC, console, about }
    }
}
