//! Opening clocks; one that is answered already stops at once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::CommentId;
use crate::domain::judge::Kind;

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx, audit};
use super::{AnsweredBy, ClockId, answer};

/// A clock to be opened.
#[derive(Debug, Clone)]
pub struct NewClock<'a> {
    /// The comment that is owed a reply.
    pub comment: CommentId,
    /// What kind of comment it is.
    pub kind: Kind,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// How the deadline was reached, as JSON, so that an auditor can redo the sum.
    pub basis: &'a str,
}

/// Opens clocks. A comment whose clock runs keeps it. One that a reply of ours, given since `started_at`, answers already
/// is opened and stopped at once, with its audit entries. Returns the comments whose clock was opened and runs.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn open(
    tx: &mut Tx,
    clocks: &[NewClock<'_>],
    now: Timestamp,
) -> Result<Vec<CommentId>, StoreError> {
    let mut rows = Rows::new(&[
        ("comment", Type::Int),
        ("kind", Type::Text),
        ("started_at", Type::Int),
        ("due_soon_at", Type::Int),
        ("due_at", Type::Int),
        ("basis", Type::Text),
    ]);
    for clock in clocks {
        rows.push([
            clock.comment.0.into(),
            clock.kind.as_str().into(),
            clock.started_at.into(),
            clock.due_soon_at.into(),
            clock.due_at.into(),
            clock.basis.into(),
        ]);
    }
    let mut opened = BTreeMap::new();
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 2);
        let query = sql::query(format!(
            "with {new}
             insert into reply_clock (comment, kind, opened_at, started_at, due_soon_at, due_at, basis, state)
             select comment, kind, $1, started_at, due_soon_at, due_at, basis, 'running' from new where true
             on conflict (comment) where state = 'running' do nothing returning id, comment"
        ));
        for row in part.bind(query.bind(micros(now))).fetch_all(tx.conn()).await.doing("open reply clocks")? {
            let row = Columns::of("reply_clock", &row);
            opened.insert(ClockId(row.get("id")?), CommentId(row.get("comment")?));
        }
    }
    for (comment, given) in given_already(tx, &opened).await? {
        if let Some(clock) = clocks.iter().find(|clock| clock.comment == comment) {
            stop_at_once(tx, clock, &given, now).await?;
            opened.retain(|_, open| *open != comment);
        }
    }
    Ok(opened.into_values().collect())
}

/// An answer that was there before the clock.
#[derive(Debug)]
struct Given {
    at: Timestamp,
    by: AnsweredBy,
}

/// The first answer to each of these comments that was given after its clock started.
async fn given_already(
    tx: &mut Tx,
    opened: &BTreeMap<ClockId, CommentId>,
) -> Result<BTreeMap<CommentId, Given>, StoreError> {
    let mut first: BTreeMap<CommentId, Given> = BTreeMap::new();
    let clocks = Rows::of(&[("id", Type::Int)], opened.keys().map(|clock| clock.0));
    for part in clocks.parts(tx.dialect()) {
        let opened = part.table("opened", 1);
        let query = sql::query(format!(
            "with {opened}
             select k.comment, o.starts_at as given_at, o.platform_id as seen, null as action
             from reply_clock k join comment c on c.id = k.comment
                 join comment o on o.source = c.source and o.parent_id = c.platform_id and o.written_by = 'us'
             where k.id in (select id from opened) and o.starts_at >= k.started_at
             union all
             select k.comment, a.settled_at, null, a.id
             from reply_clock k join action a on a.comment = k.comment and a.act = 'reply' and a.state = 'confirmed'
             where k.id in (select id from opened) and a.settled_at >= k.started_at"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look for answers given already")? {
            let row = Columns::of("reply_clock", &row);
            let by = match row.get::<Option<i64>>("action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("seen")?),
            };
            let (comment, at) = (CommentId(row.get("comment")?), row.instant("given_at")?);
            match first.get(&comment) {
                Some(known) if known.at <= at => {}
                _ => drop(first.insert(comment, Given { at, by })),
            }
        }
    }
    Ok(first)
}

async fn stop_at_once(
    tx: &mut Tx,
    clock: &NewClock<'_>,
    given: &Given,
    now: Timestamp,
) -> Result<(), StoreError> {
    answer(tx, clock.comment, given.at, &given.by).await?;
    let entry =
        |act| AuditEvent::new(now, Actor::Machine("moderate"), act, format!("comment:{}", clock.comment));
    let opened = entry("clock.opened")
        .word("kind", clock.kind.as_str())
        .word("started_at", clock.started_at.to_string())
        .word("due_at", clock.due_at.to_string());
    let answered = entry("clock.answered").word("answered_at", given.at.to_string());
    audit::append(tx, &[opened, answered]).await
}
