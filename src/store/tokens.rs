//! The tokens of sources that renew themselves. They are secrets: kept here, never printed.
//!
//! Each configured secret begins a chain of its own. A process that still has the former secret goes on with the former
//! chain, and cannot put its tokens over those of the new one, whose first may be spent already.

use jiff::Timestamp;

use crate::domain::comment::SourceId;
use crate::domain::credentials::{Secret, Tokens};

use super::error::Doing;
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

/// The tokens of a source as they were last obtained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The tokens.
    pub tokens: Tokens,
    /// When they were obtained.
    pub obtained_at: Timestamp,
    /// The hash (hexadecimal) of the configured secret that they came from.
    pub seed: String,
}

/// The tokens held for `source` that came from the configured secret with that hash.
///
/// # Errors
/// The database failed.
pub async fn held(store: &Store, source: &SourceId, seed: &str) -> Result<Option<Held>, StoreError> {
    let query = sqlx::query(
        "select access, refresh, expires_at, obtained_at, seed from token where source = $1 and seed = $2",
    );
    let query = query.bind(source.0.clone()).bind(seed.to_owned());
    let row = query.fetch_optional(&store.readers).await.doing("read a source's tokens")?;
    let Some(row) = row else { return Ok(None) };
    let token = Columns::of("token", &row);
    let secret = |column| Ok::<_, StoreError>(token.get::<Option<String>>(column)?.map(Secret::new));
    Ok(Some(Held {
        tokens: Tokens {
            access: secret("access")?,
            refresh: secret("refresh")?,
            expires_at: token.instant_or_null("expires_at")?,
        },
        obtained_at: token.instant("obtained_at")?,
        seed: token.get("seed")?,
    }))
}

/// When the tokens end that are not renewed from another one, by source: those of its latest secret.
///
/// # Errors
/// The database failed.
pub async fn ends(store: &Store) -> Result<Vec<(SourceId, Timestamp)>, StoreError> {
    let query = sqlx::query(
        "select t.source, t.expires_at from token t
         where t.refresh is null and t.expires_at is not null
             and not exists (select 1 from token n where n.source = t.source and n.obtained_at > t.obtained_at)
         order by t.source, t.seed",
    );
    let rows = query.fetch_all(&store.readers).await.doing("read when tokens end")?;
    let end = |row| {
        let token = Columns::of("token", row);
        Ok((SourceId(token.get("source")?), token.instant("expires_at")?))
    };
    rows.iter().map(end).collect()
}

/// Keeps tokens in place of those held from the same secret, and ends a claimed renewal.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn keep(tx: &mut Tx, source: &SourceId, held: &Held) -> Result<(), StoreError> {
    let anew = "do update set access = excluded.access, refresh = excluded.refresh, expires_at = excluded.expires_at,
         obtained_at = excluded.obtained_at";
    put(tx, source, held, anew).await?;
    end_renewal(tx, source).await
}

async fn put(tx: &mut Tx, source: &SourceId, held: &Held, known: &str) -> Result<bool, StoreError> {
    let secret = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let put = sql::query(format!(
        "insert into token (source, access, refresh, expires_at, obtained_at, seed) values ($1, $2, $3, $4, $5, $6)
         on conflict (source, seed) {known}"
    ))
    .bind(source.0.clone())
    .bind(secret(&held.tokens.access))
    .bind(secret(&held.tokens.refresh))
    .bind(held.tokens.expires_at.map(micros))
    .bind(micros(held.obtained_at))
    .bind(held.seed.clone())
    .execute(tx.conn())
    .await
    .doing("keep a source's tokens")?;
    Ok(put.rows_affected() == 1)
}

/// Notes when the token from the configured secret with that hash ends; `None` where no end is set.
///
/// # Errors
/// The database failed.
pub async fn note_end(
    tx: &mut Tx,
    source: &SourceId,
    seed: &str,
    end: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query("update token set expires_at = $3 where source = $1 and seed = $2")
        .bind(source.0.clone())
        .bind(seed.to_owned())
        .bind(end.map(micros))
        .execute(tx.conn())
        .await
        .doing("note when a source's token ends")?;
    Ok(())
}

/// Ends a claimed renewal that brought nothing.
///
/// # Errors
/// The database failed.
pub async fn end_renewal(tx: &mut Tx, source: &SourceId) -> Result<(), StoreError> {
    sqlx::query("update source set renewing_until = null where id = $1")
        .bind(source.0.clone())
        .execute(tx.conn())
        .await
        .doing("end the renewal of a source's tokens")?;
    Ok(())
}

/// Begins the chain of a configured secret with the tokens that come from it: true where it had not begun already, when it
/// stays as it is.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn begin(tx: &mut Tx, source: &SourceId, first: &Held) -> Result<bool, StoreError> {
    put(tx, source, first, "do nothing").await
}

/// Claims the renewal of a source's tokens until `until`: true for the one caller that may renew. Claim first, then read
/// [`held`] again: another process may have renewed them a moment ago.
///
/// # Errors
/// The database failed.
pub async fn claim_renewal(
    tx: &mut Tx,
    source: &SourceId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update source set renewing_until = $3 where id = $1 and (renewing_until is null or renewing_until <= $2)",
    )
    .bind(source.0.clone())
    .bind(micros(now))
    .bind(micros(until))
    .execute(tx.conn())
    .await
    .doing("claim the renewal of a source's tokens")?;
    Ok(done.rows_affected() == 1)
}
