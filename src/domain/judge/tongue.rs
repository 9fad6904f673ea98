//! Whether a text in Arabic letters is Persian or Urdu, by its letters and its smallest words.
//!
//! Many a harmless word there is spelled like an Arabic obscenity. Dialects of the Gulf and Iraq write some of the same
//! letters, and a single foreign letter must not switch the Arabic lists off, so it takes a third of the words.

/// In which letters most of a text is written, and where those are Arabic, whether it is Arabic. The order is the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tongue {
    Arabic,
    PersianOrUrdu,
    Latin,
    Other,
}

impl Tongue {
    /// By the first byte of each letter. A text of no letters is as good as Arabic: what it says, signs say.
    pub(crate) fn of(text: &str) -> Self {
        let (mut arabic, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
        for byte in text.bytes() {
            arabic += usize::from(matches!(byte, 0xD8..=0xDB));
            latin += usize::from(byte.is_ascii_alphabetic());
            other += usize::from(matches!(byte, 0xE0..=0xE1));
        }
        if other > arabic.max(latin) {
            Tongue::Other
        } else if latin > arabic {
            Tongue::Latin
        } else if is_persian_or_urdu(text) {
            Tongue::PersianOrUrdu
        } else {
            Tongue::Arabic
        }
    }
}

/// Whether a text is Persian or Urdu, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    No,
    /// It is told; nothing in the text itself shows it.
    Told,
    /// Its letters and words show it, whatever is told.
    Seen,
}

impl Foreign {
    /// `lang` says something of Arabic letters alone; whoever says that a text is Arabic is not believed against its letters.
    pub(super) fn of(text: &str, lang: Option<&str>) -> Self {
        if is_persian_or_urdu(text) {
            Foreign::Seen
        } else if lang.is_some_and(is_foreign_code) && Tongue::of(text) == Tongue::Arabic {
            Foreign::Told
        } else {
            Foreign::No
        }
    }
}

/// Persian, Dari, Urdu, and what shares their letters and many of their words: Pashto and Sorani. By ISO 639, all its codes.
const FOREIGN_CODES: &[&str] =
    &["fa", "fas", "per", "pes", "prs", "ur", "urd", "ps", "pus", "pbt", "pbu", "pst", "ckb"];

/// Whether a code of BCP 47 or of a locale (`fa-AF`, `ur_PK`) names one of these. Any other code says nothing.
fn is_foreign_code(lang: &str) -> bool {
    let primary = lang.trim().split(['-', '_']).next().unwrap_or_default();
    FOREIGN_CODES.iter().any(|code| code.eq_ignore_ascii_case(primary))
}

/// Letters that Arabic does not have. `ک` and `ی` are not among them: some Arabic keyboards write them.
const FOREIGN_LETTERS: &[char] = &['پ', 'چ', 'ژ', 'گ', 'ٹ', 'ڈ', 'ڑ', 'ے', 'ں', 'ہ', 'ۂ', 'ۓ'];

/// The commonest small words of Urdu and Persian that Arabic does not have.
const FOREIGN_WORDS: &[&str] = &[
    "کی",
    "کا",
    "کو",
    "اور",
    "تو",
    "بھی",
    "کر",
    "تھا",
    "تھی",
    "ھے",
    "آپ",
    "یہ",
    "وہ",
    "که",
    "کە",
    "است",
    "این",
    "را",
    "برای",
    "هم",
    "شد",
    "می",
    "نیست",
    "های",
    "از",
    "ای",
    "خیلی",
    "شما",
    "یک",
    "کنید",
    "کنم",
    "کسی",
    "هیچ",
    "هيچ",
    "نمی",
    "نداد",
    "ندارد",
    "دارد",
];

/// Letters and the article, which only Arabic writes.
fn is_native(word: &str) -> bool {
    (word.contains(['ة', 'أ', 'إ', 'ى', 'ك', 'ي']) || word.starts_with("ال"))
        && !FOREIGN_WORDS.contains(&word)
}

fn is_foreign(word: &str) -> bool {
    word.contains(FOREIGN_LETTERS) || FOREIGN_WORDS.contains(&word)
}

/// Whether any letter lies beyond those of Arabic, in U+0679 to U+06D3. Asked of every comment, so without a branch a byte.
fn has_foreign_letters(text: &[u8]) -> bool {
    let beyond = |(first, second): (&u8, &u8)| {
        (*first == 0xD9) & (*second >= 0xB9) | (*first == 0xDA) | (*first == 0xDB) & (*second <= 0x93)
    };
    text.iter().zip(text.iter().skip(1)).fold(false, |any, pair| any | beyond(pair))
}

pub(in crate::domain) fn is_persian_or_urdu(text: &str) -> bool {
    if !has_foreign_letters(text.as_bytes()) {
        return false;
    }
    let arabic_letters = |c: char| !('\u{600}'..='\u{6FF}').contains(&c) || c == '،' || c == '؟' || c == '۔';
    let words = text.split(arabic_letters).filter(|word| !word.is_empty());
    let (mut all, mut foreign, mut native) = (0_usize, 0_usize, 0_usize);
    for word in words {
        all += 1;
        foreign += usize::from(is_foreign(word));
        native += usize::from(is_native(word));
    }
    foreign * 3 >= all && foreign > native
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_of_the_tongue_that_most_of_its_letters_are_of() {
        assert_eq!(Tongue::of("شكرا لكم ok"), Tongue::Arabic);
        assert_eq!(Tongue::of("thanks شكرا a lot"), Tongue::Latin);
        assert_eq!(Tongue::of("آپ کی سروس بہت اچھی ہے ok"), Tongue::PersianOrUrdu);
        assert_eq!(Tongue::of("धन्यवाद ji"), Tongue::Other);
        assert_eq!(Tongue::of("12 !"), Tongue::Arabic);
    }

    #[test]
    fn urdu_and_persian_are_told_from_arabic() {
        assert!(is_persian_or_urdu("آپ کی سروس بہت اچھی ہے شکریہ"));
        assert!(is_persian_or_urdu("این سایت خیلی کند است"));
        assert!(is_persian_or_urdu("ہر کس کو معلوم ہے"));
        for nobody in ["هيچ کس جواب نداد", "هیچ کس پاسخگو نیست", "کس نمی داند", "کسی پاسخ نمی دهد"]
        {
            assert!(is_persian_or_urdu(nobody), "{nobody}");
        }
    }

    #[test]
    fn a_told_language_counts_for_arabic_letters_and_never_against_them() {
        for lang in ["fa", "FA-ir", "ur_PK", "prs", "ps", "ckb-Arab-IQ"] {
            assert_eq!(Foreign::of("سلام خوب", Some(lang)), Foreign::Told, "{lang}");
        }
        for lang in ["ar", "ar-AE", "en", "und", "", "-", "fantasy", "farsi", "كلام"] {
            assert_eq!(Foreign::of("سلام خوب", Some(lang)), Foreign::No, "{lang}");
        }
        assert_eq!(Foreign::of("این سایت خیلی کند است", Some("ar")), Foreign::Seen);
        assert_eq!(Foreign::of("thank you", Some("fa")), Foreign::No);
        assert_eq!(Foreign::of("سلام خوب", None), Foreign::No);
    }

    #[test]
    fn arabic_stays_arabic_whatever_its_keyboard_or_dialect() {
        assert!(!is_persian_or_urdu("خدمة ممتازة شكرا لكم"));
        assert!(!is_persian_or_urdu("شلونچ اليوم گاعد انتظر المعاملة من الصبح"));
        assert!(!is_persian_or_urdu("الخدمة سیئة جدا وکل یوم نفس المشکلة"));
        assert!(!is_persian_or_urdu("hello"));
    }
}
