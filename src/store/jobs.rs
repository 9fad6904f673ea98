//! The queue: durable work in lanes, leased to one worker at a time.
//!
//! A job is fenced by its attempt. Claiming raises the attempt, and completing or rescheduling names the
//! attempt that was claimed, so a worker whose lease passed to another one can write nothing.

use std::fmt;

use jiff::Timestamp;

use crate::domain::comment::SourceId;

use super::{Store, StoreError, Tx};

/// The number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A queue for one kind of work. A source has lanes of its own for what calls its platform, so that one
/// that hangs or throttles holds up nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Reading this source; one job with an empty key.
    Poll(SourceId),
    /// Judging a revision; the key is `comment:revision`.
    Moderate,
    /// Carrying out an action on this source; the key is its number.
    Dispatch(SourceId),
    /// Alerting about reply clocks; one job with an empty key.
    Remind,
    /// Publishing a checkpoint; one job with an empty key.
    Seal,
}

/// The word for it in columns, logs and metrics: `poll/facebook`, `moderate`, …
impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Poll(source) => write!(f, "poll/{source}"),
            Lane::Moderate => f.write_str("moderate"),
            Lane::Dispatch(source) => write!(f, "dispatch/{source}"),
            Lane::Remind => f.write_str("remind"),
            Lane::Seal => f.write_str("seal"),
        }
    }
}

/// The right to do a job until the lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// How many times it was claimed or renewed, this time included.
    pub attempt: i64,
}

/// A job as its worker holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The right to do it.
    pub lease: Lease,
    /// What is to be done; see [`Lane`].
    pub key: String,
}

/// What waits in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The lane.
    pub lane: String,
    /// How many jobs could be claimed at this instant.
    pub count: i64,
    /// Since when the oldest of them could be.
    pub oldest: Option<Timestamp>,
}

/// Adds jobs that are due at `due_at`. A key that is in the lane already stays as it is.
///
/// # Errors
/// The database failed.
pub async fn add(_tx: &mut Tx, _lane: &Lane, _keys: &[String], _due_at: Timestamp) -> Result<(), StoreError> {
    todo!()
}

/// Adds jobs; a key that is in the lane already is made due at `due_at` anew, and a worker that holds it is fenced
/// out.
///
/// # Errors
/// The database failed.
pub async fn renew(
    _tx: &mut Tx,
    _lane: &Lane,
    _keys: &[String],
    _due_at: Timestamp,
) -> Result<(), StoreError> {
    todo!()
}

/// Claims at most `limit` jobs of a lane that are due at `now`, oldest first, until `lease_until`.
///
/// # Errors
/// The database failed.
pub async fn claim(
    _tx: &mut Tx,
    _lane: &Lane,
    _limit: u32,
    _now: Timestamp,
    _lease_until: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    todo!()
}

/// Removes jobs that are done. The last statement of the transaction that did them.
///
/// # Errors
/// [`StoreError::LeaseLost`] where one of them has passed to another worker; drop the transaction then.
pub async fn complete(_tx: &mut Tx, _leases: &[Lease]) -> Result<(), StoreError> {
    todo!()
}

/// Gives a job back, to be done again from `due_at` on.
///
/// # Errors
/// [`StoreError::LeaseLost`] where it has passed to another worker.
pub async fn reschedule(_tx: &mut Tx, _lease: &Lease, _due_at: Timestamp) -> Result<(), StoreError> {
    todo!()
}

/// Makes a claimed job the worker's own for longer, in the transaction of what it wrote meanwhile.
///
/// # Errors
/// [`StoreError::LeaseLost`] where it is no longer this worker's.
pub async fn extend(_tx: &mut Tx, _lease: &Lease, _lease_until: Timestamp) -> Result<(), StoreError> {
    todo!()
}

/// Makes every unleased job of the lane due at `due_at`, where it is due later.
///
/// # Errors
/// The database failed.
pub async fn bring_forward(_tx: &mut Tx, _lane: &Lane, _due_at: Timestamp) -> Result<(), StoreError> {
    todo!()
}

/// The earliest instant at which [`claim`] could return a job of the lane.
///
/// # Errors
/// The database failed.
pub async fn next_due(_store: &Store, _lane: &Lane) -> Result<Option<Timestamp>, StoreError> {
    todo!()
}

/// Ends every lease, for a process that knows it is alone (SQLite, at the start). Workers that held one are fenced out.
///
/// # Errors
/// The database failed.
pub async fn release_all(_tx: &mut Tx) -> Result<(), StoreError> {
    todo!()
}

/// What could be claimed at `now`, for each lane that holds any.
///
/// # Errors
/// The database failed.
pub async fn waiting(_store: &Store, _now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    todo!()
}
