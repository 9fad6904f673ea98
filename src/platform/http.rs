//! One HTTP request to a platform, and what its failure proves.
//!
//! Nothing is retried here and nobody waits here: the stages do both. A token goes out in a header or
//! a form wherever a platform takes it there, and never comes back in an error: addresses are taken
//! out of errors, secrets out of refusals.

use std::cell::RefCell;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::{PlatformError, json};
use crate::domain::credentials::Secret;

/// The largest answer that is read. A page of a hundred comments of the greatest known length,
/// Facebook's 8,000 characters, is 5 MB with every letter escaped.
const ANSWER_MAX_BYTES: usize = 8 << 20;
/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many of a platform's words are kept in an error.
const DETAIL_MAX_CHARS: usize = 200;

/// The headers in which platforms name a request, by which they find it again when they are asked about it: Meta's and X's, and
/// the one that most others use. Google's has none.
const NAMES_OF_REQUESTS: [&str; 4] = ["x-fb-request-id", "x-fb-trace-id", "x-transaction-id", "x-request-id"];
/// The longest such name that is kept.
const NAME_MAX_BYTES: usize = 128;

tokio::task_local! {
    /// What the platform calls the request that acted, in a call whose caller wants to know ([`named`]).
    static NAMED: RefCell<Option<String>>;
}

/// Makes a call, and tells beside its outcome what the platform calls the request of it that acts, where it says.
pub async fn named<T>(call: impl Future<Output = T>) -> (T, Option<String>) {
    let both = async { (call.await, NAMED.with(RefCell::take)) };
    NAMED.scope(RefCell::default(), both).await
}

/// What a request is for, because that decides what a lost answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Looking: a lost answer changes nothing.
    Read,
    /// Acting: a lost answer leaves open whether it was done.
    Write,
}

impl Purpose {
    /// The error for an answer that never came or makes no sense.
    pub(super) fn lost(self, detail: impl Into<String>) -> PlatformError {
        match self {
            Purpose::Read => PlatformError::Unreachable { detail: detail.into() },
            Purpose::Write => PlatformError::AnswerLost { detail: detail.into() },
        }
    }
}

/// A platform's answer: JSON, or nothing at all where it said no more than that it succeeded.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) json: Value,
}

impl Answer {
    /// The number in a header of digits.
    pub(super) fn number(&self, header: &str) -> Option<i64> {
        self.headers.get(header)?.to_str().ok()?.trim().parse().ok()
    }
}

/// The client of one source.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    answered_at: Arc<Mutex<Option<Timestamp>>>,
}

impl Http {
    /// A client whose every request takes at most `timeout`, its answer's last byte included.
    pub(super) fn new(timeout: Duration) -> Result<Self, PlatformError> {
        // The process may have installed one already, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("majlis/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(timeout.min(CONNECT_TIMEOUT))
            .timeout(timeout)
            .build()
            .map_err(|error| PlatformError::Unreachable { detail: causes(&error.without_url()) })?;
        Ok(Self { client, answered_at: Arc::default() })
    }

    /// When the last answer was given, by the clock of whoever gave it; `None` before the first.
    pub(super) fn answered_at(&self) -> Option<Timestamp> {
        *self.answered_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request yet to be sent.
    pub(super) fn request(&self, method: Method, url: String) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request once. A refusal in JSON is an answer too, free of `secrets`: what it means is
    /// the platform's own table to say.
    #[tracing::instrument(level = "debug", name = "platform_call", skip_all, err(level = "debug"))]
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        purpose: Purpose,
        secrets: &[&Secret],
        now: Timestamp,
    ) -> Result<Answer, PlatformError> {
        let response = request.send().await.map_err(|error| not_answered(error, purpose))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if purpose == Purpose::Write {
            // Nobody may have asked.
            let _ = NAMED.try_with(|named| named.replace(name_of(&headers)));
        }
        *self.answered_at.lock().unwrap_or_else(PoisonError::into_inner) = date_of(&headers);
        let bytes = body(response, purpose).await?;
        match json::decode(&bytes) {
            Some(mut json) => {
                if !status.is_success() || json.get("error").is_some() {
                    json::scrub(&mut json, secrets);
                }
                Ok(Answer { status, headers, json })
            }
            None if bytes.is_empty() && status.is_success() => {
                Ok(Answer { status, headers, json: Value::Null })
            }
            None if status == StatusCode::TOO_MANY_REQUESTS => Err(PlatformError::RateLimited {
                until: retry_after(&headers, now),
                detail: "HTTP 429".into(),
            }),
            None => Err(purpose.lost(format!("HTTP {} without JSON", status.as_u16()))),
        }
    }
}

/// `answer`, if it is a page of a list. One that holds none of the `signs` of a page is no empty page but an answer
/// that was lost on its way, and what was to stand on it would never be read.
pub(super) fn page(answer: Value, signs: &[&str]) -> Result<Value, PlatformError> {
    match signs.iter().any(|sign| answer.pointer(sign).is_some()) {
        true => Ok(answer),
        false => Err(Purpose::Read.lost("a success without the list that was asked for")),
    }
}

/// The platform's words, on one line and cut short, for an error's detail.
pub(super) fn detail(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(DETAIL_MAX_CHARS).collect()
}

/// When a `Retry-After` header allows the next call: it holds seconds or an HTTP date (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match said.parse::<i64>() {
        Ok(seconds) => now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok(),
        Err(_) => jiff::fmt::rfc2822::parse(said).ok().map(|at| at.timestamp()),
    }
}

/// When an answer was given, by its own word: the `Date` header, in whole seconds (RFC 9110, 6.6.1).
fn date_of(headers: &HeaderMap) -> Option<Timestamp> {
    let said = headers.get(DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(said).ok().map(|at| at.timestamp())
}

/// What the platform calls the request that it answers with these.
fn name_of(headers: &HeaderMap) -> Option<String> {
    let name = NAMES_OF_REQUESTS.iter().find_map(|header| headers.get(*header))?.to_str().ok()?;
    let plain = name.len() <= NAME_MAX_BYTES && name.bytes().all(|byte| byte.is_ascii_graphic());
    (plain && !name.is_empty()).then(|| name.to_owned())
}

async fn body(mut response: Response, purpose: Purpose) -> Result<Vec<u8>, PlatformError> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| purpose.lost(causes(&error.without_url())))?
    {
        if bytes.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Err(purpose.lost(format!("an answer of more than {} MiB", ANSWER_MAX_BYTES >> 20)));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A request that could not be made or connected did nothing; any other may have arrived.
fn not_answered(error: reqwest::Error, purpose: Purpose) -> PlatformError {
    let never_left = error.is_builder() || error.is_connect();
    let detail = causes(&error.without_url());
    if never_left { PlatformError::Unreachable { detail } } else { purpose.lost(detail) }
}

fn causes(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    detail(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(said: &str) -> HeaderMap {
        [(RETRY_AFTER, said.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn a_retry_after_is_read_in_both_its_forms() {
        let now: Timestamp = "2026-11-20T08:15:42Z".parse().unwrap();
        let expected: Timestamp = "2026-11-20T08:17:42Z".parse().unwrap();
        assert_eq!(retry_after(&header("120"), now), Some(expected));
        assert_eq!(retry_after(&header("Fri, 20 Nov 2026 08:17:42 GMT"), now), Some(expected));
        assert_eq!(retry_after(&header("soon"), now), None);
    }

    #[test]
    fn an_answer_says_when_it_was_given() {
        let said = |date: &str| date_of(&[(DATE, date.parse().unwrap())].into_iter().collect());
        assert_eq!(
            said("Fri, 20 Nov 2026 08:17:42 GMT"),
            Some("2026-11-20T08:17:42Z".parse::<Timestamp>().unwrap())
        );
        assert_eq!(said("now"), None);
    }

    #[tokio::test]
    async fn a_refused_connection_proves_that_nothing_was_done() {
        let http = Http::new(Duration::from_secs(5)).unwrap();
        // Port 9 of the loopback (discard) is closed on every machine that runs tests.
        let url = "http://127.0.0.1:9/x?access_token=EAAB".to_owned();
        let error = http
            .send(http.request(Method::POST, url), Purpose::Write, &[], Timestamp::UNIX_EPOCH)
            .await
            .unwrap_err();
        assert!(matches!(error, PlatformError::Unreachable { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("EAAB"));
    }

    #[tokio::test]
    async fn an_address_that_is_none_proves_it_too() {
        let http = Http::new(Duration::from_secs(5)).unwrap();
        let request = http.request(Method::POST, "graph/EAAB".into());
        let error = http.send(request, Purpose::Write, &[], Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(error, PlatformError::Unreachable { .. }), "{error}");
        assert!(!error.to_string().contains("EAAB"));
    }
}
