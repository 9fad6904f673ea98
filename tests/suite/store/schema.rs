//! The tables themselves: alike on both databases, and kept by opening twice.

use std::collections::BTreeMap;

use majlis::store::{Dialect, Store, StoreError};
use sqlx::Row;

use super::{Db, contract};

/// Every column of every table, with its type in the words of SQLite, whether it can be null, and its place in the key.
async fn columns(db: &Db) -> BTreeMap<String, Vec<String>> {
    let query = match db.store.dialect() {
        Dialect::Sqlite => {
            "select m.name as tab, c.name as col, lower(c.type) as kind,
                 case when c.\"notnull\" = 1 or c.pk > 0 then 'not null' else 'null' end as nullable
             from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '_sqlx_%'
             order by m.name, c.name"
        }
        Dialect::Postgres => {
            "select cast(table_name as text) as tab, cast(column_name as text) as col,
                 case data_type when 'bigint' then 'integer' when 'bytea' then 'blob' else cast(data_type as text) end as kind,
                 case is_nullable when 'NO' then 'not null' else 'null' end as nullable
             from information_schema.columns
             where table_schema = current_schema() and table_name not like '\\_sqlx\\_%'
                 and table_name not in (select v.table_name from information_schema.views v)
             order by table_name, column_name"
        }
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in sqlx::query(query).fetch_all(&db.pool).await.unwrap() {
        let [table, column, kind, nullable] =
            ["tab", "col", "kind", "nullable"].map(|name| row.get::<String, _>(name));
        tables.entry(table).or_default().push(format!("{column} {kind} {nullable}"));
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

/// Every index that we made, with its columns' text and whether it is unique or partial.
async fn indexes(db: &Db) -> Vec<String> {
    let query = match db.store.dialect() {
        Dialect::Sqlite => {
            "select name from sqlite_master where type = 'index' and sql is not null order by name"
        }
        Dialect::Postgres => {
            "select cast(i.indexname as text) as name from pg_indexes i
             where i.schemaname = current_schema() and i.tablename not like '\\_sqlx\\_%'
                 and not exists (select 1 from pg_constraint c where c.conname = i.indexname)
             order by i.indexname"
        }
    };
    let mut names: Vec<String> = sqlx::query_scalar(query).fetch_all(&db.pool).await.unwrap();
    names.sort();
    names
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let sqlite = Db::sqlite().await;
    let Some(postgres) = Db::postgres().await else { return };
    assert_eq!(columns(&sqlite).await, columns(&postgres).await);
    assert_eq!(indexes(&sqlite).await, indexes(&postgres).await);
}

contract! {
    async fn opening_again_changes_nothing_and_the_database_is_writable(db: Db) {
        let again = Store::open(&db.url).await.unwrap();
        again.probe().await.unwrap();
        assert_eq!(db.number("select count(*) from job").await, 0);
        again.close().await;
    }
}

contract! {
    async fn a_command_beside_the_daemon_leaves_tables_of_an_earlier_version_alone(db: Db) {
        Store::join(&db.url).await.unwrap().close().await;
        // As an earlier version left it, whose migrations were others.
        db.try_run("update _sqlx_migrations set version = version - 1").await.unwrap();
        let refused = Store::join(&db.url).await.unwrap_err();
        assert!(matches!(refused, StoreError::Behind), "{refused}");
        assert_eq!(db.number("select min(version) from _sqlx_migrations").await, 0, "it was left alone");
    }

    async fn a_database_of_a_later_version_is_refused(db: Db) {
        let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             select 9999, description, success, checksum, execution_time from _sqlx_migrations where version = 1";
        db.try_run(later).await.unwrap();
        for refused in [Store::open(&db.url).await.unwrap_err(), Store::join(&db.url).await.unwrap_err()] {
            assert!(matches!(refused, StoreError::Ahead), "{refused}");
        }
    }
}

/// The words of a list in the script that copies a database to PostgreSQL.
fn listed(begins: &str) -> Vec<&'static str> {
    let script = include_str!("../../../deploy/sqlite-to-postgres.sh");
    let (_, rest) = script.split_once(begins).unwrap();
    rest.split_once(')').unwrap().0.split_whitespace().collect()
}

#[tokio::test]
async fn a_copy_to_postgresql_takes_every_table_along_after_those_that_it_refers_to() {
    let sqlite = Db::sqlite().await;
    let (copied, derived) = (listed("\ntables=("), listed("\nderived=("));
    let mut known = [&copied[..], &derived[..]].concat();
    known.sort_unstable();
    assert_eq!(known, columns(&sqlite).await.into_keys().collect::<Vec<_>>());
    for (place, table) in copied.iter().enumerate() {
        let query =
            format!("select \"table\" from pragma_foreign_key_list('{table}') where \"table\" <> '{table}'");
        for referred in sqlite.texts(&query).await {
            assert!(copied[..place].contains(&&*referred), "{table} refers to {referred}");
        }
    }
}

#[tokio::test]
async fn a_copy_to_postgresql_goes_on_counting_where_the_original_stopped() {
    let Some(postgres) = Db::postgres().await else { return };
    let counted = "select cast(table_name as text) from information_schema.columns
        where table_schema = current_schema() and column_name = 'id' and is_identity = 'YES' order by 1";
    let derived = listed("\nderived=(");
    let mut counted = postgres.texts(counted).await;
    counted.retain(|table| !derived.contains(&&**table));
    let mut numbered = listed("\nnumbered=(");
    numbered.sort_unstable();
    assert_eq!(numbered, counted);
}

#[tokio::test]
async fn a_command_may_be_the_first_to_open_a_database() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::join(&format!("sqlite:{}", directory.path().join("new.db").display())).await.unwrap();
    store.probe().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_refused_without_showing_the_url() {
    let error = Store::open("mysql://root:hunter2@localhost/majlis").await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownDatabase { .. }));
    assert!(!error.to_string().contains("hunter2"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let db = Db::sqlite().await;
    let path = db.url.strip_prefix("sqlite:").unwrap();
    for file in [path.to_owned(), format!("{path}-wal")] {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
}
