//! Sealing the audit log of a real database into a real directory.

use majlis::domain::audit::{Actor, AuditEvent, Checkpoint, Frontier, Hash, Head, SigningKey};
use majlis::stage::seal::{Broken, Publication, SealError, Sealer};
use majlis::store::{Step, Store, audit};
use tempfile::TempDir;

use crate::store::{at, contract};

fn key() -> SigningKey {
    SigningKey::new("example.gov/audit", &[9; 32]).unwrap()
}

/// A sealer as a process has it that has just started.
fn sealer(directory: &TempDir) -> Sealer {
    Sealer::new(key(), publication(directory))
}

fn publication(directory: &TempDir) -> Publication {
    Publication::new(directory.path().join("audit"))
}

async fn published(directory: &TempDir) -> Option<Checkpoint> {
    let note = publication(directory).latest().await.unwrap()?;
    Some(Checkpoint::open(&note, key().verifier()).unwrap())
}

fn event(number: i64) -> AuditEvent {
    AuditEvent::new(at(number), Actor::Machine("poll"), "comment.received", format!("comment:{number}"))
}

async fn append(store: &Store, numbers: std::ops::Range<i64>) {
    let events: Vec<AuditEvent> = numbers.map(event).collect();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &events).await.unwrap();
    tx.commit().await.unwrap();
}

/// The root that a log of these events has.
fn root(numbers: std::ops::Range<i64>) -> Hash {
    let mut head = Head::default();
    numbers.for_each(|number| drop(head.append(&event(number)).unwrap()));
    head.frontier().root()
}

fn broken(result: Result<Option<Checkpoint>, SealError>) -> Broken {
    match result {
        Err(SealError::Broken(broken)) => broken,
        other => panic!("sealed, or not for this reason: {other:?}"),
    }
}

contract! {
    async fn a_seal_covers_the_log_and_is_published_outside_the_database(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        let mut sealer = sealer(&directory);
        append(&db.store, 0..5).await;
        assert_eq!(sealer.unsealed(&db.store).await.unwrap(), 5);

        let sealed = sealer.seal(&db.store, at(60)).await.unwrap().unwrap();
        assert_eq!((sealed.size, sealed.root), (5, root(0..5)));
        assert_eq!(published(&directory).await, Some(sealed));
        assert_eq!(sealer.unsealed(&db.store).await.unwrap(), 0);
        assert_eq!(sealer.seal(&db.store, at(61)).await.unwrap(), None, "nothing was added");

        append(&db.store, 5..7).await;
        let sealed = sealer.seal(&db.store, at(120)).await.unwrap().unwrap();
        assert_eq!((sealed.size, sealed.root), (7, root(0..7)));
        let kept = audit::last_checkpoint(&db.store).await.unwrap().unwrap();
        assert_eq!((kept.size, kept.root, kept.at), (7, root(0..7), at(120)));
    }

    async fn a_restarted_process_goes_on_from_what_was_published(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        sealer(&directory).seal(&db.store, at(60)).await.unwrap();
        append(&db.store, 3..4).await;
        sealer(&directory).seal(&db.store, at(120)).await.unwrap();
        assert_eq!(published(&directory).await.unwrap().root, root(0..4));
    }

    async fn a_process_that_died_before_publishing_publishes_what_it_kept(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        let note = Checkpoint::sign(3, root(0..3), &key());
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        let kept = audit::Checkpoint { size: 3, root: root(0..3), note: note.clone(), at: at(60) };
        audit::save_checkpoint(&mut tx, &kept).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sealer(&directory).seal(&db.store, at(61)).await.unwrap(), None);
        assert_eq!(publication(&directory).latest().await.unwrap(), Some(note));
    }

    async fn a_log_that_was_cut_is_not_sealed(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        let longer = Checkpoint::sign(5, root(0..5), &key());
        publication(&directory).publish(5, &longer).await.unwrap();
        let result = sealer(&directory).seal(&db.store, at(60)).await;
        assert_eq!(broken(result), Broken::Cut { found: 3, sealed: 5 });
        assert_eq!(publication(&directory).latest().await.unwrap(), Some(longer), "it never shrinks");
    }

    async fn a_log_that_was_rewritten_is_not_sealed(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..7).await;
        let other = Checkpoint::sign(5, root(1..6), &key());
        publication(&directory).publish(5, &other).await.unwrap();
        let result = sealer(&directory).seal(&db.store, at(60)).await;
        assert_eq!(broken(result), Broken::Rewritten { sealed: 5 });
        assert_eq!(publication(&directory).latest().await.unwrap(), Some(other));
    }

    async fn a_head_that_does_not_follow_from_the_entries_is_not_sealed(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        let mut other = Head::default();
        (1..4).for_each(|number| drop(other.append(&event(number)).unwrap()));
        let update = sqlx::query("update audit_head set head = $1").bind(other.to_bytes());
        assert_eq!(update.execute(&db.pool).await.unwrap().rows_affected(), 1);
        assert_eq!(broken(sealer(&directory).seal(&db.store, at(60)).await), Broken::Head);
        assert_eq!(published(&directory).await, None);
    }

    async fn a_published_checkpoint_of_another_key_stops_the_sealing(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        let stranger = SigningKey::new("example.gov/audit", &[8; 32]).unwrap();
        let note = Checkpoint::sign(0, Frontier::default().root(), &stranger);
        publication(&directory).publish(0, &note).await.unwrap();
        let result = sealer(&directory).seal(&db.store, at(60)).await;
        assert!(matches!(broken(result), Broken::Checkpoint(_)));
    }
}
