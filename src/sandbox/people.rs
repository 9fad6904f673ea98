//! Who writes on the stand-in platforms: people that nobody is.

use sha2::{Digest, Sha256};

use super::ids;
use crate::domain::comment::Platform;

/// Somebody with an account on a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// The platform's id of them.
    pub(super) id: String,
    /// The name that stands beside their comments.
    pub(super) name: String,
    /// Their handle, without an `@`; letters, digits, `_` only, at most 15 (X's rule is the narrowest).
    pub(super) handle: String,
}

/// The person called `name`: the same one each time.
pub(super) fn called(platform: Platform, name: &str) -> Person {
    let digest = Sha256::digest(name.as_bytes());
    let number = digest.iter().take(6).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let latin: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(15).collect();
    let handle = match latin.is_empty() {
        true => format!("user_{}", number % 10_000_000_000),
        false => latin,
    };
    Person { id: ids::person(platform, number), name: name.to_owned(), handle }
}

/// The `number`th person whom nobody named: each number is somebody else.
pub(super) fn stranger(platform: Platform, number: u64) -> Person {
    let pick = |list: &[(&str, &str)], at: u64| {
        let (name, latin) = list[(at % list.len() as u64) as usize];
        (name.to_owned(), latin.to_owned())
    };
    let (first, first_latin) = pick(FIRST, number);
    let (last, last_latin) = pick(LAST, number / FIRST.len() as u64);
    let mut handle = format!("{first_latin}_{last_latin}");
    handle.truncate(10);
    // Away from the hashes of names, so that a stranger is nobody who was called by name.
    let id = ids::person(platform, (1 << 50) + number);
    Person { id, name: format!("{first} {last}"), handle: format!("{handle}{}", number % 100_000) }
}

/// Given names and how they stand in a handle.
const FIRST: &[(&str, &str)] = &[
    ("محمد", "mohd"),
    ("فاطمة", "fatima"),
    ("سالم", "salem"),
    ("مريم", "maryam"),
    ("خالد", "khalid"),
    ("نورة", "noura"),
    ("أحمد", "ahmad"),
    ("Priya", "priya"),
    ("ليلى", "laila"),
    ("حمد", "hamad"),
    ("Daniel", "daniel"),
    ("يوسف", "yousef"),
    ("عائشة", "aisha"),
    ("راشد", "rashid"),
    ("دانة", "dana"),
    ("سعيد", "saeed"),
    ("Imran", "imran"),
    ("هند", "hind"),
    ("طارق", "tareq"),
];

/// Family names and how they stand in a handle.
const LAST: &[(&str, &str)] = &[
    ("البحري", "albahri"),
    ("النجار", "najjar"),
    ("السهلي", "sahli"),
    ("الحداد", "haddad"),
    ("Rao", "rao"),
    ("الساحلي", "saheli"),
    ("الكاتب", "katib"),
    ("Silva", "silva"),
    ("الوادي", "wadi"),
    ("الصائغ", "sayegh"),
    ("الربيعي", "rabiee"),
    ("Karim", "karim"),
    ("الزارع", "zare"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_always_the_same_person_and_a_stranger_never_twice() {
        assert_eq!(called(Platform::X, "عمر"), called(Platform::X, "عمر"));
        assert_ne!(stranger(Platform::X, 1).id, stranger(Platform::X, 248).id);
    }

    #[test]
    fn every_handle_keeps_to_the_narrowest_rule() {
        let handles =
            (0..2_000)
                .map(|n| stranger(Platform::X, n * 37).handle)
                .chain([called(Platform::X, "عمر").handle]);
        for handle in handles {
            assert!(handle.len() <= 15, "{handle}");
            assert!(handle.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{handle}");
        }
    }
}
