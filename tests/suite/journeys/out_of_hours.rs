//! Out of hours: who asks while the office is closed is told when it opens, once, and is owed a reply as before.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use majlis::domain::acknowledgement::{Acknowledging, Words};
use majlis::domain::action::Act;
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::lang::Bilingual;
use majlis::sandbox::CorpusComment;
use majlis::store::comments;
use majlis::store::replies::{AnsweredBy, ClockState};

use super::recounting::{day_off, ramadan};
use super::reporting::reported;
use super::{
    ANSWER, BREACH, DOUBTFUL_QUESTION, Journey, QUESTION, StaffAct, at, on_day, on_every_platform, says,
    source_of,
};
use crate::store::contract;

const IN_ENGLISH: &str = "How much does it cost to change the company's name?";
const TOLD: &str = "نعود يوم الأربعاء 25 نوفمبر 2026، 07:30.";

fn acknowledging(platform: Platform) -> Acknowledging {
    Acknowledging {
        sources: BTreeSet::from([source_of(platform)]),
        not_within: SignedDuration::from_hours(1),
        hijri_date: false,
        words: Words {
            opens: Bilingual { ar: "نعود يوم {opening}.".into(), en: "Back on {opening}.".into() },
            after_holiday: Bilingual {
                ar: "نعود بعد العطلة.".into(), en: "Back after the holiday.".into()
            },
        },
    }
}

impl Journey {
    /// It is eight in the evening, and acknowledgements are switched on.
    async fn into_the_night(mut self) -> Self {
        self.ctx.acknowledging = acknowledging(self.platform);
        self.clock.advance_to(at("20:00"));
        self
    }

    async fn at_night(db: crate::store::Db) -> Self {
        Journey::in_database(db, &[Platform::Facebook], |_| {}).await.into_the_night().await
    }

    /// Salem asks; a tick later it has been read and dealt with.
    async fn salem_asks(&self, text: &str) -> String {
        let asked = CorpusComment { author: Some("salem".into()), ..says(self.platform, text) };
        self.read(&[asked]).await.remove(0)
    }

    /// What our account said, oldest first.
    fn told(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.text).collect()
    }

    /// What is to become of a comment, and how far each has come.
    async fn acts_on(&self, id: &str) -> Vec<(&'static str, &'static str)> {
        let story = self.story(id).await;
        story.actions.iter().map(|one| (one.action.act.word(), one.action.state.word())).collect()
    }

    /// Its acknowledgement was withdrawn, nobody was told anything, and the asker still waits.
    async fn was_withdrawn(&self, id: &str) {
        assert_eq!(self.acts_on(id).await, [("acknowledge", "withdrawn")]);
        assert_eq!((self.told(), self.logged("action.withdrawn").await), (Vec::new(), 1));
        assert_eq!(self.clock_of(id).await.unwrap().state, ClockState::Running);
        assert_eq!(self.db.number("select count(*) from job where lane like 'dispatch/%'").await, 0);
    }
}

on_every_platform! {
    async fn a_question_at_night_is_acknowledged_and_still_owed_a_reply(journey: Journey) {
        let journey = journey.into_the_night().await;
        let id = journey.read_one(QUESTION).await;
        assert_eq!(journey.told(), [TOLD]);
        let opened = journey.clock_of(&id).await.unwrap();
        // It is read back, and nobody takes it for a reply.
        journey.ticks(6).await;
        assert_eq!(journey.db.number("select count(*) from comment where written_by = 'us'").await, 1);
        assert_eq!(journey.clock_of(&id).await.unwrap(), opened);
        let story = journey.story(&id).await;
        assert_eq!((story.actions.len(), story.replies.len()), (1, 0), "{story:?}");
        let exported = comments::export(&journey.db.store, CommentId(0), 1).await.unwrap();
        assert_eq!((exported[0].replied_at, exported[0].reply_due_at), (None, opened.timing.due.at()));

        journey.clock.advance_to(on_day(25, "08:00"));
        journey.staff(&id, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        let story = journey.story(&id).await;
        let by = AnsweredBy::Action(story.actions[1].action.id);
        assert_eq!(story.clocks[0].state, ClockState::Answered { at: on_day(25, "08:00"), by });
        let lines = reported(&journey, 24, 27).await;
        assert!(lines.iter().all(|line| (line.met, line.missed, line.median_s) == (1, 0, Some(1_800))), "{lines:?}");
    }

    async fn an_acknowledgement_whose_answer_was_lost_is_found_and_not_sent_again(journey: Journey) {
        let journey = journey.into_the_night().await;
        // A night each, because X refuses the same words twice.
        for (night, fault) in (24..).zip(["answer_lost", "fail_after_write", "malformed_json"]) {
            journey.clock.advance_to(on_day(night, "20:00"));
            journey.arm("reply", fault, 1).await;
            let id = journey.read_one(&format!("{QUESTION} {fault}")).await;
            assert_eq!(journey.acts_on(&id).await, [("acknowledge", "started")], "{fault}");
            let sent = journey.told().len();
            journey.ticks(4).await;
            assert_eq!(journey.acts_on(&id).await, [("acknowledge", "confirmed")], "{fault}");
            assert_eq!(journey.told().len(), sent, "{fault}: it was sent again");
            assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running, "{fault}");
        }
        assert_eq!((journey.told().len(), journey.logged("clock.answered").await), (3, 0));
    }
}

contract! {
    async fn one_person_is_told_once_a_night_in_one_thread(db: Db) {
        let journey = Journey::at_night(db).await;
        let top = journey.salem_asks(QUESTION).await;
        journey.says_under(&top, "salem", "وكم رسوم إضافة شريك؟").await;
        journey.says_under(&top, "salem", "ومتى يفتح المكتب؟").await;
        journey.ticks(3).await;
        assert_eq!(journey.db.number("select count(*) from reply_clock").await, 3);
        assert_eq!(journey.told(), [TOLD]);

        journey.says_under(&top, "maryam", IN_ENGLISH).await;
        journey.ticks(3).await;
        assert_eq!(journey.told(), [TOLD, "Back on Wednesday 25 November 2026, 07:30."], "each in their language");
        journey.salem_asks("متى يبدأ التسجيل في المدارس؟").await;
        assert_eq!(journey.told().len(), 3, "another thread is another conversation");

        journey.clock.advance_to(on_day(25, "20:00"));
        journey.says_under(&top, "salem", "هل من جواب على سؤالي؟").await;
        journey.ticks(3).await;
        assert_eq!(journey.told()[3..], ["نعود يوم الخميس 26 نوفمبر 2026، 07:30."], "the next night");
    }

    async fn three_of_one_page_are_told_once(db: Db) {
        let journey = Journey::at_night(db).await;
        let under = |text| CorpusComment { author: Some("salem".into()), reply_to: Some(0), ..says(Platform::Facebook, text) };
        let top = CorpusComment { author: Some("salem".into()), ..says(Platform::Facebook, QUESTION) };
        journey.read(&[top, under("وكم رسوم إضافة شريك؟"), under("ومتى يفتح المكتب؟")]).await;
        journey.ticks(3).await;
        assert_eq!(journey.db.number("select count(*) from reply_clock").await, 3);
        assert_eq!(journey.told(), [TOLD]);
    }

    async fn nothing_is_sent_unless_it_is_switched_on(db: Db) {
        let mut journey = Journey::at_night(db).await;
        journey.ctx.acknowledging = Acknowledging::default();
        let id = journey.read_one(QUESTION).await;
        assert_eq!((journey.told(), journey.acts_on(&id).await), (Vec::new(), Vec::new()));
    }

    async fn nothing_is_sent_where_the_office_is_open_or_about_to_open(db: Db) {
        let journey = Journey::at_night(db).await;
        journey.clock.advance_to(on_day(25, "07:20"));
        journey.read_one(QUESTION).await;
        journey.clock.advance_to(on_day(25, "08:00"));
        journey.read_one(IN_ENGLISH).await;
        assert_eq!(journey.db.number("select count(*) from reply_clock").await, 2);
        assert_eq!(journey.db.number("select count(*) from action").await, 0);
    }

    async fn only_what_is_owed_a_reply_and_left_visible_is_acknowledged(db: Db) {
        let journey = Journey::at_night(db).await;
        for text in [BREACH, DOUBTFUL_QUESTION, "شكراً جزيلاً لكم على جهودكم"] {
            let id = journey.read_one(text).await;
            let acts = journey.acts_on(&id).await;
            assert!(acts.iter().all(|(act, _)| *act != "acknowledge"), "{text}: {acts:?}");
        }
        // What was asked before the office closed is no news of the night.
        let before = CorpusComment { at: Some(at("15:29")), ..says(Platform::Facebook, QUESTION) };
        journey.read(&[before]).await;
        assert_eq!(journey.told(), Vec::<String>::new());
    }

    async fn in_ramadan_its_opening_is_told(db: Db) {
        let journey = Journey::at_night(db).await;
        journey.adopt_calendar(&ramadan(25)).await;
        journey.read_one(QUESTION).await;
        assert_eq!(journey.told(), ["نعود يوم الأربعاء 25 نوفمبر 2026، 09:00."]);
    }

    async fn before_a_holiday_whose_dates_are_not_announced_no_date_is_told(db: Db) {
        let journey = Journey::at_night(db).await;
        // National Day 2026 was expected, for the 2nd and 3rd, when the shipped calendar was written.
        let eve: Timestamp = "2026-12-01T20:00:00+04:00".parse().unwrap();
        journey.clock.advance_to(eve);
        journey.read_one(IN_ENGLISH).await;
        assert_eq!(journey.told(), ["Back after the holiday."]);
    }

    async fn one_that_did_not_get_through_before_the_office_opened_is_withdrawn(db: Db) {
        let journey = Journey::at_night(db).await;
        journey.arm("reply", "status_503", u32::MAX).await;
        let id = journey.read_one(QUESTION).await;
        assert_eq!(journey.acts_on(&id).await, [("acknowledge", "started")]);
        journey.clock.advance_to(on_day(25, "07:30"));
        journey.disarm().await;
        journey.quiet().await;
        journey.was_withdrawn(&id).await;
    }

    async fn one_that_names_an_opening_which_a_new_calendar_moved_is_withdrawn(db: Db) {
        let journey = Journey::at_night(db).await;
        journey.arm("reply", "status_503", 1).await;
        let id = journey.read_one(QUESTION).await;
        journey.adopt_calendar(&day_off(25)).await;
        journey.ticks(2).await;
        journey.was_withdrawn(&id).await;
    }

    async fn whoever_was_answered_or_hidden_before_it_left_is_told_nothing(db: Db) {
        let journey = Journey::at_night(db).await;
        journey.arm("reply", "status_503", u32::MAX).await;
        let answered = journey.read_one(QUESTION).await;
        let hidden = journey.read_one(IN_ENGLISH).await;
        journey.staff(&answered, StaffAct::Reply(ANSWER)).await;
        journey.staff(&hidden, StaffAct::Hide).await;
        journey.disarm().await;
        journey.quiet().await;
        journey.ticks(3).await;
        assert_eq!(journey.acts_on(&answered).await, [("acknowledge", "withdrawn"), ("reply", "confirmed")]);
        assert_eq!(journey.acts_on(&hidden).await, [("acknowledge", "withdrawn"), ("hide", "confirmed")]);
        assert_eq!(journey.told(), [ANSWER]);
    }

    async fn it_is_no_answer_to_a_clock_that_opens_later_from_the_same_start(db: Db) {
        let journey = Journey::in_database(db, &[Platform::X], |_| {}).await.into_the_night().await;
        let mention = CorpusComment { mention: true, ..says(Platform::X, QUESTION) };
        let id = journey.read(&[mention]).await.remove(0);
        journey.ticks(3).await;
        assert_eq!(journey.told(), [TOLD]);
        // Staff hide it, X hides no mention: it is owed an answer from its writing on.
        journey.staff(&id, StaffAct::Hide).await;
        journey.ticks(3).await;
        assert_eq!(journey.verdict(&id).await.0, "review");
        assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
        assert_eq!(journey.logged("clock.answered").await, 0);
    }

    async fn a_colleagues_reply_by_hand_at_night_is_a_reply(db: Db) {
        let journey = Journey::at_night(db).await;
        let id = journey.read_one(QUESTION).await;
        let receipt = journey.by_hand(&id, Act::Reply { text: ANSWER.into() }).await;
        journey.ticks(3).await;
        let state = journey.clock_of(&id).await.unwrap().state;
        assert!(matches!(&state, ClockState::Answered { by: AnsweredBy::SeenOnPlatform(seen), .. } if *seen == receipt.reference), "{state:?}");
    }
}
