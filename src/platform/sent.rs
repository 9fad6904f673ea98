//! Finding a reply of ours again after its answer was lost.

use icu_normalizer::ComposingNormalizerBorrowed;
use jiff::{SignedDuration, Timestamp};

use super::PlatformError;
use super::http::Purpose;
use super::paging::{Onward, Spot};
use crate::domain::action::Receipt;
use crate::domain::comment::Incoming;
use crate::domain::limits::links;

/// How far a platform's clock may lag behind ours, its whole seconds included.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// A reply of ours as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReply {
    /// The platform's proof of it.
    pub receipt: Receipt,
    /// When the platform says that it was written.
    pub at: Timestamp,
}

/// What stands for a link where words are compared.
const LINK: &str = "<link>";

/// Pages of one thread after which its search is given up: ten thousand replies on YouTube, which takes 500.
const SEARCH_MAX_PAGES: u32 = 100;

/// The search of a thread, page by page to its end: YouTube and Instagram list the oldest first, so that what was
/// just sent stands on the last page.
#[derive(Debug, Default)]
pub(super) struct Search {
    spot: Spot,
    ours: Vec<Incoming>,
    cut_short: bool,
}

impl Search {
    /// The page to ask for.
    pub(super) fn spot(&self) -> &Spot {
        &self.spot
    }

    /// Takes the page at the spot, which names `next` as its successor; whether there is one to ask for.
    pub(super) fn goes_on(&mut self, page: Vec<Incoming>, next: Option<String>) -> bool {
        let ids = page.iter().map(|comment| comment.platform_id.as_str());
        let onward = self.spot.after(ids, next);
        self.ours.extend(page.into_iter().filter(|comment| comment.ours));
        match onward {
            Onward::Ended => false,
            Onward::To(spot) if spot.pages_before() < SEARCH_MAX_PAGES => {
                self.spot = spot;
                true
            }
            Onward::To(_) | Onward::Circles => {
                self.cut_short();
                false
            }
        }
    }

    /// The rest of the thread is out of reach.
    pub(super) fn cut_short(&mut self) {
        self.cut_short = true;
    }

    /// The replies of ours in the thread that say `text` and were sent at `since` or later, the newest first.
    ///
    /// # Errors
    /// There is none on the pages that were read, and they are not all: nobody may say that it was not sent.
    pub(super) fn found(self, text: &str, since: Timestamp) -> Result<Vec<SentReply>, PlatformError> {
        let found = find(&self.ours, text, since);
        match found.is_empty() && self.cut_short {
            true => Err(Purpose::Read.lost("the thread could not be read to its end")),
            false => Ok(found),
        }
    }
}

/// The replies of ours among `comments` that say `text` and were sent at `since` or later, the newest first.
fn find<'c>(
    comments: impl IntoIterator<Item = &'c Incoming>,
    text: &str,
    since: Timestamp,
) -> Vec<SentReply> {
    let sought = words_of(text);
    let earliest = since.checked_sub(CLOCKS_APART).unwrap_or(Timestamp::MIN);
    let reply = |comment: &Incoming| {
        let receipt = Receipt { reference: comment.platform_id.clone() };
        Some(SentReply { receipt, at: comment.created_at.filter(|at| *at >= earliest)? })
    };
    let ours = comments.into_iter().filter(|comment| comment.ours && words_of(&comment.text) == sought);
    let mut found: Vec<SentReply> = ours.filter_map(reply).collect();
    found.sort_by_key(|reply| std::cmp::Reverse(reply.at));
    found
}

/// Whether a platform may have made one of these texts of ours out of the other.
pub fn same_words(one: &str, other: &str) -> bool {
    words_of(one) == words_of(other)
}

/// The words of a reply as no platform changes them: X and Instagram put mentions before it, X and
/// YouTube write links their own way, and all may compose letters and space anew. Of a link it counts that it is there.
fn words_of(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let links = links(&composed);
    let bare = links.iter().rev().fold(composed.to_string(), |mut bare, link| {
        bare.replace_range(link.clone(), LINK);
        bare
    });
    let words = bare.split_whitespace().skip_while(|word| word.starts_with('@'));
    words.collect::<Vec<_>>().join(" ")
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
        assert_eq!(found[0].receipt.reference, "7");
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
    fn a_thread_that_could_not_be_read_to_its_end_proves_only_what_was_found() {
        let cut_short = |said: &str| {
            let mut search = Search::default();
            for _ in 0..10 {
                if !search.goes_on(vec![reply("7", said, 100, true)], Some("the same page".into())) {
                    return search.found("thank you", at(100));
                }
            }
            panic!("still searching the same page");
        };
        assert!(matches!(cut_short("other words"), Err(PlatformError::Unreachable { .. })));
        assert_eq!(cut_short("thank you").unwrap()[0].receipt.reference, "7");
    }

    #[test]
    fn a_reply_with_a_link_is_not_the_one_without_and_an_address_is_a_link() {
        assert!(!same_words("التفاصيل هنا", "التفاصيل هنا https://www.moec.gov.ae"));
        assert!(!same_words("https://www.moec.gov.ae/ar", "شكراً"));
        assert!(same_words("www.moec.gov.ae شكراً", "https://t.co/x شكراً"));
    }

    #[test]
    fn of_two_the_newest_comes_first() {
        let seen = [reply("1", "thank you", 100, true), reply("2", "thank you", 130, true)];
        let found: Vec<String> =
            find(&seen, "thank you", at(100)).into_iter().map(|found| found.receipt.reference).collect();
        assert_eq!(found, ["2", "1"]);
    }
}
