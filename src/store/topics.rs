//! What changed because of a topic: notes that staff write for a month's report. The latest of each month and topic counts.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent, Field, commitment};
use crate::domain::topics::TopicId;

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx, audit};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicNote {
    /// What changed.
    pub text: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Keeps what `staff` says changed because of a topic in a month, such as `2026-10`, and logs it.
///
/// # Errors
/// The database failed.
pub async fn note(
    tx: &mut Tx,
    staff: &str,
    (month, topic): (&str, &TopicId),
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let salt: [u8; 16] = rand::random();
    let query = sqlx::query(
        "insert into topic_note (month, topic, text, salt, written_by, written_at) values ($1, $2, $3, $4, $5, $6)",
    );
    let query =
        query.bind(month.to_owned()).bind(topic.to_string()).bind(text.to_owned()).bind(salt.to_vec());
    let query = query.bind(format!("staff:{staff}")).bind(micros(now));
    query.execute(tx.conn()).await.doing("keep a note about a topic")?;
    let entry = AuditEvent::new(now, Actor::Staff(staff.to_owned()), "topic.noted", format!("topic:{topic}"));
    let text = Field::Commitment(commitment(&salt, text.as_bytes()));
    audit::append(tx, &[entry.word("month", month).with("text", text)]).await
}

/// The latest notes of a month, by topic; none where it was erased.
///
/// # Errors
/// The database failed.
pub async fn notes(store: &Store, month: &str) -> Result<BTreeMap<String, TopicNote>, StoreError> {
    let query = sqlx::query(
        "select topic, text, written_by, written_at from topic_note where month = $1 and text is not null
         order by topic, id",
    );
    let rows =
        query.bind(month.to_owned()).fetch_all(&store.readers).await.doing("read notes about topics")?;
    let note = |row| {
        let row = Columns::of("topic_note", row);
        let by: &str = row.get("written_by")?;
        let by = by.strip_prefix("staff:").unwrap_or(by).to_owned();
        Ok((row.get("topic")?, TopicNote { text: row.get("text")?, by, at: row.instant("written_at")? }))
    };
    rows.iter().map(note).collect()
}
