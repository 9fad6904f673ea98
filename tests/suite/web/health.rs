//! The marks of health, and what holds for every answer.

use axum::http::StatusCode;
use jiff::SignedDuration;
use majlis::domain::comment::SourceId;
use majlis::domain::staff::Role;
use majlis::store::sources::{self, Health};
use majlis::store::{Step, jobs};

use super::{House, QUESTION, opening};

#[tokio::test]
async fn a_ready_house_says_so_and_names_its_sources() {
    let house = House::open().await;
    assert_eq!(house.get("/healthz").await.body, "alive\n");
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let state = answer.json();
    assert_eq!((&state["ready"], &state["database"]), (&true.into(), &"writable".into()));
}

#[tokio::test]
async fn an_ill_source_is_named_and_does_not_make_the_house_unready() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    let source = SourceId("page".into());
    sources::set_health(&mut tx, &source, Health::Ill, Some("secret detail"), opening()).await.unwrap();
    tx.commit().await.unwrap();
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["sources"][0]["state"], "ill");
    assert!(!answer.body.contains("secret detail"), "the detail is for those who sign in");
}

#[tokio::test]
async fn a_queue_that_does_not_move_makes_the_house_unready() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    jobs::add(&mut tx, &jobs::Lane::Moderate, &["1:1".into()], opening()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(house.get("/readyz").await.status, StatusCode::OK);
    house.clock.advance(SignedDuration::from_secs(1));
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["queue"]["oldest_due_seconds"], 301);
}

#[tokio::test]
async fn a_lane_that_claims_its_job_and_fails_over_and_over_makes_the_house_unready() {
    let house = House::open().await;
    let lane = jobs::Lane::Moderate;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    jobs::add(&mut tx, &lane, &["1:1".into()], opening()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(SignedDuration::from_secs(301));
    let now = opening() + SignedDuration::from_secs(301);
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    jobs::claim(&mut tx, &lane, 9, now, now + SignedDuration::from_mins(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let metrics = house.get("/metrics").await.body;
    assert!(metrics.contains("majlis_jobs_oldest_due_seconds{lane=\"moderate\"} 301\n"), "{metrics}");
}

#[tokio::test]
async fn whoever_gives_no_second_opinion_is_counted_and_does_not_make_the_house_unready() {
    let house = House::with(|web| web.lanes.push(jobs::Lane::Opine)).await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    jobs::add(&mut tx, &jobs::Lane::Opine, &["1.1".into()], opening()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(SignedDuration::from_hours(9));
    let answer = house.get("/readyz").await;
    assert_eq!((answer.status, &answer.json()["queue"]["due"]), (StatusCode::OK, &0.into()));
    assert!(house.get("/metrics").await.body.contains("majlis_jobs_due{lane=\"opine\"} 1\n"));
}

#[tokio::test]
async fn a_source_that_is_no_longer_configured_keeps_nobody_waiting() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    let lane = jobs::Lane::Poll(SourceId("former".into()));
    jobs::add(&mut tx, &lane, &[String::new()], opening()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(SignedDuration::from_hours(9));
    assert_eq!(house.get("/readyz").await.status, StatusCode::OK);
    assert!(!house.get("/metrics").await.body.contains("former"));
}

#[tokio::test]
async fn a_database_that_is_gone_makes_the_house_unready_and_still_alive() {
    let house = House::open().await;
    house.store.close().await;
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
    let answer = house.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["database"], "failing");
    assert!(house.get("/metrics").await.body.contains("majlis_database_answers 0"));
}

#[tokio::test]
async fn a_house_whose_log_does_not_hold_is_read_and_not_changed() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let page = format!("/comments/{QUESTION}");
    assert!(house.get_page(&page, &cookie).await.body.contains("/reply"), "there is a form to answer with");
    house.store.stop_writing();
    let answer = house.get_page(&page, &cookie).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("The audit log is not as it was published")
            || answer.body.contains("سجل التدقيق لم يعد كما نُشر")
    );
    assert!(!answer.body.contains("/reply"), "{}", answer.body);
    let reply = house.post_form(&format!("{page}/reply"), &cookie, &[("text", "شكراً")]).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let ready = house.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((&ready.json()["log"], &ready.json()["database"]), (&"broken".into(), &"stopped".into()));
    assert!(house.get("/metrics").await.body.contains("majlis_audit_log_holds 0\n"));
    // Whoever looks into it must get in.
    house.sign_in(Role::Auditor).await;
}

#[tokio::test]
async fn metrics_hold_what_was_counted_and_the_gauges_of_this_instant() {
    let house = House::open().await;
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    let lane = jobs::Lane::Dispatch(SourceId("page".into()));
    jobs::add(&mut tx, &lane, &["1".into()], opening()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.advance(SignedDuration::from_hours(9));
    let answer = house.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    for line in [
        "majlis_pages_read_total 4",
        "majlis_jobs_due{lane=\"dispatch/page\"} 1",
        "majlis_jobs_oldest_due_seconds{lane=\"dispatch/page\"} 32400",
        "majlis_replies_owed{platform=\"facebook\"} 1",
        "majlis_replies_overdue{platform=\"facebook\"} 1",
        "majlis_replies_overdue{platform=\"x\"} 0",
        "majlis_reviews_waiting{platform=\"facebook\"} 1",
        "majlis_database_answers 1",
    ] {
        assert!(answer.body.lines().any(|found| found == line), "{line} is not in:\n{}", answer.body);
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_guard_it() {
    let house = House::open().await;
    for path in ["/sign-in", "/no/such/page", "/api/v1/comments", "/api/v1/none", "/healthz", "/metrics"] {
        let answer = house.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age="), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
