//! The JSON API: who may do what, what acts leave behind, and how bad input is told.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use majlis::clock::Clock;
use majlis::domain::action::{Act, ActionId, ActionState};
use majlis::domain::audit::{Actor, AuditEvent};
use majlis::domain::calendar::{Calendar, CalendarVersion};
use majlis::domain::comment::{Author, Incoming, Platform, SourceId, Written};
use majlis::domain::limits;
use majlis::domain::staff::Role;
use majlis::store::comments::{NewRevision, receive};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::{Step, actions, audit, comments, staff};
use majlis::web::InForce;
use serde_json::json;

use super::document::{must_describe, must_take};
use super::{Answer, DOUBTFUL, HIDDEN, House, QUESTION, QUESTION_TEXT, admissions, opening, token};

const HIDE: &str = r#"{"clause":"indecent","reason":"an insult"}"#;

async fn get(house: &House, path: &str) -> Answer {
    let answer = house.call(Method::GET, path, Role::Staff, None).await;
    must_describe(house, &Method::GET, path, &answer).await;
    answer
}

async fn post(house: &House, path: &str, body: &str) -> Answer {
    let answer = house.call(Method::POST, path, Role::Staff, Some(body)).await;
    must_describe(house, &Method::POST, path, &answer).await;
    answer
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says_and_nothing_else() {
    use Role::{Approver, Auditor, Operator, Staff};
    let allowed: [(Method, &str, Option<&str>, &[Role]); 22] = [
        (Method::GET, "/comments", None, &[Staff, Approver, Auditor]),
        (Method::GET, "/comments/1", None, &[Staff, Approver, Auditor]),
        (Method::GET, "/replies", None, &[Staff, Approver, Auditor]),
        (Method::POST, "/comments/1/reply", Some(r#"{"text":"Tomorrow."}"#), &[Staff, Approver]),
        (Method::POST, "/comments/1/hide", Some(HIDE), &[Staff, Approver]),
        (Method::POST, "/comments/3/unhide", Some(r#"{"reason":"a mistake"}"#), &[Staff, Approver]),
        (Method::POST, "/comments/2/approve", Some("{}"), &[Staff, Approver]),
        (Method::POST, "/comments/1/pause", Some(r#"{"reason":"merged"}"#), &[Staff, Approver]),
        (Method::POST, "/comments/1/priority", Some(r#"{"priority":"high"}"#), &[Staff, Approver]),
        (
            Method::POST,
            "/comments/1/target",
            Some(r#"{"clock":"first_reply","target":"4h"}"#),
            &[Staff, Approver],
        ),
        (Method::POST, "/comments/1/assign", Some(r#"{"to":"nobody"}"#), &[Staff, Approver]),
        (Method::POST, "/comments/1/erase", Some(r#"{"reason":"request 41"}"#), &[Approver, Operator]),
        (Method::GET, "/comments/1/thread", None, &[Staff, Approver, Auditor]),
        (Method::GET, "/sources", None, &Role::ALL),
        (Method::GET, "/policy", None, &Role::ALL),
        (Method::GET, "/staff", None, &Role::ALL),
        (Method::GET, "/quota", None, &Role::ALL),
        (Method::GET, "/sessions", None, &Role::ALL),
        (Method::GET, "/audit/entries", None, &[Approver, Auditor, Operator]),
        (Method::GET, "/audit/entries/1/proof", None, &[Approver, Auditor, Operator]),
        (Method::GET, "/audit/comments/1", None, &[Approver, Auditor]),
        (Method::GET, "/audit/checkpoint", None, &[Approver, Auditor, Operator]),
    ];
    for (method, path, body, may) in allowed {
        for role in Role::ALL {
            let house = House::open().await;
            let answer = house.call(method.clone(), path, role, body).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !may.contains(&role), "{method} {path} by {role}: {}", answer.status);
            must_describe(&house, &method, path, &answer).await;
        }
    }
}

#[tokio::test]
async fn what_a_role_does_not_allow_is_in_the_log_with_person_and_right() {
    let house = House::open().await;
    let before = house.log().await.len();
    for _ in 0..3 {
        let answer = house.call(Method::POST, "/comments/1/hide", Role::Auditor, Some(HIDE)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let cookie = house.sign_in(Role::Operator).await;
    assert_eq!(house.get_page("/comments/1", &cookie).await.status, StatusCode::FORBIDDEN);
    house.clock.advance(SignedDuration::from_mins(1));
    house.call(Method::POST, "/comments/1/hide", Role::Auditor, Some(HIDE)).await;
    let log = house.log().await.split_off(before);
    let refused: Vec<&String> = log.iter().filter(|entry| entry.contains("right.refused")).collect();
    let told = [
        ("auditor", "act_on_comments", 1),
        ("operator", "read_comments", 1),
        ("auditor", "act_on_comments", 3),
    ];
    assert_eq!(refused.len(), told.len(), "{refused:?}");
    for (entry, (role, right, count)) in refused.iter().zip(told) {
        let start =
            format!(r#"{{"act":"right.refused","actor":{{"as":"{role}","kind":"staff","name":"{role}"}}"#);
        assert!(entry.starts_with(&start), "{entry}");
        assert!(
            entry.contains(&format!(r#""fields":{{"count":{count}}},"object":"right:{right}""#)),
            "{entry}"
        );
    }
    assert_eq!(
        (log.len() - refused.len(), house.times_stirred()),
        (1, 0),
        "nothing else but the sign-in: {log:?}"
    );
}

#[tokio::test]
async fn a_token_that_was_replaced_or_whose_owner_was_disabled_opens_nothing() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    staff::disable(&mut tx, "staff", opening()).await.unwrap();
    staff::set_token(&mut tx, "approver", &"0".repeat(64), opening()).await.unwrap();
    tx.commit().await.unwrap();
    for role in [Role::Staff, Role::Approver] {
        assert_eq!(house.call(Method::GET, "/comments", role, None).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_hide_writes_a_decision_an_outbox_row_and_an_audit_entry_and_wakes_the_lanes() {
    let house = House::open().await;
    let entries = house.log().await.len();
    let answer = post(&house, "/comments/1/hide", HIDE).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let id = ActionId(answer.json()["action"].as_i64().unwrap());
    let (action, comment) = actions::get(&house.store, id).await.unwrap().unwrap();
    assert_eq!((action.act, action.state, comment.id), (Act::Hide, ActionState::Queued, QUESTION));
    let story = comments::story(&house.store, QUESTION).await.unwrap().unwrap();
    let decision = story.decisions.last().unwrap();
    assert_eq!(decision.decided_by.to_string(), "staff:staff");
    assert_eq!(decision.reason.as_deref(), Some("an insult"));
    let log = house.log().await;
    assert!(log.len() > entries);
    assert!(!log.concat().contains("an insult"), "a reason is in the log as a commitment only");
    assert_eq!(house.times_stirred(), 1);
}

#[tokio::test]
async fn the_same_act_asked_twice_is_one_action() {
    let house = House::open().await;
    let first = post(&house, "/comments/1/reply", r#"{"text":"Tomorrow."}"#).await;
    let second = post(&house, "/comments/1/reply", r#"{"text":"Tomorrow."}"#).await;
    assert_eq!((first.status, second.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert!(first.json()["action"].is_i64() && second.json()["action"].is_null());
    let story = comments::story(&house.store, QUESTION).await.unwrap().unwrap();
    assert_eq!(story.actions.len(), 1);
}

#[tokio::test]
async fn an_act_on_a_revision_that_is_not_the_latest_is_refused() {
    let house = House::open().await;
    let stale = post(&house, "/comments/2/approve", r#"{"revision":2}"#).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.json()["detail"].as_str().unwrap().contains("changed since you read it"), "{}", stale.body);
    let read = post(&house, "/comments/2/approve", r#"{"revision":1}"#).await;
    assert_eq!(read.status, StatusCode::NO_CONTENT, "{}", read.body);
}

/// An act on the first comment as it was told under this tag.
async fn act_as_read(house: &House, act: &str, tag: &str, body: &str) -> StatusCode {
    let path = format!("/comments/1/{act}");
    must_take(house, &Method::POST, &path, IF_MATCH.as_str()).await;
    let request = Request::post(format!("/api/v1{path}"))
        .header(AUTHORIZATION, format!("Bearer {}", token(Role::Staff)))
        .header(CONTENT_TYPE, "application/json")
        .header(IF_MATCH, tag);
    let answer = house.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    must_describe(house, &Method::POST, &path, &answer).await;
    answer.status
}

async fn tag_of_the_first(house: &House) -> String {
    let answer = house.call(Method::GET, "/comments/1", Role::Staff, None).await;
    answer.header(ETAG.as_str()).to_owned()
}

#[tokio::test]
async fn of_two_programs_that_act_on_one_comment_as_they_read_it_one_wins_and_the_other_is_told() {
    let house = House::open().await;
    let act = async |tag: &str, body: &str| act_as_read(&house, "reply", tag, body).await;
    let tag = async || tag_of_the_first(&house).await;
    let read = tag().await;
    assert_eq!(act(&read, r#"{"text":"On Sunday."}"#).await, StatusCode::ACCEPTED);
    assert_eq!(act(&read, r#"{"text":"Next week."}"#).await, StatusCode::PRECONDITION_FAILED);
    // That an auditor looks is no reason to stop.
    let now = tag().await;
    assert_ne!(now, read);
    let looked = AuditEvent::new(opening(), Actor::Staff("auditor".into()), "audit.read", "comment:1");
    audit::record(&house.store, looked).await.unwrap();
    assert_eq!(act(&now, r#"{"text":"Next week."}"#).await, StatusCode::ACCEPTED);
    assert_eq!(act("*", r#"{"text":"Or later."}"#).await, StatusCode::ACCEPTED);
    assert_eq!(act("W/\"1\"", r#"{"text":"Never."}"#).await, StatusCode::PRECONDITION_FAILED);
    let both = act(&tag().await, r#"{"text":"Never.","revision":1}"#).await;
    assert_eq!(both, StatusCode::UNPROCESSABLE_ENTITY);
    let story = comments::story(&house.store, QUESTION).await.unwrap().unwrap();
    assert_eq!(story.actions.len(), 3);
}

#[tokio::test]
async fn a_note_and_a_taking_back_hold_to_what_was_read_as_every_act_does() {
    let house = House::open().await;
    let read = tag_of_the_first(&house).await;
    let queued = post(&house, "/comments/1/reply", r#"{"text":"On Sunday."}"#).await.json()["action"].clone();
    let (note, take_back) = (r#"{"text":"Asked the team."}"#, json!({ "action": queued }).to_string());
    let log = house.log().await;
    for (act, body) in [("note", note), ("take-back", &*take_back)] {
        assert_eq!(act_as_read(&house, act, &read, body).await, StatusCode::PRECONDITION_FAILED, "{act}");
    }
    let other = post(&house, "/comments/1/note", r#"{"text":"Asked the team.","revision":9}"#).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(house.log().await, log, "nothing was done");
    for (act, body) in [("note", note), ("take-back", &*take_back)] {
        let read = tag_of_the_first(&house).await;
        assert_eq!(act_as_read(&house, act, &read, body).await, StatusCode::NO_CONTENT, "{act}");
    }
    // Who writes a note in the console asked for no condition: it is kept whatever a colleague did since.
    let colleague = house.sign_in(Role::Approver).await;
    let behind = [("text", "theirs"), ("seen", "1.1")];
    let kept = house.post_form("/comments/1/note", &colleague, &behind).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
}

#[tokio::test]
async fn leaving_a_comment_visible_settles_its_review_without_a_platform() {
    let house = House::open().await;
    let answer = post(&house, "/comments/2/approve", r#"{"reason":"a quotation"}"#).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::NO_CONTENT, ""));
    let story = comments::story(&house.store, DOUBTFUL).await.unwrap().unwrap();
    assert_eq!(story.decisions.last().unwrap().verdict, "allow");
    assert!(story.actions.is_empty());
    let again = post(&house, "/comments/2/approve", "{}").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.json()["type"], "urn:majlis:problem:wrong-state");
}

#[tokio::test]
async fn an_act_that_the_state_does_not_allow_is_a_conflict() {
    let house = House::open().await;
    for (path, body) in [("/comments/3/hide", HIDE), ("/comments/1/unhide", r#"{"reason":"x"}"#)] {
        assert_eq!(post(&house, path, body).await.status, StatusCode::CONFLICT, "{path}");
    }
}

#[tokio::test]
async fn bad_input_is_a_problem_that_says_what_to_do() {
    let house = House::open().await;
    let before = house.log().await;
    let too_long = json!({"text": "س".repeat(limits::reply_max(Platform::Facebook) + 1)}).to_string();
    let long_reason = json!({"clause": "spam", "reason": "x".repeat(1_001)}).to_string();
    let huge = json!({"text": "x".repeat(200_000)}).to_string();
    let cases = [
        ("/comments/1/hide", "{", 400),
        ("/comments/1/hide", r#"{"clause":"rude","reason":"x"}"#, 422),
        ("/comments/1/hide", r#"{"clause":"spam"}"#, 422),
        ("/comments/1/hide", r#"{"clause":"spam","reason":" \n"}"#, 422),
        ("/comments/1/hide", r#"{"clause":"spam","reason":"x","sure":true}"#, 422),
        ("/comments/1/hide", &long_reason, 422),
        ("/comments/1/reply", r#"{"text":""}"#, 422),
        ("/comments/1/reply", r#"{"text":"a\u0000b"}"#, 422),
        ("/comments/1/reply", &too_long, 422),
        ("/comments/1/reply", &huge, 413),
        ("/comments/99/reply", r#"{"text":"x"}"#, 404),
        ("/comments/99/hide", HIDE, 404),
        ("/comments/x/hide", HIDE, 404),
    ];
    for (path, body, status) in cases {
        let answer = post(&house, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {}: {}", &body[..body.len().min(60)], answer.body);
        assert_ne!(answer.json()["detail"], "");
    }
    let request = Request::post("/api/v1/comments/1/hide")
        .header(AUTHORIZATION, format!("Bearer {}", token(Role::Staff)))
        .header(CONTENT_TYPE, "text/plain");
    assert_eq!(
        house.send(request.body(Body::from(HIDE)).unwrap()).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(house.log().await, before, "nothing was done");
}

#[tokio::test]
async fn a_query_that_names_nothing_is_refused() {
    let house = House::open().await;
    for query in ["state=done", "platform=myspace", "limit=0", "limit=201", "limit=x", "after=x", "sort=id"] {
        let answer = get(&house, &format!("/comments?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn what_waits_is_listed_by_deadline_and_page_by_page() {
    let house = House::open().await;
    let first = get(&house, "/comments?limit=1").await.json();
    assert_eq!(first["comments"][0]["id"], QUESTION.0, "the one with a running clock comes first");
    assert_eq!(first["comments"][0]["text"], QUESTION_TEXT);
    assert_eq!(first["comments"][0]["reply_due_at"], "2026-11-24T11:30:00Z");
    let next = first["next"].as_str().unwrap();
    let second = get(&house, &format!("/comments?limit=1&after={next}")).await.json();
    assert_eq!(second["comments"][0]["id"], DOUBTFUL.0);
    assert_eq!(second["comments"][0]["clause"], "indecent");
    assert!(second["next"].is_null());
    let hidden =
        get(&house, "/comments?state=hidden&platform=facebook&source=page&clause=spam&kind=other").await;
    assert_eq!(hidden.json()["comments"][0]["id"], HIDDEN.0);
}

#[tokio::test]
async fn a_story_tells_decisions_actions_and_how_the_deadline_was_counted() {
    let house = House::open().await;
    post(&house, "/comments/1/reply", r#"{"text":"Tomorrow."}"#).await;
    let story = get(&house, "/comments/1").await.json();
    assert_eq!(story["comment"]["pending"], "reply");
    assert_eq!(story["actions"][0]["text"], "Tomorrow.");
    assert_eq!(story["actions"][0]["requested_by"], "staff:staff");
    assert_eq!(story["decisions"][0]["decided_by"], "machine");
    assert_eq!(story["clocks"][0]["state"], "running");
    assert!(story["clocks"][0]["basis"]["counted"].is_array());
    assert_eq!(get(&house, "/comments/99").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_stands_around_a_comment_is_told() {
    let house = House::open().await;
    let written = |id: &str, parent: Option<&str>, created_at| {
        let author = Author { id: Some("7".into()), name: None };
        let parent_id = parent.map(str::to_owned);
        let written =
            Written { author: Some(author), created_at: Some(created_at), parent_id, ..Written::default() };
        Incoming::new(id.into(), "متى؟", opening(), written)
    };
    let before = opening() - SignedDuration::from_hours(1);
    let said = [written("d", None, before), written("e", Some("a"), opening())];
    let batch = said.each_ref().map(|incoming| NewRevision { incoming, fold_key: Some(1), salt: [7; 16] });
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    receive(&mut tx, &SourceId("page".into()), &batch, opening()).await.unwrap();
    tx.commit().await.unwrap();
    let around = async |id: i64| {
        let around = get(&house, &format!("/comments/{id}/thread")).await.json();
        ["above", "below", "earlier"].map(|part| {
            let ids = around[part].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap());
            ids.collect::<Vec<_>>()
        })
    };
    assert_eq!(around(QUESTION.0).await, [vec![], vec![5], vec![]]);
    assert_eq!(around(5).await, [vec![QUESTION.0], vec![], vec![4]]);
    assert_eq!(get(&house, "/comments/99/thread").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_is_done_while_no_policy_is_in_force() {
    use futures_util::FutureExt;
    let house = House::with(|web| web.in_force = Box::new(|| std::future::ready(None).boxed())).await;
    assert_eq!(post(&house, "/comments/1/hide", HIDE).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get(&house, "/comments/1").await.status, StatusCode::OK, "reading goes on");
}

#[tokio::test]
async fn clocks_stand_still_go_on_and_are_counted_anew() {
    let house = House::open().await;
    let clock = async || get(&house, "/comments/1").await.json()["clocks"][0].clone();
    let refused = post(&house, "/comments/1/pause", r#"{"reason":"waiting_for_asker"}"#).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.json()["detail"].as_str().unwrap().contains("waits for nobody"), "{}", refused.body);
    assert_eq!(post(&house, "/comments/1/pause", r#"{"reason":"lunch"}"#).await.status, 422);

    let changed = post(&house, "/comments/1/pause", r#"{"reason":"merged","revision":9}"#).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    assert!(
        changed.json()["detail"].as_str().unwrap().contains("changed since you read it"),
        "{}",
        changed.body
    );

    let paused = post(&house, "/comments/1/pause", r#"{"reason":"platform_outage"}"#).await;
    assert_eq!((paused.status, &*paused.body), (StatusCode::NO_CONTENT, ""));
    let still = clock().await;
    assert_eq!(
        (&still["state"], &still["due_at"], &still["remaining_s"]),
        (&json!("paused"), &json!(null), &json!(28_800))
    );
    assert_eq!(
        (&still["pauses"][0]["by"], &still["pauses"][0]["until"]),
        (&json!("staff:staff"), &json!(null))
    );
    assert!(get(&house, "/comments/1").await.json()["comment"]["reply_due_at"].is_null());

    house.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(post(&house, "/comments/1/resume", "{}").await.status, StatusCode::NO_CONTENT);
    let runs = clock().await;
    assert_eq!((&runs["state"], &runs["due_at"]), (&json!("running"), &json!("2026-11-25T04:30:00Z")));
    assert_eq!(post(&house, "/comments/1/resume", "{}").await.status, StatusCode::CONFLICT);

    assert_eq!(post(&house, "/comments/1/priority", r#"{"priority":"urgent"}"#).await.status, 204);
    assert_eq!(clock().await["priority"], "urgent");
    let due_at = clock().await["due_at"].clone();
    let target = async |body| post(&house, "/comments/1/target", body).await;
    assert_eq!(target(r#"{"clock":"first_reply","target":"15m"}"#).await.status, 204);
    assert_ne!(clock().await["due_at"], due_at);
    assert_eq!(
        target(r#"{"clock":"first_reply","target":"15m"}"#).await.status,
        409,
        "it is held to it already"
    );
    assert_eq!(target(r#"{"clock":"solve","target":"15m"}"#).await.status, 409, "no solution is owed");
    let refused = target(r#"{"clock":"first_reply","target":"soon"}"#).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("8h and 2d"), "{}", refused.body);
    assert_eq!(target(r#"{"clock":"first_reply","target":null}"#).await.status, 204);
    assert_eq!(clock().await["due_at"], due_at);
    for path in ["/comments/1/solve", "/comments/1/reopen", "/comments/2/pause"] {
        let body = if path.ends_with("pause") { r#"{"reason":"merged"}"# } else { "{}" };
        assert_eq!(
            post(&house, path, body).await.status,
            StatusCode::CONFLICT,
            "{path}: nothing of the sort is owed"
        );
    }
}

#[tokio::test]
async fn an_erasure_by_law_takes_the_words_needs_no_policy_and_is_done_once() {
    let house = House::with(|web| web.in_force = Box::new(|| Box::pin(async { None }))).await;
    let path = format!("/comments/{QUESTION}/erase");
    let erase = async |body: &str| {
        let answer = house.call(Method::POST, &path, Role::Approver, Some(body)).await;
        must_describe(&house, &Method::POST, &path, &answer).await;
        answer
    };
    assert_eq!(erase(r#"{"reason":" "}"#).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(erase(r#"{"reason":"request 41 of the author"}"#).await.status, StatusCode::NO_CONTENT);
    let told = get(&house, &format!("/comments/{QUESTION}")).await.json()["comment"].clone();
    assert_eq!(
        (&told["visibility"], &told["text"], &told["author"]),
        (&json!("erased"), &json!(null), &json!(null))
    );
    let again = erase(r#"{"reason":"request 41 of the author"}"#).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let log = house.log().await;
    assert!(log.iter().any(|entry| entry.contains("comment.erased") && entry.contains("\"cause\":\"law\"")));
    assert!(!log.iter().any(|entry| entry.contains("request 41")), "the reason stands in the log");
}

#[tokio::test]
async fn a_comment_changes_hands_and_its_working_time_is_counted_to_each() {
    let house = House::with(|web| web.routing = Arc::new(admissions())).await;
    let to =
        async |holder: &str| post(&house, "/comments/1/assign", &json!({ "to": holder }).to_string()).await;
    assert_eq!(to("team:admissions").await.status, StatusCode::NO_CONTENT);
    assert_eq!(to("team:admissions").await.status, StatusCode::ACCEPTED, "they have it already");
    house.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(to("staff:staff").await.status, StatusCode::NO_CONTENT);
    house.clock.advance(SignedDuration::from_mins(10));

    let story = get(&house, "/comments/1").await.json();
    let holders = story["holders"].as_array().unwrap().iter();
    let holders: Vec<&str> = holders.map(|held| held["holder"].as_str().unwrap()).collect();
    assert_eq!(holders, ["team:admissions", "staff:staff"]);
    assert_eq!(story["comment"]["holder"], "staff:staff");
    let mine = get(&house, "/comments?holder=staff%3Astaff").await.json();
    assert_eq!((&mine["comments"][0]["id"], mine["comments"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(get(&house, "/comments?holder=amna").await.status, StatusCode::BAD_REQUEST);
    let hands = &story["clocks"][0]["hands"];
    let shares = hands["shares"].as_array().unwrap();
    assert_eq!(
        shares[shares.len() - 2..],
        [
            json!({"holder": "team:admissions", "working_s": 1_800}),
            json!({"holder": "staff:staff", "working_s": 600}),
        ]
    );
    assert_eq!((&hands["longest_in"], &hands["breached_in"]), (&json!("team:admissions"), &json!(null)));
}

#[tokio::test]
async fn a_comment_is_not_given_to_a_team_or_a_person_who_is_not_there() {
    let house = House::open().await;
    let told = async |to: &str| {
        let refused = post(&house, "/comments/1/assign", &json!({ "to": to }).to_string()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}: {}", refused.body);
        refused.json()["detail"].as_str().unwrap().to_owned()
    };
    assert!(told("team:admissions").await.contains("majlis.toml names the teams"));
    assert!(told("staff:auditor").await.contains("`majlis staff list` names who may"));
    assert!(told("not_yet_read").await.contains("allowed are staff:NAME"));
    let before = house.log().await;
    let changed = post(&house, "/comments/1/assign", r#"{"to":"staff:staff","revision":9}"#).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    assert_eq!(house.log().await, before);
}

#[tokio::test]
async fn a_clock_is_told_by_the_calendar_that_counted_it_also_when_another_rules() {
    use futures_util::FutureExt;
    const SHIPPED: &str = include_str!("../../../config/calendar.toml");
    let house = House::with(|web| {
        let text = format!("{SHIPPED}# Another version.\n");
        let later = Arc::new(Calendar::parse("calendar.toml", &text).unwrap());
        let rules = InForce { policy: Arc::new(super::policy()), judge: super::judging(), calendar: later };
        web.in_force = Box::new(move || std::future::ready(Some(rules.clone())).boxed());
    })
    .await;
    let hands = async || get(&house, "/comments/1").await.json()["clocks"][0]["hands"].clone();
    house.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(hands().await, json!(null), "nothing is guessed by another calendar");

    let mut tx = house.store.begin(Step::Act).await.unwrap();
    let version = CalendarVersion::of(SHIPPED);
    let now = house.clock.now();
    documents::propose(&mut tx, DocumentKind::Calendar, version.as_str(), SHIPPED, "huda", now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(hands().await["shares"], json!([{"holder": "unassigned", "working_s": 1_800}]));
}

#[tokio::test]
async fn what_is_open_is_counted_and_lists_are_kept_by_name() {
    let house = House::open().await;
    let counts = house.call(Method::GET, "/counts", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/counts", &counts).await;
    let facebook = &counts.json()["platforms"][0];
    assert_eq!((&facebook["waiting"], &facebook["review"]), (&2.into(), &1.into()));

    let body = r#"{"name":"late","query":"state=overdue"}"#;
    let kept = house.call(Method::POST, "/views", Role::Staff, Some(body)).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let views = house.call(Method::GET, "/views", Role::Staff, None).await;
    must_describe(&house, &Method::GET, "/views", &views).await;
    assert_eq!(views.json()["views"][0]["query"], "state=overdue");
    let unfit = house.call(Method::POST, "/views", Role::Staff, Some(r#"{"name":"","query":"x"}"#)).await;
    assert_eq!(unfit.status, StatusCode::UNPROCESSABLE_ENTITY);
    for number in 1..30 {
        let body = format!(r#"{{"name":"{number}","query":"state=all"}}"#);
        assert_eq!(
            house.call(Method::POST, "/views", Role::Staff, Some(&body)).await.status,
            StatusCode::NO_CONTENT
        );
    }
    let full =
        house.call(Method::POST, "/views", Role::Staff, Some(r#"{"name":"more","query":"state=all"}"#)).await;
    assert_eq!(full.status, StatusCode::CONFLICT);
    must_describe(&house, &Method::POST, "/views", &full).await;
    assert_eq!(
        house.call(Method::POST, "/views", Role::Staff, Some(body)).await.status,
        StatusCode::NO_CONTENT
    );
    let forgotten = house.call(Method::POST, "/views/forget", Role::Staff, Some(r#"{"name":"late"}"#)).await;
    assert_eq!(forgotten.status, StatusCode::NO_CONTENT);

    let words = "/comments?state=all&words=%D8%AA%D8%B3%D8%AC%D9%8A%D9%84&due_before=2030-01-01T00:00:00Z";
    let found = house.call(Method::GET, words, Role::Staff, None).await.json();
    assert_eq!(found["comments"].as_array().unwrap().len(), 1);
}
