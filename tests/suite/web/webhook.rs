//! What platforms deliver: who may set an address up, what is kept, and what leaves nothing behind.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use majlis::config::Webhook;
use majlis::domain::comment::{Platform, SourceId};
use majlis::domain::credentials::Secret;
use majlis::store::deliveries;
use majlis::store::jobs::{self, Lane};
use majlis::web::Delivering;
use serde_json::Value;
use sha2::Sha256;

use super::House;

const SECRET: &str = "the app's secret";
const TOKEN: &str = "our word";

async fn open() -> House {
    House::with(|web| {
        let webhook = |secret| Webhook { verify_token: Secret::new(TOKEN), app_secret: Secret::new(secret) };
        let delivering = |source: &str, platform, secret| Delivering {
            source: SourceId(source.into()),
            platform,
            webhook: webhook(secret),
        };
        web.delivering = vec![
            delivering("page", Platform::Facebook, SECRET),
            delivering("another-app", Platform::Facebook, "another secret"),
        ];
    })
    .await
}

impl House {
    async fn deliver(&self, path: &str, body: &[u8], signature: Option<String>) -> StatusCode {
        let request = Request::post(path);
        let request = match signature {
            Some(signature) => request.header("X-Hub-Signature-256", signature),
            None => request,
        };
        self.send(request.body(Body::from(body.to_vec())).unwrap()).await.status
    }

    async fn kept(&self) -> Option<Vec<u8>> {
        deliveries::body(&self.store, &SourceId("page".into()), 1).await.unwrap()
    }
}

fn sign(secret: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    Some(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
}

#[tokio::test]
async fn an_address_is_set_up_by_whoever_knows_our_word_and_by_nobody_else() {
    let house = open().await;
    let ask = |platform: &str, mode: &str, token: &str, challenge: &str| {
        format!("/webhooks/{platform}?hub.mode={mode}&hub.challenge={challenge}&hub.verify_token={token}")
    };
    let answer = house.get(&ask("facebook", "subscribe", "our%20word", "1158201444")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "1158201444"));
    assert!(answer.header("content-type").starts_with("text/plain"));
    for wrong in [
        ask("facebook", "subscribe", "our%20wor", "1"),
        ask("facebook", "unsubscribe", "our%20word", "1"),
        ask("facebook", "subscribe", "our%20word", "%3Cscript%3E"),
        ask("instagram", "subscribe", "our%20word", "1"),
        ask("x", "subscribe", "our%20word", "1"),
        ask("nowhere", "subscribe", "our%20word", "1"),
    ] {
        let answer = house.get(&wrong).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::FORBIDDEN, ""), "{wrong}");
    }
    assert_eq!(house.get("/webhooks/facebook").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_delivery_is_kept_as_it_came_for_the_source_whose_secret_signed_it() {
    let house = open().await;
    let body = br#"{"object": "page", "message": "\u0645\u062a\u0649\u061f" }"#;
    assert_eq!(house.deliver("/webhooks/facebook", body, sign(SECRET, body)).await, StatusCode::OK);
    assert_eq!(house.kept().await.as_deref(), Some(body.as_slice()), "byte for byte");
    assert_eq!(house.times_stirred(), 1);
    let due = |source: &str| {
        let (store, lane) = (house.store.clone(), Lane::Poll(SourceId(source.into())));
        async move { jobs::next_due(&store, &lane).await.unwrap() }
    };
    assert!(due("page").await.is_some());
    assert_eq!(due("another-app").await, None);
}

#[tokio::test]
async fn a_signature_is_of_the_bytes_and_not_of_what_they_say() {
    let house = open().await;
    let escaped = br#"{"message":"\u0645\u062a\u0649"}"#;
    let rewritten = serde_json::from_slice::<Value>(escaped).unwrap().to_string();
    assert_ne!(rewritten.as_bytes(), escaped);
    let signature = sign(SECRET, rewritten.as_bytes());
    assert_eq!(house.deliver("/webhooks/facebook", escaped, signature).await, StatusCode::FORBIDDEN);
    assert_eq!(house.deliver("/webhooks/facebook", escaped, sign(SECRET, escaped)).await, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_signed_rightly_leaves_nothing_behind() {
    let house = open().await;
    let body = br#"{"object":"page"}"#;
    let right = sign(SECRET, body).unwrap();
    for wrong in [
        None,
        Some(String::new()),
        Some(right.replace("sha256=", "")),
        Some(right.replace("sha256=", "sha1=")),
        Some(right[..right.len() - 2].to_owned()),
        sign("somebody's secret", body),
    ] {
        let answer = house.deliver("/webhooks/facebook", body, wrong.clone()).await;
        assert_eq!(answer, StatusCode::FORBIDDEN, "{wrong:?}");
    }
    assert_eq!(house.deliver("/webhooks/instagram", body, sign(SECRET, body)).await, StatusCode::FORBIDDEN);
    assert_eq!((house.kept().await, house.times_stirred()), (None, 0));
}

#[tokio::test]
async fn a_delivery_that_is_too_large_is_refused_before_it_is_read() {
    let house = open().await;
    let most = vec![b' '; 2 << 20];
    assert_eq!(house.deliver("/webhooks/facebook", &most, sign(SECRET, &most)).await, StatusCode::OK);
    let more = vec![b' '; (2 << 20) + 1];
    let answer = house.deliver("/webhooks/facebook", &more, sign(SECRET, &more)).await;
    assert_eq!(answer, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_delivery_that_cannot_be_kept_is_asked_for_again() {
    let house = open().await;
    house.store.stop_writing();
    let body = br#"{"object":"page"}"#;
    let answer = house.deliver("/webhooks/facebook", body, sign(SECRET, body)).await;
    assert_eq!(answer, StatusCode::SERVICE_UNAVAILABLE);
}
