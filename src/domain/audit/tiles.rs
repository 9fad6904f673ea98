//! The check of a log that lies in a directory of tiles (C2SP tlog-tiles), file by file.
//!
//! `checkpoint` is the signed note, `tile/entries/N` holds up to 256 entries, each after its length in sixteen
//! bits, and `tile/L/N` up to 256 hashes. All of them must agree with the entries. Files that the log of the
//! checkpoint does not need are not read.

use super::checkpoint::Checkpoint;
use super::note::VerifierKey;
use super::tile::{Kind, TILE_WIDTH, Tile, first_difference};
use super::tiling::Rows;
use super::tree::Hash;
use super::verify::{Flaw, Replay, Sound};

/// Why a directory of tiles was not found sound.
#[derive(Debug)]
pub enum TilesError<E> {
    /// The log is wrong.
    Flaw(Flaw),
    /// A file could not be read.
    Unreadable(E),
}

impl<E> From<Flaw> for TilesError<E> {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

/// Checks a directory of tiles against the log's public key and, where somebody kept one, an earlier checkpoint.
///
/// `read` gives the bytes of the file with a path relative to the directory; `None` where there is no such file.
///
/// # Errors
/// The log is not sound, or `read` failed.
pub fn verify_tiles<E>(
    key: &VerifierKey,
    earlier: Option<&str>,
    read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<Sound, TilesError<E>> {
    let mut files = Files::new(read);
    let mut replay = Replay::new(key, earlier)?;
    let note = files.one("checkpoint")?.ok_or_else(|| Flaw::anywhere("there is no file `checkpoint`"))?;
    let note = String::from_utf8(note).map_err(|_| Flaw::anywhere("the file `checkpoint` is not UTF-8"))?;
    let size = Checkpoint::open(&note, key).map_err(Flaw::no_checkpoint)?.size;

    let mut rows = Rows::default();
    while replay.size() < size {
        let width = (size - replay.size()).min(TILE_WIDTH as u64) as usize;
        let bundle = Tile { kind: Kind::Entries, index: replay.size() / TILE_WIDTH as u64, width };
        let file = files.tile(&bundle)?;
        let mut rest = file.bytes.as_slice();
        for _ in 0..width {
            let entry = split_entry(&mut rest)
                .ok_or_else(|| Flaw::at(replay.size(), format!("it is missing from {}", bundle.path())))?;
            rows.push(replay.entry(entry)?, |tile, hashes| files.check(&tile, hashes))?;
        }
        if !rest.is_empty() && !file.has_grown {
            return Err(Flaw::at(
                replay.size(),
                format!("{} holds more than its {width} entries", bundle.path()),
            )
            .into());
        }
    }
    rows.partial().try_for_each(|(tile, hashes)| files.check(&tile, hashes))?;
    Ok(replay.conclude(&note)?)
}

fn split_entry<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    *bytes = rest;
    Some(entry)
}

/// The directory, as the caller reads it.
pub(super) struct Files<R>(R);

/// The bytes of a tile's file.
struct File {
    bytes: Vec<u8>,
    /// Whether it is the file of the full tile, read where a partial one was looked for: a log may delete those.
    has_grown: bool,
}

impl<E, R: FnMut(&str) -> Result<Option<Vec<u8>>, E>> Files<R> {
    pub(super) fn new(read: R) -> Self {
        Self(read)
    }

    /// What a tile holds, and more where it has grown.
    pub(super) fn bytes(&mut self, tile: &Tile) -> Result<Vec<u8>, TilesError<E>> {
        self.tile(tile).map(|file| file.bytes)
    }

    fn one(&mut self, path: &str) -> Result<Option<Vec<u8>>, TilesError<E>> {
        (self.0)(path).map_err(TilesError::Unreadable)
    }

    fn tile(&mut self, tile: &Tile) -> Result<File, TilesError<E>> {
        if let Some(bytes) = self.one(&tile.path())? {
            return Ok(File { bytes, has_grown: false });
        }
        match self.one(&tile.full_path())? {
            Some(bytes) => Ok(File { bytes, has_grown: true }),
            None => Err(Flaw::at(tile.first_entry(0), format!("there is no file {}", tile.path())).into()),
        }
    }

    /// The file of a tile of hashes must hold those that follow from the entries.
    fn check(&mut self, tile: &Tile, hashes: &[Hash]) -> Result<(), TilesError<E>> {
        let File { mut bytes, has_grown } = self.tile(tile)?;
        if has_grown {
            bytes.truncate(32 * tile.width);
        }
        let Some(place) = first_difference(hashes, &bytes) else { return Ok(()) };
        let reason = format!("the entries from here on and hash {place} in {} do not agree", tile.path());
        Err(Flaw::at(tile.first_entry(place), reason).into())
    }
}
