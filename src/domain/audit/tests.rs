//! The promise of the whole module: what was changed is found, and what was not is never accused.

mod mutations;
mod selection;
mod vectors;

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

use super::tile::{Kind, Tile};
use super::*;

const SIZES: [usize; 8] = [1, 2, 3, 7, 8, 33, 63, 64];

pub(super) fn log_key() -> SigningKey {
    SigningKey::new("majlis.example/audit", &[1; 32]).unwrap()
}

pub(super) fn other_key() -> SigningKey {
    SigningKey::new("majlis.example/audit", &[2; 32]).unwrap()
}

/// The first entries of the log that every test here is about.
pub(super) fn entries(size: usize) -> Vec<Vec<u8>> {
    let mut head = Head::default();
    let acted_as = |number| [Some("1.0.0"), None, Some("approver")][number % 3];
    (0..size).map(|number| head.append(&event(number), acted_as(number)).unwrap().bytes).collect()
}

fn event(number: usize) -> AuditEvent {
    let start: jiff::Timestamp = "2026-11-24T03:30:00.000001Z".parse().unwrap();
    let at = start + SignedDuration::from_millis(number as i64 / 3 * 1_001);
    let event = match number % 3 {
        0 => AuditEvent::new(at, Actor::Machine("poll"), "comment.received", format!("comment:{number}")),
        1 => AuditEvent::new(at, Actor::Machine("moderate"), "comment.judged", format!("comment:{number}")),
        _ => AuditEvent::new(at, Actor::Staff("آمنة".into()), "comment.hidden", format!("comment:{number}")),
    };
    let text = Field::Commitment(commitment(&[number as u8; 16], b"text"));
    event.int("revision", 1).word("clause", "spam").with("text", text).with("reason", Field::Null)
}

pub(super) fn note(entries: &[Vec<u8>], key: &SigningKey) -> String {
    let frontier = Frontier::of(&leaves(entries));
    Checkpoint::sign(frontier.size(), frontier.root(), key)
}

fn leaves(entries: &[Vec<u8>]) -> Vec<Hash> {
    entries.iter().map(|entry| Hash::leaf(entry)).collect()
}

/// The witness of the vectors: its name, and its secret key, 32 bytes of 3.
const WITNESS: &str = "witness.example/w1";

fn witness() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[3; 32])
}

/// The public key of the witness (C2SP signed-note; sort 4 is for cosignatures).
fn witness_key() -> String {
    let key = [&[4], witness().verifying_key().as_bytes().as_slice()].concat();
    let id = Sha256::digest([WITNESS.as_bytes(), b"\n", &key].concat());
    format!("{WITNESS}+{}+{}", hex::encode(&id[..4]), STANDARD.encode(key))
}

/// The note with the cosignature of the witness, put together as C2SP tlog-cosignature says.
fn cosigned(note: &str) -> String {
    const AT: u64 = 1_795_000_000;
    let (text, _) = note.split_once("\n\n").unwrap();
    let signature = witness().sign(format!("cosignature/v1\ntime {AT}\n{text}\n").as_bytes()).to_bytes();
    let id = hex::decode(witness_key().split('+').nth(1).unwrap()).unwrap();
    let bytes = [id.as_slice(), &AT.to_be_bytes(), &signature].concat();
    format!("{note}— {WITNESS} {}\n", STANDARD.encode(bytes))
}

/// An export of these entries that is consistent in itself, whatever they are.
fn export(entries: &[Vec<u8>], key: &SigningKey) -> Vec<u8> {
    export_under(&note(entries, key), entries, key)
}

fn export_under(note: &str, entries: &[Vec<u8>], key: &SigningKey) -> Vec<u8> {
    let mut out = Vec::new();
    let mut export = Export::begin(&Checkpoint::open(note, key.verifier()).unwrap(), &mut out);
    entries.iter().for_each(|entry| export.entry(entry, &mut out));
    export.end(note, &mut out);
    out
}

fn verify(export: &[u8], earlier: Option<&str>) -> Result<Sound, Flaw> {
    let key = log_key();
    let mut verifier = ExportVerifier::new(key.verifier(), earlier)?;
    export.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| verifier.line(line))?;
    verifier.finish()
}

/// The directory of tiles of these entries, by path, consistent in itself.
pub(super) fn tiles(entries: &[Vec<u8>], key: &SigningKey) -> BTreeMap<String, Vec<u8>> {
    let (mut tiling, mut files) = (Tiling::default(), Vec::new());
    entries.iter().for_each(|entry| tiling.push(entry, &mut files));
    files.extend(tiling.partial());
    let files = files.into_iter().map(|file| (file.path, file.bytes));
    files.chain([("checkpoint".to_owned(), note(entries, key).into_bytes())]).collect()
}

fn verify_files(files: &BTreeMap<String, Vec<u8>>, earlier: Option<&str>) -> Result<Sound, Flaw> {
    let read = |path: &str| Ok::<_, std::convert::Infallible>(files.get(path).cloned());
    verify_tiles(log_key().verifier(), earlier, read).map_err(|error| match error {
        TilesError::Flaw(flaw) => flaw,
        TilesError::Unreadable(never) => match never {},
    })
}

#[test]
fn an_unmodified_log_is_never_accused() {
    for size in SIZES.into_iter().chain([0, 255, 256, 257, 512, 600]) {
        let all = entries(size);
        let (export, tiles) = (export(&all, &log_key()), tiles(&all, &log_key()));
        let sound = verify(&export, None).unwrap();
        assert_eq!(sound.checkpoint.size, size as u64);
        assert_eq!(sound.first_at, (size > 0).then(|| event(0).at));
        assert_eq!(sound.last_at, size.checked_sub(1).map(|last| event(last).at));
        assert_eq!(verify_files(&tiles, None), Ok(sound));
        for earlier in [0, 1, size / 2, size].into_iter().filter(|earlier| *earlier <= size) {
            let kept = note(&all[..earlier], &log_key());
            assert_eq!(verify(&export, Some(&kept)).unwrap().grew_from, Some(earlier as u64));
            assert_eq!(verify_files(&tiles, Some(&kept)).unwrap().grew_from, Some(earlier as u64));
        }
    }
}

#[test]
fn a_witness_that_is_required_must_have_cosigned_this_very_checkpoint() {
    let key: WitnessKey = witness_key().parse().unwrap();
    let (now, before) = (note(&entries(5), &log_key()), note(&entries(4), &log_key()));
    let sound = verify(&export_under(&cosigned(&now), &entries(5), &log_key()), None).unwrap();
    assert_eq!(sound.note, cosigned(&now));
    assert_eq!(witnessed(&sound.note, std::slice::from_ref(&key)), Ok(()));
    let of_another = cosigned(&before).lines().last().unwrap().to_owned();
    for absent in [now.clone(), format!("{now}{of_another}\n")] {
        let told = witnessed(&absent, std::slice::from_ref(&key)).unwrap_err().to_string();
        assert_eq!(told, "the witness witness.example/w1 did not cosign its checkpoint");
        assert_eq!(witnessed(&absent, &[]), Ok(()));
    }
}

#[test]
fn a_changed_entry_is_named_whatever_was_changed_in_it() {
    let all = entries(600);
    let sound = String::from_utf8(export(&all, &log_key())).unwrap();
    let kept = note(&all[..300], &log_key());
    for at in [0, 1, 255, 256, 511, 599] {
        // Still a canonical entry: only its hash can tell.
        let entry = String::from_utf8(all[at].clone()).unwrap();
        let changed = sound.replace(&entry, &entry.replace("spam", "sp4m"));
        assert_ne!(changed, sound);
        assert_eq!(verify(changed.as_bytes(), None).unwrap_err().entry, Some(at as u64));
        assert_eq!(verify(changed.as_bytes(), Some(&kept)).unwrap_err().entry, Some(at as u64));

        let mut files = tiles(&all, &log_key());
        let bundle =
            Tile { kind: Kind::Entries, index: at as u64 / 256, width: (600 - at / 256 * 256).min(256) };
        let bytes = files.get_mut(&bundle.path()).unwrap();
        let place = bytes.windows(entry.len()).position(|window| window == entry.as_bytes()).unwrap();
        bytes[place + entry.find("spam").unwrap()] = b'S';
        assert_eq!(verify_files(&files, None).unwrap_err().entry, Some(at as u64));
    }
}

#[test]
fn five_hundred_random_mutations_of_a_tiles_directory_are_all_found() {
    let all = entries(300);
    let sound = tiles(&all, &log_key());
    for seed in 0..500 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut files = sound.clone();
        let path = sound.keys().nth(random.random_range(0..sound.len())).unwrap();
        let file = files.get_mut(path).unwrap();
        let at = random.random_range(0..file.len());
        match random.random_range(0..6) {
            0..2 => file[at] ^= random.random_range(1..=255_u8),
            2 => file.truncate(at),
            3 => file.insert(at, random.random()),
            4 => file.push(random.random()),
            _ => drop(files.remove(path)),
        }
        assert!(verify_files(&files, None).is_err(), "a mutation of {path} was not found (seed {seed})");
    }
}

#[test]
fn a_cut_or_rewritten_directory_of_tiles_is_found_by_the_checkpoint_that_was_kept() {
    let all = entries(300);
    let kept = note(&all[..260], &log_key());
    assert!(verify_files(&tiles(&all[..259], &log_key()), Some(&kept)).is_err());
    let mut fork = all.clone();
    fork[259] = mutations::forged(&fork[259]);
    assert!(verify_files(&tiles(&fork, &log_key()), None).is_ok(), "nothing but a kept checkpoint can tell");
    assert!(verify_files(&tiles(&fork, &log_key()), Some(&kept)).is_err());
    assert!(verify_files(&tiles(&all, &other_key()), None).is_err());
}

#[test]
fn a_partial_tile_may_have_been_replaced_by_the_one_that_it_grew_into() {
    let all = entries(600);
    let mut grown = tiles(&all, &log_key());
    grown.insert("checkpoint".into(), note(&all[..500], &log_key()).into_bytes());
    // Level 1 is still partial at both sizes: a log keeps such a tile for each checkpoint.
    grown.insert("tile/1/000.p/1".into(), Frontier::of(&leaves(&all[..256])).root().0.to_vec());
    assert_eq!(verify_files(&grown, None).unwrap().checkpoint.size, 500);
}

#[test]
fn an_earlier_checkpoint_that_the_key_did_not_sign_is_not_believed() {
    let all = entries(8);
    let kept = note(&all, &other_key());
    let flaw = verify(&export(&all, &log_key()), Some(&kept)).unwrap_err();
    assert_eq!(
        flaw.to_string(),
        "the earlier checkpoint does not hold: it is not signed with the key `majlis.example/audit`"
    );
}
