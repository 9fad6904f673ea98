//! `[second_opinion]`: who is asked about comments that await review; nobody where the table is left out.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use super::layers::Layers;
use super::notes::Notes;
use super::notify::is_address;
use super::secrets::Secrets;
use crate::domain::credentials::Secret;

/// The longest that one question may take, in seconds: two of them must be over within the shortest lease.
const TIMEOUT_MAX: u32 = 60;

/// In which form somebody is asked, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FormWord {
    Hook,
    Chat,
}

/// `[second_opinion]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SecondOpinionFile {
    /// In which form it is asked for; not at all where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<FormWord>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Which model of a chat endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The file that holds the key which a hook's questions are signed with, or the token of a chat endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// How long one question may take.
    #[serde(deserialize_with = "seconds")]
    pub timeout_seconds: u32,
}

impl Default for SecondOpinionFile {
    fn default() -> Self {
        Self { form: None, url: None, model: None, key_file: None, timeout_seconds: 20 }
    }
}

fn seconds<'de, D: Deserializer<'de>>(value: D) -> Result<u32, D::Error> {
    let found = i64::deserialize(value)?;
    u32::try_from(found).ok().filter(|seconds| (1..=TIMEOUT_MAX).contains(seconds)).ok_or_else(|| {
        serde::de::Error::custom(format!("found {found}; allowed: 1 to {TIMEOUT_MAX}; for example 20"))
    })
}

/// Who is asked for a second opinion.
#[derive(Debug, Clone)]
pub struct SecondOpinionConfig {
    /// In which form.
    pub form: OpinionForm,
    /// Where: a hook's address, or what stands before `/chat/completions`.
    pub url: Secret,
    /// How long one question may take, its answer included.
    pub timeout: Duration,
}

/// In which form somebody is asked.
#[derive(Debug, Clone)]
pub enum OpinionForm {
    /// By a `POST` that is signed as webhooks are.
    Hook {
        /// The key of the signature.
        key: Secret,
    },
    /// As a language model behind an OpenAI-compatible endpoint.
    Chat {
        /// Its name there.
        model: String,
        /// What lets us in; `None` where it asks for none.
        token: Option<Secret>,
    },
}

pub(super) fn resolve(
    file: &SecondOpinionFile,
    layers: &Layers,
    secrets: &Secrets,
    notes: &mut Notes,
) -> Option<SecondOpinionConfig> {
    const KEY: &str = "second_opinion.key_file";
    let before = notes.problems.len();
    let key = notes.secret("second_opinion", "key", file.key_file.as_deref(), KEY, layers, secrets);
    let unread = notes.problems.len() > before;
    let mut refuse = |key: &str, message: String| notes.problems.push(layers.problem(key, message));
    let Some(form) = file.form else {
        if file.url.is_some() || file.model.is_some() || file.key_file.is_some() {
            let message = "is needed to ask for a second opinion; add `form = \"hook\"` or `form = \"chat\"`";
            refuse("second_opinion.form", message.to_owned());
        }
        return None;
    };
    let example = match form {
        FormWord::Hook => "https://opinions.ministry.example/majlis",
        FormWord::Chat => "https://models.ministry.example/v1",
    };
    match &file.url {
        None => refuse(
            "second_opinion.url",
            format!("is needed to ask; add it, for example `url = \"{example}\"`"),
        ),
        Some(url) if !is_address(url) => {
            refuse("second_opinion.url", format!("allowed: an https address; for example \"{example}\""));
        }
        Some(_) => {}
    }
    let form = match (form, &file.model, key) {
        (FormWord::Hook, None, Some(key)) => Some(OpinionForm::Hook { key }),
        (FormWord::Chat, Some(model), token) if !model.is_empty() => {
            Some(OpinionForm::Chat { model: model.clone(), token })
        }
        (FormWord::Hook, Some(_), _) => {
            refuse(
                "second_opinion.model",
                "a hook has no model; remove the line, or ask by `form = \"chat\"`".to_owned(),
            );
            None
        }
        (FormWord::Chat, ..) => {
            let message = "is needed: which model answers; add it, for example `model = \"judge-8b\"`";
            refuse("second_opinion.model", message.to_owned());
            None
        }
        (FormWord::Hook, None, None) => {
            if !unread {
                let how = secrets.how_to_give("second_opinion", "key");
                refuse(KEY, format!("no key was found to sign with; {how}"));
            }
            None
        }
    };
    let url = Secret::new(file.url.as_deref().filter(|_| notes.problems.len() == before)?);
    Some(SecondOpinionConfig { form: form?, url, timeout: Duration::from_secs(file.timeout_seconds.into()) })
}
