//! A daemon whose audit log is not the one that was published: found at the start and later, everything stops but reading.

use std::net::SocketAddr;

use majlis::domain::audit::{Actor, AuditEvent, Checkpoint, Frontier, Hash, SigningKey};
use majlis::stage::seal::Publication;
use majlis::store::{Dialect, Step, audit};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::home::Home;
use crate::store::{Db, at, contract};

/// Publishes, signed with the log's own key, a checkpoint of another log than the one in the database.
async fn publish_another(home: &Home) {
    let key: SigningKey = home.read("audit.key").trim().parse().unwrap();
    let root = Frontier::of(&[Hash::leaf(b"another")]).root();
    let publication = Publication::new(home.path("audit"));
    publication.publish(1, &Checkpoint::sign(1, root, &key)).await.unwrap();
}

/// Entries enough for the daemon to seal the log at once.
async fn append(db: &Db) {
    let events: Vec<AuditEvent> = (0..20)
        .map(|number| {
            AuditEvent::new(at(number), Actor::Machine("test"), "test.done", format!("test:{number}"))
        })
        .collect();
    let mut tx = db.store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &events).await.unwrap();
    tx.commit().await.unwrap();
}

/// No stand-in has installed what a client's TLS needs.
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

async fn assert_stopped(db: &Db, address: SocketAddr, token: &str) {
    let (client, base) = (client(), format!("http://{address}"));
    let ready = client.get(format!("{base}/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let state: Value = ready.json().await.unwrap();
    assert_eq!(
        (&state["ready"], &state["log"], &state["database"]),
        (&false.into(), &"broken".into(), &"stopped".into())
    );
    let metrics = client.get(format!("{base}/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("majlis_audit_log_holds 0\n"), "{metrics}");

    let before = audit::head(&db.store).await.unwrap().size();
    let comments = client.get(format!("{base}/api/v1/comments")).bearer_auth(token).send().await.unwrap();
    assert_eq!(comments.status(), StatusCode::OK, "reading goes on");
    let hide = client.post(format!("{base}/api/v1/comments/1/solve")).bearer_auth(token).json(&json!({}));
    let answer = hide.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json::<Value>().await.unwrap()["type"], "urn:majlis:problem:stopped");
    assert_eq!(audit::head(&db.store).await.unwrap().size(), before);
}

contract! {
    async fn a_daemon_that_starts_on_another_log_than_was_published_writes_nothing_and_shows_what_there_is(db: Db) {
        let (mut home, token) = Home::furnish(&db.url, 60, &[]);
        publish_another(&home).await;
        let before = audit::head(&db.store).await.unwrap();
        let mut daemon = home.start(None);
        assert_stopped(&db, daemon.log().address().await, &token).await;
        daemon.log().says("the audit log does not hold; all changes are stopped until somebody has looked").await;
        daemon.stop().await;
        // Not even what a first start adopts.
        assert_eq!(audit::head(&db.store).await.unwrap(), before);
        assert_eq!(db.number("select count(*) from document").await, 0);
    }

    async fn a_daemon_whose_log_is_another_at_the_next_checkpoint_stops_all_changes(db: Db) {
        let (mut home, token) = Home::furnish(&db.url, 60, &[]);
        let mut daemon = home.start(None);
        let address = daemon.log().address().await;
        let ready = client().get(format!("http://{address}/readyz")).send().await.unwrap();
        assert_eq!(ready.json::<Value>().await.unwrap()["log"], "holds");
        publish_another(&home).await;
        append(&db).await;
        daemon.log().says("the audit log does not hold; all changes are stopped until somebody has looked").await;
        assert_stopped(&db, address, &token).await;
        daemon.stop().await;
    }

    async fn a_daemon_that_finds_a_sealed_entry_changed_as_it_reads_the_log_stops_all_changes(db: Db) {
        let (mut home, token) = Home::furnish(&db.url, 60, &[]);
        let mut daemon = home.start(None);
        daemon.log().address().await;
        append(&db).await;
        daemon.log().says("sealed the audit log").await;
        daemon.stop().await;
        // Its hash stays, so the hashes are those that were sealed.
        crate::seal::replace_entry(&db, 0, |entry| entry.replace("maryam", "nobody")).await;
        let mut again = home.start(None);
        let address = again.log().address().await;
        again.log().says("the audit log does not hold; all changes are stopped until somebody has looked").await;
        assert_stopped(&db, address, &token).await;
        again.stop().await;
        home.refusal(&["audit", "resume"]);
        assert!(audit::stopped(&db.store).await.unwrap().is_some(), "nothing goes on while it is so");
    }

    async fn what_one_process_found_stops_every_other_until_somebody_has_looked(db: Db) {
        let (mut home, token) = Home::furnish(&db.url, 60, &[]);
        assert!(home.refusal(&["audit", "resume"]).contains("nothing was stopped"));
        let mut finder = home.start(None);
        finder.log().address().await;
        // SQLite has one daemon; there the other process is a command.
        let mut other = (db.store.dialect() == Dialect::Postgres).then(|| home.start(None));
        let address = match &other {
            Some(other) => Some(other.log().address().await),
            None => None,
        };
        publish_another(&home).await;
        append(&db).await;
        let stopped = "the audit log does not hold; all changes are stopped until somebody has looked";
        finder.log().says(stopped).await;
        if let (Some(other), Some(address)) = (&mut other, address) {
            other.log().says(stopped).await;
            assert_stopped(&db, address, &token).await;
            other.stop().await;
        }
        assert!(home.refusal(&["staff", "add", "late", "--role", "staff"]).contains("does not hold"));
        finder.stop().await;

        // The cause is gone, and nobody has looked: a start does not forget it.
        std::fs::rename(home.path("audit"), home.path("audit-aside")).unwrap();
        let mut again = home.start(None);
        assert_stopped(&db, again.log().address().await, &token).await;
        again.stop().await;
        let before = db.entries().await.len();
        assert_eq!(home.answer(&["audit", "resume"])["resumed"], true);
        let resumed = db.entries().await.pop().unwrap();
        assert!(resumed.contains("\"act\":\"audit.resumed\"") && resumed.contains("\"stopped_at\":\"20"), "{resumed}");
        assert_eq!(db.entries().await.len(), before + 1);
        home.answer(&["staff", "add", "late", "--role", "staff"]);
        let mut again = home.start(None);
        let ready = client().get(format!("http://{}/readyz", again.log().address().await)).send().await.unwrap();
        assert_eq!(ready.json::<Value>().await.unwrap()["log"], "holds");
        again.stop().await;
    }
}
