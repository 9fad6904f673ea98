//! The main job by one command: `majlis demo --once`, as a newcomer runs it.
//!
//! It plays a working day and a half at an hour a second, so this test lasts that long.

use std::process::Command;

use serde_json::Value;

#[test]
fn the_demo_reads_all_hides_what_breaks_a_clause_answers_once_and_proves_it() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    let majlis = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_majlis")).args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), told)
    };
    let place = demo.to_str().unwrap();
    let (exit, told, log) = majlis(&["demo", "--once", "--json", "--dir", place, "--listen", "127.0.0.1:0"]);
    assert_eq!(exit, Some(0), "{told}\n{log}");

    let summary: Value = serde_json::from_str(&told).expect("one JSON object and nothing else");
    let of = |platform: &str, what: &str| summary["platforms"][platform][what].as_u64().unwrap();
    let sum = |what: &str| {
        ["facebook", "instagram", "x", "youtube"].map(|platform| of(platform, what)).iter().sum::<u64>()
    };
    let corpus = summary["corpus"].as_u64().unwrap();
    assert!(corpus >= 200, "{summary}");
    assert_eq!(sum("read"), corpus, "{summary}");
    for none in ["lost", "duplicated", "criticism_hidden", "breaches_missed"] {
        assert_eq!(summary[none], 0, "{none}: {summary}");
    }
    assert!(sum("hidden") > 0 && sum("review") > 0 && sum("replied") > 0, "{summary}");
    assert!(sum("overdue") <= sum("awaiting_reply"), "{summary}");
    assert_eq!(summary["audit"]["verified"], true, "{summary}");

    // What the demo leaves behind is usable with every command.
    let config = demo.join("config");
    let config = config.to_str().unwrap();
    let (exit, exported, log) = majlis(&["comments", "export", "--config", config]);
    assert_eq!(exit, Some(0), "{log}");
    assert_eq!(exported.lines().count() as u64, corpus);
    let export = dir.path().join("audit.jsonl");
    let export = export.to_str().unwrap();
    let (exit, _, log) = majlis(&["audit", "export", "--config", config, "--out", export]);
    assert_eq!(exit, Some(0), "{log}");
    let key = demo.join("audit/audit.pub");
    let verified = Command::new(env!("CARGO_BIN_EXE_majlis-verify"))
        .args(["--export", export, "--key", key.to_str().unwrap(), "--json"])
        .output()
        .unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
}
