//! All SQL. One text for SQLite and PostgreSQL; free functions over [`&Store`](Store) (reads) and
//! [`&mut Tx`](Tx) (writes).
//!
//! Reads go to a pool of connections that cannot write. Writes go through a [`Tx`]: on SQLite there is one at a time, which
//! takes the write lock as it begins. A stage writes a batch a transaction, since a durable commit costs more than hundreds
//! of rows, and every function that takes a list sends it as one table of parameters (`rows.rs`). `migrations/` has the tables, a
//! folder a database, and the contract in `tests/suite/store` runs on both.
//!
//! # Why sqlx's `Any` driver
//!
//! It leaves plain functions over one connection type; an enum over both drivers puts a macro round every query and compiles
//! each twice. Its price is a small set of types (text, integers, bytes), which is all that these tables hold, and no
//! arrays, which travel as text. Measured on 2 cores that other builds kept busy (24 November 2026, sqlx 0.9, SQLite with
//! `synchronous = full`, PostgreSQL 15 with `fsync`), 1,000 rows of 12 columns inserted and committed, best of 40, three runs:
//!
//! | | `Any` | native driver |
//! |---|---|---|
//! | SQLite | 11, 16, 18 ms | 11, 12, 15 ms |
//! | PostgreSQL | 10, 12, 16 ms | 10, 13, 14 ms |
//!
//! So the driver is not what costs. [`comments::receive`] of 1,000 new comments with their revisions took 44 ms on SQLite
//! and 112 ms on PostgreSQL in the same company; received, judged, logged and half acted on, all in this module, 5,000 and
//! 3,150 comments a second.

#[cfg(debug_assertions)]
mod abort;
pub mod actions;
pub mod acts;
pub mod audit;
pub mod bulks;
pub mod ceilings;
pub mod comments;
pub mod decisions;
pub mod deliveries;
pub mod documents;
pub mod erasure;
mod error;
pub mod holding;
pub mod holds;
pub mod idempotency;
pub mod jobs;
pub mod labels;
pub mod notes;
pub mod notices;
mod open;
pub mod opinions;
pub mod posts;
pub mod purses;
pub mod replies;
mod rows;
pub mod samples;
pub mod sessions;
pub mod shadows;
pub mod sources;
mod sql;
pub mod staff;
pub mod tokens;
pub mod topics;
pub mod tries;
mod tx;
pub mod views;
pub mod working;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Any, AnyPool};

use error::Doing;

pub use error::{Hindrance, StoreError, chain};
pub use tx::{Step, Tx};

/// Which of the two databases a store is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A file of our own, written by one process.
    Sqlite,
    /// A PostgreSQL server, shared by several processes.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    dialect: Dialect,
    readers: AnyPool,
    writers: AnyPool,
    stopped: Arc<AtomicBool>,
    #[cfg(debug_assertions)]
    abort: Option<Arc<abort::Abort>>,
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), creates the file where it is missing, and
    /// brings its tables up to date.
    ///
    /// # Errors
    /// The database cannot be reached, is of another kind, or has tables of a later version.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        open::open(url, open::Tables::Migrate).await
    }

    /// The same for a command beside the daemon: tables of an earlier version stay as they are, because a daemon of
    /// that version may be at work on them. Those of a new database are made.
    ///
    /// # Errors
    /// [`StoreError::Behind`] besides what [`Store::open`] refuses.
    pub async fn join(url: &str) -> Result<Store, StoreError> {
        open::open(url, open::Tables::Keep).await
    }

    fn new(dialect: Dialect, readers: AnyPool, writers: AnyPool) -> Self {
        Store {
            dialect,
            readers,
            writers,
            stopped: Arc::default(),
            #[cfg(debug_assertions)]
            abort: abort::Abort::from_env(),
        }
    }

    /// Begins a transaction that writes. On SQLite it waits for its turn: there is one writer.
    ///
    /// # Errors
    /// No connection, the database is busy for too long, or writing was stopped.
    pub async fn begin(&self, step: Step) -> Result<Tx, StoreError> {
        Tx::begin(self, step).await
    }

    /// Stops all writing of this process, for good: no transaction begins, and none that has begun is committed.
    pub fn stop_writing(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Whether writing was stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Which database it is in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether the database can be written, proved by a write that is rolled back.
    ///
    /// # Errors
    /// It cannot.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let mut tx = self.begin(Step::Keep).await?;
        sqlx::query("insert into job (lane, key, due_at, ready_at) values ('seal', 'probe', 0, 0)")
            .execute(tx.conn())
            .await
            .doing("write to the database")?;
        Ok(())
    }

    /// Leaves nothing of what was erased in the files of the database, as far as it offers that: SQLite's journal is written
    /// back over the erased words and cut to nothing. False where somebody was reading just then, or the file could not be
    /// written, which the log tells; the next time does it. What was erased is erased all the same. PostgreSQL reuses the place
    /// at its next `vacuum`, which it does by itself.
    pub async fn scrub(&self) -> bool {
        if self.dialect == Dialect::Postgres {
            return true;
        }
        let query = sqlx::query("pragma wal_checkpoint(truncate)");
        let row = query.fetch_one(&self.writers).await.doing("clean the journal of the database");
        match row.and_then(|row| sql::Columns::of("wal_checkpoint", &row).get::<i64>("busy")) {
            Ok(0) => true,
            Ok(_) => {
                tracing::info!(
                    "the database was being read; its journal is cleaned by the next look for expired content"
                );
                false
            }
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "the journal of the database keeps what was erased until the next look"
                );
                false
            }
        }
    }

    /// Closes every connection, after which the file can be copied or deleted.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}
