//! The crates `signed_note` and `tlog_tiles` (Cloudflare's, after Go's `golang.org/x/mod/sumdb/note` and `tlog`), unmodified,
//! on the vectors in `tests/fixtures/audit`: our checkpoints, tiles and proofs are what an existing client takes.
#![cfg(test)]

use std::path::{Path, PathBuf};

use signed_note::{Note, NoteError, StandardVerifier, VerifierList};
use tlog_tiles::{
    Checkpoint, Error, Hash, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record,
    prove_tree, record_hash,
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/audit").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(fixture(name)).unwrap()
}

/// What the client makes of a note that it has verified with the published key.
fn open(note: &str) -> Result<Checkpoint, NoteError> {
    let key = StandardVerifier::new(text("log.pub").trim()).unwrap();
    let note = Note::from_bytes(note.as_bytes())?;
    note.verify(&VerifierList::new(vec![Box::new(key)]))?;
    Ok(Checkpoint::from_bytes(note.text()).unwrap())
}

/// The published directory of tiles, as the client asks for it: its paths name the height of tiles too.
struct Directory;

impl TileReader for Directory {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let file = |tile: &Tile| fixture("sound/tiles").join(tile.path().replace("tile/8/", "tile/"));
        Ok(tiles.iter().map(|tile| std::fs::read(file(tile)).unwrap()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// A proof's first lines after its heading, the hashes, and the checkpoint that it is of.
fn proof(name: &str) -> (Vec<Hash>, Checkpoint) {
    let proof = text(name);
    let (hashes, note) = proof.split_once("\n\n").unwrap();
    let hashes = hashes.lines().filter_map(|line| Hash::parse_hash(line).ok()).collect();
    (hashes, open(note).unwrap())
}

fn entries() -> Vec<Vec<u8>> {
    let log = text("sound/long.jsonl");
    log.lines().filter(|line| line.starts_with("{\"act\"")).map(|line| line.as_bytes().to_vec()).collect()
}

#[test]
fn our_checkpoints_are_opened_with_our_key_and_no_others_are() {
    let checkpoint = open(&text("sound/tiles/checkpoint")).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("majlis.example/audit", 260));
    let forged = text("sound/tiles/checkpoint").replace("\n260\n", "\n261\n");
    assert!(matches!(open(&forged), Err(NoteError::InvalidSignature { .. })));
}

#[test]
fn our_tiles_prove_every_entry_and_agree_with_our_own_proofs() {
    let checkpoint = open(&text("sound/tiles/checkpoint")).unwrap();
    let (size, root) = (checkpoint.size(), *checkpoint.hash());
    let tiles = TileHashReader::new(size, root, &Directory); // refuses what the root does not vouch for
    let entries = entries();
    assert_eq!(entries.len(), 260);
    for (index, entry) in (0..).zip(&entries) {
        let proof = prove_record(size, index, &tiles).unwrap();
        check_record(&proof, size, root, index, record_hash(entry)).unwrap();
    }
    for index in [0, 5, 255, 256, 259] {
        let (ours, of) = proof(&format!("sound/proofs/{index}.tlog-proof"));
        assert_eq!(of, checkpoint);
        assert_eq!(ours, prove_record(size, index, &tiles).unwrap(), "entry {index}");
        check_record(&ours, size, root, index, record_hash(&entries[index as usize])).unwrap();
        assert!(check_record(&ours, size, root, index, record_hash(b"another")).is_err());
    }
}

#[test]
fn our_proofs_that_hold_their_entry_are_proofs_to_the_client_also_under_a_cosigned_checkpoint() {
    let entries = entries();
    for index in [41, 259] {
        let (hashes, of) = proof(&format!("sound/entries/{index}.tlog-proof"));
        check_record(&hashes, of.size(), *of.hash(), index, record_hash(&entries[index as usize])).unwrap();
    }
    let (changed, of) = proof("tampered/entries/hash.tlog-proof");
    assert!(check_record(&changed, of.size(), *of.hash(), 41, record_hash(&entries[41])).is_err());
}

#[test]
fn our_consistency_proof_shows_that_the_log_grew_from_the_earlier_checkpoint() {
    let earlier = open(&text("earlier.checkpoint")).unwrap();
    let (ours, now) = proof("sound/proofs/old-3.consistency");
    let tiles = TileHashReader::new(now.size(), *now.hash(), &Directory);
    assert_eq!(ours, prove_tree(now.size(), earlier.size(), &tiles).unwrap());
    check_tree(&ours, now.size(), *now.hash(), earlier.size(), *earlier.hash()).unwrap();
    assert!(check_tree(&ours, now.size(), *now.hash(), earlier.size(), record_hash(b"another")).is_err());
}
