//! The vectors in `tests/fixtures/audit`, for other verifiers of the format; `deploy/AUDIT.md` describes them.
//!
//! They are written here, so that a change of the format cannot pass unseen. To write them anew after
//! one that was meant: `MAJLIS_WRITE_VECTORS=1 cargo test --lib vectors`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;

const LONG: usize = 260;

#[test]
fn the_published_vectors_are_what_this_version_writes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audit");
    for (name, bytes) in vectors() {
        let path = directory.join(&name);
        if std::env::var_os("MAJLIS_WRITE_VECTORS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        assert!(fs::read(&path).is_ok_and(|published| published == bytes), "{name} differs");
    }
}

fn vectors() -> BTreeMap<String, Vec<u8>> {
    let (long, five) = (entries(LONG), entries(5));
    let mut vectors = BTreeMap::from([
        ("log.pub".into(), format!("{}\n", log_key().verifier()).into_bytes()),
        ("earlier.checkpoint".into(), note(&five[..3], &log_key()).into_bytes()),
        ("witness.pub".into(), format!("{}\n", witness_key()).into_bytes()),
        ("sound/five.jsonl".into(), export(&five, &log_key())),
        (
            "sound/witnessed.jsonl".into(),
            export_under(&cosigned(&note(&five, &log_key())), &five, &log_key()),
        ),
        ("sound/long.jsonl".into(), export(&long, &log_key())),
    ]);
    vectors.extend(
        tiles(&long, &log_key()).into_iter().map(|(path, bytes)| (format!("sound/tiles/{path}"), bytes)),
    );
    vectors.extend(proofs(&long).map(|(name, proof)| (format!("sound/proofs/{name}"), proof.into_bytes())));
    vectors.extend(entry_proofs(&long).map(|(name, proof)| (name.to_owned(), proof.into_bytes())));
    vectors
        .extend(tampered(&five).into_iter().map(|(name, bytes)| (format!("tampered/{name}.jsonl"), bytes)));
    vectors
}

/// That the long log holds some of its entries (C2SP tlog-proof), and that it grew from the earlier checkpoint (the body of
/// C2SP tlog-witness's `add-checkpoint`).
fn proofs(long: &[Vec<u8>]) -> [(String, String); 6] {
    let (directory, note) = (tiles(long, &log_key()), note(long, &log_key()));
    let read = |path: &str| Ok::<_, std::convert::Infallible>(directory.get(path).cloned());
    let size = long.len() as u64;
    let lines =
        |hashes: Vec<Hash>| hashes.into_iter().map(|hash| hash.to_base64() + "\n").collect::<String>();
    let inclusion = |index| {
        let hashes = lines(prove_entry(size, index, read).unwrap().unwrap());
        (format!("{index}.tlog-proof"), format!("c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{note}"))
    };
    let grown = lines(prove_growth(size, 3, read).unwrap().unwrap());
    let [first, sixth, last_of_tile, first_of_tile, last] = [0, 5, 255, 256, 259].map(inclusion);
    let grown = ("old-3.consistency".to_owned(), format!("old 3\n{grown}\n{note}"));
    [first, sixth, last_of_tile, first_of_tile, last, grown]
}

/// Proofs of an entry that hold the entry, too, one of them under a cosigned checkpoint, and what was done to one.
fn entry_proofs(long: &[Vec<u8>]) -> [(&'static str, String); 6] {
    let (directory, note) = (tiles(long, &log_key()), note(long, &log_key()));
    let read = |path: &str| Ok::<_, std::convert::Infallible>(directory.get(path).cloned());
    let proof = |index: u64, note: &str| {
        let hashes = prove_entry(long.len() as u64, index, read).unwrap().unwrap();
        entry_proof(&long[index as usize], index, &hashes, note)
    };
    let (sound, other) = (proof(41, &note), proof(42, &note));
    let line = |text: &str, number: usize| text.lines().nth(number).unwrap().to_owned();
    [
        ("sound/entries/41.tlog-proof", sound.clone()),
        ("sound/entries/259.tlog-proof", proof(259, &cosigned(&note))),
        ("tampered/entries/another.tlog-proof", sound.replace(&line(&sound, 1), &line(&other, 1))),
        ("tampered/entries/elsewhere.tlog-proof", sound.replace("index 41", "index 42")),
        ("tampered/entries/hash.tlog-proof", sound.replace(&line(&sound, 4), &line(&sound, 3))),
        ("tampered/entries/unsigned.tlog-proof", sound.replace("\n260\n", "\n261\n")),
    ]
}

/// What was done to the log of five entries; the last four are signed again with the log's own key.
fn tampered(five: &[Vec<u8>]) -> [(&'static str, Vec<u8>); 13] {
    let sound = export(five, &log_key());
    let lines: Vec<&[u8]> = sound.split_inclusive(|byte| *byte == b'\n').collect();
    let text =
        |from: &str, to: &str| String::from_utf8(sound.clone()).unwrap().replacen(from, to, 1).into_bytes();
    let resigned = |at: usize, from: &str, to: &str| {
        let mut changed = five.to_vec();
        changed[at] = String::from_utf8(changed[at].clone()).unwrap().replace(from, to).into_bytes();
        export(&changed, &log_key())
    };
    let swapped = [&lines[..2], &[lines[3], lines[2]], &lines[4..]].concat().concat();
    [
        ("word-changed", text("spam", "spas")),
        ("hash-changed", text("\"hashes\":\"", "\"hashes\":\"A")),
        ("header-changed", text("majlis.example/audit", "majlis.example/audio")),
        ("signature-removed", text("\\n\\n—", "\\n—")),
        ("entry-dropped", [&lines[..2], &lines[3..]].concat().concat()),
        ("entry-twice", [&lines[..3], &lines[2..]].concat().concat()),
        ("entries-swapped", swapped),
        ("newline-missing", sound[..sound.len() - 1].to_vec()),
        ("other-key", export(five, &other_key())),
        ("cut-and-signed", export(&five[..2], &log_key())),
        ("rewritten-and-signed", resigned(1, "spam", "indecent")),
        ("spaced-and-signed", resigned(4, "{\"act\"", "{ \"act\"")),
        ("clock-back-and-signed", resigned(4, "2026", "2025")),
    ]
}
