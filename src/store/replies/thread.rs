//! Conversations: which comment is at the top of one, and what its asker waits for in it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::comment::{Comment, CommentId};
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Priority};

use super::super::comments::{COMMENT, comment};
use super::super::decisions::LATEST;
use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx};
use super::{CLOCK, Clock, clock};

/// The most levels that a thread is followed up. Facebook, Instagram and YouTube have two; on X nobody talks for longer.
const LEVELS_MAX: u32 = 64;

/// The comment at the top of each comment's thread, as far as we have read it: itself where it answers none that we know.
///
/// # Errors
/// The database failed.
pub async fn threads(
    tx: &mut Tx,
    comments: &[CommentId],
) -> Result<HashMap<CommentId, CommentId>, StoreError> {
    let mut tops = HashMap::with_capacity(comments.len());
    let asked = Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0));
    for part in asked.parts(tx.dialect()) {
        let asked = part.among("c.id", 1);
        let query = sql::query(format!(
            "with recursive up (id, source, parent_id, top, level) as (
                 select c.id, c.source, c.parent_id, c.id, 0 from comment c where {asked}
                 union all
                 select u.id, p.source, p.parent_id, p.id, u.level + 1
                 from up u join comment p on p.source = u.source and p.platform_id = u.parent_id
                 where u.level < {LEVELS_MAX})
             select id, top from up order by id, level"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up the tops of threads")? {
            let row = Columns::of("comment", &row);
            tops.insert(CommentId(row.get("id")?), CommentId(row.get("top")?));
        }
    }
    Ok(tops)
}

/// Holds comments, and all above them in their threads, until the transaction ends: of two who do something in a conversation at
/// once, the second sees what the first did. To be called before anything is concluded from what is open there. It keeps out also
/// those who open a clock without holding its comment, by the foreign key of that clock.
///
/// # Errors
/// The database failed.
pub async fn hold(tx: &mut Tx, comments: &[CommentId]) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(()); // one writer at a time
    }
    let asked = Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0));
    for part in asked.parts(tx.dialect()) {
        let asked = part.among("c.id", 1);
        let query = sql::query(format!(
            "with recursive up (id, source, parent_id, level) as (
                 select c.id, c.source, c.parent_id, 0 from comment c where {asked}
                 union all
                 select p.id, p.source, p.parent_id, u.level + 1
                 from up u join comment p on p.source = u.source and p.platform_id = u.parent_id
                 where u.level < {LEVELS_MAX})
             select id from comment where id in (select id from up) order by id for update"
        ));
        part.bind(query).fetch_all(tx.conn()).await.doing("hold the comments of a conversation")?;
    }
    Ok(())
}

/// A message in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The comment.
    pub comment: CommentId,
    /// The comment at the top of its thread.
    pub thread: CommentId,
    /// When it was written.
    pub at: Timestamp,
}

/// A message of an asker whom we answered in that thread before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    /// Whether an earlier message of theirs waits for a reply already.
    pub waits: bool,
}

/// Which of these messages follow an answer of ours to their author in the thread.
///
/// # Errors
/// The database failed.
pub async fn follow_ups(
    tx: &mut Tx,
    messages: &[Message],
) -> Result<HashMap<CommentId, FollowUp>, StoreError> {
    let mut rows = Rows::new(&[("id", Type::Int), ("thread", Type::Int), ("written_at", Type::Int)]);
    for Message { comment, thread, at } in messages {
        rows.push([comment.0.into(), thread.0.into(), (*at).into()]);
    }
    let mut found = HashMap::new();
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             select n.id, (
                 select count(*) from reply_clock k join comment o on o.id = k.comment
                 where k.thread = n.thread and k.clock = 'next_reply' and k.state in ('running', 'paused')
                     and o.author_key = c.author_key) as waiting
             from new n join comment c on c.id = n.id
             where exists (
                 select 1 from reply_clock k join comment o on o.id = k.comment
                 where k.thread = n.thread and k.state = 'answered' and k.settled_at <= n.written_at
                     and o.author_key = c.author_key)"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look for messages after an answer")? {
            let row = Columns::of("reply_clock", &row);
            found.insert(CommentId(row.get("id")?), FollowUp { waits: row.get::<i64>("waiting")? > 0 });
        }
    }
    Ok(found)
}

/// How urgent staff called these comments, where they called them otherwise than normal.
///
/// # Errors
/// The database failed.
pub async fn priorities(
    tx: &mut Tx,
    comments: &[CommentId],
) -> Result<HashMap<CommentId, Priority>, StoreError> {
    let mut found = HashMap::new();
    let asked = Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0));
    for part in asked.parts(tx.dialect()) {
        let asked = part.table("asked", 1);
        let query = sql::query(format!(
            "with {asked} select k.comment, k.priority from asked a
                 join reply_clock k on k.id = (select max(x.id) from reply_clock x where x.comment = a.id)
             where k.priority <> 'normal'"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up priorities")? {
            let row = Columns::of("reply_clock", &row);
            found.insert(CommentId(row.get("comment")?), row.word("priority")?);
        }
    }
    Ok(found)
}

/// What these comments were given: for each sort of clock of which the latest was answered or solved.
///
/// # Errors
/// The database failed.
pub async fn given(
    tx: &mut Tx,
    comments: &[CommentId],
) -> Result<HashSet<(CommentId, ClockKind)>, StoreError> {
    let mut found = HashSet::new();
    let asked = Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0));
    for part in asked.parts(tx.dialect()) {
        let asked = part.among("k.comment", 1);
        let query = sql::query(format!(
            "select k.comment, k.clock from reply_clock k
             where {asked} and k.state in ('answered', 'solved') and not exists (
                 select 1 from reply_clock x where x.comment = k.comment and x.clock = k.clock and x.id > k.id)"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up what was answered before")? {
            let row = Columns::of("reply_clock", &row);
            found.insert((CommentId(row.get("comment")?), row.word("clock")?));
        }
    }
    Ok(found)
}

/// The clocks, besides its own, that a reply to this comment answers too: they wait for the next reply to its author in its
/// thread. Held until the transaction ends.
pub(super) async fn open_in_thread(tx: &mut Tx, to: CommentId) -> Result<Vec<Clock>, StoreError> {
    let Some(top) = threads(tx, &[to]).await?.remove(&to) else { return Ok(Vec::new()) };
    // A clock keeps the thread that was known when it was opened; a message behind another's clock has none of its own.
    let query = sql::query(format!(
        "select {CLOCK} from comment a join comment c on c.author_key = a.author_key
             join reply_clock k on k.comment = c.id
         where a.id = $1 and c.id <> a.id and k.clock = 'next_reply' and k.state in ('running', 'paused')
             and k.thread = coalesce(
                 (select own.thread from reply_clock own where own.comment = $1 order by own.id desc limit 1), $2)
         order by k.id {hold}",
        hold = super::happen::hold(tx)
    ));
    let rows =
        query.bind(to.0).bind(top.0).fetch_all(tx.conn()).await.doing("read what waits in a thread")?;
    rows.iter().map(|row| clock(&Columns::of("reply_clock", row))).collect()
}

/// The oldest visible message that the asker of `clock` wrote after `since` in its thread, that is owed an answer and never had a
/// clock because an earlier one waited for the same reply.
///
/// # Errors
/// The database failed.
pub async fn unanswered(
    tx: &mut Tx,
    clock: &Clock,
    since: Timestamp,
) -> Result<Option<(Comment, Kind)>, StoreError> {
    // By the author's index; a thread is followed up only for the few that are left.
    let query = sql::query(format!(
        "select {COMMENT}, d.kind
         from comment a join comment c on c.platform = a.platform and c.author_key = a.author_key
             and c.source = a.source
             join revision r on r.comment = c.id and r.number = c.revision
             join decision d on d.id = {LATEST}
         where a.id = $1 and c.written_by = 'public' and c.fold_key is not null and c.starts_at > $2
             and c.parent_id is not null and c.visibility = 'visible' and d.verdict <> 'hide'
             and d.kind in ('question', 'complaint', 'suggestion')
             and not exists (select 1 from reply_clock x where x.comment = c.id)
         order by c.starts_at, c.id"
    ));
    let query = query.bind(clock.comment.0).bind(micros(since));
    let rows = query.fetch_all(tx.conn()).await.doing("look for a message that waits")?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = Columns::of("comment", row);
        found.push((comment(&row)?, row.word("kind")?));
    }
    let ids: Vec<CommentId> = found.iter().map(|(comment, _)| comment.id).collect();
    let tops = threads(tx, &ids).await?;
    Ok(found.into_iter().find(|(comment, _)| tops.get(&comment.id) == Some(&clock.thread)))
}
