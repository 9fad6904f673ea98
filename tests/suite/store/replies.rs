//! Reply clocks: opened, stopped, told.

use jiff::{SignedDuration, Timestamp};
use majlis::domain::action::{Act, ActionState, Receipt};
use majlis::domain::comment::CommentId;
use majlis::domain::escalation::{Armed, Point, rearmed};
use majlis::domain::holder::TeamId;
use majlis::domain::judge::Kind;
use majlis::domain::reply::{AnsweredBy, CancelReason, ClockKind, ClockState, Due, Language, Priority};
use majlis::store::replies::{self, Arming, Clock, ClockId, NewClock, Outcome, Passing, SeenReply, Watched};
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

/// The clocks whose next points are to be reckoned.
async fn unarmed(store: &Store) -> Vec<Watched> {
    replies::due(store, Timestamp::UNIX_EPOCH, 10).await.unwrap()
}

/// Those are armed with `points`, each at so many seconds after its start.
async fn armed(store: &Store, points: &[(Point, i64)], now: i64) {
    let unarmed = unarmed(store).await;
    let arming = |watched: &Watched| {
        let points = points.iter().map(|(point, after)| Armed {
            point: *point,
            at: watched.clock.started_at + SignedDuration::from_secs(*after),
        });
        let points: Vec<Armed> = points.collect();
        let (told, due_before) = watched.passed.unzip();
        let next = rearmed(&points, told, due_before.unwrap_or(watched.due_at), watched.due_at, at(now));
        Arming { clock: watched.clock.id, due_at: watched.due_at, next }
    };
    let arming: Vec<Arming> = unarmed.iter().map(arming).collect();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    replies::arm(&mut tx, &arming).await.unwrap();
    tx.commit().await.unwrap();
}

/// A clock that passed its next point, which is told, and now waits for `next`.
fn passing(watched: &Watched, next: Option<(Point, i64)>) -> Passing {
    let was_next = watched.next.unwrap();
    Passing {
        clock: watched.clock.id,
        generation: watched.clock.generation,
        due_at: watched.due_at,
        was_next,
        points: vec![(was_next.point, Outcome::Sent)],
        next: next.map(|(point, seconds)| Armed { point, at: at(seconds) }),
    }
}

async fn pass(store: &Store, passing: &[Passing], now: i64) -> Vec<ClockId> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let passed = replies::pass(&mut tx, passing, at(now)).await.unwrap();
    tx.commit().await.unwrap();
    passed
}

const SOON: (Point, i64) = (Point::Used(50), HOUR);
const LATE: (Point, i64) = (Point::Past(0), 2 * HOUR + 1);

contract! {
    async fn a_clock_keeps_its_deadline_and_how_it_was_reached(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        let (calendar, team): (_, TeamId) = (calendar(), "licensing".parse().unwrap());
        let new = NewClock {
            kind: Kind::Complaint,
            clock: ClockKind::Solve,
            priority: Priority::High,
            language: Language::English,
            team: Some(&team),
            received_at: at(0),
            due_soon_at: at(HOUR),
            due_at: at(2 * HOUR),
            basis: "{\"working\":7200}",
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
        assert_eq!(kept.state, ClockState::Running);
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

    async fn a_clock_is_armed_once_and_passes_each_point_once(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "متى؟").await;
        assert_eq!(replies::next_point(&db.store).await.unwrap(), None);
        clock(&db.store, id, at(0)).await;
        assert_eq!(replies::next_point(&db.store).await.unwrap(), Some(Timestamp::UNIX_EPOCH));
        armed(&db.store, &[SOON, LATE], 0).await;
        assert!(unarmed(&db.store).await.is_empty());
        assert_eq!(replies::next_point(&db.store).await.unwrap(), Some(at(HOUR)));
        assert!(replies::due(&db.store, at(HOUR - 1), 10).await.unwrap().is_empty());
        let due = replies::due(&db.store, at(HOUR), 10).await.unwrap();
        let first = passing(&due[0], Some(LATE));
        assert_eq!(pass(&db.store, std::slice::from_ref(&first), HOUR).await, [due[0].clock.id]);
        assert!(pass(&db.store, &[first], HOUR).await.is_empty(), "by another process");
        assert!(replies::due(&db.store, at(HOUR), 10).await.unwrap().is_empty());
        let due = replies::due(&db.store, at(2 * HOUR + 1), 10).await.unwrap();
        assert_eq!(due[0].passed, Some((Point::Used(50), at(2 * HOUR))));
        pass(&db.store, &[passing(&due[0], None)], 2 * HOUR + 1).await;
        assert_eq!(clocks(&db.store, id).await[0].breached_at, Some(at(2 * HOUR)));
        assert_eq!(replies::next_point(&db.store).await.unwrap(), None);
        assert!(unarmed(&db.store).await.is_empty());
        assert_eq!(db.number("select count(*) from clock_alert").await, 2);
    }

    async fn a_clock_that_was_answered_or_changed_since_the_look_passes_nothing(db: Db) {
        some_sources(&db.store).await;
        let done = stored(&db.store, "c1", "متى؟").await;
        let moved = stored(&db.store, "c2", "أين؟").await;
        clock(&db.store, done, at(0)).await;
        clock(&db.store, moved, at(0)).await;
        armed(&db.store, &[SOON, LATE], 0).await;
        let due = replies::due(&db.store, at(HOUR), 10).await.unwrap();
        assert!(answered(&db.store, done, 60, seen("r1")).await);
        let mut later = clocks(&db.store, moved).await.remove(0);
        later.timing.due = Due::At { due_at: at(3 * HOUR), due_soon_at: at(2 * HOUR) };
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        replies::recounted(&mut tx, &[later]).await.unwrap();
        tx.commit().await.unwrap();
        let passing: Vec<Passing> = due.iter().map(|watched| passing(watched, None)).collect();
        assert!(pass(&db.store, &passing, HOUR).await.is_empty());
        let due = replies::due(&db.store, at(9 * HOUR), 10).await.unwrap();
        assert_eq!(due.iter().map(|one| (one.clock.comment, one.next)).collect::<Vec<_>>(), [(moved, None)]);
        assert_eq!(db.number("select count(*) from clock_alert").await, 0);
    }

    async fn at_most_so_many_clocks_are_told_of_first_to_pass_first(db: Db) {
        some_sources(&db.store).await;
        let late = stored(&db.store, "c1", "متى؟").await;
        let later = stored(&db.store, "c2", "أين؟").await;
        clock(&db.store, later, at(60)).await;
        clock(&db.store, late, at(0)).await;
        armed(&db.store, &[SOON, LATE], 0).await;
        let due = replies::due(&db.store, at(9 * HOUR), 1).await.unwrap();
        assert_eq!(due.iter().map(|due| due.clock.comment).collect::<Vec<_>>(), [late]);
    }

    async fn a_clock_for_no_comment_is_refused(db: Db) {
        let mut tx = db.store.begin(Step::Judge).await.unwrap();
        let error = replies::open(&mut tx, &[new_clock(CommentId(404), &calendar(), at(0))], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Database { doing: "open reply clocks", .. }));
    }
}
