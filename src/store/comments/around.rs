//! What stands around a comment: what it answers, what answers it, and what its author wrote to us before.

use sqlx::any::AnyRow;

use crate::domain::comment::{Author, Comment, CommentId};
use crate::domain::policy::ClauseId;

use super::super::decisions::{self, LAST, LATEST, LastDecision};
use super::super::error::Doing;
use super::super::sql::{self, Columns};
use super::super::{Store, StoreError};
use super::row::{self, COMMENT};

/// How far up a thread is followed; platforms nest replies less deeply.
const ABOVE_MAX: usize = 8;
/// The most answers below a comment that are shown.
const BELOW_MAX: i64 = 50;
/// How many of an author's comments are shown.
const EARLIER_MAX: i64 = 10;

/// What stands around a comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The comments above it in its thread, the top first.
    pub above: Vec<Near>,
    /// What answers it, oldest first: the public's and ours.
    pub below: Vec<Near>,
    /// What its author wrote before on the same platform, the latest first.
    pub earlier: Vec<Near>,
}

/// A comment that stands near another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The comment.
    pub comment: Comment,
    /// What was decided about it.
    pub last: Option<LastDecision>,
}

impl Near {
    fn of(row: &AnyRow) -> Result<Near, StoreError> {
        let row = Columns::of("comment", row);
        Ok(Near { comment: row::comment(&row)?, last: decisions::last(&row)? })
    }

    /// The clause that it was said to break.
    pub fn clause(&self) -> Option<ClauseId> {
        self.last.as_ref().and_then(|last| last.clause)
    }
}

/// What stands around `comment`.
///
/// # Errors
/// The database failed.
pub async fn around(store: &Store, comment: &Comment) -> Result<Around, StoreError> {
    let mut above: Vec<Near> = Vec::new();
    let mut next = comment.parent_id.clone();
    while let Some(parent) = next.filter(|_| above.len() < ABOVE_MAX) {
        let query = sql::query(format!(
            "select {COMMENT}, {LAST} from comment c join revision r on r.comment = c.id and r.number = c.revision
                 left join decision d on d.id = {LATEST}
             where c.source = $1 and c.platform_id = $2"
        ));
        let query = query.bind(comment.source.0.clone()).bind(parent);
        let row = query.fetch_optional(&store.readers).await.doing("read what a comment answers")?;
        let Some(row) = row else { break };
        let found = Near::of(&row)?;
        next = found.comment.parent_id.clone();
        above.push(found);
    }
    above.reverse();

    let query = sql::query(format!(
        "select {COMMENT}, {LAST} from comment c join revision r on r.comment = c.id and r.number = c.revision
             left join decision d on d.id = {LATEST}
         where c.source = $1 and c.parent_id = $2 order by c.id limit $3"
    ));
    let query = query.bind(comment.source.0.clone()).bind(comment.platform_id.clone()).bind(BELOW_MAX);
    let rows = query.fetch_all(&store.readers).await.doing("read what answers a comment")?;
    let below = rows.iter().map(Near::of).collect::<Result<_, _>>()?;
    Ok(Around { above, below, earlier: earlier(store, comment.id, comment).await? })
}

async fn earlier(store: &Store, id: CommentId, comment: &Comment) -> Result<Vec<Near>, StoreError> {
    let Some(key) = comment.author.as_ref().and_then(Author::key).filter(|_| !comment.ours) else {
        return Ok(Vec::new());
    };
    // In the words of the index `comment_by_author`.
    let query = sql::query(format!(
        "select {COMMENT}, {LAST} from comment c
             join revision r on r.comment = c.id and r.number = c.revision
             left join decision d on d.id = {LATEST}
         where c.platform = $1 and c.author_key = $2 and c.author_key is not null and c.fold_key is not null
             and c.written_by = 'public' and (c.starts_at, c.platform_id) < (
                 select o.starts_at, o.platform_id from comment o where o.id = $3)
         order by c.starts_at desc, c.platform_id desc limit $4"
    ));
    let query = query.bind(comment.platform.as_str()).bind(key).bind(id.0).bind(EARLIER_MAX);
    let rows = query.fetch_all(&store.readers).await.doing("read what an author wrote before")?;
    rows.iter().map(Near::of).collect()
}
