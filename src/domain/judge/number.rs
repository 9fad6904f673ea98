//! Numbers that belong to somebody: what makes a row of digits a telephone, an account or a card.

/// The digits of a text, as written elsewhere between them.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The national number of a telephone, without trunk zero and, for the UAE, without country code;
/// `None` where the digits are no telephone number.
///
/// `written` may hold spaces, dots, hyphens and brackets. With `+` or `00`, any number of 8 to 15 digits is one
/// (ITU-T E.164); without, the forms of the UAE (TDRA numbering plan) and of the mobile networks of countries whose
/// people live here are known.
pub(super) fn telephone(written: &str) -> Option<String> {
    let digits = digits(written);
    let international = written.trim_start_matches('(').strip_prefix('+').map(|_| digits.as_str());
    if let Some(number) = international.or_else(|| digits.strip_prefix("00")) {
        let plausible = (8..=15).contains(&number.len()) && !number.starts_with('0');
        return plausible.then(|| national(number).to_owned());
    }
    if let Some(national) = digits.strip_prefix('0') {
        let known = match national.len() {
            // UAE landlines: area code and seven digits.
            8 => national.starts_with(['2', '3', '4', '6', '7', '9']),
            // Mobiles of the UAE, Saudi Arabia and Jordan, and of Syria.
            9 => national.starts_with(['5', '7', '9']),
            // Mobiles of Egypt, Iraq and Pakistan.
            10 => national.starts_with(['1', '7', '3']),
            _ => false,
        };
        return known.then(|| national.to_owned());
    }
    let bare_international =
        COUNTRY_CODES.iter().any(|code| digits.starts_with(code)) && (11..=13).contains(&digits.len());
    let uae_mobile =
        digits.len() == 9 && ["50", "52", "54", "55", "56", "58"].iter().any(|code| digits.starts_with(code));
    (bare_international || uae_mobile).then(|| national(&digits).to_owned())
}

/// Countries whose numbers are often written without `+`: the Gulf, the Levant, Egypt, Iraq, India, Pakistan.
const COUNTRY_CODES: [&str; 12] =
    ["971", "966", "965", "968", "973", "974", "961", "962", "963", "964", "201", "923"];

fn national(international: &str) -> &str {
    international.strip_prefix("971").map_or(international, |number| number.trim_start_matches('0'))
}

/// Whether letters and digits are an international bank account number: its check digits are right (ISO 13616,
/// ISO 7064 mod 97-10), or it has the UAE's form. A mistyped account is still an account published.
pub(super) fn is_iban(written: &str) -> bool {
    let compact: String =
        written.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (Some(country), Some(rest)) = (compact.get(..2), compact.get(2..)) else { return false };
    if country == "ae" && rest.len() == 21 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    if !(15..=34).contains(&compact.len()) {
        return false;
    }
    let rotated = compact[4..].chars().chain(compact[..4].chars());
    let remainder = rotated.filter_map(|c| c.to_digit(36)).fold(0_u32, |rest, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    });
    remainder == 1
}

/// Whether digits are a payment card number: 14 to 19 of them, by a known network, with a right check digit (ISO/IEC 7812).
pub(super) fn is_card(written: &str) -> bool {
    let digits = digits(written);
    if !(14..=19).contains(&digits.len()) || !digits.starts_with(['3', '4', '5', '6', '2']) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit) {
                (0, _) => digit,
                (_, 5..) => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_known_in_the_forms_people_write() {
        for (written, national) in [
            ("050 123 4567", "501234567"),
            ("+971-50-1234567", "501234567"),
            ("00971501234567", "501234567"),
            ("971501234567", "501234567"),
            ("+971 (0)4 123 4567", "41234567"),
            ("04 123 4567", "41234567"),
            ("501234567", "501234567"),
            ("01012345678", "1012345678"),
            ("+44 20 7946 0958", "442079460958"),
        ] {
            assert_eq!(telephone(written).as_deref(), Some(national), "{written}");
        }
    }

    #[test]
    fn other_numbers_are_no_telephones() {
        for written in [
            "2026-11-24",
            "01-12-2026",
            "123456789",
            "784199012345671",
            "8001234",
            "20261124001",
            "1500 2500",
        ] {
            assert_eq!(telephone(written), None, "{written}");
        }
    }

    #[test]
    fn accounts_and_cards_are_known_by_their_check_digits() {
        assert!(is_iban("GB82 WEST 1234 5698 7654 32"));
        assert!(is_iban("AE07 0331 2345 6789 0123 456"));
        assert!(is_iban("AE99 0331 2345 6789 0123 456"));
        assert!(!is_iban("GB82 WEST 1234 5698 7654 33"));
        assert!(is_card("4111 1111 1111 1111"));
        assert!(!is_card("4111 1111 1111 1112"));
        assert!(!is_card("1234567890"));
    }
}
