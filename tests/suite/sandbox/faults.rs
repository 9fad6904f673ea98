//! What can be made to go wrong goes wrong as its table says, on every platform.

use super::*;

/// Each platform's list of comments, with every field that a fault may spoil.
async fn list(theatre: &Theatre, platform: Platform, size: Option<&str>) -> reqwest::Result<Reply> {
    let account = theatre.account(platform);
    let (path, limit, mut query) = match platform {
        Platform::Facebook | Platform::Instagram => {
            let posts = if platform == Platform::Facebook { "published_posts" } else { "media" };
            // Not through a fault that waits for a call of another kind.
            let post = theatre
                .get(platform, &format!("/{}/{posts}", account.account_id), &[])
                .await
                .ids("data")
                .remove(0);
            let fields = match platform {
                Platform::Facebook => "id,message,from,created_time",
                _ => "id,text,from,username,timestamp",
            };
            (format!("/{post}/comments"), "limit", vec![("fields", fields)])
        }
        Platform::X => {
            let fields = vec![("post.fields", "created_at"), ("expansions", "author_id")];
            (format!("/users/{}/mentions", account.account_id), "max_results", fields)
        }
        Platform::Youtube => (
            "/commentThreads".to_owned(),
            "maxResults",
            vec![
                ("part", "snippet"),
                ("textFormat", "plainText"),
                ("allThreadsRelatedToChannelId", &account.account_id),
            ],
        ),
    };
    query.extend(size.map(|size| (limit, size)));
    theatre.call_as(&account.access_token, Method::GET, platform, &path, &query, None).await
}

/// The comment inside the first item of a list.
fn first(platform: Platform, reply: &Reply) -> &Value {
    match platform {
        Platform::Youtube => &reply.json["items"][0]["snippet"]["topLevelComment"]["snippet"],
        _ => &reply.json["data"][0],
    }
}

fn items(platform: Platform) -> &'static str {
    if platform == Platform::Youtube { "items" } else { "data" }
}

/// The names of an item's words, its time and its author.
fn names(platform: Platform) -> (&'static str, &'static str, &'static str) {
    match platform {
        Platform::Facebook => ("message", "created_time", "from"),
        Platform::Instagram => ("text", "timestamp", "username"),
        Platform::X => ("text", "created_at", "author_id"),
        Platform::Youtube => ("textDisplay", "publishedAt", "authorDisplayName"),
    }
}

/// What next leads on, wherever the platform keeps it.
fn next(platform: Platform, reply: &Reply) -> Option<String> {
    let next = match platform {
        Platform::Facebook | Platform::Instagram => &reply.json["paging"]["next"],
        Platform::X => &reply.json["meta"]["next_token"],
        Platform::Youtube => &reply.json["nextPageToken"],
    };
    next.as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_call_that_fails_says_so_in_its_platforms_words() {
    let theatre = Theatre::open().await;
    for platform in Platform::ALL {
        let mut said = Vec::new();
        for fault in ["status_500", "status_503", "throttle", "quota", "forbidden", "expire_token"] {
            theatre.arm(platform, "list", fault).await;
            let reply = list(&theatre, platform, None).await.unwrap();
            let word = match platform {
                Platform::Facebook | Platform::Instagram => reply.json["error"]["code"].to_string(),
                Platform::X => reply.json["title"].as_str().unwrap().to_owned(),
                Platform::Youtube => reply.json["error"]["errors"][0]["reason"].as_str().unwrap().to_owned(),
            };
            said.push(format!("{} {word}", reply.status.as_u16()));
        }
        let expected = match platform {
            Platform::Facebook => ["500 1", "503 2", "400 4", "400 80001", "400 10", "400 190"],
            Platform::Instagram => ["500 1", "503 2", "400 4", "400 80002", "400 10", "400 190"],
            Platform::X => [
                "500 Internal Server Error",
                "503 Service Unavailable",
                "429 Too Many Requests",
                "429 UsageCapExceeded",
                "403 Forbidden",
                "401 Unauthorized",
            ],
            Platform::Youtube => [
                "500 backendError",
                "503 backendError",
                "403 rateLimitExceeded",
                "403 quotaExceeded",
                "403 insufficientPermissions",
                "401 authError",
            ],
        };
        assert_eq!(said, expected, "{platform}");
        assert_eq!(
            theatre.sandbox.ledger().over_limit.get(&platform),
            None,
            "an armed limit is not the client's doing"
        );
    }
}

#[tokio::test]
async fn a_line_can_break_or_stay_silent() {
    let theatre = Theatre::open().await;
    for platform in Platform::ALL {
        for fault in ["drop", "reset", "answer_lost"] {
            theatre.arm(platform, "list", fault).await;
            let error = list(&theatre, platform, None).await.unwrap_err();
            assert!(error.is_request() && !error.is_timeout(), "{platform} {fault}: {error:?}");
        }
        theatre.arm(platform, "list", "html").await;
        let html = list(&theatre, platform, None).await.unwrap();
        assert!(html.status.is_success() && html.header("content-type").starts_with("text/html"));
        theatre.arm(platform, "list", "malformed_json").await;
        let broken = list(&theatre, platform, None).await.unwrap();
        assert_eq!((broken.status, broken.json), (StatusCode::OK, Value::Null));
        assert_ne!(
            list(&theatre, platform, None).await.unwrap().json,
            Value::Null,
            "and then it is whole again"
        );
    }
    theatre.arm(Platform::X, "account", "hang").await;
    let me = format!("{}/users/me", theatre.account(Platform::X).api_base);
    let silent = theatre.http.get(me).timeout(Duration::from_millis(100)).send().await.unwrap_err();
    assert!(silent.is_timeout());
}

#[tokio::test]
async fn an_answer_can_be_slow_or_endless_and_still_be_right() {
    let theatre = Theatre::open().await;
    for fault in ["slow_drip", "huge"] {
        theatre.arm(Platform::X, "account", fault).await;
        let me = theatre.get(Platform::X, "/users/me", &[]).await;
        assert_eq!(me.json["data"]["username"], "moe_sandbox", "{fault}");
    }
}

#[tokio::test]
async fn the_newest_item_of_a_page_can_arrive_broken() {
    let theatre = Theatre::open().await;
    for platform in Platform::ALL {
        theatre.one(platform, "سؤال");
        let (text, time, author) = names(platform);
        let whole = list(&theatre, platform, None).await.unwrap();
        let words = first(platform, &whole)[text].as_str().unwrap().to_owned();
        for fault in [
            "no_author",
            "no_text",
            "wrong_types",
            "unknown_field",
            "nul",
            "overlong",
            "duplicate_id",
            "future_time",
        ] {
            theatre.arm(platform, "list", fault).await;
            let page = list(&theatre, platform, None).await.unwrap();
            let item = first(platform, &page);
            let spoiled = match fault {
                "no_author" => item.get(author).is_none(),
                "no_text" => item.get(text).is_none(),
                "wrong_types" => item[text].is_number(),
                "unknown_field" => item["sandbox_undocumented"].is_object(),
                "nul" => item[text] == json!(format!("{words}\0")),
                "overlong" => item[text].as_str().unwrap().chars().count() == 100_000,
                "duplicate_id" => page.ids(items(platform)).len() == 2,
                _ => item[time].as_str().unwrap().starts_with("2026-11-25T"),
            };
            assert!(spoiled, "{platform} {fault}: {item}");
        }
        theatre.arm(platform, "list", "invalid_utf8").await;
        assert_eq!(list(&theatre, platform, None).await.unwrap().json, Value::Null, "{platform}");
        assert_eq!(
            list(&theatre, platform, None).await.unwrap().json,
            whole.json,
            "{platform}: nothing stays broken"
        );
    }
}

#[tokio::test]
async fn a_broken_item_waits_for_a_page_that_has_one() {
    let theatre = Theatre::open().await;
    theatre.arm(Platform::X, "list", "no_text").await;
    list(&theatre, Platform::X, None).await.unwrap();
    theatre.one(Platform::X, "a");
    let page = list(&theatre, Platform::X, None).await.unwrap();
    assert!(first(Platform::X, &page).get("text").is_none());
}

#[tokio::test]
async fn pages_can_turn_in_a_circle_stop_short_or_hide_their_end() {
    let theatre = Theatre::open().await;
    for platform in Platform::ALL {
        theatre.publish(platform, &many(4 * 24));
        let size = Some("20");
        let whole = list(&theatre, platform, size).await.unwrap();
        assert_eq!(
            (whole.ids(items(platform)).len(), next(platform, &whole).is_some()),
            (20, true),
            "{platform}"
        );

        theatre.arm(platform, "list", "short_page").await;
        let short = list(&theatre, platform, size).await.unwrap();
        assert_eq!(
            (short.ids(items(platform)).len(), next(platform, &short).is_some()),
            (7, true),
            "{platform}"
        );

        theatre.arm(platform, "list", "missing_paging").await;
        let cut = list(&theatre, platform, size).await.unwrap();
        assert_eq!((cut.ids(items(platform)).len(), next(platform, &cut)), (20, None), "{platform}");
    }
    theatre.arm(Platform::Facebook, "list", "repeat_cursor").await;
    let first = list(&theatre, Platform::Facebook, Some("20")).await.unwrap();
    let again = theatre.follow(&next(Platform::Facebook, &first).unwrap()).await;
    assert_eq!(again.ids("data"), first.ids("data"));
}

#[tokio::test]
async fn a_reply_whose_answer_is_lost_was_written() {
    let theatre = Theatre::open().await;
    for fault in ["answer_lost", "fail_after_write", "malformed_json"] {
        for platform in Platform::ALL {
            let before = theatre.written().len();
            let id = theatre.one(platform, "سؤال");
            theatre.arm(platform, "reply", fault).await;
            let outcome = reply(&theatre, platform, &id).await;
            let clean = outcome.is_ok_and(|reply| reply.status.is_success() && reply.json != Value::Null);
            assert!(!clean, "{platform} {fault}");
            assert_eq!(theatre.written().len(), before + 1, "{platform} {fault}");
        }
    }
}

#[tokio::test]
async fn a_reply_that_was_not_taken_was_not_written() {
    let theatre = Theatre::open().await;
    for fault in ["status_500", "drop", "reset", "html", "throttle", "quota", "forbidden"] {
        for platform in Platform::ALL {
            let id = theatre.one(platform, "سؤال");
            theatre.arm(platform, "reply", fault).await;
            let _ = reply(&theatre, platform, &id).await;
            assert!(theatre.written().is_empty(), "{platform} {fault}");
        }
    }
}

async fn reply(theatre: &Theatre, platform: Platform, id: &str) -> reqwest::Result<Reply> {
    let text = "شكراً لتواصلك";
    let (path, query, body) = match platform {
        Platform::Facebook => (format!("/{id}/comments"), vec![("message", text)], None),
        Platform::Instagram => (format!("/{id}/replies"), vec![("message", text)], None),
        Platform::X => {
            let body = json!({"text": text, "reply": {"in_reply_to_tweet_id": id}});
            ("/tweets".to_owned(), Vec::new(), Some(body))
        }
        Platform::Youtube => {
            let body = json!({"snippet": {"parentId": id, "textOriginal": text}});
            ("/comments".to_owned(), vec![("part", "snippet")], Some(body))
        }
    };
    let token = theatre.account(platform).access_token;
    theatre.call_as(&token, Method::POST, platform, &path, &query, body).await
}

#[tokio::test]
async fn a_fault_lasts_for_its_times_and_can_be_taken_back() {
    let theatre = Theatre::open().await;
    let arm = async |times: u32| {
        let body = json!({"platform": "any", "call": "any", "fault": "status_503", "times": times});
        theatre.control(Method::POST, "/faults", body).await
    };
    let me = async || theatre.get(Platform::X, "/users/me", &[]).await.status.as_u16();
    arm(2).await;
    assert_eq!([me().await, me().await, me().await], [503, 503, 200]);
    arm(9).await;
    assert_eq!(me().await, 503);
    arm(0).await;
    assert_eq!(me().await, 200);
    arm(9).await;
    theatre.control(Method::DELETE, "/faults", Value::Null).await;
    assert_eq!(me().await, 200);
}
