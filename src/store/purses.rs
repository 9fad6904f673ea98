//! What was spent of each platform's allowance: durable, so that a restart neither forgets nor spends twice.

use jiff::Timestamp;

use crate::domain::comment::SourceId;
use crate::domain::quota::{Purse, Spent};

use super::error::Doing;
use super::sql::{Columns, micros};
use super::{Dialect, Store, StoreError, Tx};

/// What was spent of a source's purse, held until the transaction ends. One that was never used is opened, empty and long over,
/// so that the second of two who do so at once waits for the first as it does ever after.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn hold(tx: &mut Tx, source: &SourceId, purse: Purse) -> Result<Spent, StoreError> {
    if let Some(spent) = held(tx, source, purse).await? {
        return Ok(spent);
    }
    sqlx::query(
        "insert into purse (source, purse, until, spent, by_acts, usual) values ($1, $2, 0, 0, 0, 0)
         on conflict (source, purse) do nothing",
    )
    .bind(source.0.clone())
    .bind(purse.as_str())
    .execute(tx.conn())
    .await
    .doing("open a purse")?;
    Ok(held(tx, source, purse).await?.expect("it was opened just now, and purses are never deleted"))
}

async fn held(tx: &mut Tx, source: &SourceId, purse: Purse) -> Result<Option<Spent>, StoreError> {
    let query = match tx.dialect() {
        Dialect::Sqlite => "select until, spent, by_acts, usual from purse where source = $1 and purse = $2",
        Dialect::Postgres => {
            "select until, spent, by_acts, usual from purse where source = $1 and purse = $2 for update"
        }
    };
    let row = sqlx::query(query)
        .bind(source.0.clone())
        .bind(purse.as_str())
        .fetch_optional(tx.conn())
        .await
        .doing("read what was spent of an allowance")?;
    row.map(|row| spent(&Columns::of("purse", &row))).transpose()
}

/// Keeps what was spent.
///
/// # Errors
/// The database failed, or the source is not registered.
pub async fn keep(tx: &mut Tx, source: &SourceId, purse: Purse, spent: Spent) -> Result<(), StoreError> {
    sqlx::query(
        "insert into purse (source, purse, until, spent, by_acts, usual) values ($1, $2, $3, $4, $5, $6)
         on conflict (source, purse) do update set until = excluded.until, spent = excluded.spent,
             by_acts = excluded.by_acts, usual = excluded.usual",
    )
    .bind(source.0.clone())
    .bind(purse.as_str())
    .bind(micros(spent.until))
    .bind(spent.all)
    .bind(spent.by_acts)
    .bind(spent.usual)
    .execute(tx.conn())
    .await
    .doing("keep what was spent of an allowance")?;
    Ok(())
}

/// What is known of every purse, by source.
///
/// # Errors
/// The database failed.
pub async fn all(store: &Store) -> Result<Vec<(SourceId, Purse, Spent)>, StoreError> {
    let query =
        sqlx::query("select source, purse, until, spent, by_acts, usual from purse order by source, purse");
    let rows = query.fetch_all(&store.readers).await.doing("read what was spent of the allowances")?;
    let mut purses = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = Columns::of("purse", row);
        let word: String = row.get("purse")?;
        let purse = Purse::ALL.into_iter().find(|purse| purse.as_str() == word);
        let purse = purse.ok_or_else(|| row.unreadable("purse", word))?;
        purses.push((SourceId(row.get("source")?), purse, spent(&row)?));
    }
    Ok(purses)
}

fn spent(row: &Columns<'_>) -> Result<Spent, StoreError> {
    let until: Timestamp = row.instant("until")?;
    Ok(Spent { until, all: row.get("spent")?, by_acts: row.get("by_acts")?, usual: row.get("usual")? })
}
