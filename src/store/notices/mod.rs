//! Notices to staff that are to leave the house, and those that did.
//!
//! A notice gathers what its recipient is told at one time; from its first attempt on nothing joins it, because that may
//! have been delivered. What it is about is read when it is sent, so that nobody is told of what was done meanwhile.

mod about;
mod gather;

use std::str::FromStr;

use jiff::Timestamp;

use crate::domain::comment::UnknownWord;
use crate::domain::notice::{NoticeId, RecipientName};

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

pub use about::{Counts, Owed, counts, due_before, owed};
pub use gather::{Told, begin_day, gather};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Replies whose clocks passed a point.
    Owed,
    /// What a day begins with.
    Day,
}

/// Whether a notice waits until its recipient is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It does.
    Ordinary,
    /// It goes at once.
    Urgent,
}

/// How a notice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It was delivered.
    Sent,
    /// It could not be delivered for days.
    GivenUp,
    /// Nothing that it was about was left to tell.
    Withdrawn,
}

/// A notice that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// Who is told.
    pub recipient: RecipientName,
    /// What it is about.
    pub subject: Subject,
    /// Whether it waits for its recipient.
    pub urgency: Urgency,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was to set out first.
    pub due_at: Timestamp,
    /// How often it set out.
    pub attempt: i64,
}

/// The notice with this number; `None` where there is none or it has ended.
///
/// # Errors
/// The database failed.
pub async fn open(store: &Store, id: NoticeId) -> Result<Option<Notice>, StoreError> {
    let query = sqlx::query(
        "select id, recipient, about, urgency, created_at, due_at, attempt from notice where id = $1 and state = 'queued'",
    );
    let row = query.bind(id.0).fetch_optional(&store.readers).await.doing("read a notice")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("notice", &row);
    Ok(Some(Notice {
        id: NoticeId(row.get("id")?),
        recipient: row.word("recipient")?,
        subject: row.word("about")?,
        urgency: row.word("urgency")?,
        created_at: row.instant("created_at")?,
        due_at: row.instant("due_at")?,
        attempt: row.get("attempt")?,
    }))
}

/// Notes that a notice sets out once more; from here on nothing joins it.
///
/// # Errors
/// The database failed, or it is not as it was read.
pub async fn set_out(tx: &mut Tx, notice: &Notice) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update notice set attempt = attempt + 1 where id = $1 and attempt = $2 and state = 'queued'",
    );
    move_on(tx, query.bind(notice.id.0).bind(notice.attempt), notice.id, "sent").await
}

/// Ends a notice that set out `attempt` times.
///
/// # Errors
/// The database failed, or it is not as it was read.
pub async fn end(
    tx: &mut Tx,
    id: NoticeId,
    attempt: i64,
    ending: Ending,
    at: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update notice set state = $3, settled_at = $4 where id = $1 and attempt = $2 and state = 'queued'",
    );
    let query = query.bind(id.0).bind(attempt).bind(ending.as_str()).bind(micros(at));
    move_on(tx, query, id, ending.as_str()).await
}

async fn move_on(
    tx: &mut Tx,
    query: sql::Query,
    id: NoticeId,
    asked: &'static str,
) -> Result<(), StoreError> {
    match query.execute(tx.conn()).await.doing("move a notice on")?.rows_affected() {
        1 => Ok(()),
        _ => {
            let found = "no longer as it was read".to_owned();
            Err(StoreError::WrongState { object: format!("notice {id}"), found, asked })
        }
    }
}

impl Ending {
    /// The word for it in columns, logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Ending::Sent => "sent",
            Ending::GivenUp => "given_up",
            Ending::Withdrawn => "withdrawn",
        }
    }
}

impl Subject {
    fn as_str(self) -> &'static str {
        match self {
            Subject::Owed => "owed",
            Subject::Day => "day",
        }
    }
}

impl Urgency {
    fn as_str(self) -> &'static str {
        match self {
            Urgency::Ordinary => "ordinary",
            Urgency::Urgent => "urgent",
        }
    }
}

impl FromStr for Subject {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        const ALL: [Subject; 2] = [Subject::Owed, Subject::Day];
        let found = ALL.into_iter().find(|subject| subject.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("notice", word, ALL.map(Subject::as_str)))
    }
}

impl FromStr for Urgency {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        const ALL: [Urgency; 2] = [Urgency::Ordinary, Urgency::Urgent];
        let found = ALL.into_iter().find(|urgency| urgency.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("urgency", word, ALL.map(Urgency::as_str)))
    }
}
