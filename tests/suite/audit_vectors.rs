//! The auditor's program on the published vectors, as an auditor runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audit")
}

pub(crate) fn majlis_verify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_majlis-verify"))
        .current_dir(fixtures())
        .args(arguments)
        .output()
        .unwrap()
}

pub(crate) fn exports(directory: &str) -> Vec<String> {
    let files = std::fs::read_dir(fixtures().join(directory)).unwrap().map(|file| file.unwrap().path());
    let exports = files.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    exports.map(|path| format!("{directory}/{}", path.file_name().unwrap().display())).collect()
}

pub(crate) const JUDGED: [&str; 5] = ["--key", "log.pub", "--checkpoint", "earlier.checkpoint", "--json"];

#[test]
fn the_sound_vectors_are_sound() {
    let exports = exports("sound");
    assert_eq!(exports.len(), 3);
    let mut forms: Vec<[&str; 2]> = exports.iter().map(|path| ["--export", path]).collect();
    forms.push(["--tiles", "sound/tiles"]);
    for form in forms {
        let output = majlis_verify(&[form.as_slice(), &JUDGED].concat());
        assert_eq!(output.status.code(), Some(0), "{form:?}: {output:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["sound"], true);
        assert_eq!(report["grew_from"], 3);
        assert_eq!(report["checkpoint"]["origin"], "majlis.example/audit");
    }
}

#[test]
fn the_tampered_vectors_are_found_and_the_first_bad_entry_is_named() {
    let exports = exports("tampered");
    assert_eq!(exports.len(), 13);
    for path in &exports {
        let output = majlis_verify(&[["--export", path].as_slice(), &JUDGED].concat());
        assert_eq!(output.status.code(), Some(1), "{path}: {output:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["sound"], false);
        let first_bad = match path.trim_start_matches("tampered/").trim_end_matches(".jsonl") {
            "word-changed" | "hash-changed" => Some(0),
            "entry-dropped" | "entries-swapped" => Some(1),
            "entry-twice" => Some(2),
            "spaced-and-signed" | "clock-back-and-signed" => Some(4),
            _ => None,
        };
        assert_eq!(report["first_bad"].as_u64(), first_bad, "{path}: {report}");
    }
}

/// The proofs of single entries in a directory of vectors.
pub(crate) fn entry_proofs(directory: &str) -> Vec<String> {
    let files = std::fs::read_dir(fixtures().join(directory).join("entries")).unwrap();
    files.map(|file| format!("{directory}/entries/{}", file.unwrap().file_name().display())).collect()
}

#[test]
fn the_sound_proofs_of_entries_hold_and_the_tampered_ones_do_not() {
    for (directory, count, code) in [("sound", 2, 0), ("tampered", 4, 1)] {
        let proofs = entry_proofs(directory);
        assert_eq!(proofs.len(), count);
        for proof in proofs {
            let output = majlis_verify(&["--proof", &proof, "--key", "log.pub", "--json"]);
            assert_eq!(output.status.code(), Some(code), "{proof}: {output:?}");
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(report["sound"], code == 0);
        }
    }
    let output = majlis_verify(&["--proof", "sound/entries/41.tlog-proof", "--key", "log.pub"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("Proved: entry 41 of majlis.example/audit, recorded at 2026-"), "{text}");
}

#[test]
fn a_witness_is_required_where_one_is_named() {
    let witnessed: [(&[&str], bool); 5] = [
        (&["--export", "sound/witnessed.jsonl"], true),
        (&["--export", "sound/five.jsonl"], false),
        (&["--tiles", "sound/tiles"], false),
        (&["--proof", "sound/entries/259.tlog-proof"], true),
        (&["--proof", "sound/entries/41.tlog-proof"], false),
    ];
    for (form, is_witnessed) in witnessed {
        for witness in [&["--witness", "witness.pub"][..], &[]] {
            let output = majlis_verify(&[form, &["--key", "log.pub", "--json"], witness].concat());
            let holds = is_witnessed || witness.is_empty();
            assert_eq!(output.status.code(), Some(i32::from(!holds)), "{form:?} {witness:?}: {output:?}");
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            match (holds, witness.is_empty()) {
                (true, true) => assert_eq!(report["witnessed_by"], serde_json::json!([])),
                (true, false) => {
                    assert_eq!(report["witnessed_by"], serde_json::json!(["witness.example/w1"]))
                }
                (false, _) => {
                    assert!(report["reason"].as_str().unwrap().contains("witness.example/w1 did not cosign"))
                }
            }
        }
    }
}

#[test]
fn wrong_usage_and_unreadable_files_are_told_apart_from_tampering() {
    for wrong in WRONG_USAGE {
        let output = majlis_verify(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {output:?}");
    }
}

pub(crate) const WRONG_USAGE: &[&[&str]] = &[
    &[],
    &["--key", "log.pub"],
    &["--export", "sound/five.jsonl"],
    &["--export", "sound/five.jsonl", "--tiles", "sound/tiles", "--key", "log.pub"],
    &["--export", "sound/five.jsonl", "--key", "absent.pub"],
    &["--export", "sound/five.jsonl", "--key", "earlier.checkpoint"],
    &["--export", "sound/five.jsonl", "--key", "log.pub", "--checkpoint", "absent.checkpoint"],
    &["--export", "absent.jsonl", "--key", "log.pub"],
    &["--export", "sound", "--key", "log.pub"],
    &["--tiles", "absent", "--key", "log.pub"],
    &["--export", "sound/five.jsonl", "--key", "log.pub", "--witness", "absent.pub"],
    &["--export", "sound/five.jsonl", "--key", "log.pub", "--witness", "log.pub"],
    &["--export", "sound/five.jsonl", "--key", "witness.pub"],
];

#[test]
fn the_answer_can_be_read_aloud() {
    let output = majlis_verify(&["--export", "sound/five.jsonl", "--key", "log.pub"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("Sound: 5 entries of majlis.example/audit, from 2026-11-24T03:30:00.000001Z to "),
        "{text}"
    );
    let output = majlis_verify(&["--export", "tampered/word-changed.jsonl", "--key", "log.pub"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("Not sound: entry 0: "), "{text}");
}
