//! `[notify]` and `[[recipient]]`: the mail server, and who is told what by mail or by webhook.

mod form;
mod names;
mod resolve;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::credentials::Secret;
use crate::domain::lang::Lang;
use crate::domain::notice::RecipientName;

pub(super) use form::{NotifyFile, RecipientFile};
pub(super) use names::unknown;
pub(super) use resolve::{is_address, resolve};

/// Who is told, and how.
#[derive(Debug, Clone)]
pub struct NotifyConfig {
    /// The server that takes our mail; `None` where nobody is told by mail.
    pub smtp: Option<SmtpConfig>,
    /// How long one mail or one call may take.
    pub timeout: Duration,
    /// Where they reach the console, without a slash at its end; `None` by plain HTTP on this machine alone.
    pub console: Option<String>,
    /// The recipients that are enabled, in the order of the file.
    pub recipients: Vec<Recipient>,
}

/// The server that takes our mail.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
    /// Certificates, in PEM, of who may vouch for it besides those whom the system trusts.
    pub ca: Option<String>,
    /// With which name and password it lets us in; `None` where it asks for none.
    pub login: Option<(String, Secret)>,
    /// The address that our mail comes from.
    pub from: String,
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// After `STARTTLS`, which the server must offer (RFC 3207).
    Starttls,
    /// Not at all: for a relay on this machine or on a wire that is trusted.
    None,
}

/// Somebody who is told.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The name by which the calendar's escalation knows them.
    pub name: RecipientName,
    /// Where they are told.
    pub channel: Channel,
    /// In which languages, in this order.
    pub languages: Vec<Lang>,
    /// The working calendar by which they are on duty; the official one where `None`.
    pub calendar: Option<String>,
    /// Whether they are told at the start of each of their days what is owed.
    pub digest: bool,
}

/// Where a recipient is told.
#[derive(Debug, Clone)]
pub enum Channel {
    /// By mail to this address.
    Mail(String),
    /// By a signed `POST`.
    Webhook {
        /// Where to.
        url: Secret,
        /// The key of the signature.
        key: Secret,
    },
}
