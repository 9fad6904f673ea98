//! The two sections as they are written.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::super::file::some;
use super::SmtpTls;
use crate::domain::lang::Lang;
use crate::domain::notice::RecipientName;

/// `[notify]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct NotifyFile {
    /// The mail server's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_host: Option<String>,
    /// Its port; the usual one of `smtp_tls` where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_port: Option<u16>,
    /// How the connection is encrypted.
    pub smtp_tls: SmtpTls,
    /// The file with the certificates of who may vouch for the server besides those whom the system trusts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_ca_file: Option<PathBuf>,
    /// The name that the server knows us by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_user: Option<String>,
    /// The file that holds the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_password_file: Option<PathBuf>,
    /// The address that our mail comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How long one mail or one call may take.
    pub timeout_seconds: NonZeroU32,
}

impl Default for NotifyFile {
    fn default() -> Self {
        Self {
            smtp_host: None,
            smtp_port: None,
            smtp_tls: SmtpTls::Starttls,
            smtp_ca_file: None,
            smtp_user: None,
            smtp_password_file: None,
            from: None,
            timeout_seconds: some(20),
        }
    }
}

/// `[[recipient]]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RecipientFile {
    /// The name by which the calendar's escalation knows them.
    pub name: RecipientName,
    /// Whether they are told; one who is not needs no secret.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// Their address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Where a signed `POST` goes, instead of mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// The file that holds the key of the webhook's signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_key_file: Option<PathBuf>,
    /// In which languages they are told.
    #[serde(default)]
    pub language: Languages,
    /// The working calendar by which they are on duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Whether they are told at the start of each day what is owed.
    #[serde(default)]
    pub digest: bool,
}

fn enabled() -> bool {
    true
}

/// In which languages somebody is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in super::super) enum Languages {
    /// In Arabic, then in English.
    #[default]
    Both,
    /// In Arabic.
    Ar,
    /// In English.
    En,
}

impl Languages {
    pub(super) fn list(self) -> Vec<Lang> {
        match self {
            Languages::Both => vec![Lang::Ar, Lang::En],
            Languages::Ar => vec![Lang::Ar],
            Languages::En => vec![Lang::En],
        }
    }
}
