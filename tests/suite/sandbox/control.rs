//! The strings behind the scene, the corpus and the ledger.

use std::collections::HashSet;

use majlis::sandbox::corpus;

use super::*;

#[tokio::test]
async fn a_comment_appears_at_its_time_and_not_before() {
    let theatre = Theatre::open().await;
    let later = CorpusComment { after_minutes: Some(30), ..says("later") };
    let id =
        theatre.sandbox.publish(&[CorpusComment { platform: Some(Platform::Instagram), ..later }]).remove(0);
    let path = format!("/{}", id.platform_comment_id);
    theatre.pass(SignedDuration::from_mins(29));
    assert_eq!(theatre.get(Platform::Instagram, &path, &[]).await.status, StatusCode::BAD_REQUEST);
    theatre.pass(SignedDuration::from_mins(1));
    assert_eq!(theatre.get(Platform::Instagram, &path, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_comment_without_a_platform_is_dealt_and_an_answer_follows_what_it_answers() {
    let theatre = Theatre::open().await;
    let mut comments = many(4);
    comments.push(answers(2, "نفس السؤال"));
    let dealt = theatre.sandbox.publish(&comments);
    let platforms: Vec<Platform> = dealt.iter().map(|published| published.platform).collect();
    assert_eq!(
        platforms,
        [Platform::Facebook, Platform::Instagram, Platform::X, Platform::Youtube, Platform::X]
    );
    let ledger = theatre.sandbox.ledger();
    assert_eq!(ledger.comments[4].parent_id.as_ref(), Some(&dealt[2].platform_comment_id));
    assert!(ledger.comments[4].created_at > ledger.comments[2].created_at);
}

#[tokio::test]
async fn the_built_in_corpus_is_played_whole() {
    let theatre = Theatre::open().await;
    let comments = corpus();
    let published = theatre.sandbox.publish(&comments);
    let ids: HashSet<_> =
        published.iter().map(|one| (one.platform, one.platform_comment_id.as_str())).collect();
    assert_eq!(ids.len(), comments.len());
    assert!(comments.len() >= 200 && comments.iter().any(|comment| comment.held));
}

#[tokio::test]
async fn a_person_can_write_edit_and_delete_as_the_public() {
    let theatre = Theatre::open().await;
    let body = json!({"platform": "facebook", "source": "facebook", "author": "هند", "text": "a"});
    let written = theatre.control(Method::POST, "/comments", body).await;
    assert_eq!(written.status, StatusCode::CREATED);
    let id = written.json["id"].as_str().unwrap().to_owned();
    let path = format!("/comments/{id}");
    theatre.control(Method::PATCH, &path, json!({"text": "b"})).await;
    let state = theatre.control(Method::GET, "/state", Value::Null).await.json;
    let comment = &state["comments"][0];
    assert_eq!(
        (&comment["id"], &comment["text"], &comment["author"]),
        (&json!(id), &json!("b"), &json!("هند"))
    );
    theatre.control(Method::DELETE, &path, Value::Null).await;
    assert!(theatre.sandbox.ledger().comments[0].deleted);
    let gone = theatre.control(Method::DELETE, &path, Value::Null).await;
    assert_eq!(gone.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_bad_request_says_what_is_allowed() {
    let theatre = Theatre::open().await;
    let fault = |platform, call, fault| json!({"platform": platform, "call": call, "fault": fault});
    for (path, body, allowed) in [
        ("/faults", fault("facebok", "list", "hang"), "facebook, instagram, x, youtube"),
        ("/faults", fault("x", "lists", "hang"), "list, post, lookup, hide, reply"),
        ("/faults", fault("x", "list", "hangs"), "status_500, status_503, hang, drop"),
        (
            "/comments",
            json!({"platform": "x", "author": "a", "text": "b", "when": 1}),
            "expected one of `platform`",
        ),
        (
            "/comments",
            json!({"platform": "x", "source": "y", "author": "a", "text": "b"}),
            "the source of x is `x`",
        ),
        (
            "/comments",
            json!({"platform": "x", "parent_id": "9", "author": "a", "text": "b"}),
            "GET /control/state",
        ),
    ] {
        let refused = theatre.control(Method::POST, path, body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let error = refused.json["error"].as_str().unwrap();
        assert!(error.contains(allowed), "{error}");
    }
}

#[tokio::test]
async fn the_ledger_counts_calls_by_their_kind() {
    let theatre = Theatre::open().await;
    let id = theatre.one(Platform::X, "a");
    theatre.get(Platform::X, &format!("/tweets/{id}"), &[]).await;
    theatre.get(Platform::X, "/users/me", &[]).await;
    theatre.get(Platform::X, "/users/me", &[]).await;
    let calls = &theatre.sandbox.ledger().calls[&Platform::X];
    assert_eq!(
        calls.iter().map(|(kind, count)| (*kind, *count)).collect::<Vec<_>>(),
        [("account", 2), ("lookup", 1)]
    );
}

#[tokio::test]
async fn signing_in_again_brings_new_tokens() {
    let theatre = Theatre::open().await;
    theatre.arm(Platform::Facebook, "any", "revoke_token").await;
    let me = async || theatre.get(Platform::Facebook, "/me", &[]).await;
    assert_eq!(me().await.json["error"]["code"], 190);
    assert_eq!(me().await.json["error"]["error_subcode"], 460, "and so it stays");
    theatre.control(Method::POST, "/tokens", json!({"platform": "facebook"})).await;
    assert_eq!(me().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_dropped_sandbox_serves_no_more() {
    let theatre = Theatre::open().await;
    let url = format!("{}/control/state", theatre.sandbox.base_url());
    let Theatre { sandbox, http, .. } = theatre;
    assert!(http.get(&url).send().await.is_ok());
    drop(sandbox);
    // The listener closes as soon as its task is next polled.
    let mut still = 0;
    while http.get(&url).send().await.is_ok() {
        still += 1;
        assert!(still < 1_000, "it goes on serving");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ten_thousand_comments_are_each_read_once() {
    let theatre = Theatre::open().await;
    let written: HashSet<String> = theatre.publish(Platform::Facebook, &many(10_000)).into_iter().collect();
    let page = theatre.account(Platform::Facebook).account_id;
    let posts = theatre.get(Platform::Facebook, &format!("/{page}/published_posts"), &[]).await.ids("data");
    let mut read = Vec::new();
    for post in posts {
        let query = [("filter", "stream"), ("order", "reverse_chronological"), ("limit", "100")];
        let mut page = theatre.get(Platform::Facebook, &format!("/{post}/comments"), &query).await;
        read.extend(page.ids("data"));
        while let Some(next) = page.json["paging"]["next"].as_str() {
            page = theatre.follow(next).await;
            read.extend(page.ids("data"));
        }
    }
    assert_eq!(read.len(), 10_000);
    assert_eq!(read.into_iter().collect::<HashSet<_>>(), written);
}
