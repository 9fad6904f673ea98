//! The token key: the operator's, or one of our own making that lies in the data directory, apart from the database.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::config::Config;
use crate::domain::credentials::Secret;
use crate::domain::token_key::TokenKey;

/// Its file where none is configured. A copy of the database alone opens no account; a copy of this directory does.
const FILE: &str = "token.key";

/// The key that is configured, or that of the data directory, which is made at its first use.
///
/// # Errors
/// The file cannot be read or made.
pub(super) fn token_key(config: &Config) -> io::Result<TokenKey> {
    match &config.token_key {
        Some(secret) => Ok(TokenKey::of(secret)),
        None => ours(&config.data_directory).map(|secret| TokenKey::of(&secret)),
    }
}

fn ours(directory: &Path) -> io::Result<Secret> {
    let path = directory.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => Ok(Secret::new(text.trim())),
        Ok(_) => Err(io::Error::new(ErrorKind::InvalidData, "the token key's file is empty")),
        Err(error) if error.kind() == ErrorKind::NotFound => make(directory, &path),
        Err(error) => Err(error),
    }
}

fn make(directory: &Path, path: &Path) -> io::Result<Secret> {
    fs::create_dir_all(directory)?;
    let secret = Secret::new(hex::encode(rand::random::<[u8; 32]>()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Written whole beside its place and then linked there: whoever reads it finds all of it or nothing.
    let beside = path.with_extension(hex::encode(rand::random::<[u8; 8]>()));
    let mut file = options.open(&beside)?;
    writeln!(file, "{}", secret.expose())?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    match linked {
        Ok(()) => Ok(secret),
        // A command beside the daemon was first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => ours(directory),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_the_service_alone() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let first = ours(&data).unwrap();
        assert_eq!(ours(&data).unwrap(), first);
        assert_eq!(first.expose().len(), 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(data.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(data.join(FILE), "\n").unwrap();
        assert!(ours(&data).is_err(), "an empty key would open everything to everybody");
    }
}
