//! The words themselves, emptied with their salts: of one comment, and of what has expired before its comment.

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::audit::{AuditEvent, Field};
use crate::domain::comment::CommentId;

use super::super::error::Doing;
use super::super::holds::{self, IS_HELD};
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx};
use super::Erasing;

/// How many words went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone {
    pub revisions: i64,
    pub replies: i64,
    pub reasons: i64,
}

/// Empties all that was said in and about a comment.
pub(super) async fn of_comment(tx: &mut Tx, comment: CommentId) -> Result<Gone, StoreError> {
    let mut gone = [0; 4];
    for (count, text) in gone.iter_mut().zip([
        "update revision set text = null, salt = null where comment = $1 and text is not null",
        "update action set text = null, salt = null, conversation = null
         where comment = $1 and (text is not null or conversation is not null)",
        "update decision set reason = null, reason_salt = null where comment = $1 and reason is not null",
        "update note set text = null, salt = null where comment = $1 and text is not null",
    ]) {
        let done = sqlx::query(text).bind(comment.0).execute(tx.conn()).await.doing("erase words")?;
        *count = i64::try_from(done.rows_affected()).expect("a comment has fewer than 2^63 words");
    }
    let [revisions, replies, reasons, notes] = gone;
    Ok(Gone { revisions, replies, reasons: reasons + notes })
}

/// Empties the words of replies that were sent, or given up. Returns an entry for each that still had them.
///
/// # Errors
/// The database failed.
pub async fn erase_replies(
    tx: &mut Tx,
    actions: &[ActionId],
    erasing: &Erasing,
) -> Result<Vec<AuditEvent>, StoreError> {
    let rows = emptied(
        tx,
        "update action set text = null, salt = null, conversation = null
         where {asked} and text is not null and state not in ('queued', 'started')
             and not exists (select 1 from comment c where c.id = action.comment and {held}) returning id, comment",
        actions.iter().map(|id| id.0),
    )
    .await?;
    let entry = |(id, comment): (i64, i64)| {
        AuditEvent::new(erasing.now, erasing.by.clone(), "action.erased", format!("action:{id}"))
            .with("comment", Field::Int(comment))
            .word("cause", erasing.cause.as_str())
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Empties the reasons of these decisions. Returns an entry for each that still had one.
///
/// # Errors
/// The database failed.
pub async fn erase_reasons(
    tx: &mut Tx,
    decisions: &[i64],
    erasing: &Erasing,
) -> Result<Vec<AuditEvent>, StoreError> {
    let rows = emptied(
        tx,
        "update decision set reason = null, reason_salt = null
         where {asked} and reason is not null
             and not exists (select 1 from comment c where c.id = decision.comment and {held}) returning id, comment",
        decisions.iter().copied(),
    )
    .await?;
    let entry = |(id, comment): (i64, i64)| {
        AuditEvent::new(erasing.now, erasing.by.clone(), "reason.erased", format!("comment:{comment}"))
            .int("decision", id)
            .word("cause", erasing.cause.as_str())
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Empties the reasons of erasures that were ordered, and of holds that were lifted, and the notes about topics that were written,
/// before `since`: at most `limit` of each. Returns an entry for each that still had one.
///
/// # Errors
/// The database failed.
pub async fn erase_orders(
    tx: &mut Tx,
    since: Timestamp,
    erasing: &Erasing,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let mut entries = Vec::new();
    for text in [
        "update erasure set reason = null, salt = null where id in (
             select id from erasure where erased_at < $1 and reason is not null order by erased_at limit $2)
         returning 'comment:' || comment as object",
        "update legal_hold set reason = null, lift_reason = null, salt = null where id in (
             select id from legal_hold where lifted_at < $1 and lifted_at is not null and salt is not null
             order by lifted_at limit $2)
         returning 'hold:' || id as object",
        "update topic_note set text = null, salt = null where id in (
             select id from topic_note where written_at < $1 and text is not null order by written_at limit $2)
         returning 'topic:' || topic as object",
    ] {
        let query = sqlx::query(text).bind(micros(since)).bind(i64::from(limit));
        for row in query.fetch_all(tx.conn()).await.doing("erase reasons that expired")? {
            let row = Columns::of("erasure", &row);
            let object: String = row.get("object")?;
            let entry = AuditEvent::new(erasing.now, erasing.by.clone(), "reason.erased", object);
            entries.push(entry.word("cause", erasing.cause.as_str()));
        }
    }
    Ok(entries)
}

/// The numbers of the rows that `text` emptied, and of their comments, in order. `{asked}` in it are the rows; `{held}` is
/// whether `comment c` is under a hold, be it one placed since they were found.
async fn emptied(
    tx: &mut Tx,
    text: &str,
    ids: impl Iterator<Item = i64>,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut found = Vec::new();
    holds::wait(tx).await?;
    let text = text.replace("{held}", IS_HELD);
    for part in Rows::of(&[("id", Type::Int)], ids).parts(tx.dialect()) {
        let query = sql::query(text.replace("{asked}", &part.among("id", 1)));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("erase words that expired")? {
            let row = Columns::of("action", &row);
            found.push((row.get("id")?, row.get("comment")?));
        }
    }
    found.sort_unstable();
    Ok(found)
}
