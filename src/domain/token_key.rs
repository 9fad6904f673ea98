//! The key that platforms' tokens are kept under: whoever reads the database without it, or a copy of it, has none of them.
//!
//! ChaCha20-Poly1305 (RFC 8439). A sealed token is bound to its place, so that one row's cannot be put into another.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use super::credentials::Secret;

/// How every sealed token begins: the version of this form.
const FORM: &str = "v1.";
/// What keeps the key apart from any other that might be made of the same secret.
const PURPOSE: &[u8] = b"majlis token key v1\0";

/// The key.
pub struct TokenKey(LessSafeKey);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl TokenKey {
    /// The key that comes of an operator's secret, which should have been drawn by lot.
    pub fn of(secret: &Secret) -> Self {
        let mut digest = Sha256::new();
        digest.update(PURPOSE);
        digest.update(secret.expose());
        let key = UnboundKey::new(&CHACHA20_POLY1305, &digest.finalize()[..])
            .expect("SHA-256 is as long as the key");
        Self(LessSafeKey::new(key))
    }

    /// `token` as it is kept at `place`. `nonce` must have been drawn by lot for it alone.
    pub fn seal(&self, token: &Secret, place: &str, nonce: [u8; NONCE_LEN]) -> Secret {
        let mut sealed = token.expose().as_bytes().to_vec();
        let aad = Aad::from(place.as_bytes());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a token is far below the cipher's limit");
        Secret::new(format!("{FORM}{}", STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// The token that was sealed for `place`; `None` where this key, or that place, is another.
    pub fn open(&self, sealed: &Secret, place: &str) -> Option<Secret> {
        let bytes = STANDARD_NO_PAD.decode(sealed.expose().strip_prefix(FORM)?).ok()?;
        let (nonce, mut sealed) =
            bytes.split_at_checked(NONCE_LEN).map(|(nonce, rest)| (nonce, rest.to_vec()))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let token = self.0.open_in_place(nonce, Aad::from(place.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(token.to_vec()).ok().map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(secret: &str) -> TokenKey {
        TokenKey::of(&Secret::new(secret))
    }

    #[test]
    fn a_token_opens_with_its_key_at_its_place_alone() {
        let sealed = key("a").seal(&Secret::new("EAAB"), "page access", [7; 12]);
        assert!(!sealed.expose().contains("EAAB"));
        assert_eq!(key("a").open(&sealed, "page access"), Some(Secret::new("EAAB")));
        assert_eq!(key("b").open(&sealed, "page access"), None);
        assert_eq!(key("a").open(&sealed, "page refresh"), None);
        for odd in ["", "EAAB", "v1.", "v1.AAAA", "v1.~"] {
            assert_eq!(key("a").open(&Secret::new(odd), "page access"), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_and_one_changed_letter_does_not(
            token in ".{0,300}", nonce in any::<[u8; 12]>(), at in any::<prop::sample::Index>(),
        ) {
            let token = Secret::new(token);
            let sealed = key("a").seal(&token, "here", nonce);
            prop_assert_eq!(key("a").open(&sealed, "here"), Some(token));
            let mut bytes = sealed.expose().as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = Secret::new(String::from_utf8(bytes).unwrap());
            prop_assert_eq!(key("a").open(&changed, "here"), None);
        }
    }
}
