//! Comments whose authors change them: each text is judged, and what a person decided stays a person's.

use jiff::SignedDuration;
use majlis::clock::Clock as _;
use majlis::domain::comment::{Platform, Visibility};
use majlis::store::jobs::{self, Lane};
use majlis::store::replies::ClockState;
use majlis::store::{Step, StoreError};
use serde_json::Value;

use super::{ANSWER, BREACH, DOUBTFUL_QUESTION, Journey, QUESTION, StaffAct, at, on_every_platform};

on_every_platform! {
    async fn an_edited_comment_becomes_a_revision_and_is_judged_again(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.edit(&id, BREACH).await;
        journey.ticks(1).await;
        let story = journey.story(&id).await;
        let texts: Vec<&str> =
            story.revisions.iter().map(|revision| revision.text.as_deref().unwrap()).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].contains(QUESTION) && texts[1].contains(BREACH));
        let verdicts: Vec<(i64, &str)> =
            story.decisions.iter().map(|decision| (decision.revision, decision.verdict)).collect();
        assert_eq!(verdicts, [(1, "allow"), (2, "hide")]);
        assert!(journey.is_hidden(&id));
        assert!(matches!(story.clocks[0].state, ClockState::Cancelled { .. }));
        assert_eq!((journey.logged("comment.received").await, journey.logged("comment.revised").await), (1, 1));
        let entry = async |act: &str| -> Value {
            let entries = journey.db.entries().await;
            let entry = entries.iter().find(|entry| entry.contains(&format!("\"act\":\"{act}\""))).unwrap();
            serde_json::from_str(entry).unwrap()
        };
        let (received, revised) = (entry("comment.received").await, entry("comment.revised").await);
        assert_eq!(revised["fields"]["before"], received["fields"]["text"], "what the edit took the place of");
        assert_ne!(revised["fields"]["text"], received["fields"]["text"]);
        // The platform's own name for the request that hid it, where it has one.
        let request = &entry("action.confirmed").await["fields"]["request"];
        assert_eq!(request.is_string(), journey.platform != Platform::Youtube, "{request}");
        journey.ticks(1).await;
        assert_eq!(journey.story(&id).await.decisions.len(), 2);
    }

    async fn an_edit_that_takes_the_offence_out_brings_the_comment_back(journey: Journey) {
        if journey.platform == Platform::Youtube {
            return; // It lists no comment that we rejected, so that nobody sees what its author does to it.
        }
        let id = journey.read_one(BREACH).await;
        assert!(journey.is_hidden(&id));
        journey.edit(&id, QUESTION).await;
        journey.ticks(1).await;
        assert!(!journey.is_hidden(&id));
        let story = journey.story(&id).await;
        assert_eq!(story.comment.visibility, Visibility::Visible);
        let [clock] = story.clocks.as_slice() else { panic!("{:?}", story.clocks) };
        assert!(clock.started_at > at("07:35") && clock.state == ClockState::Running, "{clock:?}");
    }

    async fn a_hidden_comment_comes_back_also_by_way_of_a_doubt(journey: Journey) {
        if journey.platform == Platform::Youtube {
            return; // It lists no comment that we rejected, so that nobody sees what its author does to it.
        }
        let id = journey.read_one(BREACH).await;
        journey.edit(&id, DOUBTFUL_QUESTION).await;
        journey.ticks(1).await;
        assert_eq!(journey.verdict(&id).await.0, "review");
        assert!(journey.is_hidden(&id), "a doubt shows nothing");
        assert_eq!(journey.clock_of(&id).await, None, "a hidden comment is owed nothing");
        journey.edit(&id, QUESTION).await;
        journey.ticks(1).await;
        assert_eq!(journey.verdict(&id).await.0, "allow");
        assert!(!journey.is_hidden(&id));
        assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
    }

    async fn what_staff_hid_and_its_author_changed_waits_for_a_person_however_often_it_changes(journey: Journey) {
        if journey.platform == Platform::Youtube {
            return; // It lists no comment that we rejected, so that nobody sees what its author does to it.
        }
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Hide).await;
        journey.quiet().await;
        for text in [BREACH, "كيف أجدد رخصتي؟"] {
            journey.edit(&id, text).await;
            journey.ticks(1).await;
            let expected = if text == BREACH { "hide" } else { "review" };
            assert_eq!(journey.verdict(&id).await.0, expected, "{text}");
            assert!(journey.is_hidden(&id), "{text}");
        }
        journey.staff(&id, StaffAct::Unhide).await;
        journey.quiet().await;
        assert!(!journey.is_hidden(&id));
        if journey.platform != Platform::X {
            // X's lists no longer reach back so far. From here on the machine may speak again.
            journey.edit(&id, QUESTION).await;
            journey.ticks(1).await;
            assert_eq!(journey.verdict(&id).await.0, "allow");
        }
    }

    async fn an_edit_after_the_answer_owes_no_second_one(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        journey.edit(&id, &format!("{QUESTION} شكراً")).await;
        journey.pass(SignedDuration::from_mins(20)).await;
        let story = journey.story(&id).await;
        assert_eq!(story.revisions.len(), 2);
        let [clock] = story.clocks.as_slice() else { panic!("{:?}", story.clocks) };
        assert!(matches!(clock.state, ClockState::Answered { .. }), "{clock:?}");
    }

    async fn a_comment_changed_back_and_forth_ends_as_its_last_words_deserve(journey: Journey) {
        let id = journey.read_one(BREACH).await;
        journey.edit(&id, QUESTION).await;
        journey.ticks(1).await;
        journey.edit(&id, BREACH).await;
        journey.ticks(1).await;
        assert!(journey.is_hidden(&id));
        assert_eq!(journey.story(&id).await.comment.visibility, Visibility::Hidden);
    }
}

#[tokio::test]
async fn an_edit_fences_out_whoever_judges_the_earlier_text() {
    let journey = Journey::on(Platform::Facebook).await;
    let id = journey.read_one(QUESTION).await;
    let job = journey.story(&id).await.comment.id.to_string();
    // Another process is at work on the first text, and slow.
    let (store, now) = (&journey.db.store, journey.clock.now());
    let mut tx = store.begin(Step::Keep).await.unwrap();
    jobs::add(&mut tx, &Lane::Moderate, &[job], now).await.unwrap();
    let until = now + SignedDuration::from_hours(1);
    let claimed = jobs::claim(&mut tx, &Lane::Moderate, 1, now, until).await.unwrap();
    tx.commit().await.unwrap();
    journey.edit(&id, BREACH).await;
    journey.ticks(1).await;
    assert!(journey.is_hidden(&id));
    let mut tx = store.begin(Step::Judge).await.unwrap();
    let late = jobs::complete(&mut tx, &[claimed[0].lease]).await;
    assert!(matches!(late, Err(StoreError::LeaseLost(_))), "{late:?}");
}
