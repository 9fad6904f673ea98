//! `majlis report transparency` on a log of its own: the figures, their queries and root, and no report of a log that was changed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use majlis::domain::audit::{Actor, AuditEvent, Checkpoint, Export, Head, SigningKey};
use serde_json::{Value, json};

fn key() -> SigningKey {
    SigningKey::new("example.gov/audit", &[9; 32]).unwrap()
}

/// A log of October in Dubai, one of whose comments came in when it was still September there.
fn log() -> Vec<u8> {
    let event = |at: &str, staff: bool, act, object: &str| {
        let actor = if staff { Actor::Staff("maryam".to_owned()) } else { Actor::Machine("moderate") };
        AuditEvent::new(at.parse().unwrap(), actor, act, object)
    };
    let events = [
        event("2026-09-30T19:59:59Z", false, "comment.received", "comment:1"),
        event("2026-09-30T20:00:00Z", false, "comment.received", "comment:2"),
        event("2026-10-02T08:00:00Z", false, "comment.judged", "comment:2")
            .word("verdict", "hide")
            .word("clause", "spam"),
        event("2026-10-03T08:00:00Z", true, "comment.judged", "comment:2").word("verdict", "allow"),
    ];
    let mut head = Head::default();
    let entries: Vec<Vec<u8>> = events.iter().map(|event| head.append(event, None).unwrap().bytes).collect();
    let note = Checkpoint::sign(head.size(), head.frontier().root(), &key());
    let mut out = Vec::new();
    let mut export = Export::begin(&Checkpoint::open(&note, key().verifier()).unwrap(), &mut out);
    entries.iter().for_each(|entry| export.entry(entry, &mut out));
    export.end(&note, &mut out);
    out
}

fn report(directory: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
    command.current_dir(directory).args(["report", "transparency", "--month", "2026-10"]);
    command.args(["--log", "audit.jsonl", "--key", "audit.pub"]).args(more).output().unwrap()
}

fn directory(log: &[u8]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("audit.jsonl"), log).unwrap();
    fs::write(directory.path().join("audit.pub"), key().verifier().to_string()).unwrap();
    directory
}

#[test]
fn a_month_is_counted_from_the_log_alone_and_each_figure_says_how_it_is_counted_again() {
    let directory = directory(&log());
    let output = report(directory.path(), &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&made["from"], &made["to"]),
        (&json!("2026-09-30T20:00:00Z"), &json!("2026-10-31T20:00:00Z"))
    );
    assert_eq!((&made["log"]["origin"], &made["log"]["size"]), (&json!("example.gov/audit"), &json!(4)));
    let figures = made["figures"].as_array().unwrap();
    let counted: Vec<_> =
        figures.iter().map(|one| json!([one["what"], one["of"], one["by"], one["count"]])).collect();
    assert_eq!(
        counted,
        [
            json!(["received", null, null, 1]),
            json!(["hidden", "spam", "machine", 1]),
            json!(["reversed", "spam", "machine", 1]),
        ]
    );
    assert_eq!(
        figures[0]["query"],
        "majlis audit export --act comment.received --from 2026-09-30T20:00:00Z --to 2026-10-31T20:00:00Z; without written_by"
    );
}

#[test]
fn the_page_and_the_table_name_nobody_and_say_the_root() {
    let directory = directory(&log());
    let json: Value = serde_json::from_slice(&report(directory.path(), &["--json"]).stdout).unwrap();
    for form in ["--html", "--csv"] {
        let text = String::from_utf8(report(directory.path(), &[form]).stdout).unwrap();
        assert!(text.contains(json["log"]["root"].as_str().unwrap()), "{form}: {text}");
        assert!(text.contains("spam") && !text.contains("maryam"), "{form}: {text}");
    }
    let page = String::from_utf8(report(directory.path(), &["--html"]).stdout).unwrap();
    assert!(
        page.contains("تعليقات أُخفيت (spam، بقرار آلي)")
            && page.contains("Comments hidden (spam, by machine)"),
        "{page}"
    );
}

#[test]
fn there_is_no_report_of_a_log_that_was_changed() {
    let changed = String::from_utf8(log()).unwrap().replace("spam", "spas");
    let directory = directory(changed.as_bytes());
    let output = report(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("audit.jsonl does not hold, and there is no report of it: entry 2"),
        "{output:?}"
    );
}
