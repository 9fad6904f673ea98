//! How long a reply may be on each platform, and how each platform counts.
//!
//! Counted before anything is sent, so that staff hear of it while they write and no request is
//! spent on a text that would be refused. What a platform refuses beyond this is its adapter's to tell.

use std::ops::Range;

use icu_normalizer::ComposingNormalizerBorrowed;
use linkify::{LinkFinder, LinkKind};

use super::comment::Platform;

/// A reply that is longer than its platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reply is {length} characters long as {platform} counts, and {max} is the most it takes")]
pub struct TooLong {
    /// The platform that counted.
    pub platform: Platform,
    /// The reply's length in that platform's count.
    pub length: usize,
    /// The most that the platform takes.
    pub max: usize,
}

/// The longest reply that `platform` takes, in the count of [`reply_length`].
///
/// X publishes its 280. Of the others only common report speaks: 8,000 on Facebook, 2,200 on
/// Instagram, 10,000 on YouTube; whatever lies between that and the truth, the platform refuses.
pub fn reply_max(platform: Platform) -> usize {
    match platform {
        Platform::Facebook => 8_000,
        Platform::Instagram => 2_200,
        Platform::X => 280,
        Platform::Youtube => 10_000,
    }
}

/// How long `text` is as `platform` counts: weighted on X, characters elsewhere.
pub fn reply_length(platform: Platform, text: &str) -> usize {
    match platform {
        Platform::X => weighted_length(text),
        Platform::Facebook | Platform::Instagram | Platform::Youtube => text.chars().count(),
    }
}

/// Whether `platform` takes a reply of this length.
///
/// # Errors
/// It is too long.
pub fn check_reply(platform: Platform, text: &str) -> Result<(), TooLong> {
    let (length, max) = (reply_length(platform, text), reply_max(platform));
    if length > max { Err(TooLong { platform, length, max }) } else { Ok(()) }
}

/// X's weight of any link, however long (twitter-text 3.1, configuration 3: `transformedURLLength`).
const URL_WEIGHT: usize = 23;

/// The length of a post on X: links weigh 23, most scripts 1 a character, the rest and whole emoji 2.
fn weighted_length(text: &str) -> usize {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut weight = 0;
    let mut after_link = 0;
    for link in links(&text) {
        weight += weight_of_words(&text[after_link..link.start]) + URL_WEIGHT;
        after_link = link.end;
    }
    weight + weight_of_words(&text[after_link..])
}

/// Where `text` has what a platform makes a link of, in order.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let found = finder.links(text).filter(|link| is_link(link.as_str()));
    found.map(|link| link.start()..link.end()).collect()
}

/// X makes links of addresses without a scheme too, where they end in a domain that exists. Its list has
/// some thousand of these; ours has every country and the ones that a ministry's reply may hold.
fn is_link(found: &str) -> bool {
    if found.contains("://") {
        return true;
    }
    let host = found.split(['/', '?', '#', ':']).next().unwrap_or(found);
    let domain = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_country = domain.len() == 2 && domain.bytes().all(|byte| byte.is_ascii_lowercase());
    is_country
        || ["com", "org", "net", "edu", "gov", "int", "mil", "info", "biz", "app", "dev"].contains(&&*domain)
}

fn weight_of_words(text: &str) -> usize {
    let mut chars = text.chars().peekable();
    let mut weight = 0;
    let mut after_joiner = false;
    let mut flag_half = false;
    while let Some(c) = chars.next() {
        let turned_to_emoji = matches!(chars.peek(), Some(&EMOJI_STYLE | &KEYCAP));
        let is_flag_letter = matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
        let continues =
            is_emoji_modifier(c) || (after_joiner && !weighs_one(c)) || (is_flag_letter && flag_half);
        flag_half = is_flag_letter && !flag_half;
        after_joiner = c == JOINER && weight > 0;
        let joins_emoji = c == JOINER && chars.peek().is_some_and(|next| !weighs_one(*next));
        weight += match (continues || joins_emoji, weighs_one(c) && !turned_to_emoji) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
    }
    weight
}

/// Zero width joiner: glues emoji into one.
const JOINER: char = '\u{200D}';
/// Variation selector 16: the sign before it is an emoji.
const EMOJI_STYLE: char = '\u{FE0F}';
/// Combining enclosing keycap, as in 1️⃣.
const KEYCAP: char = '\u{20E3}';

/// Signs that change the emoji before them and stand for nothing themselves.
fn is_emoji_modifier(c: char) -> bool {
    matches!(c, EMOJI_STYLE | KEYCAP | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
}

/// The ranges of weight 1: Latin to Georgian with all Arabic letters, and common punctuation. Arabic
/// presentation forms (U+FB50 and on), Chinese, Japanese, Korean and emoji weigh 2.
fn weighs_one(c: char) -> bool {
    matches!(c, '\0'..='\u{10FF}' | '\u{2000}'..='\u{200D}' | '\u{2010}'..='\u{201F}' | '\u{2032}'..='\u{2037}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on_x(text: &str) -> usize {
        reply_length(Platform::X, text)
    }

    #[test]
    fn arabic_letters_weigh_one_and_their_presentation_forms_two() {
        assert_eq!(on_x("شكراً"), 5);
        assert_eq!(on_x("\u{FEB7}"), 2);
    }

    #[test]
    fn an_emoji_weighs_two_however_many_code_points_it_has() {
        for emoji in ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🇦🇪", "1️⃣", "©️", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert_eq!(on_x(emoji), 2, "{emoji}");
        }
        assert_eq!(on_x("🇦🇪🇸🇦"), 4);
        assert_eq!(on_x("😀😀"), 4);
    }

    #[test]
    fn a_link_weighs_23_with_or_without_its_scheme() {
        assert_eq!(on_x("https://www.moec.gov.ae/ar/a/very/long/path?with=a&query=too"), 23);
        assert_eq!(on_x("راجع moec.gov.ae"), 5 + 23);
        assert_eq!(on_x("done.Next"), 9, "a missing space makes no link");
    }

    #[test]
    fn a_decomposed_text_counts_as_its_composed_form() {
        assert_eq!(on_x("e\u{301}"), 1);
    }

    #[test]
    fn each_platform_takes_a_reply_of_its_full_length_and_no_more() {
        for platform in Platform::ALL {
            let full = "س".repeat(reply_max(platform));
            assert_eq!(check_reply(platform, &full), Ok(()));
            let max = reply_max(platform);
            assert_eq!(check_reply(platform, &(full + "س")), Err(TooLong { platform, length: max + 1, max }));
        }
    }

    proptest! {
        #[test]
        fn words_side_by_side_weigh_what_they_weigh_apart(a in "[ابت 中a]{0,20}", b in "[ابت 中a]{0,20}") {
            prop_assert_eq!(on_x(&format!("{a}{b}")), on_x(&a) + on_x(&b));
        }
    }
}
