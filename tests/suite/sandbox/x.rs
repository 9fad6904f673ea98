//! X: two vocabularies, windows of days and minutes, tokens that die by use.

use super::*;

const HERE: Platform = Platform::X;
const SEARCH: &str = "/tweets/search/recent";

fn mentions(theatre: &Theatre) -> String {
    format!("/users/{}/mentions", theatre.account(HERE).account_id)
}

async fn search(theatre: &Theatre, query: &str) -> Reply {
    theatre.get(HERE, SEARCH, &[("query", query)]).await
}

async fn post(theatre: &Theatre, body: Value) -> Reply {
    theatre.call(Method::POST, HERE, "/tweets", &[], Some(body)).await
}

fn answering(id: &str, text: &str) -> Value {
    json!({"text": text, "reply": {"in_reply_to_tweet_id": id}})
}

async fn hide(theatre: &Theatre, id: &str, hidden: bool) -> Reply {
    let path = format!("/tweets/{id}/hidden");
    theatre.call(Method::PUT, HERE, &path, &[], Some(json!({"hidden": hidden}))).await
}

#[tokio::test]
async fn nothing_new_is_an_answer_without_data() {
    let theatre = Theatre::open().await;
    let empty = theatre.get(HERE, &mentions(&theatre), &[]).await;
    assert_eq!(empty.json, json!({"meta": {"result_count": 0}}));
}

#[tokio::test]
async fn a_reply_to_our_post_names_us_and_an_answer_to_it_does_not() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("متى؟"), answers(0, "نفس السؤال")]);
    let named = theatre.get(HERE, &mentions(&theatre), &[]).await;
    assert_eq!(named.ids("data"), ids[..1]);
    assert_eq!(named.json["data"][0]["text"], "@moe_sandbox متى؟");
    assert_eq!(search(&theatre, "to:moe_sandbox -is:retweet").await.ids("data"), ids[..1]);

    let asked = [("post.fields", "conversation_id")];
    let root = theatre.get(HERE, &format!("/tweets/{}", ids[1]), &asked).await;
    let conversation = root.json["data"]["conversation_id"].as_str().unwrap();
    let found = search(&theatre, &format!("conversation_id:{conversation} is:reply")).await;
    assert_eq!(found.ids("data"), [ids[1].as_str(), &ids[0]]);
    let both =
        search(&theatre, &format!("(to:moe_sandbox OR conversation_id:{conversation}) -from:moe_sandbox"))
            .await;
    assert_eq!(both.ids("data"), [ids[1].as_str(), &ids[0]]);
}

#[tokio::test]
async fn search_finds_a_post_half_a_minute_later_than_the_mentions_do() {
    let theatre = Theatre::open().await;
    let body = json!({"platform": "x", "author": "Sara", "text": "hello"});
    theatre.control(Method::POST, "/comments", body).await;
    assert_eq!(theatre.get(HERE, &mentions(&theatre), &[]).await.ids("data").len(), 1);
    theatre.pass(SignedDuration::from_secs(29));
    assert_eq!(search(&theatre, "to:moe_sandbox").await.ids("data").len(), 0);
    theatre.pass(SignedDuration::from_secs(1));
    assert_eq!(search(&theatre, "to:moe_sandbox").await.ids("data").len(), 1);
}

#[tokio::test]
async fn a_since_id_older_than_seven_days_is_refused_by_search_and_not_by_mentions() {
    let theatre = Theatre::open().await;
    let old = theatre.one(HERE, "old");
    let query = [("query", "to:moe_sandbox"), ("since_id", old.as_str())];
    assert_eq!(theatre.get(HERE, SEARCH, &query).await.status, StatusCode::OK);
    theatre.pass(SignedDuration::from_hours(7 * 24));
    refresh(&theatre, &theatre.account(HERE).refresh_token.unwrap()).await;
    let stale = theatre.get(HERE, SEARCH, &query).await;
    assert_eq!(stale.status, StatusCode::BAD_REQUEST);
    assert!(stale.json["type"].as_str().unwrap().ends_with("/invalid-request"));
    assert_eq!(search(&theatre, "to:moe_sandbox").await.ids("data").len(), 0, "and the post is out of reach");
    let named = theatre.get(HERE, &mentions(&theatre), &[("since_id", &old)]).await;
    assert_eq!(named.ids("data"), [old], "mentions include the post itself");
}

#[tokio::test]
async fn search_takes_ids_or_times_not_both() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let query = [("query", "to:moe_sandbox"), ("since_id", &id), ("start_time", "2026-11-24T00:00:00Z")];
    let refused = theatre.get(HERE, SEARCH, &query).await;
    assert!(refused.json["errors"][0]["message"].as_str().unwrap().starts_with("Invalid use of 'since_id'"));
}

#[tokio::test]
async fn each_vocabulary_is_answered_in_itself() {
    let theatre = Theatre::open().await;
    theatre.one(HERE, "a");
    let old = [
        ("tweet.fields", "author_id,public_metrics,referenced_tweets"),
        ("expansions", "referenced_tweets.id"),
    ];
    let old = theatre.get(HERE, &mentions(&theatre), &old).await.json;
    assert!(old["data"][0]["edit_history_tweet_ids"].is_array() && old["data"][0]["author_id"].is_string());
    assert!(old["data"][0]["public_metrics"]["retweet_count"].is_number());
    assert_eq!(old["includes"]["tweets"][0]["id"], old["data"][0]["referenced_tweets"][0]["id"]);

    let new = [
        ("post.fields", "public_metrics"),
        ("expansions", "author_id,referenced_posts,edit_history_post_ids"),
    ];
    let new = theatre.get(HERE, &mentions(&theatre), &new).await.json;
    assert!(new["data"][0]["edit_history_post_ids"].is_array());
    assert!(new["data"][0]["public_metrics"]["repost_count"].is_number());
    assert_eq!(new["includes"]["users"][0]["id"], new["data"][0]["author_id"]);
    assert_eq!(new["includes"]["posts"][0]["id"], new["data"][0]["referenced_posts"][0]["id"]);

    for query in [("post.fields", "author_id"), ("post.fields", "note_tweet"), ("tweet.fields", "note_post")]
    {
        let refused = theatre.get(HERE, &mentions(&theatre), &[query]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query:?}");
    }
}

#[tokio::test]
async fn mistakes_of_a_client_are_400() {
    let theatre = Theatre::open().await;
    for (path, query) in [
        (mentions(&theatre), ("max_results", "4")),
        (mentions(&theatre), ("max_results", "101")),
        (mentions(&theatre), ("pagination_token", "x")),
        (mentions(&theatre), ("page", "2")),
        (mentions(&theatre), ("since_id", "12a")),
        (SEARCH.to_owned(), ("query", "is:reply")),
        (SEARCH.to_owned(), ("max_results", "10")),
        ("/tweets".to_owned(), ("ids", "")),
    ] {
        assert_eq!(
            theatre.get(HERE, &path, &[query]).await.status,
            StatusCode::BAD_REQUEST,
            "{path} {query:?}"
        );
    }
}

#[tokio::test]
async fn eight_hundred_mentions_can_be_reached() {
    let theatre = Theatre::open().await;
    let written = theatre.publish(HERE, &many(805));
    let (mut read, mut token) = (Vec::new(), None);
    loop {
        let mut query = vec![("max_results", "100")];
        query.extend(token.as_deref().map(|token| ("pagination_token", token)));
        let page = theatre.get(HERE, &mentions(&theatre), &query).await;
        read.extend(page.ids("data"));
        token = page.json["meta"]["next_token"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    read.reverse();
    assert_eq!(read, written[5..]);
}

#[tokio::test]
async fn what_is_missing_stands_in_errors_beside_what_is_found() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let found = theatre.get(HERE, "/tweets", &[("ids", &format!("{id},17"))]).await;
    assert_eq!((found.status, found.ids("data")), (StatusCode::OK, vec![id]));
    assert_eq!(found.json["errors"][0]["resource_id"], "17");
    let single = theatre.get(HERE, "/tweets/17", &[]).await;
    assert_eq!((single.status, single.json.get("data")), (StatusCode::OK, None));
}

#[tokio::test]
async fn only_replies_in_our_conversations_can_be_hidden() {
    let theatre = Theatre::open().await;
    let outside = CorpusComment { mention: true, ..says("elsewhere") };
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b"), outside]);
    for id in &ids[..2] {
        assert_eq!(hide(&theatre, id, true).await.json, json!({"data": {"hidden": true}}));
        assert!(theatre.hidden(id));
    }
    assert_eq!(hide(&theatre, &ids[2], true).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hide(&theatre, "17", true).await.status, StatusCode::NOT_FOUND);
    let shown = theatre.get(HERE, &format!("/tweets/{}", ids[0]), &[]).await;
    assert_eq!(
        shown.json["data"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "text"],
        "nothing tells"
    );
}

#[tokio::test]
async fn fifty_hides_are_a_quarter_of_an_hour() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    for left in (0..50).rev() {
        let hidden = hide(&theatre, &id, true).await;
        assert_eq!(hidden.header("x-rate-limit-remaining"), left.to_string());
    }
    let full = hide(&theatre, &id, true).await;
    assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS);
    let resets = full.header("x-rate-limit-reset").parse::<i64>().unwrap();
    assert_eq!(resets, theatre.clock.now().as_second() + 900);
    theatre.pass(SignedDuration::from_mins(15));
    assert_eq!(hide(&theatre, &id, true).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_reply_needs_a_summons() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b")]);
    assert_eq!(post(&theatre, answering(&ids[1], "أهلاً")).await.status, StatusCode::FORBIDDEN);
    let written = post(&theatre, answering(&ids[0], "أهلاً")).await;
    assert_eq!(written.status, StatusCode::CREATED);
    assert_eq!(theatre.written(), [("أهلاً".to_owned(), Some(ids[0].clone()))]);
    let again = post(&theatre, answering(&ids[0], "أهلاً")).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(again.json["detail"].as_str().unwrap().contains("duplicate"));
}

#[tokio::test]
async fn a_reply_has_280_weighted_characters_and_a_closed_body() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    assert_eq!(post(&theatre, answering(&id, &"ا".repeat(281))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&theatre, answering(&id, &"日".repeat(141))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&theatre, answering(&id, &"ا".repeat(280))).await.status, StatusCode::CREATED);
    let mut open = answering(&id, "b");
    open["in_reply_to_tweet_id"] = json!(id);
    assert_eq!(post(&theatre, open).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_our_own_posts_can_be_deleted() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let ours = post(&theatre, answering(&id, "أهلاً")).await.json["data"]["id"].as_str().unwrap().to_owned();
    let delete =
        async |id: &str| theatre.call(Method::DELETE, HERE, &format!("/tweets/{id}"), &[], None).await;
    assert_eq!(delete(&id).await.status, StatusCode::FORBIDDEN);
    assert_eq!(delete(&ours).await.json, json!({"data": {"deleted": true}}));
}

#[tokio::test]
async fn an_apps_own_token_reads_and_does_nothing_else() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let app = theatre.account(HERE).other_token.unwrap();
    let as_app = async |method: Method, path: &str, body: Option<Value>| {
        theatre.call_as(&app, method, HERE, path, &[], body).await.unwrap()
    };
    assert_eq!(as_app(Method::GET, &mentions(&theatre), None).await.status, StatusCode::OK);
    let hidden = as_app(Method::PUT, &format!("/tweets/{id}/hidden"), Some(json!({"hidden": true}))).await;
    assert_eq!(hidden.status, StatusCode::FORBIDDEN);
    assert!(hidden.json["type"].as_str().unwrap().ends_with("/unsupported-authentication"));
    assert!(!theatre.hidden(&id));
}

async fn refresh(theatre: &Theatre, token: &str) -> Reply {
    let account = theatre.account(HERE);
    let basic = Some((account.client_id.as_str(), account.client_secret.as_str()));
    theatre
        .form(&account.token_endpoint, basic, &[("grant_type", "refresh_token"), ("refresh_token", token)])
        .await
}

#[tokio::test]
async fn a_refresh_token_used_twice_takes_the_whole_family_with_it() {
    let theatre = Theatre::open().await;
    theatre.pass(SignedDuration::from_hours(2));
    let me = async || theatre.get(HERE, "/users/me", &[]).await.status;
    assert_eq!(me().await, StatusCode::UNAUTHORIZED, "two hours are over");
    let first = theatre.account(HERE).refresh_token.unwrap();
    let pair = refresh(&theatre, &first).await.json;
    assert_eq!(pair["expires_in"], 7_200);
    assert_eq!(me().await, StatusCode::OK);
    let reused = refresh(&theatre, &first).await;
    assert_eq!((reused.status, &reused.json["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_request")));
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    let newest = pair["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&theatre, newest).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_confidential_client_must_show_its_credentials() {
    let theatre = Theatre::open().await;
    let account = theatre.account(HERE);
    let token = account.refresh_token.unwrap();
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", &account.client_id)];
    let refused = theatre.form(&account.token_endpoint, None, &form).await;
    assert_eq!(
        (refused.status, &refused.json["error"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthorized_client"))
    );
    assert_eq!(refresh(&theatre, &token).await.status, StatusCode::OK, "the token was not used up");
}
