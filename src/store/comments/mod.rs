//! Comments and their revisions.
//!
//! [`receive()`] takes a page in, [`subjects()`] prepares a batch for the judge, and the read model
//! ([`list()`], [`story()`], [`export()`], [`counts()`], [`open_counts()`]) shows people what became of them. What lists and
//! searches are read from is worked out behind the writers ([`refresh_waiting()`], [`index_words()`]).

mod around;
mod counts;
mod due_counts;
mod export;
mod found_by;
mod list;
mod look;
mod open_counts;
mod past;
mod receive;
mod row;
mod story;
mod subjects;
mod waiting;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::domain::comment::{Comment, CommentId, Incoming, SourceId, Visibility};

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Dialect, Store, StoreError, Tx};

pub use around::{Around, Near, around};
pub use counts::{PlatformCounts, counts};
pub use due_counts::{DueCounts, due_counts};
pub use export::{ExportRow, export};
pub use found_by::index_words;
pub use list::{FirstReply, ListFilter, ListKey, ListRow, ListState, Urgency, list, numbers, these};
pub use look::{ToLookAt, due_for_a_look, newest_but, plan_look, under_hidden};
pub use open_counts::{OpenCounts, open_counts};
pub use past::past;
pub use receive::{NewRevision, Stored, receive};
pub use story::{Approval, Revision, Story, StoryAction, story};
pub use subjects::{COMPARED_MAX, SubjectRow, subjects, twins_after};
pub use waiting::refresh_waiting;

pub(super) use row::{COMMENT, comment};

/// The words of a revision and the salt kept with them; `None` after erasure.
///
/// # Errors
/// The database failed.
pub async fn salted_text(
    tx: &mut Tx,
    comment: CommentId,
    revision: i64,
) -> Result<Option<(String, [u8; 16])>, StoreError> {
    let query = sqlx::query(
        "select text, salt from revision where comment = $1 and number = $2 and text is not null",
    );
    let query = query.bind(comment.0).bind(revision);
    let row = query.fetch_optional(tx.conn()).await.doing("read the text before an edit")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("revision", &row);
    let salt: Vec<u8> = row.get("salt")?;
    let salt = <[u8; 16]>::try_from(salt).map_err(|salt| row.unreadable("salt", hex::encode(salt)))?;
    Ok(Some((row.get("text")?, salt)))
}

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
    /// Whether the public can see it.
    pub visibility: Visibility,
    /// Since when that is so, where it was not always.
    pub visibility_at: Option<Timestamp>,
    /// When it was last seen, as exactly as that is kept.
    pub seen_at: Timestamp,
}

impl Known {
    /// Whether a page carries other words than were known. What was erased stays erased.
    pub fn differs(&self, incoming: &Incoming) -> bool {
        self.text.as_deref().is_some_and(|text| text != incoming.text)
    }

    /// Whether it is worth noting, where a platform sets a term, that it was seen again at `now`.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.visibility != Visibility::Erased && now.duration_since(self.seen_at) > REFRESHED_EVERY
    }
}

/// What is known of these comments, by the platform's id.
///
/// # Errors
/// The database failed.
pub async fn known(
    store: &Store,
    source: &SourceId,
    platform_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut reader = store.readers.acquire().await.doing("look up the comments of a page")?;
    known_by(&mut reader, store.dialect, source, platform_ids).await
}

async fn known_by(
    connection: &mut AnyConnection,
    dialect: Dialect,
    source: &SourceId,
    platform_ids: &[String],
) -> Result<HashMap<String, Known>, StoreError> {
    let mut found = HashMap::with_capacity(platform_ids.len());
    let page = Rows::of(&[("platform_id", Type::Text)], platform_ids);
    for part in page.parts(dialect) {
        let page = part.among("c.platform_id", 2);
        // The text by itself: joined, PostgreSQL reads every revision there is while it thinks there are few.
        let query = sql::query(format!(
            "select c.platform_id, c.id, c.first_seen_at, c.revision, c.visibility, c.visibility_at,
                 coalesce(c.refreshed_at, c.first_seen_at) as seen_at,
                 (select r.text from revision r where r.comment = c.id and r.number = c.revision) as text
             from comment c where c.source = $1 and {page}"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(&mut *connection).await.doing("look up the comments of a page")? {
            let comment = Columns::of("comment", &row);
            let known = Known {
                id: CommentId(comment.get("id")?),
                first_seen_at: comment.instant("first_seen_at")?,
                revision: comment.get("revision")?,
                text: comment.get("text")?,
                visibility: comment.word("visibility")?,
                visibility_at: comment.instant_or_null("visibility_at")?,
                seen_at: comment.instant("seen_at")?,
            };
            found.insert(comment.get("platform_id")?, known);
        }
    }
    Ok(found)
}

/// Notes that the platform showed these comments of a source again at `now`, for those last seen more than a day before: a term
/// of the platform runs anew from then.
///
/// # Errors
/// The database failed.
pub async fn refreshed(
    tx: &mut Tx,
    source: &SourceId,
    platform_ids: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time
        Dialect::Postgres => "for no key update",
    };
    let page = Rows::of(&[("platform_id", Type::Text)], platform_ids);
    for part in page.parts(tx.dialect()) {
        let page = part.among("platform_id", 4);
        // In the order in which everybody holds comments.
        let query = sql::query(format!(
            "with seen as materialized (
                 select id from comment
                 where source = $1 and {page} and coalesce(refreshed_at, first_seen_at) < $3 and visibility <> 'erased'
                 order by id {hold})
             update comment set refreshed_at = $2 where id in (select id from seen)"
        ));
        let query = query.bind(source.0.clone()).bind(micros(now)).bind(micros(now - REFRESHED_EVERY));
        part.bind(query).execute(tx.conn()).await.doing("note that comments were seen again")?;
    }
    Ok(())
}

/// How exactly it is known when a comment was seen last: terms are counted in days, and each note is a write.
const REFRESHED_EVERY: SignedDuration = SignedDuration::from_hours(24);

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

/// The same, for whoever writes.
pub(super) async fn get_in(tx: &mut Tx, id: CommentId) -> Result<Option<Comment>, StoreError> {
    let query = sql::query(format!(
        "select {COMMENT} from comment c join revision r on r.comment = c.id and r.number = c.revision where c.id = $1"
    ));
    let row = query.bind(id.0).fetch_optional(tx.conn()).await.doing("read a comment")?;
    row.map(|row| comment(&Columns::of("comment", &row))).transpose()
}

/// Notes whether the public can see a comment, as of `at`. What was erased stays erased.
///
/// # Errors
/// There is no such comment.
pub async fn set_visibility(
    tx: &mut Tx,
    id: CommentId,
    visibility: Visibility,
    at: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update comment set visibility = case visibility when 'erased' then visibility else $2 end,
             visibility_at = case visibility when 'erased' then visibility_at else $3 end
         where id = $1",
    );
    let query = query.bind(id.0).bind(visibility.as_str()).bind(micros(at));
    match query.execute(tx.conn()).await.doing("note whether a comment can be seen")?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::NoSuchComment(id)),
    }
}
