//! YouTube: HTML, held comments, threads that carry some of their replies, a day's units.

use super::*;

const HERE: Platform = Platform::Youtube;
const THREADS: &str = "/commentThreads";
const COMMENTS: &str = "/comments";
const MODERATE: &str = "/comments/setModerationStatus";

async fn threads(theatre: &Theatre, query: &[(&str, &str)]) -> Reply {
    let channel = theatre.account(HERE).account_id;
    let all =
        [&[("part", "snippet,replies"), ("allThreadsRelatedToChannelId", channel.as_str())], query].concat();
    theatre.get(HERE, THREADS, &all).await
}

async fn moderate(theatre: &Theatre, ids: &str, status: &str) -> Reply {
    theatre.post(HERE, MODERATE, &[("id", ids), ("moderationStatus", status)]).await
}

async fn answer(theatre: &Theatre, parent: &str, text: &str) -> Reply {
    let body = json!({"snippet": {"parentId": parent, "textOriginal": text}});
    theatre.call(Method::POST, HERE, COMMENTS, &[("part", "snippet")], Some(body)).await
}

fn reason(reply: &Reply) -> (u16, &str) {
    (reply.status.as_u16(), reply.json["error"]["errors"][0]["reason"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn text_is_html_unless_plain_text_is_asked_for() {
    let theatre = Theatre::open().await;
    theatre.one(HERE, "it's 5 < 6\n& more");
    let text = |reply: &Reply| {
        reply.json["items"][0]["snippet"]["topLevelComment"]["snippet"]["textDisplay"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(text(&threads(&theatre, &[]).await), "it&#39;s 5 &lt; 6<br>&amp; more");
    assert_eq!(text(&threads(&theatre, &[("textFormat", "plainText")]).await), "it's 5 < 6\n& more");
}

#[tokio::test]
async fn held_comments_are_in_a_list_of_their_own() {
    let theatre = Theatre::open().await;
    let held = |text| CorpusComment { held: true, ..says(text) };
    let ids = theatre.publish(HERE, &[held("a"), says("b")]);
    assert_eq!(threads(&theatre, &[]).await.ids("items"), ids[1..]);
    let held = [("moderationStatus", "heldForReview")];
    assert_eq!(threads(&theatre, &held).await.ids("items"), ids[..1]);
    moderate(&theatre, &ids[0], "published").await;
    assert_eq!(threads(&theatre, &held).await.ids("items").len(), 0);
    assert_eq!(threads(&theatre, &[]).await.ids("items").len(), 2);
}

#[tokio::test]
async fn a_thread_carries_some_of_its_replies_and_tells_how_many_there_are() {
    let theatre = Theatre::open().await;
    let mut comments = vec![says("a")];
    comments.extend((0..7).map(|number| answers(0, &format!("r{number}"))));
    let ids = theatre.publish(HERE, &comments);
    let thread = &threads(&theatre, &[]).await.json["items"][0];
    assert_eq!(thread["snippet"]["totalReplyCount"], 7);
    assert_eq!(thread["replies"]["comments"].as_array().unwrap().len(), 5);
    let all = theatre.get(HERE, COMMENTS, &[("part", "snippet"), ("parentId", &ids[0])]).await;
    assert_eq!(all.ids("items"), ids[1..]);
}

#[tokio::test]
async fn an_old_thread_does_not_come_back_for_a_new_reply() {
    let theatre = Theatre::open().await;
    let old = theatre.one(HERE, "old");
    let new = theatre.one(HERE, "new");
    let body = json!({"platform": "youtube", "parent_id": old, "author": "هند", "text": "late"});
    theatre.control(Method::POST, "/comments", body).await;
    assert_eq!(threads(&theatre, &[]).await.ids("items"), [new, old]);
}

#[tokio::test]
async fn rejecting_takes_a_comment_and_its_replies_out_of_the_lists() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b")]);
    let rejected = moderate(&theatre, &ids[0], "rejected").await;
    assert_eq!((rejected.status, rejected.json), (StatusCode::NO_CONTENT, Value::Null));
    assert!(threads(&theatre, &[]).await.ids("items").is_empty());
    let replies = theatre.get(HERE, COMMENTS, &[("part", "snippet"), ("parentId", &ids[0])]).await;
    assert!(replies.ids("items").is_empty());
    assert_eq!(
        reason(&threads(&theatre, &[("moderationStatus", "rejected")]).await),
        (400, "invalidParameter")
    );

    let by_id = theatre.get(HERE, COMMENTS, &[("part", "snippet"), ("id", &ids[0])]).await;
    assert!(
        by_id.json["items"][0]["snippet"].get("moderationStatus").is_none(),
        "a look-up cannot confirm it"
    );
    moderate(&theatre, &ids[0], "published").await;
    assert_eq!(threads(&theatre, &[]).await.ids("items"), ids[..1]);
}

#[tokio::test]
async fn several_comments_are_moderated_all_or_none() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &many(2));
    let refused = moderate(&theatre, &format!("{},Ugnope", ids[0]), "rejected").await;
    assert_eq!((reason(&refused), theatre.hidden(&ids[0])), ((404, "commentNotFound"), false));
    moderate(&theatre, &ids.join(","), "rejected").await;
    assert!(theatre.hidden(&ids[0]) && theatre.hidden(&ids[1]));
}

#[tokio::test]
async fn banning_needs_rejecting() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let query = [("id", id.as_str()), ("moderationStatus", "heldForReview"), ("banAuthor", "true")];
    assert_eq!(reason(&theatre.post(HERE, MODERATE, &query).await), (400, "banWithoutReject"));
}

#[tokio::test]
async fn only_a_top_level_comment_can_be_answered() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b")]);
    assert_eq!(reason(&answer(&theatre, &ids[1], "شكراً").await), (400, "operationNotSupported"));
    assert_eq!(reason(&answer(&theatre, &ids[0], " ").await), (400, "commentTextRequired"));
    let written = answer(&theatre, &ids[0], "شكراً").await;
    assert!(written.json["id"].as_str().unwrap().starts_with(&format!("{}.", ids[0])));
    assert_eq!(written.json["snippet"]["textOriginal"], "شكراً");
    assert_eq!(theatre.written(), [("شكراً".to_owned(), Some(ids[0].clone()))]);
}

#[tokio::test]
async fn others_comments_cannot_be_deleted_only_rejected() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let ours = answer(&theatre, &id, "شكراً").await.json["id"].as_str().unwrap().to_owned();
    let delete = async |id: &str| theatre.call(Method::DELETE, HERE, COMMENTS, &[("id", id)], None).await;
    assert_eq!(reason(&delete(&id).await), (400, "processingFailure"));
    assert_eq!(delete(&ours).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_deleted_comment_read_by_its_id_is_an_empty_list() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    theatre.control(Method::DELETE, &format!("/comments/{id}"), Value::Null).await;
    let read = theatre.get(HERE, COMMENTS, &[("part", "snippet"), ("id", &id)]).await;
    assert_eq!((read.status, read.ids("items").len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn an_edit_shows_in_the_time_of_update() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    theatre.control(Method::PATCH, &format!("/comments/{id}"), json!({"text": "b"})).await;
    let read = theatre.get(HERE, COMMENTS, &[("part", "snippet"), ("id", &id)]).await;
    let snippet = &read.json["items"][0]["snippet"];
    assert_eq!(snippet["textDisplay"], "b");
    assert_eq!(
        (&snippet["publishedAt"], &snippet["updatedAt"]),
        (&json!("2026-11-24T03:30:00Z"), &json!("2026-11-24T03:31:00Z"))
    );
}

#[tokio::test]
async fn mistakes_of_a_client_have_reasons() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let part = ("part", "snippet");
    for (path, query, expected) in [
        (COMMENTS, vec![part], (400, "missingRequiredParameter")),
        (COMMENTS, vec![part, ("id", &id), ("parentId", &id)], (400, "incompatibleParameters")),
        (COMMENTS, vec![part, ("id", &id), ("maxResults", "20")], (400, "incompatibleParameters")),
        (COMMENTS, vec![("id", &id)], (400, "missingRequiredParameter")),
        (COMMENTS, vec![part, ("parentId", "Ugnope")], (404, "commentNotFound")),
        (THREADS, vec![part, ("videoId", "nope")], (404, "videoNotFound")),
        (THREADS, vec![part, ("id", &id), ("order", "time")], (400, "incompatibleParameters")),
        (THREADS, vec![part, ("id", &id), ("publishedAfter", "x")], (400, "unexpectedParameter")),
    ] {
        assert_eq!(reason(&theatre.get(HERE, path, &query).await), expected, "{path} {query:?}");
    }
    assert_eq!(reason(&threads(&theatre, &[("maxResults", "101")]).await), (400, "invalidParameter"));
    assert_eq!(reason(&threads(&theatre, &[("pageToken", "x")]).await), (400, "invalidPageToken"));
}

#[tokio::test]
async fn every_thread_is_found_once_by_its_pages() {
    let theatre = Theatre::open().await;
    let written = theatre.publish(HERE, &many(45));
    let (mut read, mut token) = (Vec::new(), String::new());
    loop {
        let page = match token.is_empty() {
            true => threads(&theatre, &[]).await,
            false => threads(&theatre, &[("pageToken", &token)]).await,
        };
        read.extend(page.ids("items"));
        match page.json["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    read.reverse();
    assert_eq!(read, written);
}

#[tokio::test]
async fn two_hundred_writes_are_a_day_and_it_ends_at_midnight_pacific_time() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    for _ in 0..200 {
        assert_eq!(moderate(&theatre, &id, "published").await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(reason(&threads(&theatre, &[]).await), (403, "quotaExceeded"));
    assert_eq!(theatre.sandbox.ledger().over_limit[&HERE], 1);
    theatre.clock.advance_to("2026-11-24T08:00:00Z".parse().unwrap());
    refresh(&theatre).await;
    assert_eq!(threads(&theatre, &[]).await.status, StatusCode::OK);
}

async fn refresh(theatre: &Theatre) -> Reply {
    let account = theatre.account(HERE);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", account.refresh_token.as_deref().unwrap()),
        ("client_id", &account.client_id),
        ("client_secret", &account.client_secret),
    ];
    theatre.form(&account.token_endpoint, None, &form).await
}

#[tokio::test]
async fn an_access_token_lasts_an_hour_and_its_refresh_token_stays() {
    let theatre = Theatre::open().await;
    theatre.pass(SignedDuration::from_secs(3_599));
    let expired = threads(&theatre, &[]).await;
    assert_eq!(
        (reason(&expired), expired.json["error"]["errors"][0]["location"].as_str()),
        ((401, "authError"), Some("Authorization"))
    );
    for _ in 0..2 {
        let fresh = refresh(&theatre).await.json;
        assert_eq!(fresh["expires_in"], 3_599);
        assert!(fresh.get("refresh_token").is_none(), "it does not rotate");
    }
    assert_eq!(threads(&theatre, &[]).await.status, StatusCode::OK);
    theatre.arm(HERE, "token", "revoke_token").await;
    let dead = refresh(&theatre).await;
    assert_eq!((dead.status.as_u16(), &dead.json["error"]), (400, &json!("invalid_grant")));
}
