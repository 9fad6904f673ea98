//! Every comment of the public, one line each: the fixed form of `majlis comments export`.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::any::AnyRow;

use crate::domain::comment::{CommentId, Platform, SourceId, Visibility};
use crate::domain::judge::Kind;
use crate::domain::policy::ClauseId;

use super::super::decisions::{self, DecidedBy, LAST, LATEST};
use super::super::error::Doing;
use super::super::replies::{self, CLOCK, ClockState};
use super::super::sql::{self, Columns};
use super::super::{Store, StoreError};
use super::row::{self, COMMENT};

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
    /// When a first reply is, or was, due: of the open clock, else of the latest. Null while that clock stands still.
    pub reply_due_at: Option<Timestamp>,
    /// When that clock was answered.
    pub replied_at: Option<Timestamp>,
}

/// At most `limit` comments of the public after number `after`, by number.
///
/// # Errors
/// The database failed.
pub async fn export(store: &Store, after: CommentId, limit: u32) -> Result<Vec<ExportRow>, StoreError> {
    let query = sql::query(format!(
        "select {COMMENT}, {LAST}, {CLOCK}
         from comment c
             join revision r on r.comment = c.id and r.number = c.revision
             left join decision d on d.id = {LATEST}
             left join reply_clock k on k.id = (
                 select max(x.id) from reply_clock x where x.comment = c.id and x.clock = 'first_reply')
         where c.id > $1 and c.written_by = 'public' order by c.id limit $2"
    ));
    let query = query.bind(after.0).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("export the comments")?;
    rows.iter().map(exported).collect()
}

fn exported(row: &AnyRow) -> Result<ExportRow, StoreError> {
    let columns = Columns::of("comment", row);
    let comment = row::comment(&columns)?;
    let last = decisions::last(&columns)?;
    let clock = replies::clock_or_none(&columns)?;
    let replied_at = match clock.as_ref().map(|clock| &clock.state) {
        Some(ClockState::Answered { at, .. }) => Some(*at),
        _ => None,
    };
    Ok(ExportRow {
        id: comment.id,
        platform: comment.platform,
        source: comment.source,
        platform_comment_id: comment.platform_id,
        parent_id: comment.parent_id,
        author: comment.author.and_then(|author| author.name.or(author.id)),
        text: comment.text,
        created_at: comment.created_at,
        first_seen_at: comment.first_seen_at,
        revision: comment.revision,
        visibility: comment.visibility,
        verdict: last.as_ref().map(|last| last.verdict),
        clause: last.as_ref().and_then(|last| last.clause),
        kind: last.as_ref().map(|last| last.kind),
        decided_by: last.map(|last| last.decided_by),
        reply_due_at: clock.and_then(|clock| clock.timing.due.at()),
        replied_at,
    })
}
