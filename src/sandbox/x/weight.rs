//! How long a text is for X.
//!
//! Source: npm `twitter-text` 3.1.0, configuration version 3: after NFC, code points in four
//! ranges weigh 1 and all others 2; a URL weighs 23; an emoji sequence weighs 2 in all.

use icu_normalizer::ComposingNormalizerBorrowed;

/// The longest text of a post, in weighted characters.
pub(super) const WEIGHT_MAX: usize = 280;

const URL_WEIGHT: usize = 23;

/// The weight of a text.
pub(super) fn weight(text: &str) -> usize {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let words = text.split_inclusive(char::is_whitespace);
    words
        .map(|word| {
            let trimmed = word.trim_end();
            match trimmed.find("https://").or_else(|| trimmed.find("http://")) {
                Some(begin) => weigh(&word[..begin]) + URL_WEIGHT + (word.len() - trimmed.len()),
                None => weigh(word),
            }
        })
        .sum()
}

fn weigh(text: &str) -> usize {
    let mut sum = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\0'..='\u{10FF}'
            | '\u{2000}'..='\u{200D}'
            | '\u{2010}'..='\u{201F}'
            | '\u{2032}'..='\u{2037}' => sum += 1,
            c if is_flag_half(c) => {
                chars.next_if(|next| is_flag_half(*next));
                sum += 2;
            }
            _ => {
                sum += 2;
                // What joins on to an emoji: variation selectors, skin tones, and after a joiner another emoji.
                while let Some(joined) =
                    chars.next_if(|next| matches!(next, '\u{FE0F}' | '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}'))
                {
                    if joined == '\u{200D}' {
                        chars.next_if(|next| *next > '\u{10FF}');
                    }
                }
            }
        }
    }
    sum
}

/// Two of these make a flag.
fn is_flag_half(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_letters_weigh_one_and_everything_unusual_two() {
        assert_eq!(weight("شكراً لك"), 8);
        assert_eq!(weight("日本"), 4);
        assert_eq!(weight("ﷺ"), 2);
    }

    #[test]
    fn an_emoji_weighs_two_whatever_it_is_made_of() {
        for emoji in ["👍", "👍🏽", "❤️", "👨‍👩‍👧", "🇦🇪"] {
            assert_eq!(weight(emoji), 2, "{emoji}");
        }
    }

    #[test]
    fn a_url_weighs_twenty_three() {
        assert_eq!(weight("see https://example.ae/a/very/long/path/that/goes/on now"), 4 + 23 + 4);
    }
}
