//! Which phrases begin at a place of a text. It is asked of every word, and nearly always the answer is none.

/// Every phrase by its first bytes.
#[derive(Debug)]
pub(super) struct Openings {
    /// The hashes of all openings, as a set: what is not in it begins no phrase.
    known: Vec<u64>,
    /// The phrases by the slots of their openings, and in each the shorter first.
    listed: Vec<Listed>,
    /// Where in `listed` each slot begins; where the last ends stands behind it.
    slots: Vec<u32>,
}

/// A phrase.
#[derive(Debug)]
struct Listed {
    phrase: Box<[u8]>,
    number: usize,
    /// How many bytes its opening has.
    opening: usize,
}

/// The opening of a phrase is as many of its first bytes as the last of these that it has. The first letters of an Arabic word
/// have two bytes each, and two of them are often an article. With each stand its bits among those of sixteen bytes.
const LENGTHS: [(usize, u128); 6] =
    [(2, bits(2)), (4, bits(4)), (6, bits(6)), (8, bits(8)), (12, bits(12)), (16, bits(16))];

const fn bits(bytes: u32) -> u128 {
    u128::MAX >> (128 - 8 * bytes)
}

/// The set has two to the power of this many bits: 64 KiB, with one in fifty set.
const BITS: u32 = 19;

/// There are two to the power of this many slots, as many as there are phrases or more.
const SLOT_BITS: u32 = 15;

impl Openings {
    /// Of phrases in their order, which gives each its number.
    pub(super) fn of(phrases: &[&str]) -> Self {
        let mut known = vec![0; 1 << (BITS - 6)];
        let mut placed: Vec<(u32, usize, usize, usize)> = Vec::with_capacity(phrases.len());
        for (number, phrase) in phrases.iter().enumerate() {
            let head = head(phrase.as_bytes());
            let mut place = |opening: u128, len: usize| {
                let hash = hash(opening);
                known[(hash >> 6) as usize] |= 1 << (hash & 63);
                placed.push((slot(hash), phrase.len(), number, len));
            };
            match LENGTHS.iter().rfind(|(len, _)| *len <= phrase.len()) {
                Some((len, bits)) => place(head & bits, *len),
                // A phrase of one byte goes on with any.
                None => (0..=0xFF).for_each(|next| place(head | next << 8, LENGTHS[0].0)),
            }
        }
        placed.sort_unstable();
        placed.dedup();
        let slots =
            (0..=1 << SLOT_BITS).map(|slot| placed.partition_point(|(known, ..)| *known < slot) as u32);
        Openings {
            known,
            slots: slots.collect(),
            listed: placed
                .into_iter()
                .map(|(_, _, number, opening)| Listed {
                    phrase: phrases[number].as_bytes().into(),
                    number,
                    opening,
                })
                .collect(),
        }
    }

    /// Whether a phrase may begin with the first of these bytes.
    #[inline]
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let head = head(text);
        LENGTHS.iter().any(|(_, bits)| self.is_known(hash(head & bits)))
    }

    /// Hands the number and the length of each phrase that these bytes begin with to `found`, the shorter first.
    #[inline]
    pub(super) fn begun(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let head = head(text);
        for &(len, bits) in &LENGTHS {
            let hash = hash(head & bits);
            if self.is_known(hash) {
                let slot = slot(hash) as usize;
                let listed = &self.listed[self.slots[slot] as usize..self.slots[slot + 1] as usize];
                let begun = listed.iter().filter(|one| one.opening == len && text.starts_with(&one.phrase));
                begun.for_each(|one| found(one.number, one.phrase.len()));
            }
        }
    }

    #[inline]
    fn is_known(&self, hash: u32) -> bool {
        self.known[(hash >> 6) as usize] >> (hash & 63) & 1 == 1
    }
}

/// The first sixteen bytes, and zeros where there are fewer.
#[inline]
fn head(text: &[u8]) -> u128 {
    match text.first_chunk() {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |head, byte| head << 8 | u128::from(*byte)),
    }
}

/// As many bits as the set takes. Multiplied by an odd number the high bits depend on every byte.
#[inline]
fn hash(opening: u128) -> u32 {
    let halves =
        opening as u64 ^ ((opening >> 64) as u64).rotate_left(29).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (halves.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS)) as u32
}

#[inline]
fn slot(hash: u32) -> u32 {
    hash >> (BITS - SLOT_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_goes_on_from_a_phrase_may_begin_one() {
        let phrases = ["x", "no", "ill", "kill", "kills", "I will", "كل", "كلب", "الكلب", "يا كلب"];
        let openings = Openings::of(&phrases);
        for phrase in phrases {
            for rest in ["", " ", "s", "هم", " and more of it"] {
                assert!(openings.may_begin(format!("{phrase}{rest}").as_bytes()), "{phrase}{rest}");
            }
        }
        for other in ["", "k", "yes", "kind words", "كتاب"] {
            assert!(!openings.may_begin(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_phrases_that_a_text_begins_with_are_found_and_the_shorter_first() {
        let phrases = ["k", "kill", "kill them all", "kill them all today", "kills", "كلب", "ill"];
        let openings = Openings::of(&phrases);
        let begun = |text: &str| {
            let mut begun = Vec::new();
            openings.begun(text.as_bytes(), |number, len| {
                assert_eq!(phrases[number].len(), len);
                begun.push(phrases[number]);
            });
            begun
        };
        assert_eq!(begun("kill them all today, now"), ["k", "kill", "kill them all", "kill them all today"]);
        assert_eq!(begun("kills"), ["k", "kill", "kills"]);
        assert_eq!(begun("كلبهم"), ["كلب"]);
        assert_eq!(begun("k"), ["k"]);
        assert!(begun("").is_empty() && begun("skill").is_empty() && begun("كل").is_empty());
    }
}
