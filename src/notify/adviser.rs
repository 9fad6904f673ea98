//! Who is asked for a second opinion: one request, one answer within its time and bounds, or the reason why there is none.
//!
//! What is asked and what counts as an answer is [`crate::domain::opinion`]'s to say; when it is asked again, `stage::opine`'s.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;

use super::webhook::{Webhook, client};
use super::{NotifierError, detail};
use crate::config::{OpinionForm, SecondOpinionConfig};
use crate::domain::credentials::Secret;
use crate::domain::opinion::{Opinion, Question};
use crate::domain::policy::Policy;

/// The largest answer that is read. An opinion takes a hundred bytes; a model may tell about itself around it.
const ANSWER_MAX_BYTES: usize = 256 << 10;

/// Why there is no opinion.
#[derive(Debug, thiserror::Error)]
pub enum NoOpinion {
    /// It did not answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The request or its answer was lost.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// It answered with this status.
    #[error("HTTP {0}")]
    Refused(u16),
    /// It answered more than is read.
    #[error("an answer of more than {} KiB", ANSWER_MAX_BYTES >> 10)]
    TooLarge,
    /// It answered something else.
    #[error("an answer that is no opinion")]
    Unreadable,
}

impl NoOpinion {
    /// The word for it in the log and the metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            NoOpinion::TimedOut(_) => "timed_out",
            NoOpinion::Unreachable(_) => "unreachable",
            NoOpinion::Refused(_) => "refused",
            NoOpinion::TooLarge => "too_large",
            NoOpinion::Unreadable => "unreadable",
        }
    }
}

/// The way to whoever is asked.
#[derive(Debug)]
pub struct Adviser {
    way: Way,
    host: String,
    timeout: Duration,
}

#[derive(Debug)]
enum Way {
    Hook(Webhook),
    Chat { client: reqwest::Client, url: String, model: String, token: Option<Secret> },
}

impl Adviser {
    /// The way to whom `config` names. Nothing is connected to yet.
    ///
    /// # Errors
    /// An address or a key that cannot be used.
    pub fn new(config: &SecondOpinionConfig) -> Result<Self, NotifierError> {
        let refused = |why| NotifierError { of: "second_opinion".to_owned(), why };
        let url = reqwest::Url::parse(config.url.expose())
            .map_err(|error| refused(format!("its url is no address: {error}")))?;
        let way = match &config.form {
            OpinionForm::Hook { key } => Way::Hook(Webhook::new(&config.url, key).map_err(refused)?),
            OpinionForm::Chat { model, token } => Way::Chat {
                client: client().map_err(refused)?,
                url: format!("{}/chat/completions", config.url.expose().trim_end_matches('/')),
                model: model.clone(),
                token: token.clone(),
            },
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        Ok(Self { way, host, timeout: config.timeout })
    }

    /// Who is asked, for the log: the host's name without port or path, which may be secret.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Asks once.
    ///
    /// # Errors
    /// There is no opinion, for whatever reason; it may be asked for again.
    #[tracing::instrument(skip_all, fields(comment.id = %question.comment))]
    pub async fn ask(
        &self,
        question: &Question<'_>,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Opinion, NoOpinion> {
        let (request, read): (_, Read) = match &self.way {
            Way::Hook(webhook) => {
                let id = format!("opinion-{}", question.key());
                (webhook.request(&id, question.json().to_string(), now), Opinion::read)
            }
            Way::Chat { client, url, model, token } => {
                let request = client.post(url).header(CONTENT_TYPE, "application/json");
                let request = request.body(question.chat(model, policy).to_string());
                let request = match token {
                    Some(token) => request.bearer_auth(token.expose()),
                    None => request,
                };
                (request, Opinion::read_chat)
            }
        };
        let answer = tokio::time::timeout(self.timeout, answer(request)).await;
        let answer = answer.unwrap_or(Err(NoOpinion::TimedOut(self.timeout)))?;
        read(&answer).ok_or(NoOpinion::Unreadable)
    }
}

/// Finds the opinion in an answer of one form.
type Read = fn(&[u8]) -> Option<Opinion>;

async fn answer(request: reqwest::RequestBuilder) -> Result<Vec<u8>, NoOpinion> {
    let lost = |error: reqwest::Error| NoOpinion::Unreachable(detail(&error.without_url().to_string()));
    let mut response = request.send().await.map_err(lost)?;
    if !response.status().is_success() {
        return Err(NoOpinion::Refused(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if bytes.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Err(NoOpinion::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
