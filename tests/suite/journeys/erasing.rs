//! Erasing: what its author takes back, what a hold keeps, and what a platform lets nobody keep.

use jiff::SignedDuration;
use majlis::clock::Clock as _;
use majlis::domain::comment::{Platform, Visibility};
use majlis::store::holds::{self, HeldThing, HoldId};
use majlis::store::{Step, Store};

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, on_every_platform, says};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Past YouTube's thirty days.
const MONTH: SignedDuration = SignedDuration::from_hours(31 * 24);

async fn act(store: &Store, held: impl AsyncFnOnce(&mut majlis::store::Tx)) {
    let mut tx = store.begin(Step::Act).await.unwrap();
    held(&mut tx).await;
    tx.commit().await.unwrap();
}

async fn seen(journey: &Journey, id: &str) -> (Visibility, Option<String>) {
    let comment = journey.story(id).await.comment;
    (comment.visibility, comment.text)
}

#[tokio::test]
async fn a_hold_keeps_what_its_author_deleted_until_the_first_look_after_it_was_lifted() {
    let journey = Journey::on(Platform::Facebook).await;
    let id = journey.read_one(QUESTION).await;
    let comment = journey.story(&id).await.comment.id;
    let now = journey.clock.now();
    act(&journey.db.store, async |tx| {
        let on = HeldThing::Comment(comment);
        assert_eq!(holds::place(tx, "amna", &on, "قضية", now).await.unwrap(), HoldId(1));
    })
    .await;
    journey.delete(&id).await;
    journey.staff(&id, StaffAct::Reply(ANSWER)).await;
    journey.quiet().await;
    assert_eq!(seen(&journey, &id).await, (Visibility::Deleted, Some(QUESTION.to_owned())));
    journey.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(seen(&journey, &id).await.0, Visibility::Deleted);
    act(&journey.db.store, async |tx| holds::lift(tx, "amna", HoldId(1), "أغلقت", now).await.unwrap()).await;
    journey.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(seen(&journey, &id).await, (Visibility::Erased, None));
    assert_eq!(journey.logged("comment.erased").await, 1);
}

on_every_platform! {
    async fn what_is_gone_is_erased_when_it_is_still_gone_at_the_end_of_its_grace(journey: Journey) {
        let ids = journey.read(&[says(journey.platform, QUESTION), says(journey.platform, "شكراً لكم")]).await;
        let kept = (Visibility::Deleted, seen(&journey, &ids[0]).await.1);
        let other = seen(&journey, &ids[1]).await;
        journey.delete(&ids[0]).await;
        journey.pass(HOUR).await;
        assert_eq!(seen(&journey, &ids[0]).await, kept);
        journey.pass(HOUR * 23).await;
        assert_eq!(seen(&journey, &ids[0]).await, kept);
        journey.pass(HOUR).await;
        assert_eq!(seen(&journey, &ids[0]).await, (Visibility::Erased, None));
        assert_eq!(seen(&journey, &ids[1]).await, other);
        let log = journey.db.entries().await;
        let erased = log.iter().find(|entry| entry.contains("\"act\":\"comment.erased\"")).unwrap();
        assert!(erased.contains("\"cause\":\"deleted\"") && erased.contains("\"name\":\"retain\""), "{erased}");
        let looked = journey.calls("lookup");
        journey.pass(TICK).await;
        assert_eq!(journey.calls("lookup"), looked, "nobody asks for it any more");
    }

    async fn what_may_be_gone_is_not_erased_while_nothing_can_be_seen_at_all(journey: Journey) {
        let ids = journey.read(&[says(journey.platform, QUESTION), says(journey.platform, "شكراً لكم")]).await;
        let kept = (Visibility::Deleted, seen(&journey, &ids[0]).await.1);
        journey.delete(&ids[0]).await;
        journey.pass(HOUR).await;
        assert_eq!(seen(&journey, &ids[0]).await, kept);
        journey.arm("lookup", "forbidden", u32::MAX).await;
        journey.pass(HOUR * 48).await;
        journey.ticks(3).await;
        assert_eq!(seen(&journey, &ids[0]).await, kept);
        journey.disarm().await;
        // What was refused so long is asked for within a day.
        journey.pass(HOUR * 24).await;
        journey.pass(HOUR).await;
        assert_eq!(seen(&journey, &ids[0]).await, (Visibility::Erased, None));
    }
}

#[tokio::test]
async fn a_hide_that_met_nothing_by_mistake_erases_nothing_and_is_done_when_the_comment_is_seen_again() {
    for platform in [Platform::Facebook, Platform::Instagram, Platform::Youtube] {
        let journey = Journey::on(platform).await;
        journey.arm("hide", "gone", 1).await;
        let id = journey.read_one(BREACH).await;
        assert_eq!(seen(&journey, &id).await, (Visibility::Deleted, Some(BREACH.to_owned())), "{platform}");
        journey.pass(HOUR).await;
        assert_eq!(seen(&journey, &id).await, (Visibility::Hidden, Some(BREACH.to_owned())), "{platform}");
        assert!(journey.is_hidden(&id), "{platform}");
        assert_eq!(journey.logged("comment.returned").await, 1, "{platform}");
        journey.pass(HOUR * 24).await;
        assert_eq!(journey.logged("comment.erased").await, 0, "{platform}");
    }
}

#[tokio::test]
async fn a_comment_of_youtube_is_kept_while_pages_show_it_and_erased_a_month_after_they_do_not() {
    let journey = Journey::on(Platform::Youtube).await;
    let id = journey.read_one(QUESTION).await;
    journey.pass(MONTH).await;
    assert_eq!(seen(&journey, &id).await, (Visibility::Visible, Some(QUESTION.to_owned())));
    journey.delete(&id).await;
    journey.pass(MONTH).await;
    assert_eq!(seen(&journey, &id).await, (Visibility::Erased, None));
    let log = journey.db.entries().await;
    let erased = log.iter().find(|entry| entry.contains("\"act\":\"comment.erased\"")).unwrap();
    assert!(
        erased.contains("\"cause\":\"platform_term\"") && erased.contains("\"name\":\"retain\""),
        "{erased}"
    );
}

#[tokio::test]
async fn a_batch_of_expired_comments_goes_in_one_look_and_nothing_is_looked_for_twice() {
    let journey = Journey::on(Platform::Youtube).await;
    let said: Vec<_> = (0..130).map(|number| says(Platform::Youtube, &format!("شكرًا {number}"))).collect();
    let ids = journey.read(&said).await;
    for id in &ids {
        journey.delete(id).await;
    }
    journey.pass(MONTH).await;
    let left = journey.db.number("select count(*) from comment where visibility <> 'erased'").await;
    assert_eq!((left, journey.logged("comment.erased").await), (0, 130));
    let look = journey.db.number("select count(*) from job where lane = 'retain'").await;
    assert_eq!(look, 1);
    journey.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(journey.logged("comment.erased").await, 130);
}
