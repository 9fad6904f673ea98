//! Signs that are known by their shape: numbers, addresses, sums and links.
//!
//! A regular expression proposes and code disposes: what it found must also be valid as a number, or lead somewhere that
//! the policy does not allow. `regex` runs in time linear in the text, whatever the text.

use std::ops::Range;

use regex::Regex;

use super::reading::{Place, Reading};
use super::rules::{SignSet, Signs};
use super::{link, number};
use crate::domain::policy::{Digits, Links, Pattern, Policy, Sign};
use crate::domain::text::View;

/// Every pattern, compiled.
#[derive(Debug)]
pub(super) struct Patterns {
    email: Regex,
    link: Regex,
    number: Regex,
    iban: Regex,
    price: Regex,
    signs: Vec<(Pattern, SignSet)>,
    links: Links,
    public_numbers: Vec<Digits>,
}

// The light view writes every white space as ` ` and every digit in ASCII, so ASCII classes and borders serve, and the
// expressions run as automata whatever the script of the text.

/// A local part, `@`, and a domain of two labels or more.
const EMAIL: &str = r"[a-z0-9._%+-]{1,64}@(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5})";

/// A link with a scheme or `www.`, or a bare domain under a common top-level domain.
const LINK: &str = r"(?:https?://|www\.)[^ <>\x22]{3,}|(?-u:\b)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|net|org|info|biz|io|me|co|ly|cc|tv|gg|to|gl|xyz|shop|store|online|site|website|club|top|live|app|link|click|vip|win|bet|pro|page|chat|ae|sa|qa|kw|om|bh|eg|jo|lb|iq|in|pk|ru|cn|uk|us)(?-u:\b)(?:/[^ <>\x22]*)?";

/// Digits that belong together: with at most three spaces, dots, dashes, brackets, stars or underscores between two of them.
const NUMBER: &str = r"[+(]?[0-9](?:[ ().*_–—-]{0,3}[0-9]){6,22}";

/// Two letters, two check digits, and 11 to 30 letters and digits in blocks.
const IBAN: &str = r"(?-u:\b)[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?(?-u:\b)";

/// A sum of money.
const PRICE: &str = r"(?:(?-u:\b)(?:aed|usd|sar|egp|inr|pkr|eur|dhs?|rs)(?-u:\b)|[$€£₹]|درهم|ريال|دولار|جنيه|دينار) ?[0-9]|[0-9] ?(?:(?:aed|usd|sar|egp|inr|pkr|eur|dhs?|dirhams?|riyals?|dollars?|rupees?|rs)(?-u:\b)|[$€£₹]|درهم|دراهم|ريال|دولار|جنيه|دينار|د\.إ)";

impl Patterns {
    pub(super) fn new(policy: &Policy, signs: &Signs) -> Self {
        let compiled = |pattern: &str| Regex::new(pattern).expect("our own patterns are regular expressions");
        Patterns {
            email: compiled(EMAIL),
            link: compiled(LINK),
            number: compiled(NUMBER),
            iban: compiled(IBAN),
            price: compiled(PRICE),
            signs: Pattern::ALL.map(|pattern| (pattern, signs.set(&Sign::Pattern(pattern)))).to_vec(),
            links: policy.links().clone(),
            public_numbers: policy.numbers().public.clone(),
        }
    }

    /// Adds to `reading` what the light view of its text shows.
    pub(super) fn read(&self, light: &View, reading: &mut Reading<'_>) {
        let text = light.text();
        let mut found: Vec<(Pattern, Range<usize>)> = Vec::new();
        if may_hold_address(text) {
            self.find_addresses(text, &mut found);
        }
        if text.contains(|c: char| c.is_ascii_digit()) {
            self.find_numbers(text, &mut found);
        }
        for (pattern, range) in found {
            let bytes = light.original(range);
            let first = reading.folded.position(bytes.start);
            let last = reading.folded.position(bytes.end.saturating_sub(1)).max(first);
            let place = Place { words: reading.folded.words_of(first..last + 1), bytes };
            reading.add_sign(self.sign(pattern), place);
        }
    }

    fn find_addresses(&self, text: &str, found: &mut Vec<(Pattern, Range<usize>)>) {
        let emails: Vec<Range<usize>> = match text.contains('@') {
            true => self.email.captures_iter(text).map(|found| found.get_match().range()).collect(),
            false => Vec::new(),
        };
        for email in &emails {
            if !link::is_under(link::host(&text[email.clone()]), &self.links.allowed) {
                found.push((Pattern::Email, email.clone()));
            }
        }
        let mut emails = emails.into_iter().peekable();
        for link in self.link.find_iter(text) {
            while emails.next_if(|email| email.end <= link.start()).is_some() {}
            if emails.peek().is_some_and(|email| email.start <= link.start()) {
                continue; // The domain of an e-mail address is no link.
            }
            let kinds = link::kinds(link.as_str(), &self.links);
            found.extend(kinds.iter().map(|kind| (*kind, link.range())));
        }
    }

    fn find_numbers(&self, text: &str, found: &mut Vec<(Pattern, Range<usize>)>) {
        let accounts: Vec<Range<usize>> = self
            .iban
            .find_iter(text)
            .filter(|account| number::is_iban(account.as_str()))
            .map(|account| account.range())
            .collect();
        for digits in self.number.find_iter(text) {
            let within_word = text[..digits.start()].ends_with(|c: char| c.is_alphanumeric())
                && !text[..digits.start()].ends_with(|c: char| c.is_alphabetic() && !c.is_ascii());
            if within_word || accounts.iter().any(|account| account.contains(&digits.start())) {
                continue;
            }
            found.extend(self.number_kind(digits.as_str()).map(|kind| (kind, digits.range())));
        }
        found.extend(accounts.into_iter().map(|account| (Pattern::Iban, account)));
        found.extend(self.price.find_iter(text).map(|price| (Pattern::Price, price.range())));
    }

    fn number_kind(&self, written: &str) -> Option<Pattern> {
        let digits = number::digits(written);
        let is_emirates_id =
            digits.len() == 15 && digits.starts_with("784") && ["19", "20"].contains(&&digits[3..5]);
        if is_emirates_id {
            return Some(Pattern::EmiratesId);
        }
        if number::is_card(written) {
            return Some(Pattern::Card);
        }
        let national = number::telephone(written)?;
        let public = self.public_numbers.iter().any(|prefix| national.starts_with(prefix.as_str()));
        (!public).then_some(Pattern::Phone)
    }

    pub(super) fn sign(&self, pattern: Pattern) -> SignSet {
        self.signs.iter().find(|(known, _)| *known == pattern).map(|(_, sign)| *sign).unwrap_or_default()
    }
}

/// Whether a dot stands between two letters or digits, or a scheme before something.
fn may_hold_address(text: &str) -> bool {
    text.as_bytes().windows(3).any(|part| match part {
        [before, b'.', after] => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
        _ => part == b"://",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Bundle;
    use crate::domain::text::light;

    fn patterns(text: &str) -> Vec<(Pattern, String)> {
        let policy = Policy::parse(&Bundle::shipped()).unwrap();
        let signs = Signs::of(&policy);
        let patterns = Patterns::new(&policy, &signs);
        let light = light(text).unwrap();
        let mut found = Vec::new();
        patterns.find_addresses(light.text(), &mut found);
        patterns.find_numbers(light.text(), &mut found);
        found.into_iter().map(|(pattern, range)| (pattern, text[light.original(range)].to_owned())).collect()
    }

    #[test]
    fn numbers_of_people_are_found_in_any_digits() {
        assert_eq!(patterns("رقمي ٠٥٠ ١٢٣ ٤٥٦٧ وشكرا"), [(Pattern::Phone, "٠٥٠ ١٢٣ ٤٥٦٧".to_owned())]);
        assert_eq!(patterns("واتساب0501234567"), [(Pattern::Phone, "0501234567".to_owned())]);
        assert_eq!(
            patterns("ID 784-1990-1234567-1."),
            [(Pattern::EmiratesId, "784-1990-1234567-1".to_owned())]
        );
        assert_eq!(
            patterns("to AE070331234567890123456 now"),
            [(Pattern::Iban, "AE070331234567890123456".to_owned())]
        );
        assert_eq!(patterns("4111-1111-1111-1111"), [(Pattern::Card, "4111-1111-1111-1111".to_owned())]);
    }

    #[test]
    fn a_number_is_found_whatever_holds_its_digits_apart() {
        for written in [
            "050_123_4567",
            "050*123*4567",
            "050 – 123 – 4567",
            "0 5 0 1 2 3 4 5 6 7",
            "0️⃣5️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣",
        ] {
            assert_eq!(
                patterns(written).first().map(|(pattern, _)| *pattern),
                Some(Pattern::Phone),
                "{written}"
            );
        }
    }

    #[test]
    fn public_lines_and_reference_numbers_are_nobodys() {
        assert_eq!(patterns("call 800 6634 or 600 522222 or 999"), []);
        assert_eq!(patterns("request MOE-20261124-0012345, invoice 20261124001"), []);
        assert_eq!(patterns("on 24-11-2026 at 10.30"), []);
    }

    #[test]
    fn links_are_told_by_where_they_lead() {
        assert_eq!(patterns("see https://www.moei.gov.ae/ar and info@moei.gov.ae"), []);
        assert_eq!(patterns("wa.me/971501234567")[0].0, Pattern::Link);
        assert_eq!(
            patterns("WWW.Cheap-Watches.com/x?y")[0],
            (Pattern::Link, "WWW.Cheap-Watches.com/x?y".to_owned())
        );
        assert_eq!(patterns("bit.ly/abc")[1].0, Pattern::ShortLink);
        assert_eq!(patterns("me@example.com"), [(Pattern::Email, "me@example.com".to_owned())]);
        assert_eq!(patterns("it works.Nice job e.g. this"), []);
    }

    #[test]
    fn sums_of_money_are_prices() {
        assert_eq!(patterns("فقط 50 درهم")[0].0, Pattern::Price);
        assert_eq!(patterns("AED 300 only")[0].0, Pattern::Price);
        assert_eq!(patterns("room 300 dhow"), []);
    }
}
