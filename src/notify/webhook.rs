//! One signed `POST`, in the form of Standard Webhooks 1.0 (standardwebhooks.com), for which receivers have libraries.
//!
//! `webhook-id` names the notice over all attempts, `webhook-timestamp` says when this attempt set out, and
//! `webhook-signature` is the HMAC-SHA256 of `id.timestamp.body`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use sha2::Sha256;

use super::letter::Letter;
use super::{NotifyError, detail};
use crate::domain::credentials::Secret;
use crate::domain::lang::Lang;

/// What a key begins with, by the specification.
const KEY_PREFIX: &str = "whsec_";
/// The shortest key, in bytes, by the specification.
const KEY_MIN_BYTES: usize = 24;

/// The way to one address.
#[derive(Debug)]
pub(super) struct Webhook {
    client: reqwest::Client,
    url: Secret,
    key: Key,
}

/// The key of a signature.
struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Webhook {
    pub(super) fn new(url: &Secret, key: &Secret) -> Result<Self, String> {
        let client = client()?;
        if let Err(error) = reqwest::Url::parse(url.expose()) {
            return Err(format!("its webhook is no address: {error}"));
        }
        Ok(Self { client, url: url.clone(), key: Key::read(key)? })
    }

    pub(super) async fn send(
        &self,
        letter: &Letter,
        languages: &[Lang],
        now: Timestamp,
    ) -> Result<(), NotifyError> {
        let request = self.request(&letter.key(), letter.json(languages).to_string(), now);
        let at = "the webhook";
        let answer = request.send().await.map_err(|error| NotifyError::Unreachable {
            at,
            detail: detail(&error.without_url().to_string()),
        })?;
        let status = answer.status();
        let detail = format!("HTTP {}", status.as_u16());
        match status.as_u16() {
            200..=299 => Ok(()),
            // Too busy, too slow or ill: it may take it soon.
            408 | 429 | 500..=599 => Err(NotifyError::Unreachable { at, detail }),
            _ => Err(NotifyError::Refused { at, detail }),
        }
    }

    /// A signed request yet to be sent.
    pub(super) fn request(&self, id: &str, body: String, now: Timestamp) -> reqwest::RequestBuilder {
        let sent_at = now.as_second().to_string();
        self.client
            .post(self.url.expose())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &sent_at)
            .header("webhook-signature", self.key.sign(id, &sent_at, &body))
            .body(body)
    }
}

/// A client that asks once and goes nowhere else than it was sent.
pub(super) fn client() -> Result<reqwest::Client, String> {
    // The process may have installed one already, and any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("majlis/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|error| error.without_url().to_string())
}

impl Key {
    fn read(written: &Secret) -> Result<Self, String> {
        let bytes = written.expose().strip_prefix(KEY_PREFIX).and_then(|key| STANDARD.decode(key).ok());
        bytes.filter(|bytes| bytes.len() >= KEY_MIN_BYTES).map(Self).ok_or_else(|| {
            format!(
                "its signing key is none; allowed: {KEY_PREFIX} and the base64 of at least {KEY_MIN_BYTES} random bytes; \
                 make one by `echo {KEY_PREFIX}$(openssl rand -base64 32)`"
            )
        })
    }

    fn sign(&self, id: &str, sent_at: &str, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{sent_at}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Key, String> {
        Key::read(&Secret::new(text))
    }

    #[test]
    fn a_signature_is_the_one_of_the_specifications_example() {
        // Standard Webhooks 1.0, "Signature scheme", as its reference libraries test it.
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = "{\"test\": 2432232314}";
        assert_eq!(
            key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_key_that_is_short_or_of_another_form_is_refused_and_not_told() {
        for written in ["s3cr3t-s3cr3t-s3cr3t-s3cr3t", "whsec_c2hvcnQ=", "whsec_***"] {
            let why = key(written).unwrap_err();
            assert!(why.contains("openssl rand") && !why.contains("s3cr3t"), "{why}");
        }
    }
}
