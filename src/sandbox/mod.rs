//! Stand-in Facebook, Instagram, X and YouTube on loopback, for the demo, the tests and training.
//!
//! One [`World`](world::World) holds what was posted, written, hidden and spent. Each platform's
//! module renders it as that platform's API would: a function from the world, a call and an
//! instant to an answer. `serve` does the listening and lets faults happen; `control` lets a
//! person or a test write, edit, delete and break things. A URL is a prefix and the official
//! path, version included:
//!
//! | prefix | stands for |
//! |---|---|
//! | `/facebook` | `graph.facebook.com`, v26.0 and v25.0 |
//! | `/instagram` | `graph.instagram.com`, v26.0 and v25.0 |
//! | `/x` | `api.x.com` |
//! | `/youtube` | `youtube.googleapis.com` |
//! | `/google` | `oauth2.googleapis.com` |
//! | `/control` | nobody: the strings behind the scene |
//!
//! Where the official record is silent or says two things, a stand-in takes the reading that is
//! harder for a client, and its module says which.

mod accounts;
mod attend;
mod call;
mod consent;
mod control;
mod corpus;
mod deal;
mod facebook;
mod faults;
mod graph;
mod ids;
mod instagram;
mod ledger;
mod limits;
mod line;
mod page;
mod people;
mod posts;
mod serve;
mod spoil;
mod tokens;
mod webhooks;
mod world;
mod x;
mod youtube;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use accounts::Account;
pub use corpus::{CorpusComment, CorpusError, corpus, parse as parse_corpus, read as read_corpus};
pub use deal::Published;
pub use ledger::{Ledger, LedgerComment, LedgerReply};

use crate::clock::SharedClock;
use world::World;

/// The running stand-ins. They serve until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

/// What the handlers of all connections share.
#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    clock: SharedClock,
    base: String,
    stopped: watch::Receiver<bool>,
}

impl Sandbox {
    /// Starts to serve on `listen`; port 0 takes a free one. Every time-dependent rule reads
    /// `clock`: when a comment appears, when a token expires, when a quota comes back.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(listen: SocketAddr, clock: SharedClock) -> io::Result<Sandbox> {
        let listener = TcpListener::bind(listen).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = watch::channel(false);
        let world = Mutex::new(World::new(clock.now()));
        let shared = Arc::new(Shared { world, clock, base, stopped });
        tokio::spawn(serve::until_stopped(listener, shared.clone()));
        Ok(Sandbox { shared, stop })
    }

    /// Where it listens, such as `http://127.0.0.1:8701`.
    pub fn base_url(&self) -> String {
        self.shared.base.clone()
    }

    /// Our accounts, one source a platform, with the tokens that are valid now.
    pub fn accounts(&self) -> Vec<Account> {
        let world = self.shared.world();
        world.identities.iter().map(|ours| ours.account(&self.shared.base, &world.tokens)).collect()
    }

    /// Lets the public write `comments`, each at its time. The answer is in the same order.
    pub fn publish(&self, comments: &[CorpusComment]) -> Vec<Published> {
        let now = self.shared.clock.now();
        deal::publish(&mut self.shared.world(), comments, now)
    }

    /// Delivers what happened since the last time to the addresses that were set up; how each answered (HTTP status, 0 where
    /// there was no answer).
    pub async fn deliver(&self) -> Vec<u16> {
        webhooks::deliver(&self.shared).await
    }

    /// What happened on the platforms, to compare with what a client believes.
    pub fn ledger(&self) -> Ledger {
        ledger::of(&self.shared.world(), self.shared.clock.now())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl Shared {
    /// The world. A handler that panicked left it as whole as any other: each call changes it
    /// in one step at its end.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
