//! Answers that are lost: what went out is found again, and nothing public happens twice.

use jiff::SignedDuration;
use majlis::domain::action::{Act, ActionState};
use majlis::domain::comment::Platform;
use majlis::sandbox::CorpusComment;
use majlis::store::replies::{AnsweredBy, ClockState};
use majlis::store::{Step, actions};

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, at, on_every_platform, says};

impl Journey {
    /// The answer to a reply is lost; it ends confirmed, sent once, its clock stopped once.
    async fn lose_the_answer_to_a_reply(&self, fault: &str) {
        let id = self.read_one(&format!("{QUESTION} {fault}")).await;
        self.arm("reply", fault, 1).await;
        self.staff(&id, StaffAct::Reply(&format!("{ANSWER} {fault}"))).await;
        self.quiet().await;
        assert!(matches!(self.story(&id).await.actions[0].action.state, ActionState::Started { attempt: 1 }));
        self.ticks(4).await;
        let sent: Vec<String> =
            self.sent().into_iter().filter(|sent| sent.text.contains(fault)).map(|sent| sent.id).collect();
        assert_eq!(sent.len(), 1, "{fault}: it was sent {} times", sent.len());
        let story = self.story(&id).await;
        let ActionState::Confirmed { receipt, .. } = &story.actions[0].action.state else {
            panic!("{fault}: {:?}", story.actions)
        };
        assert_eq!(receipt.reference, sent[0], "{fault}");
        assert_eq!(story.clocks.len(), 1, "{fault}");
        assert!(matches!(story.clocks[0].state, ClockState::Answered { .. }), "{fault}");
    }

    /// An attempt is kept, and the process dies.
    async fn die_after_setting_out(&self, id: &str) {
        let action = self.story(id).await.actions.pop().unwrap().action;
        let mut tx = self.db.store.begin(Step::Attempt).await.unwrap();
        let started = action.state.clone().start().unwrap();
        actions::set_state(&mut tx, action.id, &action.state, &started).await.unwrap();
        tx.commit().await.unwrap();
    }
}

on_every_platform! {
    async fn a_reply_whose_answer_was_lost_is_found_sent_once_and_stops_its_clock_once(journey: Journey) {
        for fault in ["answer_lost", "fail_after_write", "malformed_json"] {
            journey.lose_the_answer_to_a_reply(fault).await;
        }
        assert_eq!(journey.logged("clock.answered").await, 3);
    }

    async fn a_reply_that_never_left_is_sent_after_all(journey: Journey) {
        for fault in ["reset", "status_503", "html", "throttle"] {
            journey.lose_the_answer_to_a_reply(fault).await;
        }
    }

    async fn the_same_words_lost_twice_in_one_thread_are_sent_once_each(journey: Journey) {
        if journey.platform == Platform::X {
            return; // It lets nobody answer a post that does not name them, and knows exactly what answers what.
        }
        let ids = journey.read(&[
            says(journey.platform, QUESTION),
            CorpusComment { reply_to: Some(0), ..says(journey.platform, "وكم رسوم إضافة شريك؟") },
        ]).await;
        journey.ticks(3).await;
        journey.arm("reply", "answer_lost", 2).await;
        journey.staff(&ids[1], StaffAct::Reply(ANSWER)).await;
        journey.staff(&ids[0], StaffAct::Reply(ANSWER)).await;
        journey.ticks(6).await;
        assert_eq!(journey.sent().len(), 2);
        for id in &ids {
            let story = journey.story(id).await;
            assert_eq!(story.actions[0].action.state.word(), "confirmed");
            assert!(matches!(story.clocks[0].state, ClockState::Answered { by: AnsweredBy::Action(_), .. }), "{story:?}");
        }
    }

    async fn a_reply_lost_in_a_thread_of_more_than_a_page_is_found_and_not_sent_again(journey: Journey) {
        // A page holds 100 replies on YouTube and 50 on Instagram, and the newest stands on the last one.
        let answers = (0..101).map(|number| {
            CorpusComment { reply_to: Some(0), ..says(journey.platform, &format!("شكراً {number}")) }
        });
        let comments: Vec<CorpusComment> = [says(journey.platform, QUESTION)].into_iter().chain(answers).collect();
        let id = journey.read(&comments).await.remove(0);
        journey.arm("reply", "answer_lost", 1).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.ticks(4).await;
        assert_eq!(journey.sent().len(), 1, "it was sent again");
        assert_eq!(journey.story(&id).await.actions[0].action.state.word(), "confirmed");
    }

    async fn nothing_is_sent_that_could_arrive_after_another_worker_may_send_it_too(journey: Journey) {
        let mut journey = journey;
        let id = journey.read_one(QUESTION).await;
        let lease = std::mem::replace(&mut journey.ctx.settings.lease, SignedDuration::from_secs(10));
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        assert_eq!(journey.calls("reply"), 0, "a request may take twenty seconds");
        journey.ctx.settings.lease = lease;
        journey.ticks(1).await;
        assert_eq!(journey.calls("reply"), 1);
    }

    async fn an_answer_in_time_is_in_time_though_it_was_heard_of_late(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.clock.advance_to(at("15:29"));
        journey.arm("reply", "answer_lost", 1).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        journey.pass(SignedDuration::from_mins(6)).await;
        let clock = journey.clock_of(&id).await.unwrap();
        let ClockState::Answered { at: answered_at, .. } = clock.state else { panic!("{clock:?}") };
        assert_eq!((answered_at, clock.timing.due.at()), (at("15:29"), Some(at("15:30"))));
    }

    async fn a_hide_whose_answer_was_lost_ends_hidden_and_settled_once(journey: Journey) {
        journey.arm("hide", "answer_lost", 1).await;
        let id = journey.read_one(BREACH).await;
        assert!(journey.is_hidden(&id));
        assert!(matches!(journey.story(&id).await.actions[0].action.state, ActionState::Started { .. }));
        journey.ticks(3).await;
        assert!(journey.is_hidden(&id));
        let story = journey.story(&id).await;
        assert_eq!((story.actions.len(), story.actions[0].action.state.word()), (1, "confirmed"));
        assert_eq!(journey.logged("action.confirmed").await, 1);
    }

    async fn a_process_that_died_before_its_request_left_sends_it(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.die_after_setting_out(&id).await;
        journey.ticks(1).await;
        assert_eq!(journey.sent().len(), 1);
        assert!(matches!(journey.clock_of(&id).await.unwrap().state, ClockState::Answered { .. }));
    }

    async fn a_process_that_died_before_it_heard_the_answer_finds_its_reply(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.die_after_setting_out(&id).await;
        let sent = journey.by_hand(&id, Act::Reply { text: ANSWER.into() }).await;
        journey.ticks(3).await;
        assert_eq!(journey.sent().len(), 1, "it was sent again");
        let story = journey.story(&id).await;
        let ActionState::Confirmed { receipt, .. } = &story.actions[0].action.state else { panic!("{story:?}") };
        assert_eq!(*receipt, sent);
        assert_eq!(journey.logged("clock.answered").await, 1);
    }

    async fn an_act_that_never_succeeds_is_tried_ever_more_rarely_while_reading_goes_on(journey: Journey) {
        journey.arm("hide", "status_500", u32::MAX).await;
        let id = journey.read_one(BREACH).await;
        journey.ticks(3 * 12).await;
        let attempts = journey.logged("action.started").await;
        assert!((10..=20).contains(&attempts), "{attempts} attempts in three hours");
        assert_eq!(journey.story(&id).await.actions[0].action.state.word(), "started");
        journey.disarm().await;
        journey.pass(SignedDuration::from_mins(16)).await;
        assert!(journey.is_hidden(&id));
    }
}
