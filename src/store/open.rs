//! Opening the database: its pools, its settings, its tables.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, ConnectOptions, Executor, SqlSafeStr};

use super::error::Doing;
use super::{Dialect, Store, StoreError};

/// What makes and changes the tables, by number, name and text. `sqlx::migrate!` would read the folders itself, but has both
/// drivers, SQLite's C included, built a second time for the compiler.
type Migrations = &'static [(i64, &'static str, &'static str)];
const SQLITE: Migrations = &[
    (1, "ground", include_str!("../../migrations/sqlite/0001_ground.sql")),
    (3, "erasure", include_str!("../../migrations/sqlite/0003_erasure.sql")),
    (4, "waiting_and_search", include_str!("../../migrations/sqlite/0004_waiting_and_search.sql")),
    (7, "desk", include_str!("../../migrations/sqlite/0007_desk.sql")),
    (8, "sign_in", include_str!("../../migrations/sqlite/0008_sign_in.sql")),
    (9, "idempotency", include_str!("../../migrations/sqlite/0009_idempotency.sql")),
    (12, "topics", include_str!("../../migrations/sqlite/0012_topics.sql")),
    (21, "sample", include_str!("../../migrations/sqlite/0021_sample.sql")),
    (22, "shadow", include_str!("../../migrations/sqlite/0022_shadow.sql")),
    (23, "opinion", include_str!("../../migrations/sqlite/0023_opinion.sql")),
    (24, "post_text", include_str!("../../migrations/sqlite/0024_post_text.sql")),
    (25, "comment_under_post", include_str!("../../migrations/sqlite/0025_comment_under_post.sql")),
];
const POSTGRES: Migrations = &[
    (1, "ground", include_str!("../../migrations/postgres/0001_ground.sql")),
    (3, "erasure", include_str!("../../migrations/postgres/0003_erasure.sql")),
    (4, "waiting_and_search", include_str!("../../migrations/postgres/0004_waiting_and_search.sql")),
    (7, "desk", include_str!("../../migrations/postgres/0007_desk.sql")),
    (8, "sign_in", include_str!("../../migrations/postgres/0008_sign_in.sql")),
    (9, "idempotency", include_str!("../../migrations/postgres/0009_idempotency.sql")),
    (12, "topics", include_str!("../../migrations/postgres/0012_topics.sql")),
    (21, "sample", include_str!("../../migrations/postgres/0021_sample.sql")),
    (22, "shadow", include_str!("../../migrations/postgres/0022_shadow.sql")),
    (23, "opinion", include_str!("../../migrations/postgres/0023_opinion.sql")),
    (24, "post_text", include_str!("../../migrations/postgres/0024_post_text.sql")),
    (25, "comment_under_post", include_str!("../../migrations/postgres/0025_comment_under_post.sql")),
];

/// Where sqlx notes which migrations a database has had: its default name.
const MIGRATIONS: &str = "_sqlx_migrations";

/// How long a caller waits for a free connection, or SQLite for its file.
const PATIENCE: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
const POSTGRES_WRITERS: u32 = 8;

/// `synchronous = full`: a commit is on the disk when it returns, power cut included. `secure_delete`: what is erased is
/// overwritten where it lay, and not merely forgotten.
const SQLITE_WRITER: &str = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
    pragma secure_delete = on; pragma busy_timeout = 30000; pragma cache_size = -65536; pragma temp_store = memory";
const SQLITE_READER: &str = "pragma query_only = on; pragma busy_timeout = 30000; pragma cache_size = -16384; \
    pragma temp_store = memory";
/// What writes goes from a batch to its rows by an index, whatever the planner believes of tables that have grown since it
/// last counted them: without these it read whole tables, 35 ms a page instead of one. A batch's statement is planned anew
/// each time (`rows.rs`); plans that are kept are those of single rows, and of the foreign keys, which are checked row by
/// row. Compiling a plan takes longer than our longest query.
const POSTGRES_WRITER: &str = "set synchronous_commit = on; set jit = off; set enable_seqscan = off; \
    set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off; \
    set enable_material = off";
/// A plan kept from when the tables were small would read all of them when they are large.
const POSTGRES_READER: &str =
    "set default_transaction_read_only = on; set plan_cache_mode = force_custom_plan; set jit = off";

/// What may happen to the tables of a database that is not new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tables {
    /// They are brought up to date.
    Migrate,
    /// They stay as they are: a daemon of another version may be at work on them.
    Keep,
}

/// Opens the database at `url`; see [`Store::open`] and [`Store::join`].
pub(super) async fn open(url: &str, tables: Tables) -> Result<Store, StoreError> {
    sqlx::any::install_default_drivers();
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    match scheme {
        "sqlite" => open_sqlite(Path::new(rest.trim_start_matches("//")), tables).await,
        "postgres" | "postgresql" => open_postgres(url, tables).await,
        _ => Err(StoreError::UnknownDatabase { scheme: scheme.to_owned() }),
    }
}

async fn open_sqlite(path: &Path, tables: Tables) -> Result<Store, StoreError> {
    create_private(path).map_err(sqlx::Error::Io).doing("create the database file")?;
    let options = connect_options(&sqlite_url(path))?;
    let writers = pool(1, SQLITE_WRITER, options.clone()).await?;
    prepare(&writers, SQLITE, tables).await?;
    let readers = pool(READERS, SQLITE_READER, options).await?;
    Ok(Store::new(Dialect::Sqlite, readers, writers))
}

async fn open_postgres(url: &str, tables: Tables) -> Result<Store, StoreError> {
    let options = connect_options(url)?;
    let writers = pool(POSTGRES_WRITERS, POSTGRES_WRITER, options.clone()).await?;
    prepare(&writers, POSTGRES, tables).await?;
    let readers = pool(READERS, POSTGRES_READER, options).await?;
    Ok(Store::new(Dialect::Postgres, readers, writers))
}

/// Makes the tables of a new database, and those of an old one what this version needs, if that is asked for.
async fn prepare(writers: &AnyPool, migrations: Migrations, tables: Tables) -> Result<(), StoreError> {
    let migrator = Migrator::with_migrations(resolved(migrations));
    if tables == Tables::Keep && is_behind(writers, &migrator).await.map_err(StoreError::Migration)? {
        return Err(StoreError::Behind);
    }
    migrator.run(writers).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => StoreError::Ahead,
        other => StoreError::Migration(other),
    })
}

fn resolved(migrations: Migrations) -> Vec<Migration> {
    let resolve = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    migrations.iter().map(resolve).collect()
}

/// Whether there are tables, and some of what this version needs is missing.
async fn is_behind(writers: &AnyPool, migrator: &Migrator) -> Result<bool, MigrateError> {
    let mut conn = writers.acquire().await?;
    conn.ensure_migrations_table(MIGRATIONS).await?;
    let applied = conn.list_applied_migrations(MIGRATIONS).await?;
    let lacks = |version| !applied.iter().any(|migration| migration.version == version);
    Ok(!applied.is_empty() && migrator.iter().any(|migration| lacks(migration.version)))
}

fn connect_options(url: &str) -> Result<AnyConnectOptions, StoreError> {
    let options: AnyConnectOptions = url.parse().doing("read the database URL")?;
    // Statements hold placeholders alone, but their texts are long and the stages tell what they do.
    Ok(options.disable_statement_logging())
}

/// A connection is neither closed for its age nor for having been idle: with either limit sqlx (0.9) starts a task that
/// goes round as often as `num_idle` says, which is one below zero, 2^64 rounds, while a connection is taken that was
/// handed back a moment before. Such a task takes a core for ever, and the process cannot end.
async fn pool(size: u32, settings: &'static str, options: AnyConnectOptions) -> Result<AnyPool, StoreError> {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |conn, _| {
            Box::pin(async move { conn.execute(sqlx::raw_sql(settings)).await.map(|_| ()) })
        })
        .connect_with(options)
        .await
        .doing("connect to the database")
}

/// Makes the file readable by its owner alone, since it holds what the public wrote and our tokens. SQLite gives the
/// files beside it the same rights.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// A path as the driver reads it: absolute, and without the characters that mean something in a URL.
fn sqlite_url(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite://{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_migrations_is_run_by_its_number_and_name() {
        for (folder, migrations) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let entries = std::fs::read_dir(path).expect("a folder of migrations");
            let mut files: Vec<_> = entries
                .map(|entry| entry.expect("a file").file_name().into_string().expect("ASCII"))
                .collect();
            files.sort();
            let named: Vec<_> =
                migrations.iter().map(|(version, name, _)| format!("{version:04}_{name}.sql")).collect();
            assert_eq!(files, named);
        }
    }

    /// Until sqlx counts its idle connections without passing below zero: see [`pool`].
    #[tokio::test]
    async fn no_pool_has_a_task_of_its_own_that_could_go_round_for_ever() {
        sqlx::any::install_default_drivers();
        let one = pool(1, "select 1", "sqlite::memory:".parse().unwrap()).await.unwrap();
        let limits = (one.options().get_idle_timeout(), one.options().get_max_lifetime());
        assert_eq!(limits, (None, None));
    }

    #[test]
    fn a_path_with_signs_of_a_url_is_still_a_path() {
        assert_eq!(sqlite_url(Path::new("/srv/50%/what?#.db")), "sqlite:///srv/50%25/what%3F%23.db");
    }
}
