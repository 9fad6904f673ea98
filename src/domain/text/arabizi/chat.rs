//! A word of Arabizi as it sounds: what each of its letters may stand for.
//!
//! Short vowels are written in Latin and left out in Arabic, and one Latin letter serves several Arabic ones; so a word is
//! compared with those of a list ([`Chat::fits`]), and what no list knows is written back letter by letter
//! ([`Chat::spelled`]).

/// A word of Arabizi.
#[derive(Debug)]
pub(crate) struct Chat<'a> {
    written: &'a str,
    sounds: Vec<Sound>,
}

/// A part of it, as it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    /// Any of these Arabic letters, the likeliest first.
    Letter(&'static [char]),
    /// A vowel; a long one is written in Arabic too.
    Vowel { open: bool, long: bool },
}

impl<'a> Chat<'a> {
    /// Listens to a word of ASCII letters and digits.
    pub(crate) fn new(written: &'a str) -> Self {
        Chat { written, sounds: sounds(written) }
    }

    /// What the word has in common with every Arabic word that it may be: its firm consonants, in groups that sound alike. A
    /// second one where it has a digit that some write for `ق`.
    pub(crate) fn skeletons(&self) -> impl Iterator<Item = String> {
        let second = self.written.contains(['2', '9']).then(|| self.skeleton(true));
        std::iter::once(self.skeleton(false)).chain(second)
    }

    fn skeleton(&self, as_qaf: bool) -> String {
        let firm = |sound: &Sound| match sound {
            Sound::Letter(letters) if as_qaf && letters.ends_with(&['ق']) => firm('ق'),
            Sound::Letter(letters) => firm(letters[0]),
            Sound::Vowel { .. } => None,
        };
        let sounds = match &self.sounds[..] {
            [sounds @ .., Sound::Vowel { .. }, Sound::Letter(['ه', ..])] => sounds,
            sounds => sounds,
        };
        squeezed(sounds.iter().filter_map(firm))
    }

    /// How far the word is from an Arabic one, folded, that has the same skeleton: 0 where each letter is the likeliest;
    /// `None` where it cannot be that word.
    pub(crate) fn fits(&self, arabic: &str) -> Option<u32> {
        let letters: Vec<char> = arabic.chars().collect();
        // The cost of reading the first sounds as the first letters, row by row.
        let mut costs: Vec<Option<u32>> = vec![None; letters.len() + 1];
        let mut next = costs.clone();
        costs[0] = Some(0);
        for (at, sound) in self.sounds.iter().enumerate() {
            let (first, last) = (at == 0, at + 1 == self.sounds.len());
            next.fill(None);
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
            std::mem::swap(&mut costs, &mut next);
        }
        costs[letters.len()]
    }

    /// The word letter by letter, each as its likeliest, folded.
    pub(crate) fn spelled(&self) -> String {
        let mut spelled = String::with_capacity(2 * self.sounds.len());
        for (at, sound) in self.sounds.iter().enumerate() {
            let edge = at == 0 || at + 1 == self.sounds.len();
            match sound {
                Sound::Letter(letters) => spelled.push(letters[0]),
                Sound::Vowel { open: true, long } if edge || *long => spelled.push('ا'),
                Sound::Vowel { open: false, long } if edge || *long => {
                    let round = self.written.contains(['o', 'u', 'O', 'U']);
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

fn sounds(written: &str) -> Vec<Sound> {
    let lower = written.to_ascii_lowercase();
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
            assert!(Chat::new(latin).skeletons().any(|bones| bones == skeleton(arabic)), "{latin}");
            assert!(
                Chat::new(latin).fits(arabic).is_some_and(|cost| cost <= 2),
                "{latin}: {:?}",
                Chat::new(latin).fits(arabic)
            );
        }
        for (latin, arabic) in [("kalam", "كلب"), ("kalb", "كلاب"), ("7mar", "احمر"), ("bab", "ذباب")]
        {
            assert!(Chat::new(latin).fits(arabic).is_none_or(|cost| cost > 2), "{latin}: {arabic}");
        }
    }

    #[test]
    fn an_unknown_word_is_spelled_letter_by_letter() {
        assert_eq!(Chat::new("shokran").spelled(), "شكرن");
        assert_eq!(Chat::new("3ayez").spelled(), "عيز");
        assert_eq!(Chat::new("mawaaqif").spelled(), "مواقف");
    }
}
