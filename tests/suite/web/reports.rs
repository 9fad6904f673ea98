//! Reports: pages, API and the public's page show what the sealed log comes to, and no more.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use jiff::tz::TimeZone;
use majlis::domain::audit::{Actor, AuditEvent};
use majlis::domain::lang::Bilingual;
use majlis::domain::staff::Role;
use majlis::domain::topics::{Topic, Topics};
use majlis::stage::seal::{Outlets, Publication, Sealer};
use majlis::store::{Step, StoreError, audit};
use majlis::web::{CountError, Counting, Figures, WebState};

use super::document::must_describe;
use super::{House, log_key, opening};

/// A house and what counts its log.
struct Counted {
    house: House,
    figures: Figures,
    counting: Counting,
    directory: tempfile::TempDir,
}

impl Counted {
    async fn open() -> Self {
        let figures = Figures::default();
        let shown = figures.clone();
        let change = |web: &mut WebState| (web.figures, web.topics) = (shown, Arc::new(topics()));
        let house = House::with(change).await;
        let counting = Counting::by_months_of(TimeZone::get("Asia/Dubai").unwrap());
        Counted { house, figures, counting, directory: tempfile::tempdir().unwrap() }
    }

    async fn log(&self, events: &[AuditEvent]) {
        let mut tx = self.house.store.begin(Step::Keep).await.unwrap();
        audit::append(&mut tx, events).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn seal_and_count(&mut self) {
        let mut sealer = Sealer::new(log_key(), Publication::new(self.directory.path()), Outlets::default());
        sealer.seal(&self.house.store, opening()).await.unwrap();
        self.figures.catch_up(&mut self.counting, &self.house.store).await.unwrap();
    }
}

fn event(day: &str, act: &'static str, object: &str) -> AuditEvent {
    let at = format!("{day}T12:00:00+04:00").parse().unwrap();
    AuditEvent::new(at, Actor::Machine("moderate"), act, object)
}

/// One topic.
pub(super) fn topics() -> Topics {
    let id = "fees".parse().unwrap();
    let name = Bilingual { ar: "الرسوم".to_owned(), en: "Fees".to_owned() };
    Topics(vec![Topic { id, name, words: vec![Topic::words("fees")] }])
}

/// A December, and a January that has begun.
pub(super) fn two_months() -> Vec<AuditEvent> {
    let asked = event("2026-12-09", "comment.received", "comment:3").word("topics", "fees");
    let later = event("2027-01-02", "comment.received", "comment:4");
    december().into_iter().chain([asked, later]).collect()
}

/// A December with three comments, one hidden and shown again, and one promise that was kept.
fn december() -> Vec<AuditEvent> {
    let hide =
        event("2026-12-06", "comment.judged", "comment:2").word("verdict", "hide").word("clause", "spam");
    let show = AuditEvent {
        actor: Actor::Staff("staff".into()),
        ..event("2026-12-07", "comment.judged", "comment:2")
    };
    let kept = event("2026-12-08", "clock.answered", "comment:1")
        .int("number", 1)
        .word("clock", "first_reply")
        .word("kind", "question")
        .word("platform", "x")
        .word("received_at", "2026-12-08T06:00:00Z")
        .word("due_at", "2026-12-08T10:00:00Z")
        .word("answered_at", "2026-12-08T08:00:00Z")
        .word("verdict", "met")
        .int("used_s", 7_200);
    let received = |number| event("2026-12-05", "comment.received", number);
    vec![
        received("comment:1"),
        received("comment:2"),
        received("comment:3"),
        hide,
        show.word("verdict", "allow"),
        kept,
    ]
}

#[tokio::test]
async fn a_report_shows_what_is_sealed_in_words_charts_and_tables() {
    let mut counted = Counted::open().await;
    let cookie = counted.house.sign_in(Role::Staff).await;
    counted.log(&december()).await;
    let page = counted.house.get_page("/reports?lang=en", &cookie).await;
    assert!(page.body.contains("There are no figures yet"), "nothing is sealed");
    counted.seal_and_count().await;
    let page = counted.house.get_page("/reports?lang=en&month=2026-12", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    for told in [
        "December 2026",
        "Comments received. December 2026: 3",
        "First reply: 100%",
        "2 hours",
        "Hidden, by clause. Spam",
        "majlis report transparency --month 2026-12",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let arabic = counted.house.get_page("/reports?lang=ar&month=2026-12", &cookie).await.body;
    assert!(arabic.contains("ديسمبر 2026") && arabic.contains("الرد الأول: 100%"), "{arabic}");
    // What is added counts once it is sealed.
    counted.log(&[event("2026-12-31", "comment.received", "comment:4")]).await;
    assert!(counted.house.get_page("/reports?lang=en", &cookie).await.body.contains("December 2026: 3"));
    counted.seal_and_count().await;
    let again = counted.house.get_page("/reports?lang=en", &cookie).await.body;
    assert!(again.contains("December 2026: 4"), "{again}");
}

#[tokio::test]
async fn the_api_tells_the_same_with_the_root_that_it_was_counted_from() {
    let mut counted = Counted::open().await;
    let empty = counted.house.call(Method::GET, "/reports/2026-12", Role::Auditor, None).await;
    assert_eq!(empty.json()["type"], "urn:majlis:problem:no-such-report");
    counted.log(&december()).await;
    counted.seal_and_count().await;
    let list = counted.house.call(Method::GET, "/reports", Role::Operator, None).await;
    assert_eq!(list.json()["months"], serde_json::json!(["2026-12"]));
    let report = counted.house.call(Method::GET, "/reports/2026-12", Role::Auditor, None).await;
    must_describe(&counted.house, &Method::GET, "/reports/2026-12", &report).await;
    let report = report.json();
    let checkpoint = audit::last_checkpoint(&counted.house.store).await.unwrap().unwrap();
    assert_eq!(report["counted"]["root"], checkpoint.root.to_string());
    assert_eq!(
        report["figures"][0],
        serde_json::json!({"what": "received", "of": null, "by": null, "count": 3})
    );
    let reversed = serde_json::json!({"what": "reversed", "of": "spam", "by": "machine", "count": 1});
    assert!(report["figures"].as_array().unwrap().contains(&reversed), "{report}");
    assert_eq!(report["promises"][0]["median_s"], 7_200);
    let other = counted.house.call(Method::GET, "/reports/2026-11", Role::Auditor, None).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn staff_note_what_changed_because_of_a_topic_and_the_latest_note_counts() {
    let mut counted = Counted::open().await;
    counted.log(&[event("2026-12-05", "comment.received", "comment:1").word("topics", "fees,old")]).await;
    counted.seal_and_count().await;
    let (staff, auditor) =
        (counted.house.sign_in(Role::Staff).await, counted.house.sign_in(Role::Auditor).await);
    let page = counted.house.get_page("/reports?lang=ar", &staff).await.body;
    assert!(page.contains("الرسوم: 1") && page.contains("old: 1"), "{page}");
    assert!(!counted.house.get_page("/reports", &auditor).await.body.contains("/reports/topics"));
    for text in ["first", "<b>The fee is waived</b>"] {
        let form = [("month", "2026-12"), ("topic", "fees"), ("text", text)];
        let kept = counted.house.post_form("/reports/topics", &staff, &form).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    }
    let page = counted.house.get_page("/reports?lang=en", &auditor).await.body;
    assert!(page.contains("&lt;b&gt;The fee is waived") && !page.contains("first<"), "{page}");
    let body = Some("{\"text\":\"By the API\"}");
    let call = async |path: &str, role, body| counted.house.call(Method::POST, path, role, body).await.status;
    assert_eq!(call("/reports/2026-12/topics/fees", Role::Approver, body).await, StatusCode::NO_CONTENT);
    assert_eq!(call("/reports/2026-12/topics/old", Role::Approver, body).await, StatusCode::NOT_FOUND);
    assert_eq!(call("/reports/2026-12/topics/fees", Role::Auditor, body).await, StatusCode::FORBIDDEN);
    let empty = Some("{\"text\":\" \"}");
    assert_eq!(
        call("/reports/2026-12/topics/fees", Role::Staff, empty).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let report = counted.house.call(Method::GET, "/reports/2026-12", Role::Auditor, None).await.json();
    assert_eq!(
        (&report["notes"][0]["text"], &report["notes"][0]["by"]),
        (&"By the API".into(), &"approver".into())
    );
    let log = audit::entries(&counted.house.store, 0, 1_000).await.unwrap();
    let noted =
        log.iter().map(|entry| entry.bytes()).filter(|bytes| bytes.starts_with(b"{\"act\":\"topic.noted\""));
    let noted: Vec<String> = noted.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(noted.len() == 3 && noted.iter().all(|entry| !entry.contains("waived")), "{noted:?}");
}

#[tokio::test]
async fn nothing_is_counted_from_entries_that_are_not_those_that_were_logged() {
    let forged =
        "update audit_entry set bytes = cast(replace(cast(bytes as text), 'comment.', 'c0mment.') as blob)";
    for change in [forged, "update audit_entry set comment = null", "delete from audit_entry"] {
        let mut counted = Counted::open().await;
        counted.log(&december()).await;
        let mut sealer =
            Sealer::new(log_key(), Publication::new(counted.directory.path()), Outlets::default());
        sealer.seal(&counted.house.store, opening()).await.unwrap();
        counted.house.tamper("drop trigger audit_entry_stays").await;
        let judged =
            counted.house.log().await.iter().position(|entry| entry.contains("comment.judged")).unwrap();
        counted.house.tamper(&format!("{change} where seq = {judged}")).await;
        let refused = counted.figures.catch_up(&mut counted.counting, &counted.house.store).await;
        let Err(CountError::Store(StoreError::Altered(altered))) = refused else {
            panic!("{change}: {refused:?}");
        };
        assert_eq!(altered.entry, judged as u64, "{change}");
        assert!(counted.figures.latest().is_none(), "{change}");
    }
}

#[tokio::test]
async fn the_public_is_shown_the_last_month_that_is_over() {
    let mut counted = Counted::open().await;
    counted.log(&december()).await;
    counted.seal_and_count().await;
    let running = counted.house.get("/participation?lang=en").await.body;
    assert!(!running.contains("Transparency report"), "as far as the log tells December is not over");
    counted.log(&[event("2027-01-02", "comment.received", "comment:4")]).await;
    counted.seal_and_count().await;
    let page = counted.house.get("/participation?lang=en").await.body;
    assert!(page.contains("Transparency report, December 2026"), "{page}");
    assert!(page.contains("Comments hidden, Spam") && page.contains("Promises kept, First reply"), "{page}");
    let arabic = counted.house.get("/participation?lang=ar").await.body;
    assert!(arabic.contains("تقرير الشفافية، ديسمبر 2026"), "{arabic}");
}
