//! The auditor's pages: what they find, that they change nothing but the log of looks, and that a proof stands by itself.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use majlis::domain::audit::{Actor, AuditEvent, verify_entry};
use majlis::domain::policy::ClauseId;
use majlis::domain::retention::Cause;
use majlis::domain::staff::Role;
use majlis::stage::seal::{Outlets, Publication, Sealer};
use majlis::store::acts::{self, By};
use majlis::store::erasure::{self, Erasing};
use majlis::store::{Step, StoreError, audit};
use serde_json::Value;

use super::document::must_describe;
use super::{DOUBTFUL, House, QUESTION, QUESTION_TEXT, WebState, log_key, opening, policy};

/// A house with the entries that reading its comments would have left, and a hide by a member of staff.
async fn house() -> (House, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let house = House::with(|web: &mut WebState| web.audit_directory = path).await;
    let received =
        AuditEvent::new(opening(), Actor::Machine("poll"), "comment.received", format!("comment:{QUESTION}"))
            .int("revision", 1)
            .word("created_at", opening().to_string());
    audit::record(&house.store, received).await.unwrap();
    let rules = policy();
    let by =
        By { staff: "staff", policy: rules.version(), now: opening(), seen: None, leaves: None, bulk: None };
    let mut tx = house.store.begin(Step::Act).await.unwrap();
    acts::hide(&mut tx, by, DOUBTFUL, ClauseId::Indecent, "إهانة صريحة").await.unwrap();
    tx.commit().await.unwrap();
    (house, directory)
}

async fn seal(house: &House, directory: &tempfile::TempDir) {
    let mut sealer = Sealer::new(log_key(), Publication::new(directory.path()), Outlets::default());
    sealer.seal(&house.store, opening()).await.unwrap().unwrap();
}

#[tokio::test]
async fn auditors_and_those_who_may_read_the_log_come_in_and_nobody_else() {
    let (house, _directory) = house().await;
    let may = [("/audit", [false, true, true, true]), ("/audit/comments/1", [false, true, true, false])];
    for (path, may) in may {
        for (role, may) in Role::ALL.into_iter().zip(may) {
            let cookie = house.sign_in(role).await;
            let status = house.get_page(path, &cookie).await.status;
            let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{path} by {role}");
        }
    }
}

#[tokio::test]
async fn entries_are_found_by_person_comment_clause_and_time_and_each_look_is_logged() {
    let (house, _directory) = house().await;
    let cookie = house.sign_in(Role::Auditor).await;
    let acts = async |query: &str| {
        let page = house.get_page(&format!("/audit?lang=en&{query}"), &cookie).await.body;
        ["comment.received", "comment.judged", "action.queued"]
            .map(|act| page.contains(&format!(">{act}</code>")))
    };
    assert_eq!(acts("").await, [true, true, true]);
    assert_eq!(acts("person=staff").await, [false, true, true]);
    assert_eq!(acts(&format!("comment={QUESTION}")).await, [true, false, false]);
    assert_eq!(acts(&format!("comment={DOUBTFUL}")).await, [false, true, true]);
    assert_eq!(acts("clause=indecent").await, [false, true, false]);
    assert_eq!(acts("clause=spam").await, [false; 3]);
    assert_eq!(acts("to=2026-11-24T07:30").await, [false; 3], "the office opens at half past seven");
    assert_eq!(acts("from=2026-11-24T07:30&to=2026-11-24T07:31").await, [true; 3]);
    assert_eq!(acts("person=nobody%00").await, [false; 3]);
    let log = house.log().await;
    let looks: Vec<&String> = log.iter().filter(|entry| entry.contains("\"act\":\"audit.read\"")).collect();
    assert_eq!(looks.len(), 9);
    assert!(
        looks[1].contains("\"name\":\"auditor\"") && looks[1].contains("\"of_staff\":\"staff\""),
        "{}",
        looks[1]
    );
}

#[tokio::test]
async fn a_long_log_is_turned_page_by_page() {
    let (house, _directory) = house().await;
    let entries: Vec<AuditEvent> = (0..60)
        .map(|number| {
            AuditEvent::new(opening(), Actor::Machine("poll"), "token.renewed", format!("source:s{number}"))
        })
        .collect();
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &entries).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = house.sign_in(Role::Auditor).await;
    let first = house.get_page("/audit?lang=en", &cookie).await.body;
    assert!(first.contains("source:s59") && !first.contains(">source:s5<"));
    let older = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let next = house.get_page(&older, &cookie).await.body;
    assert!(next.contains(">source:s5<") && !next.contains("source:s59"));
}

#[tokio::test]
async fn a_story_is_told_in_order_in_both_languages_with_what_the_public_saw() {
    let (house, _directory) = house().await;
    let cookie = house.sign_in(Role::Auditor).await;
    let story = async |lang: &str, at: &str| {
        house.get_page(&format!("/audit/comments/{QUESTION}?lang={lang}&at={at}"), &cookie).await.body
    };
    let now = story("en", "2026-11-24T07:30").await;
    assert!(now.contains("It was visible") && now.contains(QUESTION_TEXT), "{now}");
    assert!(!story("en", "2026-11-24T07:29").await.contains(QUESTION_TEXT), "before it was written");
    let arabic = story("ar", "2026-11-24T07:30").await;
    assert!(
        arabic.contains("dir=\"rtl\"") && arabic.contains("كان ظاهرًا") && arabic.contains("وصل التعليق"),
        "{arabic}"
    );
    assert!(story("en", "").await.contains("Looked at by auditors: 4"), "this look is one of them");

    let hidden = house.get_page(&format!("/audit/comments/{DOUBTFUL}?lang=en"), &cookie).await.body;
    let place = |what: &str| hidden.find(what).unwrap_or_else(|| panic!("{what} is not in {hidden}"));
    assert!(place("The comment was judged") < place("An action was asked for"));
    assert!(hidden.contains("إهانة صريحة"), "the reason, as long as it is kept");
    assert!(!hidden.contains("<b>"), "the public writes into our page");
}

#[tokio::test]
async fn an_erased_comment_has_a_story_and_no_text() {
    let (house, _directory) = house().await;
    let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: opening() };
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    let entries = erasure::erase(&mut tx, None, QUESTION, &erasing).await.unwrap().entries();
    audit::append(&mut tx, &entries).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = house.sign_in(Role::Auditor).await;
    let page = house.get_page(&format!("/audit/comments/{QUESTION}?lang=en"), &cookie).await.body;
    assert!(!page.contains(QUESTION_TEXT) && page.contains("The text was erased"), "{page}");
    assert!(page.contains("content was erased"), "{page}");
}

#[tokio::test]
async fn an_entry_is_downloaded_with_a_proof_that_needs_the_public_key_alone() {
    let (house, directory) = house().await;
    let cookie = house.sign_in(Role::Auditor).await;
    assert_eq!(
        house.get_page("/audit/entries/0/proof", &cookie).await.status,
        StatusCode::NOT_FOUND,
        "nothing is sealed"
    );
    seal(&house, &directory).await;
    let log = house.log().await;
    let proof = house.get_page("/audit/entries/1/proof", &cookie).await;
    assert_eq!(proof.status, StatusCode::OK);
    assert_eq!(proof.header("content-disposition"), "attachment; filename=\"1.tlog-proof\"");
    let proved = verify_entry(log_key().verifier(), &proof.body).unwrap();
    assert_eq!((proved.index, &proved.entry), (1, &log[1]));
    for missing in ["/audit/entries/999/proof", "/audit/entries/x/proof"] {
        assert_eq!(house.get_page(missing, &cookie).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let page = house.get_page("/audit?lang=en", &cookie).await.body;
    assert!(page.contains("The log holds") && page.contains("/audit/entries/1/proof"), "{page}");
    // A tile that was changed proves nothing, and nothing false is handed out.
    let tile =
        std::fs::read_dir(directory.path().join("tile/0/000.p")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&tile, vec![7; std::fs::read(&tile).unwrap().len()]).unwrap();
    let broken = house.get_page("/audit/entries/1/proof", &cookie).await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn an_entry_that_was_changed_is_not_shown_the_others_are_and_all_changes_are_stopped() {
    let forged = "bytes = cast(replace(cast(bytes as text), '\"clause\":\"indecent\"', '\"clause\":\"spam\"') as blob)";
    for change in [forged, "clause = null", "leaf = zeroblob(32)"] {
        let (house, directory) = house().await;
        let cookie = house.sign_in(Role::Auditor).await;
        seal(&house, &directory).await;
        let judged = house.log().await.iter().position(|entry| entry.contains("comment.judged")).unwrap();
        house.tamper(&format!("update audit_entry set {change} where seq = {judged}")).await;

        let page = house.get_page("/audit?lang=en", &cookie).await.body;
        let told = format!("Entry {judged}: this is not the entry that was logged");
        assert!(page.contains(&told) && page.contains(">comment.received</code>"), "{page}");
        assert!(!page.contains("The log holds") && !page.contains(">comment.judged</code>"), "{page}");
        let story = house.get_page(&format!("/audit/comments/{DOUBTFUL}?lang=en"), &cookie).await.body;
        assert!(story.contains(&told) && story.contains("What the public saw cannot be told"), "{story}");
        assert!(!story.contains("The log holds") && !story.contains("It was visible"), "{story}");
        let other = house.get_page(&format!("/audit/comments/{QUESTION}?lang=en"), &cookie).await.body;
        assert!(other.contains("The log is not the one that was published"), "{other}");

        let stop = audit::stopped(&house.store).await.unwrap().unwrap();
        assert!(stop.why.starts_with(&format!("entry {judged} is not the one that was logged")), "{stop:?}");
        let event = AuditEvent::new(opening(), Actor::Machine("poll"), "comment.received", "comment:9");
        assert!(matches!(audit::record(&house.store, event).await, Err(StoreError::Stopped)));
    }
}

#[tokio::test]
async fn an_entry_that_was_changed_is_not_proved_and_all_changes_are_stopped() {
    let (house, directory) = house().await;
    let cookie = house.sign_in(Role::Auditor).await;
    seal(&house, &directory).await;
    house.tamper("update audit_entry set leaf = zeroblob(32) where seq = 1").await;
    let refused = house.get_page("/audit/entries/1/proof", &cookie).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.body);
    assert!(audit::stopped(&house.store).await.unwrap().is_some());
}

#[tokio::test]
async fn where_the_log_does_not_hold_the_pages_can_be_read_and_say_so() {
    let (house, _directory) = house().await;
    let cookie = house.sign_in(Role::Auditor).await;
    house.store.stop_writing();
    let page = house.get_page("/audit?lang=en", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The log is not the one that was published"), "{}", page.body);
    assert_eq!(house.get_page(&format!("/audit/comments/{QUESTION}"), &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_api_tells_of_the_log_what_the_pages_tell_and_each_look_is_logged() {
    let (house, directory) = house().await;
    let ask = async |path: &str| {
        let answer = house.call(Method::GET, path, Role::Auditor, None).await;
        must_describe(&house, &Method::GET, path, &answer).await;
        answer
    };
    let found = async |query: &str| -> Vec<String> {
        let found = ask(&format!("/audit/entries?{query}")).await.json();
        let acts = found["entries"].as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap());
        acts.map(str::to_owned).collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(
        found("person=staff").await,
        ["action.queued", "comment.judged", "staff.token_given", "staff.added"]
    );
    assert_eq!(found("clause=indecent").await, ["comment.judged"]);
    assert_eq!(found(&format!("comment={QUESTION}")).await, ["comment.received"]);
    assert_eq!(found("to=2026-11-24T03:30:00Z").await, none);
    assert_eq!(
        found("comment=1&from=2026-11-24T03:30:00Z&to=2026-11-24T03:30:01Z").await,
        ["comment.received"]
    );
    assert_eq!(found("person=nobody%00").await, none);
    let log = house.log().await;
    let looks: Vec<&String> = log.iter().filter(|entry| entry.contains("\"act\":\"audit.read\"")).collect();
    assert_eq!(looks.len(), 6);
    assert!(looks[0].contains("\"name\":\"auditor\"") && looks[0].contains("\"of_staff\":\"staff\""));
    for unread in ["clause=rude".to_owned(), format!("person={}", "x".repeat(1_001)), "since=1".to_owned()] {
        assert_eq!(
            ask(&format!("/audit/entries?{unread}")).await.status,
            StatusCode::BAD_REQUEST,
            "{unread}"
        );
    }
    assert_eq!(house.log().await.len(), log.len());

    let story = async |at: &str| ask(&format!("/audit/comments/{QUESTION}?at={at}")).await.json();
    let told = story("2026-11-24T03:30:00Z").await;
    assert_eq!(
        (&told["public"]["shown"], &told["public"]["revision"], &told["public"]["text"]),
        (&"visible".into(), &1.into(), &QUESTION_TEXT.into())
    );
    assert_eq!((&told["entries"][0]["act"], &told["looks"]), (&"comment.received".into(), &1.into()));
    let before = story("2026-11-24T03:29:00Z").await;
    assert_eq!((&before["public"]["shown"], before["public"]["text"].is_null()), (&"not_yet".into(), true));
    assert_eq!(ask("/audit/comments/99").await.status, StatusCode::NOT_FOUND);

    assert_eq!(ask("/audit/entries/1/proof").await.json()["type"], "urn:majlis:problem:not-sealed");
    seal(&house, &directory).await;
    let proof = ask("/audit/entries/1/proof").await;
    let proved = verify_entry(log_key().verifier(), &proof.body).unwrap();
    let entry: Value = serde_json::from_str(&proved.entry).unwrap();
    let all = ask("/audit/entries?before=2").await.json();
    let told = &all["entries"][0];
    assert_eq!(proved.index, 1);
    for member in ["seq", "act", "actor", "fields", "object"] {
        assert_eq!(told[member], entry[member], "{member}");
    }
    let [told_at, at] =
        [told, &entry].map(|entry| entry["at"].as_str().unwrap().parse::<Timestamp>().unwrap());
    assert_eq!(told_at, at);
    assert!(all["sealed"].as_u64() > Some(2) && all["next"].is_null(), "{all}");
    for missing in ["999", "18446744073709551615", "x"] {
        let answer = ask(&format!("/audit/entries/{missing}/proof")).await;
        assert_eq!(answer.json()["type"], "urn:majlis:problem:no-such-entry", "{missing}");
    }
}

#[tokio::test]
async fn programs_are_told_nothing_that_was_not_logged_and_all_changes_are_stopped() {
    for path in ["/audit/entries", "/audit/comments/1", "/audit/entries/0/proof"] {
        let (house, directory) = house().await;
        seal(&house, &directory).await;
        house.tamper("update audit_entry set leaf = zeroblob(32) where seq = 0 or comment = 1").await;
        let answer = house.call(Method::GET, path, Role::Auditor, None).await;
        must_describe(&house, &Method::GET, path, &answer).await;
        assert_eq!(answer.json()["type"], "urn:majlis:problem:altered", "{path}");
        assert!(audit::stopped(&house.store).await.unwrap().is_some(), "{path}");
    }
}

#[tokio::test]
async fn programs_turn_a_long_log_page_by_page() {
    let (house, _directory) = house().await;
    let entry = |number| {
        AuditEvent::new(opening(), Actor::Machine("poll"), "token.renewed", format!("source:s{number}"))
    };
    let mut tx = house.store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &(0..240).map(entry).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let (mut seen, mut before) = (Vec::new(), None::<u64>);
    loop {
        let from = before.map(|before| format!("?before={before}")).unwrap_or_default();
        let page =
            house.call(Method::GET, &format!("/audit/entries{from}"), Role::Operator, None).await.json();
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.len() <= 100);
        seen.extend(entries.iter().map(|entry| entry["seq"].as_u64().unwrap()));
        before = page["next"].as_u64();
        if before.is_none() {
            break;
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1] + 1) && seen.last() == Some(&0), "{seen:?}");
}
