//! The outbox: what we intend to do on a platform, and how far each has come.

mod acknowledge;
mod queue;
mod waiting;

use std::collections::HashSet;

use crate::domain::action::{Act, Action, ActionId, ActionState, Receipt, Refusal};
use crate::domain::comment::{Comment, CommentId, SourceId};

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, comments};

pub use acknowledge::{NewAcknowledgement, acknowledge, acknowledged};
pub use queue::{NewAction, queue, queue_for};
pub use waiting::waiting_since;

/// An action and the comment it is done to.
///
/// # Errors
/// The database failed.
pub async fn get(store: &Store, id: ActionId) -> Result<Option<(Action, Comment)>, StoreError> {
    let query = sqlx::query("select comment from action where id = $1").bind(id.0);
    let Some(row) = query.fetch_optional(&store.readers).await.doing("read an action")? else {
        return Ok(None);
    };
    let comment = comments::get(store, CommentId(Columns::of("action", &row).get("comment")?)).await?;
    let query = sql::query(format!("select {ACTION} from action a where a.id = $1")).bind(id.0);
    let row = query.fetch_one(&store.readers).await.doing("read an action")?;
    let action = action(&Columns::of("action", &row))?;
    Ok(comment.map(|comment| (action, comment)))
}

/// Whether others go before it. An earlier hide or unhide of the same comment that is still under way: the two undo each
/// other, so this one must not arrive first. Before an acknowledgement, all else that waits on its source: a night's
/// acknowledgements must not hold up a hide. Before a reply, an earlier unhide of its comment or of the one that this stands under:
/// who shows a comment and answers it wants both, and Instagram takes no reply to what is hidden.
///
/// # Errors
/// The database failed.
pub async fn is_behind(store: &Store, action: &Action) -> Result<bool, StoreError> {
    let text = match action.act {
        Act::Reply { .. } => {
            "select 1 as one from action where id < $2 and state in ('queued', 'started') and act = 'unhide'
                 and comment in (select shown.id from comment own join comment shown on shown.source = own.source
                     and shown.platform_id in (own.platform_id, own.parent_id) where own.id = $1) limit 1"
        }
        Act::Hide | Act::Unhide => {
            "select 1 as one from action where comment = $1 and id < $2 and state in ('queued', 'started')
                 and act in ('hide', 'unhide') limit 1"
        }
        // What the index `action_open` covers is said in its own words, by which SQLite knows it.
        Act::Acknowledge { .. } => {
            "select 1 as one from action a join comment c on c.id = a.comment
             where a.id <> $2 and a.state in ('queued', 'started') and a.state = 'queued' and a.act <> 'acknowledge'
                 and c.source = (select own.source from comment own where own.id = $1) limit 1"
        }
    };
    let query = sqlx::query(text).bind(action.comment.0).bind(action.id.0);
    let row = query.fetch_optional(&store.readers).await.doing("look for an earlier action")?;
    Ok(row.is_some())
}

/// Moves an action on from the state that the caller found it in.
///
/// # Errors
/// [`StoreError::WrongState`] where it is no longer in `from`.
pub async fn set_state(
    tx: &mut Tx,
    id: ActionId,
    from: &ActionState,
    to: &ActionState,
) -> Result<(), StoreError> {
    let (settled_at, receipt, refusal, withdrawal) = match to {
        ActionState::AwaitingApproval | ActionState::Queued | ActionState::Started { .. } => {
            (None, None, None, None)
        }
        ActionState::Confirmed { at, receipt } => (Some(*at), Some(receipt.reference.clone()), None, None),
        ActionState::Refused { at, reason } => (Some(*at), None, Some(reason.as_str()), None),
        ActionState::Withdrawn { at, why } => (Some(*at), None, None, Some(why.as_str())),
    };
    let query = sqlx::query(
        "update action set state = $4, attempt = $5, settled_at = $6, receipt = $7, refusal = $8, withdrawal = $9
         where id = $1 and state = $2 and attempt = $3",
    )
    .bind(id.0)
    .bind(from.word())
    .bind(attempt(from).unwrap_or(0))
    .bind(to.word())
    .bind(attempt(to).or(attempt(from)).unwrap_or(0))
    .bind(settled_at.map(micros))
    .bind(receipt)
    .bind(refusal)
    .bind(withdrawal);
    match query.execute(tx.conn()).await.doing("move an action on")?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::WrongState {
            object: format!("action {id}"),
            found: format!("no longer {}", from.word()),
            asked: to.word(),
        }),
    }
}

fn attempt(state: &ActionState) -> Option<i64> {
    match state {
        ActionState::Started { attempt } => Some(*attempt),
        _ => None,
    }
}

/// Whether a hide or an unhide of the comment is on its way, or waits to be.
///
/// # Errors
/// The database failed.
pub async fn is_moving(tx: &mut Tx, comment: CommentId) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "select count(*) as open from action
         where comment = $1 and state in ('queued', 'started') and act in ('hide', 'unhide')",
    )
    .bind(comment.0)
    .fetch_one(tx.conn())
    .await
    .doing("look whether a comment is being hidden or shown")?;
    Ok(Columns::of("action", &row).count::<i64>("open")? > 0)
}

/// Which of these ids are receipts of replies and acknowledgements that we sent to this source.
///
/// # Errors
/// The database failed.
pub async fn is_receipt(
    tx: &mut Tx,
    source: &SourceId,
    platform_ids: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut receipts = HashSet::new();
    let seen = Rows::of(&[("id", Type::Text)], platform_ids);
    for part in seen.parts(tx.dialect()) {
        let seen = part.among("a.receipt", 2);
        let query = sql::query(format!(
            "select a.receipt from action a
             where a.act in ('reply', 'acknowledge') and a.state = 'confirmed' and {seen}
                 and (select c.source from comment c where c.id = a.comment) = $1"
        ));
        let query = part.bind(query.bind(source.0.clone()));
        for row in query.fetch_all(tx.conn()).await.doing("look up the receipts of replies")? {
            receipts.insert(Columns::of("action", &row).get("receipt")?);
        }
    }
    Ok(receipts)
}

/// A reply or acknowledgement that was sent and not heard of yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// The platform's ids of what the public may see it under: its comment, or the comment above that.
    pub under: [Option<String>; 2],
    /// Its words.
    pub text: String,
}

/// The replies and acknowledgements to comments of this source that are on their way. So is an acknowledgement that set out
/// and was withdrawn when it was not found: it may come to light yet.
///
/// # Errors
/// The database failed.
pub async fn replies_under_way(tx: &mut Tx, source: &SourceId) -> Result<Vec<UnderWay>, StoreError> {
    let query = sqlx::query(
        "select a.text, c.platform_id, c.parent_id from action a join comment c on c.id = a.comment
         where (a.state = 'started' or (a.state = 'withdrawn' and a.attempt > 0)) and a.act in ('reply', 'acknowledge')
             and a.text is not null and c.source = $1",
    );
    let rows =
        query.bind(source.0.clone()).fetch_all(tx.conn()).await.doing("look up the replies under way")?;
    let reply = |row| {
        let action = Columns::of("action", row);
        let under = [Some(action.get("platform_id")?), action.get("parent_id")?];
        Ok(UnderWay { under, text: action.get("text")? })
    };
    rows.iter().map(reply).collect()
}

/// The columns of `action a` that [`action`] reads.
pub(super) const ACTION: &str = "a.id as action_id, a.comment, a.act, a.text as reply, a.state, a.attempt, a.settled_at, \
    a.receipt, a.refusal, a.withdrawal, a.requested_by, a.requested_at, a.expires_at, a.not_before";

/// Whether what the comment `o`, of our own, says is an acknowledgement. What the index `action_receipt` covers is said in its
/// own words, by which SQLite knows it.
pub(super) const IS_ACKNOWLEDGEMENT: &str =
    "exists (select 1 from action s join comment sc on sc.id = s.comment
    where s.receipt = o.platform_id and s.act in ('reply', 'acknowledge') and s.state = 'confirmed'
        and s.act = 'acknowledge' and sc.source = o.source)";

/// The action in a row that holds [`ACTION`]. Words that were erased read as none.
pub(super) fn action(row: &Columns<'_>) -> Result<Action, StoreError> {
    let act = match row.get("act")? {
        "hide" => Act::Hide,
        "unhide" => Act::Unhide,
        "reply" => Act::Reply { text: row.get::<Option<String>>("reply")?.unwrap_or_default() },
        "acknowledge" => Act::Acknowledge {
            text: row.get::<Option<String>>("reply")?.unwrap_or_default(),
            until: row.instant("expires_at")?,
        },
        other => return Err(row.unreadable("act", other.to_owned())),
    };
    let state = match row.get("state")? {
        "awaiting_approval" => ActionState::AwaitingApproval,
        "queued" => ActionState::Queued,
        "started" => ActionState::Started { attempt: row.get("attempt")? },
        "confirmed" => ActionState::Confirmed {
            at: row.instant("settled_at")?,
            receipt: Receipt { reference: row.get("receipt")? },
        },
        "refused" => {
            let word: &str = row.get("refusal")?;
            let reason = Refusal::from_word(word).map_err(|_| row.unreadable("refusal", word.to_owned()))?;
            ActionState::Refused { at: row.instant("settled_at")?, reason }
        }
        "withdrawn" => {
            ActionState::Withdrawn { at: row.instant("settled_at")?, why: row.word("withdrawal")? }
        }
        other => return Err(row.unreadable("state", other.to_owned())),
    };
    Ok(Action {
        id: ActionId(row.get("action_id")?),
        comment: CommentId(row.get("comment")?),
        act,
        state,
        requested_at: row.instant("requested_at")?,
        not_before: row.instant_or_null("not_before")?,
    })
}
