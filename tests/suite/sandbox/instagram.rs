//! Instagram: replies inside, hidden comments, writes that fail after they took place.

use super::*;

const HERE: Platform = Platform::Instagram;

async fn newest_media(theatre: &Theatre) -> String {
    theatre.get(HERE, "/me/media", &[]).await.ids("data").remove(0)
}

#[tokio::test]
async fn replies_come_by_expansion_and_are_paged_inside() {
    let theatre = Theatre::open().await;
    let mut comments = vec![says("a")];
    comments.extend((0..30).map(|number| answers(0, &format!("r{number}"))));
    let ids = theatre.publish(HERE, &comments);
    let edge = format!("/{}/comments", newest_media(&theatre).await);
    let plain = theatre.get(HERE, &edge, &[]).await;
    assert_eq!(plain.ids("data"), ids[..1], "replies are not in the list");
    assert!(plain.json["data"][0].get("replies").is_none());

    let expanded = theatre.get(HERE, &edge, &[("fields", "id,replies{id,parent_id}")]).await;
    let inside = &expanded.json["data"][0]["replies"];
    assert_eq!(inside["data"].as_array().unwrap().len(), 25);
    assert_eq!(inside["data"][0]["parent_id"], json!(ids[0]));
    let rest = theatre.follow(inside["paging"]["next"].as_str().unwrap()).await;
    assert_eq!(rest.ids("data"), ids[26..]);
    assert_eq!(rest.json["data"][0]["parent_id"], json!(ids[0]), "the rest comes with the same fields");
    assert!(rest.json["paging"].get("next").is_none());
}

#[tokio::test]
async fn the_count_of_a_media_item_includes_replies() {
    let theatre = Theatre::open().await;
    theatre.publish(HERE, &[says("a"), answers(0, "b")]);
    let media = newest_media(&theatre).await;
    let item = theatre.get(HERE, &format!("/{media}"), &[("fields", "comments_count")]).await;
    assert_eq!(item.json["comments_count"], 2);
}

#[tokio::test]
async fn fifty_comments_are_the_most_of_one_answer() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &many(4 * 60));
    let edge = format!("/{}/comments", newest_media(&theatre).await);
    let first = theatre.get(HERE, &edge, &[]).await;
    assert_eq!(first.ids("data").len(), 50);
    let rest = theatre.follow(first.json["paging"]["next"].as_str().unwrap()).await;
    let read: Vec<String> = first.ids("data").into_iter().chain(rest.ids("data")).rev().collect();
    assert_eq!(read, ids.into_iter().step_by(4).collect::<Vec<_>>());
    assert_eq!(theatre.get(HERE, &edge, &[("limit", "51")]).await.json["error"]["code"], 100);
}

#[tokio::test]
async fn who_wrote_and_whether_it_is_hidden_must_be_asked_for() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let usual = theatre.get(HERE, &format!("/{id}"), &[]).await;
    let names: Vec<&String> = usual.json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "text", "timestamp"]);
    let asked = theatre.get(HERE, &format!("/{id}"), &[("fields", "hidden,from{username}")]).await;
    assert_eq!(asked.json["hidden"], false);
    assert!(asked.json["from"]["username"].is_string());
}

#[tokio::test]
async fn the_parameter_is_hide_and_the_field_is_hidden() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let wrong = theatre.post(HERE, &format!("/{id}"), &[("is_hidden", "true")]).await;
    assert_eq!((wrong.status, theatre.hidden(&id)), (StatusCode::BAD_REQUEST, false));
    let right = theatre.post(HERE, &format!("/{id}"), &[("hide", "true")]).await;
    assert_eq!((right.json, theatre.hidden(&id)), (json!({"success": true}), true));
}

#[tokio::test]
async fn a_hidden_comment_cannot_be_answered_until_it_is_shown_again() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    theatre.post(HERE, &format!("/{id}"), &[("hide", "true")]).await;
    let reply = async || theatre.post(HERE, &format!("/{id}/replies"), &[("message", "أهلاً")]).await;
    let refused = reply().await;
    assert_eq!(refused.json["error"]["code"], 100);
    assert!(refused.json["error"].get("error_subcode").is_none(), "it is not gone");
    theatre.post(HERE, &format!("/{id}"), &[("hide", "false")]).await;
    assert!(reply().await.json["id"].is_string());
}

#[tokio::test]
async fn an_answer_to_a_reply_goes_to_the_top_level_comment() {
    let theatre = Theatre::open().await;
    let ids = theatre.publish(HERE, &[says("a"), answers(0, "b")]);
    theatre.post(HERE, &format!("/{}/replies", ids[1]), &[("message", "أهلاً")]).await;
    assert_eq!(theatre.written(), [("أهلاً".to_owned(), Some(ids[0].clone()))]);
}

#[tokio::test]
async fn a_write_that_asks_for_fields_takes_place_and_is_answered_with_an_error() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let query = [("message", "أهلاً"), ("fields", "id")];
    let answer = theatre.post(HERE, &format!("/{id}/replies"), &query).await;
    let error = &answer.json["error"];
    assert_eq!((&error["code"], &error["error_subcode"]), (&json!(20), &json!(1_772_107)));
    assert_eq!(theatre.written().len(), 1);
}

#[tokio::test]
async fn hiding_our_own_comment_succeeds_without_effect() {
    let theatre = Theatre::open().await;
    let id = theatre.one(HERE, "a");
    let reply = theatre.post(HERE, &format!("/{id}/replies"), &[("message", "أهلاً")]).await;
    let ours = format!("/{}", reply.json["id"].as_str().unwrap());
    assert_eq!(theatre.post(HERE, &ours, &[("hide", "true")]).await.json, json!({"success": true}));
    assert_eq!(theatre.get(HERE, &ours, &[("fields", "hidden")]).await.json["hidden"], false);
}

#[tokio::test]
async fn me_has_two_ids_and_user_id_is_the_accounts() {
    let theatre = Theatre::open().await;
    let me = theatre.get(HERE, "/me", &[("fields", "id,user_id")]).await;
    let account = theatre.account(HERE).account_id;
    assert_eq!(me.json["user_id"], json!(account));
    assert_ne!(me.json["id"], json!(account));
}

#[tokio::test]
async fn a_token_can_be_refreshed_once_it_is_a_day_old_and_until_it_expires() {
    let theatre = Theatre::open().await;
    let endpoint = theatre.account(HERE).token_endpoint;
    let refresh = async |token: &str| {
        theatre.follow(&format!("{endpoint}?grant_type=ig_refresh_token&access_token={token}")).await
    };
    let first = theatre.account(HERE).access_token;
    let fresh = refresh(&first).await.json;
    assert_eq!(fresh["expires_in"], 5_184_000);
    let fresh = fresh["access_token"].as_str().unwrap();
    assert_eq!(refresh(fresh).await.json["error"]["code"], 100, "it is too young");
    theatre.pass(SignedDuration::from_hours(24));
    assert!(refresh(fresh).await.json["access_token"].is_string());
    theatre.pass(SignedDuration::from_hours(30 * 24));
    assert_eq!(refresh(&first).await.json["error"]["error_subcode"], 463, "it is dead");
}
