//! The documents that rule, by hash: proposed by one member of staff, adopted by another.
//!
//! Each change is an act, and writes its audit entry.

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent};

use super::decisions::DecidedBy;
use super::error::Doing;
use super::jobs::{self, Lane};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit, shadows};

/// Who proposed the text that the first start adopts.
const SHIPPED: &str = "shipped";

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// The participation policy.
    Policy,
    /// The working calendar.
    Calendar,
}

impl DocumentKind {
    /// The word for it in columns, logs and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Policy => "policy",
            DocumentKind::Calendar => "calendar",
        }
    }
}

/// The document that rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Its hash.
    pub hash: String,
    /// Its text.
    pub text: String,
    /// Since when it rules.
    pub at: Timestamp,
    /// Who adopted it; `None` for the text that was shipped.
    pub by: Option<String>,
}

/// A document that was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its hash.
    pub hash: String,
    /// Its text.
    pub text: String,
    /// When it was proposed.
    pub at: Timestamp,
    /// Who proposed it.
    pub by: String,
}

/// Why a document was not adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Whoever proposed it may not adopt it.
    #[error("you proposed it yourself; another member of staff must adopt it")]
    OwnProposal,
    /// No proposal with this hash waits.
    #[error("nothing with the hash `{0}` waits to be adopted; propose the file first")]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proposes a text.
///
/// # Errors
/// The database failed.
pub async fn propose(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    text: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    keep(tx, kind, hash, text, &DecidedBy::Staff(by.to_owned()).to_string(), now).await?;
    let act = match kind {
        DocumentKind::Policy => "policy.proposed",
        DocumentKind::Calendar => "calendar.proposed",
    };
    audit::append(
        tx,
        &[AuditEvent::new(now, Actor::Staff(by.to_owned()), act, format!("{}:{hash}", kind.as_str()))],
    )
    .await
}

async fn keep(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    text: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    keep_text(tx, kind, hash, text).await?;
    sqlx::query(
        "insert into proposal (kind, hash, proposed_by, proposed_at) values ($1, $2, $3, $4)
         on conflict (kind, hash, proposed_by) do update set proposed_at = excluded.proposed_at",
    )
    .bind(kind.as_str())
    .bind(hash.to_owned())
    .bind(by.to_owned())
    .bind(micros(now))
    .execute(tx.conn())
    .await
    .doing("keep a proposal")?;
    Ok(())
}

/// Keeps a text under its hash, where it is not known.
pub(super) async fn keep_text(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    text: &str,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "insert into document (kind, hash, text) values ($1, $2, $3) on conflict (kind, hash) do nothing",
    );
    let query = query.bind(kind.as_str()).bind(hash.to_owned()).bind(text.to_owned());
    query.execute(tx.conn()).await.doing("keep the text of a document")?;
    Ok(())
}

/// Whether the proposal `p` waits: it is used up when it is adopted, and whoever brings the text back needs somebody else again.
const WAITS: &str = "not exists (
    select 1 from adoption a where a.kind = p.kind and a.hash = p.hash and a.adopted_at >= p.proposed_at)";

/// Makes a text rule that another member of staff proposed.
///
/// # Errors
/// No proposal of it waits, or only one by `by`.
pub async fn adopt(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), AdoptError> {
    let rows = sql::query(format!(
        "select p.proposed_by from proposal p
         where p.kind = $1 and p.hash = $2 and p.proposed_by <> $3 and {WAITS}
         order by p.proposed_at desc, p.proposed_by"
    ))
    .bind(kind.as_str())
    .bind(hash.to_owned())
    .bind(SHIPPED)
    .fetch_all(tx.conn())
    .await
    .doing("look up a proposal")?;
    let adopter = DecidedBy::Staff(by.to_owned()).to_string();
    let mut own = false;
    for row in &rows {
        let proposer: String = Columns::of("proposal", row).get("proposed_by")?;
        if proposer != adopter {
            return Ok(rule(tx, kind, hash, &proposer, &adopter, now).await?);
        }
        own = true;
    }
    Err(if own { AdoptError::OwnProposal } else { AdoptError::Unknown(hash.to_owned()) })
}

/// Makes the shipped text rule where nothing ever did; false where something does.
///
/// # Errors
/// The database failed.
pub async fn adopt_shipped(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    text: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let any = sqlx::query("select 1 as one from adoption where kind = $1 limit 1")
        .bind(kind.as_str())
        .fetch_optional(tx.conn())
        .await
        .doing("look for an adopted document")?;
    if any.is_some() {
        return Ok(false);
    }
    keep(tx, kind, hash, text, SHIPPED, now).await?;
    rule(tx, kind, hash, SHIPPED, &DecidedBy::Machine.to_string(), now).await?;
    Ok(true)
}

async fn rule(
    tx: &mut Tx,
    kind: DocumentKind,
    hash: &str,
    proposer: &str,
    adopter: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into adoption (kind, hash, proposed_by, adopted_by, adopted_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(kind.as_str())
    .bind(hash.to_owned())
    .bind(proposer.to_owned())
    .bind(adopter.to_owned())
    .bind(micros(now))
    .execute(tx.conn())
    .await
    .doing("adopt a document")?;
    if kind == DocumentKind::Calendar {
        // What is owed already is counted by it too; a worker that counts by an older one is fenced out.
        jobs::renew(tx, &Lane::Recount, &[String::new()], now).await?;
    }
    let act = match kind {
        DocumentKind::Policy => "policy.adopted",
        DocumentKind::Calendar => "calendar.adopted",
    };
    let actor = match adopter.strip_prefix("staff:") {
        Some(name) => Actor::Staff(name.to_owned()),
        None => Actor::Machine("start"),
    };
    if let (DocumentKind::Policy, Actor::Staff(name)) = (kind, &actor) {
        shadows::end(tx, Some(hash), name, now).await?;
    }
    let entry = AuditEvent::new(now, actor, act, format!("{}:{hash}", kind.as_str()));
    audit::append(tx, &[entry.word("proposed_by", proposer)]).await
}

/// The document that rules.
///
/// # Errors
/// The database failed.
pub async fn adopted(store: &Store, kind: DocumentKind) -> Result<Option<Adopted>, StoreError> {
    let row = sqlx::query(
        "select d.hash, d.text, a.adopted_at, a.adopted_by
         from adoption a join document d on d.kind = a.kind and d.hash = a.hash
         where a.kind = $1 order by a.id desc limit 1",
    )
    .bind(kind.as_str())
    .fetch_optional(&store.readers)
    .await
    .doing("read the document that rules")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("adoption", &row);
    let by = match row.word("adopted_by")? {
        DecidedBy::Staff(name) => Some(name),
        DecidedBy::Machine => None,
    };
    Ok(Some(Adopted { hash: row.get("hash")?, text: row.get("text")?, at: row.instant("adopted_at")?, by }))
}

/// The text with this hash, whether or not it rules; `None` where it was never proposed.
///
/// # Errors
/// The database failed.
pub async fn text(store: &Store, kind: DocumentKind, hash: &str) -> Result<Option<String>, StoreError> {
    let query = sqlx::query("select text from document where kind = $1 and hash = $2");
    let query = query.bind(kind.as_str()).bind(hash.to_owned());
    let row = query.fetch_optional(&store.readers).await.doing("read a document")?;
    row.map(|row| Columns::of("document", &row).get("text")).transpose()
}

/// The documents whose hash begins with `start`, whether or not they rule: each one's hash and text, at most two of them, by
/// which a caller knows that `start` is too short.
///
/// # Errors
/// The database failed.
pub async fn beginning_with(
    store: &Store,
    kind: DocumentKind,
    start: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let query = sqlx::query(
        "select hash, text from document where kind = $1 and substr(hash, 1, $2) = $3 order by hash limit 2",
    );
    let length = i64::try_from(start.chars().count()).unwrap_or(i64::MAX);
    let rows = query.bind(kind.as_str()).bind(length).bind(start.to_owned()).fetch_all(&store.readers).await;
    let document = |row| {
        let row = Columns::of("document", row);
        Ok((row.get("hash")?, row.get("text")?))
    };
    rows.doing("look up a document")?.iter().map(document).collect()
}

/// The hashes of the policy and of the calendar that rule, by which a caller knows that a text it holds still does.
///
/// # Errors
/// The database failed.
pub async fn adopted_hashes(store: &Store) -> Result<[Option<String>; 2], StoreError> {
    let row = sqlx::query(
        "select (select hash from adoption where kind = 'policy' order by id desc limit 1) as policy,
             (select hash from adoption where kind = 'calendar' order by id desc limit 1) as calendar",
    )
    .fetch_one(&store.readers)
    .await
    .doing("read which documents rule")?;
    let row = Columns::of("adoption", &row);
    Ok([row.get("policy")?, row.get("calendar")?])
}

/// What staff proposed and nobody has adopted since, newest first.
///
/// # Errors
/// The database failed.
pub async fn proposals(store: &Store, kind: DocumentKind) -> Result<Vec<Proposal>, StoreError> {
    let rows = sql::query(format!(
        "select p.hash, d.text, p.proposed_at, p.proposed_by
         from proposal p join document d on d.kind = p.kind and d.hash = p.hash
         where p.kind = $1 and p.proposed_by <> $2 and {WAITS}
         order by p.proposed_at desc, p.hash"
    ))
    .bind(kind.as_str())
    .bind(SHIPPED)
    .fetch_all(&store.readers)
    .await
    .doing("list the proposals")?;
    let proposal = |row| {
        let row = Columns::of("proposal", row);
        let by = match row.word("proposed_by")? {
            DecidedBy::Staff(name) => name,
            DecidedBy::Machine => return Err(row.unreadable("proposed_by", "machine".to_owned())),
        };
        Ok(Proposal { hash: row.get("hash")?, text: row.get("text")?, at: row.instant("proposed_at")?, by })
    };
    rows.iter().map(proposal).collect()
}
