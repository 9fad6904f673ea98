//! Acts on many comments at once: what was asked for, and what came of each. Each act is one of [`super::acts`], in a transaction of
//! its own, and is noted here in that transaction: after a crash the list says what was done, and what was not reached.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use super::decisions::DecidedBy;
use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit};
use crate::domain::action::ActionId;
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{CommentId, Platform, UnknownWord};

/// The number of an act on many comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BulkId(pub i64);

impl fmt::Display for BulkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What came of one comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOutcome {
    /// It was done.
    Done,
    /// It was not come to yet; where it stays so, the act was cut short.
    NotReached,
    /// It was so already.
    Already,
    /// A colleague dealt with it first, and nothing was done.
    Overtaken,
    /// It is not in a state in which that can be done.
    WrongState,
    /// Something else stood in the way.
    Refused,
}

impl ItemOutcome {
    /// Every outcome.
    pub const ALL: [ItemOutcome; 6] = [
        ItemOutcome::Done,
        ItemOutcome::NotReached,
        ItemOutcome::Already,
        ItemOutcome::Overtaken,
        ItemOutcome::WrongState,
        ItemOutcome::Refused,
    ];

    /// The word for it in columns and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemOutcome::Done => "done",
            ItemOutcome::NotReached => "not_reached",
            ItemOutcome::Already => "already",
            ItemOutcome::Overtaken => "overtaken",
            ItemOutcome::WrongState => "wrong_state",
            ItemOutcome::Refused => "refused",
        }
    }
}

impl FromStr for ItemOutcome {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = ItemOutcome::ALL;
        let found = all.into_iter().find(|outcome| outcome.as_str() == word);
        found.ok_or_else(|| UnknownWord::new("outcome", word, all.map(ItemOutcome::as_str)))
    }
}

/// What came of one comment, and by what that is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The comment.
    pub comment: CommentId,
    /// What came of it.
    pub outcome: ItemOutcome,
    /// What went into the outbox for it.
    pub action: Option<ActionId>,
    /// The last entry of the log about it then.
    #[serde(skip)]
    pub entry: i64,
}

/// An act on many comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bulk {
    /// Its number.
    pub id: BulkId,
    /// What was asked for, such as `hide:spam`.
    pub what: String,
    /// The one that it undid.
    pub undoes: Option<BulkId>,
    /// The one by which it was undone.
    pub undone_by: Option<BulkId>,
    /// Who asked for it.
    pub asked_by: DecidedBy,
    /// When.
    pub asked_at: Timestamp,
    /// What came of each comment, by number.
    pub items: Vec<Item>,
}

/// Begins an act on these comments, none of which is reached yet, and logs it.
///
/// # Errors
/// The database failed, or the one that it undoes was undone already.
pub async fn begin(
    tx: &mut Tx,
    (what, undoes): (&str, Option<BulkId>),
    comments: &[CommentId],
    staff: &str,
    now: Timestamp,
) -> Result<BulkId, StoreError> {
    let query = sqlx::query(
        "insert into bulk (what, undoes, asked_by, asked_at) values ($1, $2, $3, $4)
         on conflict (undoes) where undoes is not null do nothing returning id",
    );
    let query = query.bind(what.to_owned()).bind(undoes.map(|bulk| bulk.0));
    let query = query.bind(DecidedBy::Staff(staff.to_owned()).to_string()).bind(micros(now));
    let row = query.fetch_optional(tx.conn()).await.doing("begin an act on many comments")?;
    let row = row.ok_or_else(|| StoreError::WrongState {
        object: undoes.map_or_else(String::new, |bulk| format!("bulk {bulk}")),
        found: "undone already".to_owned(),
        asked: "undone",
    })?;
    let id = BulkId(Columns::of("bulk", &row).get("id")?);
    let asked = Rows::of(&[("comment", Type::Int)], comments.iter().map(|comment| comment.0));
    for part in asked.parts(tx.dialect()) {
        let asked = part.table("asked", 2);
        let query = sql::query(format!(
            "with {asked}
             insert into bulk_item (bulk, comment, outcome, entry) select $1, comment, 'not_reached', -1 from asked"
        ));
        part.bind(query.bind(id.0))
            .execute(tx.conn())
            .await
            .doing("note what an act on many is asked for")?;
    }
    let entry = AuditEvent::new(now, Actor::Staff(staff.to_owned()), "bulk.begun", format!("bulk:{id}"))
        .word("what", what)
        .int("comments", i64::try_from(comments.len()).unwrap_or(i64::MAX))
        .with("undoes", undoes.map_or(Field::Null, |bulk| Field::Int(bulk.0)));
    audit::append(tx, &[entry]).await?;
    Ok(id)
}

/// Notes what came of one comment.
///
/// # Errors
/// The database failed, or it was noted already.
pub async fn note(
    tx: &mut Tx,
    bulk: BulkId,
    comment: CommentId,
    outcome: ItemOutcome,
    action: Option<ActionId>,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update bulk_item
         set outcome = $3, action = $4, entry = (select coalesce(max(seq), -1) from audit_entry where comment = $2)
         where bulk = $1 and comment = $2 and outcome = 'not_reached'",
    );
    let query = query.bind(bulk.0).bind(comment.0).bind(outcome.as_str()).bind(action.map(|action| action.0));
    match query.execute(tx.conn()).await.doing("note what came of one of many comments")?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::WrongState {
            object: format!("comment {comment} of bulk {bulk}"),
            found: "noted already".to_owned(),
            asked: "noted",
        }),
    }
}

/// An act on many comments, with all that came of it.
///
/// # Errors
/// The database failed.
pub async fn get(store: &Store, id: BulkId) -> Result<Option<Bulk>, StoreError> {
    let query = sqlx::query(
        "select b.id, b.what, b.undoes, b.asked_by, b.asked_at, u.id as undone_by
         from bulk b left join bulk u on u.undoes = b.id where b.id = $1",
    );
    let row = query.bind(id.0).fetch_optional(&store.readers).await.doing("read an act on many comments")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("bulk", &row);
    let query =
        sqlx::query("select comment, outcome, action, entry from bulk_item where bulk = $1 order by comment");
    let rows = query.bind(id.0).fetch_all(&store.readers).await.doing("read what came of many comments")?;
    let item = |row| {
        let row = Columns::of("bulk_item", row);
        Ok(Item {
            comment: CommentId(row.get("comment")?),
            outcome: row.word("outcome")?,
            action: row.get::<Option<i64>>("action")?.map(ActionId),
            entry: row.get("entry")?,
        })
    };
    Ok(Some(Bulk {
        id,
        what: row.get("what")?,
        undoes: row.get::<Option<i64>>("undoes")?.map(BulkId),
        undone_by: row.get::<Option<i64>>("undone_by")?.map(BulkId),
        asked_by: row.word("asked_by")?,
        asked_at: row.instant("asked_at")?,
        items: rows.iter().map(item).collect::<Result<_, StoreError>>()?,
    }))
}

/// One of many comments that something is to be done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The comment.
    pub comment: CommentId,
    /// Its platform.
    pub platform: Platform,
    /// The number of its latest revision.
    pub revision: i64,
}

/// Those of these comments that the public wrote, in the same order.
///
/// # Errors
/// The database failed.
pub async fn chosen(store: &Store, comments: &[CommentId]) -> Result<Vec<Chosen>, StoreError> {
    let mut found = Vec::with_capacity(comments.len());
    for part in Rows::of(&[("id", Type::Int)], comments.iter().map(|comment| comment.0)).parts(store.dialect)
    {
        let these = part.among("id", 1);
        let query = sql::query(format!(
            "select id, platform, revision from comment where {these} and written_by = 'public'"
        ));
        for row in part.bind(query).fetch_all(&store.readers).await.doing("look up the chosen comments")? {
            let row = Columns::of("comment", &row);
            let comment = CommentId(row.get("id")?);
            found.push(Chosen { comment, platform: row.word("platform")?, revision: row.get("revision")? });
        }
    }
    let places: HashMap<CommentId, usize> = comments.iter().copied().zip(0..).collect();
    found.sort_by_key(|one| places.get(&one.comment));
    Ok(found)
}
