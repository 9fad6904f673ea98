//! Sealing the audit log of a real database into a real directory.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use majlis::clock::{ManualClock, SharedClock};
use majlis::domain::audit::{
    Actor, Altered, AuditEvent, Checkpoint, ExportVerifier, Flaw, Form, Frontier, Hash, Head, Query,
    SigningKey, Sound, Stored, verify_tiles,
};
use majlis::stage::seal::{
    self, Broken, InspectError, Inspected, Outlets, Publication, SealError, Sealer, Timing,
};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Dialect, Step, Store, audit};
use tempfile::TempDir;

use crate::store::{Db, at, contract};

pub(crate) fn key() -> SigningKey {
    SigningKey::new("example.gov/audit", &[9; 32]).unwrap()
}

/// A sealer as a process has it that has just started.
fn sealer(directory: &TempDir) -> Sealer {
    Sealer::new(key(), publication(directory), Outlets::default())
}

fn publication(directory: &TempDir) -> Publication {
    Publication::new(directory.path().join("audit"))
}

async fn published(directory: &TempDir) -> Option<Checkpoint> {
    let note = publication(directory).latest().await.unwrap()?;
    Some(Checkpoint::open(&note, key().verifier()).unwrap())
}

pub(crate) fn timing() -> Timing {
    Timing {
        schedule: "0 */10 * * * *".parse().unwrap(),
        zone: TimeZone::UTC,
        after_entries: 10,
        lease: Duration::from_secs(60),
        look_every: Duration::from_secs(1),
    }
}

fn event(number: i64) -> AuditEvent {
    AuditEvent::new(at(number), Actor::Machine("poll"), "comment.received", format!("comment:{number}"))
}

pub(crate) async fn append(store: &Store, numbers: std::ops::Range<i64>) {
    let events: Vec<AuditEvent> = numbers.map(event).collect();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &events).await.unwrap();
    tx.commit().await.unwrap();
}

const VERSION: Option<&str> = Some(env!("CARGO_PKG_VERSION"));

/// The root that a log of these events has.
fn root(numbers: std::ops::Range<i64>) -> Hash {
    let mut head = Head::default();
    numbers.for_each(|number| drop(head.append(&event(number), VERSION).unwrap()));
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

    async fn the_log_lies_in_tiles_beside_each_checkpoint_and_both_verifiers_find_it_sound(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        let mut sealer = sealer(&directory);
        let mut kept = None;
        for (from, to) in [(0, 1), (1, 250), (250, 256), (256, 600), (600, 600), (600, 2_900)] {
            append(&db.store, from..to).await;
            sealer.seal(&db.store, at(10_000 + to)).await.unwrap();
            let sound = verify_directory(&directory, kept.as_deref());
            assert_eq!((sound.checkpoint.size, sound.checkpoint.root), (to as u64, root(0..to)));
            kept = publication(&directory).latest().await.unwrap();
        }
        // A full tile stands for the partial ones before it; those of a higher level stay, one for each checkpoint.
        let names = |path: &str| {
            let files = std::fs::read_dir(directory.path().join("audit/tile").join(path)).unwrap();
            let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(names("0").last().unwrap(), "011.p");
        assert_eq!(names("0").len(), 12);
        assert_eq!(names("1/000.p"), ["1", "11", "2"]);
        crate::audit_second_verifier::finds_sound(&directory.path().join("audit"));
    }

    async fn tiles_are_whole_wherever_the_process_died_and_whatever_became_of_them(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..700).await;
        sealer(&directory).seal(&db.store, at(1_000)).await.unwrap();
        let audit = directory.path().join("audit");
        let spoil: [(&str, Option<&str>); 5] = [
            ("tile/1/000.p/2", None),
            ("tile/1/000.p/2", Some("half a fi")),
            ("tile/entries/002.p/188", None),
            ("tile/0/002.p/188", Some("")),
            ("tile/0/003.new", Some("half a file")),
        ];
        for (number, (path, bytes)) in (0..).zip(spoil) {
            match bytes {
                Some(bytes) => std::fs::write(audit.join(path), bytes).unwrap(),
                None => std::fs::remove_file(audit.join(path)).unwrap(),
            }
            // As after a restart: with nothing added first, then with more.
            sealer(&directory).seal(&db.store, at(1_001 + number)).await.unwrap();
            assert_eq!(verify_directory(&directory, None).checkpoint.size, 700, "{path}");
        }
        // An audit directory of a version that wrote no tiles yet.
        std::fs::remove_dir_all(audit.join("tile")).unwrap();
        append(&db.store, 700..1_100).await;
        sealer(&directory).seal(&db.store, at(2_000)).await.unwrap();
        assert_eq!(verify_directory(&directory, None).checkpoint.size, 1_100);
        // It died when the tiles were written and the checkpoint was not: the log goes on beyond both.
        let before = publication(&directory).latest().await.unwrap().unwrap();
        append(&db.store, 1_100..1_300).await;
        sealer(&directory).seal(&db.store, at(2_100)).await.unwrap();
        std::fs::write(audit.join("checkpoint"), &before).unwrap();
        assert_eq!(verify_directory(&directory, None).checkpoint.size, 1_100, "its last bundle is full by now");
        sealer(&directory).seal(&db.store, at(2_200)).await.unwrap();
        assert_eq!(verify_directory(&directory, Some(&before)).checkpoint.size, 1_300);
    }

    async fn an_entry_that_is_not_what_was_hashed_is_neither_sealed_nor_written(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..300).await;
        sealer(&directory).seal(&db.store, at(1_000)).await.unwrap();
        append(&db.store, 300..700).await;
        replace_entry(&db, 650, |entry| entry.replace("comment:650", "comment:651")).await;
        let altered = Broken::Entry(Altered { entry: 650, how: "its hash is another" });
        assert_eq!(broken(sealer(&directory).seal(&db.store, at(1_001)).await), altered);
        assert_eq!(verify_directory(&directory, None).checkpoint.size, 300);
    }

    async fn a_checkpoint_that_the_database_lost_is_not_replaced_by_an_older_one(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        sealer(&directory).seal(&db.store, at(60)).await.unwrap();
        append(&db.store, 3..5).await;
        // Published from a database that kept it, of which a copy from just before was put back.
        let note = Checkpoint::sign(5, root(0..5), &key());
        publication(&directory).publish(5, &note).await.unwrap();
        assert_eq!(sealer(&directory).seal(&db.store, at(61)).await.unwrap(), None);
        assert_eq!(published(&directory).await.unwrap().size, 5);
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
        (1..4).for_each(|number| drop(other.append(&event(number), VERSION).unwrap()));
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

    async fn the_log_is_sealed_at_each_tick_and_at_once_when_enough_entries_wait(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        let mut sealer = sealer(&directory);
        let mut sizes = Vec::new();
        // The tests' time begins at half past; ticks are ten minutes apart.
        for (second, entries) in [(0, 0..3), (599, 3..3), (600, 3..3), (601, 3..12), (602, 12..13), (700, 13..13), (1_200, 13..13)] {
            append(&db.store, entries).await;
            let sealed = seal::turn(&mut sealer, &db.store, &timing(), at(second)).await.unwrap();
            sizes.push(sealed.map(|checkpoint| checkpoint.size));
        }
        assert_eq!(sizes, [None, None, Some(3), None, Some(13), None, None]);
    }

    async fn two_processes_do_not_seal_at_once_and_one_that_died_is_followed(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..20).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        jobs::add(&mut tx, &Lane::Seal, &[String::new()], at(0)).await.unwrap();
        let other = jobs::claim(&mut tx, &Lane::Seal, 1, at(0), at(60)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(other.len(), 1);
        let mut sealer = sealer(&directory);
        assert_eq!(seal::turn(&mut sealer, &db.store, &timing(), at(59)).await.unwrap(), None);
        assert_eq!(seal::turn(&mut sealer, &db.store, &timing(), at(60)).await.unwrap().unwrap().size, 20);
    }

    async fn sealing_goes_on_until_the_log_does_not_hold(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..10).await;
        let clock: SharedClock = Arc::new(ManualClock::new(at(0)));
        let longer = Checkpoint::sign(99, root(0..99), &key());
        publication(&directory).publish(99, &longer).await.unwrap();
        let broken = seal::run(sealer(&directory), db.store.clone(), clock, timing()).await;
        assert_eq!(broken, Broken::Cut { found: 10, sealed: 99 });
    }

    async fn the_whole_log_is_inspected_also_what_is_not_sealed_yet(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        assert_eq!(inspect(&db.store, &directory).await, Ok(Inspected { entries: 3, sealed: 0 }));
        sealer(&directory).seal(&db.store, at(60)).await.unwrap();
        append(&db.store, 3..2_500).await;
        assert_eq!(inspect(&db.store, &directory).await, Ok(Inspected { entries: 2_500, sealed: 3 }));
    }

    async fn an_entry_changed_behind_the_daemons_back_is_found_by_inspection(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        let mut sealer = sealer(&directory);
        sealer.seal(&db.store, at(60)).await.unwrap();
        replace_entry(&db, 1, |entry| entry.replace("poll", "pull")).await;
        let flaw = inspect(&db.store, &directory).await.unwrap_err();
        assert_eq!(flaw.to_string(), "entry 1: its hash is another");
        forge_entry(&db, 1, |entry| entry).await;
        let flaw = inspect(&db.store, &directory).await.unwrap_err();
        assert!(flaw.reason.starts_with("the first 3 entries were rewritten"), "{flaw}");
        replace_entry(&db, 1, |entry| entry.replace("\"seq\":1", "\"seq\":7")).await;
        assert_eq!(inspect(&db.store, &directory).await.unwrap_err().entry, Some(1));
    }

    async fn an_entry_that_is_hidden_from_a_search_is_found_by_inspection_and_not_sealed(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..3).await;
        unguard(&db).await;
        for beside in ["comment = null", "comment = 9", "staff = 'huda'", "clause = 'spam'", "at = at + 1"] {
            db.try_run("update audit_entry set comment = 1, staff = null, clause = null where seq = 1").await.unwrap();
            db.try_run(&format!("update audit_entry set {beside} where seq = 1")).await.unwrap();
            let flaw = inspect(&db.store, &directory).await.unwrap_err();
            assert_eq!(flaw.to_string(), "entry 1: what it is found by is not what it says", "{beside}");
        }
        assert!(matches!(broken(sealer(&directory).seal(&db.store, at(60)).await), Broken::Entry(Altered { entry: 1, .. })));
    }

    async fn what_was_forged_with_its_hash_behind_the_last_proof_is_found_within_a_day(db: Db) {
        const HOUR: i64 = 3_600;
        let directory = tempfile::tempdir().unwrap();
        let mut sealer = sealer(&directory);
        append(&db.store, 0..3).await;
        sealer.seal(&db.store, at(60)).await.unwrap();
        forge_entry(&db, 1, |entry| entry.replace("poll", "pull")).await;
        assert_eq!(sealer.seal(&db.store, at(23 * HOUR)).await.unwrap(), None, "nothing was added");
        assert_eq!(broken(sealer.seal(&db.store, at(25 * HOUR)).await), Broken::Rewritten { sealed: 3 });
    }

    async fn an_export_is_what_the_auditors_program_calls_sound_and_the_same_each_time(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..1_100).await;
        let mut sealer = sealer(&directory);
        assert!(matches!(export(&db.store, &directory).await, Err(InspectError::NotSealed)));
        sealer.seal(&db.store, at(60)).await.unwrap();
        let earlier = publication(&directory).latest().await.unwrap();
        let exported = export(&db.store, &directory).await.unwrap();
        append(&db.store, 1_100..1_105).await;
        assert_eq!(export(&db.store, &directory).await.unwrap(), exported, "what is not sealed is left out");

        sealer.seal(&db.store, at(120)).await.unwrap();
        let sound = verify(&export(&db.store, &directory).await.unwrap(), earlier.as_deref()).unwrap();
        assert_eq!((sound.checkpoint.size, sound.grew_from), (1_105, Some(1_100)));
        assert_eq!((sound.first_at, sound.last_at), (Some(at(0)), Some(at(1_104))));
    }

    async fn a_selection_at_a_checkpoint_stays_the_same_to_the_byte_when_the_log_grows(db: Db) {
        let directory = tempfile::tempdir().unwrap();
        append(&db.store, 0..1_100).await;
        sealer(&directory).seal(&db.store, at(60)).await.unwrap();
        let note = seal::published(&publication(&directory)).await.unwrap();
        let select = async || {
            let (query, mut out) = (Query { from: Some(at(1_000)), ..Query::default() }, Vec::new());
            let manifest = seal::select(&db.store, &note, &key(), (query, Form::Csv), &mut out).await.unwrap();
            (manifest.unwrap(), out)
        };
        let before = select().await;
        assert_eq!((before.0.rows, before.0.checkpoint.size), (100, 1_100));
        append(&db.store, 1_100..1_105).await;
        sealer(&directory).seal(&db.store, at(120)).await.unwrap();
        assert!(select().await == before);
    }
}

/// What the auditor's program finds in the audit directory as it lies there.
fn verify_directory(directory: &TempDir, earlier: Option<&str>) -> Sound {
    let read = |path: &str| match std::fs::read(directory.path().join("audit").join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    verify_tiles(key().verifier(), earlier, read).unwrap()
}

async fn inspect(store: &Store, directory: &TempDir) -> Result<Inspected, Flaw> {
    seal::inspect(store, &publication(directory), key().verifier()).await.unwrap()
}

async fn export(store: &Store, directory: &TempDir) -> Result<Vec<u8>, InspectError> {
    let mut out = Vec::new();
    let note = seal::published(&publication(directory)).await?;
    seal::export(store, &note, key().verifier(), &mut out).await?;
    Ok(out)
}

fn verify(export: &[u8], earlier: Option<&str>) -> Result<Sound, Flaw> {
    let key = key();
    let mut verifier = ExportVerifier::new(key.verifier(), earlier)?;
    export.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| verifier.line(line))?;
    verifier.finish()
}

/// What only somebody can do who owns the database: takes the guard away.
async fn unguard(db: &Db) {
    let guard = match db.store.dialect() {
        Dialect::Sqlite => "drop trigger if exists audit_entry_unchanged",
        Dialect::Postgres => "alter table audit_entry disable trigger user",
    };
    db.try_run(guard).await.unwrap();
}

/// Writes over the bytes of an entry.
pub(crate) async fn replace_entry(db: &Db, seq: u64, change: impl FnOnce(String) -> String) {
    let Stored { bytes, .. } = audit::stored(&db.store, seq, 1).await.unwrap().remove(0);
    let changed = change(String::from_utf8(bytes).unwrap()).into_bytes();
    unguard(db).await;
    let update =
        sqlx::query("update audit_entry set bytes = $1 where seq = $2").bind(changed).bind(seq as i64);
    assert_eq!(update.execute(&db.pool).await.unwrap().rows_affected(), 1);
}

/// Writes over an entry and its hash.
async fn forge_entry(db: &Db, seq: u64, change: impl FnOnce(String) -> String) {
    replace_entry(db, seq, change).await;
    let Stored { bytes, .. } = audit::stored(&db.store, seq, 1).await.unwrap().remove(0);
    let leaf = Hash::leaf(&bytes).0.to_vec();
    let update = sqlx::query("update audit_entry set leaf = $1 where seq = $2").bind(leaf).bind(seq as i64);
    assert_eq!(update.execute(&db.pool).await.unwrap().rows_affected(), 1);
}
