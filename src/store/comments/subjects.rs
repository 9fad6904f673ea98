//! What the judge is told about a batch of comments.
//!
//! Repetition is counted in the order of writing, not of reading, so that the verdicts do not depend on the order
//! in which pages came.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::domain::comment::{Comment, CommentId};

use super::super::decisions::{self, LastDecision};
use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns};
use super::super::{Store, StoreError, Tx};
use super::row;

/// Earlier comments with an equal text are counted up to here: no policy needs to tell more apart, and a flood of equal
/// comments must not make each of them dearer to judge.
pub const EARLIER_SAME_MAX: u32 = 100;

/// A comment to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// The comment, with its latest text.
    pub comment: Comment,
    /// How many comments with an equal fold key the same author wrote on the platform before it, within the window;
    /// at most [`EARLIER_SAME_MAX`].
    pub earlier_same: u32,
    /// The decision that rules so far.
    pub last: Option<LastDecision>,
    /// Whether a person hid it, whatever its words were then, and none has shown it again since.
    pub hidden_by_person: bool,
}

/// The comments with these numbers, in the order asked for; numbers of none are left out.
///
/// # Errors
/// The database failed.
pub async fn subjects(
    store: &Store,
    ids: &[CommentId],
    window: Duration,
) -> Result<Vec<SubjectRow>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for part in numbers(ids).parts(store.dialect()) {
        let (comment, last, latest) = (row::COMMENT, decisions::LAST, decisions::LATEST);
        let asked = part.among("c.id", 2);
        let query = sql::query(format!(
            "select {comment}, {last}, (select count(*) from (
                     select 1 from comment e
                     where e.platform = c.platform and e.author_key = c.author_key and e.fold_key = c.fold_key
                         and e.author_key is not null and e.fold_key is not null and e.written_by = 'public'
                         and e.starts_at >= c.starts_at - $1
                         and (e.starts_at, e.platform_id) < (c.starts_at, c.platform_id)
                     limit {EARLIER_SAME_MAX}) as earlier) as earlier_same,
                 (select p.verdict from decision p where p.comment = c.id and p.decided_by <> 'machine'
                  order by p.id desc limit 1) as persons_verdict
             from comment c
                 join revision r on r.comment = c.id and r.number = c.revision
                 left join decision d on d.id = {latest}
             where {asked}"
        ));
        let query = part.bind(query.bind(micros(window)));
        for row in query.fetch_all(&store.readers).await.doing("read the comments to be judged")? {
            let columns = Columns::of("comment", &row);
            let comment = row::comment(&columns)?;
            let subject = SubjectRow {
                earlier_same: columns.count("earlier_same")?,
                last: decisions::last(&columns)?,
                hidden_by_person: columns.get::<Option<&str>>("persons_verdict")? == Some("hide"),
                comment,
            };
            found.insert(subject.comment.id, subject);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Comments stored earlier that repeat one of `ids` and were written after it within the
/// window: late news changes how many times they repeat, so they are to be judged again.
///
/// # Errors
/// The database failed.
pub async fn twins_after(
    tx: &mut Tx,
    ids: &[CommentId],
    window: Duration,
) -> Result<Vec<CommentId>, StoreError> {
    let mut twins = BTreeSet::new();
    for part in numbers(ids).parts(tx.dialect()) {
        let news = part.among("n.id", 2);
        // That a twin is the public's says so of `n`, whose author is the same. Said again, PostgreSQL would walk the whole
        // of `comment_repeats` for it.
        let query = sql::query(format!(
            "select distinct t.id
             from comment n join comment t on t.platform = n.platform and t.author_key = n.author_key
                 and t.fold_key = n.fold_key and t.author_key is not null and t.fold_key is not null
                 and t.written_by = 'public' and t.starts_at <= n.starts_at + $1
                 and (t.starts_at, t.platform_id) > (n.starts_at, n.platform_id)
             where {news}"
        ));
        let query = part.bind(query.bind(micros(window)));
        for row in query.fetch_all(tx.conn()).await.doing("look for repeated comments")? {
            let twin = Columns::of("comment", &row);
            twins.insert(CommentId(twin.get("id")?));
        }
    }
    let news: BTreeSet<CommentId> = ids.iter().copied().collect();
    Ok(twins.difference(&news).copied().collect())
}

fn numbers(ids: &[CommentId]) -> Rows<'static> {
    Rows::of(&[("id", Type::Int)], ids.iter().map(|id| id.0))
}

fn micros(window: Duration) -> i64 {
    // Far beyond any window, and far from overflow when it is added to an instant.
    const AGES: i64 = i64::MAX / 4;
    i64::try_from(window.as_micros()).map_or(AGES, |window| window.min(AGES))
}
