//! Checkpoints: the size and root of the log at one moment, signed (C2SP tlog-checkpoint).

use super::note::{NoteError, SigningKey, VerifierKey};
use super::tree::Hash;

/// The log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of the key that signs for it.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
}

/// Why a note is not a checkpoint of the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note cannot be trusted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is signed, but says something else.
    #[error("its text is not a checkpoint's: origin, size and root, a line each")]
    Text,
    /// It belongs to another log.
    #[error("it is of the log `{found}`, and the key is that of `{expected}`")]
    OtherLog {
        /// The origin in the note.
        found: String,
        /// The key's name.
        expected: String,
    },
}

impl Checkpoint {
    /// The signed note that says: the log that `key` speaks for has `size` entries under `root`.
    pub fn sign(size: u64, root: Hash, key: &SigningKey) -> String {
        key.sign(&format!("{}\n{size}\n{}\n", key.verifier().name(), root.to_base64()))
    }

    /// What a signed note says, if the log's own key signed it.
    ///
    /// # Errors
    /// The note is not signed with `key`, or is not a checkpoint of the log that `key` speaks for.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let checkpoint = Self::from_text(key.open(note)?).ok_or(CheckpointError::Text)?;
        if checkpoint.origin == key.name() {
            return Ok(checkpoint);
        }
        Err(CheckpointError::OtherLog { found: checkpoint.origin, expected: key.name().to_owned() })
    }

    /// Lines after the third are extensions: they may be there, are signed, and mean nothing to us.
    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if origin.is_empty() || lines.any(str::is_empty) {
            return None;
        }
        let parsed: u64 = size.parse().ok()?;
        let root = Hash::from_base64(root)?;
        // One spelling only: `+7` and `07` parse as well.
        (parsed.to_string() == size).then(|| Self { origin: origin.to_owned(), size: parsed, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new("example.gov/audit", &[9; 32]).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let read = Checkpoint::from_text(text).unwrap();
        assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(read.root.to_base64(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    }

    #[test]
    fn a_checkpoint_is_read_back_as_it_was_signed() {
        let note = Checkpoint::sign(0, Hash::of_nothing(), &key());
        assert!(note.starts_with("example.gov/audit\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— "));
        let read = Checkpoint::open(&note, key().verifier()).unwrap();
        assert_eq!(
            read,
            Checkpoint { origin: "example.gov/audit".into(), size: 0, root: Hash::of_nothing() }
        );
    }

    #[test]
    fn extension_lines_are_passed_over() {
        let root = Hash::of_nothing().to_base64();
        let note = key().sign(&format!("example.gov/audit\n7\n{root}\nsomething more\n"));
        assert_eq!(Checkpoint::open(&note, key().verifier()).unwrap().size, 7);
    }

    #[test]
    fn a_signed_text_that_is_no_checkpoint_of_this_log_is_refused() {
        let root = Hash::of_nothing().to_base64();
        let open = |text: &str| Checkpoint::open(&key().sign(text), key().verifier()).unwrap_err();
        assert_eq!(open("hello\n"), CheckpointError::Text);
        assert_eq!(open(&format!("\n7\n{root}\n")), CheckpointError::Text);
        assert_eq!(open(&format!("example.gov/audit\n07\n{root}\n")), CheckpointError::Text);
        assert_eq!(open(&format!("example.gov/audit\n+7\n{root}\n")), CheckpointError::Text);
        assert_eq!(open(&format!("example.gov/audit\n-7\n{root}\n")), CheckpointError::Text);
        assert_eq!(open("example.gov/audit\n7\n47DEQg==\n"), CheckpointError::Text);
        assert!(matches!(open(&format!("other.gov/audit\n7\n{root}\n")), CheckpointError::OtherLog { .. }));
    }
}
