//! What the audit log costs, on both databases: a million entries appended and sealed while they come, and a proof that the
//! log holds one of them; then ten million entries verified as the auditor's program does.
//!
//! Store, sealer and verifier are the daemon's own, and as durable. `make bench-audit` runs it and keeps what it prints in
//! `benches/RESULTS-audit.md`.

#[path = "../pipeline/database.rs"]
mod database;
#[path = "../pipeline/machine.rs"]
mod machine;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use majlis::domain::audit::{
    Actor, AuditEvent, Checkpoint, Export, ExportVerifier, Hash, Head, SigningKey, proof, prove_entry,
};
use majlis::stage::seal::{Outlets, Publication, Sealer};
use majlis::store::{Step, Store, audit};

use database::Database;

/// The daemon's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS-audit.md");
/// Entries appended to each database, so many in one transaction: a batch of the queue.
const APPENDED: i64 = 1_000_000;
const BATCH: i64 = 1_000;
/// A checkpoint is made of so many, as configured where nothing else is.
const SEALED: i64 = 10_000;
/// Entries verified.
const VERIFIED: u64 = 10_000_000;
/// Proofs made and checked.
const PROOFS: u64 = 2_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = machine::describe(scratch.path())?;
    let mut table = String::from(
        "| database | entries a second | a checkpoint: median | p99 | worst | an entry's proof: median | p99 |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for database in Database::asked_for(only.as_deref(), scratch.path()).await? {
        let directory = scratch.path().join(database.name());
        let row = measure(&database.empty("audit").await?, &directory).await?;
        writeln!(table, "| {} | {row} |", database.name())?;
    }
    let verified = verify()?.as_secs_f64();
    writeln!(
        table,
        "\n{VERIFIED} entries of an export verified in **{verified:.1} s**: {:.0} a second.",
        VERIFIED as f64 / verified
    )?;
    print!("\n{machine}\n{table}");
    if only.is_none() {
        std::fs::write(RESULTS, page(&machine, &table))?;
        println!("\nkept in {RESULTS}");
    }
    Ok(())
}

fn key() -> Result<SigningKey, Failure> {
    Ok(SigningKey::new("bench.majlis.example/audit", &[7; 32])?)
}

/// An entry as most are: a comment judged, with all that the daemon writes of it.
fn event(number: i64, start: Timestamp) -> AuditEvent {
    let at = start + SignedDuration::from_micros(number * 50);
    AuditEvent::new(at, Actor::Machine("moderate"), "comment.judged", format!("comment:{number}"))
        .int("decision", number)
        .int("revision", 1)
        .word("verdict", "hide")
        .word("clause", "spam")
        .word("rule", "phrase:ar")
        .word("excerpt", "12..31")
        .word("kind", "other")
        .word("policy", "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab")
        .word("model", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")
}

async fn measure(url: &str, directory: &Path) -> Result<String, Failure> {
    let (store, start) = (Store::open(url).await?, Timestamp::from_second(1_795_500_000)?);
    let mut sealer = Sealer::new(key()?, Publication::new(directory), Outlets::default());
    let began = Instant::now();
    let writing = tokio::spawn({
        let store = store.clone();
        async move {
            for first in (0..APPENDED).step_by(BATCH as usize) {
                let events: Vec<AuditEvent> =
                    (first..first + BATCH).map(|number| event(number, start)).collect();
                let mut tx = store.begin(Step::Keep).await?;
                audit::append(&mut tx, &events).await?;
                tx.commit().await?;
            }
            Ok::<_, Failure>(began.elapsed())
        }
    });
    // As the daemon does: a look whether enough entries wait, and then a checkpoint of all there are.
    let mut checkpoints = Vec::new();
    while !writing.is_finished() || sealer.unsealed(&store).await? > 0 {
        if sealer.unsealed(&store).await? < SEALED as u64 && !writing.is_finished() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let asked = Instant::now();
        sealer.seal(&store, start).await?;
        checkpoints.push(asked.elapsed());
    }
    let written = writing.await??;
    let [median, p99, worst] = spread(&mut checkpoints);
    let [proof, proof_p99, _] = spread(&mut prove(directory)?);
    let milliseconds = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
    store.close().await;
    Ok(format!(
        "**{:.0}** | {} | **{}** | {} ({} in all) | {} | **{}**",
        APPENDED as f64 / written.as_secs_f64(),
        milliseconds(median),
        milliseconds(p99),
        milliseconds(worst),
        checkpoints.len(),
        milliseconds(proof),
        milliseconds(proof_p99),
    ))
}

/// Proofs of entries all over the log, each made from the files of the directory and checked against the checkpoint.
fn prove(directory: &Path) -> Result<Vec<Duration>, Failure> {
    let note = std::fs::read_to_string(directory.join("checkpoint"))?;
    let Checkpoint { size, root, .. } = Checkpoint::open(&note, key()?.verifier())?;
    let read = |path: &str| match std::fs::read(directory.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let mut times = Vec::new();
    for number in 0..PROOFS {
        let index = number * 7_919 % size;
        let leaf = leaf(directory, index)?;
        let began = Instant::now();
        let found = prove_entry(size, index, read).map_err(|error| format!("{error:?}"))?;
        let proved = found.is_some_and(|hashes| proof::includes(root, size, index, leaf, &hashes));
        times.push(began.elapsed());
        if !proved {
            return Err(format!("entry {index} was not proved").into());
        }
    }
    Ok(times)
}

/// The hash of an entry, out of a full tile.
fn leaf(directory: &Path, index: u64) -> Result<Hash, Failure> {
    let (tile, place) = (index / 256, (index % 256) as usize);
    let path = match tile {
        0..1_000 => format!("tile/0/{tile:03}"),
        _ => format!("tile/0/x{:03}/{:03}", tile / 1_000, tile % 1_000),
    };
    let full = std::fs::read(directory.join(&path));
    let bytes = full.or_else(|_| std::fs::read(directory.join(format!("{path}.p/{}", APPENDED % 256))))?;
    let hash = bytes.as_chunks::<32>().0.get(place).ok_or("a tile is too short")?;
    Ok(Hash(*hash))
}

/// How long the lines of an export take to be verified, made and handed over in pieces, so that memory stays flat.
fn verify() -> Result<Duration, Failure> {
    let (key, start) = (key()?, Timestamp::from_second(1_795_500_000)?);
    let mut head = Head::default();
    for number in 0..VERIFIED as i64 {
        head.append(&event(number, start), Some(env!("CARGO_PKG_VERSION")))?;
    }
    let note = Checkpoint::sign(VERIFIED, head.frontier().root(), &key);
    let checkpoint = Checkpoint::open(&note, key.verifier())?;

    let (mut head, mut piece, mut spent) = (Head::default(), Vec::new(), Duration::ZERO);
    let mut export = Export::begin(&checkpoint, &mut piece);
    let mut verifier = ExportVerifier::new(key.verifier(), None).map_err(|flaw| flaw.to_string())?;
    let mut check = |piece: &mut Vec<u8>| -> Result<(), Failure> {
        let began = Instant::now();
        let mut lines = piece.split_inclusive(|byte| *byte == b'\n');
        lines.try_for_each(|line| verifier.line(line)).map_err(|flaw| flaw.to_string())?;
        spent += began.elapsed();
        piece.clear();
        Ok(())
    };
    for number in 0..VERIFIED as i64 {
        export.entry(&head.append(&event(number, start), Some(env!("CARGO_PKG_VERSION")))?.bytes, &mut piece);
        if number % 10_000 == 0 {
            check(&mut piece)?;
        }
    }
    export.end(&note, &mut piece);
    check(&mut piece)?;
    let began = Instant::now();
    verifier.finish().map_err(|flaw| flaw.to_string())?;
    Ok(spent + began.elapsed())
}

/// Median, p99 and worst.
fn spread(times: &mut [Duration]) -> [Duration; 3] {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    [at(50), at(99), at(100)]
}

fn page(machine: &str, table: &str) -> String {
    format!(
        "# What the audit log costs\n\n\
         Written by `make bench-audit`; see `benches/audit/`. {APPENDED} entries like those of a judged comment, {BATCH} in a \
         durable transaction, while the sealer looks whether {SEALED} wait and then makes a checkpoint: proved, written as \
         tiles, signed, kept and published, each on the disk before the next. Then {PROOFS} proofs that the log holds an entry, \
         made from the files of the audit directory and checked. SQLite is a file with WAL and `synchronous = full`; PostgreSQL \
         is a server on this machine with `fsync` and `synchronous_commit` on and its settings otherwise as shipped.\n\n\
         {machine}\n{table}"
    )
}
