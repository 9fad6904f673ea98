//! Cosignatures: a witness says that it saw a checkpoint, that it follows from all that it saw of the log before, and when
//! (C2SP tlog-cosignature, the Ed25519 form).

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

use super::note::{KeyError, Sort, is_name, key_id, split_key, split_note, split_signature};

/// The public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl WitnessKey {
    const FORM: &str = "NAME+ID+BASE64 with a key for cosignatures";

    /// Whether the witness cosigned the checkpoint in `note`.
    pub fn cosigned(&self, note: &str) -> bool {
        split_note(note).is_some_and(|(text, lines)| self.find(text, lines).is_some())
    }

    /// The note with the witness's cosignature from the lines of its answer; `None` where none of them is one.
    pub fn add(&self, note: &str, answer: &str) -> Option<String> {
        let (text, _) = split_note(note)?;
        self.find(text, answer).map(|line| format!("{note}{line}\n"))
    }

    fn find<'l>(&self, text: &str, lines: &'l str) -> Option<&'l str> {
        lines.split('\n').find(|line| self.signed(text, line).is_some())
    }

    fn signed(&self, text: &str, line: &str) -> Option<()> {
        let (name, id, signature) = split_signature(line)?;
        if name != self.name || id != self.id {
            return None;
        }
        let (at, signature) = signature.split_first_chunk::<8>()?;
        let message = format!("cosignature/v1\ntime {}\n{text}", u64::from_be_bytes(*at));
        self.key.verify_strict(message.as_bytes(), &Signature::from_slice(signature).ok()?).ok()
    }
}

impl FromStr for WitnessKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) =
            split_key(text.trim(), Sort::Cosignature).ok_or(KeyError::Form(Self::FORM))?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Damaged)?;
        let whole = is_name(name) && key_id(name, Sort::Cosignature, &bytes) == id;
        whole.then(|| Self { name: name.to_owned(), id, key }).ok_or(KeyError::Damaged)
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    const TEXT: &str = "example.gov/audit\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    const NOTE: &str = "example.gov/audit\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— example.gov/audit AAAAAAAA\n";

    fn secret() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }

    fn written(name: &str, sort: u8) -> String {
        let key = secret().verifying_key().to_bytes();
        let id = key_id(name, if sort == 1 { Sort::Note } else { Sort::Cosignature }, &key);
        format!("{name}+{}+{}", hex::encode(id), STANDARD.encode([&[sort], key.as_slice()].concat()))
    }

    fn witness() -> WitnessKey {
        written("witness.example/w1", 4).parse().unwrap()
    }

    /// A cosignature as the specification puts it together.
    fn line(text: &str, at: u64) -> String {
        let signature = secret().sign(format!("cosignature/v1\ntime {at}\n{text}").as_bytes()).to_bytes();
        let bytes = [witness().id.as_slice(), &at.to_be_bytes(), &signature].concat();
        format!("— witness.example/w1 {}", STANDARD.encode(bytes))
    }

    #[test]
    fn a_checkpoint_is_cosigned_once_the_witness_signed_its_text_and_a_time() {
        let witness = witness();
        assert!(!witness.cosigned(NOTE));
        let answer = format!("— other.example/w2 AAAAAAAA\n{}\n", line(TEXT, 1_679_315_147));
        let cosigned = witness.add(NOTE, &answer).unwrap();
        assert_eq!(cosigned, format!("{NOTE}{}\n", line(TEXT, 1_679_315_147)));
        assert!(witness.cosigned(&cosigned));
    }

    #[test]
    fn what_the_witness_did_not_sign_is_no_cosignature() {
        let witness = witness();
        let other_text = TEXT.replace("\n7\n", "\n8\n");
        let mut later = STANDARD.decode(&line(TEXT, 7)[23..]).unwrap();
        later[11] ^= 1;
        for answer in [
            String::new(),
            "hello\n".to_owned(),
            line(&other_text, 7),
            line(TEXT, 7).replace("w1", "w2"),
            format!("— witness.example/w1 {}", STANDARD.encode(later)),
            format!("— witness.example/w1 {}", STANDARD.encode(witness.id)),
        ] {
            assert_eq!(witness.add(NOTE, &answer), None, "{answer}");
        }
    }

    #[test]
    fn a_witness_has_a_key_for_cosignatures_alone() {
        assert!(written("witness.example/w1", 1).parse::<WitnessKey>().is_err(), "one for notes");
        assert!(written("witness.example/w1", 4).replace("w1", "w2").parse::<WitnessKey>().is_err());
        assert!("witness.example/w1".parse::<WitnessKey>().is_err());
    }

    #[test]
    fn the_witnesss_key_in_the_example_of_the_specification_has_its_id() {
        // Its line begins with the id of `witness.example.com/w1`, which is all that can be checked without its key.
        let example = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
        let (name, id, signature) = split_signature(example).unwrap();
        assert_eq!(
            (name, hex::encode(id).as_str(), signature.len()),
            ("witness.example.com/w1", "8d66cf3f", 8 + 64)
        );
        assert_eq!(u64::from_be_bytes(*signature.first_chunk().unwrap()), 1_679_315_147);
    }
}
