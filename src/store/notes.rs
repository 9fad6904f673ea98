//! What staff wrote about a comment for each other. Rows are added and never changed; erasure empties their words.

use jiff::Timestamp;

use crate::domain::comment::CommentId;

use super::decisions::DecidedBy;
use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Store, StoreError, Tx};

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Anything that a colleague should know.
    Note,
    /// Why the comment needs no reply.
    NoReply,
}

impl Sort {
    /// The word for it in columns and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Note => "note",
            Sort::NoReply => "no_reply",
        }
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub sort: Sort,
    /// Its words; `None` after erasure.
    pub text: Option<String>,
    /// Who wrote it.
    pub by: DecidedBy,
    /// When.
    pub at: Timestamp,
}

/// Keeps a note, its words with the salt of the commitment to them.
///
/// # Errors
/// The database failed.
pub(super) async fn keep(
    tx: &mut Tx,
    comment: CommentId,
    sort: Sort,
    (text, salt): (&str, [u8; 16]),
    by: &DecidedBy,
    at: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "insert into note (comment, sort, text, salt, written_by, written_at) values ($1, $2, $3, $4, $5, $6)",
    );
    let query = query.bind(comment.0).bind(sort.as_str()).bind(text.to_owned()).bind(salt.to_vec());
    let query = query.bind(by.to_string()).bind(micros(at));
    query.execute(tx.conn()).await.doing("keep a note")?;
    Ok(())
}

/// The notes about a comment, oldest first.
///
/// # Errors
/// The database failed.
pub async fn of(store: &Store, comment: CommentId) -> Result<Vec<Note>, StoreError> {
    let rows =
        sqlx::query("select sort, text, written_by, written_at from note where comment = $1 order by id")
            .bind(comment.0)
            .fetch_all(&store.readers)
            .await
            .doing("read the notes about a comment")?;
    let note = |row| {
        let row = Columns::of("note", row);
        let sort = match row.get("sort")? {
            "note" => Sort::Note,
            "no_reply" => Sort::NoReply,
            other => return Err(row.unreadable("sort", other.to_owned())),
        };
        Ok(Note { sort, text: row.get("text")?, by: row.word("written_by")?, at: row.instant("written_at")? })
    };
    rows.iter().map(note).collect()
}
