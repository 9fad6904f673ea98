//! Queueing: what was asked for, set against what is in the outbox already.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::action::{Act, Action, ActionId, ActionState, Withdrawal};
use crate::domain::audit::{Actor, AuditEvent, Field, commitment};
use crate::domain::comment::{CommentId, SourceId};

use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::jobs::{self, Lane};
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx, audit};
use super::{ACTION, action, set_state};

/// An action to be queued.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// The comment it is done to.
    pub comment: CommentId,
    /// What is to be done.
    pub act: Act,
    /// Who asked for it.
    pub requested_by: DecidedBy,
    /// The number of the decision that it follows from; a reply follows from none.
    pub decision: Option<i64>,
    /// The salt of the commitment to a reply's words; not kept for other acts.
    pub salt: [u8; 16],
}

/// Queues actions with their jobs, due at `now`, and writes their audit entries. A hide or unhide that is queued and not
/// sent withdraws where the opposite is asked for; an act equal to one that is queued or on its way is not queued again,
/// nor is a reply whose words were sent before: whoever asks for it anew did not hear that it was taken in.
/// Returns the numbers of the actions that were queued, in the order of asking.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn queue(tx: &mut Tx, actions: &[NewAction], now: Timestamp) -> Result<Vec<ActionId>, StoreError> {
    queue_for(tx, actions, now, None, Vec::new()).await
}

/// The same, to leave not before an instant, until which they can be taken back. `said` is what the log says before it says that
/// they were asked for: it is appended here, because who has the end of the log waits for nothing.
///
/// # Errors
/// As [`queue`].
pub async fn queue_for(
    tx: &mut Tx,
    actions: &[NewAction],
    now: Timestamp,
    not_before: Option<Timestamp>,
    said: Vec<AuditEvent>,
) -> Result<Vec<ActionId>, StoreError> {
    let mut comments: Vec<CommentId> = actions.iter().map(|action| action.comment).collect();
    comments.sort_unstable();
    comments.dedup();
    let sources = lock(tx, &comments).await?;
    let plan = Plan::of(actions, &known(tx, &comments).await?);

    withdraw(tx, &plan.withdrawn, now).await?;
    let ids = insert(tx, &plan.queued, now, not_before).await?;
    let mut keys: BTreeMap<&SourceId, Vec<String>> = BTreeMap::new();
    for (id, action) in ids.iter().zip(&plan.queued) {
        keys.entry(&sources[&action.comment]).or_default().push(id.to_string());
    }
    for (source, keys) in keys {
        jobs::add(tx, &Lane::Dispatch(source.clone()), &keys, not_before.unwrap_or(now)).await?;
    }

    let withdrawn = plan
        .withdrawn
        .iter()
        .map(|(id, by)| AuditEvent::new(now, actor(by), "action.withdrawn", format!("action:{id}")));
    let queued = ids.iter().zip(&plan.queued).map(|(id, action)| queued_entry(*id, action, now));
    audit::append(tx, &said.into_iter().chain(withdrawn).chain(queued).collect::<Vec<_>>()).await?;
    Ok(ids)
}

pub(super) fn queued_entry(id: ActionId, action: &NewAction, now: Timestamp) -> AuditEvent {
    let entry = AuditEvent::new(now, actor(&action.requested_by), "action.queued", format!("action:{id}"))
        .int("comment", action.comment.0)
        .word("what", action.act.word())
        .with("decision", action.decision.map_or(Field::Null, Field::Int));
    match action.act.text() {
        Some(text) => entry.with("text", Field::Commitment(commitment(&action.salt, text.as_bytes()))),
        None => entry,
    }
}

fn actor(by: &DecidedBy) -> Actor {
    match by {
        DecidedBy::Machine => Actor::Machine("moderate"),
        DecidedBy::Staff(name) => Actor::Staff(name.clone()),
    }
}

/// What queueing comes to, given what was asked for already.
#[derive(Debug, Default)]
struct Plan<'a> {
    queued: Vec<&'a NewAction>,
    withdrawn: Vec<(ActionId, &'a DecidedBy)>,
}

impl<'a> Plan<'a> {
    fn of(actions: &'a [NewAction], known: &[Action]) -> Self {
        let mut plan = Plan::default();
        for action in actions {
            let overtaken = |one: &&Action| {
                one.comment == action.comment
                    && one.state == ActionState::Queued
                    && opposite(&action.act).as_ref() == Some(&one.act)
            };
            plan.withdrawn.extend(known.iter().filter(overtaken).map(|one| (one.id, &action.requested_by)));
            let equal = |comment: CommentId, act: &Act| comment == action.comment && *act == action.act;
            let asked_before = known.iter().any(|one| equal(one.comment, &one.act))
                || plan.queued.iter().any(|one| equal(one.comment, &one.act));
            if !asked_before {
                plan.queued.push(action);
            }
        }
        plan
    }
}

fn opposite(act: &Act) -> Option<Act> {
    match act {
        Act::Hide => Some(Act::Unhide),
        Act::Unhide => Some(Act::Hide),
        Act::Reply { .. } | Act::Acknowledge { .. } => None,
    }
}

/// Holds the comments until the transaction ends, so that a double click queues one action, and tells their sources.
async fn lock(tx: &mut Tx, comments: &[CommentId]) -> Result<HashMap<CommentId, SourceId>, StoreError> {
    let lock = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time
        Dialect::Postgres => "for no key update",
    };
    let mut sources = HashMap::with_capacity(comments.len());
    for part in numbers(comments).parts(tx.dialect()) {
        let asked = part.among("id", 1);
        let query = sql::query(format!("select id, source from comment where {asked} order by id {lock}"));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up the comments of actions")? {
            let comment = Columns::of("comment", &row);
            sources.insert(CommentId(comment.get("id")?), SourceId(comment.get("source")?));
        }
    }
    match comments.iter().find(|id| !sources.contains_key(id)) {
        Some(missing) => Err(StoreError::NoSuchComment(*missing)),
        None => Ok(sources),
    }
}

fn numbers(comments: &[CommentId]) -> Rows<'static> {
    Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0))
}

/// What is queued or on its way for these comments, and the replies that they have had. A reply whose words were erased
/// is equal to none.
async fn known(tx: &mut Tx, comments: &[CommentId]) -> Result<Vec<Action>, StoreError> {
    let mut known = Vec::new();
    for part in numbers(comments).parts(tx.dialect()) {
        let asked = part.among("a.comment", 1);
        let query = sql::query(format!(
            "select {ACTION} from action a
             where {asked}
                 and (a.state in ('queued', 'started') or (a.act = 'reply' and a.state = 'confirmed' and a.text is not null))"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up the actions before")? {
            known.push(action(&Columns::of("action", &row))?);
        }
    }
    Ok(known)
}

async fn withdraw(
    tx: &mut Tx,
    overtaken: &[(ActionId, &DecidedBy)],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (id, _) in overtaken {
        let withdrawn = ActionState::Withdrawn { at: now, why: Withdrawal::Overtaken };
        set_state(tx, *id, &ActionState::Queued, &withdrawn).await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    actions: &[&NewAction],
    now: Timestamp,
    not_before: Option<Timestamp>,
) -> Result<Vec<ActionId>, StoreError> {
    let mut rows = Rows::new(&[
        ("comment", Type::Int),
        ("act", Type::Text),
        ("text", Type::Text),
        ("salt", Type::Bytes),
        ("requested_by", Type::Text),
        ("place", Type::Int),
    ]);
    for (place, action) in (0_i64..).zip(actions) {
        let text = action.act.text();
        let salt = text.map(|_| action.salt.as_slice());
        let by = action.requested_by.to_string();
        rows.push([
            action.comment.0.into(),
            action.act.word().into(),
            text.into(),
            salt.into(),
            by.into(),
            place.into(),
        ]);
    }
    let mut ids = Vec::with_capacity(actions.len());
    for part in rows.parts(tx.dialect()) {
        let asked = part.table("asked", 3);
        let query = sql::query(format!(
            "with {asked}
             insert into action (comment, act, text, salt, requested_by, requested_at, not_before, state)
             select comment, act, text, salt, requested_by, $1, $2, 'queued' from asked order by place
             returning id"
        ));
        for row in part
            .bind(query.bind(micros(now)).bind(not_before.map(micros)))
            .fetch_all(tx.conn())
            .await
            .doing("queue actions")?
        {
            ids.push(ActionId(Columns::of("action", &row).get("id")?));
        }
    }
    // Numbers rise in the order of the rows, whatever the order in which they are told.
    ids.sort_unstable();
    Ok(ids)
}
