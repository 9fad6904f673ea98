//! The store's contract: one suite, run against SQLite and PostgreSQL.
//!
//! A test in [`contract!`] becomes two, `…::sqlite` and `…::postgres`, each in an empty database of its own. PostgreSQL is
//! the one of `tests/postgres.sh`; where there is none, [`the_contract_runs_on_postgresql_too`] fails, so that nothing
//! is skipped in silence.

mod actions;
mod acts;
mod at_once;
mod audit;
mod ceilings;
mod comments;
mod constraints;
mod desk;
mod erasure;
pub(crate) mod given;
mod holding;
mod idempotency;
mod jobs;
mod looking;
mod opinions;
mod posts;
mod read_model;
mod recount;
mod replies;
mod rights;
mod samples;
mod schema;
mod sign_in;
mod sources;
mod spending;
mod staff;
mod subjects;

use jiff::{SignedDuration, Timestamp};
use majlis::store::{self, Store};
use sqlx::{AnyPool, AssertSqlSafe};

/// Runs each test on both databases.
macro_rules! contract {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Db) $body:block)*) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn contract($db: $crate::store::Db) $body

                $(#[$meta])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    contract($crate::store::Db::sqlite().await).await;
                }

                $(#[$meta])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    if let Some(db) = $crate::store::Db::postgres().await {
                        contract(db).await;
                    }
                }
            }
        )*
    };
}
pub(crate) use contract;

const POSTGRES: &str = "MAJLIS_TEST_POSTGRES";

/// An empty database of one test's own.
pub(crate) struct Db {
    pub(crate) store: Store,
    /// A second way in, for what the store itself never does.
    pub(crate) pool: AnyPool,
    pub(crate) url: String,
    _directory: Option<tempfile::TempDir>,
}

impl Db {
    pub(crate) async fn sqlite() -> Db {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("majlis.db").display());
        Db::open(url, Some(directory)).await
    }

    pub(crate) async fn postgres() -> Option<Db> {
        let server = std::env::var(POSTGRES).ok()?;
        sqlx::any::install_default_drivers();
        let schema = format!("t_{:x}", rand::random::<u64>());
        let pool = AnyPool::connect(&server).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("create schema {schema}"))).execute(&pool).await.unwrap();
        pool.close().await;
        let separator = if server.contains('?') { '&' } else { '?' };
        Some(Db::open(format!("{server}{separator}options[search_path]={schema}"), None).await)
    }

    async fn open(url: String, directory: Option<tempfile::TempDir>) -> Db {
        let store = Store::open(&url).await.unwrap();
        let pool = AnyPool::connect(&url).await.unwrap();
        Db { store, pool, url, _directory: directory }
    }

    /// Runs a statement of the test's own.
    pub(crate) async fn try_run(&self, statement: &str) -> Result<u64, sqlx::Error> {
        let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&self.pool).await?;
        Ok(done.rows_affected())
    }

    /// The audit log, an entry a line.
    pub(crate) async fn entries(&self) -> Vec<String> {
        let entries = store::audit::entries(&self.store, 0, u32::MAX).await.unwrap();
        entries.iter().map(|entry| str::from_utf8(entry.bytes()).unwrap().to_owned()).collect()
    }

    /// The one number that a query of the test's own finds.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&self.pool).await.unwrap()
    }

    /// The texts that a query finds.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_all(&self.pool).await.unwrap()
    }
}

/// An instant, `seconds` after the tests' beginning of time.
pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-11-24T03:30:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

#[test]
fn the_contract_runs_on_postgresql_too() {
    assert!(
        std::env::var(POSTGRES).is_ok(),
        "the PostgreSQL half of the contract did NOT run: start a server and try again with\n    \
         eval \"$(tests/postgres.sh start)\""
    );
}
