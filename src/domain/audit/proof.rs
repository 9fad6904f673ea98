//! Proofs about the tree of [`super::tree`]: that it holds an entry, and that it grew from an earlier tree.
//!
//! Proofs are made by whoever can tell the root of the entries in a range: out of all leaf hashes, or out of tiles
//! ([`super::tile_proof`]). Checking one needs the proof alone and follows RFC 9162, 2.1.3.2 and 2.1.4.2, line by line.

use std::ops::Range;

use super::tree::Hash;

/// The proof that the tree of `size` entries holds the one at `index`; `None` where it has no such entry.
///
/// # Errors
/// `root` failed, which gives the root over the entries in a range.
pub fn inclusion<E>(
    size: u64,
    index: u64,
    mut root: impl FnMut(Range<u64>) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let (mut tree, mut proof) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let (left, right) = halves(&tree);
        let (path, sibling) = if left.contains(&index) { (left, right) } else { (right, left) };
        proof.push(root(sibling)?);
        tree = path;
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The proof that the tree of `size` entries begins with its first `earlier` ones; `None` where it has fewer.
///
/// # Errors
/// As [`inclusion`].
pub fn consistency<E>(
    size: u64,
    earlier: u64,
    mut root: impl FnMut(Range<u64>) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if earlier > size {
        return Ok(None);
    }
    let (mut tree, mut proof) = (0..size, Vec::new());
    // The verifier holds the earlier root already; it is left out as long as it is a subtree of the new one.
    let mut known = true;
    while earlier != tree.start && earlier != tree.end {
        let (left, right) = halves(&tree);
        if earlier <= left.end {
            proof.push(root(right)?);
            tree = left;
        } else {
            proof.push(root(left)?);
            tree = right;
            known = false;
        }
    }
    if !known {
        proof.push(root(tree)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Whether `proof` shows that the tree of `size` entries with `root` has `leaf` at `index`.
pub fn includes(root: Hash, size: u64, index: u64, leaf: Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let mut path = Path { node: index, last: size - 1 };
    let mut hash = leaf;
    for &sibling in proof {
        match path.climb() {
            None => return false,
            Some(Side::Left) => hash = Hash::node(sibling, hash),
            Some(Side::Right) => hash = Hash::node(hash, sibling),
        }
    }
    path.last == 0 && hash == root
}

/// Whether `proof` shows that the tree of `size` entries with `root` begins with the tree of
/// `earlier_size` entries with `earlier_root`.
pub fn extends(root: Hash, size: u64, earlier_root: Hash, earlier_size: u64, proof: &[Hash]) -> bool {
    if earlier_size == 0 || earlier_size == size {
        let same = if earlier_size == size { root } else { Hash::of_nothing() };
        return proof.is_empty() && earlier_root == same;
    }
    if earlier_size > size {
        return false;
    }
    let known = earlier_size.is_power_of_two().then_some(earlier_root);
    let mut hashes = known.into_iter().chain(proof.iter().copied());
    let Some(first) = hashes.next() else { return false };

    let aligned = (earlier_size - 1).trailing_ones();
    let mut path = Path { node: (earlier_size - 1) >> aligned, last: (size - 1) >> aligned };
    let (mut earlier_hash, mut hash) = (first, first);
    for sibling in hashes {
        match path.climb() {
            None => return false,
            Some(Side::Left) => {
                earlier_hash = Hash::node(sibling, earlier_hash);
                hash = Hash::node(sibling, hash);
            }
            Some(Side::Right) => hash = Hash::node(hash, sibling),
        }
    }
    path.last == 0 && earlier_hash == earlier_root && hash == root
}

/// A node on the way up to the root, by its number in its level and that of the level's last node.
struct Path {
    node: u64,
    last: u64,
}

/// Where a sibling stands.
enum Side {
    Left,
    Right,
}

impl Path {
    /// Goes up to the next node that has a sibling, and says where that sibling stood; `None` above the root.
    fn climb(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // A last node without a right neighbour is carried up unhashed until it is one itself.
            let carried = self.node.trailing_zeros().min(63);
            self.node >>= carried;
            self.last >>= carried;
            Side::Left
        } else {
            Side::Right
        };
        self.node >>= 1;
        self.last >>= 1;
        Some(side)
    }
}

fn halves(tree: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = tree.start + (tree.end - tree.start).next_power_of_two() / 2;
    (tree.start..middle, middle..tree.end)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::super::tree::Frontier;
    use super::super::tree::tests::ct_leaves;
    use super::*;

    fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
        super::inclusion(leaves.len() as u64, index as u64, |range| of(leaves, range)).unwrap()
    }

    fn consistency(leaves: &[Hash], earlier: usize) -> Option<Vec<Hash>> {
        super::consistency(leaves.len() as u64, earlier as u64, |range| of(leaves, range)).unwrap()
    }

    fn of(leaves: &[Hash], range: Range<u64>) -> Result<Hash, Infallible> {
        Ok(root(&leaves[range.start as usize..range.end as usize]))
    }

    fn root(leaves: &[Hash]) -> Hash {
        Frontier::of(leaves).root()
    }

    fn hex_of(proof: Option<Vec<Hash>>) -> Vec<String> {
        proof.unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn proofs_are_those_of_certificate_transparency() {
        let leaves = ct_leaves();
        let first_of_eight = [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ];
        let sixth_of_eight = [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(hex_of(inclusion(&leaves, 0)), first_of_eight);
        assert_eq!(hex_of(inclusion(&leaves, 5)), sixth_of_eight);
        assert_eq!(
            hex_of(inclusion(&leaves[..3], 2)),
            ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]
        );

        let six_to_eight = [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(hex_of(consistency(&leaves, 1)), first_of_eight);
        assert_eq!(hex_of(consistency(&leaves, 6)), six_to_eight);
        assert_eq!(
            hex_of(consistency(&leaves[..5], 2)),
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    fn leaves(size: usize) -> Vec<Hash> {
        (0..size).map(|i| Hash::leaf(&i.to_be_bytes())).collect()
    }

    proptest! {
        #[test]
        fn every_leaf_is_included_and_no_other_is(size in 1_usize..200, at in 0_usize..200, other in 0_usize..200) {
            let (leaves, at, other) = (leaves(size), at % size, other % size);
            let proof = inclusion(&leaves, at).unwrap();
            let root = root(&leaves);
            let (size, index) = (size as u64, at as u64);
            prop_assert!(includes(root, size, index, leaves[at], &proof));
            prop_assert_eq!(includes(root, size, index, leaves[other], &proof), at == other);
            prop_assert_eq!(includes(root, size, other as u64, leaves[at], &proof), at == other);
            prop_assert!(!includes(root, size, size, leaves[at], &proof));
        }

        #[test]
        fn a_tree_extends_its_beginnings_and_no_fork(size in 1_usize..200, cut in 0_usize..200, changed in 0_usize..200) {
            let (now, cut) = (leaves(size), cut % (size + 1));
            let proof = consistency(&now, cut).unwrap();
            let (size, earlier_size) = (size as u64, cut as u64);
            prop_assert!(extends(root(&now), size, root(&now[..cut]), earlier_size, &proof));
            if cut > 0 {
                let mut fork = now[..cut].to_vec();
                fork[changed % cut] = Hash::leaf(b"rewritten");
                prop_assert!(!extends(root(&now), size, root(&fork), earlier_size, &proof));
            }
        }

        #[test]
        fn a_damaged_proof_proves_nothing(size in 2_usize..200, at in 0_usize..200, part in 0_usize..8, bit in 0_u8..8) {
            let (leaves, at) = (leaves(size), at % size);
            let (size, index) = (size as u64, at as u64);
            let sound = inclusion(&leaves, at).unwrap();
            let mut flipped = sound.clone();
            let part = part % flipped.len();
            flipped[part].0[usize::from(bit)] ^= 1 << bit;
            prop_assert!(!includes(root(&leaves), size, index, leaves[at], &flipped));
            prop_assert!(!includes(root(&leaves), size, index, leaves[at], &sound[1..]));
            let longer = [sound.as_slice(), &[leaves[0]]].concat();
            prop_assert!(!includes(root(&leaves), size, index, leaves[at], &longer));
        }
    }
}
