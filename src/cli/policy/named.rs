//! A policy as a command names it: a file, or the first digits of a hash that was once proposed.

use std::path::Path;

use super::super::Failure;
use super::super::documents::HASH_MIN_DIGITS;
use crate::config;
use crate::domain::policy::{Bundle, Policy};
use crate::store::Store;
use crate::store::documents::{self, DocumentKind};

/// A policy that loads, and its version.
pub(super) struct Named {
    pub hash: String,
    pub bundle: Bundle,
}

/// The policy in a file.
pub(super) fn in_file(path: &Path) -> Result<Named, Failure> {
    let text = config::policy_file(path).map_err(Failure::Refused)?;
    of(text.hash, &text.text)
}

/// The policy in force.
pub(super) async fn in_force(store: &Store) -> Result<Named, Failure> {
    match documents::adopted(store, DocumentKind::Policy).await? {
        Some(adopted) => of(adopted.hash, &adopted.text),
        None => Err(Failure::told(
            "no policy is in force yet; the first `majlis run` adopts the file beside the configuration",
        )),
    }
}

/// The policy in the file of this name, or else the one whose hash begins with it.
pub(super) async fn read(name: &str, store: &Store) -> Result<Named, Failure> {
    if !is_hash(name) {
        return in_file(Path::new(name));
    }
    let mut found = documents::beginning_with(store, DocumentKind::Policy, name).await?;
    match (found.pop(), found.len()) {
        (Some((hash, text)), 0) => of(hash, &text),
        (Some(_), _) => {
            Err(Failure::told(format!("more than one policy begins with {name}; write more of its hash")))
        }
        (None, _) => Err(Failure::told(format!(
            "no file and no policy that was ever proposed is called {name}; `majlis policy status` lists those that wait"
        ))),
    }
}

/// Whether a name can only be that of a hash, and the database has to be asked for it.
pub(super) fn is_hash(name: &str) -> bool {
    name.len() >= HASH_MIN_DIGITS
        && name.chars().all(|digit| digit.is_ascii_hexdigit())
        && !Path::new(name).exists()
}

fn of(hash: String, text: &str) -> Result<Named, Failure> {
    Ok(Named { hash, bundle: Bundle::from_text(text)? })
}

impl Named {
    /// The policy itself.
    pub(super) fn policy(&self) -> Result<Policy, Failure> {
        Policy::parse(&self.bundle).map_err(Failure::Refused)
    }
}
