//! Nearly the same text again and again: what such texts have in common, and how often is too often.

use super::reading::Reading;
use super::{Repeats, Signal};
use crate::domain::policy::{ClauseId, Repetition, Strength};
use crate::domain::text::fold;

/// What a text is written of, in 64 bits: two texts' keys differ in half the bits of the share of pieces that they do not have
/// in common ([`Repetition::alike`]). The pieces are three letters in a row of a folded word, its borders among them, so
/// punctuation, emoji, spacing, disguise and the order of words make no difference. Words that hold a digit, by which senders
/// tell copies apart, are left out, but where there are no others. `None` where no letter and no digit remains, for such
/// texts repeat nothing.
///
/// A MinHash of one bit a function (Li and König, "b-Bit Minwise Hashing", WWW 2010). The store keeps it. A change of the
/// folding changes it, and repeats are then counted afresh.
pub fn fold_key(text: &str) -> Option<i64> {
    let folded = fold(text).view;
    if !folded.text().contains(char::is_alphanumeric) {
        return None;
    }
    let is_counter = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let (counters, words): (Vec<&str>, Vec<&str>) = folded.text().split(' ').partition(is_counter);
    let mut least = [u64::MAX; i64::BITS as usize];
    let mut factor = 0;
    let factors: [u64; i64::BITS as usize] = std::array::from_fn(|_| {
        factor = mixed(factor);
        factor | 1
    });
    let words = if words.is_empty() { counters } else { words };
    for piece in words.into_iter().flat_map(pieces) {
        for (least, factor) in least.iter_mut().zip(factors) {
            *least = (*least).min(piece.wrapping_mul(factor));
        }
    }
    Some(least.iter().fold(0, |key, least| key << 1 | i64::from(least.count_ones() & 1)))
}

/// Three letters in a row each, with a space for either border of the word, as numbers.
fn pieces(word: &str) -> impl Iterator<Item = u64> {
    let letters = word.chars().chain([' ']).map(u64::from);
    letters.scan((0, u64::from(' ')), |(before, last), letter| {
        let piece = (*before << 42) | (*last << 21) | letter;
        (*before, *last) = (*last, letter);
        Some(mixed(piece))
    })
}

/// The mixer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): every bit of a number depends on every bit of the other.
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What repeated posting says, from how often the same was written before. What was written on other platforms may be of
/// somebody else, so it can ask for a person's look and never makes certain.
pub(super) fn signal(repetition: Repetition, repeats: Repeats, reading: &Reading<'_>) -> Option<Signal> {
    if repeats.here.saturating_add(repeats.elsewhere) < repetition.review_at.get() {
        return None;
    }
    let letters = reading.folded.text().chars().filter(|c| *c != ' ').count();
    if letters < repetition.min_letters as usize {
        return None;
    }
    let strength =
        if repeats.here >= repetition.hide_at.get() { Strength::Certain } else { Strength::Doubtful };
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
    fn texts_are_alike_in_which_a_word_or_two_are_others() {
        let alike = |one: &str, other: &str| {
            let percent = |alike_percent| Repetition {
                window_hours: std::num::NonZeroU32::MIN,
                review_at: std::num::NonZeroU32::MIN,
                hide_at: std::num::NonZeroU32::MIN,
                min_letters: 0,
                alike_percent,
            };
            let (one, other) = (fold_key(one).unwrap(), fold_key(other).unwrap());
            (percent(70).alike(one, other), percent(100).alike(one, other))
        };
        let advert = "عروض خاصة على الساعات الرجالية الفاخرة والعطور الأصلية لفترة محدودة تواصلوا معنا الآن";
        for copy in [
            "عروض خاصة على الساعات الرجالية الفاخرة والعطور الأصلية لفترة محدودة تواصلوا معنا اليوم",
            "شباب عروض خاصة على الساعات الرجالية الفاخرة والعطور الأصلية لفترة محدودة تواصلوا معنا الآن",
            "عروض على الساعات الرجالية الفاخرة والعطور الأصلية لفترة محدودة تواصلوا الآن",
        ] {
            assert_eq!(alike(advert, copy), (true, false), "{copy}");
        }
        for other in [
            "عروض خاصة على الشقق والفلل في أبوظبي تواصلوا معنا الآن لحجز موعد المعاينة",
            "متى يفتح مركز الخدمة في منطقتنا وهل يمكن تقديم الطلب عبر التطبيق",
            "special offers on luxury watches and perfumes, contact us now",
        ] {
            assert_eq!(alike(advert, other), (false, false), "{other}");
        }
        assert_eq!(alike(advert, advert), (true, true));
    }

    #[test]
    fn a_key_never_changes_from_build_to_build() {
        assert_eq!(fold_key("hello"), Some(0x09c8_dac3_113e_b86f));
    }

    #[test]
    fn a_text_without_letters_and_digits_has_no_key() {
        assert_eq!(fold_key(""), None);
        assert_eq!(fold_key("🎉🎉 !!! \u{1F595}"), None);
    }
}
