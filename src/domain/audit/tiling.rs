//! Tiles as a log grows: the rows of hashes that fill up, and the files that they become (C2SP tlog-tiles).

use super::tile::{Kind, TILE_WIDTH, Tile};
use super::tree::{Frontier, Hash};

/// For each level, the tile of hashes that is filling up; never a full one.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Row>);

#[derive(Debug, Default)]
struct Row {
    index: u64,
    hashes: Vec<Hash>,
}

impl Rows {
    /// Adds an entry's hash, and hands over every tile that it completes.
    pub(super) fn push<E>(
        &mut self,
        leaf: Hash,
        mut complete: impl FnMut(Tile, &[Hash]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut hash = leaf;
        for level in 0.. {
            if level == self.0.len() {
                self.0.push(Row::default());
            }
            let row = &mut self.0[level];
            row.hashes.push(hash);
            if row.hashes.len() < TILE_WIDTH {
                break;
            }
            complete(row.tile(level), &row.hashes)?;
            hash = Frontier::of(&row.hashes).root();
            row.hashes.clear();
            row.index += 1;
        }
        Ok(())
    }

    /// The partial tiles that remain.
    pub(super) fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        let begun = self.0.iter().enumerate().filter(|(_, row)| !row.hashes.is_empty());
        begun.map(|(level, row)| (row.tile(level), row.hashes.as_slice()))
    }

    /// The entries that are in no full tile, and the bundle that they are in.
    fn bundle(&self) -> Tile {
        let (index, width) = self.0.first().map_or((0, 0), |row| (row.index, row.hashes.len()));
        Tile { kind: Kind::Entries, index, width }
    }

    fn frontier(&self) -> Frontier {
        Frontier::of_rows(self.0.iter().rev().map(|row| row.hashes.as_slice()))
    }
}

impl Row {
    fn tile(&self, level: usize) -> Tile {
        Tile { kind: Kind::Hashes { level: level as u32 }, index: self.index, width: self.hashes.len() }
    }
}

/// A file of a tiles directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileFile {
    /// Its path in the directory.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The directory of partial tiles that it stands for too, where it is a full one.
    pub supersedes: Option<String>,
}

/// A log on its way into a directory of tiles.
#[derive(Debug, Default)]
pub struct Tiling {
    rows: Rows,
    /// The entries that are in no full bundle, each after its length.
    bundle: Vec<u8>,
}

impl Tiling {
    /// Goes on from the files of a log of `size` entries, before those that were in no full tile: they are pushed again.
    /// `None` where a file is missing. Whether the files are that log's, [`Tiling::root`] tells once it has `size` again.
    ///
    /// # Errors
    /// `read`, which gives the bytes of the file with a path, failed.
    pub fn resume<E>(
        size: u64,
        mut read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Option<Self>, E> {
        const WIDTH: u64 = TILE_WIDTH as u64;
        let mut above = size / WIDTH;
        let mut rows = vec![Row { index: above, hashes: Vec::new() }];
        while above > 0 {
            let (level, width) = (rows.len() as u32, (above % WIDTH) as usize);
            let tile = Tile { kind: Kind::Hashes { level }, index: above / WIDTH, width };
            let Some(hashes) = hashes(&tile, &mut read)? else { return Ok(None) };
            rows.push(Row { index: tile.index, hashes });
            above = tile.index;
        }
        Ok(Some(Self { rows: Rows(rows), bundle: Vec::new() }))
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.rows.frontier().size()
    }

    /// The Merkle root over them.
    pub fn root(&self) -> Hash {
        self.rows.frontier().root()
    }

    /// Adds the next entry, and to `files` the full tiles that it completes.
    pub fn push(&mut self, entry: &[u8], files: &mut Vec<TileFile>) {
        let length = u16::try_from(entry.len()).expect("an entry has at most 65,535 bytes");
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(entry);
        let bundle = self.rows.bundle();
        if bundle.width + 1 == TILE_WIDTH {
            let full = Tile { width: TILE_WIDTH, ..bundle };
            files.push(file(&full, std::mem::take(&mut self.bundle)));
        }
        let complete = |tile: Tile, hashes: &[Hash]| {
            files.push(file(&tile, bytes(hashes)));
            Ok::<_, std::convert::Infallible>(())
        };
        self.rows.push(Hash::leaf(entry), complete).unwrap_or_else(|never| match never {});
    }

    /// The partial tiles of the log as it is.
    pub fn partial(&self) -> Vec<TileFile> {
        let bundle = Some(self.rows.bundle()).filter(|bundle| bundle.width > 0);
        let bundle = bundle.map(|bundle| file(&bundle, self.bundle.clone()));
        bundle
            .into_iter()
            .chain(self.rows.partial().map(|(tile, hashes)| file(&tile, bytes(hashes))))
            .collect()
    }
}

fn file(tile: &Tile, bytes: Vec<u8>) -> TileFile {
    let supersedes = (tile.width == TILE_WIDTH).then(|| format!("{}.p", tile.full_path()));
    TileFile { path: tile.path(), bytes, supersedes }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile, read from the full one where the log has grown into it; `None` where there are fewer.
fn hashes<E>(
    tile: &Tile,
    read: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if tile.width == 0 {
        return Ok(Some(Vec::new()));
    }
    let found = match read(&tile.path())? {
        Some(bytes) => Some(bytes),
        None => read(&tile.full_path())?,
    };
    let Some(bytes) = found else { return Ok(None) };
    let stored = bytes.as_chunks::<32>().0.get(..tile.width);
    Ok(stored.map(|stored| stored.iter().copied().map(Hash).collect()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;

    fn entry(number: usize) -> Vec<u8> {
        format!("entry {number}").into_bytes()
    }

    /// The directory of a log that was written once at each of these sizes.
    fn written(sizes: &[usize]) -> BTreeMap<String, Vec<u8>> {
        let (mut tiling, mut directory, mut size) = (Tiling::default(), BTreeMap::new(), 0);
        for &now in sizes {
            let mut files = Vec::new();
            (size..now).for_each(|number| tiling.push(&entry(number), &mut files));
            files.extend(tiling.partial());
            directory.extend(files.into_iter().map(|file| (file.path, file.bytes)));
            size = now;
        }
        directory
    }

    #[test]
    fn a_log_has_the_tiles_that_the_specification_counts() {
        // Its example has 70,000 entries, and says that one of 256 has a full tile and a partial one above it.
        let tiles = written(&[70_000]);
        let count = |start: &str| tiles.keys().filter(|path| path.starts_with(start)).count();
        assert_eq!(
            [count("tile/0/"), count("tile/1/"), count("tile/2/"), count("tile/entries/")],
            [274, 2, 1, 274]
        );
        for path in
            ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"]
        {
            assert!(tiles.contains_key(path), "{path}");
        }
        let paths: Vec<String> = written(&[256]).into_keys().collect();
        assert_eq!(paths, ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
    }

    #[test]
    fn a_tiling_goes_on_from_its_files_at_any_size() {
        for size in [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_792, 66_000] {
            let directory = written(&[size]);
            let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
            let mut tiling = Tiling::resume(size as u64, read).unwrap().unwrap();
            assert_eq!(tiling.size(), (size - size % 256) as u64);
            let mut files = Vec::new();
            (size - size % 256..size).for_each(|number| tiling.push(&entry(number), &mut files));
            let leaves: Vec<Hash> = (0..size).map(|number| Hash::leaf(&entry(number))).collect();
            assert_eq!((tiling.size(), tiling.root()), (size as u64, Frontier::of(&leaves).root()));
            (size..size + 300).for_each(|number| tiling.push(&entry(number), &mut files));
            files.extend(tiling.partial());
            let whole = written(&[size + 300]);
            for file in files {
                assert_eq!(whole.get(&file.path), Some(&file.bytes), "{} after {size} entries", file.path);
            }
        }
    }

    #[test]
    fn a_tiling_does_not_go_on_where_a_file_is_missing() {
        let mut directory = written(&[600]);
        directory.remove("tile/1/000.p/2");
        let read = |path: &str| Ok::<_, Infallible>(directory.get(path).cloned());
        assert!(Tiling::resume(600, read).unwrap().is_none());
    }

    #[test]
    fn a_full_tile_stands_for_its_partial_ones() {
        let mut files = Vec::new();
        let mut tiling = Tiling::default();
        (0..256).for_each(|number| tiling.push(&entry(number), &mut files));
        let superseded: Vec<_> = files.iter().map(|file| file.supersedes.as_deref()).collect();
        assert_eq!(superseded, [Some("tile/entries/000.p"), Some("tile/0/000.p")]);
        assert!(tiling.partial().iter().all(|file| file.supersedes.is_none()));
    }
}
