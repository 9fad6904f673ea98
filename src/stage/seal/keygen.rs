//! Making the key that signs checkpoints: the secret half into a file of its own, the public half for everybody.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rand::TryRng as _;
use rand::rngs::{SysError, SysRng};

use super::{Publication, PublicationError};
use crate::domain::audit::{KeyError, SigningKey, VerifierKey};

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum KeygenError {
    /// The operating system gave no random numbers.
    #[error("the operating system gave no random numbers")]
    Random(#[from] SysError),
    /// The log's name cannot name a key.
    #[error("the log's name (`audit.origin`) will not do")]
    Name(#[from] KeyError),
    /// The secret half could not be written; a file that is there is never overwritten.
    #[error("could not write the signing key to {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The public half could not be published.
    #[error(transparent)]
    Publication(#[from] PublicationError),
}

/// Makes a key for the log `origin`, writes its secret half to the new file `path` and publishes the public half.
///
/// # Errors
/// There is a file at `path`, or a public key in the audit directory already, or either cannot be written.
pub async fn keygen(
    origin: &str,
    path: &Path,
    publication: &Publication,
) -> Result<VerifierKey, KeygenError> {
    let mut secret = [0; 32];
    SysRng.try_fill_bytes(&mut secret)?;
    let key = SigningKey::new(origin, &secret)?;
    publication.expect_no_key().await?;
    write_secret(path, &key.to_secret_text())
        .map_err(|source| KeygenError::Write { path: path.to_owned(), source })?;
    publication.publish_key(key.verifier()).await?;
    Ok(key.verifier().clone())
}

/// Writes a new file that its owner alone can read.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_is_written_for_its_owner_and_its_public_half_for_everybody() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets/audit.key");
        let publication = Publication::new(directory.path().join("audit"));
        let public = keygen("example.gov/audit", &path, &publication).await.unwrap();

        let signer: SigningKey = fs::read_to_string(&path).unwrap().parse().unwrap();
        assert_eq!(signer.verifier(), &public);
        assert_eq!(publication.key().await.unwrap(), Some(public));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_key_that_is_there_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.key");
        let publication = Publication::new(directory.path().join("audit"));
        keygen("example.gov/audit", &path, &publication).await.unwrap();
        let before = fs::read_to_string(&path).unwrap();

        let other_directory = Publication::new(directory.path().join("other"));
        let refused = keygen("example.gov/audit", &path, &other_directory).await;
        assert!(matches!(refused, Err(KeygenError::Write { .. })), "{refused:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
        assert_eq!(other_directory.key().await.unwrap(), None);

        let other_path = directory.path().join("other.key");
        let refused = keygen("example.gov/audit", &other_path, &publication).await;
        assert!(
            matches!(refused, Err(KeygenError::Publication(PublicationError::OtherKey(_)))),
            "{refused:?}"
        );
        assert!(!other_path.exists());
    }
}
