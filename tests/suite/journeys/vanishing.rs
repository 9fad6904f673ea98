//! What becomes of comments without us: deleted, brought back, hidden or shown by somebody else.

use jiff::SignedDuration;
use majlis::domain::action::Act;
use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::reply::ClockState;
use majlis::sandbox::CorpusComment;
use serde_json::json;

use super::{BREACH, Journey, QUESTION, TICK, on_every_platform, says};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Journey {
    async fn visibility(&self, id: &str) -> Visibility {
        self.story(id).await.comment.visibility
    }
}

on_every_platform! {
    async fn a_comment_that_its_author_deleted_is_found_gone_and_owed_nothing(journey: Journey) {
        let ids = journey.read(&[says(journey.platform, QUESTION), says(journey.platform, "شكراً لكم")]).await;
        journey.delete(&ids[0]).await;
        journey.pass(TICK).await;
        assert_eq!(journey.visibility(&ids[0]).await, Visibility::Visible, "no list tells");
        journey.pass(HOUR).await;
        assert_eq!(journey.visibility(&ids[0]).await, Visibility::Deleted);
        assert_eq!(journey.visibility(&ids[1]).await, Visibility::Visible);
        assert!(matches!(journey.clock_of(&ids[0]).await.unwrap().state, ClockState::Cancelled { .. }));
        assert_eq!(journey.logged("comment.gone").await, 1);
    }

    async fn the_only_comment_that_there_was_can_be_gone_too(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.delete(&id).await;
        journey.pass(HOUR).await;
        assert_eq!(journey.visibility(&id).await, Visibility::Deleted);
    }

    async fn comments_that_all_look_gone_at_once_are_not_believed_until_something_is_seen_again(journey: Journey) {
        let ids = journey.read(&["أول", "ثانٍ", "ثالث"].map(|text| says(journey.platform, text))).await;
        for id in &ids {
            journey.delete(id).await;
        }
        for _ in 0..30 {
            journey.pass(HOUR).await;
        }
        for id in &ids {
            assert_eq!(journey.visibility(id).await, Visibility::Visible, "a right may have been lost");
        }
        journey.read_one("رابع").await;
        for _ in 0..3 {
            journey.pass(HOUR).await;
        }
        for id in &ids {
            assert_eq!(journey.visibility(id).await, Visibility::Deleted);
        }
    }

    async fn looks_cost_no_more_than_their_times(journey: Journey) {
        journey.read(&[says(journey.platform, QUESTION), says(journey.platform, "شكراً لكم")]).await;
        journey.pass(HOUR).await;
        let looked = journey.calls("lookup");
        assert!(looked > 0);
        journey.ticks(6).await;
        assert_eq!(journey.calls("lookup"), looked, "the next look is hours away");
    }

    async fn a_right_that_was_lost_marks_no_comment_as_gone(journey: Journey) {
        let ids = journey.read(&[says(journey.platform, QUESTION), says(journey.platform, "شكراً لكم")]).await;
        journey.clock.advance(HOUR);
        journey.arm("lookup", "forbidden", u32::MAX).await;
        journey.quiet().await;
        for id in &ids {
            assert_eq!(journey.visibility(id).await, Visibility::Visible);
        }
        journey.disarm().await;
        journey.ticks(6).await;
        assert_eq!(journey.logged("comment.gone").await, 0);
    }
}

#[tokio::test]
async fn a_comment_that_was_taken_for_gone_and_is_listed_again_comes_back() {
    let journey = Journey::on(Platform::Facebook).await;
    let id = journey.read_one(QUESTION).await;
    sqlx::query("update comment set visibility = 'deleted', visibility_at = 1")
        .execute(&journey.db.pool)
        .await
        .unwrap();
    for statement in [
        "delete from clock_point",
        "update reply_clock set state = 'cancelled', cancel_reason = 'gone', settled_at = 1",
    ] {
        journey.db.try_run(statement).await.unwrap();
    }
    journey.pass(TICK).await;
    assert_eq!(journey.visibility(&id).await, Visibility::Visible);
    assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
    assert_eq!(journey.logged("comment.returned").await, 1);
    journey.ticks(2).await;
    assert_eq!(journey.logged("comment.returned").await, 1);
}

#[tokio::test]
async fn a_comment_that_a_colleague_hid_is_known_as_hidden_and_not_shown_again() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let journey = Journey::on(platform).await;
        let id = journey.read_one(QUESTION).await;
        journey.by_hand(&id, Act::Hide).await;
        journey.pass(TICK).await;
        assert_eq!(journey.visibility(&id).await, Visibility::Hidden, "{platform}");
        assert!(matches!(journey.clock_of(&id).await.unwrap().state, ClockState::Cancelled { .. }));
        assert_eq!(journey.logged("comment.hidden_outside").await, 1, "{platform}");
        journey.ticks(4).await;
        assert!(journey.is_hidden(&id), "{platform}: nobody fought over it");
        assert_eq!(journey.calls("hide"), 1, "{platform}");
    }
}

#[tokio::test]
async fn what_youtube_held_back_is_known_as_hidden_and_stays_so_until_a_person_lets_it_through() {
    let journey = Journey::on(Platform::Youtube).await;
    let held = CorpusComment { held: true, ..says(Platform::Youtube, QUESTION) };
    let id = journey.read(&[held]).await.remove(0);
    let is_held = async || {
        assert!(journey.on_platform(&id).held, "the machine publishes nothing");
        assert_eq!(journey.visibility(&id).await, Visibility::Hidden);
        assert!(journey.clock_of(&id).await.is_none(), "nobody reads it, so nobody waits for an answer");
    };
    is_held().await;
    let log = journey.db.entries().await;
    let received = log.iter().find(|entry| entry.contains("\"act\":\"comment.received\"")).unwrap();
    assert!(received.contains("\"is\":\"hidden\""), "{received}");
    journey.ticks(4).await;
    journey.edit(&id, "كم رسوم تغيير اسم شركتي؟").await;
    journey.ticks(4).await;
    is_held().await;
    assert_eq!(journey.logged("comment.hidden_outside").await, 0);
    journey.by_hand(&id, Act::Unhide).await;
    journey.ticks(4).await;
    assert_eq!(journey.visibility(&id).await, Visibility::Visible);
    assert_eq!(journey.logged("comment.shown_outside").await, 1);
    assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
}

#[tokio::test]
async fn a_comment_that_a_colleague_showed_again_is_known_as_visible_and_not_hidden_again() {
    for platform in [Platform::Facebook, Platform::Instagram, Platform::Youtube] {
        let journey = Journey::on(platform).await;
        let id = journey.read_one(BREACH).await;
        assert!(journey.is_hidden(&id));
        journey.by_hand(&id, Act::Unhide).await;
        journey.pass(TICK).await;
        assert_eq!(
            journey.visibility(&id).await,
            Visibility::Hidden,
            "{platform}: a list may lag behind our hide"
        );
        journey.ticks(3).await;
        assert_eq!(journey.visibility(&id).await, Visibility::Visible, "{platform}");
        assert_eq!(journey.logged("comment.shown_outside").await, 1, "{platform}");
        journey.ticks(3).await;
        assert!(!journey.is_hidden(&id), "{platform}: it is the colleague's word");
    }
}

#[tokio::test]
async fn one_id_that_spoils_the_answer_for_all_is_found_by_halves() {
    // YouTube may refuse a whole list of ids with 404 for one that is gone: the sandbox plays the other reading.
    let journey = Journey::on(Platform::Youtube).await;
    let ids = journey
        .read(&(0..5).map(|n| says(Platform::Youtube, &format!("تعليق {n}"))).collect::<Vec<_>>())
        .await;
    journey.delete(&ids[3]).await;
    journey
        .control(
            reqwest::Method::POST,
            "faults",
            json!({"platform": "youtube", "call": "lookup", "fault": "gone", "times": 1}),
        )
        .await;
    journey.pass(HOUR).await;
    let gone: Vec<bool> = {
        let mut gone = Vec::new();
        for id in &ids {
            gone.push(journey.visibility(id).await == Visibility::Deleted);
        }
        gone
    };
    assert_eq!(gone, [false, false, false, true, false]);
}

#[tokio::test]
async fn what_stands_under_a_comment_that_youtube_hides_is_not_taken_for_gone_with_it() {
    // The sandbox still shows it by its id; as if it did not.
    let journey = Journey::on(Platform::Youtube).await;
    let under = CorpusComment { reply_to: Some(0), ..says(Platform::Youtube, QUESTION) };
    let others = says(Platform::Youtube, "شكراً لكم");
    let ids = journey.read(&[says(Platform::Youtube, BREACH), under, others]).await;
    assert!(journey.is_hidden(&ids[0]));
    journey.delete(&ids[1]).await;
    for _ in 0..30 {
        journey.pass(HOUR).await;
    }
    assert_eq!(journey.visibility(&ids[1]).await, Visibility::Visible);
    assert_eq!(journey.clock_of(&ids[1]).await.unwrap().state, ClockState::Running, "somebody asked");
}
