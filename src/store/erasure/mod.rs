//! Erasure: what people wrote goes, with the salts of its commitments; that they did, and what followed, stays.
//!
//! Of a comment go its texts, its author, what tells that it repeats another, our replies to it (also as pages brought them
//! back) and the reasons that staff gave. The comment is then `erased`, which the schema takes for empty and for ever. A
//! comment under a [hold](super::holds) is left as it is, and so is one to which a reply is on its way: it is looked for by its
//! words. Nothing of the audit log changes: without the salts its commitments tell nobody anything.

mod beside;
mod expired;
mod ordered;
mod words;

use jiff::Timestamp;

use crate::domain::action::{Act, Action, ActionState, Withdrawal};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::{CommentId, Visibility};
use crate::domain::retention::Cause;

use super::actions::{self, ACTION};
use super::acts::Promises;
use super::error::Doing;
use super::holds::{self, HoldId};
use super::jobs::{self, Lane};
use super::replies::{self, CancelReason, promise};
use super::sql::{self, Columns, micros};
use super::{Dialect, StoreError, Tx};

pub use beside::{forget_deliveries, forget_posts, forget_searches};
pub use expired::{Expired, expired};
pub use ordered::order;
pub use words::{erase_orders, erase_reasons, erase_replies};

/// Why something is erased, by whom and when.
#[derive(Debug, Clone)]
pub struct Erasing {
    /// Who does it.
    pub by: Actor,
    /// Why.
    pub cause: Cause,
    /// When.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done. The entries are for the caller to append, after whatever else it writes; the comment's own is the first.
    Erased(Vec<AuditEvent>),
    /// Somebody did it before.
    Already,
    /// It is under this hold.
    Held(HoldId),
    /// It was under a hold, which the person lifted who wants to erase it: that takes two.
    HoldLiftedBySame,
    /// A reply to it is on its way.
    ReplyUnderWay,
}

impl Outcome {
    /// The entries of what was done.
    pub fn entries(self) -> Vec<AuditEvent> {
        match self {
            Outcome::Erased(entries) => entries,
            Outcome::Already | Outcome::Held(_) | Outcome::HoldLiftedBySame | Outcome::ReplyUnderWay => {
                Vec::new()
            }
        }
    }
}

/// Erases comments, each for its cause, as [`erase`] does, and says what came of each in its place.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn erase_all(
    tx: &mut Tx,
    promises: Option<Promises<'_>>,
    comments: &[(CommentId, Cause)],
    by: &Actor,
    now: Timestamp,
) -> Result<Vec<Outcome>, StoreError> {
    hold(tx, comments).await?;
    let mut outcomes = Vec::with_capacity(comments.len());
    for (comment, cause) in comments {
        let erasing = Erasing { by: by.clone(), cause: *cause, now };
        outcomes.push(erase(tx, promises, *comment, &erasing).await?);
    }
    Ok(outcomes)
}

/// Takes all locks at once, in the order in which everybody takes them, comments before sources: otherwise we came back for the
/// second comment with the first one's source in hand, for which a page waits that holds the second.
async fn hold(tx: &mut Tx, comments: &[(CommentId, Cause)]) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(()); // one writer at a time
    }
    let mut all = Vec::with_capacity(comments.len());
    for (comment, _) in comments {
        all.push(*comment);
        all.extend(replies_to(tx, *comment).await?);
    }
    replies::hold(tx, &all).await?;
    holds::wait(tx).await
}

/// Erases a comment. What waits in the outbox to answer it is withdrawn, what is owed to it stops, the next message that waited behind
/// it is owed its reply where `promises` are in force, and who is judging it is fenced out; a hide that waits is carried out all
/// the same.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn erase(
    tx: &mut Tx,
    promises: Option<Promises<'_>>,
    comment: CommentId,
    erasing: &Erasing,
) -> Result<Outcome, StoreError> {
    let ours = replies_to(tx, comment).await?;
    // All at once: those who hold several comments do so in the order of their numbers.
    replies::hold(tx, &[&ours[..], &[comment]].concat()).await?;
    let was = visibility(tx, comment).await?;
    if was == Visibility::Erased {
        return Ok(Outcome::Already);
    }
    if let Some(hold) = holds::on(tx, comment).await? {
        return Ok(Outcome::Held(hold));
    }
    if let Actor::Staff(name) = &erasing.by
        && holds::lifted_by(tx, comment, name).await?
    {
        return Ok(Outcome::HoldLiftedBySame);
    }
    let waiting = waiting(tx, comment).await?;
    let is_under_way =
        |one: &Action| one.act.text().is_some() && matches!(one.state, ActionState::Started { .. });
    if waiting.iter().any(is_under_way) {
        return Ok(Outcome::ReplyUnderWay);
    }
    let Erasing { by, cause, now } = erasing;
    jobs::interrupt(tx, &Lane::Moderate, &[comment.to_string()]).await?;
    let calendar = promises.map(|promises| promises.calendar);
    let stopped = replies::cancel(tx, calendar, comment, *now, CancelReason::Erased).await?;
    // While its author is known: who waited behind it for the same reply is found by them.
    let next = match promises {
        Some(Promises { calendar, routing }) => {
            promise::go_on(tx, calendar, routing, &stopped, "erase", *now).await?
        }
        None => Vec::new(),
    };
    let withdrawn: Vec<&Action> = waiting
        .iter()
        .filter(|one| one.act != Act::Hide && !matches!(one.state, ActionState::Started { .. }))
        .collect();
    for action in &withdrawn {
        let erased = ActionState::Withdrawn { at: *now, why: Withdrawal::Erased };
        actions::set_state(tx, action.id, &action.state, &erased).await?;
    }

    let gone = words::of_comment(tx, comment).await?;
    empty(tx, comment, *now).await?;
    for reply in &ours {
        words::of_comment(tx, *reply).await?;
        empty(tx, *reply, *now).await?;
    }
    let entry = |comment: CommentId, cause: Cause| {
        AuditEvent::new(*now, by.clone(), "comment.erased", format!("comment:{comment}"))
            .word("cause", cause.as_str())
    };
    let mut entries = vec![
        entry(comment, *cause)
            .word("was", was.as_str())
            .int("revisions", gone.revisions)
            .int("replies", gone.replies)
            .int("reasons", gone.reasons),
    ];
    entries.extend(ours.iter().map(|reply| entry(*reply, Cause::WithComment).int("because", comment.0)));
    entries.extend(withdrawn.into_iter().map(|action| {
        AuditEvent::new(*now, by.clone(), "action.withdrawn", format!("action:{}", action.id))
            .int("comment", comment.0)
            .word("what", action.act.word())
    }));
    entries.extend(stopped.iter().map(|one| one.entry(by.clone(), calendar, *now)));
    entries.extend(next);
    Ok(Outcome::Erased(entries))
}

/// Our replies to a comment, as pages brought them: those that Majlis sent, those that stopped its clock, and whatever else of
/// ours stands under it and is not known to answer another.
async fn replies_to(tx: &mut Tx, comment: CommentId) -> Result<Vec<CommentId>, StoreError> {
    let query = sqlx::query(
        "select o.id from comment c join action a on a.comment = c.id and a.act in ('reply', 'acknowledge')
             join comment o on o.source = c.source and o.platform_id = a.receipt
         where c.id = $1 and o.written_by = 'us' and o.visibility <> 'erased'
         union
         select o.id from comment c join reply_clock k on k.comment = c.id
             join comment o on o.source = c.source and o.platform_id = k.answered_by_seen
         where c.id = $1 and o.written_by = 'us' and o.visibility <> 'erased'
         union
         select o.id from comment c
             join comment o on o.source = c.source and o.parent_id = c.platform_id and o.written_by = 'us'
         where c.id = $1 and o.visibility <> 'erased' and not exists (
             select 1 from action s join comment sc on sc.id = s.comment
             where s.receipt = o.platform_id and s.act in ('reply', 'acknowledge') and s.state = 'confirmed'
                 and sc.source = o.source and sc.id <> c.id)",
    );
    let rows = query.bind(comment.0).fetch_all(tx.conn()).await.doing("look up our replies to a comment")?;
    rows.iter().map(|row| Ok(CommentId(Columns::of("comment", row).get("id")?))).collect()
}

async fn visibility(tx: &mut Tx, comment: CommentId) -> Result<Visibility, StoreError> {
    let query = sqlx::query("select visibility from comment where id = $1").bind(comment.0);
    let row = query.fetch_optional(tx.conn()).await.doing("read a comment")?;
    Columns::of("comment", &row.ok_or(StoreError::NoSuchComment(comment))?).word("visibility")
}

/// What waits to be done to a comment, or is on its way.
async fn waiting(tx: &mut Tx, comment: CommentId) -> Result<Vec<Action>, StoreError> {
    let query = sql::query(format!(
        "select {ACTION} from action a where a.comment = $1 and a.state in ('awaiting_approval', 'queued', 'started') order by a.id"
    ));
    let rows = query.bind(comment.0).fetch_all(tx.conn()).await.doing("read what waits for a comment")?;
    rows.iter().map(|row| actions::action(&Columns::of("action", row))).collect()
}

/// Takes the author off a comment whose words are gone, and calls it erased.
async fn empty(tx: &mut Tx, comment: CommentId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "update comment set visibility = 'erased', visibility_at = $2, author_id = null, author_name = null,
             author_key = null, fold_key = null, look_at = null
         where id = $1",
    )
    .bind(comment.0)
    .bind(micros(now))
    .execute(tx.conn())
    .await
    .doing("erase a comment")?;
    Ok(())
}
