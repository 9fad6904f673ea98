//! The audit log: appended in the transaction of the act it records, never changed.
//!
//! Its form, its tree and its checks are the domain's ([`crate::domain::audit`]). This file keeps the exact bytes that
//! were hashed, and sees to it that numbers are dense whichever process writes.

mod find;
mod stop;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::audit::{Actor, Altered, AuditEvent, Entry, Hash, Head, Index, Logged, Stored};
use crate::domain::staff::Role;

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Dialect, Step, Store, StoreError, Tx};

pub use find::{Sought, about, find};
pub use stop::{Stop, resume, stop, stopped};

/// A checkpoint as it was signed and published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries it covers.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When it was made.
    pub at: Timestamp,
}

/// Appends entries. The last writes of a transaction but for the jobs' completion: the head of the log is locked
/// until its end.
///
/// # Errors
/// The database failed, or an entry is too long.
pub async fn append(tx: &mut Tx, events: &[AuditEvent]) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let roles = roles(tx, events).await?;
    let mut head = lock_head(tx).await?;
    let entries = events.iter().map(|event| head.append(event, acted_as(event, &roles)));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    insert(tx, events, &entries).await?;
    sqlx::query("update audit_head set head = $1 where id = 1")
        .bind(head.to_bytes())
        .execute(tx.conn())
        .await
        .doing("move the end of the audit log on")?;
    Ok(())
}

/// Records an act that changes nothing besides, such as a reading, in a transaction of its own.
///
/// # Errors
/// The database failed, writing was stopped, or the entry is too long.
pub async fn record(store: &Store, event: AuditEvent) -> Result<(), StoreError> {
    let mut tx = store.begin(Step::Keep).await?;
    append(&mut tx, &[event]).await?;
    tx.commit().await
}

/// The same for a look at what there is. A log that does not hold takes no entry, and whoever looks into it must get in: then
/// the program's own log alone has it.
///
/// # Errors
/// The database failed, or the entry is too long.
pub async fn record_look(store: &Store, event: AuditEvent) -> Result<(), StoreError> {
    let act = event.act;
    match record(store, event).await {
        Err(StoreError::Stopped) => {
            tracing::warn!(act, "this was not logged, for the audit log does not hold and takes no entry");
            Ok(())
        }
        recorded => recorded,
    }
}

/// The roles of the members of staff who did these.
async fn roles(tx: &mut Tx, events: &[AuditEvent]) -> Result<BTreeMap<String, Role>, StoreError> {
    let names = events.iter().filter_map(|event| match &event.actor {
        Actor::Staff(name) => Some(name.as_str()),
        Actor::Machine(_) | Actor::Platform(_) => None,
    });
    let names: BTreeSet<&str> = names.collect();
    let mut roles = BTreeMap::new();
    for part in Rows::of(&[("name", Type::Text)], names).parts(tx.dialect()) {
        let query = sql::query(format!("select name, role from staff where {}", part.among("name", 1)));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look up who acts")? {
            let row = Columns::of("staff", &row);
            roles.insert(row.get("name")?, row.word("role")?);
        }
    }
    Ok(roles)
}

/// The role in which somebody acts, or the version of the program that does.
fn acted_as(event: &AuditEvent, roles: &BTreeMap<String, Role>) -> Option<&'static str> {
    match &event.actor {
        Actor::Machine(_) => Some(env!("CARGO_PKG_VERSION")),
        Actor::Staff(name) => roles.get(name).map(|role| role.as_str()),
        Actor::Platform(_) => None,
    }
}

/// The head as nobody else can move it until this transaction ends.
///
/// # Errors
/// The database failed, or another process stopped all writing: so does this one then.
async fn lock_head(tx: &mut Tx) -> Result<Head, StoreError> {
    let text = match tx.dialect() {
        Dialect::Sqlite => "select head, stopped_at, stopped_why from audit_head where id = 1", // one writer at a time
        Dialect::Postgres => "select head, stopped_at, stopped_why from audit_head where id = 1 for update",
    };
    let doing = "lock the end of the audit log";
    let row = match sqlx::query(text).fetch_optional(tx.conn()).await.doing(doing)? {
        Some(row) => row,
        None => {
            // The first entry of all; whoever comes second waits here and then finds the row.
            sqlx::query("insert into audit_head (id, head) values (1, $1) on conflict (id) do nothing")
                .bind(Head::default().to_bytes())
                .execute(tx.conn())
                .await
                .doing("begin the audit log")?;
            sqlx::query(text).fetch_one(tx.conn()).await.doing(doing)?
        }
    };
    if stop::of(&row)?.is_some() {
        tx.stop_writing();
        return Err(StoreError::Stopped);
    }
    read_head(&row)
}

fn read_head(row: &AnyRow) -> Result<Head, StoreError> {
    let row = Columns::of("audit_head", row);
    let bytes: &[u8] = row.get("head")?;
    Head::from_bytes(bytes).ok_or_else(|| row.unreadable("head", hex::encode(bytes)))
}

async fn insert(tx: &mut Tx, events: &[AuditEvent], entries: &[Entry]) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[
        ("seq", Type::Int),
        ("at", Type::Int),
        ("bytes", Type::TextBytes),
        ("leaf", Type::Bytes),
        ("comment", Type::Int),
        ("staff", Type::Text),
        ("clause", Type::Text),
    ]);
    for (event, entry) in events.iter().zip(entries) {
        let (bytes, leaf) = (entry.bytes.as_slice(), entry.leaf.0.as_slice());
        let Index { comment, staff, clause } = event.index();
        rows.push([
            number(entry.seq).into(),
            entry.at.into(),
            bytes.into(),
            leaf.into(),
            comment.into(),
            staff.into(),
            clause.into(),
        ]);
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new} insert into audit_entry (seq, at, bytes, leaf, comment, staff, clause)
             select seq, at, bytes, leaf, comment, staff, clause from new"
        ));
        part.bind(query).execute(tx.conn()).await.doing("append to the audit log")?;
    }
    Ok(())
}

/// Where the log ends: its size, its frontier, the time of its last entry.
///
/// # Errors
/// The database failed, or the row is damaged.
pub async fn head(store: &Store) -> Result<Head, StoreError> {
    let row = sqlx::query("select head from audit_head where id = 1")
        .fetch_optional(&store.readers)
        .await
        .doing("read the end of the audit log")?;
    row.map_or_else(|| Ok(Head::default()), |row| read_head(&row))
}

/// At most `limit` entries from number `from` on.
///
/// # Errors
/// The database failed, or one of them is missing or not what was logged.
pub async fn entries(store: &Store, from: u64, limit: u32) -> Result<Vec<Logged>, StoreError> {
    let dense = (from..).zip(stored(store, from, limit).await?);
    let entry = |(seq, entry): (u64, Stored)| {
        let missing = Altered { entry: seq, how: "it is missing" };
        if entry.seq == seq { Ok(entry.check()?) } else { Err(StoreError::from(missing)) }
    };
    dense.map(entry).collect()
}

/// The same as they lie there, for whoever checks them or hands them to be checked.
///
/// # Errors
/// The database failed.
pub async fn stored(store: &Store, from: u64, limit: u32) -> Result<Vec<Stored>, StoreError> {
    let rows = sql::query(format!("select {STORED} from audit_entry where seq >= $1 order by seq limit $2"))
        .bind(number(from))
        .bind(i64::from(limit))
        .fetch_all(&store.readers)
        .await
        .doing("read the audit log")?;
    rows.iter().map(as_stored).collect()
}

const STORED: &str = "seq, at, bytes, leaf, comment, staff, clause";

fn as_stored(row: &AnyRow) -> Result<Stored, StoreError> {
    let row = Columns::of("audit_entry", row);
    Ok(Stored {
        seq: row.count("seq")?,
        at: row.instant("at")?,
        bytes: row.get("bytes")?,
        leaf: hash(&row, "leaf")?,
        comment: row.get("comment")?,
        staff: row.get("staff")?,
        clause: row.get("clause")?,
    })
}

/// At most `limit` leaf hashes from number `from` on.
///
/// # Errors
/// The database failed.
pub async fn leaves(store: &Store, from: u64, limit: u32) -> Result<Vec<Hash>, StoreError> {
    let rows = sqlx::query("select leaf from audit_entry where seq >= $1 order by seq limit $2")
        .bind(number(from))
        .bind(i64::from(limit))
        .fetch_all(&store.readers)
        .await
        .doing("read the hashes of the audit log")?;
    rows.iter().map(|row| hash(&Columns::of("audit_entry", row), "leaf")).collect()
}

/// Keeps a checkpoint.
///
/// # Errors
/// The database failed, or a checkpoint of this size is kept already.
pub async fn save_checkpoint(tx: &mut Tx, checkpoint: &Checkpoint) -> Result<(), StoreError> {
    sqlx::query("insert into checkpoint (size, root, note, at) values ($1, $2, $3, $4)")
        .bind(number(checkpoint.size))
        .bind(checkpoint.root.0.to_vec())
        .bind(checkpoint.note.clone())
        .bind(micros(checkpoint.at))
        .execute(tx.conn())
        .await
        .doing("keep a checkpoint of the audit log")?;
    Ok(())
}

/// The checkpoint that covers most entries.
///
/// # Errors
/// The database failed.
pub async fn last_checkpoint(store: &Store) -> Result<Option<Checkpoint>, StoreError> {
    let row = sqlx::query("select size, root, note, at from checkpoint order by size desc limit 1")
        .fetch_optional(&store.readers)
        .await
        .doing("read the last checkpoint")?;
    let Some(row) = row else { return Ok(None) };
    let row = Columns::of("checkpoint", &row);
    let (size, root) = (row.count("size")?, hash(&row, "root")?);
    Ok(Some(Checkpoint { size, root, note: row.get("note")?, at: row.instant("at")? }))
}

fn hash(row: &Columns<'_>, column: &'static str) -> Result<Hash, StoreError> {
    let bytes: &[u8] = row.get(column)?;
    let whole = bytes.try_into().map_err(|_| row.unreadable(column, hex::encode(bytes)))?;
    Ok(Hash(whole))
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).expect("a log does not reach 2^63 entries")
}
