//! `majlis deadline report`: the same numbers for a person, a spreadsheet and a program, from the log alone.

use std::fs;

use majlis::domain::audit::{Actor, AuditEvent, Field};
use majlis::store::{Step, audit};
use serde_json::json;

use super::{House, done, refused, said};

/// An answer to a question on X, due on the 24th of November at 15:30, as the store tells of it.
fn answered(number: i64, at: &str, verdict: &str, used: i64) -> AuditEvent {
    let over = if verdict == "met" { Field::Null } else { Field::Int(0) };
    let at = format!("2026-11-24T{at}:00+04:00").parse().unwrap();
    AuditEvent::new(at, Actor::Machine("dispatch"), "clock.answered", format!("comment:{number}"))
        .int("number", number)
        .word("clock", "first_reply")
        .word("kind", "question")
        .word("platform", "x")
        .word("received_at", "2026-11-24T03:30:00Z")
        .word("due_at", "2026-11-24T11:30:00Z")
        .word("answered_at", at.to_string())
        .word("verdict", verdict)
        .int("target_s", 28_800)
        .int("used_s", used)
        .with("overdue_s", over)
}

/// A house whose log tells of two answers in time and one after closing.
async fn house_with_a_log() -> House {
    let house = House::new();
    let store = house.store().await;
    let log = [
        answered(1, "08:30", "met", 3_600),
        answered(2, "15:30", "met", 28_800),
        answered(3, "20:00", "missed", 28_800),
    ];
    let mut tx = store.begin(Step::Keep).await.unwrap();
    audit::append(&mut tx, &log).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    house
}

const DAY: &str = "deadline report --from 2026-11-24 --to 2026-11-24";

#[tokio::test]
async fn a_report_says_the_same_to_a_spreadsheet_a_program_and_a_person() {
    let house = house_with_a_log().await;
    let csv = said(&house.majlis(&format!("{DAY} --csv")));
    assert_eq!(
        csv,
        "clock,platform,kind,met,missed,unanswered,by_system,after_closing,cancelled_overdue,withdrawn,median_s,p90_s\n\
         first_reply,all,all,2,1,0,0,1,0,0,28800,28800\n\
         first_reply,x,question,2,1,0,0,1,0,0,28800,28800\n"
    );
    let object = done(&house.majlis(&format!("{DAY} --json")));
    assert_eq!(object["from"], "2026-11-23T20:00:00Z", "the day begins in the calendar's zone");
    assert_eq!(object["to"], "2026-11-24T20:00:00Z", "the last day is part of the period");
    let line = json!({
        "clock": "first_reply", "platform": "x", "kind": "question", "met": 2, "missed": 1, "unanswered": 0,
        "by_system": 0, "after_closing": 1, "cancelled_overdue": 0, "withdrawn": 0, "median_s": 28_800, "p90_s": 28_800,
    });
    assert_eq!(object["lines"][1], line);
    let table = said(&house.majlis(DAY));
    assert!(table.contains("66%") && table.contains("8:00:00"), "{table}");
}

#[tokio::test]
async fn a_period_without_decisions_has_no_lines() {
    let house = house_with_a_log().await;
    let object = done(&house.majlis("deadline report --from 2026-11-25 --to 2026-11-30 --json"));
    assert_eq!(object["lines"], json!([]));
}

#[tokio::test]
async fn the_log_as_a_file_gives_the_same_report_without_database_or_configuration() {
    let house = house_with_a_log().await;
    let from_database = said(&house.majlis(&format!("{DAY} --csv")));
    let store = house.store().await;
    let mut file = b"{\"format\":\"majlis-audit-export/1\",\"origin\":\"a\",\"size\":3}\n".to_vec();
    for entry in audit::entries(&store, 0, 10).await.unwrap() {
        file.extend([entry.bytes(), b"\n"].concat());
    }
    store.close().await;
    fs::write(house.path("cut.jsonl"), &file).unwrap();
    file.extend(b"{\"checkpoint\":\"a\"}\n");
    fs::write(house.path("audit.jsonl"), file).unwrap();
    fs::remove_dir_all(house.path("config")).unwrap();

    let from_file = said(&house.majlis(&format!("{DAY} --csv --log audit.jsonl --zone Asia/Dubai")));
    assert_eq!(from_file, from_database);
    assert!(refused(&house.majlis(&format!("{DAY} --log audit.jsonl")), 2).contains("--zone Asia/Dubai"));
    let told = refused(&house.majlis(&format!("{DAY} --log cut.jsonl --zone Asia/Dubai")), 1);
    assert!(told.contains("a part of the log is missing"), "{told}");
}

#[test]
fn a_report_that_makes_no_sense_is_refused_with_a_remedy() {
    let house = House::new();
    let report = "deadline report";
    let told = refused(&house.majlis(&format!("{report} --from 2026-11-24 --to 2026-11-01")), 2);
    assert!(told.contains("exchange --from and --to"), "{told}");
    let told = refused(&house.majlis(&format!("{report} --from noon --to 2026-11-01")), 2);
    assert!(told.contains("a day such as 2026-11-01"), "{told}");
    let told = refused(&house.majlis(&format!("{DAY} --zone Dubai")), 2);
    assert!(told.contains("write one such as Asia/Dubai"), "{told}");
    fs::write(house.path("notes.txt"), "not a log\n").unwrap();
    let told = refused(&house.majlis(&format!("{DAY} --log notes.txt --zone Asia/Dubai")), 1);
    assert!(told.contains("majlis audit export"), "{told}");
}
