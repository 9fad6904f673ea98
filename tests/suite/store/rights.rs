//! The daemon's user on PostgreSQL, with the rights that `deploy/postgres-rights.sql` gives: it does its work, and cannot touch
//! what the log holds.

use majlis::domain::audit::Actor;
use majlis::domain::retention::Cause;
use majlis::store::erasure::{self, Erasing};
use majlis::store::{Step, Store, audit};
use sqlx::{AnyPool, AssertSqlSafe};

use super::given::{clock, some_sources, stored};
use super::{Db, at};

/// The script as psql would run it with these names.
fn script(daemon: &str, schema: &str) -> String {
    let whole = include_str!("../../../deploy/postgres-rights.sql");
    let lines = whole.lines().filter(|line| !line.starts_with('\\'));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    text.replace(":\"daemon\"", &format!("\"{daemon}\"")).replace(":\"schema\"", &format!("\"{schema}\""))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daemons_user_does_its_work_and_cannot_change_or_delete_an_entry() {
    let Some(db) = Db::postgres().await else { return };
    let schema = db.url.rsplit('=').next().unwrap().trim_end_matches(']').to_owned();
    let daemon = format!("daemon_{schema}");
    db.try_run(&format!("create role {daemon} login")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(script(&daemon, &schema))).execute(&db.pool).await.unwrap();

    let url = db.url.replace("postgres://majlis@", &format!("postgres://{daemon}@"));
    assert_ne!(url, db.url);
    let store = Store::open(&url).await.unwrap();
    some_sources(&store).await;
    let id = stored(&store, "c1", "متى؟").await;
    clock(&store, id, at(0)).await;
    let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Deleted, now: at(1) };
    let mut tx = store.begin(Step::Keep).await.unwrap();
    let entries = erasure::erase(&mut tx, None, id, &erasing).await.unwrap().entries();
    audit::append(&mut tx, &entries).await.unwrap();
    tx.commit().await.unwrap();
    store.probe().await.unwrap();
    assert!(audit::head(&store).await.unwrap().frontier().size() >= 2);

    let own = AnyPool::connect(&url).await.unwrap();
    for forbidden in [
        "update audit_entry set bytes = 'x'",
        "delete from audit_entry",
        "truncate audit_entry",
        "update checkpoint set note = 'x'",
        "delete from checkpoint",
        "drop trigger audit_entry_unchanged on audit_entry",
        "alter table audit_entry disable trigger all",
        "drop table audit_entry",
        "create trigger mine before insert on audit_entry for each row execute function refuse('x')",
        "set session_replication_role = replica",
    ] {
        let refused = sqlx::query(AssertSqlSafe(forbidden)).execute(&own).await.unwrap_err().to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{forbidden}: {refused}"
        );
    }
    own.close().await;
    store.close().await;
    sqlx::raw_sql(AssertSqlSafe(format!("drop owned by {daemon}; drop role {daemon}")))
        .execute(&db.pool)
        .await
        .unwrap();
}
