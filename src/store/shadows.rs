//! Policies in shadow: they judge what the one in force judges, and nothing follows but counts. One at a time; beginning and ending
//! are acts of staff, and each writes its audit entry.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::comment::CommentId;
use crate::domain::judge::{Alike, Beside, RuledWord};

use super::decisions::DecidedBy;
use super::documents::{self, DocumentKind};
use super::error::Doing;
use super::jobs::{self, Lane};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit};

/// A policy in shadow, or the last that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// Its number.
    pub id: i64,
    /// The policy.
    pub hash: String,
    /// Who began it.
    pub begun_by: String,
    /// When.
    pub begun_at: Timestamp,
    /// When it was ended; `None` while it judges.
    pub ended_at: Option<Timestamp>,
    /// The number of the next entry of the log that it reads.
    pub entry: u64,
    /// Verdicts whose words were edited or erased before it came to them.
    pub unread: u64,
}

/// Why a policy was not put in shadow.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// One is already.
    #[error("the policy {0} is in shadow; end it first: `majlis policy shadow --end`")]
    Another(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const SHADOW: &str = "id, hash, begun_by, begun_at, ended_at, entry, unread";

fn shadow(row: &AnyRow) -> Result<Shadow, StoreError> {
    let row = Columns::of("shadow", row);
    let begun_by: &str = row.get("begun_by")?;
    Ok(Shadow {
        id: row.get("id")?,
        hash: row.get("hash")?,
        begun_by: begun_by.strip_prefix("staff:").unwrap_or(begun_by).to_owned(),
        begun_at: row.instant("begun_at")?,
        ended_at: row.instant_or_null("ended_at")?,
        entry: row.count("entry")?,
        unread: row.count("unread")?,
    })
}

/// The policy in shadow, or else the last that was.
///
/// # Errors
/// The database failed.
pub async fn latest(store: &Store) -> Result<Option<Shadow>, StoreError> {
    let query = sql::query(format!("select {SHADOW} from shadow order by id desc limit 1"));
    let row = query.fetch_optional(&store.readers).await.doing("look for a policy in shadow")?;
    row.as_ref().map(shadow).transpose()
}

async fn open(tx: &mut Tx) -> Result<Option<Shadow>, StoreError> {
    let query = sql::query(format!("select {SHADOW} from shadow where ended_at is null"));
    let row = query.fetch_optional(tx.conn()).await.doing("look for the policy in shadow")?;
    row.as_ref().map(shadow).transpose()
}

/// Puts a policy that loads in shadow: it judges what is judged from now on.
///
/// # Errors
/// One is already, or the database failed.
pub async fn begin(
    tx: &mut Tx,
    (hash, text): (&str, &str),
    staff: &str,
    now: Timestamp,
) -> Result<(), NotBegun> {
    if let Some(other) = open(tx).await? {
        return Err(NotBegun::Another(other.hash));
    }
    documents::keep_text(tx, DocumentKind::Policy, hash, text).await?;
    jobs::renew(tx, &Lane::Shadow, &[String::new()], now).await?;
    let actor = Actor::Staff(staff.to_owned());
    let begun = AuditEvent::new(now, actor, "policy.shadow_begun", format!("policy:{hash}"));
    audit::append(tx, &[begun]).await?;
    // The log's head is locked by its append: nothing is judged between that entry and the first that is read.
    let query = sqlx::query(
        "insert into shadow (hash, begun_by, begun_at, entry) select $1, $2, $3, max(seq) + 1 from audit_entry",
    );
    let query =
        query.bind(hash.to_owned()).bind(DecidedBy::Staff(staff.to_owned()).to_string()).bind(micros(now));
    query.execute(tx.conn()).await.doing("put a policy in shadow")?;
    Ok(())
}

/// Ends the shadow of the policy with this hash, or of whichever is in one; `None` where none is. Its counts stay.
///
/// # Errors
/// The database failed.
pub async fn end(
    tx: &mut Tx,
    hash: Option<&str>,
    staff: &str,
    now: Timestamp,
) -> Result<Option<Shadow>, StoreError> {
    let Some(shadow) = open(tx).await?.filter(|shadow| hash.is_none_or(|hash| shadow.hash == hash)) else {
        return Ok(None);
    };
    let query =
        sqlx::query("update shadow set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null");
    let query = query.bind(shadow.id).bind(DecidedBy::Staff(staff.to_owned()).to_string()).bind(micros(now));
    query.execute(tx.conn()).await.doing("end a shadow")?;
    let judged = read(tx, shadow.id).await?.judged();
    let ended = AuditEvent::new(
        now,
        Actor::Staff(staff.to_owned()),
        "policy.shadow_ended",
        format!("policy:{}", shadow.hash),
    );
    audit::append(tx, &[ended.int("judged", i64::try_from(judged).unwrap_or(i64::MAX))]).await?;
    Ok(Some(shadow))
}

/// Adds what was found up to the entry before `entry`. Nothing is kept once the shadow was ended.
///
/// # Errors
/// The database failed.
pub async fn add(
    tx: &mut Tx,
    shadow: &Shadow,
    found: &Beside,
    unread: u64,
    entry: u64,
) -> Result<(), StoreError> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let query =
        sqlx::query("update shadow set entry = $2, unread = unread + $3 where id = $1 and ended_at is null");
    let query = query.bind(shadow.id).bind(number(entry)).bind(number(unread));
    if query.execute(tx.conn()).await.doing("move a shadow on")?.rows_affected() == 0 {
        return Ok(());
    }
    let mut sums = read(tx, shadow.id).await?;
    for (way, more) in &found.0 {
        let sum = sums.0.entry(*way).or_default();
        sum.add(more);
        let query = sqlx::query(
            "insert into shadow_count (shadow, was, would, count, examples) values ($1, $2, $3, $4, $5)
             on conflict (shadow, was, would) do update set count = excluded.count, examples = excluded.examples",
        );
        let examples: Vec<String> = sum.examples.iter().map(CommentId::to_string).collect();
        let query =
            query.bind(shadow.id).bind(RuledWord(way.0).to_string()).bind(RuledWord(way.1).to_string());
        let query = query.bind(number(sum.count)).bind(examples.join(" "));
        query.execute(tx.conn()).await.doing("count what a policy would have done")?;
    }
    Ok(())
}

const COUNTS: &str = "select was, would, count, examples from shadow_count where shadow = $1";

async fn read(tx: &mut Tx, shadow: i64) -> Result<Beside, StoreError> {
    let rows = sqlx::query(COUNTS).bind(shadow).fetch_all(tx.conn()).await;
    counts(&rows.doing("read what a policy would have done")?)
}

/// What a policy would have done, beside what was done.
///
/// # Errors
/// The database failed.
pub async fn beside(store: &Store, shadow: i64) -> Result<Beside, StoreError> {
    let rows = sqlx::query(COUNTS).bind(shadow).fetch_all(&store.readers).await;
    counts(&rows.doing("read what a policy would have done")?)
}

fn counts(rows: &[AnyRow]) -> Result<Beside, StoreError> {
    let count = |row| {
        let row = Columns::of("shadow_count", row);
        let (RuledWord(was), RuledWord(would)) = (row.word("was")?, row.word("would")?);
        let ids: &str = row.get("examples")?;
        let examples = ids.split_whitespace().map(|id| id.parse().map(CommentId)).collect::<Result<_, _>>();
        let examples = examples.map_err(|_| row.unreadable("examples", ids.to_owned()))?;
        Ok(((was, would), Alike { count: row.count("count")?, examples }))
    };
    rows.iter().map(count).collect::<Result<_, _>>().map(Beside)
}
