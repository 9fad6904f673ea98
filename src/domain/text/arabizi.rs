//! Arabizi: Arabic written in Latin letters, with digits for the letters that Latin lacks.
//!
//! What is told here is which words are written so, and what each of their letters may stand for. Which Arabic word is
//! meant, a list of words has to say ([`Chat::fits`]): short vowels are written in Latin and left out in Arabic, and one
//! Latin letter serves several Arabic ones. Words that no list knows are written back letter by letter ([`Chat::spelled`]).

use std::collections::HashMap;
use std::sync::LazyLock;

/// Small words that no other language of our public writes, with their Arabic.
const TELLING: &str = "
    ebn=ابن wlad=ولاد awlad=اولاد abok=ابوك abuk=ابوك abook=ابوك abouk=ابوك omak=امك omk=امك
    ommak=امك ummak=امك omkom=امكم enta=انت inta=انت enti=انتي inti=انتي ento=انتو intu=انتو
    entu=انتو entom=انتم antum=انتم ehna=احنا howa=هو heya=هي huwa=هو mish=مش msh=مش mafi=مافي
    mafe=مافي esh=ايش leish=ليش lesh=ليش laish=ليش leh=ليه kef=كيف keef=كيف wain=وين wein=وين
    feen=فين hatha=هذا hada=هذا haida=هذا elli=الي illi=الي yalli=الي kman=كمان kaman=كمان
    awi=اوي awy=اوي gedan=جدا jiddan=جدا kteer=كتير ktir=كتير kteir=كتير lazem=لازم lazim=لازم
    raye7=رايح ra7=راح ra2=رح lel=لل 3ala=علي 3al=عال";
/// The same that another language might write.
const PERHAPS: &str = "
    ya=يا el=ال bas=بس kol=كل kul=كل kull=كل ibn=ابن bint=بنت bent=بنت abo=ابو abu=ابو ana=انا
    homa=هم mesh=مش mosh=مش shu=شو shoo=شو dah=ده wallah=واله walla=واله wallahi=واله allah=اله
    mn=من bl=بال bel=بال";
/// The same that another language often writes.
const UNTELLING: &str = "
    al=ال il=ال w=و wa=و ma=ما la=لا fi=في fe=في min=من";

/// The commonest small words of English and Roman Urdu: among these, a word that might be Arabic is not.
const OTHER_WORDS: &str = "
    the and is are was you your to of for my this that not with have has it please when why how what
    who i we they he she be in on at from but no do does can will an or so if me all hai hain ka ki
    ke ko se mein nahi kya aur ho tum aap main bhi ye wo yeh woh tha thi kar raha";

/// A small word of one language or the other.
#[derive(Debug, Clone, Copy)]
enum Small {
    Arabic(&'static str, u8),
    Other,
}

static SMALL: LazyLock<HashMap<&str, Small>> = LazyLock::new(|| {
    let other = OTHER_WORDS.split_whitespace().map(|word| (word, Small::Other));
    let arabic = [(TELLING, 2), (PERHAPS, 1), (UNTELLING, 0)].into_iter().flat_map(|(pairs, weight)| {
        pairs.split_whitespace().filter_map(move |pair| {
            let (word, arabic) = pair.split_once('=')?;
            Some((word, Small::Arabic(arabic, weight)))
        })
    });
    other.chain(arabic).collect()
});

fn small(word: &str) -> Option<Small> {
    let mut lower = [0; 7];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    SMALL.get(std::str::from_utf8(lower).ok()?).copied()
}

/// What a digit at the front of an English word counts, and English words with a digit within.
const COUNTED: &str = "
    d g k m x am pm nd rd th st km kg cm mm gb mb tb mp bhk day days star stars bed beds min mins hr
    hrs hour hours time times week weeks month months year years yrs up pac nite morrow in to floor
    phase people person kids";
const CODED: &str = "b2b b2c c2c p2p f2f e2e h2o co2 o2o gr8t l8r m8s ne1 k2k mp3s";

/// The words of a text that are Arabizi, each with its place among them.
///
/// A word with a digit in place of a letter is; any other, only in a text that speaks so: with small words of Arabic, more of
/// them than of any other language.
pub(crate) fn arabizi<'a>(words: &[&'a str]) -> Vec<(usize, Chat<'a>)> {
    let (mut arabic, mut told, mut other, mut latin) = (0, 0, 0, 0);
    let mut with_digits = false;
    for word in words.iter().filter(|word| is_latin(word)) {
        latin += 1;
        let digits = digit_letters(word);
        with_digits |= digits == Digits::Within;
        let weight = match small(word) {
            Some(Small::Arabic(_, weight)) => weight,
            Some(Small::Other) => {
                other += 1;
                0
            }
            None => u8::from(digits != Digits::None),
        };
        arabic += usize::from(weight > 0);
        told += usize::from(weight);
    }
    let speaks_so = told >= 2 && told > other && 4 * arabic >= latin;
    if !with_digits && !speaks_so {
        return Vec::new();
    }
    let chosen = words.iter().enumerate().filter(|(_, word)| {
        is_latin(word) && (speaks_so || digit_letters(word) == Digits::Within) && word.len() <= LONGEST
    });
    chosen.take(MOST_WORDS).map(|(at, word)| (at, Chat(word))).collect()
}

/// So many words of one comment are written back; more would cost time and tell nothing new.
const MOST_WORDS: usize = 200;

/// A longer word is none that could be written back.
const LONGEST: usize = 24;

fn is_latin(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Where digits stand in a word for Arabic letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    /// `kalb`, and also `3rd`, `ps5` and `b2b`.
    None,
    /// `sa7`, `jame3`; `area7` looks the same.
    AtTheEnd,
    /// `7mar`, `ma7ad`, `a5i`.
    Within,
}

fn digit_letters(word: &str) -> Digits {
    let bytes = word.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let for_a_letter = |at: usize| b"2356789".contains(&bytes[at]) && !is_digit(at + 1);
    let mut digits = (0..bytes.len()).filter(|at| is_digit(*at));
    let Some(first) = digits.next() else { return Digits::None };
    let counts = first == 0 && COUNTED.split_whitespace().any(|unit| unit.eq_ignore_ascii_case(&word[1..]));
    let coded = CODED.split_whitespace().any(|code| code.eq_ignore_ascii_case(word));
    if bytes.len() < 3 || counts || coded || !for_a_letter(first) || !digits.all(for_a_letter) {
        Digits::None
    } else if first + 1 < bytes.len() {
        Digits::Within
    } else if matches!(bytes[first], b'7' | b'3') {
        Digits::AtTheEnd
    } else {
        Digits::None
    }
}

/// A word of Arabizi.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chat<'a>(&'a str);

/// A part of it, as it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    /// Any of these Arabic letters, the likeliest first.
    Letter(&'static [char]),
    /// A vowel; a long one is written in Arabic too.
    Vowel { open: bool, long: bool },
}

impl<'a> Chat<'a> {
    pub(crate) fn new(word: &'a str) -> Self {
        Chat(word)
    }

    /// The letters as written.
    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// The Arabic of a small word.
    pub(crate) fn small(self) -> Option<&'static str> {
        match small(self.0) {
            Some(Small::Arabic(arabic, _)) => Some(arabic),
            Some(Small::Other) | None => None,
        }
    }

    fn sounds(self) -> Vec<Sound> {
        let lower = self.0.to_ascii_lowercase();
        let mut rest = lower.as_bytes();
        let mut sounds: Vec<Sound> = Vec::with_capacity(rest.len());
        while let [first, tail @ ..] = rest {
            let next = tail.first().copied();
            let (sound, len) = match (first, next) {
                (b'a' | b'e', Some(b'a')) => (Sound::Vowel { open: true, long: true }, 2),
                (b'e' | b'a' | b'i', Some(b'e' | b'i'))
                | (b'o' | b'a', Some(b'u'))
                | (b'o', Some(b'o'))
                | (b'u', Some(b'u')) => (Sound::Vowel { open: false, long: true }, 2),
                (b'a', _) => (Sound::Vowel { open: true, long: false }, 1),
                (b'e' | b'i' | b'o' | b'u', _) => (Sound::Vowel { open: false, long: false }, 1),
                _ => match digraph(*first, next) {
                    Some(letters) => (Sound::Letter(letters), 2),
                    None => (Sound::Letter(letter(*first)), 1),
                },
            };
            // A doubled consonant is one letter in Arabic.
            if matches!(sound, Sound::Vowel { .. }) || sounds.last() != Some(&sound) {
                sounds.push(sound);
            }
            rest = &rest[len..];
        }
        sounds
    }

    /// What the word has in common with every Arabic word that it may be: its firm consonants, in groups that sound alike. A
    /// second one where it has a digit that some write for `ق`.
    pub(crate) fn skeletons(self) -> impl Iterator<Item = String> {
        let second = self.0.contains(['2', '9']).then(|| self.skeleton(true));
        std::iter::once(self.skeleton(false)).chain(second)
    }

    fn skeleton(self, as_qaf: bool) -> String {
        let firm = |sound: &Sound| match sound {
            Sound::Letter(letters) if as_qaf && letters.ends_with(&['ق']) => firm('ق'),
            Sound::Letter(letters) => firm(letters[0]),
            Sound::Vowel { .. } => None,
        };
        let mut sounds = self.sounds();
        if let [.., Sound::Vowel { .. }, Sound::Letter(['ه', ..])] = sounds[..] {
            sounds.pop();
        }
        squeezed(sounds.iter().filter_map(firm))
    }

    /// How far the word is from an Arabic one, folded, that has the same skeleton: 0 where each letter is the likeliest;
    /// `None` where it cannot be that word.
    pub(crate) fn fits(self, arabic: &str) -> Option<u32> {
        let sounds = self.sounds();
        let letters: Vec<char> = arabic.chars().collect();
        // The cost of reading the first sounds as the first letters, row by row.
        let mut costs: Vec<Option<u32>> = vec![None; letters.len() + 1];
        costs[0] = Some(0);
        for (at, sound) in sounds.iter().enumerate() {
            let (first, last) = (at == 0, at + 1 == sounds.len());
            let mut next: Vec<Option<u32>> = vec![None; letters.len() + 1];
            for (read, cost) in costs.iter().enumerate() {
                let Some(cost) = cost else { continue };
                let mut reach = |to: usize, more: u32| {
                    let total = cost + more;
                    next[to] = Some(next[to].map_or(total, |known| known.min(total)));
                };
                if let Some(more) = sound.unwritten(last) {
                    reach(read, more);
                }
                let ends = |to: usize| to == letters.len();
                if let Some(more) =
                    letters.get(read).and_then(|c| sound.reads(*c, first, last && ends(read + 1)))
                {
                    reach(read + 1, more);
                }
            }
            costs = next;
        }
        costs[letters.len()]
    }

    /// The word letter by letter, each as its likeliest, folded.
    pub(crate) fn spelled(self) -> String {
        let sounds = self.sounds();
        let mut spelled = String::with_capacity(2 * sounds.len());
        for (at, sound) in sounds.iter().enumerate() {
            let edge = at == 0 || at + 1 == sounds.len();
            match sound {
                Sound::Letter(letters) => spelled.push(letters[0]),
                Sound::Vowel { open: true, long } if edge || *long => spelled.push('ا'),
                Sound::Vowel { open: false, long } if edge || *long => {
                    let round = self.0.contains(['o', 'u', 'O', 'U']);
                    spelled.push(if at == 0 {
                        'ا'
                    } else if round {
                        'و'
                    } else {
                        'ي'
                    });
                }
                Sound::Vowel { .. } => {}
            }
        }
        spelled
    }
}

impl Sound {
    /// What it costs to leave the sound unwritten in Arabic.
    fn unwritten(self, last: bool) -> Option<u32> {
        match self {
            // A vowel at the end is nearly always written.
            Sound::Vowel { long: false, .. } => Some(u32::from(last)),
            Sound::Vowel { long: true, .. } => Some(2),
            Sound::Letter(['ه', ..]) if last => Some(0),
            Sound::Letter(['ا', ..]) => Some(1),
            Sound::Letter(_) => None,
        }
    }

    /// What it costs to read the sound as this letter.
    fn reads(self, letter: char, first: bool, last: bool) -> Option<u32> {
        match (self, letter) {
            (Sound::Letter(letters), _) => {
                letters.iter().position(|known| *known == letter).map(|place| u32::from(place > 0))
            }
            (Sound::Vowel { .. }, 'ا') if first => Some(0),
            (Sound::Vowel { open, .. }, 'ا') => Some(if open { 0 } else { 1 }),
            (Sound::Vowel { open, .. }, 'و' | 'ي') => Some(if open { 1 } else { 0 }),
            (Sound::Vowel { long: false, .. }, 'ه') if last => Some(0),
            // Many write no `3`.
            (Sound::Vowel { .. }, 'ع') => Some(1),
            _ => None,
        }
    }
}

fn digraph(first: u8, next: Option<u8>) -> Option<&'static [char]> {
    Some(match (first, next?) {
        (b's', b'h') => &['ش'],
        (b'c', b'h') => &['ش', 'ج', 'ك'],
        (b'k', b'h') => &['خ'],
        (b'g', b'h') => &['غ', 'ق'],
        (b't', b'h') => &['ث', 'ذ'],
        (b'd', b'h') => &['ذ', 'ض', 'ظ'],
        _ => return None,
    })
}

/// What a single letter or digit may stand for.
fn letter(written: u8) -> &'static [char] {
    match written {
        b'b' | b'p' => &['ب'],
        b't' => &['ت', 'ط'],
        b'6' => &['ط'],
        b'j' => &['ج'],
        b'g' => &['ج', 'ق', 'غ', 'ك'],
        b'7' => &['ح', 'خ'],
        b'h' => &['ه', 'ح'],
        b'5' => &['خ'],
        b'x' => &['خ'],
        b'd' => &['د', 'ض'],
        b'r' => &['ر'],
        b'z' => &['ز', 'ذ', 'ظ'],
        b's' => &['س', 'ص', 'ث'],
        b'9' => &['ص', 'ق'],
        b'3' => &['ع', 'غ'],
        b'f' | b'v' => &['ف'],
        b'q' | b'8' => &['ق', 'غ'],
        b'k' | b'c' => &['ك', 'ق'],
        b'l' => &['ل'],
        b'm' => &['م'],
        b'n' => &['ن'],
        b'w' => &['و'],
        b'y' => &['ي'],
        // A glottal stop, which folding leaves to the letter that carries it, or an Egyptian ق.
        _ => &['ا', 'ي', 'و', 'ق'],
    }
}

/// The group of a consonant that is always written; `None` for those that some leave out.
fn firm(letter: char) -> Option<char> {
    Some(match letter {
        'ا' | 'و' | 'ي' | 'ع' => return None,
        'ط' => 'ت',
        'ح' | 'خ' => 'ه',
        'ض' | 'ذ' | 'ظ' | 'ز' => 'د',
        'ص' | 'ث' => 'س',
        'ق' | 'غ' | 'ك' => 'ج',
        other => other,
    })
}

/// The skeleton of a folded Arabic word, to be compared with [`Chat::skeletons`].
pub(crate) fn skeleton(arabic: &str) -> String {
    let letters = arabic.strip_suffix('ه').unwrap_or(arabic).chars();
    squeezed(letters.filter_map(firm))
}

fn squeezed(letters: impl Iterator<Item = char>) -> String {
    letters.fold(String::new(), |mut word, letter| {
        if !word.ends_with(letter) {
            word.push(letter);
        }
        word
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Vec<&str> {
        let words: Vec<&str> = text.split(' ').collect();
        arabizi(&words).into_iter().map(|(_, word)| word.as_str()).collect()
    }

    #[test]
    fn every_small_word_can_be_looked_up() {
        for pair in [TELLING, PERHAPS, UNTELLING].iter().flat_map(|pairs| pairs.split_whitespace()) {
            let (word, arabic) = pair.split_once('=').unwrap();
            assert_eq!(Chat(word).small(), Some(arabic), "{pair}");
            assert_eq!(crate::domain::text::fold(arabic).view.text(), arabic, "{pair} is not folded");
        }
        assert!(OTHER_WORDS.split_whitespace().all(|word| matches!(small(word), Some(Small::Other))));
    }

    #[test]
    fn english_does_not_become_arabic() {
        for text in [
            "please open the 3rd branch before 7am, the b2b portal is slow and ps5 is out",
            "Wallah the service is bad and you know it",
            "habibi this is the best app yalla download it",
            "I have 2 kids and 3 bedrooms at area7 phase5",
            "gr8 work m8 see you 2morrow 4ever",
            "mujhe koi jawab nahi mila aur ye system bekar hai",
            "La Mer and Al Barsha are nice for a walk",
            "the min wage",
        ] {
            assert!(chosen(text).is_empty(), "{text}: {:?}", chosen(text));
        }
    }

    #[test]
    fn arabizi_is_known_by_its_digits_and_small_words() {
        assert_eq!(chosen("the manager is 7mar"), ["7mar"]);
        assert_eq!(chosen("enta kalb"), ["enta", "kalb"]);
        assert_eq!(chosen("el app zeft w ma7ad yerod").len(), 6);
        assert_eq!(chosen("ya ibn el sharmouta").len(), 4);
    }

    #[test]
    fn a_word_fits_what_it_sounds_like_and_nothing_else() {
        for (latin, arabic) in [
            ("7mar", "حمار"),
            ("kalb", "كلب"),
            ("sharmouta", "شرموطه"),
            ("sharmoota", "شرموطه"),
            ("khara", "خرا"),
            ("5ara", "خرا"),
            ("3ars", "عرص"),
            ("a2tlak", "اقتلك"),
            ("ga7ba", "قحبه"),
            ("zbala", "زباله"),
            ("7ayawan", "حيوان"),
            ("mata", "متي"),
            ("mokhadarat", "مخدرات"),
            ("hashish", "حشيش"),
            ("7aramy", "حرامي"),
        ] {
            assert!(Chat(latin).skeletons().any(|bones| bones == skeleton(arabic)), "{latin}");
            assert!(
                Chat(latin).fits(arabic).is_some_and(|cost| cost <= 2),
                "{latin}: {:?}",
                Chat(latin).fits(arabic)
            );
        }
        for (latin, arabic) in [("kalam", "كلب"), ("kalb", "كلاب"), ("7mar", "احمر"), ("bab", "ذباب")]
        {
            assert!(Chat(latin).fits(arabic).is_none_or(|cost| cost > 2), "{latin}: {arabic}");
        }
    }

    #[test]
    fn an_unknown_word_is_spelled_letter_by_letter() {
        assert_eq!(Chat("shokran").spelled(), "شكرن");
        assert_eq!(Chat("3ayez").spelled(), "عيز");
        assert_eq!(Chat("mawaaqif").spelled(), "مواقف");
    }
}
