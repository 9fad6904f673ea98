//! Leases: claimed, extended, given back, ended with the job; each change fenced by the attempt.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Dialect, StoreError, Tx};
use super::{Claim, JobId, Lane, Lease};

/// Claims at most `limit` jobs of a lane that are due at `now`, oldest first, until `lease_until`.
///
/// # Errors
/// The database failed.
pub async fn claim(
    tx: &mut Tx,
    lane: &Lane,
    limit: u32,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let skip = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time: nothing to skip
        Dialect::Postgres => "for update skip locked",
    };
    let text = format!(
        "with next as materialized (
             select id from job where lane = $1 and ready_at <= $2 order by ready_at, id limit $3 {skip})
         update job set attempt = attempt + 1, ready_at = $4 where id in (select id from next)
         returning id, attempt, key, due_at"
    );
    let query = sql::query(text).bind(lane.to_string()).bind(micros(now)).bind(i64::from(limit));
    let rows = query.bind(micros(lease_until)).fetch_all(tx.conn()).await.doing("claim jobs")?;
    let mut claims = rows.iter().map(claimed).collect::<Result<Vec<_>, _>>()?;
    claims.sort_by_key(|(due_at, claim)| (*due_at, claim.lease.job));
    Ok(claims.into_iter().map(|(_, claim)| claim).collect())
}

fn claimed(row: &AnyRow) -> Result<(i64, Claim), StoreError> {
    let job = Columns::of("job", row);
    let lease = Lease { job: JobId(job.get("id")?), attempt: job.get("attempt")? };
    Ok((job.get("due_at")?, Claim { lease, key: job.get("key")? }))
}

/// Removes jobs that are done. The last statement of the transaction that did them.
///
/// # Errors
/// [`StoreError::LeaseLost`] where one of them has passed to another worker; drop the transaction then.
pub async fn complete(tx: &mut Tx, leases: &[Lease]) -> Result<(), StoreError> {
    let mut by_attempt: BTreeMap<i64, Vec<JobId>> = BTreeMap::new();
    for lease in leases {
        by_attempt.entry(lease.attempt).or_default().push(lease.job);
    }
    for (attempt, jobs) in by_attempt {
        remove(tx, attempt, &jobs).await?;
    }
    Ok(())
}

async fn remove(tx: &mut Tx, attempt: i64, jobs: &[JobId]) -> Result<(), StoreError> {
    let mut left: HashSet<JobId> = jobs.iter().copied().collect();
    let done = Rows::of(&[("id", Type::Int)], jobs.iter().map(|job| job.0));
    for part in done.parts(tx.dialect()) {
        let done = part.among("id", 2);
        let query = sql::query(format!("delete from job where attempt = $1 and {done} returning id"));
        let query = part.bind(query.bind(attempt));
        for row in query.fetch_all(tx.conn()).await.doing("complete jobs")? {
            left.remove(&JobId(Columns::of("job", &row).get("id")?));
        }
    }
    left.into_iter().min().map_or(Ok(()), |lost| Err(StoreError::LeaseLost(lost)))
}

/// Gives a job back, to be done again from `due_at` on.
///
/// # Errors
/// [`StoreError::LeaseLost`] where it has passed to another worker.
pub async fn reschedule(tx: &mut Tx, lease: &Lease, due_at: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query("update job set due_at = $3, ready_at = $3 where id = $1 and attempt = $2");
    change(tx, query, lease, due_at, "give a job back").await
}

/// Gives jobs back that were not done, to be claimed again at once. Those that are no longer the worker's stay as they are.
///
/// # Errors
/// The database failed.
pub async fn give_back(tx: &mut Tx, leases: &[Lease]) -> Result<(), StoreError> {
    for lease in leases {
        let query = sqlx::query("update job set ready_at = due_at where id = $1 and attempt = $2");
        let query = query.bind(lease.job.0).bind(lease.attempt);
        query.execute(tx.conn()).await.doing("give jobs back")?;
    }
    Ok(())
}

/// Makes a claimed job the worker's own for longer, in the transaction of what it wrote meanwhile.
///
/// # Errors
/// [`StoreError::LeaseLost`] where it is no longer this worker's.
pub async fn extend(tx: &mut Tx, lease: &Lease, lease_until: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query("update job set ready_at = $3 where id = $1 and attempt = $2");
    change(tx, query, lease, lease_until, "extend a lease").await
}

async fn change(
    tx: &mut Tx,
    query: sql::Query,
    lease: &Lease,
    at: Timestamp,
    doing: &'static str,
) -> Result<(), StoreError> {
    let query = query.bind(lease.job.0).bind(lease.attempt).bind(micros(at));
    match query.execute(tx.conn()).await.doing(doing)?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::LeaseLost(lease.job)),
    }
}

/// Takes these jobs from the workers that hold them, to be done again at once: what they read has changed.
///
/// # Errors
/// The database failed.
pub async fn interrupt(tx: &mut Tx, lane: &Lane, keys: &[String]) -> Result<(), StoreError> {
    let keys = Rows::of(&[("key", Type::Text)], keys);
    for part in keys.parts(tx.dialect()) {
        let taken = part.among("key", 2);
        let query = sql::query(format!(
            "update job set ready_at = due_at, attempt = attempt + 1
             where lane = $1 and {taken} and ready_at > due_at"
        ));
        part.bind(query.bind(lane.to_string()))
            .execute(tx.conn())
            .await
            .doing("take jobs from their workers")?;
    }
    Ok(())
}

/// Ends the leases of an earlier process, for one that knows it is alone (SQLite, at the start). Workers that held one
/// are fenced out. The lease on a reply that had set out runs on: a request that left a dying process must have arrived,
/// or never will, before it is looked for and sent again.
///
/// # Errors
/// The database failed.
pub async fn release_all(tx: &mut Tx) -> Result<(), StoreError> {
    let release = "update job set ready_at = due_at, attempt = attempt + 1
         where ready_at > due_at and not (lane like 'dispatch/%' and key in (
             select cast(id as text) from action where act in ('reply', 'acknowledge') and state = 'started'))";
    sqlx::query(release).execute(tx.conn()).await.doing("end the leases of an earlier process")?;
    Ok(())
}
