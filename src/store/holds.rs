//! Legal holds: what is on one is not erased, whatever has expired or was asked for, until it is lifted.
//!
//! Placing and lifting wait for erasures that are under way, and erasures for them: the log never tells that something was
//! erased after it was held.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::audit::{Actor, AuditEvent, Field, commitment, salt_of};
use crate::domain::comment::{CommentId, SourceId, Visibility};

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Dialect, Hindrance, Store, StoreError, Tx, audit};

/// The number of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HoldId(pub i64);

/// What a hold is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldThing {
    /// One comment.
    Comment(CommentId),
    /// All that the author of this comment wrote on its platform, and will write.
    AuthorOf(CommentId),
    /// All of a source.
    Source(SourceId),
}

/// A hold as it is kept. Reasons are `None` also after erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its number.
    pub id: HoldId,
    /// What it is on.
    pub on: HeldThing,
    /// Why, in the words of whoever placed it.
    pub reason: Option<String>,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: Timestamp,
    /// Who lifted it, and when.
    pub lifted: Option<(String, Timestamp)>,
    /// Why it was lifted.
    pub lift_reason: Option<String>,
}

/// Whether `legal_hold h` is on `comment c`: on itself, on its author or on its source.
macro_rules! holds {
    () => {
        "h.lifted_at is null and (h.comment = c.id or h.source = c.source
             or (h.platform = c.platform and h.author_key = c.author_key))"
    };
}

/// Whether `legal_hold h` was on `comment c`, which was there when it was lifted. An author's hold tells by the comment that they
/// were named by whose it was, for it keeps nothing of them itself.
const WAS_HELD: &str = "h.lifted_at is not null and c.first_seen_at <= h.lifted_at and (h.comment = c.id or h.source = c.source
    or (h.held = 'author' and exists (
        select 1 from comment n where n.id = h.comment and n.platform = c.platform and n.author_key = c.author_key)))";

/// Whether `comment c` is on a hold.
pub(super) const IS_HELD: &str = concat!("exists (select 1 from legal_hold h where ", holds!(), ")");

impl HeldThing {
    /// The word for what it is.
    pub fn word(&self) -> &'static str {
        match self {
            HeldThing::Comment(_) => "comment",
            HeldThing::AuthorOf(_) => "author",
            HeldThing::Source(_) => "source",
        }
    }

    fn comment(&self) -> Option<CommentId> {
        match self {
            HeldThing::Comment(id) | HeldThing::AuthorOf(id) => Some(*id),
            HeldThing::Source(_) => None,
        }
    }

    fn source(&self) -> Option<&SourceId> {
        match self {
            HeldThing::Source(id) => Some(id),
            HeldThing::Comment(_) | HeldThing::AuthorOf(_) => None,
        }
    }

    fn entry(&self, act: &'static str, id: HoldId, staff: &str, now: Timestamp) -> AuditEvent {
        AuditEvent::new(now, Actor::Staff(staff.to_owned()), act, format!("hold:{}", id.0))
            .word("on", self.word())
            .with("comment", self.comment().map_or(Field::Null, |id| Field::Int(id.0)))
            .with("source", self.source().map_or(Field::Null, |id| Field::Word(id.0.clone())))
    }
}

fn committed(what: &str, salt: &[u8; 16], content: &str) -> Field {
    Field::Commitment(commitment(&salt_of(what, salt), content.as_bytes()))
}

/// Places a hold, and logs it.
///
/// # Errors
/// There is no such comment or source, the comment was erased, or nobody knows its author.
pub async fn place(
    tx: &mut Tx,
    staff: &str,
    on: &HeldThing,
    reason: &str,
    now: Timestamp,
) -> Result<HoldId, StoreError> {
    let author = match on {
        HeldThing::Source(source) => {
            lock_sources(tx, "id = $1", &source.0).await?.ok_or(StoreError::UnknownSource(source.clone()))?;
            None
        }
        HeldThing::Comment(comment) => {
            find(tx, *comment).await?;
            None
        }
        HeldThing::AuthorOf(comment) => {
            let (platform, key) = find(tx, *comment).await?;
            lock_sources(tx, "platform = $1", &platform).await?;
            let key = key.ok_or(StoreError::Hindered(*comment, Hindrance::AuthorUnknown))?;
            Some((platform, key))
        }
    };
    let (platform, key) = author.unzip();
    let salt: [u8; 16] = rand::random();
    let query = sqlx::query(
        "insert into legal_hold (held, comment, source, platform, author_key, reason, salt, placed_by, placed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
    );
    let row = query
        .bind(on.word())
        .bind(on.comment().map(|id| id.0))
        .bind(on.source().map(|id| id.0.clone()))
        .bind(platform)
        .bind(key.clone())
        .bind(reason.to_owned())
        .bind(salt.to_vec())
        .bind(format!("staff:{staff}"))
        .bind(micros(now))
        .fetch_one(tx.conn())
        .await
        .doing("place a hold")?;
    let id = HoldId(Columns::of("legal_hold", &row).get("id")?);
    let entry = on
        .entry("hold.placed", id, staff, now)
        .with("author", key.map_or(Field::Null, |key| committed("author", &salt, &key)))
        .with("reason", committed("reason", &salt, reason));
    audit::append(tx, &[entry]).await?;
    Ok(id)
}

/// Lifts a hold, and logs it. What it kept from being erased is erased within a day, if it still has to be.
///
/// # Errors
/// There is no such hold, or it was lifted before.
pub async fn lift(
    tx: &mut Tx,
    staff: &str,
    id: HoldId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lock = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "for update",
    };
    let query =
        sql::query(format!("select {HOLD}, h.salt from legal_hold h where h.id = $1 {lock}")).bind(id.0);
    let wrong = |found: &str| StoreError::WrongState {
        object: format!("hold {}", id.0),
        found: found.to_owned(),
        asked: "lifted",
    };
    let row = query.fetch_optional(tx.conn()).await.doing("read a hold")?;
    let row = row.ok_or_else(|| wrong("not there; `majlis hold list` shows those that are"))?;
    let found = hold(&row)?;
    if found.lifted.is_some() {
        return Err(wrong("lifted already"));
    }
    let columns = Columns::of("legal_hold", &row);
    let salt: Vec<u8> = columns.get("salt")?;
    let salt = <[u8; 16]>::try_from(salt).map_err(|salt| columns.unreadable("salt", hex::encode(salt)))?;
    sqlx::query(
        "update legal_hold set lifted_by = $2, lifted_at = $3, lift_reason = $4, author_key = null where id = $1",
    )
    .bind(id.0)
    .bind(format!("staff:{staff}"))
    .bind(micros(now))
    .bind(reason.to_owned())
    .execute(tx.conn())
    .await
    .doing("lift a hold")?;
    let entry =
        found.on.entry("hold.lifted", id, staff, now).with("reason", committed("lift_reason", &salt, reason));
    audit::append(tx, &[entry]).await
}

/// The latest holds, those that are not lifted first; at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn list(store: &Store, limit: u32) -> Result<Vec<Hold>, StoreError> {
    let query = sql::query(format!(
        "select {HOLD} from legal_hold h order by case when h.lifted_at is null then 0 else 1 end, h.id desc limit $1"
    ));
    let rows = query.bind(i64::from(limit)).fetch_all(&store.readers).await.doing("list the holds")?;
    rows.iter().map(hold).collect()
}

/// Waits for holds that are being placed; none is from here on, until the transaction ends.
pub(super) async fn wait(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Postgres {
        let query = sqlx::query("select id from source order by id for share");
        query.fetch_all(tx.conn()).await.doing("wait for holds")?;
    }
    Ok(())
}

/// The hold that a comment is on, if any: the first of several. The caller has locked the comment; its source is locked here.
pub(super) async fn on(tx: &mut Tx, comment: CommentId) -> Result<Option<HoldId>, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        let lock = "select id from source where id = (select source from comment where id = $1) for share";
        sqlx::query(lock).bind(comment.0).fetch_optional(tx.conn()).await.doing("wait for holds")?;
    }
    let query = sqlx::query(concat!(
        "select min(h.id) as id from comment c join legal_hold h on ",
        holds!(),
        " where c.id = $1"
    ));
    let row = query.bind(comment.0).fetch_one(tx.conn()).await.doing("look for a hold")?;
    Ok(Columns::of("legal_hold", &row).get::<Option<i64>>("id")?.map(HoldId))
}

/// Whether `staff` lifted a hold that a comment was on. The caller has asked for the hold that it is on.
pub(super) async fn lifted_by(tx: &mut Tx, comment: CommentId, staff: &str) -> Result<bool, StoreError> {
    let query = sql::query(format!(
        "select 1 as one from comment c join legal_hold h on {WAS_HELD} where c.id = $1 and h.lifted_by = $2 limit 1"
    ));
    let query = query.bind(comment.0).bind(format!("staff:{staff}"));
    Ok(query.fetch_optional(tx.conn()).await.doing("look who lifted a hold")?.is_some())
}

/// The platform of a comment and what tells its author, the comment locked.
async fn find(tx: &mut Tx, comment: CommentId) -> Result<(String, Option<String>), StoreError> {
    let lock = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time
        Dialect::Postgres => "for update",
    };
    let query = sql::query(format!(
        "select platform, author_key, visibility, written_by from comment where id = $1 {lock}"
    ));
    let row = query.bind(comment.0).fetch_optional(tx.conn()).await.doing("read a comment")?;
    let row = row.ok_or(StoreError::NoSuchComment(comment))?;
    let columns = Columns::of("comment", &row);
    let wrong = |found: &str| StoreError::WrongState {
        object: format!("comment {comment}"),
        found: found.to_owned(),
        asked: "held",
    };
    match (columns.word("visibility")?, columns.get("written_by")?) {
        (Visibility::Erased, _) => Err(wrong(Visibility::Erased.as_str())),
        // It goes with what it answers, and stays with it.
        (_, "us") => Err(wrong("a reply of ours, which is held with the comment that it answers")),
        _ => Ok((columns.get("platform")?, columns.get("author_key")?)),
    }
}

/// Waits for erasures on the sources of which `which` is true; `None` where there are none such.
async fn lock_sources(tx: &mut Tx, which: &str, what: &str) -> Result<Option<()>, StoreError> {
    let lock = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "for no key update",
    };
    let query =
        sql::query(format!("select id from source where {which} order by id {lock}")).bind(what.to_owned());
    let rows = query.fetch_all(tx.conn()).await.doing("wait for erasures")?;
    Ok((!rows.is_empty()).then_some(()))
}

const HOLD: &str = "h.id, h.held, h.comment, h.source, h.reason, h.placed_by, h.placed_at, h.lifted_by, h.lifted_at, \
    h.lift_reason";

fn hold(row: &AnyRow) -> Result<Hold, StoreError> {
    let row = Columns::of("legal_hold", row);
    let comment = |row: &Columns<'_>| row.get("comment").map(CommentId);
    let on = match row.get("held")? {
        "comment" => HeldThing::Comment(comment(&row)?),
        "author" => HeldThing::AuthorOf(comment(&row)?),
        "source" => HeldThing::Source(SourceId(row.get("source")?)),
        other => return Err(row.unreadable("held", other.to_owned())),
    };
    let name = |by: &str| by.strip_prefix("staff:").unwrap_or(by).to_owned();
    let lifted_by: Option<&str> = row.get("lifted_by")?;
    Ok(Hold {
        id: HoldId(row.get("id")?),
        on,
        reason: row.get("reason")?,
        placed_by: name(row.get("placed_by")?),
        placed_at: row.instant("placed_at")?,
        lifted: lifted_by.map(name).zip(row.instant_or_null("lifted_at")?),
        lift_reason: row.get("lift_reason")?,
    })
}
