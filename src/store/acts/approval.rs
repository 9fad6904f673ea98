//! A reply that a second person looks at before it leaves: it waits in the outbox, is approved, with or without other words, or goes
//! back to whoever wrote it. The words that were proposed are kept beside those that leave.

use super::super::actions::{self, ACTION};
use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::jobs::{self, Lane};
use super::super::notes::{self, Sort};
use super::super::sql::{self, Columns, micros};
use super::super::{Hindrance, StoreError, Tx, audit, holding};
use super::{By, Found, find};
use crate::domain::action::{Act, Action, ActionId, ActionState, Withdrawal};
use crate::domain::audit::{AuditEvent, Field, commitment};
use crate::domain::comment::{CommentId, SourceId, Visibility};
use crate::domain::holder::Holder;

/// Puts a reply before a second person. `None` where one with the same words waits for that already, is on its way or was sent:
/// whoever asks for it anew did not hear that it was taken in.
///
/// # Errors
/// There is no such comment, it was changed since it was seen, it is ours, or it is gone.
pub async fn propose(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    text: &str,
) -> Result<Option<ActionId>, StoreError> {
    answerable(&find(tx, by, comment).await?)?;
    if is_said(tx, comment, text, None).await? {
        return Ok(None);
    }
    let salt: [u8; 16] = rand::random();
    let query = sqlx::query(
        "insert into action (comment, act, text, salt, requested_by, requested_at, state)
         values ($1, 'reply', $2, $3, $4, $5, 'awaiting_approval') returning id",
    );
    let query = query.bind(comment.0).bind(text.to_owned()).bind(salt.to_vec());
    let query = query.bind(by.decider().to_string()).bind(micros(by.now));
    let row = query.fetch_one(tx.conn()).await.doing("propose a reply")?;
    let id = ActionId(Columns::of("action", &row).get("id")?);
    let proposed = about(by, "reply.proposed", comment, id).with("text", committed(text, &salt));
    let given = hand(tx, by, comment, &Holder::AwaitingApproval).await?;
    audit::append(tx, &std::iter::once(proposed).chain(given).collect::<Vec<_>>()).await?;
    Ok(Some(id))
}

/// Lets a reply leave that waits for approval, in these words.
///
/// # Errors
/// There is no such reply of this comment, it does not wait any longer, `by` proposed it, another reply says the same, or the comment
/// cannot be answered.
pub async fn approve_reply(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    id: ActionId,
    text: &str,
) -> Result<ActionId, StoreError> {
    answerable(&find(tx, by, comment).await?)?;
    let (action, proposer) = proposed(tx, comment, id).await?;
    if proposer == by.decider() {
        return Err(StoreError::Hindered(comment, Hindrance::OwnReply));
    }
    if is_said(tx, comment, text, Some(id)).await? {
        return Err(StoreError::Hindered(comment, Hindrance::SaidBefore));
    }
    let was = action.act.text().unwrap_or_default();
    let edited = was != text;
    let query = sql::query(format!(
        "insert into approval (action, draft, salt, approved_by, approved_at)
         select id, {}, $2, $3 from action where id = $1",
        if edited { "text, salt" } else { "null, null" }
    ));
    let query = query.bind(id.0).bind(by.decider().to_string()).bind(micros(by.now));
    query.execute(tx.conn()).await.doing("keep who approved a reply")?;
    if edited {
        let salt: [u8; 16] = rand::random();
        let query = sqlx::query("update action set text = $2, salt = $3 where id = $1");
        let query = query.bind(id.0).bind(text.to_owned()).bind(salt.to_vec());
        query.execute(tx.conn()).await.doing("change the words of a proposed reply")?;
    }
    let query = sqlx::query("update action set not_before = $2 where id = $1 returning salt");
    let query = query.bind(id.0).bind(by.leaves.map(micros));
    let row = query.fetch_one(tx.conn()).await.doing("say when a reply leaves")?;
    let salt: Vec<u8> = Columns::of("action", &row).get("salt")?;
    let queued = action.state.clone().approve().map_err(|gone| wrong(id, gone.from))?;
    actions::set_state(tx, id, &action.state, &queued).await?;
    let query = sqlx::query("select source from comment where id = $1").bind(comment.0);
    let row = query.fetch_one(tx.conn()).await.doing("look up the source of a reply")?;
    let source = SourceId(Columns::of("comment", &row).get("source")?);
    jobs::add(tx, &Lane::Dispatch(source), &[id.to_string()], by.leaves.unwrap_or(by.now)).await?;

    let approved = about(by, "reply.approved", comment, id)
        .with("text", committed(text, &salt))
        .word("words", if edited { "changed" } else { "as_proposed" });
    let given = back(tx, by, comment, &proposer).await?;
    audit::append(tx, &std::iter::once(approved).chain(given).collect::<Vec<_>>()).await?;
    Ok(id)
}

/// Gives a proposed reply back: it does not leave, and why is a note about the comment.
///
/// # Errors
/// There is no such reply of this comment, or it does not wait any longer.
pub async fn return_reply(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    id: ActionId,
    reason: &str,
) -> Result<(), StoreError> {
    find(tx, by, comment).await?.must(true, "answered")?;
    let (action, proposer) = proposed(tx, comment, id).await?;
    let withdrawn =
        action.state.clone().withdraw(by.now, Withdrawal::GivenBack).map_err(|gone| wrong(id, gone.from))?;
    actions::set_state(tx, id, &action.state, &withdrawn).await?;
    let salt: [u8; 16] = rand::random();
    notes::keep(tx, comment, Sort::Note, (reason, salt), &by.decider(), by.now).await?;
    let returned = about(by, "reply.returned", comment, id).with("reason", committed(reason, &salt));
    let given = back(tx, by, comment, &proposer).await?;
    audit::append(tx, &std::iter::once(returned).chain(given).collect::<Vec<_>>()).await
}

/// Whether another reply has these words: one that waits for approval, is on its way or was sent.
async fn is_said(
    tx: &mut Tx,
    comment: CommentId,
    text: &str,
    but: Option<ActionId>,
) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "select 1 as one from action where comment = $1 and act = 'reply' and text = $2 and id <> $3
             and state in ('awaiting_approval', 'queued', 'started', 'confirmed') limit 1",
    );
    let query = query.bind(comment.0).bind(text.to_owned()).bind(but.map_or(0, |id| id.0));
    let found = query.fetch_optional(tx.conn()).await.doing("look for the same reply")?;
    Ok(found.is_some())
}

fn answerable(found: &Found) -> Result<(), StoreError> {
    let there = matches!(found.visibility, Visibility::Visible | Visibility::Hidden);
    found.must(there && !found.ours, "answered")
}

fn committed(text: &str, salt: &[u8]) -> Field {
    Field::Commitment(commitment(salt.try_into().expect("a salt has 16 bytes"), text.as_bytes()))
}

fn about(by: By<'_>, act: &'static str, comment: CommentId, id: ActionId) -> AuditEvent {
    AuditEvent::new(by.now, by.actor(), act, format!("action:{id}")).int("comment", comment.0)
}

fn wrong(id: ActionId, found: &str) -> StoreError {
    StoreError::WrongState {
        object: format!("action {id}"),
        found: found.to_owned(),
        asked: "approved or given back",
    }
}

/// The reply that waits, and who proposed it.
async fn proposed(tx: &mut Tx, comment: CommentId, id: ActionId) -> Result<(Action, DecidedBy), StoreError> {
    let query = sql::query(format!(
        "select {ACTION} from action a where a.id = $1 and a.comment = $2 and a.act = 'reply'"
    ));
    let row =
        query.bind(id.0).bind(comment.0).fetch_optional(tx.conn()).await.doing("read a proposed reply")?;
    let row = row.ok_or_else(|| wrong(id, "no reply to this comment"))?;
    let row = Columns::of("action", &row);
    let action = actions::action(&row)?;
    match (&action.state, &action.act) {
        (ActionState::AwaitingApproval, Act::Reply { .. }) => Ok((action, row.word("requested_by")?)),
        (other, _) => Err(wrong(id, other.word())),
    }
}

/// Passes the comment on; nothing is logged where it is in those hands already.
async fn hand(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    to: &Holder,
) -> Result<Option<AuditEvent>, StoreError> {
    let before = holding::hand(tx, comment, to, &by.decider(), by.now).await?;
    let entry = |before: Holder| {
        by.entry("comment.assigned", comment).word("from", before.to_string()).word("to", to.to_string())
    };
    Ok(before.map(entry))
}

/// Gives the comment back to whoever proposed the reply.
pub(super) async fn back(
    tx: &mut Tx,
    by: By<'_>,
    comment: CommentId,
    proposer: &DecidedBy,
) -> Result<Option<AuditEvent>, StoreError> {
    match proposer {
        DecidedBy::Staff(name) => hand(tx, by, comment, &Holder::Person(name.clone())).await,
        DecidedBy::Machine => Ok(None),
    }
}
