//! Why the daemon could not start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::audit::KeyError;
use crate::notify::NotifierError;
use crate::platform::PlatformError;
use crate::stage::seal::SealError;
use crate::stage::{RulesError, StageError};
use crate::store::StoreError;
use crate::web::ProviderError;

/// Why the daemon could not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Another daemon works on this database.
    #[error("another `majlis run` works on {}; stop it first, or give this one a database of its own", .0.display())]
    NotAlone(PathBuf),
    /// A directory or file could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The console's address could not be used.
    #[error(
        "could not listen on {address}; is another program there? name a free address by service.listen, or the demo by --listen"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A source's HTTP client could not be built.
    #[error("could not prepare a source")]
    Source(#[from] PlatformError),
    /// Somebody who is to be told or asked cannot be.
    #[error(transparent)]
    Notifier(#[from] NotifierError),
    /// The audit log has no key to be sealed with.
    #[error("the audit log has no signing key yet; run `majlis audit keygen --config DIR` once")]
    NoSigningKey,
    /// What tokens are kept under could not be read or made.
    #[error(
        "the token key cannot be used; name one by service.token_key_file, or let the data directory be written"
    )]
    TokenKey(#[source] std::io::Error),
    /// The signing key of the audit log could not be used.
    #[error("the audit log's signing key cannot be used; restore the file that `majlis audit keygen` wrote")]
    SigningKey(#[from] KeyError),
    /// Whether the audit log is the one that was published could not be found out, so nothing may be written.
    #[error("the audit log could not be held against its last checkpoint")]
    Unproved(#[source] SealError),
    /// What rules cannot be used.
    #[error(transparent)]
    Rules(#[from] Arc<RulesError>),
    /// The ministry's own sign-in could not be prepared.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A first job failed.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A part of the daemon ended by itself, which none ever should.
    #[error("a part of the daemon stopped unexpectedly; the log says why")]
    PartEnded,
}
