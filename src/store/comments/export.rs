//! Every comment of the public, one line each: the fixed form of `majlis comments export`.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::{CommentId, Platform, SourceId, Visibility};
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;

use super::super::decisions::DecidedBy;
use super::super::{Store, StoreError};

/// A comment as it is exported, with its latest revision, decision and clock. What is absent is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportRow {
    /// Our number for it.
    pub id: CommentId,
    /// Its platform.
    pub platform: Platform,
    /// Its source.
    pub source: SourceId,
    /// The platform's id of it.
    pub platform_comment_id: String,
    /// The platform's id of the comment it answers.
    pub parent_id: Option<String>,
    /// Who wrote it: the name shown, else the platform's id of the person.
    pub author: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// When the platform says that it was written.
    pub created_at: Option<Timestamp>,
    /// When a page first carried it.
    pub first_seen_at: Timestamp,
    /// The number of its latest revision.
    pub revision: i64,
    /// Whether the public can see it.
    pub visibility: Visibility,
    /// `allow`, `hide` or `review`.
    pub verdict: Option<&'static str>,
    /// The clause of the verdict.
    pub clause: Option<ClauseId>,
    /// What kind of comment it is.
    pub kind: Option<Kind>,
    /// Who decided.
    pub decided_by: Option<DecidedBy>,
    /// When a reply is, or was, due: of the open clock, else of the latest.
    pub reply_due_at: Option<Timestamp>,
    /// When that clock was answered.
    pub replied_at: Option<Timestamp>,
}

/// At most `limit` comments of the public after number `after`, by number.
///
/// # Errors
/// The database failed.
pub async fn export(_store: &Store, _after: CommentId, _limit: u32) -> Result<Vec<ExportRow>, StoreError> {
    todo!()
}
