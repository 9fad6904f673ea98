//! The queue: durable work in lanes, leased to one worker at a time.
//!
//! A job is fenced by its attempt. Claiming raises the attempt, and completing or rescheduling names the
//! attempt that was claimed, so a worker whose lease passed to another one can write nothing. A lease is a
//! `ready_at` in the future: a job is ready when it is due and no worker holds it.

mod lease;

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::domain::comment::SourceId;
use crate::domain::notice::RecipientName;

use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx};

pub use lease::{claim, complete, extend, give_back, interrupt, release_all, reschedule};

/// The number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A queue for one kind of work. A source has lanes of its own for what calls its platform, and a recipient one for what
/// calls theirs, so that one that hangs or throttles holds up nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Reading this source: one job with an empty key, and one for each delivery of its webhook, whose number is the key.
    Poll(SourceId),
    /// Judging the latest words of a comment; the key is its number.
    Moderate,
    /// Carrying out an action on this source; the key is its number.
    Dispatch(SourceId),
    /// Alerting about reply clocks; one job with an empty key.
    Remind,
    /// Counting open reply clocks by the calendar that came into force; one job with an empty key.
    Recount,
    /// Telling this recipient outside the console; the key is a notice's number, or `day` for what a day begins with.
    Notify(RecipientName),
    /// Erasing what has expired; one job with an empty key.
    Retain,
    /// Drawing a sample of the machine's verdicts; one job with an empty key.
    Sample,
    /// Asking for a second opinion about a text that awaits review; the key is its comment's number and its own, `7.2`.
    Opine,
    /// Publishing a checkpoint; one job with an empty key.
    Seal,
    /// Judging by a policy that does not act; one job with an empty key, while there is one.
    Shadow,
}

/// The word for it in columns, logs and metrics: `poll/facebook`, `moderate`, …
impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Poll(source) => write!(f, "poll/{source}"),
            Lane::Moderate => f.write_str("moderate"),
            Lane::Dispatch(source) => write!(f, "dispatch/{source}"),
            Lane::Remind => f.write_str("remind"),
            Lane::Recount => f.write_str("recount"),
            Lane::Notify(recipient) => write!(f, "notify/{recipient}"),
            Lane::Retain => f.write_str("retain"),
            Lane::Sample => f.write_str("sample"),
            Lane::Opine => f.write_str("opine"),
            Lane::Seal => f.write_str("seal"),
            Lane::Shadow => f.write_str("shadow"),
        }
    }
}

/// The right to do a job until the lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// How many times it was claimed or renewed, this time included.
    pub attempt: i64,
}

/// A job as its worker holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The right to do it.
    pub lease: Lease,
    /// What is to be done; see [`Lane`].
    pub key: String,
}

/// What is due in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The lane.
    pub lane: String,
    /// How many jobs are due, those that a worker holds among them.
    pub count: i64,
    /// Since when the oldest of them is.
    pub oldest: Option<Timestamp>,
}

/// Adds jobs that are due at `due_at`. A key that is in the lane already stays as it is.
///
/// # Errors
/// The database failed.
pub async fn add(tx: &mut Tx, lane: &Lane, keys: &[String], due_at: Timestamp) -> Result<(), StoreError> {
    put(tx, lane, keys, due_at, "do nothing").await
}

/// Adds jobs; a key that is in the lane already is made due at `due_at` anew, and a worker that holds it is fenced
/// out.
///
/// # Errors
/// The database failed.
pub async fn renew(tx: &mut Tx, lane: &Lane, keys: &[String], due_at: Timestamp) -> Result<(), StoreError> {
    let anew =
        "do update set due_at = excluded.due_at, ready_at = excluded.ready_at, attempt = job.attempt + 1";
    put(tx, lane, keys, due_at, anew).await
}

async fn put(
    tx: &mut Tx,
    lane: &Lane,
    keys: &[String],
    due_at: Timestamp,
    known: &str,
) -> Result<(), StoreError> {
    let lane = lane.to_string();
    // A statement may not change the same row twice.
    let keys = Rows::of(&[("key", Type::Text)], keys.iter().collect::<BTreeSet<_>>());
    for part in keys.parts(tx.dialect()) {
        let wanted = part.table("wanted", 3);
        let query = sql::query(format!(
            "with {wanted}
             insert into job (lane, key, due_at, ready_at) select $1, key, $2, $2 from wanted where true
             on conflict (lane, key) {known}"
        ));
        let query = part.bind(query.bind(lane.clone()).bind(micros(due_at)));
        query.execute(tx.conn()).await.doing("add jobs")?;
    }
    Ok(())
}

/// Makes every unleased job of the lane due at `due_at`, where it is due later.
///
/// # Errors
/// The database failed.
pub async fn bring_forward(tx: &mut Tx, lane: &Lane, due_at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "update job set due_at = $2, ready_at = $2 where lane = $1 and ready_at > $2 and ready_at = due_at",
    )
    .bind(lane.to_string())
    .bind(micros(due_at))
    .execute(tx.conn())
    .await
    .doing("bring jobs forward")?;
    Ok(())
}

/// The earliest instant at which [`claim`] could return a job of the lane.
///
/// # Errors
/// The database failed.
pub async fn next_due(store: &Store, lane: &Lane) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query("select min(ready_at) as ready_at from job where lane = $1")
        .bind(lane.to_string())
        .fetch_one(&store.readers)
        .await
        .doing("find the next job")?;
    Columns::of("job", &row).instant_or_null("ready_at")
}

/// How many jobs of the lane were worked on and are to be done again.
///
/// # Errors
/// The database failed.
pub async fn failed(store: &Store, lane: &Lane) -> Result<i64, StoreError> {
    let query =
        sqlx::query("select count(*) as jobs from job where lane = $1 and attempt > 0 and ready_at = due_at");
    let row = query.bind(lane.to_string()).fetch_one(&store.readers).await.doing("count failed jobs")?;
    Columns::of("job", &row).get("jobs")
}

/// What is due at `now`, for each of `lanes` that holds any. A job that a worker holds counts until it is done: one that
/// fails and is claimed again, over and over, is not done by being claimed.
///
/// # Errors
/// The database failed.
pub async fn waiting(store: &Store, lanes: &[Lane], now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    let rows = sqlx::query(
        "select lane, count(*) as jobs, min(due_at) as oldest from job where due_at <= $1 group by lane order by lane",
    )
    .bind(micros(now))
    .fetch_all(&store.readers)
    .await
    .doing("count the waiting jobs")?;
    // A lane of a source that is no longer configured keeps its jobs, and nobody works on them.
    let worked: BTreeSet<String> = lanes.iter().map(Lane::to_string).collect();
    let mut waiting = Vec::with_capacity(rows.len());
    for row in &rows {
        let job = Columns::of("job", row);
        let lane: String = job.get("lane")?;
        if worked.contains(&lane) {
            let (count, oldest) = (job.get("jobs")?, job.instant_or_null("oldest")?);
            waiting.push(Waiting { lane, count, oldest });
        }
    }
    Ok(waiting)
}
