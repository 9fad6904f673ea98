//! The Merkle tree of RFC 6962 over the entries: leaf and node hashes, and its growing edge.
//!
//! A [`Frontier`] is all that appending needs to remember, some seventeen hashes for a hundred
//! thousand entries. Proofs about a tree are in [`super::proof`].

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// A SHA-256 hash in the tree. Shown in hexadecimal; [`Hash::to_base64`] is for checkpoints.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of a tree without entries: the hash of nothing (RFC 6962, 2.1).
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of an entry: a zero byte goes before it, so that no node can pass for an entry.
    pub fn leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of two neighbours: a one byte goes before them.
    pub fn node(left: Self, right: Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// The form in a checkpoint: standard base64 with padding.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads the one spelling that [`Hash::to_base64`] writes.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The right edge of a tree: the roots of its perfect subtrees, largest first, one for each bit set in its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the tree over `leaves`.
    pub fn of(leaves: &[Hash]) -> Self {
        let mut frontier = Self::default();
        leaves.iter().for_each(|&leaf| frontier.push(leaf));
        frontier
    }

    /// The frontier of the tree of which these are the hashes of the tiles that are not full, from the highest level down to
    /// the leaves: each hash of a level stands for 256 of the level below.
    pub(super) fn of_rows<'a>(rows: impl Iterator<Item = &'a [Hash]>) -> Self {
        rows.map(Self::of).fold(Self::default(), |above, row| Self {
            size: above.size * 256 + row.size,
            subtrees: [above.subtrees, row.subtrees].concat(),
        })
    }

    /// How many entries the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next leaf, merging every pair of equal subtrees that it completes.
    pub fn push(&mut self, leaf: Hash) {
        let mut merged = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.subtrees.pop().expect("a subtree stands for every bit set in the size");
            merged = Hash::node(left, merged);
        }
        self.subtrees.push(merged);
        self.size += 1;
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        let from_the_right = self.subtrees.iter().rev().copied();
        from_the_right.reduce(|right, left| Hash::node(left, right)).unwrap_or_else(Hash::of_nothing)
    }

    /// The form in which it is stored: the size, big-endian, then the subtrees' roots, largest first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.subtrees.iter().for_each(|subtree| bytes.extend_from_slice(&subtree.0));
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote; `None` where the hashes do not fit the size.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (size, hashes) = bytes.split_first_chunk::<8>()?;
        let size = u64::from_be_bytes(*size);
        let (hashes, rest) = hashes.as_chunks::<32>();
        let fits = rest.is_empty() && hashes.len() == size.count_ones() as usize;
        fits.then(|| Self { size, subtrees: hashes.iter().copied().map(Hash).collect() })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots with which Certificate Transparency's own implementations are tested.
    pub(in super::super) const CT_LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const CT_ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    pub(in super::super) fn ct_leaves() -> Vec<Hash> {
        CT_LEAVES.iter().map(|entry| Hash::leaf(&hex::decode(entry).unwrap())).collect()
    }

    /// RFC 6962, 2.1, word for word: split at the largest power of two below the size.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of_nothing(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                Hash::node(root_by_definition(left), root_by_definition(right))
            }
        }
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves = ct_leaves();
        for (size, root) in CT_ROOTS.iter().enumerate() {
            assert_eq!(Frontier::of(&leaves[..size]).root().to_string(), *root, "at size {size}");
        }
    }

    #[test]
    fn a_stored_frontier_that_lost_a_hash_or_a_byte_is_refused() {
        let bytes = Frontier::of(&ct_leaves()[..7]).to_bytes();
        assert_eq!(bytes.len(), 8 + 3 * 32);
        for cut in 0..bytes.len() {
            assert_eq!(Frontier::from_bytes(&bytes[..cut]), None, "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn a_frontier_stored_and_read_back_at_any_size_goes_on_to_the_defined_root(
            before in 0_u16..300, after in 0_u16..300,
        ) {
            let leaf = |i: u16| Hash::leaf(&i.to_be_bytes());
            let leaves: Vec<Hash> = (0..before + after).map(leaf).collect();
            let stored = Frontier::of(&leaves[..before.into()]).to_bytes();
            let mut frontier = Frontier::from_bytes(&stored).unwrap();
            (before..before + after).for_each(|i| frontier.push(leaf(i)));
            prop_assert_eq!(frontier.size(), u64::from(before + after));
            prop_assert_eq!(frontier.root(), root_by_definition(&leaves));
        }
    }
}
