//! Facebook: levels, orders, errors that tell too little, tokens of two kinds.

use super::*;

const HERE: Platform = Platform::Facebook;

/// The newest post, under which the first comment of a publication stands.
async fn newest_post(theatre: &Theatre) -> String {
    let page = theatre.account(HERE).account_id;
    theatre.get(HERE, &format!("/{page}/published_posts"), &[]).await.ids("data").remove(0)
}

#[tokio::test]
async fn answers_to_comments_come_with_the_stream_filter_alone() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b"), answers(1, "c")]);
    let edge = format!("/{}/comments", newest_post(&theatre).await);
    assert_eq!(theatre.get(HERE, &edge, &[]).await.ids("data"), ids[..1]);
    let query = [("filter", "stream"), ("order", "reverse_chronological"), ("fields", "id,parent")];
    let stream = theatre.get(HERE, &edge, &query).await;
    assert_eq!(stream.ids("data"), [ids[2].as_str(), &ids[1], &ids[0]]);
    // The third answered the second and landed beside it.
    assert_eq!(stream.json["data"][0]["parent"]["id"], json!(ids[0]));
}

#[tokio::test]
async fn the_list_ends_where_paging_has_no_next() {
    let theatre = Theatre::open().await;
    let mut written = theatre.publish(HERE, &many(4 * 60));
    let edge = format!("/{}/comments", newest_post(&theatre).await);
    let mut page = theatre.get(HERE, &edge, &[("fields", "id")]).await;
    assert_eq!(page.ids("data").len(), 25, "the usual size of a page");
    let mut read = page.ids("data");
    while let Some(next) = page.json["paging"]["next"].as_str() {
        page = theatre.follow(next).await;
        read.extend(page.ids("data"));
    }
    written = written.into_iter().step_by(4).collect();
    assert_eq!(read, written);
    assert_eq!(theatre.get(HERE, &edge, &[("limit", "101")]).await.json["error"]["code"], 100);
}

#[tokio::test]
async fn since_goes_by_the_writing_of_a_comment_and_includes_its_instant() {
    let theatre = Theatre::open().await;
    theatre.one(HERE, "earlier");
    let since = theatre.clock.now().as_second().to_string();
    let later = theatre.one(HERE, "later");
    let edge = format!("/{}/comments", newest_post(&theatre).await);
    for order in ["chronological", "reverse_chronological"] {
        let listed = theatre.get(HERE, &edge, &[("since", &since), ("order", order)]).await;
        assert_eq!(listed.ids("data"), [later.as_str()], "{order}");
    }
}

#[tokio::test]
async fn a_hidden_comment_stays_in_the_list_and_says_so() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let hidden = theatre.post(HERE, &format!("/{id}"), &[("is_hidden", "true")]).await;
    assert_eq!(hidden.json, json!({"success": true}));
    let edge = format!("/{}/comments", newest_post(&theatre).await);
    let listed = theatre.get(HERE, &edge, &[("fields", "is_hidden")]).await;
    assert_eq!(listed.json["data"], json!([{"id": id, "is_hidden": true}]));
    theatre.post(HERE, &format!("/{id}"), &[("is_hidden", "false")]).await;
    assert!(!theatre.hidden(&id));
}

#[tokio::test]
async fn our_own_comment_cannot_be_hidden() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let reply = theatre.post(HERE, &format!("/{id}/comments"), &[("message", "شكراً")]).await;
    let ours = reply.json["id"].as_str().unwrap();
    let asked = theatre.get(HERE, &format!("/{ours}"), &[("fields", "can_hide")]).await;
    assert_eq!(asked.json["can_hide"], json!(false));
    let refused = theatre.post(HERE, &format!("/{ours}"), &[("is_hidden", "true")]).await;
    assert_eq!(refused.json["error"]["code"], 100);
    assert!(refused.json["error"].get("error_subcode").is_none(), "it is not gone");
}

#[tokio::test]
async fn a_reply_sent_twice_is_public_twice() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    for _ in 0..2 {
        theatre.post(HERE, &format!("/{id}/comments"), &[("message", "شكراً")]).await;
    }
    assert_eq!(theatre.written(), vec![("شكراً".to_owned(), Some(id)); 2]);
}

#[tokio::test]
async fn a_deleted_comment_and_one_that_never_was_get_the_same_error() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    assert_eq!(
        theatre.call(Method::DELETE, HERE, &format!("/{id}"), &[], None).await.json,
        json!({"success": true})
    );
    for id in [id.as_str(), "100_200"] {
        let error = theatre.get(HERE, &format!("/{id}"), &[]).await;
        assert_eq!(error.status, StatusCode::BAD_REQUEST);
        assert_eq!(
            (&error.json["error"]["code"], &error.json["error"]["error_subcode"]),
            (&json!(100), &json!(33))
        );
    }
}

#[tokio::test]
async fn a_comments_id_without_its_posts_is_error_12() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let bare = id.split('_').next_back().unwrap();
    assert_eq!(theatre.get(HERE, &format!("/{bare}"), &[]).await.json["error"]["code"], 12);
}

#[tokio::test]
async fn times_have_an_offset_that_rfc_3339_does_not_know() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let comment = theatre.get(HERE, &format!("/{id}"), &[("fields", "created_time")]).await;
    assert_eq!(comment.json["created_time"], "2026-11-24T03:30:00+0000");
}

#[tokio::test]
async fn only_known_fields_can_be_asked_for_and_only_they_come() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let usual = theatre.get(HERE, &format!("/{id}"), &[]).await;
    let names: Vec<&String> = usual.json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["created_time", "from", "id", "message"]);
    let refused = theatre.get(HERE, &format!("/{id}"), &[("fields", "id,updated_time")]).await;
    assert_eq!(refused.json["error"]["code"], 100);
}

#[tokio::test]
async fn the_users_token_finds_the_pages_token_and_sees_no_comments() {
    let theatre = Theatre::open().await;
    theatre.one(HERE, "a");
    let account = theatre.account(HERE);
    let user = account.other_token.unwrap();
    let get = async |path: &str| theatre.call_as(&user, Method::GET, HERE, path, &[], None).await.unwrap();
    assert_eq!(get("/me/accounts").await.json["data"][0]["access_token"], json!(account.access_token));
    let post = newest_post(&theatre).await;
    assert_eq!(get(&format!("/{post}/comments")).await.json["data"], json!([]));
}

#[tokio::test]
async fn a_proof_of_the_apps_secret_must_be_of_this_token() {
    use hmac::{Hmac, KeyInit, Mac};
    let theatre = Theatre::open().await;
    let account = theatre.account(HERE);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(account.app_secret.unwrap().as_bytes()).unwrap();
    mac.update(account.access_token.as_bytes());
    let proof = hex::encode(mac.finalize().into_bytes());
    assert_eq!(theatre.get(HERE, "/me", &[("appsecret_proof", &proof)]).await.status, StatusCode::OK);
    let wrong = theatre.get(HERE, "/me", &[("appsecret_proof", "00")]).await;
    assert_eq!(wrong.json["error"]["type"], "GraphMethodException");
}

#[tokio::test]
async fn a_bad_token_is_code_190_and_a_missing_one_104() {
    let theatre = Theatre::open().await;
    for (token, code) in [("nonsense", 190), ("", 104)] {
        let error = theatre.call_as(token, Method::GET, HERE, "/me", &[], None).await.unwrap();
        assert_eq!(error.json["error"]["code"], code, "{token}");
    }
}

#[tokio::test]
async fn two_versions_are_served_and_every_answer_tells_its_usage() {
    let theatre = Theatre::open().await;
    let token = theatre.account(HERE).access_token;
    let base = theatre.sandbox.base_url();
    for (version, status) in [("v26.0", 200), ("v25.0", 200), ("v3.1", 400)] {
        let url = format!("{base}/facebook/{version}/me?access_token={token}");
        assert_eq!(theatre.follow(&url).await.status.as_u16(), status, "{version}");
    }
    let me = theatre.get(HERE, "/me", &[]).await;
    let usage: Value = serde_json::from_str(me.header("x-business-use-case-usage")).unwrap();
    let page = theatre.account(HERE).account_id;
    assert_eq!(usage[&page][0]["estimated_time_to_regain_access"], 0);
    assert!(me.header("x-app-usage").contains("call_count"));
}

#[tokio::test]
async fn a_comment_moves_its_posts_updated_time() {
    let theatre = Theatre::open().await;
    let page = theatre.account(HERE).account_id;
    let edge = format!("/{page}/published_posts");
    let posts = async || theatre.get(HERE, &edge, &[("fields", "updated_time,created_time")]).await.json;
    let before = posts().await;
    assert_eq!(before["data"][0]["updated_time"], before["data"][0]["created_time"]);
    theatre.one(HERE, "a");
    assert_eq!(posts().await["data"][0]["updated_time"], "2026-11-24T03:30:00+0000");
}
