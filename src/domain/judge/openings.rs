//! Whether a phrase may begin with what stands at a place. It is asked of every word, so that the automaton is walked only
//! where it may lead on.

/// The first bytes of every phrase, as a set of hashes: what is not in it begins no phrase.
#[derive(Debug)]
pub(super) struct Openings(Vec<u64>);

/// As many first bytes of a phrase are kept as the first of these that it has. The first letters of an Arabic word have two
/// bytes each, and two of them are often an article.
const LENGTHS: [u32; 6] = [16, 12, 8, 6, 4, 2];

/// The set has two to the power of this many bits: 32 KiB, with one in fifty set.
const BITS: u32 = 18;

impl Openings {
    pub(super) fn of<'a>(phrases: impl Iterator<Item = &'a str>) -> Self {
        let mut openings = Openings(vec![0; 1 << (BITS - 6)]);
        for phrase in phrases {
            let head = head(phrase.as_bytes());
            match LENGTHS.into_iter().find(|len| *len as usize <= phrase.len()) {
                Some(len) => openings.insert(first(len, head)),
                // A phrase of one byte goes on with any.
                None => (0..=0xFF).for_each(|next| openings.insert(head | next << 8)),
            }
        }
        openings
    }

    /// Whether a phrase may begin with the first of these bytes.
    #[inline]
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let head = head(text);
        LENGTHS.into_iter().any(|len| self.has(first(len, head)))
    }

    fn insert(&mut self, opening: u128) {
        let (word, bit) = place(opening);
        self.0[word] |= 1 << bit;
    }

    #[inline]
    fn has(&self, opening: u128) -> bool {
        let (word, bit) = place(opening);
        self.0[word] >> bit & 1 == 1
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

/// The first `len` of sixteen bytes.
#[inline]
fn first(len: u32, head: u128) -> u128 {
    head & (u128::MAX >> (128 - 8 * len))
}

/// Multiplied by an odd number the high bits depend on every byte.
#[inline]
fn place(opening: u128) -> (usize, u32) {
    let halves =
        opening as u64 ^ ((opening >> 64) as u64).rotate_left(29).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let hash = halves.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS);
    ((hash >> 6) as usize, (hash & 63) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_goes_on_from_a_phrase_may_begin_one() {
        let phrases = ["x", "no", "ill", "kill", "kills", "I will", "كل", "كلب", "الكلب", "يا كلب"];
        let openings = Openings::of(phrases.into_iter());
        for phrase in phrases {
            for rest in ["", " ", "s", "هم", " and more of it"] {
                assert!(openings.may_begin(format!("{phrase}{rest}").as_bytes()), "{phrase}{rest}");
            }
        }
        for other in ["", "k", "yes", "kind words", "كتاب"] {
            assert!(!openings.may_begin(other.as_bytes()), "{other}");
        }
    }
}
