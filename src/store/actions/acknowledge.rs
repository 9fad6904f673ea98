//! Out-of-hours acknowledgements: queued once for a conversation, and looked at again before they leave.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::acknowledgement::Acknowledgement;
use crate::domain::action::{Act, ActionId};
use crate::domain::comment::{CommentId, SourceId};

use super::super::decisions::{DecidedBy, LATEST};
use super::super::error::Doing;
use super::super::jobs::{self, Lane};
use super::super::replies::{CLOCK, Clock, clock};
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError, Tx, audit};
use super::queue::{NewAction, queued_entry};

/// An acknowledgement to be queued.
#[derive(Debug, Clone)]
pub struct NewAcknowledgement<'a> {
    /// The comment that it answers.
    pub comment: CommentId,
    /// The source of that.
    pub source: &'a SourceId,
    /// What is sent.
    pub what: Acknowledgement,
    /// The salt of the commitment to its words.
    pub salt: [u8; 16],
}

/// Queues acknowledgements with their jobs, due at `now`, and writes their audit entries; but those of conversations for which
/// one is queued, on its way or sent. Of a batch the first for a conversation counts. Returns how many were queued.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn acknowledge(
    tx: &mut Tx,
    new: &[NewAcknowledgement<'_>],
    now: Timestamp,
) -> Result<usize, StoreError> {
    // By conversation: two processes that come to the same ones wait for each other in one order.
    let mut by_conversation: BTreeMap<&str, &NewAcknowledgement<'_>> = BTreeMap::new();
    for one in new {
        by_conversation.entry(&one.what.conversation).or_insert(one);
    }
    let mut rows = Rows::new(&[
        ("comment", Type::Int),
        ("text", Type::Text),
        ("salt", Type::Bytes),
        ("expires_at", Type::Int),
        ("conversation", Type::Text),
    ]);
    for one in by_conversation.values() {
        let what = &one.what;
        rows.push([
            one.comment.0.into(),
            (&what.text).into(),
            one.salt.as_slice().into(),
            what.until.into(),
            (&what.conversation).into(),
        ]);
    }
    let mut queued: BTreeMap<ActionId, &NewAcknowledgement<'_>> = BTreeMap::new();
    for part in rows.parts(tx.dialect()) {
        let asked = part.table("asked", 2);
        let query = sql::query(format!(
            "with {asked}
             insert into action (comment, act, text, salt, requested_by, requested_at, state, expires_at, conversation)
             select comment, 'acknowledge', text, salt, 'machine', $1, 'queued', expires_at, conversation
             from asked order by conversation on conflict do nothing
             returning id, conversation"
        ));
        let query = part.bind(query.bind(micros(now)));
        for row in query.fetch_all(tx.conn()).await.doing("queue acknowledgements")? {
            let row = Columns::of("action", &row);
            queued.insert(ActionId(row.get("id")?), by_conversation[row.get::<&str>("conversation")?]);
        }
    }
    let mut entries = Vec::with_capacity(queued.len());
    let mut keys: BTreeMap<&SourceId, Vec<String>> = BTreeMap::new();
    for (id, one) in &queued {
        keys.entry(one.source).or_default().push(id.to_string());
        let act = Act::Acknowledge { text: one.what.text.clone(), until: one.what.until };
        let (comment, requested_by) = (one.comment, DecidedBy::Machine);
        entries.push(queued_entry(
            *id,
            &NewAction { comment, act, requested_by, decision: None, salt: one.salt },
            now,
        ));
    }
    for (source, keys) in keys {
        jobs::add(tx, &Lane::Dispatch(source.clone()), &keys, now).await?;
    }
    audit::append(tx, &entries).await?;
    Ok(queued.len())
}

/// The clock by which the asker of an acknowledged comment still waits for a reply; `None` where they had one, where the
/// comment is no longer seen, or where it was judged otherwise since.
///
/// # Errors
/// The database failed.
pub async fn acknowledged(store: &Store, comment: CommentId) -> Result<Option<Clock>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK} from comment c join decision d on d.id = {LATEST} join reply_clock k on k.comment = c.id
         where c.id = $1 and c.visibility = 'visible' and d.verdict = 'allow' and k.clock <> 'solve'
             and k.state in ('running', 'paused') order by k.id limit 1"
    ));
    let row = query.bind(comment.0).fetch_optional(&store.readers).await.doing("read who still waits")?;
    row.map(|row| clock(&Columns::of("reply_clock", &row))).transpose()
}
