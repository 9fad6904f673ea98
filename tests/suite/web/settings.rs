//! The settings, read-only: what rules, when, and who works here.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use jiff::civil::date;
use majlis::domain::calendar::HijriDate;
use majlis::domain::comment::SourceId;
use majlis::domain::judge::{Beside, Outcome};
use majlis::domain::policy::ClauseId;
use majlis::domain::quota::{Allowance, Purse, Spent};
use majlis::domain::staff::Role;
use majlis::store::{Step, purses, shadows};

use super::document::must_describe;
use super::{Answer, DOUBTFUL, HIDDEN, House, QUESTION, opening};

#[tokio::test]
async fn everybody_who_works_here_reads_the_settings_and_nobody_changes_them_in_the_console() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Operator).await;
    for (path, told) in [
        ("/service/policy?lang=en", "Content against public morals"),
        ("/service/policy", "المحتوى المخالف للآداب العامة"),
        ("/service/calendar?month=2026-12&lang=en", "December 2026"),
        ("/service/staff?lang=en", "<bdi>auditor</bdi>"),
    ] {
        let page = house.get_page(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains(told), "{path}: {}", page.body);
        let forms = page.body.matches(r#"<form method="post""#).count();
        assert_eq!(forms, page.body.matches(r#"action="/sign-out""#).count(), "{path}");
        assert_eq!(page.body.matches(r#"aria-current="page""#).count(), 2, "{path}: the tab and the page");
    }
    let stranger = house.get("/service/staff").await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_month_is_shown_day_by_day_in_both_calendars_with_the_rule_of_each() {
    let house = House::open().await;
    let cookie = house.sign_in(Role::Staff).await;
    let page = house.get_page("/service/calendar?lang=en", &cookie).await.body;
    assert!(page.contains("November 2026") && page.contains("14 Jumada II 1448"), "{page}");
    assert_eq!(page.matches("<th scope=\"row\">").count(), 30);
    assert!(page.contains("month=2026-10") && page.contains("month=2026-12"));
    let ramadan = house.get_page("/service/calendar?month=2027-02&lang=en", &cookie).await.body;
    assert!(ramadan.contains("Ramadan") && ramadan.contains("not announced yet"), "{ramadan}");
    for unreadable in ["2026-13", "x", "2026-1", "9999-01", "2026-02-01"] {
        let answer = house.get_page(&format!("/service/calendar?month={unreadable}"), &cookie).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unreadable}");
    }
    let last = house.get_page("/service/calendar?month=2200-12", &cookie).await;
    assert!(last.status == StatusCode::OK && !last.body.contains("2201-01"));
}

#[tokio::test]
async fn what_is_left_of_an_allowance_is_told_and_a_purse_whose_time_is_over_is_full() {
    let page = SourceId("page".into());
    let allowance = Allowance { units_per_day: 10_000, dollars_per_month: None };
    let house = House::with(|web| web.allowances = vec![(page.clone(), allowance)]).await;
    let cookie = house.sign_in(Role::Operator).await;
    let nothing = house.get_page("/service?lang=en", &cookie).await.body;
    assert!(nothing.contains("Nothing was spent yet."), "{nothing}");
    let until = opening() + SignedDuration::from_hours(2);
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    for (purse, all) in [(Purse::Units, 9_500), (Purse::Money, 2_500_000), (Purse::Hides, 10)] {
        purses::keep(&mut tx, &page, purse, Spent { until, all, by_acts: 0, usual: 0 }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let told = house.get_page("/service?lang=en", &cookie).await.body;
    assert!(told.contains(r#"<span class="urgent"><bdi dir="ltr">500 / 10000</bdi>"#), "{told}");
    assert!(told.contains("40 / 50") && told.contains("Spent 2"), "{told}");
    house.clock.advance(SignedDuration::from_hours(2));
    let full = house.get_page("/service?lang=en", &cookie).await.body;
    assert!(full.contains("10000 / 10000") && !full.contains("class=\"urgent\""), "{full}");
}

/// A policy in shadow that would have been milder with one comment.
pub(super) async fn shadow(house: &House) {
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    shadows::begin(&mut tx, ("3f1c0a9b11223344", "{}"), "staff", opening()).await.unwrap();
    tx.commit().await.unwrap();
    let begun = shadows::latest(&house.store).await.unwrap().unwrap();
    let doubt = (Outcome::Review, Some(ClauseId::Indecent));
    let mut found = Beside::default();
    found.count(QUESTION, (Outcome::Allow, None), (Outcome::Allow, None));
    found.count(DOUBTFUL, doubt, doubt);
    found.count(HIDDEN, (Outcome::Hide, Some(ClauseId::Spam)), (Outcome::Allow, None));
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    shadows::add(&mut tx, &begun, &found, 2, begun.entry + 5).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_policy_in_shadow_would_have_done_stands_beside_the_one_in_force() {
    let house = House::open().await;
    let nothing = house.call(Method::GET, "/shadow", Role::Operator, None).await;
    must_describe(&house, &Method::GET, "/shadow", &nothing).await;
    let cookie = format!("{}; majlis_lang=en", house.sign_in(Role::Staff).await);
    assert!(!house.get_page("/service/policy", &cookie).await.body.contains("in shadow"));
    shadow(&house).await;
    let page = house.get_page("/service/policy", &cookie).await.body;
    assert!(page.contains("A policy in shadow") && page.contains("3f1c0a9b1122"), "{page}");
    let differs = r##"<td>1</td><td><a href="/comments/3">#3</a>"##;
    assert!(page.contains(differs) && page.contains("Hide: Spam"), "{page}");
    let operator = format!("{}; majlis_lang=en", house.sign_in(Role::Operator).await);
    assert!(!house.get_page("/service/policy", &operator).await.body.contains("/comments/3"));
    let told = house.call(Method::GET, "/shadow", Role::Auditor, None).await;
    must_describe(&house, &Method::GET, "/shadow", &told).await;
    assert_eq!((&told.json()["judged"], &told.json()["unread"]), (&3.into(), &2.into()));
    let counts = told.json()["counts"].clone();
    assert_eq!(
        counts[2],
        serde_json::json!({"was": "hide:spam", "would": "allow", "comments": 1, "examples": [3]})
    );
}

async fn ask(house: &House, path: &str) -> Answer {
    let answer = house.call(Method::GET, path, Role::Operator, None).await;
    must_describe(house, &Method::GET, path, &answer).await;
    answer
}

#[tokio::test]
async fn programs_read_the_settings_too() {
    let page = SourceId("page".into());
    let allowance = Allowance { units_per_day: 10_000, dollars_per_month: None };
    let house = House::with(|web| web.allowances = vec![(page.clone(), allowance)]).await;
    let policy = ask(&house, "/policy").await.json();
    let clauses = policy["clauses"].as_array().unwrap();
    assert_eq!((clauses.len(), &clauses[0]["id"]), (13, &"public_morals".into()));
    assert_eq!(clauses[0]["title"]["en"], "Content against public morals");

    let hijri = HijriDate::of(date(2026, 11, 24)).unwrap();
    let november = ask(&house, "/calendar/2026-11").await.json();
    let days = november["days"].as_array().unwrap();
    assert_eq!((days.len(), &november["zone"]), (30, &"Asia/Dubai".into()));
    assert_eq!((&days[23]["date"], &days[23]["hijri"]), (&"2026-11-24".into(), &hijri.to_string().into()));
    assert_eq!((&days[23]["hours"][0], &days[23]["working_s"]), (&"07:30-15:30".into(), &28_800.into()));
    assert_eq!((&days[21]["date"], days[21]["hours"].as_array().unwrap().len()), (&"2026-11-22".into(), 0));
    let ramadan = ask(&house, "/calendar/2027-02").await.body;
    assert!(ramadan.contains(r#""provisional":true"#), "{ramadan}");
    for unreadable in ["2026-13", "x", "9999-01"] {
        assert_eq!(ask(&house, &format!("/calendar/{unreadable}")).await.status, StatusCode::NOT_FOUND);
    }

    let staff = ask(&house, "/staff").await.json();
    let approver = serde_json::json!({"name": "approver", "role": "approver", "disabled_at": null, "token": true,
        "password": false, "provider": false});
    assert_eq!((&staff["staff"][0], staff["staff"].as_array().unwrap().len()), (&approver, 4));

    let until = opening() + SignedDuration::from_hours(2);
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    for (purse, all) in [(Purse::Hides, 10), (Purse::Money, 2_500_000)] {
        purses::keep(&mut tx, &page, purse, Spent { until, all, by_acts: 0, usual: 0 }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let spent = ask(&house, "/quota").await.json();
    let hides =
        serde_json::json!({"source": "page", "purse": "hides", "spent": 10, "of": 50, "until": until});
    assert_eq!(spent["purses"][0], hides);
    assert_eq!((&spent["purses"][1]["spent"], spent["purses"][1]["of"].is_null()), (&2_500_000.into(), true));
    house.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(ask(&house, "/quota").await.json()["purses"][0]["spent"], 0);
}

#[tokio::test]
async fn where_nothing_is_in_force_programs_are_told_so() {
    use futures_util::FutureExt;
    let house = House::with(|web| web.in_force = Box::new(|| std::future::ready(None).boxed())).await;
    for path in ["/policy", "/calendar/2026-11"] {
        assert_eq!(ask(&house, path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}
