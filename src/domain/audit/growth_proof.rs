//! A proof that a log grew from an earlier checkpoint, without the log: the body of a request to a witness (C2SP tlog-witness,
//! `add-checkpoint`).
//!
//! ```text
//! old 300
//! BASE64 OF A HASH, a line for each
//!
//! THE CHECKPOINT, a signed note
//! ```

use super::checkpoint::Checkpoint;
use super::note::VerifierKey;
use super::proof::extends;
use super::tree::Hash;
use super::verify::Flaw;

/// The most hashes of a proof: two for each level of a log of 2^63 entries.
const HASHES_MAX: usize = 126;

/// That a log grew from an earlier checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// What it was before.
    pub earlier: Checkpoint,
    /// What it is.
    pub checkpoint: Checkpoint,
    /// The signed note of that.
    pub note: String,
}

/// The text of a proof that the log in `note` grew from its first `earlier` entries.
pub fn growth_proof(earlier: u64, hashes: &[Hash], note: &str) -> String {
    let hashes: String = hashes.iter().map(|hash| hash.to_base64() + "\n").collect();
    format!("old {earlier}\n{hashes}\n{note}")
}

/// Checks the text of a proof against the log's public key and the note of a checkpoint that somebody kept.
///
/// # Errors
/// The log did not grow from that checkpoint, or the text is not a proof of it.
pub fn verify_growth(key: &VerifierKey, earlier: &str, text: &str) -> Result<Grown, Flaw> {
    let not_a_proof =
        || Flaw::anywhere("it is not a proof that a log grew (C2SP tlog-witness, `old` and hashes)");
    let earlier = Checkpoint::open(earlier, key)
        .map_err(|error| Flaw::anywhere(format!("the earlier checkpoint does not hold: {error}")))?;
    let (claims, note) = text.split_once("\n\n").ok_or_else(not_a_proof)?;
    let mut lines = claims.split('\n');
    let old = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or_else(not_a_proof)?;
    let hashes: Option<Vec<Hash>> = lines.map(Hash::from_base64).collect();
    let hashes = hashes.filter(|hashes| hashes.len() <= HASHES_MAX).ok_or_else(not_a_proof)?;
    if old != earlier.size.to_string() {
        let reason =
            format!("it proves growth from {old} entries, and the earlier checkpoint has {}", earlier.size);
        return Err(Flaw::anywhere(reason));
    }
    let checkpoint = Checkpoint::open(note, key).map_err(Flaw::no_checkpoint)?;
    if !extends(checkpoint.root, checkpoint.size, earlier.root, earlier.size, &hashes) {
        return Err(Flaw::anywhere("the log did not grow from the earlier checkpoint"));
    }
    Ok(Grown { earlier, checkpoint, note: note.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::tests::{entries, log_key, note, other_key, tiles};
    use super::super::tile_proof::prove_growth;
    use super::*;

    /// The note of the first `earlier` of `size` entries, and the proof that the others were added.
    fn grown(earlier: usize, size: usize) -> (String, String) {
        let entries = entries(size);
        let directory = tiles(&entries, &log_key());
        let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
        let hashes = prove_growth(size as u64, earlier as u64, read).unwrap().unwrap();
        let text = growth_proof(earlier as u64, &hashes, &note(&entries, &log_key()));
        (note(&entries[..earlier], &log_key()), text)
    }

    #[test]
    fn growth_is_proved_by_two_checkpoints_and_some_hashes() {
        for (earlier, size) in [(1, 5), (5, 5), (3, 260), (256, 260), (259, 260)] {
            let (kept, text) = grown(earlier, size);
            let grown = verify_growth(log_key().verifier(), &kept, &text).unwrap();
            assert_eq!((grown.earlier.size, grown.checkpoint.size), (earlier as u64, size as u64));
        }
    }

    #[test]
    fn what_did_not_grow_so_is_refused() {
        let (kept, text) = grown(3, 260);
        let told =
            |kept: &str, text: &str| verify_growth(log_key().verifier(), kept, text).unwrap_err().to_string();
        let forked = note(&entries(5)[1..4], &log_key());
        assert!(told(&forked, &text).contains("did not grow from the earlier checkpoint"));
        assert!(told(&grown(4, 260).0, &text).contains("growth from 3 entries"));
        assert!(
            told(&note(&entries(3), &other_key()), &text).contains("the earlier checkpoint does not hold")
        );
        let without = text.lines().nth(1).unwrap().to_owned() + "\n";
        assert!(told(&kept, &text.replacen(&without, "", 1)).contains("did not grow"));
        assert!(told(&kept, "old 3\n").contains("not a proof"));
    }
}
