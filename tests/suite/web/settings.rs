//! The settings, read-only: what rules, when, and who works here.

use axum::http::StatusCode;
use jiff::SignedDuration;
use majlis::domain::comment::SourceId;
use majlis::domain::quota::{Allowance, Purse, Spent};
use majlis::domain::staff::Role;
use majlis::store::{Step, purses};

use super::{House, opening};

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
