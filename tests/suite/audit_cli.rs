//! `majlis audit` as an operator runs it, on a copy of the shipped configuration.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use majlis::domain::audit::SigningKey;
use majlis::stage::seal::{Outlets, Publication, Sealer};
use majlis::store::Store;
use serde_json::Value;
use tempfile::TempDir;

use crate::store::at;

/// A directory with the shipped configuration in `config`.
fn installation() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), &directory.path().join("config"));
    directory
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn audit(directory: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
    command.current_dir(directory.path()).arg("audit").args(arguments).args(["--config", "config", "--json"]);
    command.output().unwrap()
}

fn answer(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_key_is_made_once_and_the_empty_log_holds() {
    let directory = installation();
    assert_eq!(audit(&directory, &["verify"]).status.code(), Some(1), "there is no key yet");

    let made = audit(&directory, &["keygen"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let public_key = answer(&made)["public_key"].as_str().unwrap().to_owned();
    assert!(public_key.starts_with("majlis.ministry.example/audit+"), "{public_key}");
    let published = fs::read_to_string(directory.path().join("data/audit/audit.pub")).unwrap();
    assert_eq!(published.trim(), public_key);
    let secret = fs::read_to_string(directory.path().join("config/secrets/audit.key")).unwrap();
    let printed = String::from_utf8([made.stdout, made.stderr].concat()).unwrap();
    assert!(!printed.contains(secret.trim()), "the secret half is never printed");
    assert_eq!(audit(&directory, &["keygen"]).status.code(), Some(1), "a second key");

    let verified = audit(&directory, &["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert_eq!(answer(&verified), serde_json::json!({"verified": true, "entries": 0, "sealed": 0}));
}

#[test]
fn an_export_needs_a_sealed_log_and_keeps_its_answer_off_the_log_itself() {
    let directory = installation();
    audit(&directory, &["keygen"]);
    assert_eq!(audit(&directory, &["export"]).status.code(), Some(2), "both on standard output");
    assert_eq!(
        audit(&directory, &["export", "--format", "csv"]).status.code(),
        Some(2),
        "a selection needs a file"
    );
    assert_eq!(
        audit(&directory, &["export", "--act", "comment", "--out", "a"]).status.code(),
        Some(2),
        "and a form"
    );
    assert_eq!(audit(&directory, &["export", "--format", "xml", "--out", "a"]).status.code(), Some(2));
    let refused = audit(&directory, &["export", "--out", "audit.jsonl"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("has not been sealed yet"), "{refused:?}");
    let files = fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(files.into_iter().all(|file| !file.display().to_string().starts_with("audit.jsonl")));
}

#[tokio::test]
async fn an_entry_and_all_about_a_comment_are_proved_to_majlis_verify() {
    let directory = installation();
    audit(&directory, &["keygen"]);
    let place = |name: &str| directory.path().join(name);
    let key: SigningKey =
        fs::read_to_string(place("config/secrets/audit.key")).unwrap().trim().parse().unwrap();
    let store = Store::open(&format!("sqlite:{}", place("data/majlis.db").display())).await.unwrap();
    crate::seal::append(&store, 0..300).await;
    let mut sealer = Sealer::new(key, Publication::new(place("data/audit")), Outlets::default());
    sealer.seal(&store, at(400)).await.unwrap().unwrap();
    store.close().await;

    let holds = |proof: &str| {
        let (proof, key) = (place(proof), place("data/audit/audit.pub"));
        let arguments = ["--proof", proof.to_str().unwrap(), "--key", key.to_str().unwrap(), "--json"];
        let output = crate::audit_vectors::majlis_verify(&arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        answer(&output)["entry"].as_u64().unwrap()
    };
    let one = audit(&directory, &["prove", "--entry", "257", "--out", "one.tlog-proof"]);
    assert_eq!(one.status.code(), Some(0), "{one:?}");
    assert_eq!((holds("one.tlog-proof"), answer(&one)["size"].as_u64()), (257, Some(300)));
    let all = audit(&directory, &["prove", "--comment", "9", "--out", "proofs"]);
    assert_eq!(answer(&all)["entries"], serde_json::json!([9]), "{all:?}");
    assert_eq!(holds("proofs/9.tlog-proof"), 9);

    // That the log grew, by two checkpoints alone.
    let store = Store::open(&format!("sqlite:{}", place("data/majlis.db").display())).await.unwrap();
    sealer.seal(&store, at(500)).await.unwrap().unwrap();
    store.close().await;
    let grown = audit(&directory, &["prove", "--since", "data/audit/checkpoints/300", "--out", "growth"]);
    assert_eq!(
        (answer(&grown)["since"].as_u64(), answer(&grown)["size"].as_u64()),
        (Some(300), Some(302)),
        "{grown:?}"
    );
    let verified = |since: &str| {
        let [growth, since, key] = ["growth", since, "data/audit/audit.pub"].map(place);
        let files = [growth, since, key].map(|file| file.to_str().unwrap().to_owned());
        let [growth, since, key] = &files;
        crate::audit_vectors::majlis_verify(&[
            "--growth",
            growth,
            "--checkpoint",
            since,
            "--key",
            key,
            "--json",
        ])
    };
    let holds = verified("data/audit/checkpoints/300");
    assert_eq!((holds.status.code(), &answer(&holds)["grew_from"]), (Some(0), &300.into()), "{holds:?}");
    assert_eq!(verified("data/audit/checkpoints/302").status.code(), Some(1), "it is no proof from there");

    let refused = |arguments: &[&str], code, why: &str| {
        let output = audit(&directory, arguments);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{output:?}");
    };
    // The proofs were logged themselves, the last of them is not sealed yet.
    refused(
        &["prove", "--entry", "302", "--out", "x"],
        1,
        "entry 302 is not sealed under this checkpoint of 302 entries",
    );
    refused(
        &["prove", "--at", "data/audit/checkpoints/300", "--since", "data/audit/checkpoint"],
        2,
        "--out FILE",
    );
    refused(
        &["prove", "--at", "data/audit/checkpoints/300", "--since", "data/audit/checkpoint", "--out", "x"],
        1,
        "exchange --at and --since",
    );
    refused(&["prove", "--entry", "999", "--out", "x"], 1, "the log has no entry 999");
    refused(&["prove", "--comment", "7777", "--out", "x"], 1, "covers no entry about comment 7777");
    refused(&["prove", "--entry", "7"], 2, "name a file for the proof by --out FILE");
}
