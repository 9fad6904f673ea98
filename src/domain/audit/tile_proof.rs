//! Proofs made out of tiles: each needs a few of them, however long the log.

use std::ops::Range;

use super::proof::{consistency, inclusion};
use super::tile::{Kind, TILE_WIDTH, Tile};
use super::tiles::{Files, TilesError};
use super::tree::{Frontier, Hash};
use super::verify::Flaw;

/// How many levels of the tree a level of tiles spans.
const LEVELS: u32 = TILE_WIDTH.ilog2();

/// The proof that the log of `size` entries holds the one at `index`; `None` where it has no such entry.
///
/// `read` gives the bytes of the file with a path relative to the directory; `None` where there is no such file.
///
/// # Errors
/// A tile is missing or too short, or `read` failed.
pub fn prove_entry<E>(
    size: u64,
    index: u64,
    read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<Hash>>, TilesError<E>> {
    let mut files = Files::new(read);
    inclusion(size, index, |range| root(&mut files, size, range))
}

/// The proof that the log of `size` entries begins with its first `earlier` ones; `None` where it has fewer.
///
/// # Errors
/// As [`prove_entry`].
pub fn prove_growth<E>(
    size: u64,
    earlier: u64,
    read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<Hash>>, TilesError<E>> {
    let mut files = Files::new(read);
    consistency(size, earlier, |range| root(&mut files, size, range))
}

/// The root over a range of a log of `size` entries that is a node of its tree: whole subtrees side by side, each smaller
/// than the one before.
fn root<E, R>(files: &mut Files<R>, size: u64, range: Range<u64>) -> Result<Hash, TilesError<E>>
where
    R: FnMut(&str) -> Result<Option<Vec<u8>>, E>,
{
    let (mut start, mut subtrees) = (range.start, Vec::new());
    while start < range.end {
        let height = (range.end - start).ilog2();
        subtrees.push(subtree(files, size, start, height)?);
        start += 1 << height;
    }
    let from_the_right = subtrees.into_iter().rev();
    Ok(from_the_right.reduce(|right, left| Hash::node(left, right)).unwrap_or_else(Hash::of_nothing))
}

/// The root of the whole subtree over 2^`height` entries from `start` on.
fn subtree<E, R>(files: &mut Files<R>, size: u64, start: u64, height: u32) -> Result<Hash, TilesError<E>>
where
    R: FnMut(&str) -> Result<Option<Vec<u8>>, E>,
{
    const WIDTH: u64 = TILE_WIDTH as u64;
    let level = height / LEVELS;
    let (first, in_all) = (start >> (LEVELS * level), size >> (LEVELS * level));
    let (index, place) = (first / WIDTH, (first % WIDTH) as usize);
    let width = (in_all - index * WIDTH).min(WIDTH) as usize;
    let tile = Tile { kind: Kind::Hashes { level }, index, width };
    let bytes = files.bytes(&tile)?;
    let count = 1 << (height % LEVELS);
    let hashes = bytes.as_chunks::<32>().0.get(place..place + count).ok_or_else(|| {
        Flaw::at(tile.first_entry(0), format!("{} has fewer hashes than it should", tile.path()))
    })?;
    let hashes: Vec<Hash> = hashes.iter().copied().map(Hash).collect();
    Ok(Frontier::of(&hashes).root())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::super::proof::{extends, includes};
    use super::super::tiling::Tiling;
    use super::*;

    /// The directory of a log of so many entries, and their hashes.
    fn written(size: u64) -> (BTreeMap<String, Vec<u8>>, Vec<Hash>) {
        let (mut tiling, mut files) = (Tiling::default(), Vec::new());
        let entries: Vec<Vec<u8>> = (0..size).map(|number| number.to_be_bytes().to_vec()).collect();
        entries.iter().for_each(|entry| tiling.push(entry, &mut files));
        files.extend(tiling.partial());
        let leaves = entries.iter().map(|entry| Hash::leaf(entry)).collect();
        (files.into_iter().map(|file| (file.path, file.bytes)).collect(), leaves)
    }

    #[test]
    fn proofs_out_of_tiles_hold_at_every_size() {
        for size in [1, 2, 255, 256, 257, 511, 513, 65_536, 66_049] {
            let (directory, leaves) = written(size);
            let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
            let root = Frontier::of(&leaves).root();
            for index in [0, 1, 254, 255, 256, size / 2, size - 1] {
                let proof = prove_entry(size, index, read).unwrap();
                let Some(proof) = proof else {
                    assert!(index >= size);
                    continue;
                };
                assert!(includes(root, size, index, leaves[index as usize], &proof), "{index} of {size}");
                let earlier = Frontier::of(&leaves[..index as usize]).root();
                let proof = prove_growth(size, index, read).unwrap().unwrap();
                assert!(extends(root, size, earlier, index, &proof), "{size} from {index}");
            }
            assert!(prove_growth(size, size, read).unwrap().unwrap().is_empty());
            assert!(prove_growth(size, size + 1, read).unwrap().is_none());
        }
    }

    #[test]
    fn a_tile_that_is_missing_or_too_short_is_named() {
        let (mut directory, _) = written(600);
        directory.insert("tile/0/001".into(), vec![0; 31]);
        let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
        let flaw = |index| match prove_entry(600, index, read) {
            Err(TilesError::Flaw(flaw)) => flaw.reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(flaw(300), "tile/0/001 has fewer hashes than it should");
        directory.remove("tile/0/001");
        let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
        assert!(matches!(prove_entry(600, 300, read), Err(TilesError::Flaw(_))));
    }
}
