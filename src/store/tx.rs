//! One transaction that writes.

use super::StoreError;

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
    _step: Step,
}

impl Tx {
    /// Makes everything written through it durable and visible.
    ///
    /// # Errors
    /// The database failed; then nothing of it is kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        todo!()
    }
}
