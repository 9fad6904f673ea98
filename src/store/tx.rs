//! One transaction that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{AnyConnection, Transaction};

#[cfg(debug_assertions)]
use super::abort::Side;
use super::error::Doing;
use super::{Any, Dialect, Store, StoreError};

/// Which step of a comment's way a transaction is: for logs, and for the crash test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// T1: a page received.
    Read,
    /// T2: a batch judged.
    Judge,
    /// T3, before the call: an attempt set out.
    Attempt,
    /// T3, after the call: what came of it.
    Settle,
    /// T4: a member of staff acted.
    Act,
    /// Housekeeping.
    Keep,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 6] = [Step::Read, Step::Judge, Step::Attempt, Step::Settle, Step::Act, Step::Keep];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Read => "read",
            Step::Judge => "judge",
            Step::Attempt => "attempt",
            Step::Settle => "settle",
            Step::Act => "act",
            Step::Keep => "keep",
        }
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Any>,
    dialect: Dialect,
    step: Step,
    stopped: Arc<AtomicBool>,
    #[cfg(debug_assertions)]
    abort: Option<Arc<super::abort::Abort>>,
}

impl Tx {
    pub(super) async fn begin(store: &Store, step: Step) -> Result<Self, StoreError> {
        if store.is_stopped() {
            return Err(StoreError::Stopped);
        }
        let inner = match store.dialect {
            // A transaction that reads before it writes would answer BUSY at its first write.
            Dialect::Sqlite => store.writers.begin_with("begin immediate").await,
            Dialect::Postgres => store.writers.begin().await,
        };
        Ok(Tx {
            inner: inner.doing("begin a transaction")?,
            dialect: store.dialect,
            step,
            stopped: store.stopped.clone(),
            #[cfg(debug_assertions)]
            abort: store.abort.clone(),
        })
    }

    /// Makes everything written through it durable and visible.
    ///
    /// # Errors
    /// Writing was stopped, or the database failed: then whether it was kept is unknown, as after a crash.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Tx { inner, step, .. } = self;
        if self.stopped.load(Ordering::SeqCst) {
            return Err(StoreError::Stopped);
        }
        #[cfg(debug_assertions)]
        if let Some(abort) = &self.abort {
            abort.consult(step, Side::Before);
        }
        inner.commit().await.doing(match step {
            Step::Read => "commit what a page brought",
            Step::Judge => "commit the verdicts of a batch",
            Step::Attempt => "commit that an action sets out",
            Step::Settle => "commit what came of an action",
            Step::Act => "commit what a member of staff did",
            Step::Keep => "commit",
        })?;
        #[cfg(debug_assertions)]
        if let Some(abort) = &self.abort {
            abort.consult(step, Side::After);
        }
        Ok(())
    }

    /// Stops all writing of this process, as [`Store::stop_writing`] does.
    pub(super) fn stop_writing(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub(super) fn conn(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }
}
