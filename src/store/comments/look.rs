//! When a comment is asked for by its id: lists show what is new, and never what is gone.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::comment::{CommentId, SourceId, Visibility};

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError, Tx};

/// A comment that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToLookAt {
    /// Our number for it.
    pub id: CommentId,
    /// The platform's id of it.
    pub platform_id: String,
    /// When a page first carried it.
    pub first_seen_at: Timestamp,
    /// Whether the public can see it, as far as we know.
    pub visibility: Visibility,
    /// Since when that is so, where it was not always.
    pub visibility_at: Option<Timestamp>,
}

/// At most `limit` comments that are to be looked at by `now`, the longest due first.
///
/// # Errors
/// The database failed.
pub async fn due_for_a_look(
    store: &Store,
    source: &SourceId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ToLookAt>, StoreError> {
    let rows = sqlx::query(
        "select id, platform_id, first_seen_at, visibility, visibility_at from comment
         where source = $1 and look_at is not null and look_at <= $2 order by look_at, id limit $3",
    )
    .bind(source.0.clone())
    .bind(micros(now))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(&store.readers)
    .await
    .doing("find the comments to look at")?;
    let due = |row| {
        let comment = Columns::of("comment", row);
        Ok(ToLookAt {
            id: CommentId(comment.get("id")?),
            platform_id: comment.get("platform_id")?,
            first_seen_at: comment.instant("first_seen_at")?,
            visibility: comment.word("visibility")?,
            visibility_at: comment.instant_or_null("visibility_at")?,
        })
    };
    rows.iter().map(due).collect()
}

/// The platform's ids of the newest comments of the public that can be seen and are none of these, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn newest_but(
    store: &Store,
    source: &SourceId,
    platform_ids: &[String],
    limit: usize,
) -> Result<Vec<String>, StoreError> {
    // In the words of the index `comment_kept`, whose order ends the search early.
    let rows = sqlx::query(
        "select platform_id from comment
         where platform = (select platform from source where id = $1) and source = $1 and visibility = 'visible'
             and visibility <> 'erased' and written_by = 'public'
         order by first_seen_at desc, id desc limit $2",
    )
    .bind(source.0.clone())
    .bind(i64::try_from(platform_ids.len() + limit).unwrap_or(i64::MAX))
    .fetch_all(&store.readers)
    .await
    .doing("find the newest comments")?;
    let mut newest = Vec::with_capacity(limit);
    for row in &rows {
        let id: String = Columns::of("comment", row).get("platform_id")?;
        if newest.len() < limit && !platform_ids.contains(&id) {
            newest.push(id);
        }
    }
    Ok(newest)
}

/// Which of these comments stand under one that is hidden, by the platform's id.
///
/// # Errors
/// The database failed.
pub async fn under_hidden(
    store: &Store,
    source: &SourceId,
    platform_ids: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut found = HashSet::new();
    let ids = Rows::of(&[("platform_id", Type::Text)], platform_ids);
    for part in ids.parts(store.dialect) {
        let among = part.among("c.platform_id", 2);
        let query = sql::query(format!(
            "select c.platform_id from comment c join comment p on p.source = c.source and p.platform_id = c.parent_id
             where c.source = $1 and p.visibility = 'hidden' and {among}"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        let rows = query.fetch_all(&store.readers).await.doing("find what stands under hidden comments")?;
        for row in &rows {
            found.insert(Columns::of("comment", row).get("platform_id")?);
        }
    }
    Ok(found)
}

/// Sets when comments are looked at next; `None` is never again, and what is gone may then be erased. What was erased is not
/// looked at.
///
/// # Errors
/// The database failed.
pub async fn plan_look(tx: &mut Tx, looks: &[(CommentId, Option<Timestamp>)]) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[("id", Type::Int), ("look_at", Type::Int)]);
    let mut looks = looks.to_vec();
    // In the order in which everybody holds comments.
    looks.sort();
    for (id, at) in looks {
        rows.push([id.0.into(), at.into()]);
    }
    for part in rows.parts(tx.dialect()) {
        let looks = part.table("looks", 1);
        let query = sql::query(format!(
            "with {looks} update comment set look_at = looks.look_at from looks
             where comment.id = looks.id and comment.visibility <> 'erased'"
        ));
        part.bind(query).execute(tx.conn()).await.doing("plan when comments are looked at")?;
    }
    Ok(())
}
