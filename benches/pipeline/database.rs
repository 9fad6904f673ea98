//! Where to measure: a file of SQLite, and a PostgreSQL that `make bench` starts, each as durable as in production.

use std::path::{Path, PathBuf};

use sqlx::{AnyPool, AssertSqlSafe};

use super::Failure;

/// One of the two, and where empty ones are made.
pub(crate) enum Database {
    Sqlite { directory: PathBuf },
    Postgres { server: String, admin: AnyPool },
}

impl Database {
    /// Both, or the one that is named.
    pub(crate) async fn asked_for(only: Option<&str>, scratch: &Path) -> Result<Vec<Self>, Failure> {
        let mut asked_for = Vec::new();
        if only.is_none_or(|only| only == "sqlite") {
            asked_for.push(Self::Sqlite { directory: scratch.to_owned() });
        }
        if only.is_none_or(|only| only == "postgres") {
            let server = std::env::var("MAJLIS_TEST_POSTGRES").map_err(
                |_| "no PostgreSQL: run `make bench`, or `eval \"$(tests/postgres.sh start --durable)\"` first",
            )?;
            sqlx::any::install_default_drivers();
            let admin = AnyPool::connect(&server).await?;
            expect_durable(&admin).await?;
            asked_for.push(Self::Postgres { server, admin });
        }
        Ok(asked_for)
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The address of an empty one.
    pub(crate) async fn empty(&self, name: &str) -> Result<String, Failure> {
        match self {
            Self::Sqlite { directory } => {
                let file = directory.join(format!("{name}.db"));
                Ok(format!("sqlite:{}", file.display()))
            }
            Self::Postgres { server, admin } => {
                let schema = format!("bench_{name}");
                for statement in ["drop schema if exists S cascade", "create schema S"] {
                    sqlx::query(AssertSqlSafe(statement.replace('S', &schema))).execute(admin).await?;
                }
                let sign = if server.contains('?') { '&' } else { '?' };
                Ok(format!("{server}{sign}options[search_path]={schema}"))
            }
        }
    }
}

/// A server that forgets what it promised would be measured for another job.
async fn expect_durable(server: &AnyPool) -> Result<(), Failure> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let query = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(setting);
        let value = query.fetch_one(server).await?;
        if value != "on" {
            return Err(format!("PostgreSQL runs with {setting} = {value}: start it with --durable").into());
        }
    }
    Ok(())
}
