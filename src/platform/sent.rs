//! Finding a reply of ours again after its answer was lost.

use icu_normalizer::ComposingNormalizerBorrowed;
use jiff::{SignedDuration, Timestamp};

use crate::domain::action::Receipt;
use crate::domain::comment::Incoming;

/// How far a platform's clock may lag behind ours, its whole seconds included.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// The replies of ours among `comments` that say `text` and were sent at `since` or later, the newest first.
pub(super) fn find<'c>(
    comments: impl IntoIterator<Item = &'c Incoming>,
    text: &str,
    since: Timestamp,
) -> Vec<Receipt> {
    let sought = words_of(text);
    let earliest = since.checked_sub(CLOCKS_APART).unwrap_or(Timestamp::MIN);
    let mut found: Vec<&Incoming> = comments
        .into_iter()
        .filter(|comment| comment.ours && comment.created_at.is_some_and(|at| at >= earliest))
        .filter(|comment| words_of(&comment.text) == sought)
        .collect();
    found.sort_by_key(|comment| std::cmp::Reverse(comment.created_at));
    found.into_iter().map(|comment| Receipt { reference: comment.platform_id.clone() }).collect()
}

/// Whether a platform may have made one of these texts of ours out of the other.
pub fn same_words(one: &str, other: &str) -> bool {
    words_of(one) == words_of(other)
}

/// The words of a reply as no platform changes them: X and Instagram put mentions before it, X and
/// YouTube write links their own way, and all may compose letters and space anew.
fn words_of(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let words = composed.split_whitespace().skip_while(|word| word.starts_with('@'));
    words.filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment::Written;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn reply(id: &str, text: &str, second: i64, ours: bool) -> Incoming {
        let written = Written { created_at: Some(at(second)), ours, ..Written::default() };
        Incoming::new(id.into(), text, at(second), written)
    }

    #[test]
    fn a_reply_is_found_as_the_platform_rewrote_it() {
        let seen = [reply("7", "@omar @sara شكراً لك  https://t.co/x", 100, true)];
        let found = find(&seen, "شكراً لك https://www.moec.gov.ae/ar", at(100));
        assert_eq!(found[0].reference, "7");
    }

    #[test]
    fn only_our_own_new_reply_with_the_same_words_is_ours() {
        let seen = [
            reply("other words", "thank you all", 100, true),
            reply("somebody else", "thank you", 100, false),
            reply("long ago", "thank you", 10, true),
        ];
        assert_eq!(find(&seen, "thank you", at(100)), []);
    }

    #[test]
    fn of_two_the_newest_comes_first() {
        let seen = [reply("1", "thank you", 100, true), reply("2", "thank you", 130, true)];
        let found: Vec<String> =
            find(&seen, "thank you", at(100)).into_iter().map(|found| found.reference).collect();
        assert_eq!(found, ["2", "1"]);
    }
}
