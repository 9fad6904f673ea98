//! Signed notes and their keys (C2SP signed-note), with Ed25519.
//!
//! A note is a text, an empty line, and signature lines. Keys have the text forms of Go's
//! `golang.org/x/mod/sumdb/note`, so that its tools and every other client of the format can use ours.

use std::fmt;
use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _};
use sha2::{Digest, Sha256};

/// The most bytes of a note that is looked at; a checkpoint with sixteen cosignatures has some 2,000.
pub const NOTE_MAX_BYTES: usize = 64 * 1024;

/// What a key signs: the byte that says so in keys and key ids (C2SP signed-note, "Signature types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Sort {
    /// Notes, with Ed25519.
    Note = 1,
    /// Checkpoints of others, with Ed25519 and the time (C2SP tlog-cosignature).
    Cosignature = 4,
}

/// The key that signs checkpoints. Its text form is a secret.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

/// The public key that checks them; for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name cannot stand in a signature line.
    #[error(
        "`{0}` cannot name a key: a name has no spaces and no `+`; `participation.example.gov/audit` would do"
    )]
    Name(String),
    /// It has not the form of such a key.
    #[error("it has not the form `{0}`")]
    Form(&'static str),
    /// Name, id and key do not belong together.
    #[error("it is damaged: its id is not that of its name and key")]
    Damaged,
}

/// Why a note cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It has not the form of a note.
    #[error("it is not a signed note: {0}")]
    Form(&'static str),
    /// Nobody signed it with the key.
    #[error("it is not signed with the key `{0}`")]
    Unsigned(String),
    /// The signature with the key is not one over this text.
    #[error("its signature with the key `{0}` is false")]
    FalseSignature(String),
}

impl SigningKey {
    const FORM: &str = "PRIVATE+KEY+NAME+ID+BASE64";

    /// The key with this name and secret, which the caller takes from the operating system's random numbers.
    ///
    /// # Errors
    /// The name is empty or has a space or a `+`.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(secret);
        let verifier = VerifierKey::new(name, secret.verifying_key())?;
        Ok(Self { secret, verifier })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The note of `text`, which ends in a newline, with this key's signature.
    pub fn sign(&self, text: &str) -> String {
        debug_assert!(text.ends_with('\n'), "the text of a note ends in a newline");
        let VerifierKey { name, id, .. } = &self.verifier;
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        format!("{text}\n— {name} {}\n", STANDARD.encode([id.as_slice(), &signature].concat()))
    }

    /// What only this key gives for `content`, apart for each `purpose`.
    pub(super) fn derive(&self, purpose: &[u8], content: &[u8]) -> [u8; 32] {
        let secret = self.secret.as_bytes();
        Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(secret)
            .chain_update(content)
            .finalize()
            .into()
    }

    /// The text form, to be kept secret.
    pub fn to_secret_text(&self) -> String {
        let VerifierKey { name, id, .. } = &self.verifier;
        format!("PRIVATE+KEY+{name}+{}+{}", hex::encode(id), encode_key(self.secret.as_bytes()))
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let parts = text.trim().strip_prefix("PRIVATE+KEY+").and_then(|text| split_key(text, Sort::Note));
        let (name, id, secret) = parts.ok_or(KeyError::Form(Self::FORM))?;
        let key = Self::new(name, &secret)?;
        if key.verifier.id == id { Ok(key) } else { Err(KeyError::Damaged) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier.name)
    }
}

impl VerifierKey {
    const FORM: &str = "NAME+ID+BASE64";

    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, Sort::Note, key.as_bytes()), key })
    }

    /// The key's name: the origin of the log that it speaks for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of `note`, if this key signed it. Signatures by other keys are passed over.
    ///
    /// # Errors
    /// It is not a note, this key did not sign it, or a signature that claims to be this key's is false.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        if note.len() > NOTE_MAX_BYTES {
            return Err(NoteError::Form("it is too long"));
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Form("it has control characters"));
        }
        let (text, signatures) =
            split_note(note).ok_or(NoteError::Form("no empty line stands before its signatures"))?;
        let signatures =
            signatures.strip_suffix('\n').ok_or(NoteError::Form("it does not end in a signature line"))?;

        let mut signed = false;
        for line in signatures.split('\n') {
            let (name, id, signature) =
                split_signature(line).ok_or(NoteError::Form("a signature line is malformed"))?;
            if name == self.name && id == self.id {
                self.check(text, &signature).ok_or_else(|| NoteError::FalseSignature(self.name.clone()))?;
                signed = true;
            }
        }
        if signed { Ok(text) } else { Err(NoteError::Unsigned(self.name.clone())) }
    }

    fn check(&self, text: &str, signature: &[u8]) -> Option<()> {
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify_strict(text.as_bytes(), &signature).ok()
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = split_key(text.trim(), Sort::Note).ok_or(KeyError::Form(Self::FORM))?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| KeyError::Damaged)?;
        let key = Self::new(name, key)?;
        if key.id == id { Ok(key) } else { Err(KeyError::Damaged) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), encode_key(self.key.as_bytes()))
    }
}

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

/// The text of a note with its last newline, and its signature lines.
pub(super) fn split_note(note: &str) -> Option<(&str, &str)> {
    let gap = note.rfind("\n\n")?;
    Some((&note[..=gap], &note[gap + 2..]))
}

pub(super) fn key_id(name: &str, sort: Sort, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', sort as u8]).chain_update(key);
    let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
    [a, b, c, d]
}

/// `NAME+ID+BASE64`, where the base64 may have plus signs of its own.
pub(super) fn split_key(text: &str, sort: Sort) -> Option<(&str, [u8; 4], [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let mut id_bytes = [0; 4];
    hex::decode_to_slice(id, &mut id_bytes).ok()?;
    let key = STANDARD.decode(key).ok()?;
    let (found, key) = key.split_first()?;
    (*found == sort as u8).then_some(())?;
    Some((name, id_bytes, key.try_into().ok()?))
}

fn encode_key(key: &[u8; 32]) -> String {
    STANDARD.encode([&[Sort::Note as u8], key.as_slice()].concat())
}

/// `— NAME BASE64(id, signature)`.
pub(super) fn split_signature(line: &str) -> Option<(&str, [u8; 4], Vec<u8>)> {
    let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (is_name(name) && !signature.is_empty()).then(|| (name, *id, signature.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and note in the tests and documentation of `golang.org/x/mod/sumdb/note`.
    const NEUMANN_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NEUMANN_SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const NEUMANN_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const NEUMANN_LINE: &str = "— PeterNeumann \
        x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn gos_own_note_is_opened_and_its_signature_is_written_the_same() {
        let note = format!("{NEUMANN_TEXT}\n{NEUMANN_LINE}");
        let verifier: VerifierKey = NEUMANN_KEY.parse().unwrap();
        assert_eq!(verifier.open(&note), Ok(NEUMANN_TEXT));
        assert_eq!(verifier.to_string(), NEUMANN_KEY);

        let signer: SigningKey = NEUMANN_SECRET.parse().unwrap();
        assert_eq!(signer.verifier(), &verifier);
        assert_eq!(signer.sign(NEUMANN_TEXT), note);
        assert_eq!(signer.to_secret_text(), NEUMANN_SECRET);
    }

    #[test]
    fn cosignatures_are_passed_over_and_false_signatures_are_not() {
        let verifier: VerifierKey = NEUMANN_KEY.parse().unwrap();
        let witness = SigningKey::new("witness.example/w1", &[3; 32]).unwrap();
        let cosigned = witness.sign(NEUMANN_TEXT) + NEUMANN_LINE;
        assert_eq!(verifier.open(&cosigned), Ok(NEUMANN_TEXT));
        assert_eq!(witness.verifier().open(&cosigned), Ok(NEUMANN_TEXT));
        assert_eq!(
            verifier.open(&witness.sign(NEUMANN_TEXT)),
            Err(NoteError::Unsigned("PeterNeumann".into()))
        );

        let moved = format!("{}\n{NEUMANN_LINE}", NEUMANN_TEXT.replace("don't", "do"));
        assert_eq!(verifier.open(&moved), Err(NoteError::FalseSignature("PeterNeumann".into())));
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        let verifier: VerifierKey = NEUMANN_KEY.parse().unwrap();
        let note = format!("{NEUMANN_TEXT}\n{NEUMANN_LINE}");
        let refused = |note: &str| matches!(verifier.open(note), Err(NoteError::Form(_)));
        assert!(refused(""));
        assert!(refused(NEUMANN_TEXT));
        assert!(refused(note.trim_end()));
        assert!(refused(&note.replace('—', "-")));
        assert!(refused(&note.replace('\n', "\r\n")));
        assert!(refused(&(note.clone() + "\n")));
        assert!(refused(&note.replace("AM=", "AN="))); // the same bytes in another spelling
        assert!(refused(&("a".repeat(NOTE_MAX_BYTES) + &note)));
    }

    #[test]
    fn a_key_with_a_changed_character_is_refused() {
        let secret = SigningKey::new("example.gov/audit", &[9; 32]).unwrap().to_secret_text();
        let public = SigningKey::new("example.gov/audit", &[9; 32]).unwrap().verifier().to_string();
        for at in 0..public.len() {
            let mut changed = public.clone().into_bytes();
            changed[at] ^= 2;
            assert!(String::from_utf8(changed).unwrap().parse::<VerifierKey>().is_err(), "public, at {at}");
        }
        for at in 0..secret.len() {
            let mut changed = secret.clone().into_bytes();
            changed[at] ^= 2;
            assert!(String::from_utf8(changed).unwrap().parse::<SigningKey>().is_err(), "secret, at {at}");
        }
    }

    #[test]
    fn a_name_that_would_break_a_signature_line_is_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{1}"] {
            assert!(matches!(SigningKey::new(name, &[1; 32]), Err(KeyError::Name(_))), "{name:?}");
        }
    }

    #[test]
    fn a_signing_key_does_not_print_its_secret() {
        let key = SigningKey::new("example.gov/audit", &[9; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(example.gov/audit)");
    }
}
