//! The small words by which Arabizi is told from other languages in Latin letters, with their Arabic.

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
pub(super) enum Small {
    /// Its Arabic, and how much it tells.
    Arabic(&'static str, u8),
    Other,
}

/// Sorted by [`key`].
static SMALL: LazyLock<Vec<(u64, Small)>> = LazyLock::new(|| {
    let other = OTHER_WORDS.split_whitespace().map(|word| (word, Small::Other));
    let arabic = [(TELLING, 2), (PERHAPS, 1), (UNTELLING, 0)].into_iter().flat_map(|(pairs, weight)| {
        let pairs = pairs.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.map(move |(word, arabic)| (word, Small::Arabic(arabic, weight)))
    });
    let mut words: Vec<(u64, Small)> =
        other.chain(arabic).filter_map(|(word, small)| Some((key(word)?, small))).collect();
    words.sort_unstable_by_key(|(key, _)| *key);
    words
});

/// What is known of a small word, in whatever case it is written.
pub(super) fn small(word: &str) -> Option<Small> {
    let key = key(word)?;
    SMALL.binary_search_by_key(&key, |(known, _)| *known).ok().map(|at| SMALL[at].1)
}

/// The Arabic of a small word of Arabizi.
pub(crate) fn small_arabic(word: &str) -> Option<&'static str> {
    match small(word)? {
        Small::Arabic(arabic, _) => Some(arabic),
        Small::Other => None,
    }
}

/// The bytes of a word of ASCII letters and digits in lower case, as one number; `None` for one too long to be small.
fn key(word: &str) -> Option<u64> {
    let lower = |key, byte: u8| key << 8 | u64::from(byte.to_ascii_lowercase());
    (word.len() <= LONGEST).then(|| word.bytes().fold(0, lower))
}

/// No small word is longer.
const LONGEST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_small_word_can_be_looked_up() {
        for pair in [TELLING, PERHAPS, UNTELLING].iter().flat_map(|pairs| pairs.split_whitespace()) {
            let (word, arabic) = pair.split_once('=').unwrap();
            assert_eq!(small_arabic(word), Some(arabic), "{pair}");
            assert_eq!(crate::domain::text::fold(arabic).view.text(), arabic, "{pair} is not folded");
        }
        assert!(OTHER_WORDS.split_whitespace().all(|word| matches!(small(word), Some(Small::Other))));
        assert!(small("nothing").is_none() && small("no longer one").is_none());
    }
}
