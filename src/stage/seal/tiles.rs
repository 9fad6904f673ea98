//! The tiles of the audit directory: the log itself, for everybody who may read it, in files that never change (C2SP
//! tlog-tiles).
//!
//! They are brought up to the log's size before a checkpoint of that size is signed, and go on from those of the checkpoint
//! published last. A file appears whole or not at all, and is on the disk before the checkpoint is begun; whoever died in
//! between is followed by somebody who writes the same bytes. Tiles that are missing or damaged are written anew.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::publication::{replace, sync};
use super::{Broken, PublicationError, SealError};
use crate::domain::audit::{Checkpoint, Hash, TileFile, TilesError, Tiling, prove_growth};
use crate::store::{Store, audit, chain};

/// Entries read at a time, and made into eight full tiles and eight bundles.
const PAGE: u64 = 2_048;

/// Writes the tiles of the log's first `size` entries into `directory`, whose latest checkpoint is `published`.
pub(super) async fn write(
    store: &Store,
    directory: &Path,
    published: Option<&Checkpoint>,
    size: u64,
) -> Result<(), SealError> {
    if let Some(published) = published
        && let Some(tiling) = resume(directory, published.size).await?
        && grow(store, directory, tiling, Some(published), size).await?
    {
        return Ok(());
    }
    grow(store, directory, Tiling::default(), None, size).await.map(drop)
}

/// The proof, out of the tiles in `directory`, that the log of `size` entries grew from its first `earlier` ones.
pub(super) async fn growth(directory: &Path, size: u64, earlier: u64) -> Result<Vec<Hash>, String> {
    let proof =
        blocking(directory, move |directory| prove_growth(size, earlier, |path| read(&directory, path)));
    match proof.await {
        Ok(proof) => proof.ok_or_else(|| format!("there are no {earlier} entries to grow from")),
        Err(TilesError::Flaw(flaw)) => Err(flaw.to_string()),
        Err(TilesError::Unreadable(error)) => Err(chain(&error)),
    }
}

async fn resume(directory: &Path, size: u64) -> Result<Option<Tiling>, PublicationError> {
    blocking(directory, move |directory| Tiling::resume(size, |path| read(&directory, path))).await
}

fn read(directory: &Path, path: &str) -> Result<Option<Vec<u8>>, PublicationError> {
    let path = directory.join(path);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PublicationError::File { doing: "read", path, source }),
    }
}

/// Adds entries to `tiling` until it has `size`. Where it comes to the size of `published` with another root it was not that
/// log's: then nothing was written, and the answer is no.
async fn grow(
    store: &Store,
    directory: &Path,
    mut tiling: Tiling,
    published: Option<&Checkpoint>,
    size: u64,
) -> Result<bool, SealError> {
    loop {
        let now = tiling.size();
        if published.is_some_and(|published| published.size == now && published.root != tiling.root()) {
            return Ok(false);
        }
        let ahead = published.map(|published| published.size).filter(|published| *published > now);
        let wanted = ahead.unwrap_or(size) - now;
        let mut files = Vec::new();
        if wanted == 0 {
            files = tiling.partial();
        } else {
            let page = audit::stored(store, now, wanted.min(PAGE) as u32).await?;
            if page.is_empty() {
                return Err(Broken::Head.into());
            }
            for entry in page {
                tiling.push(entry.check().map_err(Broken::from)?.bytes(), &mut files);
            }
        }
        blocking(directory, move |directory| keep(&directory, &files)).await?;
        if wanted == 0 {
            return Ok(true);
        }
    }
}

/// Files that are not there yet as they should be are written beside and renamed; then the directories that name them are
/// put on the disk.
fn keep(directory: &Path, files: &[TileFile]) -> Result<(), PublicationError> {
    let mut named_in = BTreeSet::new();
    for TileFile { path, bytes, .. } in files {
        let path = directory.join(path);
        let parent = path.parent().expect("a tile lies in a directory");
        named_in
            .extend(parent.ancestors().take_while(|above| above.starts_with(directory)).map(Path::to_owned));
        if fs::read(&path).is_ok_and(|there| there == *bytes) {
            continue;
        }
        replace(&path, bytes).map_err(|source| PublicationError::File { doing: "write", path, source })?;
    }
    for path in named_in {
        sync(&path).map_err(|source| PublicationError::File { doing: "write", path, source })?;
    }
    for path in files.iter().filter_map(|file| file.supersedes.as_ref()).map(|path| directory.join(path)) {
        match fs::remove_dir_all(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(PublicationError::File { doing: "remove", path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Works on the files of `directory` where waiting for a disk holds up nobody.
async fn blocking<T: Send + 'static>(
    directory: &Path,
    work: impl FnOnce(PathBuf) -> T + Send + 'static,
) -> T {
    let directory = directory.to_owned();
    tokio::task::spawn_blocking(move || work(directory)).await.expect("nothing panics on a file")
}
