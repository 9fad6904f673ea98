//! Sources as the database knows them: how far each has been read, and how it is.

use std::str::FromStr;

use jiff::Timestamp;

use crate::domain::comment::{Platform, SourceId, UnknownWord};

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

/// How far a source has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Where to read on, as JSON in the words of the platform; `None` before the first round.
    pub cursor: Option<String>,
    /// When the round that is under way began.
    pub round_started_at: Option<Timestamp>,
    /// How many rounds were completed.
    pub rounds: i64,
    /// How many times a page said that comments may be missing, or a list was passed over.
    pub suspected_gaps: i64,
    /// The day of the last reading of a post, counted from 1970 by UTC.
    pub reads_on: i64,
    /// How many pages under posts were read on it.
    pub reads: i64,
    /// How many times in a row a page could not be read.
    pub failures: i64,
    /// How many times the round that is under way began again.
    pub restarts: i64,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// The last read worked.
    Ok,
    /// The last read failed and will be tried again.
    Ill,
    /// A person must act before it is read again.
    Paused,
}

impl Health {
    /// The word for it in columns, logs and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Health::Ok => "ok",
            Health::Ill => "ill",
            Health::Paused => "paused",
        }
    }
}

impl FromStr for Health {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Health::Ok, Health::Ill, Health::Paused];
        all.into_iter()
            .find(|health| health.as_str() == word)
            .ok_or_else(|| UnknownWord::new("health of a source", word, all.map(Health::as_str)))
    }
}

/// How a source is, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHealth {
    /// The source.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// How it is.
    pub state: Health,
    /// Since when it has been so.
    pub since: Timestamp,
    /// Why, for an operator.
    pub detail: Option<String>,
    /// When a page of it was last read.
    pub last_read_at: Option<Timestamp>,
    /// How many times a page said that comments may be missing.
    pub suspected_gaps: i64,
}

/// Makes a source known; one that is known already stays as it is.
///
/// # Errors
/// [`StoreError::PlatformChanged`] where the id is known for another platform.
pub async fn register(
    tx: &mut Tx,
    id: &SourceId,
    platform: Platform,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into source (id, platform, registered_at, health_since) values ($1, $2, $3, $3) on conflict (id) do nothing",
    )
    .bind(id.0.clone())
    .bind(platform.as_str())
    .bind(micros(now))
    .execute(tx.conn())
    .await
    .doing("register a source")?;
    let row = sqlx::query("select platform from source where id = $1")
        .bind(id.0.clone())
        .fetch_one(tx.conn())
        .await
        .doing("read a source")?;
    let known: Platform = Columns::of("source", &row).word("platform")?;
    if known == platform {
        return Ok(());
    }
    Err(StoreError::PlatformChanged { id: id.0.clone(), known: known.as_str(), asked: platform.as_str() })
}

/// How far `source` has been read; the default where it never was.
///
/// # Errors
/// The database failed.
pub async fn reading(store: &Store, source: &SourceId) -> Result<Reading, StoreError> {
    let query = sqlx::query(
        "select cursor, round_started_at, rounds, suspected_gaps, reads_on, reads, failures, restarts from source
         where id = $1",
    );
    let row = query
        .bind(source.0.clone())
        .fetch_optional(&store.readers)
        .await
        .doing("read how far a source has been read")?;
    let Some(row) = row else { return Ok(Reading::default()) };
    let source = Columns::of("source", &row);
    Ok(Reading {
        cursor: source.get("cursor")?,
        round_started_at: source.instant_or_null("round_started_at")?,
        rounds: source.get("rounds")?,
        suspected_gaps: source.get("suspected_gaps")?,
        reads_on: source.get("reads_on")?,
        reads: source.get("reads")?,
        failures: source.get("failures")?,
        restarts: source.get("restarts")?,
    })
}

/// Keeps how far `source` has been read. Where a page of it was read, at `read_at`, it is well.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn save_reading(
    tx: &mut Tx,
    source: &SourceId,
    reading: &Reading,
    read_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update source set cursor = $2, round_started_at = $3, rounds = $4, suspected_gaps = $5,
             last_read_at = coalesce($6, last_read_at), reads_on = $7, reads = $8, failures = $9, restarts = $10,
             health = case when $6 is null then health else 'ok' end,
             health_detail = case when $6 is null then health_detail end,
             health_since = case when $6 is null or health = 'ok' then health_since else $6 end
         where id = $1",
    )
    .bind(source.0.clone())
    .bind(reading.cursor.clone())
    .bind(reading.round_started_at.map(micros))
    .bind(reading.rounds)
    .bind(reading.suspected_gaps)
    .bind(read_at.map(micros))
    .bind(reading.reads_on)
    .bind(reading.reads)
    .bind(reading.failures)
    .bind(reading.restarts);
    change(tx, query, source, "keep how far a source has been read").await
}

/// Keeps how `source` is. `since` changes only where the state does.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn set_health(
    tx: &mut Tx,
    source: &SourceId,
    state: Health,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "update source set health = $2, health_detail = $3,
             health_since = case when health = $2 then health_since else $4 end
         where id = $1",
    )
    .bind(source.0.clone())
    .bind(state.as_str())
    .bind(detail.map(str::to_owned))
    .bind(micros(now));
    change(tx, query, source, "keep how a source is").await
}

async fn change(
    tx: &mut Tx,
    query: sql::Query,
    source: &SourceId,
    doing: &'static str,
) -> Result<(), StoreError> {
    match query.execute(tx.conn()).await.doing(doing)?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::UnknownSource(source.clone())),
    }
}

/// How every source is, by id.
///
/// # Errors
/// The database failed.
pub async fn all_health(store: &Store) -> Result<Vec<SourceHealth>, StoreError> {
    let rows = sqlx::query(
        "select id, platform, health, health_since, health_detail, last_read_at, suspected_gaps from source order by id",
    )
    .fetch_all(&store.readers)
    .await
    .doing("read how the sources are")?;
    let health = |row| {
        let source = Columns::of("source", row);
        Ok(SourceHealth {
            source: SourceId(source.get("id")?),
            platform: source.word("platform")?,
            state: source.word("health")?,
            since: source.instant("health_since")?,
            detail: source.get("health_detail")?,
            last_read_at: source.instant_or_null("last_read_at")?,
            suspected_gaps: source.get("suspected_gaps")?,
        })
    };
    rows.iter().map(health).collect()
}
