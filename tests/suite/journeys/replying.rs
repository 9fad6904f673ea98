//! Replying: a clock opens, staff answer, the clock stops; or the deadline comes, and staff are told once.

use jiff::SignedDuration;
use majlis::domain::action::{Act, ActionState};
use majlis::domain::comment::{Comment, Platform, Visibility};
use majlis::domain::judge::Kind;
use majlis::domain::reply::Due;
use majlis::sandbox::CorpusComment;
use majlis::store::replies::{AnsweredBy, CancelReason, ClockState};

use super::{ANSWER, Journey, QUESTION, StaffAct, at, on_day, on_every_platform, says};

/// Due today, by the office's clock, with a reminder before.
fn due(soon: &str, by: &str) -> Due {
    Due::At { due_at: at(by), due_soon_at: at(soon) }
}

on_every_platform! {
    async fn a_question_is_owed_an_answer_by_the_office_clock(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.kind, clock.state), (Kind::Question, ClockState::Running));
        assert_eq!((clock.started_at, clock.timing.due), (at("07:30"), due("13:30", "15:30")), "eight working hours");
    }

    async fn a_staff_reply_goes_out_once_and_stops_the_clock(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        let story = journey.story(&id).await;
        let ActionState::Confirmed { receipt, .. } = &story.actions[0].action.state else { panic!("{story:?}") };
        let [sent] = journey.sent().try_into().unwrap();
        assert_eq!((&sent.id, sent.text.as_str(), sent.parent_id.as_ref()), (&receipt.reference, ANSWER, Some(&id)));
        let by = AnsweredBy::Action(story.actions[0].action.id);
        assert_eq!(story.clocks[0].state, ClockState::Answered { at: at("07:35"), by: by.clone() });
        // Our own words come back with the pages, and change nothing.
        journey.ticks(6).await;
        let story = journey.story(&id).await;
        assert_eq!(story.replies.iter().map(|reply| reply.ours).collect::<Vec<_>>(), [true]);
        assert_eq!(story.clocks.len(), 1);
        assert_eq!(story.clocks[0].state, ClockState::Answered { at: at("07:35"), by });
        assert_eq!((journey.sent().len(), journey.logged("clock.answered").await), (1, 1));
        assert_eq!(journey.db.number("select count(*) from decision").await, 1, "our own reply was judged");
    }

    async fn a_reply_written_on_the_platform_itself_stops_the_clock(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        let by_hand = journey.by_hand(&id, Act::Reply { text: ANSWER.into() }).await;
        journey.ticks(3).await;
        let clock = journey.clock_of(&id).await.unwrap();
        let by = AnsweredBy::SeenOnPlatform(by_hand.reference);
        assert_eq!(clock.state, ClockState::Answered { at: at("07:35"), by });
        assert_eq!(journey.logged("clock.answered").await, 1);
    }

    async fn a_deadline_that_comes_near_and_passes_is_told_once_each(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        let told = async || (journey.logged("clock.due_soon").await, journey.logged("clock.overdue").await);
        assert_eq!(told().await, (0, 0));
        for (time, expected) in
            [("13:29", (0, 0)), ("13:30", (1, 0)), ("15:30", (1, 0)), ("15:32", (1, 1)), ("23:00", (1, 1))]
        {
            journey.clock.advance_to(at(time));
            journey.quiet().await;
            assert_eq!(told().await, expected, "{time}");
        }
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        assert!(matches!(journey.clock_of(&id).await.unwrap().state, ClockState::Answered { .. }));
        assert_eq!(told().await, (1, 1));
    }

    async fn what_came_due_while_nothing_ran_is_told_as_overdue_alone(journey: Journey) {
        journey.read_one(QUESTION).await;
        journey.clock.advance_to(on_day(25, "09:00"));
        journey.quiet().await;
        assert_eq!((journey.logged("clock.due_soon").await, journey.logged("clock.overdue").await), (0, 1));
    }

    async fn a_comment_that_is_gone_owes_nothing(journey: Journey) {
        if journey.platform == Platform::X {
            return; // It does not tell a post that is gone from one that may not be answered.
        }
        let id = journey.read_one(QUESTION).await;
        journey.delete(&id).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        let story = journey.story(&id).await;
        let kept = (Visibility::Deleted, Some(QUESTION.to_owned()));
        assert_eq!((story.comment.visibility, story.comment.text), kept, "it may come back");
        assert!(matches!(story.actions[0].action.state, ActionState::Refused { .. }));
        let cancelled = ClockState::Cancelled { at: at("07:35"), reason: CancelReason::Gone };
        assert_eq!(story.clocks[0].state, cancelled);
        assert!(journey.sent().is_empty());
    }

    async fn a_reply_stops_the_clock_of_what_it_answers_and_not_of_its_neighbours(journey: Journey) {
        if journey.platform == Platform::X {
            return; // It lets nobody answer a post that does not name them, and knows exactly what answers what.
        }
        let ids = journey.read(&[
            says(journey.platform, QUESTION),
            CorpusComment { reply_to: Some(0), ..says(journey.platform, "وكم رسوم إضافة شريك؟") },
        ]).await;
        journey.ticks(3).await;
        journey.staff(&ids[1], StaffAct::Reply(ANSWER)).await;
        journey.ticks(4).await;
        assert!(matches!(journey.clock_of(&ids[1]).await.unwrap().state, ClockState::Answered { .. }));
        assert_eq!(journey.clock_of(&ids[0]).await.unwrap().state, ClockState::Running);
    }
}

#[tokio::test]
async fn a_question_on_friday_evening_has_all_of_mondays_hours() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.clock.advance_to(on_day(27, "19:00"));
    let id = journey.read_one(QUESTION).await;
    let clock = journey.clock_of(&id).await.unwrap();
    assert_eq!((clock.started_at, clock.timing.due.at()), (on_day(27, "19:00"), Some(on_day(30, "15:30"))));
}

#[tokio::test]
async fn a_question_that_was_answered_before_we_read_it_owes_nothing_more() {
    let journey = Journey::on(Platform::Facebook).await;
    let neighbour = journey.read_one("شكراً لكم").await;
    let id = journey.publish(&[says(Platform::Facebook, QUESTION)]).remove(0);
    journey.clock.advance(SignedDuration::from_secs(30));
    let unread = Comment { platform_id: id.clone(), ..journey.story(&neighbour).await.comment };
    journey.by_hand_to(&unread, Act::Reply { text: ANSWER.into() }).await;
    journey.ticks(2).await;
    let clock = journey.clock_of(&id).await.unwrap();
    assert!(matches!(clock.state, ClockState::Answered { .. }), "{clock:?}");
}

#[tokio::test]
async fn an_answer_that_may_have_been_to_earlier_words_stops_no_clock() {
    let journey = Journey::on(Platform::Facebook).await;
    let id = journey.read_one("شكراً لكم").await;
    journey.by_hand(&id, Act::Reply { text: ANSWER.into() }).await;
    journey.clock.advance(SignedDuration::from_secs(30));
    journey.edit(&id, QUESTION).await;
    journey.ticks(2).await;
    let clock = journey.clock_of(&id).await.unwrap();
    assert_eq!(clock.state, ClockState::Running, "nobody knows that the answer is to the question");
}
