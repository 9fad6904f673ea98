//! Acts of programs that are sent twice: by their key they are done once.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use axum::http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use majlis::domain::staff::Role;
use serde_json::json;

use super::document::{must_describe, must_take};
use super::{Answer, House, QUESTION, reports, sample, token};

const REPLY: &str = r#"{"text": "On Sunday."}"#;

async fn send(house: &House, path: &str, role: Role, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(format!("/api/v1{path}"))
        .header(AUTHORIZATION, format!("Bearer {}", token(role)))
        .header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        must_take(house, &Method::POST, path, name).await;
        request = request.header(*name, *value);
    }
    let answer = house.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    must_describe(house, &Method::POST, path, &answer).await;
    answer
}

async fn actions(house: &House) -> usize {
    majlis::store::comments::story(&house.store, QUESTION).await.unwrap().unwrap().actions.len()
}

#[tokio::test]
async fn an_act_that_is_sent_again_with_its_key_is_answered_as_the_first_time_and_done_once() {
    let house = House::open().await;
    let key = ("idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
    let tag = house.call(Method::GET, "/comments/1", Role::Staff, None).await.header("etag").to_owned();
    // The condition held the first time; by now the act itself has moved it.
    let headers = [key, (IF_MATCH.as_str(), &*tag)];
    let first = send(&house, "/comments/1/reply", Role::Staff, &headers, REPLY).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.body);
    let log = house.log().await;
    for _ in 0..2 {
        let again = send(&house, "/comments/1/reply", Role::Staff, &headers, REPLY).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
    }
    // The same key without its quotes, as many programs send it, and after a restart.
    let plain = ("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    let again = send(&house, "/comments/1/reply", Role::Staff, &[plain, headers[1]], REPLY).await;
    assert_eq!((again.status, again.body), (first.status, first.body));
    assert_eq!((actions(&house).await, house.log().await), (1, log));

    let note = r#"{"text": "Asked the team."}"#;
    for _ in 0..2 {
        let answer = send(&house, "/comments/1/note", Role::Staff, &[("idempotency-key", "n")], note).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(majlis::store::notes::of(&house.store, QUESTION).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_call_with_the_same_key_is_refused_and_somebody_elses_key_is_their_own() {
    let house = House::open().await;
    let key = [("idempotency-key", "k1")];
    let note = r#"{"text": "Asked the team."}"#;
    assert_eq!(
        send(&house, "/comments/1/note", Role::Staff, &key, note).await.status,
        StatusCode::NO_CONTENT
    );
    let conditional = [key[0], ("if-match", "*")];
    for (path, headers, body) in [
        ("/comments/1/note", &key[..], r#"{"text": "Asked another."}"#),
        ("/comments/2/note", &key[..], note),
        ("/comments/1/note", &conditional[..], note),
    ] {
        let answer = send(&house, path, Role::Staff, headers, body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(answer.json()["type"], "urn:majlis:problem:key-used");
    }
    assert_eq!(
        send(&house, "/comments/1/note", Role::Approver, &key, note).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        send(&house, "/comments/1/note", Role::Auditor, &key, note).await.status,
        StatusCode::FORBIDDEN
    );
    house.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(
        send(&house, "/comments/2/note", Role::Staff, &key, note).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn what_was_refused_is_tried_anew_and_a_key_that_is_none_is_told() {
    let house = House::open().await;
    let key = [("idempotency-key", "k1")];
    let refused = send(&house, "/comments/1/reply", Role::Staff, &key, r#"{"text": " "}"#).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        send(&house, "/comments/1/reply", Role::Staff, &key, REPLY).await.status,
        StatusCode::ACCEPTED
    );
    for none in ["", "\"\"", "two words", &"x".repeat(256)] {
        let answer =
            send(&house, "/comments/1/reply", Role::Staff, &[("idempotency-key", none)], REPLY).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{none:?}");
        assert_eq!(answer.json()["type"], "urn:majlis:problem:unfit-key");
    }
    assert_eq!(actions(&house).await, 1);
}

#[tokio::test]
async fn an_act_on_many_and_its_undoing_are_done_once_under_their_keys() {
    let house = House::open().await;
    let key = [("idempotency-key", "many")];
    let body = r#"{"what": "kind:praise", "comments": [{"comment": 1}, {"comment": 2}]}"#;
    let first = send(&house, "/bulk", Role::Staff, &key, body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let log = house.log().await;
    let again = send(&house, "/bulk", Role::Staff, &key, body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(house.log().await, log);

    let undo = format!("/bulk/{}/undo", first.json()["id"]);
    let (key, body) = ([("idempotency-key", "undo")], r#"{"reason": "Not praise."}"#);
    let undone = send(&house, &undo, Role::Staff, &key, body).await;
    assert_eq!(undone.status, StatusCode::CREATED, "{}", undone.body);
    let again = send(&house, &undo, Role::Staff, &key, body).await;
    assert_eq!((again.status, again.body), (undone.status, undone.body));
}

#[tokio::test]
async fn an_erasure_is_done_once_under_its_key() {
    let house = House::open().await;
    let (key, body) = ([("idempotency-key", "erase")], r#"{"reason": "The author asked for it."}"#);
    for _ in 0..2 {
        let answer = send(&house, "/comments/1/erase", Role::Approver, &key, body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    }
    let keyless = send(&house, "/comments/1/erase", Role::Approver, &[], body).await;
    assert_eq!(keyless.status, StatusCode::CONFLICT, "{}", keyless.body);
}

#[tokio::test]
async fn a_reply_is_proposed_approved_and_given_back_once_under_keys() {
    let house = House::open().await;
    let twice = async |act: &str, role, key: &str, body: &str| {
        let (path, key) = (format!("/comments/1/{act}"), [("idempotency-key", key)]);
        let first = send(&house, &path, role, &key, body).await;
        assert!(first.status.is_success(), "{act}: {}", first.body);
        let again = send(&house, &path, role, &key, body).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body), "{act}");
        first
    };
    let proposed = twice("propose", Role::Staff, "1", REPLY).await.json()["action"].clone();
    let body = json!({"action": proposed, "text": "On Sunday, at nine."}).to_string();
    twice("approve-reply", Role::Approver, "2", &body).await;
    let other = twice("propose", Role::Staff, "3", r#"{"text": "Never."}"#).await.json()["action"].clone();
    let body = json!({"action": other, "reason": "Too curt."}).to_string();
    twice("return-reply", Role::Approver, "4", &body).await;
    assert_eq!(actions(&house).await, 2);
}

#[tokio::test]
async fn a_note_about_a_topic_is_kept_once_under_its_key() {
    let house = House::with(|web| web.topics = Arc::new(reports::topics())).await;
    let (path, key, body) =
        ("/reports/2026-11/topics/fees", [("idempotency-key", "fees")], r#"{"text": "The fee is waived."}"#);
    for _ in 0..2 {
        let kept = send(&house, path, Role::Staff, &key, body).await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.body);
    }
    let noted = house.log().await.into_iter().filter(|entry| entry.contains("topic.noted"));
    assert_eq!(noted.count(), 1);
    let other = send(&house, path, Role::Staff, &key, r#"{"text": "It is not."}"#).await;
    assert_eq!(other.json()["type"], "urn:majlis:problem:key-used");
}

#[tokio::test]
async fn a_question_of_the_sample_is_answered_once_under_its_key() {
    let house = sample::sampled().await;
    let (key, body) = ([("idempotency-key", "item-1")], r#"{"clause": null}"#);
    let first = send(&house, "/sample/1", Role::Staff, &key, body).await;
    assert_eq!((first.status, &first.json()["answer"]), (StatusCode::OK, &"false_hide".into()));
    let again = send(&house, "/sample/1", Role::Staff, &key, body).await;
    assert_eq!((again.status, again.body), (first.status, first.body));
    let other = send(&house, "/sample/2", Role::Staff, &key, body).await;
    assert_eq!(other.json()["type"], "urn:majlis:problem:key-used");
    let keyless = send(&house, "/sample/1", Role::Staff, &[], body).await;
    assert_eq!(keyless.status, StatusCode::CONFLICT);
}
