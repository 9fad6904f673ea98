//! What happens, told to everybody who looks at the console as it happens.
//!
//! One look a second, however many look on, at two small things: where the log ends, and who works on what. The log's end moves
//! with every change on every node, so nothing has to be told between nodes. Where nobody looks on, nothing is looked at.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::clock::SharedClock;
use crate::store::working::{self, Here, Touched};
use crate::store::{Store, StoreError, audit, chain};

/// How long a lease holds that is not renewed: as long as a reply takes to think of.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How often is looked. The machine's second: people wait for it.
const EVERY: Duration = Duration::from_secs(1);
/// So many comments are named in a look; when more changed, a list has changed and that is enough to know.
const NAMED: u32 = 100;
/// So many looks may somebody be behind.
const BEHIND: usize = 16;

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// The comments that something happened to since the look before.
    pub changed: Vec<Touched>,
    /// Everybody at a comment.
    pub here: Vec<Here>,
}

/// Who looks on, and what they are told. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    store: Store,
    wall: SharedClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    /// Nobody looks on.
    Idle,
    /// Somebody does.
    Looking(Sender<Arc<Look>>),
    /// The service stops.
    Closed,
}

impl Live {
    /// Nobody looks on yet.
    pub fn new(store: Store, wall: SharedClock) -> Live {
        Live { store, wall, state: Arc::new(Mutex::new(State::Idle)) }
    }

    /// Ends what everybody is told, for good: the service stops.
    pub fn close(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Closed;
    }

    /// What is told from now on; `None` where the service stops.
    pub(super) fn look_on(&self) -> Option<Receiver<Arc<Look>>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Closed => None,
            State::Looking(told) => Some(told.subscribe()),
            State::Idle => {
                let (told, heard) = broadcast::channel(BEHIND);
                *state = State::Looking(told);
                tokio::spawn(self.clone().look());
                Some(heard)
            }
        }
    }

    /// Looks each second until nobody looks on.
    async fn look(self) {
        let mut before: Option<(u64, Vec<Here>)> = None;
        let mut every = tokio::time::interval(EVERY);
        loop {
            every.tick().await;
            let found = self.once(before.as_ref()).await;
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let State::Looking(told) = &*state else { return };
            if told.receiver_count() == 0 {
                *state = State::Idle;
                return;
            }
            match found {
                Ok((size, look)) => {
                    let moved = before.as_ref().is_none_or(|(_, here)| *here != look.here);
                    before = Some((size, look.here.clone()));
                    if moved || !look.changed.is_empty() {
                        // Fails where the last one left meanwhile.
                        let _ = told.send(Arc::new(look));
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        error = chain(&error),
                        "who looks on is told of nothing; it is tried again"
                    );
                }
            }
        }
    }

    async fn once(&self, before: Option<&(u64, Vec<Here>)>) -> Result<(u64, Look), StoreError> {
        let size = audit::head(&self.store).await?.size();
        let changed = match before {
            Some((known, _)) if *known < size => working::touched(&self.store, *known, NAMED).await?,
            _ => Vec::new(),
        };
        Ok((size, Look { changed, here: working::here(&self.store, self.wall.now()).await? }))
    }
}
