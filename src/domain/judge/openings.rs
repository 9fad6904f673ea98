//! Whether a phrase may begin with what stands at a place. It is asked of every word, so that the automaton is walked only
//! where it may lead on; of ten words of everyday comments it spares seven.

/// The first bytes of every phrase, as a set of hashes: what is not in it begins no phrase.
#[derive(Debug)]
pub(super) struct Openings(Vec<u64>);

/// As many first bytes of a phrase are kept as the first of these that it has. The first letters of an Arabic word have two
/// bytes each, and two of them are often an article.
const LENGTHS: [u32; 4] = [8, 6, 4, 2];

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
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let head = head(text);
        LENGTHS.into_iter().any(|len| self.has(first(len, head)))
    }

    fn insert(&mut self, opening: u64) {
        let (word, bit) = place(opening);
        self.0[word] |= 1 << bit;
    }

    fn has(&self, opening: u64) -> bool {
        let (word, bit) = place(opening);
        self.0[word] >> bit & 1 == 1
    }
}

/// The first eight bytes, and zeros where there are fewer.
fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

/// The first `len` of eight bytes.
fn first(len: u32, head: u64) -> u64 {
    head & (u64::MAX >> (64 - 8 * len))
}

/// Multiplied by an odd number the high bits depend on every byte.
fn place(opening: u64) -> (usize, u32) {
    let hash = opening.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS);
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
