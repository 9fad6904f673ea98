//! Reply clocks: opened, stopped, told.

use jiff::ToSpan;
use majlis::domain::action::{Act, ActionState, Receipt};
use majlis::domain::comment::{CommentId, Platform};
use majlis::domain::judge::Kind;
use majlis::domain::reply::{AnsweredBy, CancelReason, ClockKind, ClockState, Due, Language, Priority};
use majlis::store::replies::{self, Alert, Clock, NewClock, SeenReply};
use majlis::store::{Step, Store, StoreError, actions, comments};

use super::given::{
    calendar, clock, comment, new_clock, page, queued, receive, reply_of_ours, some_sources, stored,
};
use super::{at, contract};

const HOUR: i64 = 3_600;

async fn clocks(store: &Store, comment: CommentId) -> Vec<Clock> {
    comments::story(store, comment).await.unwrap().unwrap().clocks
}

async fn answered(store: &Store, comment: CommentId, seconds: i64, by: AnsweredBy) -> bool {
    let mut tx = store.begin(Step::Settle).await.unwrap();
    let stopped = replies::answer(&mut tx, None, comment, at(seconds), &by).await.unwrap();
    tx.commit().await.unwrap();
    !stopped.is_empty()
}

fn seen(reply_id: &str) -> AnsweredBy {
    AnsweredBy::SeenOnPlatform(reply_id.to_owned())
}

/// Which clocks are told what at `seconds`; they are told then.
async fn told(store: &Store, seconds: i64) -> Vec<(CommentId, Alert)> {
    let due = replies::due(store, at(seconds), 10).await.unwrap();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    for due in &due {
        assert!(replies::mark_alerted(&mut tx, due.clock.id, due.alert, at(seconds)).await.unwrap());
    }
    tx.commit().await.unwrap();
    due.iter().map(|due| (due.clock.comment, due.alert)).collect()
}

contract! {
    async fn a_clock_keeps_its_deadline_and_how_it_was_reached(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        let calendar = calendar();
        let new = NewClock {
            kind: Kind::Complaint,
            clock: ClockKind::Solve,
            priority: Priority::High,
            language: Language::English,
            received_at: at(0),
            due_soon_at: at(HOUR),
            due_at: at(2 * HOUR),
            basis: "{\"working\":7200}",
            next_point: Some((at(HOUR), "75%")),
            ..new_clock(id, &calendar, at(-60))
        };
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let opened = replies::open(&mut tx, &[new], at(1)).await.unwrap().remove(0);
        tx.commit().await.unwrap();
        let kept = clocks(&db.store, id).await.remove(0);
        assert_eq!(kept, opened.clock, "what was opened is what is kept");
        assert_eq!((kept.kind, kept.started_at, kept.received_at), (Kind::Complaint, at(-60), at(0)));
        assert_eq!(kept.timing.due, Due::At { due_at: at(2 * HOUR), due_soon_at: at(HOUR) });
        assert_eq!((kept.clock, kept.priority, kept.language), (ClockKind::Solve, Priority::High, Language::English));
        assert_eq!((kept.timing.calendar, kept.timing.basis.as_str()), (calendar, "{\"working\":7200}"));
        assert_eq!((kept.timing.next_point, kept.state), (Some((at(HOUR), "75%".to_owned())), ClockState::Running));
    }

    async fn a_comment_has_one_running_clock_at_most(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        assert_eq!(clock(&db.store, id, at(0)).await, [id]);
        assert!(clock(&db.store, id, at(5)).await.is_empty());
        assert_eq!(clocks(&db.store, id).await.len(), 1);
    }

    async fn the_first_answer_stops_the_clock_and_a_second_changes_nothing(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        let action = queued(&db.store, id, Act::Reply { text: "غدًا".to_owned() }, at(0)).await[0];
        clock(&db.store, id, at(0)).await;
        assert!(answered(&db.store, id, 60, AnsweredBy::Action(action)).await);
        assert!(!answered(&db.store, id, 90, seen("r1")).await);
        let state = clocks(&db.store, id).await.remove(0).state;
        assert_eq!(state, ClockState::Answered { at: at(60), by: AnsweredBy::Action(action) });
    }

    async fn an_answer_older_than_the_promise_stops_nothing(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        clock(&db.store, id, at(100)).await;
        assert!(!answered(&db.store, id, 99, seen("r1")).await);
        assert!(answered(&db.store, id, 100, seen("r1")).await);
    }

    async fn replies_seen_on_the_platform_stop_the_clocks_of_what_they_answer(db: Db) {
        some_sources(&db.store).await;
        let owed = stored(&db.store, "c1", "متى؟").await;
        stored(&db.store, "c2", "شكرًا").await;
        clock(&db.store, owed, at(0)).await;
        let reply = |parent_id, reply_id, seconds| SeenReply { parent_id, reply_id, at: at(seconds) };
        let page_of_ours = [reply("c2", "r0", 5), reply("c1", "r1", 6), reply("c1", "r2", 7), reply("gone", "r3", 8)];
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let stopped = replies::answer_seen(&mut tx, None, &page(), &page_of_ours).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stopped.iter().map(|one| one.clock.comment).collect::<Vec<_>>(), [owed]);
        assert_eq!(clocks(&db.store, owed).await[0].state, ClockState::Answered { at: at(6), by: seen("r1") });
    }

    async fn a_cancelled_clock_may_be_followed_by_another(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        clock(&db.store, id, at(0)).await;
        let mut tx = db.store.begin(Step::Act).await.unwrap();
        assert_eq!(replies::cancel(&mut tx, None, id, at(10), CancelReason::Hidden).await.unwrap().len(), 1);
        assert!(replies::cancel(&mut tx, None, id, at(11), CancelReason::Gone).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        assert!(!answered(&db.store, id, 20, seen("r1")).await);
        assert_eq!(clock(&db.store, id, at(30)).await, [id]);
        let states: Vec<_> = clocks(&db.store, id).await.into_iter().map(|clock| clock.state).collect();
        let cancelled = ClockState::Cancelled { at: at(10), reason: CancelReason::Hidden };
        assert_eq!(states, [cancelled, ClockState::Running]);
    }

    async fn a_reply_that_was_there_before_the_clock_stops_it_at_once(db: Db) {
        some_sources(&db.store).await;
        let page_read = [comment("c1", "متى؟"), reply_of_ours("r2", "c1", at(40)), reply_of_ours("r1", "c1", at(20))];
        let id = receive(&db.store, &page_read, at(50)).await[0].unwrap().id;
        assert!(clock(&db.store, id, at(-60)).await.is_empty());
        assert_eq!(clocks(&db.store, id).await[0].state, ClockState::Answered { at: at(20), by: seen("r1") });
        // One that starts after those replies is not answered by them.
        assert_eq!(clock(&db.store, id, at(41)).await, [id]);
    }

    async fn a_confirmed_reply_of_ours_stops_a_clock_that_opens_later_too(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        let action = queued(&db.store, id, Act::Reply { text: "غدًا".to_owned() }, at(0)).await[0];
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        let started = ActionState::Started { attempt: 1 };
        let confirmed = ActionState::Confirmed { at: at(9), receipt: Receipt { reference: "r1".to_owned() } };
        actions::set_state(&mut tx, action, &ActionState::Queued, &started).await.unwrap();
        actions::set_state(&mut tx, action, &started, &confirmed).await.unwrap();
        tx.commit().await.unwrap();
        assert!(clock(&db.store, id, at(-60)).await.is_empty());
        let by = AnsweredBy::Action(action);
        assert_eq!(clocks(&db.store, id).await[0].state, ClockState::Answered { at: at(9), by });
    }

    async fn due_soon_and_overdue_are_told_once_each(db: Db) {
        some_sources(&db.store).await;
        let first = stored(&db.store, "c1", "متى؟").await;
        let second = stored(&db.store, "c2", "أين؟").await;
        assert_eq!(replies::next_alert(&db.store).await.unwrap(), None);
        clock(&db.store, first, at(0)).await;
        clock(&db.store, second, at(600)).await;
        assert_eq!(replies::next_alert(&db.store).await.unwrap(), Some(at(HOUR)));
        assert!(told(&db.store, HOUR - 1).await.is_empty());
        assert_eq!(told(&db.store, HOUR).await, [(first, Alert::DueSoon)]);
        assert!(told(&db.store, HOUR).await.is_empty());
        assert_eq!(replies::next_alert(&db.store).await.unwrap(), Some(at(HOUR + 600)));
        // At the deadline itself an answer is in time.
        assert_eq!(told(&db.store, 2 * HOUR).await, [(second, Alert::DueSoon)]);
        assert_eq!(replies::next_alert(&db.store).await.unwrap(), Some(at(2 * HOUR) + 1.microsecond()));
        assert_eq!(told(&db.store, 2 * HOUR + 1).await, [(first, Alert::Overdue)]);
        assert_eq!(told(&db.store, 9 * HOUR).await, [(second, Alert::Overdue)]);
        assert!(told(&db.store, 99 * HOUR).await.is_empty());
        assert_eq!(replies::next_alert(&db.store).await.unwrap(), None);
    }

    async fn after_a_pause_what_is_overdue_is_told_as_overdue_alone_and_answered_clocks_not_at_all(db: Db) {
        some_sources(&db.store).await;
        let late = stored(&db.store, "c1", "متى؟").await;
        let done = stored(&db.store, "c2", "أين؟").await;
        clock(&db.store, late, at(0)).await;
        clock(&db.store, done, at(0)).await;
        assert!(answered(&db.store, done, 60, seen("r1")).await);
        let due = replies::due(&db.store, at(9 * HOUR), 10).await.unwrap();
        assert_eq!((due.len(), due[0].alert, due[0].platform, due[0].source.clone()), (1, Alert::Overdue, Platform::Facebook, page()));
        assert_eq!(told(&db.store, 9 * HOUR).await, [(late, Alert::Overdue)]);
        assert!(told(&db.store, 9 * HOUR).await.is_empty());
    }

    async fn at_most_so_many_alerts_are_told_first_due_first(db: Db) {
        some_sources(&db.store).await;
        let late = stored(&db.store, "c1", "متى؟").await;
        let later = stored(&db.store, "c2", "أين؟").await;
        clock(&db.store, later, at(60)).await;
        clock(&db.store, late, at(0)).await;
        let due = replies::due(&db.store, at(9 * HOUR), 1).await.unwrap();
        assert_eq!(due.iter().map(|due| due.clock.comment).collect::<Vec<_>>(), [late]);
    }

    async fn a_clock_for_no_comment_is_refused(db: Db) {
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let error = replies::open(&mut tx, &[new_clock(CommentId(404), &calendar(), at(0))], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Database { doing: "open reply clocks", .. }));
    }
}
