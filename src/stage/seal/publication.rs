//! The audit directory: where checkpoints and the public key lie for everybody, outside the database.
//!
//! `checkpoint` is the latest, `checkpoints/SIZE` keeps every one that was published, `audit.pub` is the
//! key, and `tile/…` the log itself ([`super::tiles`]). A file appears whole or not at all, and is on the disk before the
//! next one is begun.

use std::fs::{File, create_dir_all, rename};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use crate::domain::audit::{KeyError, VerifierKey};

/// The audit directory of one log.
#[derive(Debug, Clone)]
pub struct Publication {
    directory: PathBuf,
}

/// Why the audit directory could not be used.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// A file in it could not be read or written.
    #[error("could not {doing} {}", path.display())]
    File {
        /// What was being attempted.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The public key there is damaged.
    #[error("{} is not a public key", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
    /// Another key was published there before.
    #[error("{} holds the public key of another log; give this one an empty `audit.directory`", .0.display())]
    OtherKey(PathBuf),
}

impl Publication {
    /// The audit directory at `directory`, which is created when it is first written.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The directory.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of the public key.
    pub fn key_file(&self) -> PathBuf {
        self.directory.join("audit.pub")
    }

    /// The file of the latest checkpoint.
    pub fn checkpoint_file(&self) -> PathBuf {
        self.directory.join("checkpoint")
    }

    /// The note of the latest checkpoint; `None` before the first.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub async fn latest(&self) -> Result<Option<String>, PublicationError> {
        read(&self.checkpoint_file()).await
    }

    /// Publishes the note of a checkpoint of `size` entries as the latest.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub async fn publish(&self, size: u64, note: &str) -> Result<(), PublicationError> {
        write(&self.directory.join("checkpoints").join(size.to_string()), note).await?;
        write(&self.checkpoint_file(), note).await
    }

    /// The public key; `None` before it was published.
    ///
    /// # Errors
    /// The file is there and cannot be read, or is not a key.
    pub async fn key(&self) -> Result<Option<VerifierKey>, PublicationError> {
        let path = self.key_file();
        let Some(text) = read(&path).await? else { return Ok(None) };
        text.parse().map(Some).map_err(|source| PublicationError::NotAKey { path, source })
    }

    /// Publishes the public key, once.
    ///
    /// # Errors
    /// [`PublicationError::OtherKey`], or the directory cannot be read or written.
    pub async fn publish_key(&self, key: &VerifierKey) -> Result<(), PublicationError> {
        let path = self.key_file();
        match self.key().await? {
            None => write(&path, &format!("{key}\n")).await,
            Some(published) if published == *key => Ok(()),
            Some(_) => Err(PublicationError::OtherKey(path)),
        }
    }

    /// Whether the checkpoint of `size` entries was the last that was sent to `place`.
    ///
    /// # Errors
    /// The note of it is there and cannot be read.
    pub(super) async fn was_sent(&self, place: &str, size: u64) -> Result<bool, PublicationError> {
        let last = read(&self.sent_file(place)).await?;
        Ok(last.is_some_and(|last| last.trim() == size.to_string()))
    }

    /// Notes that it was.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub(super) async fn note_sent(&self, place: &str, size: u64) -> Result<(), PublicationError> {
        write(&self.sent_file(place), &format!("{size}\n")).await
    }

    fn sent_file(&self, place: &str) -> PathBuf {
        self.directory.join("sent").join(place)
    }

    /// # Errors
    /// [`PublicationError::OtherKey`] where there is a key already, or the directory cannot be read.
    pub(super) async fn expect_no_key(&self) -> Result<(), PublicationError> {
        match self.key().await? {
            None => Ok(()),
            Some(_) => Err(PublicationError::OtherKey(self.key_file())),
        }
    }
}

async fn read(path: &Path) -> Result<Option<String>, PublicationError> {
    match tokio::fs::read_to_string(path).await {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PublicationError::File { doing: "read", path: path.to_owned(), source }),
    }
}

async fn write(path: &Path, text: &str) -> Result<(), PublicationError> {
    let (place, text) = (path.to_owned(), text.to_owned());
    let written = spawn_blocking(move || {
        replace(&place, text.as_bytes())?;
        sync(place.parent().expect("a file of the audit directory lies in a directory"))
    });
    let failed = |source| PublicationError::File { doing: "write", path: path.to_owned(), source };
    written.await.expect("nothing panics on a file").map_err(failed)
}

/// Writes beside the file, and lets the new one take its place when it is on the disk. Then its directory is to be
/// [synced](sync).
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), create_dir_all)?;
    let beside = path.with_added_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&beside, path)
}

/// Puts the names in a directory on the disk.
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::SigningKey;

    fn key(secret: u8) -> SigningKey {
        SigningKey::new("example.gov/audit", &[secret; 32]).unwrap()
    }

    #[tokio::test]
    async fn the_latest_checkpoint_is_read_back_and_the_older_ones_stay() {
        let directory = tempfile::tempdir().unwrap();
        let publication = Publication::new(directory.path().join("audit"));
        assert_eq!(publication.latest().await.unwrap(), None);
        publication.publish(3, "three").await.unwrap();
        publication.publish(20, "twenty").await.unwrap();
        assert_eq!(publication.latest().await.unwrap().as_deref(), Some("twenty"));
        let older = std::fs::read_to_string(directory.path().join("audit/checkpoints/3")).unwrap();
        assert_eq!(older, "three");
        let left = std::fs::read_dir(directory.path().join("audit/checkpoints")).unwrap().count();
        assert_eq!(left, 2, "nothing half-written is left beside them");
    }

    #[tokio::test]
    async fn a_directory_keeps_the_key_that_it_was_begun_with() {
        let directory = tempfile::tempdir().unwrap();
        let publication = Publication::new(directory.path());
        publication.publish_key(key(1).verifier()).await.unwrap();
        publication.publish_key(key(1).verifier()).await.unwrap();
        let refused = publication.publish_key(key(2).verifier()).await;
        assert!(matches!(refused, Err(PublicationError::OtherKey(_))), "{refused:?}");
        assert_eq!(publication.key().await.unwrap().as_ref(), Some(key(1).verifier()));
    }
}
