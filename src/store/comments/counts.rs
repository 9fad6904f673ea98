//! How many comments are where, for each platform.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::Platform;

use super::super::{Store, StoreError};

/// How many of a platform's comments are where. `hidden` and `review` have none in common; `overdue` is part of
/// `awaiting_reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlatformCounts {
    /// The platform.
    pub platform: Platform,
    /// Comments of the public that were read.
    pub read: i64,
    /// Hidden, and the platform confirmed it.
    pub hidden: i64,
    /// Waiting for a person's decision.
    pub review: i64,
    /// Owed a reply.
    pub awaiting_reply: i64,
    /// Answered.
    pub replied: i64,
    /// Owed a reply that is late.
    pub overdue: i64,
}

/// The counts at `now` for every platform, in the order of [`Platform::ALL`].
///
/// # Errors
/// The database failed.
pub async fn counts(_store: &Store, _now: Timestamp) -> Result<Vec<PlatformCounts>, StoreError> {
    todo!()
}
