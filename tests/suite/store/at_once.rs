//! Two transactions at one moment: whichever comes first, each follows from the other, and neither is told to give up.

use majlis::domain::audit::{Actor, AuditEvent};
use majlis::domain::comment::CommentId;
use majlis::domain::judge::{Kind, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::reply::{AnsweredBy, ClockState};
use majlis::domain::retention::Cause;
use majlis::store::acts::{self, By};
use majlis::store::comments::{self, NewRevision};
use majlis::store::erasure::{self, Erasing, Outcome};
use majlis::store::replies::{self, SeenReply};
use majlis::store::sources::{self, Reading};
use majlis::store::{Step, Store, audit};

use super::given::{
    SALT, clock, comment, decided, doubtful, page, policy, receive, reply_of_ours, some_sources, stored,
};
use super::{at, contract};

/// How often two are let loose on each other, so that they meet in every way.
const ROUNDS: usize = 25;

/// A colleague's reply under `asked` is read from the platform.
async fn reply_read(store: &Store, asked: &str) {
    let reply_id = format!("reply to {asked}");
    let reply = reply_of_ours(&reply_id, asked, at(60));
    let mut tx = store.begin(Step::Read).await.unwrap();
    let read = [NewRevision { incoming: &reply, fold_key: None, salt: SALT }];
    comments::receive(&mut tx, &page(), &read, at(90)).await.unwrap();
    let seen = [SeenReply { parent_id: asked, reply_id: &reply_id, at: at(60) }];
    replies::answer_seen(&mut tx, None, &page(), &seen).await.unwrap();
    tx.commit().await.unwrap();
}

/// A page is read that carries an edit of a comment, if it still says anything.
async fn edit_read(store: &Store, id: CommentId, platform_id: &str) {
    let edited = comment(platform_id, "كم؟");
    let mut tx = store.begin(Step::Read).await.unwrap();
    replies::hold(&mut tx, &[id]).await.unwrap();
    let read = [NewRevision { incoming: &edited, fold_key: None, salt: SALT }];
    comments::receive(&mut tx, &page(), &read, at(8)).await.unwrap();
    sources::save_reading(&mut tx, &page(), &Reading::default(), Some(at(8))).await.unwrap();
    tx.commit().await.unwrap();
}

/// A reply is confirmed: the clock stops and the log tells of it.
async fn answered(store: &Store, id: CommentId) {
    let mut tx = store.begin(Step::Settle).await.unwrap();
    let by = AnsweredBy::SeenOnPlatform("r".to_owned());
    replies::answer(&mut tx, None, id, at(60), &by).await.unwrap();
    let entry =
        AuditEvent::new(at(60), Actor::Machine("dispatch"), "action.confirmed", "action:1".to_owned());
    audit::append(&mut tx, &[entry]).await.unwrap();
    tx.commit().await.unwrap();
}

contract! {
    async fn a_reply_stops_the_clock_that_is_opened_as_it_is_read(db: Db) {
        some_sources(&db.store).await;
        for round in 0..ROUNDS {
            let asked = format!("c{round}");
            let id = stored(&db.store, &asked, "متى؟").await;
            let (judging, reading) = (db.store.clone(), db.store.clone());
            let judged = tokio::spawn(async move { clock(&judging, id, at(0)).await });
            let read = tokio::spawn(async move { reply_read(&reading, &asked).await });
            judged.await.unwrap();
            read.await.unwrap();
            let state = comments::story(&db.store, id).await.unwrap().unwrap().clocks.remove(0).state;
            assert!(matches!(state, ClockState::Answered { .. }), "round {round}: {state:?}");
        }
    }

    async fn staff_hide_a_comment_as_its_reply_is_confirmed(db: Db) {
        some_sources(&db.store).await;
        for round in 0..ROUNDS {
            let id = stored(&db.store, &format!("c{round}"), "متى؟").await;
            decided(&db.store, id, &Verdict::Allow, Kind::Question).await;
            clock(&db.store, id, at(0)).await;
            let (acting, settling) = (db.store.clone(), db.store.clone());
            let hidden = tokio::spawn(async move {
                let policy = policy();
                let by = By { staff: "huda", policy: &policy, now: at(100), seen: None, leaves: None, bulk: None };
                let mut tx = acting.begin(Step::Act).await.unwrap();
                acts::hide(&mut tx, by, id, ClauseId::Spam, "سبب").await.unwrap();
                tx.commit().await.unwrap();
            });
            let settled = tokio::spawn(async move { answered(&settling, id).await });
            hidden.await.unwrap();
            settled.await.unwrap();
            let clocks = comments::story(&db.store, id).await.unwrap().unwrap().clocks;
            assert!(!clocks[0].state.is_open(), "{clocks:?}");
        }
    }

    async fn what_has_expired_is_erased_as_a_page_of_it_is_read(db: Db) {
        some_sources(&db.store).await;
        for round in 0..ROUNDS {
            let names = ["first", "second"].map(|name| format!("{name} {round}"));
            let mut expired = Vec::new();
            for name in &names {
                expired.push((stored(&db.store, name, "متى؟").await, Cause::Retention));
            }
            let (second, _) = expired[1];
            let (erasing, reading) = (db.store.clone(), db.store.clone());
            let erased = tokio::spawn(async move {
                let mut tx = erasing.begin(Step::Keep).await.unwrap();
                let outcomes = erasure::erase_all(&mut tx, None, &expired, &Actor::Machine("retain"), at(9)).await;
                let outcomes = outcomes.unwrap();
                assert!(outcomes.iter().all(|one| matches!(one, Outcome::Erased(_))), "{outcomes:?}");
                tx.commit().await.unwrap();
            });
            let read = tokio::spawn(async move { edit_read(&reading, second, &names[1]).await });
            erased.await.unwrap();
            read.await.unwrap();
        }
        assert_eq!(db.number("select count(*) from revision where text is not null").await, 0);
    }

    async fn pages_that_bring_the_same_edits_in_another_order_wait_for_each_other(db: Db) {
        some_sources(&db.store).await;
        let ids: Vec<String> = (0..40).map(|number| format!("c{number}")).collect();
        let page = |text: &str| ids.iter().map(|id| comment(id, text)).collect::<Vec<_>>();
        receive(&db.store, &page("أول"), at(0)).await;
        for round in 0..ROUNDS {
            let (one, mut other) = (page(&format!("نص {round}")), page(&format!("نص آخر {round}")));
            other.reverse();
            let (first, second) = (db.store.clone(), db.store.clone());
            let first = tokio::spawn(async move { taken_in(&first, &one).await });
            let second = tokio::spawn(async move { taken_in(&second, &other).await });
            assert!(first.await.unwrap() || second.await.unwrap());
        }
    }

    async fn what_waits_is_worked_out_by_two_while_it_changes(db: Db) {
        some_sources(&db.store).await;
        let mut ids = Vec::new();
        for number in 0..20 {
            let id = stored(&db.store, &format!("c{number}"), "متى؟").await;
            decided(&db.store, id, &doubtful(ClauseId::Spam), Kind::Question).await;
            clock(&db.store, id, at(number)).await;
            ids.push(id);
        }
        let workers = [(); 2].map(|()| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for _ in 0..ROUNDS * 2 {
                    comments::refresh_waiting(&store, 7).await.unwrap();
                }
            })
        });
        let changing = db.store.clone();
        let changes = tokio::spawn(async move {
            for id in ids {
                answered(&changing, id).await;
                if id.0 % 2 == 0 {
                    decided(&changing, id, &Verdict::Allow, Kind::Question).await;
                }
            }
        });
        changes.await.unwrap();
        for worker in workers {
            worker.await.unwrap();
        }
        while comments::refresh_waiting(&db.store, 100).await.unwrap() > 0 {}
        let same = "select count(*) from waiting w join waiting_now n on n.comment = w.comment and n.risk = w.risk
            and n.due_at = w.due_at and coalesce(n.owes, '') = coalesce(w.owes, '')";
        let now = db.number("select count(*) from waiting_now").await;
        assert_eq!((db.number(same).await, db.number("select count(*) from waiting").await), (now, now));
    }

    async fn no_words_are_written_of_a_text_that_is_erased_meanwhile(db: Db) {
        some_sources(&db.store).await;
        for round in 0..ROUNDS {
            let id = stored(&db.store, &format!("c{round}"), "مدرسة").await;
            let (indexing, forgetting) = (db.store.clone(), db.store.clone());
            let indexed = tokio::spawn(async move { comments::index_words(&indexing, 9).await.unwrap() });
            let erased = tokio::spawn(async move {
                let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: at(200) };
                let mut tx = forgetting.begin(Step::Keep).await.unwrap();
                erasure::erase(&mut tx, None, id, &erasing).await.unwrap();
                tx.commit().await.unwrap();
            });
            indexed.await.unwrap();
            erased.await.unwrap();
            assert_eq!(db.number("select count(*) from search_word").await, 0, "round {round}");
            while comments::index_words(&db.store, 9).await.unwrap() > 0 {}
            assert_eq!(db.number("select count(*) from search_word").await, 0, "round {round}");
        }
    }
}

/// Whether a page was stored, and not refused because another process was faster.
async fn taken_in(store: &Store, page_read: &[majlis::domain::comment::Incoming]) -> bool {
    let read: Vec<NewRevision<'_>> =
        page_read.iter().map(|incoming| NewRevision { incoming, fold_key: None, salt: SALT }).collect();
    let mut tx = store.begin(Step::Read).await.unwrap();
    match comments::receive(&mut tx, &page(), &read, at(9)).await {
        Ok(_) => {
            tx.commit().await.unwrap();
            true
        }
        Err(majlis::store::StoreError::WrongState { .. }) => false,
        Err(error) => panic!("{error:?}"),
    }
}
