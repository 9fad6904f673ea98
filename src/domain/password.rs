//! Passwords of local accounts: which are refused, and how they are kept.
//!
//! A rule about letters and digits makes passwords that people write down, so there is none (NIST SP 800-63B, 3.1.1.2): a
//! password is long enough, and hard to guess by those who know the usual ones. `zxcvbn` knows the thirty thousand most
//! used, names, words, keyboards, dates and what people do to them.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Argon2, PasswordHash, PasswordVerifier};
use zxcvbn::feedback::Warning;
use zxcvbn::{Score, zxcvbn};

/// The fewest characters: what a machine tries in years, not in days, where the hashes were stolen.
pub const MIN_CHARS: usize = 12;
/// The most characters, so that nobody has us hash a book. Far above the 64 that must be allowed.
pub const MAX_CHARS: usize = 256;
/// Words that everybody here would try first, besides somebody's own name.
pub const OUR_WORDS: [&str; 8] =
    ["majlis", "ministry", "participation", "console", "مجلس", "وزارة", "المشاركة", "الوزارة"];

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has fewer than [`MIN_CHARS`] characters.
    TooShort,
    /// It has more than [`MAX_CHARS`] characters.
    TooLong,
    /// It is among the first that somebody would try.
    Guessable(Habit),
}

/// What makes a password easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// It is, or is like, one that many use.
    Common,
    /// Neighbouring keys.
    Keys,
    /// The same again and again.
    Repeats,
    /// Letters or digits in their order.
    Sequence,
    /// A date or a year.
    Date,
    /// A name.
    Name,
    /// Too few words, or words that everybody would try here.
    Words,
}

/// Whether somebody of this name may have this password.
///
/// # Errors
/// Why not.
pub fn check(password: &str, name: &str) -> Result<(), Unfit> {
    match password.chars().count() {
        ..MIN_CHARS => return Err(Unfit::TooShort),
        MIN_CHARS..=MAX_CHARS => {}
        _ => return Err(Unfit::TooLong),
    }
    let known: Vec<&str> = OUR_WORDS.into_iter().chain([name]).chain(name.split_whitespace()).collect();
    let estimate = zxcvbn(password, &known);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    Err(Unfit::Guessable(habit(estimate.feedback().and_then(|feedback| feedback.warning()))))
}

fn habit(warning: Option<Warning>) -> Habit {
    match warning {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Habit::Common,
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Habit::Keys
        }
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Habit::Repeats,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Habit::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Habit::Date,
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Habit::Name,
        Some(Warning::AWordByItselfIsEasyToGuess) | None => Habit::Words,
    }
}

/// The password's hash by argon2id with 19 MiB and two passes (OWASP's Password Storage Cheat Sheet), which takes about 20
/// milliseconds and as much memory. Exactly what was typed: nothing is cut, folded or trimmed.
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.expect("a password within its bounds has a hash").to_string()
}

/// Whether it is the password of this hash. Without a hash, as for somebody whom nobody knows, it is not, which takes as
/// long to find out.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| self::hash("", [0; 16]));
    let nobodys = &*NOBODYS;
    let parsed = PasswordHash::new(hash.unwrap_or(nobodys));
    let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_many_would_try_is_refused_and_why_is_told() {
        for (password, why) in [
            ("Password123!", Habit::Common),
            ("iloveyou1234", Habit::Common),
            ("qwertyuiop[]", Habit::Keys),
            ("aaaaaaaaaaaaaaaa", Habit::Repeats),
            ("abcdefghijklmnop", Habit::Sequence),
            ("majlismajlis", Habit::Repeats),
            ("ministry2026", Habit::Words),
            ("amna.alameri", Habit::Words),
        ] {
            assert_eq!(check(password, "amna.alameri"), Err(Unfit::Guessable(why)), "{password}");
        }
    }

    #[test]
    fn a_password_is_refused_by_its_length_alone_below_twelve_and_above_256_characters() {
        assert_eq!(check("x9$Kq!7zR2&", "amna"), Err(Unfit::TooShort));
        assert_eq!(check("x9$Kq!7zR2&v", "amna"), Ok(()));
        assert_eq!(check("عصير رمان", "amna"), Err(Unfit::TooShort), "characters count, not bytes");
        let long: String = "نخلة قهوة باب شراع ".chars().cycle().take(MAX_CHARS).collect();
        assert_eq!(check(&long, "amna"), Ok(()));
        assert_eq!(check(&format!("{long}x"), "amna"), Err(Unfit::TooLong));
    }

    #[test]
    fn a_few_words_of_any_letters_will_do_and_no_digit_is_asked_for() {
        for password in ["lantern camel harbour seven", "نخلة شراع قهوة مطر", "correcthorse battery staple ؟"]
        {
            assert_eq!(check(password, "amna"), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_hash_is_of_exactly_what_was_typed() {
        let kept = hash("Lantern camel harbour ", [7; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("Lantern camel harbour ", Some(&kept)));
        for other in ["Lantern camel harbour", "lantern camel harbour ", "Lantern camel harbour  ", ""] {
            assert!(!verify(other, Some(&kept)), "{other:?}");
        }
        assert_ne!(kept, hash("Lantern camel harbour ", [8; 16]), "the salt is in it");
        assert!(!verify("", None) && !verify("", Some("no hash at all")));
    }

    #[test]
    fn it_takes_as_long_to_find_out_that_there_is_no_such_account() {
        let kept = hash("lantern camel harbour", [7; 16]);
        let took = |hash: Option<&str>| -> Duration {
            let once = || {
                let begun = Instant::now();
                assert!(!verify("a wrong guess", hash));
                begun.elapsed()
            };
            once();
            (0..7).map(|_| once()).min().expect("seven times")
        };
        let (known, unknown) = (took(Some(&kept)), took(None));
        assert!(unknown > known / 2 && known > unknown / 2, "{known:?} and {unknown:?}");
    }
}
