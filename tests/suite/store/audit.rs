//! The log: dense, append-only, and equal to the tree over its leaves.

use jiff::Timestamp;
use majlis::domain::audit::{Actor, Altered, AuditEvent, EntryView, Frontier, Hash, Head};
use majlis::domain::comment::CommentId;
use majlis::domain::policy::ClauseId;
use majlis::store::audit::{self, Checkpoint, Sought};
use majlis::store::{Step, Store, StoreError};

use super::{at, contract};

fn event(now: Timestamp, object: String) -> AuditEvent {
    AuditEvent::new(now, Actor::Machine("test"), "test.done", object)
}

async fn append(store: &Store, events: &[AuditEvent]) -> Result<(), StoreError> {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, events).await?;
    tx.commit().await
}

async fn append_some(store: &Store, count: usize) {
    let events: Vec<_> =
        (0..count).map(|number| event(at(number as i64), format!("comment:{number}"))).collect();
    append(store, &events).await.unwrap();
}

contract! {
    async fn an_empty_log_has_an_empty_head(db: Db) {
        assert_eq!(audit::head(&db.store).await.unwrap(), Head::default());
        append(&db.store, &[]).await.unwrap();
        assert_eq!(audit::head(&db.store).await.unwrap(), Head::default());
    }

    async fn the_head_equals_the_tree_over_the_stored_bytes(db: Db) {
        append_some(&db.store, 300).await;
        append_some(&db.store, 7).await;
        let entries = audit::entries(&db.store, 0, 1_000).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.view().seq).collect::<Vec<_>>(), (0..307).collect::<Vec<_>>());
        let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(entry.bytes())).collect();
        assert_eq!(audit::leaves(&db.store, 0, 1_000).await.unwrap(), leaves);
        let head = audit::head(&db.store).await.unwrap();
        assert_eq!((head.size(), head.frontier()), (307, &Frontier::of(&leaves)));
    }

    async fn the_log_is_read_in_parts(db: Db) {
        append_some(&db.store, 10).await;
        let part = audit::entries(&db.store, 4, 3).await.unwrap();
        assert_eq!(part.iter().map(|entry| entry.view().seq).collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!(audit::leaves(&db.store, 8, 10).await.unwrap().len(), 2);
    }

    async fn times_never_go_back_from_one_entry_to_the_next(db: Db) {
        append(&db.store, &[event(at(100), "a:1".to_owned())]).await.unwrap();
        append(&db.store, &[event(at(50), "a:2".to_owned())]).await.unwrap();
        assert_eq!(audit::head(&db.store).await.unwrap().last_at(), Some(at(100)));
        assert_eq!(db.number("select min(at) from audit_entry").await, at(100).as_microsecond());
    }

    async fn numbers_are_dense_whoever_appends_and_rolled_back_entries_leave_no_gap(db: Db) {
        let writers = (0..6).map(|writer| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for round in 0..10 {
                    let mut tx = store.begin(Step::Keep).await.unwrap();
                    let events = [event(at(round), format!("w:{writer}")), event(at(round), format!("v:{writer}"))];
                    audit::append(&mut tx, &events).await.unwrap();
                    if round % 3 == 0 {
                        drop(tx);
                    } else {
                        tx.commit().await.unwrap();
                    }
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let entries = audit::entries(&db.store, 0, 1_000).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.view().seq).collect::<Vec<_>>(), (0..72).collect::<Vec<_>>());
        let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(entry.bytes())).collect();
        assert_eq!(audit::head(&db.store).await.unwrap().frontier(), &Frontier::of(&leaves));
    }

    async fn the_database_refuses_to_change_or_delete_an_entry_or_a_checkpoint(db: Db) {
        append_some(&db.store, 2).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        audit::save_checkpoint(&mut tx, &checkpoint(2)).await.unwrap();
        tx.commit().await.unwrap();
        let forbidden = [
            "update audit_entry set at = 0",
            "update audit_entry set bytes = leaf where seq = 1",
            "delete from audit_entry where seq = 1",
            "update checkpoint set note = 'forged'",
            "delete from checkpoint",
        ];
        for statement in forbidden {
            let error = db.try_run(statement).await.unwrap_err().to_string();
            assert!(error.contains("is never"), "{statement}: {error}");
        }
        if db.store.dialect() == majlis::store::Dialect::Postgres {
            assert!(db.try_run("truncate audit_entry").await.is_err());
            assert!(db.try_run("truncate checkpoint").await.is_err());
        }
        assert_eq!(db.number("select count(*) from audit_entry").await, 2);
    }

    async fn an_entry_too_long_to_log_stops_the_act_it_records(db: Db) {
        let long = event(at(0), "x".repeat(70_000));
        assert!(matches!(append(&db.store, &[long]).await, Err(StoreError::Audit(_))));
        assert_eq!(audit::head(&db.store).await.unwrap().size(), 0);
    }

    async fn the_last_checkpoint_is_the_one_that_covers_most(db: Db) {
        assert_eq!(audit::last_checkpoint(&db.store).await.unwrap(), None);
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        for size in [3, 9, 5] {
            audit::save_checkpoint(&mut tx, &checkpoint(size)).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(audit::last_checkpoint(&db.store).await.unwrap(), Some(checkpoint(9)));
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        assert!(audit::save_checkpoint(&mut tx, &checkpoint(9)).await.is_err());
    }
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint { size, root: Hash([size as u8; 32]), note: format!("log\n{size}\n"), at: at(1) }
}

contract! {
    async fn entries_are_found_by_comment_staff_clause_and_time_the_newest_first(db: Db) {
        let staff = || Actor::Staff("huda".to_owned());
        let events = [
            AuditEvent::new(at(0), Actor::Machine("poll"), "comment.received", "comment:7"),
            AuditEvent::new(at(10), staff(), "comment.judged", "comment:7").word("clause", "spam"),
            AuditEvent::new(at(10), staff(), "action.queued", "action:3").int("comment", 7),
            AuditEvent::new(at(20), Actor::Machine("command"), "staff.disabled", "staff:huda"),
            AuditEvent::new(at(30), Actor::Machine("moderate"), "comment.judged", "comment:8").word("clause", "spam"),
        ];
        append(&db.store, &events).await.unwrap();
        let numbers = |found: Vec<Result<EntryView, Altered>>| {
            found.into_iter().map(|entry| entry.unwrap().seq).collect::<Vec<_>>()
        };
        let found = async |sought: Sought| numbers(audit::find(&db.store, &sought, 9).await.unwrap());
        let all = Sought::default;
        let (comment, clause) = (Some(CommentId(7)), Some(ClauseId::Spam));
        let huda = || Some("huda".to_owned());
        assert_eq!(found(all()).await, [4, 3, 2, 1, 0]);
        assert_eq!(found(Sought { comment, ..all() }).await, [2, 1, 0]);
        assert_eq!(found(Sought { staff: huda(), ..all() }).await, [3, 2, 1]);
        assert_eq!(found(Sought { clause, ..all() }).await, [4, 1]);
        assert_eq!(found(Sought { comment, clause, staff: huda(), ..all() }).await, [1]);
        assert_eq!(found(Sought { from: Some(at(10)), ..all() }).await, [4, 3, 2, 1]);
        assert_eq!(found(Sought { to: Some(at(10)), ..all() }).await, [0]);
        assert_eq!(found(Sought { from: Some(at(11)), to: Some(at(30)), ..all() }).await, [3]);
        assert_eq!(found(Sought { before: Some(2), comment, ..all() }).await, [1, 0]);
        assert_eq!(found(Sought { staff: Some("huda\0".to_owned()), ..all() }).await, [0; 0]);
        assert_eq!(numbers(audit::find(&db.store, &all(), 2).await.unwrap()), [4, 3]);
        assert_eq!(audit::about(&db.store, CommentId(7), |entry| Some(entry.unwrap().seq)).await.unwrap(), [0, 1, 2]);
    }

    async fn an_empty_log_is_searched_in_vain(db: Db) {
        let sought = Sought { from: Some(at(0)), to: Some(at(1)), ..Sought::default() };
        assert_eq!(audit::find(&db.store, &sought, 9).await.unwrap(), []);
    }
}
