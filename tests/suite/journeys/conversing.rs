//! Conversing: after the first reply the asker writes again, the matter waits for them, is solved, and is opened again. The
//! calendar promises a next reply and a solution besides the first reply.

use jiff::{SignedDuration, Timestamp};
use majlis::clock::Clock as _;
use majlis::domain::action::Act;
use majlis::domain::calendar::{Calendar, WorkingSeconds};
use majlis::domain::comment::{Comment, Platform};
use majlis::domain::reply::{ClockKind, ClockState, Due, PauseReason, Priority};
use majlis::store::acts::{self, By, Promises};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::replies::Clock;
use majlis::store::{Step, StoreError, Tx, erasure};
use serde_json::{Value, json};

use super::{
    ANSWER, Journey, QUESTION, StaffAct, TICK, at, on_day, on_every_platform, says, shipped_policy, source_of,
};

/// The shipped promises and more: eight working hours for a question, four where it is urgent, four for the next reply, two
/// days for the solution.
fn promises() -> String {
    let shipped = include_str!("../../../config/calendar.toml");
    let urgent =
        "[[promise]]\npriorities = [\"urgent\"]\nworking_hours = 4\n\n[[promise]]\nkinds = [\"question\"]";
    let first = shipped.replacen("[[promise]]\nkinds = [\"question\"]", urgent, 1);
    format!(
        "{first}\n[[promise]]\nclock = \"next_reply\"\nworking_hours = 4\n\n[[promise]]\nclock = \"solve\"\nworking_days = 2\n"
    )
}

fn calendar() -> Calendar {
    Calendar::parse("calendar.toml", &promises()).unwrap()
}

impl Journey {
    /// From now on more is promised.
    pub(super) async fn promise_more(&self) {
        let (text, now) = (promises(), self.clock.now());
        let hash = calendar().version().to_string();
        let mut tx = self.db.store.begin(Step::Act).await.unwrap();
        documents::propose(&mut tx, DocumentKind::Calendar, &hash, &text, "huda", now).await.unwrap();
        documents::adopt(&mut tx, DocumentKind::Calendar, &hash, "amal", now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Somebody writes under a comment; a tick later it has been read and judged.
    pub(super) async fn says_under(&self, parent: &str, author: &str, text: &str) -> String {
        let id = self.writes_under(parent, author, text).await;
        self.pass(TICK).await;
        id
    }

    pub(super) async fn writes_under(&self, parent: &str, author: &str, text: &str) -> String {
        let source = source_of(self.platform);
        // X lets us answer only those who name us.
        let named = if self.platform == Platform::X { "@moe_sandbox " } else { "" };
        let text = format!("{named}{text}");
        let body = json!({"platform": self.platform, "source": source, "parent_id": parent, "author": author, "text": text});
        let url = format!("{}/control/comments", self.sandbox.base_url());
        let answer: Value =
            reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap();
        answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    async fn asks(&self, author: &str) -> String {
        let asked = majlis::sandbox::CorpusComment {
            author: Some(author.to_owned()),
            ..says(self.platform, QUESTION)
        };
        self.read(&[asked]).await.remove(0)
    }

    async fn answer(&self, id: &str, text: &str) {
        self.staff(id, StaffAct::Reply(text)).await;
        self.quiet().await;
    }

    /// The comment's clocks of that sort, oldest first.
    async fn clocks_of(&self, id: &str, sort: ClockKind) -> Vec<Clock> {
        self.story(id).await.clocks.into_iter().filter(|clock| clock.clock == sort).collect()
    }

    async fn solve_clock(&self, id: &str) -> Clock {
        self.clocks_of(id, ClockKind::Solve).await.pop().unwrap()
    }

    async fn open_next_replies(&self) -> i64 {
        self.db
            .number("select count(*) from reply_clock where clock = 'next_reply' and settled_at is null")
            .await
    }

    /// A member of staff acts on the clocks of a comment, by the calendar in force.
    async fn acts(
        &self,
        id: &str,
        act: impl AsyncFnOnce(
            &mut Tx,
            By<'_>,
            &Calendar,
            majlis::domain::comment::CommentId,
        ) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let comment = self.story(id).await.comment.id;
        let policy = shipped_policy();
        let by = By {
            staff: "huda",
            policy: &policy,
            now: self.clock.now(),
            seen: None,
            leaves: None,
            bulk: None,
        };
        let adopted = documents::adopted(&self.db.store, DocumentKind::Calendar).await.unwrap().unwrap();
        let calendar = Calendar::parse("calendar.toml", &adopted.text).unwrap();
        let mut tx = self.db.store.begin(Step::Act).await.unwrap();
        act(&mut tx, by, &calendar, comment).await?;
        tx.commit().await
    }

    async fn pauses(&self, id: &str, reason: PauseReason) -> Result<(), StoreError> {
        self.acts(id, async |tx, by, calendar, comment| acts::pause(tx, by, calendar, comment, reason).await)
            .await
    }

    async fn resumes(&self, id: &str) -> Result<(), StoreError> {
        self.acts(id, async |tx, by, calendar, comment| acts::resume(tx, by, calendar, comment).await).await
    }

    async fn solves(&self, id: &str) -> Result<(), StoreError> {
        self.acts(id, async |tx, by, calendar, comment| acts::solve(tx, by, calendar, comment).await).await
    }

    async fn reopens(&self, id: &str) -> Result<(), StoreError> {
        self.acts(id, async |tx, by, calendar, comment| acts::reopen(tx, by, calendar, comment).await).await
    }
}

const AGAIN: &str = "ومتى يُعلن الجدول؟";

fn due(clock: &Clock) -> Option<Timestamp> {
    clock.timing.due.at()
}

on_every_platform! {
    async fn after_our_answer_the_next_reply_is_owed_to_the_oldest_message_without_one(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        journey.clock.advance_to(at("09:00"));
        let second = journey.says_under(&asked, "salem", AGAIN).await;
        let third = journey.says_under(&asked, "salem", "وأين أجد الاستمارة؟").await;
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert_eq!((next.started_at, due(&next)), (at("09:00"), Some(at("13:00"))), "four working hours");
        assert_eq!(next.thread, journey.story(&asked).await.comment.id);
        assert!(journey.clocks_of(&second, ClockKind::FirstReply).await.is_empty(), "it is not the first reply");
        assert!(journey.story(&third).await.clocks.is_empty(), "a further message does not restart the clock");
        // One answer to the latest message answers them all.
        journey.clock.advance_to(at("12:00"));
        journey.answer(&third, "في الموقع").await;
        assert_eq!(journey.open_next_replies().await, 0);
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert!(matches!(next.state, ClockState::Answered { .. }), "{next:?}");
    }

    async fn a_message_written_after_the_answer_waits_anew(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        let second = journey.says_under(&asked, "salem", AGAIN).await;
        // Answered by hand; before we read that, the asker writes once more.
        journey.by_hand(&second, Act::Reply { text: "يوم الأحد".into() }).await;
        journey.clock.advance(SignedDuration::from_secs(30));
        let third = journey.writes_under(&asked, "salem", "وفي أي ساعة؟").await;
        journey.ticks(6).await;
        let waits = journey.clocks_of(&third, ClockKind::NextReply).await;
        assert_eq!(waits.iter().map(|clock| clock.state.is_open()).collect::<Vec<_>>(), [true], "{waits:?}");
    }

    async fn a_reply_by_hand_to_the_latest_message_answers_the_one_that_waits(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        let second = journey.says_under(&asked, "salem", AGAIN).await;
        let third = journey.says_under(&asked, "salem", "وأين أجد الاستمارة؟").await;
        journey.by_hand(&third, Act::Reply { text: "في الموقع".into() }).await;
        journey.ticks(6).await;
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert!(matches!(next.state, ClockState::Answered { .. }), "{next:?}");
        assert_eq!(journey.open_next_replies().await, 0);
    }

    async fn a_reply_by_hand_that_is_read_with_the_message_it_answers_answers_it(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        journey.clock.advance(SignedDuration::from_secs(30));
        let second = journey.writes_under(&asked, "salem", AGAIN).await;
        journey.clock.advance(SignedDuration::from_secs(30));
        // Nobody here has read the message: on the platform a colleague answers it.
        let above = journey.story(&asked).await.comment;
        let unread = Comment { platform_id: second.clone(), parent_id: Some(asked.clone()), ..above };
        journey.by_hand_to(&unread, Act::Reply { text: "يوم الأحد".into() }).await;
        journey.ticks(6).await;
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert!(matches!(next.state, ClockState::Answered { .. }), "{next:?}");
    }

    async fn behind_a_message_that_staff_hide_the_later_one_waits_from_its_own_time(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        let second = journey.says_under(&asked, "salem", AGAIN).await;
        journey.clock.advance_to(at("09:00"));
        let third = journey.says_under(&asked, "salem", "وأين أجد الاستمارة؟").await;
        journey.staff(&second, StaffAct::Hide).await;
        journey.quiet().await;
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert!(matches!(next.state, ClockState::Cancelled { .. }), "{next:?}");
        let next = journey.clocks_of(&third, ClockKind::NextReply).await.remove(0);
        assert_eq!((next.state.is_open(), next.started_at, due(&next)), (true, at("09:00"), Some(at("13:00"))));
    }

    async fn behind_a_message_that_is_erased_the_later_one_waits_from_its_own_time(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        let second = journey.says_under(&asked, "salem", AGAIN).await;
        journey.clock.advance_to(at("09:00"));
        let third = journey.says_under(&asked, "salem", "وأين أجد الاستمارة؟").await;
        let erased = journey.acts(&second, async |tx, by, calendar, comment| {
            let promises = Promises { calendar, routing: &journey.ctx.routing };
            erasure::order(tx, by.staff, Some(promises), comment, "طلب 41", by.now).await
        });
        erased.await.unwrap();
        let next = journey.clocks_of(&second, ClockKind::NextReply).await.remove(0);
        assert!(matches!(next.state, ClockState::Cancelled { .. }), "{next:?}");
        let next = journey.clocks_of(&third, ClockKind::NextReply).await.remove(0);
        assert_eq!((next.state.is_open(), next.started_at, due(&next)), (true, at("09:00"), Some(at("13:00"))));
    }

    async fn somebody_else_in_the_thread_is_owed_a_first_reply(journey: Journey) {
        journey.promise_more().await;
        let asked = journey.asks("salem").await;
        journey.answer(&asked, ANSWER).await;
        let other = journey.says_under(&asked, "maryam", AGAIN).await;
        assert_eq!(journey.clocks_of(&other, ClockKind::FirstReply).await.len(), 1);
        assert!(journey.clocks_of(&other, ClockKind::NextReply).await.is_empty());
    }
}

async fn on_facebook() -> Journey {
    let journey = Journey::on(Platform::Facebook).await;
    journey.promise_more().await;
    journey
}

#[tokio::test]
async fn where_no_next_reply_is_promised_every_question_is_owed_a_first_one() {
    let journey = Journey::on(Platform::Facebook).await;
    let asked = journey.asks("salem").await;
    journey.answer(&asked, ANSWER).await;
    let second = journey.says_under(&asked, "salem", AGAIN).await;
    assert_eq!(journey.clocks_of(&second, ClockKind::FirstReply).await.len(), 1);
}

#[tokio::test]
async fn while_the_asker_is_waited_for_the_solution_is_due_at_no_instant_and_the_first_reply_runs_on() {
    let journey = on_facebook().await;
    let asked = journey.asks("salem").await;
    assert_eq!(due(&journey.solve_clock(&asked).await), Some(on_day(26, "15:30")));
    journey.pauses(&asked, PauseReason::WaitingForAsker).await.unwrap();
    let solve = journey.solve_clock(&asked).await;
    assert_eq!(solve.state, ClockState::Paused { since: at("07:35"), reason: PauseReason::WaitingForAsker });
    let remaining = WorkingSeconds(23 * 3_600 + 55 * 60);
    assert_eq!(solve.timing.due, Due::Left { remaining });
    let first = journey.clocks_of(&asked, ClockKind::FirstReply).await.remove(0);
    assert_eq!((&first.state, due(&first)), (&ClockState::Running, Some(at("15:30"))));
    // On the shipped days: Wednesday's closing passed while it stood still, so Thursday and Friday count.
    journey.clock.advance_to(on_day(26, "10:00"));
    journey.resumes(&asked).await.unwrap();
    let solve = journey.solve_clock(&asked).await;
    assert_eq!(
        (&solve.state, due(&solve), solve.generation),
        (&ClockState::Running, Some(on_day(27, "12:00")), 2)
    );
    assert_eq!(solve.proof().unwrap().pauses, [(at("07:35"), on_day(26, "10:00"))]);
    assert_eq!((journey.logged("clock.paused").await, journey.logged("clock.resumed").await), (1, 1));
}

#[tokio::test]
async fn a_first_reply_stands_still_for_the_listed_reasons_alone() {
    let journey = Journey::on(Platform::Facebook).await;
    let asked = journey.asks("salem").await;
    let refused = journey.pauses(&asked, PauseReason::WaitingForAsker).await.unwrap_err();
    assert!(refused.to_string().contains("waits for nobody"), "{refused}");
    journey.pauses(&asked, PauseReason::PlatformOutage).await.unwrap();
    let again = journey.pauses(&asked, PauseReason::Merged).await.unwrap_err();
    assert!(again.to_string().contains("is paused, so it cannot be paused"), "{again}");
    journey.clock.advance_to(at("09:35"));
    journey.resumes(&asked).await.unwrap();
    let first = journey.clocks_of(&asked, ClockKind::FirstReply).await.remove(0);
    assert_eq!(due(&first), Some(on_day(25, "09:30")), "two hours of the outage are nobody's");
    assert!(journey.resumes(&asked).await.is_err());
}

#[tokio::test]
async fn a_clock_that_stands_still_is_told_to_nobody_and_waits_among_the_others() {
    let journey = Journey::on(Platform::Facebook).await;
    let asked = journey.asks("salem").await;
    journey.pauses(&asked, PauseReason::SpamUnderReview).await.unwrap();
    journey.clock.advance_to(on_day(25, "15:00"));
    journey.quiet().await;
    assert_eq!((journey.logged("clock.due_soon").await, journey.logged("clock.overdue").await), (0, 0));
    let counts = majlis::store::comments::counts(&journey.db.store, journey.clock.now()).await.unwrap()[0];
    assert_eq!((counts.awaiting_reply, counts.overdue), (1, 0));
}

#[tokio::test]
async fn paused_to_solved_in_one_step_closes_the_pause() {
    let journey = on_facebook().await;
    let asked = journey.asks("salem").await;
    journey.pauses(&asked, PauseReason::AwaitingOtherBody).await.unwrap();
    journey.clock.advance_to(on_day(30, "11:00"));
    journey.solves(&asked).await.unwrap();
    let solve = journey.solve_clock(&asked).await;
    assert_eq!(solve.state, ClockState::Solved { at: on_day(30, "11:00"), by: "huda".to_owned() });
    assert!(due(&solve) > Some(on_day(30, "11:00")), "the pause is nobody's time: {solve:?}");
    assert_eq!(journey.db.number("select count(*) from clock_pause where until_at is null").await, 0);
    let solved = journey.db.entries().await.into_iter().find(|entry| entry.contains("clock.solved")).unwrap();
    for part in ["\"verdict\":\"met\"", "\"used_s\":300", "\"clock\":\"solve\"", "\"platform\":\"facebook\""]
    {
        assert!(solved.contains(part), "{part} in {solved}");
    }
}

#[tokio::test]
async fn a_matter_opened_again_runs_anew_and_the_former_clock_stays() {
    let journey = on_facebook().await;
    let asked = journey.asks("salem").await;
    assert!(journey.reopens(&asked).await.is_err(), "it was not solved");
    journey.solves(&asked).await.unwrap();
    assert!(journey.solves(&asked).await.unwrap_err().to_string().contains("solved already"));
    journey.clock.advance_to(on_day(25, "10:00"));
    journey.reopens(&asked).await.unwrap();
    let cycles = journey.clocks_of(&asked, ClockKind::Solve).await;
    assert!(matches!(cycles[0].state, ClockState::Solved { .. }));
    let (started_at, due_at) = (on_day(25, "10:00"), on_day(27, "12:00"));
    assert_eq!((cycles[1].started_at, due(&cycles[1])), (started_at, Some(due_at)));
    // An edit of the question opens nothing that was given.
    journey.edit(&asked, "متى يبدأ التسجيل في المدارس يا إخوان؟").await;
    journey.ticks(6).await;
    assert_eq!(journey.clocks_of(&asked, ClockKind::Solve).await.len(), 2);
}

#[tokio::test]
async fn a_more_urgent_comment_is_counted_from_the_same_start_by_its_own_promise() {
    let journey = on_facebook().await;
    let asked = journey.asks("salem").await;
    journey.clock.advance_to(at("09:00"));
    let urgent = async |priority| {
        journey
            .acts(&asked, async |tx, by, calendar, comment| {
                acts::prioritise(tx, by, calendar, comment, priority).await
            })
            .await
    };
    urgent(Priority::Urgent).await.unwrap();
    let first = journey.clocks_of(&asked, ClockKind::FirstReply).await.remove(0);
    assert_eq!((first.priority, due(&first), first.generation), (Priority::Urgent, Some(at("11:30")), 2));
    let logged =
        journey.db.entries().await.into_iter().find(|entry| entry.contains("clock.prioritised")).unwrap();
    assert!(
        logged.contains("\"was_due_at\":\"2026-11-24T11:30:00Z\"") && logged.contains("was_calendar"),
        "{logged}"
    );
    assert!(urgent(Priority::Urgent).await.is_err());
    urgent(Priority::Normal).await.unwrap();
    assert_eq!(due(&journey.clocks_of(&asked, ClockKind::FirstReply).await[0]), Some(at("15:30")));
}

#[tokio::test]
async fn calling_a_comment_more_urgent_makes_nothing_late_after_the_fact_and_less_urgent_leaves_no_breach_out()
 {
    let journey = on_facebook().await;
    let (asked, other) = (journey.asks("salem").await, journey.asks("maryam").await);
    let call = async |id: &str, priority| {
        let calls = async |tx: &mut Tx, by: By<'_>, calendar: &Calendar, comment| {
            acts::prioritise(tx, by, calendar, comment, priority).await
        };
        journey.acts(id, calls).await.unwrap();
        journey.clocks_of(id, ClockKind::FirstReply).await.remove(0)
    };
    let urgent = call(&other, Priority::Urgent).await;
    assert_eq!(due(&urgent), Some(at("11:35")));
    journey.clock.advance_to(at("12:30"));
    let hurried = call(&asked, Priority::Urgent).await;
    assert_eq!(
        (due(&hurried), hurried.shortened_at),
        (Some(at("13:00")), Some(at("12:30"))),
        "half an hour of grace"
    );
    assert_eq!(hurried.proof().unwrap().check(), Ok(()));
    let eased = call(&other, Priority::Normal).await;
    assert_eq!(due(&eased), Some(on_day(25, "07:35")));
    assert_eq!((eased.breached_at, eased.breach_withdrawn_at), (Some(at("11:35")), Some(at("12:30"))));
    let log = journey.db.entries().await;
    for change in ["shortened", "breach_withdrawn"] {
        assert!(log.iter().any(|entry| entry.contains(&format!("\"change\":\"{change}\""))), "{change}");
    }
}

#[tokio::test]
async fn a_comment_that_the_platform_would_not_hide_stays_as_urgent_as_it_was_called() {
    let journey = Journey::on(Platform::X).await;
    journey.promise_more().await;
    let mention = majlis::sandbox::CorpusComment { mention: true, ..says(Platform::X, QUESTION) };
    let asked = journey.read(&[mention]).await.remove(0);
    let call = async |tx: &mut Tx, by: By<'_>, calendar: &Calendar, comment| {
        acts::prioritise(tx, by, calendar, comment, Priority::Urgent).await
    };
    journey.acts(&asked, call).await.unwrap();
    journey.staff(&asked, StaffAct::Hide).await;
    journey.quiet().await;
    assert_eq!(journey.verdict(&asked).await.0, "review", "X hides no mention");
    let first = journey.clocks_of(&asked, ClockKind::FirstReply).await.pop().unwrap();
    assert_eq!((first.priority, due(&first)), (Priority::Urgent, Some(at("11:30"))));
}

#[tokio::test]
async fn a_question_that_came_to_us_late_is_marked_and_both_times_are_kept() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.clock.advance_to(at("10:00"));
    let written = at("09:40");
    let asked = majlis::sandbox::CorpusComment { at: Some(written), ..says(Platform::Facebook, QUESTION) };
    let late = journey.read(&[asked]).await.remove(0);
    let clock = journey.clocks_of(&late, ClockKind::FirstReply).await.remove(0);
    assert_eq!((clock.started_at, clock.received_at, clock.read_late()), (written, at("10:05"), true));
    let in_time = journey.asks("maryam").await;
    assert!(!journey.clocks_of(&in_time, ClockKind::FirstReply).await[0].read_late());
}
