//! One budget for reading and acting: never beyond a platform's limits, and what acts need is not read away.

use jiff::SignedDuration;
use majlis::domain::comment::{Platform, SourceId};
use majlis::domain::quota::{Purse, Spent};
use majlis::store::purses;
use majlis::store::sources::Health;
use majlis::store::{Step, Store};

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, at, says};

impl Journey {
    /// What was spent of the purse so far.
    async fn spent(&self, purse: Purse) -> i64 {
        let all = purses::all(&self.db.store).await.unwrap();
        all.into_iter().find(|(_, found, _)| *found == purse).map_or(0, |(_, _, spent)| spent.all)
    }
}

async fn spend(store: &Store, platform: Platform, purse: Purse, all: i64, until: &str) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let spent = Spent { until: until.parse().unwrap(), all, by_acts: 0, usual: 0 };
    purses::keep(&mut tx, &SourceId(platform.to_string()), purse, spent).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn hides_that_wait_together_are_one_call_on_youtube() {
    let journey = Journey::on(Platform::Youtube).await;
    let breaches: Vec<_> = (0..60).map(|n| says(Platform::Youtube, &format!("{BREACH} {n}"))).collect();
    let ids = journey.read(&breaches).await;
    assert!(ids.iter().all(|id| journey.is_hidden(id)));
    assert_eq!(journey.calls("hide"), 2, "fifty and ten");
    assert_eq!((journey.logged("action.started").await, journey.logged("action.confirmed").await), (60, 60));
    for id in &ids {
        assert_eq!(journey.story(id).await.actions[0].action.state.word(), "confirmed");
    }
}

#[tokio::test]
async fn hides_whose_answer_was_lost_go_together_again() {
    let journey = Journey::on(Platform::Youtube).await;
    let breaches: Vec<_> = (0..30).map(|n| says(Platform::Youtube, &format!("{BREACH} {n}"))).collect();
    let ids = journey.publish(&breaches);
    journey.arm("hide", "status_503", 1).await;
    journey.ticks(3).await;
    assert!(ids.iter().all(|id| journey.is_hidden(id)));
    assert_eq!(journey.calls("hide"), 2, "once in vain, and once again for all");
}

#[tokio::test]
async fn one_of_many_hides_that_cannot_be_done_keeps_none_of_the_others() {
    let journey = Journey::on(Platform::Youtube).await;
    let breaches: Vec<_> = (0..5).map(|n| says(Platform::Youtube, &format!("{BREACH} {n}"))).collect();
    let ids = journey.publish(&breaches);
    journey.arm("hide", "status_503", 1).await;
    journey.pass(TICK).await;
    assert!(!ids.iter().any(|id| journey.is_hidden(id)), "their answer was lost");
    journey.delete(&ids[2]).await;
    journey.ticks(2).await;
    for (place, id) in ids.iter().enumerate() {
        let expected = if place == 2 { "refused" } else { "confirmed" };
        assert_eq!(journey.story(id).await.actions[0].action.state.word(), expected, "{place}");
    }
}

#[tokio::test]
async fn reading_stops_before_the_days_units_are_spent_and_hides_go_out_all_the_same() {
    let journey = Journey::on(Platform::Youtube).await;
    let id = journey.read_one(QUESTION).await;
    // The Pacific day ends at noon by the office's clock.
    spend(&journey.db.store, Platform::Youtube, Purse::Units, 9_500, "2026-11-24T08:00:00Z").await;
    let read = journey.calls("list");
    journey.ticks(3).await;
    assert_eq!(journey.calls("list"), read, "what is left is for acts");
    assert_eq!(journey.health(Platform::Youtube).await.state, Health::Ill);
    journey.staff(&id, StaffAct::Reply(ANSWER)).await;
    journey.quiet().await;
    journey.staff(&id, StaffAct::Hide).await;
    journey.quiet().await;
    assert_eq!((journey.sent().len(), journey.is_hidden(&id)), (1, true));
    assert_eq!(journey.spent(Purse::Units).await, 9_500 + 52 + 50);
    journey.clock.advance_to(at("12:01"));
    journey.quiet().await;
    assert!(journey.calls("list") > read, "a new day");
    assert!(journey.spent(Purse::Units).await < 50);
}

#[tokio::test]
async fn what_was_spent_is_known_to_the_next_process() {
    let journey = Journey::on(Platform::Youtube).await;
    journey.ticks(2).await;
    let spent = journey.spent(Purse::Units).await;
    let calls: u64 = journey.sandbox.ledger().calls[&Platform::Youtube]
        .iter()
        .filter(|(kind, _)| **kind != "token")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(spent, i64::try_from(calls).unwrap());
    let again = journey.another_process().await;
    journey.clock.advance(TICK);
    majlis::stage::run_until_quiet(&again).await.unwrap();
    assert!(journey.spent(Purse::Units).await > spent);
}

#[tokio::test]
async fn money_on_x_is_counted_by_the_post_and_a_months_limit_leaves_something_for_acts() {
    let journey = Journey::with(&[Platform::X], |source| source.allowance.dollars_per_month = Some(1)).await;
    let id = journey.read_one(QUESTION).await;
    let read = journey.spent(Purse::Money).await;
    assert!(read >= 5_000 + 10_000, "at least the post and who wrote it: {read}");
    journey.ticks(2).await;
    assert_eq!(journey.spent(Purse::Money).await, read, "what a day told before is free");
    spend(&journey.db.store, Platform::X, Purse::Money, 950_000, "2026-12-01T00:00:00Z").await;
    let lists = journey.calls("list");
    journey.ticks(2).await;
    assert_eq!(journey.calls("list"), lists);
    journey.staff(&id, StaffAct::Reply(ANSWER)).await;
    journey.quiet().await;
    assert_eq!(journey.sent().len(), 1);
    assert_eq!(journey.spent(Purse::Money).await, 950_000 + 15_000);
}

#[tokio::test]
async fn the_search_for_a_lost_reply_on_x_is_booked_though_nothing_of_it_is_stored() {
    let journey = Journey::with(&[Platform::X], |source| source.allowance.dollars_per_month = Some(1)).await;
    let id = journey.read_one(QUESTION).await;
    // Nothing is left to read lists with.
    spend(&journey.db.store, Platform::X, Purse::Money, 950_000, "2026-12-01T00:00:00Z").await;
    journey.arm("reply", "answer_lost", 1).await;
    journey.staff(&id, StaffAct::Reply(ANSWER)).await;
    journey.quiet().await;
    journey.ticks(4).await;
    assert_eq!((journey.sent().len(), journey.calls("reply")), (1, 1), "it was found");
    // Who wrote it, which is us, was told before.
    let (sent, found) = (15_000, 5_000);
    assert_eq!(journey.spent(Purse::Money).await, 950_000 + sent + found);
}

#[tokio::test]
async fn what_x_announces_of_its_window_is_believed_though_others_spent_it() {
    let journey = Journey::on(Platform::X).await;
    journey.ticks(1).await;
    // Another program with the same account: the stand-in counts it, we only hear of it.
    let account = crate::platform::account(&journey.sandbox, Platform::X);
    let client = reqwest::Client::new();
    let url = format!("{}/users/{}/mentions", account.api_base, account.account_id);
    for _ in 0..290 {
        client.get(&url).bearer_auth(&account.access_token).send().await.unwrap();
    }
    journey.ticks(2).await;
    assert!(journey.spent(Purse::Reads).await > 280, "it was announced");
    assert_eq!(journey.sandbox.ledger().over_limit.get(&Platform::X), None);
    journey.ticks(1).await;
    assert_eq!(
        journey.sandbox.ledger().over_limit.get(&Platform::X),
        None,
        "we were never the ones to go over it"
    );
    journey.pass(SignedDuration::from_mins(20)).await;
    assert_eq!(journey.health(Platform::X).await.state, Health::Ok);
}
