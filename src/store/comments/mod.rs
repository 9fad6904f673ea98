//! Comments and their revisions.
//!
//! [`receive()`] takes a page in, [`subjects()`] prepares a batch for the judge, and the read model
//! ([`list()`], [`story()`], [`export()`], [`counts()`]) shows people what became of them.

mod counts;
mod export;
mod list;
mod receive;
mod row;
mod story;
mod subjects;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::comment::{Comment, CommentId, SourceId, Visibility};

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

pub use counts::{PlatformCounts, counts};
pub use export::{ExportRow, export};
pub use list::{FirstReply, ListFilter, ListKey, ListRow, ListState, list};
pub use receive::{NewRevision, Stored, receive};
pub use story::{Revision, Story, StoryAction, story};
pub use subjects::{COMPARED_MAX, SubjectRow, subjects, twins_after};

pub(super) use row::{COMMENT, comment};

/// What the database knows of a comment that a page carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Our number for it.
    pub id: CommentId,
    /// When a page first carried it.
    pub first_seen_at: Timestamp,
    /// The number of its latest revision.
    pub revision: i64,
    /// The text of its latest revision; `None` after erasure.
    pub text: Option<String>,
    /// Whether our own account wrote it.
    pub ours: bool,
}

/// What is known of these comments, by the platform's id.
///
/// # Errors
/// The database failed.
pub async fn known(
    tx: &mut Tx,
    source: &SourceId,
    platform_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut found = HashMap::with_capacity(platform_ids.len());
    let page = Rows::of(&[("platform_id", Type::Text)], platform_ids);
    for part in page.parts(tx.dialect()) {
        let page = part.among("c.platform_id", 2);
        let query = sql::query(format!(
            "select c.platform_id, c.id, c.first_seen_at, c.revision, c.written_by, r.text
             from comment c join revision r on r.comment = c.id and r.number = c.revision
             where c.source = $1 and {page}"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("look up the comments of a page")? {
            let comment = Columns::of("comment", &row);
            let known = Known {
                id: CommentId(comment.get("id")?),
                first_seen_at: comment.instant("first_seen_at")?,
                revision: comment.get("revision")?,
                text: comment.get("text")?,
                ours: row::is_ours(&comment)?,
            };
            found.insert(comment.get("platform_id")?, known);
        }
    }
    Ok(found)
}

/// One comment.
///
/// # Errors
/// The database failed.
pub async fn get(store: &Store, id: CommentId) -> Result<Option<Comment>, StoreError> {
    let query = sql::query(format!(
        "select {COMMENT} from comment c join revision r on r.comment = c.id and r.number = c.revision where c.id = $1"
    ));
    let row = query.bind(id.0).fetch_optional(&store.readers).await.doing("read a comment")?;
    row.map(|row| comment(&Columns::of("comment", &row))).transpose()
}

/// Notes whether the public can see a comment, as of `at`.
///
/// # Errors
/// There is no such comment, or it was erased.
pub async fn set_visibility(
    tx: &mut Tx,
    id: CommentId,
    visibility: Visibility,
    at: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update comment set visibility = $2, visibility_at = $3 where id = $1 and visibility <> 'erased'",
    );
    let query = query.bind(id.0).bind(visibility.as_str()).bind(micros(at));
    match query.execute(tx.conn()).await.doing("note whether a comment can be seen")?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::NoSuchComment(id)),
    }
}
