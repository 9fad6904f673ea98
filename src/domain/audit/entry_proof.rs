//! A proof that stands by itself: one entry, its place in the log, and the checkpoint that covers it (C2SP tlog-proof, with
//! the entry as its extra data).
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra BASE64 OF THE ENTRY'S BYTES
//! index 41
//! BASE64 OF A HASH, a line for each up to the root
//!
//! THE CHECKPOINT, a signed note
//! ```

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::checkpoint::Checkpoint;
use super::entry::ENTRY_MAX_BYTES;
use super::note::{NOTE_MAX_BYTES, VerifierKey};
use super::proof::includes;
use super::record::Record;
use super::tree::Hash;
use super::verify::Flaw;

const HEADING: &str = "c2sp.org/tlog-proof@v1\n";

/// The most hashes of a proof: a log of 2^63 entries has so many levels.
const HASHES_MAX: usize = 63;

/// The most bytes of a proof.
pub const PROOF_MAX_BYTES: usize = 1_024 + ENTRY_MAX_BYTES * 4 / 3 + HASHES_MAX * 45 + NOTE_MAX_BYTES;

/// What a proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The entry's number.
    pub index: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The entry: one line of JSON.
    pub entry: String,
    /// What the log's key signed, the entry in it.
    pub checkpoint: Checkpoint,
    /// The signed note of that.
    pub note: String,
}

/// The text of a proof.
pub fn entry_proof(entry: &[u8], index: u64, hashes: &[Hash], note: &str) -> String {
    let hashes: String = hashes.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("{HEADING}extra {}\nindex {index}\n{hashes}\n{note}", STANDARD.encode(entry))
}

/// Checks the text of a proof against the log's public key.
///
/// # Errors
/// The entry is not in the log that the checkpoint was signed over, or the text is not a proof of one.
pub fn verify_entry(key: &VerifierKey, text: &str) -> Result<Proved, Flaw> {
    let not_a_proof =
        || Flaw::anywhere("it is not a proof of an entry (C2SP tlog-proof with the entry as `extra`)");
    let (claims, note) = text.split_once("\n\n").ok_or_else(not_a_proof)?;
    let mut lines = claims.strip_prefix(HEADING).ok_or_else(not_a_proof)?.split('\n');
    let entry = lines.next().and_then(|line| STANDARD.decode(line.strip_prefix("extra ")?).ok());
    let entry = entry.ok_or_else(not_a_proof)?;
    let index =
        lines.next().and_then(|line| natural(line.strip_prefix("index ")?)).ok_or_else(not_a_proof)?;
    let hashes: Option<Vec<Hash>> = lines.map(Hash::from_base64).collect();
    let hashes = hashes.filter(|hashes| hashes.len() <= HASHES_MAX).ok_or_else(not_a_proof)?;

    let checkpoint = Checkpoint::open(note, key).map_err(Flaw::no_checkpoint)?;
    let record = Record::read(&entry).map_err(|error| Flaw::at(index, error))?;
    if record.seq != index {
        return Err(Flaw::at(index, format!("the entry in its place has the number {}", record.seq)));
    }
    if !includes(checkpoint.root, checkpoint.size, index, Hash::leaf(&entry), &hashes) {
        return Err(Flaw::at(index, "it is not the entry that the checkpoint was signed over"));
    }
    let at = record.at;
    let entry = String::from_utf8(entry).expect("an entry is JSON, which is UTF-8");
    Ok(Proved { index, at, entry, checkpoint, note: note.to_owned() })
}

/// A number in its one spelling.
fn natural(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::super::tests::{entries, log_key, note, other_key, tiles};
    use super::super::tile_proof::prove_entry;
    use super::*;

    fn proof(size: usize, index: u64) -> (String, Vec<u8>) {
        let entries = entries(size);
        let directory = tiles(&entries, &log_key());
        let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
        let hashes = prove_entry(size as u64, index, read).unwrap().unwrap();
        let entry = entries[index as usize].clone();
        (entry_proof(&entry, index, &hashes, &note(&entries, &log_key())), entry)
    }

    #[test]
    fn every_entry_of_a_log_is_proved_by_the_public_key_alone() {
        for (size, index) in [(1, 0), (5, 4), (260, 0), (260, 255), (260, 259)] {
            let (text, entry) = proof(size, index);
            let proved = verify_entry(log_key().verifier(), &text).unwrap();
            assert_eq!((proved.index, proved.entry.as_bytes()), (index, entry.as_slice()));
            assert_eq!(proved.checkpoint.size, size as u64);
            assert!(text.len() <= PROOF_MAX_BYTES);
        }
    }

    #[test]
    fn what_is_wrong_with_a_proof_is_told() {
        let (text, _) = proof(5, 3);
        let told = |text: &str| verify_entry(log_key().verifier(), text).unwrap_err().to_string();
        let another = proof(5, 2).0;
        let line = |text: &str, number: usize| text.lines().nth(number).unwrap().to_owned();
        assert!(
            told(&text.replace(&line(&text, 1), &line(&another, 1)))
                .starts_with("entry 3: the entry in its place")
        );
        assert!(told(&text.replace("index 3", "index 2")).starts_with("entry 2: "));
        assert!(told(&text.replace("index 3", "index 03")).contains("not a proof"));
        assert!(told(&text.replace(&line(&text, 3), &line(&another, 3))).contains("is not the entry"));
        assert!(told(&text.replace("\n5\n", "\n6\n")).contains("the log's checkpoint does not hold"));
        assert!(told("").contains("not a proof"));
        assert!(verify_entry(other_key().verifier(), &text).is_err());
    }

    proptest! {
        #[test]
        fn a_proof_in_which_anything_changed_proves_nothing_else(at in 0_usize..2_000, bit in 0_u8..7) {
            let (text, entry) = proof(20, 13);
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(bytes)
                && let Ok(proved) = verify_entry(log_key().verifier(), &changed)
            {
                // A foreign signature's line may be anything; what is proved is the same.
                prop_assert_eq!(proved.entry.as_bytes(), entry.as_slice());
                prop_assert_eq!(proved.index, 13);
            }
        }
    }
}
