//! One comment, or one list, that fails for ever: the rest of its source is read and looked at as if it were not there.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use majlis::clock::Clock;
use majlis::config::SourceConfig;
use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::quota::{Purse, Spent};
use majlis::sandbox::CorpusComment;
use majlis::stage;
use majlis::store::sources::{self, Health};
use majlis::store::{Step, Store, actions, purses};

use super::{BREACH, Journey, QUESTION, TICK, on_every_platform, says, source_of};
use crate::store::contract;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// As soon as a source is asked again that has just begun to fail.
const SOON: SignedDuration = SignedDuration::from_secs(10);

fn some(platform: Platform, count: usize, what: &str) -> Vec<CorpusComment> {
    (0..count).map(|number| says(platform, &format!("شكراً {what} {number}"))).collect()
}

impl Journey {
    async fn stored(&self) -> i64 {
        self.db.number("select count(*) from comment where written_by = 'public'").await
    }

    async fn gaps(&self) -> i64 {
        self.health(self.platform).await.suspected_gaps
    }

    async fn rounds(&self) -> i64 {
        sources::reading(&self.db.store, &source_of(self.platform)).await.unwrap().rounds
    }

    /// The post that a comment stands under, by the platform's id.
    async fn post_of(&self, id: &str) -> String {
        self.story(id).await.comment.post_id.unwrap()
    }
}

on_every_platform! {
    async fn one_comment_that_cannot_be_looked_at_keeps_no_other_from_being_looked_at(journey: Journey) {
        for fault in ["refused", "forbidden", "status_500"] {
            let ids = journey.read(&some(journey.platform, 5, fault)).await;
            journey.arm_about(&ids[2], "lookup", fault).await;
            journey.delete(&ids[4]).await;
            journey.pass(HOUR).await;
            let lists = journey.calls("list");
            for _ in 0..6 {
                journey.pass(SOON).await;
            }
            assert_eq!(journey.calls("list"), lists, "{fault}: a round for each look");
            assert_eq!(journey.health(journey.platform).await.state, Health::Ok, "{fault}: it can be read");
            journey.ticks(3 * 12).await;
            for (place, id) in ids.iter().enumerate() {
                let gone = journey.story(id).await.comment.visibility == Visibility::Deleted;
                assert_eq!(gone, place == 4, "{fault} {place}");
            }
            let looked = journey.calls("lookup");
            journey.ticks(12).await;
            assert!(journey.calls("lookup") - looked <= 20, "{fault}: it is asked for ever more rarely");
            journey.disarm().await;
        }
    }
}

#[tokio::test]
async fn looks_that_a_months_money_does_not_pay_for_put_no_reading_off() {
    let journey = Journey::with(&[Platform::X], |source| source.allowance.dollars_per_month = Some(1)).await;
    journey.read(&some(Platform::X, 10, "أولاً")).await;
    for _ in 0..2 {
        journey.pass(SignedDuration::from_mins(20)).await;
    }
    // What reading may still spend pays for eight posts.
    let until = "2026-12-01T00:00:00Z".parse().unwrap();
    let spent = Spent { until, all: 910_000, by_acts: 0, usual: 0 };
    let mut tx = journey.db.store.begin(Step::Keep).await.unwrap();
    purses::keep(&mut tx, &source_of(Platform::X), Purse::Money, spent).await.unwrap();
    tx.commit().await.unwrap();
    journey.pass(SignedDuration::from_mins(20)).await;
    assert_eq!(journey.calls("lookup"), 0, "that would be more than what is left for reading");
    journey.read_one(QUESTION).await;
    assert_eq!(journey.stored().await, 11);
}

contract! {
    async fn a_look_of_many_calls_stays_with_its_worker(db: Db) {
        let hourly = |source: &mut SourceConfig| source.schedule = "0 0 * * * *".parse().unwrap();
        let journey = Journey::in_database(db, &[Platform::Youtube], hourly).await;
        // Six calls a minute: what a tick may spend on looks outlasts the lease of two minutes.
        let slowly = |source: &mut SourceConfig| {
            hourly(source);
            source.requests_per_minute = NonZeroU32::new(6).unwrap();
        };
        let store = Store::open(&journey.db.url).await.unwrap();
        let slow = crate::journeys::process(&journey.sandbox, &journey.clock, store, &[Platform::Youtube], slowly).await;
        let slow = Arc::new(slow);
        let attempts = "select attempt from job where lane = 'poll/youtube'";
        let slow_tick = async |time: SignedDuration| {
            let before = journey.db.number(attempts).await;
            journey.clock.advance(time);
            let slow = slow.clone();
            let worker = tokio::spawn(async move { stage::run_until_quiet(&slow).await });
            let claimed = "select count(*) from job where lane = 'poll/youtube' and ready_at > due_at";
            while !worker.is_finished() {
                if journey.db.number(claimed).await == 1 {
                    // The other process would take over what was let go.
                    journey.pass(SignedDuration::from_secs(2)).await;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            worker.await.unwrap().unwrap();
            assert_eq!(journey.db.number(attempts).await, before + 1, "the other took it over");
        };
        let ids = journey.publish(&some(Platform::Youtube, 24, "تعليق"));
        slow_tick(TICK).await;
        assert_eq!(journey.stored().await, 24);
        for id in ids.iter().step_by(3) {
            // For the sake of one that is gone the whole answer may be refused.
            journey.delete(id).await;
            journey.arm_about(id, "lookup", "gone").await;
        }
        for _ in 0..6 {
            slow_tick(HOUR).await;
        }
        for (place, id) in ids.iter().enumerate() {
            let gone = journey.story(id).await.comment.visibility == Visibility::Deleted;
            assert_eq!(gone, place % 3 == 0, "{place}");
        }
    }
}

#[tokio::test]
async fn a_post_whose_comments_can_never_be_read_keeps_no_other_post_from_being_read() {
    for (platform, fault) in [Platform::Facebook, Platform::Instagram]
        .into_iter()
        .flat_map(|platform| ["status_500", "refused", "forbidden"].map(|fault| (platform, fault)))
    {
        let journey = Journey::on(platform).await;
        let ids = journey.read(&some(platform, 4, "أولاً")).await;
        let rounds = journey.rounds().await;
        journey.arm_about(&journey.post_of(&ids[0]).await, "list", fault).await;
        journey.publish(&some(platform, 4, "ثانياً"));
        journey.pass(TICK).await;
        // How often it failed is not forgotten with the process.
        let next = journey.another_process().await;
        for _ in 0..3 {
            journey.clock.advance(SOON);
            stage::run_until_quiet(&next).await.unwrap();
        }
        assert_eq!(journey.stored().await, 7, "{platform} {fault}: all but the one under that post");
        assert_eq!(journey.gaps().await, 1, "{platform} {fault}");
        assert_eq!(journey.rounds().await, rounds + 1, "{platform} {fault}: the round ended");
        assert_eq!(
            journey.health(platform).await.state,
            Health::Ok,
            "{platform} {fault}: the rest can be read"
        );
        journey.disarm().await;
        journey.ticks(1).await;
        assert_eq!(journey.stored().await, 8, "{platform} {fault}");
        assert_eq!(journey.gaps().await, 1, "{platform} {fault}");
    }
}

#[tokio::test]
async fn a_place_that_is_stale_again_and_again_is_given_up_and_tried_by_the_next_sweep() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let two_pages = |source: &mut SourceConfig| {
            source.pages_per_tick = NonZeroU32::new(2).unwrap();
        };
        let journey = Journey::with(&[platform], two_pages).await;
        journey.publish(&some(platform, 4 * 120, "كثيراً"));
        journey.pass(TICK).await;
        // Where the first post's comments go on.
        let cursor = sources::reading(&journey.db.store, &source_of(platform)).await.unwrap().cursor.unwrap();
        let cursor: serde_json::Value = serde_json::from_str(&cursor).unwrap();
        let spot = cursor.get("spot").unwrap_or(&cursor["list"]["comments"]["spot"]);
        let token = spot["token"].as_str().unwrap();
        journey.arm_about(token, "list", "refused").await;
        journey.ticks(30).await;
        assert!(journey.rounds().await >= 1, "{platform}: the round never ended");
        assert!(journey.gaps().await >= 1, "{platform}");
        let read = journey.stored().await;
        assert!((3 * 120..4 * 120).contains(&read), "{platform}: {read} are read");
        journey.disarm().await;
        journey.ticks(60).await;
        assert_eq!(journey.stored().await, 4 * 120, "{platform}");
    }
}

#[tokio::test]
async fn a_search_that_x_never_answers_keeps_no_other_list_from_being_read_and_is_made_up_for() {
    let journey = Journey::on(Platform::X).await;
    let ids = journey.read(&some(Platform::X, 1, "أولاً")).await;
    journey.arm_about(&journey.post_of(&ids[0]).await, "list", "status_503").await;
    // What answers another of the public does not name us: only the conversation's search finds it.
    let found =
        |text| serde_json::json!({"platform": "x", "parent_id": ids[0], "author": "هند", "text": text});
    journey.control(reqwest::Method::POST, "comments", found("وأنا أيضاً")).await;
    journey.publish(&some(Platform::X, 4, "ثانياً"));
    // An id that a search begins after is named as well, so at first more than one of them fails.
    journey.ticks(16).await;
    assert_eq!(journey.stored().await, 5, "the mentions");
    assert!(journey.gaps().await >= 2 && journey.rounds().await >= 2, "the round never ended");
    journey.disarm().await;
    journey.ticks(4).await;
    assert_eq!(journey.stored().await, 6, "the rounds begin where the search was last answered");
}

#[tokio::test]
async fn a_youtube_thread_whose_replies_are_never_listed_keeps_no_comment_from_being_read() {
    for fault in ["status_500", "refused"] {
        let journey = Journey::on(Platform::Youtube).await;
        let reply = |number| CorpusComment {
            reply_to: Some(0),
            ..says(Platform::Youtube, &format!("شكراً {number}"))
        };
        let comments = [says(Platform::Youtube, QUESTION)].into_iter().chain((0..7).map(reply));
        let first = journey.publish(&comments.collect::<Vec<_>>()).remove(0);
        journey.arm_about(&first, "list", fault).await;
        journey.publish(&[CorpusComment { held: true, ..says(Platform::Youtube, "أهلاً") }]);
        journey.pass(TICK).await;
        for _ in 0..3 {
            journey.pass(SOON).await;
        }
        assert_eq!(
            journey.stored().await,
            1 + 5 + 1,
            "{fault}: the thread as far as it was carried, and the queue of what is held"
        );
        assert_eq!(journey.gaps().await, 1, "{fault}");
        journey.disarm().await;
        journey.ticks(4).await;
        assert_eq!(journey.stored().await, 9, "{fault}: a sweep lists them anew");
    }
}

#[tokio::test]
async fn a_right_to_act_that_was_lost_shows_though_the_source_can_be_read() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.arm("hide", "forbidden", u32::MAX).await;
    let id = journey.read_one(BREACH).await;
    let since = journey.clock.now();
    journey.ticks(8).await;
    let waiting = actions::waiting_since(&journey.db.store).await.unwrap();
    assert_eq!(waiting, [(source_of(Platform::Facebook), since)]);
    assert!(journey.health(Platform::Facebook).await.last_read_at > Some(since));
    journey.disarm().await;
    journey.ticks(4).await;
    assert!(journey.is_hidden(&id));
    assert!(actions::waiting_since(&journey.db.store).await.unwrap().is_empty());
}
