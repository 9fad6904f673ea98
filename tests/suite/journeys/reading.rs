//! Reading: everything once, whatever the number of pages and ticks.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::SignedDuration;
use majlis::clock::Clock;
use majlis::config::SourceConfig;
use majlis::domain::comment::Platform;
use majlis::sandbox::{CorpusComment, corpus};

use super::{Journey, QUESTION, StaffAct, TICK, on_every_platform, says};

impl Journey {
    /// The comments of the public on the platforms, and in the database: how often each, and in which words.
    async fn assert_all_read_once(&self) {
        let mut written: BTreeMap<String, String> = BTreeMap::new();
        let now = self.clock.now();
        for comment in self.sandbox.ledger().comments.into_iter().filter(|comment| comment.created_at <= now)
        {
            written.insert(comment.id, comment.text);
        }
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select c.platform_id, r.text from comment c join revision r on r.comment = c.id and r.number = c.revision
             where c.written_by = 'public'",
        )
        .fetch_all(&self.db.pool)
        .await
        .unwrap();
        let read: BTreeMap<String, String> = rows.iter().cloned().collect();
        assert_eq!(rows.len(), read.len(), "a comment is there twice");
        assert_eq!(read, written);
        assert_eq!(self.logged("comment.received").await, rows.len() + self.read_of_ours().await);
    }

    async fn read_of_ours(&self) -> usize {
        self.db.number("select count(*) from comment where written_by = 'us'").await as usize
    }

    /// How much there is of everything that reading writes.
    async fn extent(&self) -> Vec<i64> {
        let mut extent = Vec::new();
        for table in ["comment", "revision", "decision", "action", "reply_clock"] {
            extent.push(self.db.number(&format!("select count(*) from {table}")).await);
        }
        extent
    }
}

fn many(platform: Platform, count: usize) -> Vec<CorpusComment> {
    (0..count).map(|number| says(platform, &format!("شكراً على البرنامج رقم {number}"))).collect()
}

fn two_pages_a_tick(source: &mut majlis::config::SourceConfig) {
    source.pages_per_tick = NonZeroU32::new(2).unwrap();
}

#[tokio::test]
async fn every_comment_of_a_corpus_is_read_once_and_later_rounds_add_nothing() {
    let journey = Journey::with(&Platform::ALL, two_pages_a_tick).await;
    let played = corpus();
    let minutes = played.iter().filter_map(|comment| comment.after_minutes).max().unwrap();
    journey.sandbox.publish(&played);
    let end = journey.clock.now() + SignedDuration::from_mins(i64::from(minutes) + 60);
    while journey.clock.now() < end {
        journey.pass(TICK).await;
    }
    assert_eq!(journey.sandbox.ledger().comments.len(), played.len());
    journey.assert_all_read_once().await;
    let extent = journey.extent().await;
    journey.ticks(20).await;
    assert_eq!(journey.extent().await, extent);
    let waiting = "select count(*) from job where lane not like 'poll/%' and lane not in ('remind', 'recount', 'retain', 'sample')";
    assert_eq!(journey.db.number(waiting).await, 0, "work was left over");
    assert_eq!(journey.sandbox.ledger().over_limit.values().sum::<u64>(), 0);
}

#[tokio::test]
async fn a_round_that_is_longer_than_a_tick_goes_on_in_the_next() {
    for platform in Platform::ALL {
        let journey = Journey::with(&[platform], two_pages_a_tick).await;
        journey.publish(&many(platform, 450));
        let mut most = 0;
        for _ in 0..30 {
            let before = journey.calls("list") + journey.calls("post");
            journey.pass(TICK).await;
            most = most.max(journey.calls("list") + journey.calls("post") - before);
        }
        assert_eq!(most, 2, "{platform}: pages in one tick");
        journey.assert_all_read_once().await;
    }
}

#[tokio::test]
async fn while_calls_are_few_only_posts_with_something_new_are_read() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let few = |source: &mut SourceConfig| source.post_reads_per_day = NonZeroU32::new(50).unwrap();
        let journey = Journey::with(&[platform], few).await;
        journey.read(&many(platform, 8)).await;
        let (lists, calls) = (journey.calls("post"), journey.calls("list"));
        journey.ticks(1).await;
        assert_eq!(
            journey.calls("post") - lists,
            1,
            "{platform}: the list of posts tells that nothing is new"
        );
        assert_eq!(journey.calls("list"), calls, "{platform}");
        journey.read(&[says(platform, QUESTION)]).await;
        assert_eq!(journey.calls("list"), calls + 1, "{platform}: the one post that has something new");
        journey.assert_all_read_once().await;
    }
}

#[tokio::test]
async fn beyond_a_days_calls_for_posts_only_a_sweep_reads_on_until_the_next_day() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let one = |source: &mut SourceConfig| source.post_reads_per_day = NonZeroU32::MIN;
        let journey = Journey::with(&[platform], one).await;
        journey.read(&many(platform, 8)).await;
        let calls = journey.calls("list");
        journey.publish(&[says(platform, QUESTION)]);
        journey.ticks(2).await;
        assert_eq!(journey.calls("list"), calls, "{platform}: the first sweep had spent the day's call");
        journey.ticks(1).await;
        journey.assert_all_read_once().await;
    }
}

#[tokio::test]
async fn a_youtube_reply_that_came_as_another_went_is_read_by_the_next_sweep() {
    let journey = Journey::on(Platform::Youtube).await;
    let reply = |number| CorpusComment {
        reply_to: Some(0),
        ..says(Platform::Youtube, &format!("شكراً {number}"))
    };
    let comments: Vec<CorpusComment> =
        [says(Platform::Youtube, QUESTION)].into_iter().chain((0..7).map(reply)).collect();
    let ids = journey.read(&comments).await;
    journey.ticks(4).await;
    journey.staff(&ids[7], StaffAct::Hide).await;
    journey.quiet().await;
    let body =
        serde_json::json!({"platform": "youtube", "parent_id": ids[0], "author": "هند", "text": "وأنا أيضاً"});
    journey.control(reqwest::Method::POST, "comments", body).await;
    journey.ticks(4).await;
    journey.assert_all_read_once().await;
}

on_every_platform! {
    async fn a_new_reply_under_an_old_comment_is_found_by_a_sweep(journey: Journey) {
        let mut comments = vec![says(journey.platform, QUESTION)];
        comments.extend(many(journey.platform, 250));
        journey.read(&comments).await;
        journey.ticks(3).await;
        let old = journey.sandbox.ledger().comments.into_iter().find(|comment| comment.text.contains(QUESTION)).unwrap();
        let body = serde_json::json!({
            "platform": journey.platform, "parent_id": old.id, "author": "هند", "text": "وأنا أيضاً أريد الجواب"
        });
        journey.control(reqwest::Method::POST, "comments", body).await;
        journey.ticks(4).await;
        journey.assert_all_read_once().await;
        assert_eq!(journey.db.number("select count(*) from comment where parent_id is not null").await, 1);
    }

    async fn an_empty_success_is_no_end_of_a_list(journey: Journey) {
        journey.ticks(2).await;
        for fault in ["empty_object", "empty_body"] {
            journey.arm("list", fault, 1).await;
            journey.publish(&[CorpusComment { mention: true, ..says(journey.platform, &format!("{QUESTION} {fault}")) }]);
            journey.ticks(1).await;
            // X reads a quarter of an hour twice; what it lost with its place would not come back.
            journey.pass(SignedDuration::from_mins(20)).await;
            journey.assert_all_read_once().await;
        }
    }

    async fn a_comment_that_reaches_the_lists_late_is_found(journey: Journey) {
        journey.read(&many(journey.platform, 250)).await;
        journey.ticks(2).await;
        let late = journey.clock.now() - SignedDuration::from_mins(12);
        journey.publish(&[CorpusComment { at: Some(late), ..says(journey.platform, QUESTION) }]);
        journey.ticks(4).await;
        journey.assert_all_read_once().await;
    }

    async fn a_process_that_starts_again_reads_on_and_nothing_twice(journey: Journey) {
        journey.read(&many(journey.platform, 120)).await;
        let again = journey.another_process().await;
        journey.publish(&many(journey.platform, 30));
        journey.clock.advance(TICK);
        majlis::stage::run_until_quiet(&again).await.unwrap();
        journey.assert_all_read_once().await;
        assert_eq!(journey.db.number("select max(revision) from comment").await, 1);
    }
}
