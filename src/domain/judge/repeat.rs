//! The same text again and again: what equal texts have in common, and how often is too often.

use sha2::{Digest, Sha256};

use super::Signal;
use super::reading::Reading;
use crate::domain::policy::{ClauseId, Repetition, Strength};
use crate::domain::text::fold;

/// What texts have in common that are the same but for punctuation, emoji, spacing or disguise, the order of their words, and
/// numbers and words said again, by which senders tell copies apart: the first eight bytes, big-endian, of the SHA-256 of
/// the folded words, sorted, each once, without those that hold a digit. A text of such words alone keeps them. `None`
/// where no letter and no digit remains, for such texts repeat nothing.
///
/// The store keeps it. A change of the folding changes it, and repeats are then counted afresh.
pub fn fold_key(text: &str) -> Option<i64> {
    let folded = fold(text).view;
    if !folded.text().contains(char::is_alphanumeric) {
        return None;
    }
    let is_counter = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let (counters, mut words): (Vec<&str>, Vec<&str>) = folded.text().split(' ').partition(is_counter);
    if words.is_empty() {
        words = counters;
    }
    words.sort_unstable();
    words.dedup();
    let (first, _) =
        Sha256::digest(words.join(" ")).split_first_chunk::<8>().map(|(first, rest)| (*first, rest.len()))?;
    Some(i64::from_be_bytes(first))
}

/// What repeated posting says, from how often the author wrote the same before.
pub(super) fn signal(repetition: Repetition, earlier_same: u32, reading: &Reading<'_>) -> Option<Signal> {
    let letters = reading.folded.text().chars().filter(|c| *c != ' ').count();
    if earlier_same < repetition.review_at.get() || letters < repetition.min_letters as usize {
        return None;
    }
    let strength =
        if earlier_same >= repetition.hide_at.get() { Strength::Certain } else { Strength::Doubtful };
    Some(Signal { clause: ClauseId::Spam, strength, rule: "repeated".to_owned(), place: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_equal_keys_whatever_their_dress() {
        let key = fold_key("Buy NOW, cheap watches!").unwrap();
        assert_eq!(fold_key("buy now 🔥 cheap   w@tches"), Some(key));
        assert_ne!(fold_key("buy now cheap clocks"), Some(key));
    }

    #[test]
    fn a_counter_or_another_order_makes_no_other_text() {
        let key = fold_key("Buy now, cheap watches!").unwrap();
        for copy in
            ["Buy now, cheap watches 2", "(17) buy now cheap watches a7", "cheap watches, buy now now"]
        {
            assert_eq!(fold_key(copy), Some(key), "{copy}");
        }
        assert_ne!(fold_key("0501234567"), fold_key("0507654321"));
    }

    #[test]
    fn a_key_never_changes_from_build_to_build() {
        assert_eq!(fold_key("hello"), Some(0x2cf2_4dba_5fb0_a30e));
    }

    #[test]
    fn a_text_without_letters_and_digits_has_no_key() {
        assert_eq!(fold_key(""), None);
        assert_eq!(fold_key("🎉🎉 !!! \u{1F595}"), None);
    }
}
