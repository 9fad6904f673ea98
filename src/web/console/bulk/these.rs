//! Chosen comments as an address carries them: short, for a sign-in by the ministry's own keeps the page to come back to in a cookie.
//! Their numbers in order, each as its distance to the one before, in LEB128 and base64url.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::comment::CommentId;

pub(super) fn word(comments: impl IntoIterator<Item = CommentId>) -> String {
    let mut numbers: Vec<u64> = comments.into_iter().map(|comment| comment.0.unsigned_abs()).collect();
    numbers.sort_unstable();
    let (mut bytes, mut before) = (Vec::new(), 0);
    for number in numbers {
        let mut rest = number - before;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        before = number;
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The comments of a word; those before what cannot be read.
pub(super) fn comments(word: &str) -> Vec<CommentId> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(word).unwrap_or_default();
    let (mut found, mut number, mut distance, mut shift) = (Vec::new(), 0_i64, 0_i64, 0);
    for byte in bytes {
        // Eight times seven bits: no distance is longer, and a sum that is too large names no comment.
        if shift >= 56 {
            break;
        }
        distance |= i64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            number = number.saturating_add(distance);
            found.push(CommentId(number));
            (distance, shift) = (0, 0);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::MAX;
    use super::*;

    proptest! {
        #[test]
        fn a_word_names_the_comments_that_it_was_made_of(mut ids in prop::collection::vec(0_i64..1 << 55, 0..9)) {
            let word = word(ids.iter().map(|id| CommentId(*id)));
            ids.sort_unstable();
            prop_assert_eq!(comments(&word).into_iter().map(|id| id.0).collect::<Vec<_>>(), ids);
        }

        #[test]
        fn any_word_is_read_without_harm(word in "[A-Za-z0-9_-]{0,40}") {
            comments(&word);
        }
    }

    #[test]
    fn as_many_as_can_be_taken_at_once_of_a_thousand_million_fit_the_cookie_of_a_sign_in() {
        let spread = (1..=MAX as i64).map(|place| CommentId(place * 2_000_000));
        assert!(word(spread).len() <= 2_700);
    }
}
