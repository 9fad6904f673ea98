//! Notices to staff outside the console: by mail and by signed webhook; and the question for a second opinion ([`adviser`]).
//!
//! [`letter`] puts a notice in words, [`mail`] and [`webhook`] carry it. Each call sends once: when it is tried again, and
//! when no longer, is the outbox's to say (`stage::notify`). A notice keeps its id over all attempts, so that a receiver
//! can drop what arrives twice. None holds a comment's text or author: who may read those signs in to the console.

mod adviser;
mod letter;
mod mail;
mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::{Channel, NotifyConfig, Recipient};
use crate::domain::notice::RecipientName;

use self::mail::Mailer;
use self::webhook::Webhook;

pub use self::adviser::{Adviser, NoOpinion};
pub use self::letter::{About, Day, Item, Letter, LogTrouble};

/// Why a notice was not delivered, as far as we know.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// It never got there, or its answer was lost: it may be tried again soon.
    #[error("could not reach {at}: {detail}")]
    Unreachable {
        /// Mail server or webhook.
        at: &'static str,
        /// What happened, without addresses and secrets.
        detail: String,
    },
    /// It got there and was refused; a person must mend something.
    #[error("{at} refused it: {detail}")]
    Refused {
        /// Mail server or webhook.
        at: &'static str,
        /// What it said.
        detail: String,
    },
    /// Nobody of this name is configured.
    #[error("no recipient is named `{0}`; add a [[recipient]] to majlis.toml")]
    Unknown(RecipientName),
}

/// Why the way to a recipient, or to whoever gives second opinions, cannot be built from its configuration.
#[derive(Debug, thiserror::Error)]
#[error("{of}: {why}")]
pub struct NotifierError {
    of: String,
    why: String,
}

/// Everyone who is told, and the means to tell them; nobody by default.
#[derive(Debug, Default)]
pub struct Notifier {
    told: BTreeMap<RecipientName, (Recipient, Carrier)>,
    timeout: Duration,
    console: Option<String>,
}

#[derive(Debug)]
enum Carrier {
    Mail(Mailer),
    Webhook(Webhook),
}

impl Notifier {
    /// The means to tell everyone in `config`. Nothing is connected to yet.
    ///
    /// # Errors
    /// An address or a key that cannot be used.
    pub fn new(config: &NotifyConfig) -> Result<Self, NotifierError> {
        let mut told = BTreeMap::new();
        for recipient in &config.recipients {
            let carrier = match (&recipient.channel, &config.smtp) {
                (Channel::Mail(to), Some(smtp)) => Mailer::new(smtp, to).map(Carrier::Mail),
                (Channel::Mail(_), None) => Err("no mail server is configured".to_owned()),
                (Channel::Webhook { url, key }, _) => Webhook::new(url, key).map(Carrier::Webhook),
            };
            let carrier =
                carrier.map_err(|why| NotifierError { of: format!("recipient {}", recipient.name), why })?;
            told.insert(recipient.name.clone(), (recipient.clone(), carrier));
        }
        Ok(Self { told, timeout: config.timeout, console: config.console.clone() })
    }

    /// Everyone who is told.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.told.values().map(|(recipient, _)| recipient)
    }

    /// Where they reach the console; `None` where that is by no address of its own.
    pub fn console(&self) -> Option<&str> {
        self.console.as_deref()
    }

    /// Who has this name.
    pub fn recipient(&self, name: &RecipientName) -> Option<&Recipient> {
        self.told.get(name).map(|(recipient, _)| recipient)
    }

    /// Sends `letter` once.
    ///
    /// # Errors
    /// It was not delivered, or nobody can say whether it was.
    #[tracing::instrument(skip_all, fields(recipient = %to))]
    pub async fn send(&self, to: &RecipientName, letter: &Letter, now: Timestamp) -> Result<(), NotifyError> {
        let (recipient, carrier) = self.told.get(to).ok_or_else(|| NotifyError::Unknown(to.clone()))?;
        let languages = &recipient.languages;
        let (at, sent) = match carrier {
            Carrier::Mail(mailer) => (
                "the mail server",
                tokio::time::timeout(self.timeout, mailer.send(letter, languages, now)).await,
            ),
            Carrier::Webhook(webhook) => (
                "the webhook",
                tokio::time::timeout(self.timeout, webhook.send(letter, languages, now)).await,
            ),
        };
        let seconds = self.timeout.as_secs();
        sent.unwrap_or_else(|_| {
            Err(NotifyError::Unreachable { at, detail: format!("no answer within {seconds} s") })
        })
    }
}

/// What a stranger said, on one line and cut short, for an error's detail.
fn detail(words: &str) -> String {
    const DETAIL_MAX_CHARS: usize = 200;
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(DETAIL_MAX_CHARS).collect()
}
