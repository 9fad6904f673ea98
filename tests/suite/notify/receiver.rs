//! A receiver of webhooks: it verifies each signature as Standard Webhooks has it, and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::KEY;

/// A call that arrived, its signature verified.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) sent_at: String,
    pub(crate) body: Value,
}

#[derive(Debug)]
struct Seen {
    answer: StatusCode,
    calls: Vec<Call>,
}

/// A running receiver.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Receiver {
    pub(crate) async fn open() -> Self {
        let seen = Arc::new(Mutex::new(Seen { answer: StatusCode::NO_CONTENT, calls: Vec::new() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/majlis", self.address)
    }

    pub(crate) fn answers(&self, status: u16) {
        self.seen.lock().unwrap().answer = StatusCode::from_u16(status).unwrap();
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.seen.lock().unwrap().calls.clone()
    }
}

async fn receive(State(seen): State<Arc<Mutex<Seen>>>, headers: HeaderMap, body: String) -> StatusCode {
    if !is_signed(&headers, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let (id, sent_at) = (header(&headers, "webhook-id"), header(&headers, "webhook-timestamp"));
    let mut seen = seen.lock().unwrap();
    seen.calls.push(Call { id, sent_at, body: serde_json::from_str(&body).unwrap() });
    seen.answer
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers[name].to_str().unwrap().to_owned()
}

/// Whether a body was signed with [`KEY`].
pub(crate) fn is_signed(headers: &HeaderMap, body: &str) -> bool {
    let (id, sent_at) = (header(headers, "webhook-id"), header(headers, "webhook-timestamp"));
    let key = STANDARD.decode(KEY.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{sent_at}.{body}").as_bytes());
    let signed = STANDARD.decode(header(headers, "webhook-signature").trim_start_matches("v1,")).unwrap();
    mac.verify_slice(&signed).is_ok()
}
