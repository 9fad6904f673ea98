//! Hiding and showing again: in order, and with the clock that goes with it.

use jiff::SignedDuration;
use majlis::clock::Clock as _;
use majlis::domain::action::ActionState;
use majlis::domain::comment::{Platform, Visibility};
use majlis::store::replies::{CancelReason, ClockState};

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, at, on_day, on_every_platform, says};
use crate::store::given;

/// A breach that asks for something.
const BREACH_QUESTION: &str = "متى ترد الوزارة؟ Buy hashish and cocaine, fast delivery in Dubai, telegram";

on_every_platform! {
    async fn a_hidden_question_owes_nothing_until_staff_show_it_again(journey: Journey) {
        let id = journey.read_one(BREACH_QUESTION).await;
        assert!(journey.is_hidden(&id));
        assert_eq!(journey.clock_of(&id).await, None);
        journey.clock.advance_to(at("09:30"));
        journey.staff(&id, StaffAct::Unhide).await;
        assert_eq!(journey.clock_of(&id).await, None);
        journey.quiet().await;
        assert!(!journey.is_hidden(&id));
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!((clock.state, clock.started_at), (ClockState::Running, at("09:30")));
        assert_eq!(clock.timing.due.at(), Some(on_day(25, "09:30")), "the hours while it was hidden are nobody's debt");
        journey.ticks(4).await;
        assert!(!journey.is_hidden(&id), "the machine hid again what a person showed");
    }

    async fn what_staff_hide_owes_nothing_any_longer(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        journey.staff(&id, StaffAct::Hide).await;
        journey.quiet().await;
        assert!(journey.is_hidden(&id));
        let cancelled = ClockState::Cancelled { at: at("07:35"), reason: CancelReason::Hidden };
        assert_eq!(journey.clock_of(&id).await.unwrap().state, cancelled);
        journey.clock.advance_to(at("16:00"));
        journey.quiet().await;
        assert_eq!(journey.logged("clock.overdue").await, 0);
    }

    async fn what_was_answered_before_it_was_hidden_is_owed_no_second_answer_when_it_is_shown_again(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        for (time, act) in
            [("08:00", StaffAct::Reply(ANSWER)), ("09:00", StaffAct::Hide), ("10:00", StaffAct::Unhide)]
        {
            journey.clock.advance_to(at(time));
            journey.staff(&id, act).await;
            journey.quiet().await;
        }
        assert!(!journey.is_hidden(&id));
        let clocks = journey.story(&id).await.clocks;
        let [clock] = clocks.as_slice() else { panic!("{clocks:?}") };
        assert!(matches!(clock.state, ClockState::Answered { .. }), "{clock:?}");
    }

    async fn a_hide_that_was_withdrawn_before_it_left_gives_nobody_more_time(journey: Journey) {
        let id = journey.read_one(QUESTION).await;
        let owed = journey.clock_of(&id).await.unwrap();
        journey.clock.advance_to(at("09:30"));
        journey.staff(&id, StaffAct::Hide).await;
        journey.staff(&id, StaffAct::Unhide).await;
        journey.quiet().await;
        let clock = journey.clock_of(&id).await.unwrap();
        assert_eq!(clock.state, ClockState::Running);
        assert_eq!((clock.started_at, clock.timing.due), (owed.started_at, owed.timing.due), "the public saw it all along");
    }

    async fn a_comment_shown_while_its_hide_is_on_its_way_ends_visible(journey: Journey) {
        journey.arm("hide", "status_500", 1).await;
        let id = journey.read_one(BREACH).await;
        assert!(!journey.is_hidden(&id));
        journey.staff(&id, StaffAct::Unhide).await;
        journey.quiet().await;
        journey.ticks(3).await;
        let states: Vec<&str> =
            journey.story(&id).await.actions.iter().map(|done| done.action.state.word()).collect();
        assert_eq!(states, ["confirmed", "confirmed"]);
        assert!(!journey.is_hidden(&id), "the hide overtook the unhide");
        assert_eq!(journey.story(&id).await.comment.visibility, Visibility::Visible);
    }

    async fn an_unhide_on_its_way_is_followed_by_the_hide_that_was_asked_for_after_it(journey: Journey) {
        let id = journey.read_one(BREACH_QUESTION).await;
        journey.arm("hide", "status_500", 2).await;
        journey.staff(&id, StaffAct::Unhide).await;
        journey.quiet().await;
        journey.edit(&id, &format!("{BREACH_QUESTION} now")).await;
        journey.ticks(5).await;
        let story = journey.story(&id).await;
        let done: Vec<(&str, &str)> =
            story.actions.iter().map(|done| (done.action.act.word(), done.action.state.word())).collect();
        assert_eq!(done, [("hide", "confirmed"), ("unhide", "confirmed"), ("hide", "confirmed")]);
        assert!(journey.is_hidden(&id));
        assert_eq!(story.comment.visibility, Visibility::Hidden);
        assert!(story.clocks.iter().all(|clock| clock.state != ClockState::Running));
        // YouTube lists no rejected comment, so there the edit was seen only once the comment stood there again.
        let expected = usize::from(journey.platform == Platform::Youtube);
        assert_eq!(story.clocks.len(), expected, "a comment that is to be hidden again is owed nothing");
    }

    async fn a_comment_that_is_gone_before_it_is_hidden_is_left_in_peace(journey: Journey) {
        journey.arm("hide", "status_503", 1).await;
        let id = journey.read_one(BREACH).await;
        journey.delete(&id).await;
        journey.pass(SignedDuration::from_mins(2)).await;
        let story = journey.story(&id).await;
        assert_eq!(story.comment.visibility, Visibility::Deleted);
        assert!(story.comment.text.is_some(), "it may come back");
        assert!(matches!(story.actions[0].action.state, ActionState::Refused { .. }));
        assert_eq!(story.decisions.len(), 1);
    }
}

#[tokio::test]
async fn an_act_that_the_platform_forbids_for_one_comment_keeps_no_other_waiting() {
    let journey = Journey::on(Platform::Facebook).await;
    let ids = journey
        .publish(&[says(Platform::Facebook, BREACH), says(Platform::Facebook, &format!("{BREACH} 2"))]);
    journey.arm_about(&ids[0], "hide", "forbidden").await;
    journey.pass(TICK).await;
    assert_eq!(ids.iter().map(|id| journey.is_hidden(id)).collect::<Vec<_>>(), [false, true]);
    let asked = journey.publish(&[says(Platform::Facebook, &format!("{BREACH} 3"))]).remove(0);
    journey.pass(TICK).await;
    assert!(journey.is_hidden(&asked), "nor one that comes later");
}

#[tokio::test]
async fn a_refused_hide_that_staff_overruled_meanwhile_asks_nobody() {
    let journey = Journey::on(Platform::X).await;
    journey.arm("hide", "status_503", 1).await;
    let mention = majlis::sandbox::CorpusComment { mention: true, ..super::says(Platform::X, BREACH) };
    let id = journey.read(&[mention]).await.remove(0);
    journey.staff(&id, StaffAct::Unhide).await;
    journey.ticks(3).await;
    assert_eq!(journey.verdict(&id).await, ("allow", None, "staff:huda".to_owned()));
}

#[tokio::test]
async fn a_question_that_staff_hid_before_the_machine_read_it_is_owed_an_answer_when_it_is_shown_again() {
    let journey = Journey::on(Platform::Facebook).await;
    let now = journey.clock.now();
    let id = journey.publish(&[super::says(Platform::Facebook, QUESTION)]).remove(0);
    let read = given::comment_by("salem", &id, QUESTION, now);
    given::receive_from(&journey.db.store, "facebook", &[read], now).await;
    journey.staff(&id, StaffAct::Hide).await;
    journey.quiet().await;
    assert!(journey.is_hidden(&id));
    journey.staff(&id, StaffAct::Unhide).await;
    journey.quiet().await;
    assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
}

#[tokio::test]
async fn a_comment_that_the_platform_will_not_show_again_waits_for_a_person() {
    let journey = Journey::on(Platform::X).await;
    let id = journey.read_one(BREACH_QUESTION).await;
    journey.arm("hide", "forbidden", 1).await;
    journey.staff(&id, StaffAct::Unhide).await;
    journey.quiet().await;
    assert!(journey.is_hidden(&id));
    assert_eq!(journey.verdict(&id).await, ("review", None, "machine".to_owned()));
    assert_eq!(journey.clock_of(&id).await, None, "what nobody can read is owed nothing");
    journey.staff(&id, StaffAct::Unhide).await;
    journey.quiet().await;
    assert!(!journey.is_hidden(&id));
    assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
}

#[tokio::test]
async fn the_hides_beyond_xs_window_wait_for_the_next_and_are_not_tried_before() {
    let journey = Journey::on(Platform::X).await;
    let breaches: Vec<_> =
        (0..60).map(|number| super::says(Platform::X, &format!("{BREACH} {number}"))).collect();
    let ids = journey.read(&breaches).await;
    let hidden = || ids.iter().filter(|id| journey.is_hidden(id)).count();
    assert_eq!((hidden(), journey.calls("hide")), (50, 50), "X hides fifty in a quarter of an hour");
    journey.pass(SignedDuration::from_mins(16)).await;
    assert_eq!((hidden(), journey.calls("hide")), (60, 60));
    assert!(journey.sandbox.ledger().over_limit.is_empty());
}
