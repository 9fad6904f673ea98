//! Tiles: runs of up to 256 neighbouring hashes or entries, and the files they lie in (C2SP tlog-tiles).

use super::entry::ENTRY_MAX_BYTES;
use super::tree::Hash;

/// How many hashes or entries a full tile has.
pub(super) const TILE_WIDTH: usize = 256;

/// The most bytes of any file of a tiles directory: 256 entries of the longest length, each after its length.
pub const TILE_FILE_MAX_BYTES: usize = TILE_WIDTH * (2 + ENTRY_MAX_BYTES);

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The entries themselves.
    Entries,
    /// Hashes: of entries at level 0, of full tiles of the level below above it.
    Hashes { level: u32 },
}

/// A tile of a log of some size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    pub kind: Kind,
    /// Its number among those of its kind.
    pub index: u64,
    /// How many hashes or entries it has: 1 to 256.
    pub width: usize,
}

impl Tile {
    /// Its file: `tile/entries/x001/234` and, where it is not full, `.p/` with its width.
    pub(super) fn path(&self) -> String {
        match self.width {
            TILE_WIDTH => self.full_path(),
            width => format!("{}.p/{width}", self.full_path()),
        }
    }

    /// The file of the same tile once it is full.
    pub(super) fn full_path(&self) -> String {
        let mut number = format!("{:03}", self.index % 1000);
        let mut above = self.index / 1000;
        while above > 0 {
            number = format!("x{:03}/{number}", above % 1000);
            above /= 1000;
        }
        match self.kind {
            Kind::Entries => format!("tile/entries/{number}"),
            Kind::Hashes { level } => format!("tile/{level}/{number}"),
        }
    }

    /// The first entry that its hash or entry at `place` covers.
    pub(super) fn first_entry(&self, place: u64) -> u64 {
        let span = match self.kind {
            Kind::Entries => 1,
            Kind::Hashes { level } => (TILE_WIDTH as u64).pow(level),
        };
        (self.index * TILE_WIDTH as u64 + place) * span
    }
}

/// Whether `path` is, in its one spelling, that of a file of a tiles directory: `tile/…`.
pub fn is_tile(path: &str) -> bool {
    read_path(path).is_some_and(|tile| tile.path() == path)
}

/// The tile of a path, which may spell it in other ways too.
fn read_path(path: &str) -> Option<Tile> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => Kind::Entries,
        level => Kind::Hashes { level: level.parse().ok().filter(|level| *level < 64)? },
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => {
            (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?)
        }
        None => (rest, TILE_WIDTH),
    };
    let mut digits = number.split('/').map(|part| part.strip_prefix('x').unwrap_or(part).parse::<u64>().ok());
    let index = digits.try_fold(0_u64, |above, part| above.checked_mul(1000)?.checked_add(part?))?;
    Some(Tile { kind, index, width })
}

/// The place of the first hash in `row` that `stored` has not, or has otherwise; the last place where
/// `stored` only has more.
pub(super) fn first_difference(row: &[Hash], stored: &[u8]) -> Option<u64> {
    let (hashes, rest) = stored.as_chunks::<32>();
    let same = row.iter().zip(hashes).take_while(|(hash, stored)| hash.0 == **stored).count();
    let equal = same == row.len() && same == hashes.len() && rest.is_empty();
    (!equal).then(|| same.min(row.len() - 1) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |kind, index, width| Tile { kind, index, width }.path();
        assert_eq!(tile(Kind::Entries, 0, 256), "tile/entries/000");
        assert_eq!(tile(Kind::Hashes { level: 0 }, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile(Kind::Hashes { level: 2 }, 0, 1), "tile/2/000.p/1");
        assert_eq!(tile(Kind::Entries, 1_000, 112), "tile/entries/x001/000.p/112");
    }

    #[test]
    fn a_path_of_a_tile_has_one_spelling() {
        for path in [
            "tile/entries/000",
            "tile/0/x001/x234/067",
            "tile/2/000.p/1",
            "tile/entries/x001/000.p/112",
            "tile/63/000.p/255",
        ] {
            assert!(is_tile(path), "{path}");
        }
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/1",
            "tile/0/0001",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/00/001",
            "tile/+1/001",
            "tile/64/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p",
            "tile/0/../../checkpoint",
            "tile/entries/..",
            "tile/0/000/",
            "/tile/0/000",
            "tile/0/000.new",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(!is_tile(path), "{path}");
        }
    }

    #[test]
    fn a_hash_of_a_tile_covers_the_entries_below_it() {
        let tile = Tile { kind: Kind::Hashes { level: 1 }, index: 2, width: 256 };
        assert_eq!(tile.first_entry(3), (2 * 256 + 3) * 256);
    }

    #[test]
    fn hashes_that_are_missing_changed_or_too_many_are_seen() {
        let row = [Hash([1; 32]), Hash([2; 32])];
        let stored = [[1; 32], [2; 32]].concat();
        assert_eq!(first_difference(&row, &stored), None);
        assert_eq!(first_difference(&row, &stored[..32]), Some(1));
        assert_eq!(first_difference(&row, &stored[..63]), Some(1));
        assert_eq!(first_difference(&row, &[[1; 32], [3; 32]].concat()), Some(1));
        assert_eq!(first_difference(&row, &[[3; 32], [2; 32]].concat()), Some(0));
        assert_eq!(first_difference(&row, &[stored.as_slice(), &[0]].concat()), Some(1));
        assert_eq!(first_difference(&row, &[stored.as_slice(), &[0; 32]].concat()), Some(1));
    }
}
