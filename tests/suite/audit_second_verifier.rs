//! `deploy/verify.py`, which knows nothing of ours but the form of the log: it says what `majlis-verify` says.

use std::path::Path;
use std::process::{Command, Output};

use jiff::Timestamp;
use serde_json::Value;

use crate::audit_vectors::{JUDGED, WRONG_USAGE, exports, fixtures, majlis_verify};

/// A Python that has what the verifier needs. Debian's comes first: it finds Debian's packages.
fn python() -> &'static str {
    let able = |python: &&str| {
        let tried = Command::new(python).args(["-c", "import cryptography"]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    ["/usr/bin/python3", "python3"].into_iter().find(able).expect(
        "deploy/verify.py did NOT run: it needs Python and its `cryptography`. `make test` installs them; by hand:\n    \
         sudo apt-get install python3-cryptography",
    )
}

fn script(path: &str, arguments: &[&str]) -> Output {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Command::new(python()).current_dir(fixtures()).arg(path).args(arguments).output().unwrap()
}

/// What an answer says, whatever words it is put in.
fn said(output: &Output) -> (Option<i32>, Vec<Value>, Vec<Option<Timestamp>>) {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let facts = ["sound", "entries", "first_bad", "checkpoint", "grew_from", "witnessed_by"]
        .map(|name| report[name].clone());
    let times = ["first_at", "last_at"].map(|name| report[name].as_str().map(|at| at.parse().unwrap()));
    (output.status.code(), facts.into(), times.into())
}

#[test]
fn the_second_verifier_says_of_every_vector_what_the_first_says() {
    let exports: Vec<String> = ["sound", "tampered"].into_iter().flat_map(exports).collect();
    assert_eq!(exports.len(), 16);
    let mut forms: Vec<[&str; 2]> = exports.iter().map(|path| ["--export", path]).collect();
    forms.push(["--tiles", "sound/tiles"]);
    for form in forms {
        // With the checkpoint from before, without it, and with a witness.
        let witnessed = [&JUDGED[..2], &["--witness", "witness.pub", "--json"]].concat();
        for judged in [JUDGED.to_vec(), [&JUDGED[..2], &["--json"]].concat(), witnessed] {
            let arguments = [form.as_slice(), &judged].concat();
            let (first, second) = (majlis_verify(&arguments), script("deploy/verify.py", &arguments));
            assert_eq!(said(&second), said(&first), "{arguments:?}");
        }
    }
    for wrong in WRONG_USAGE {
        assert_eq!(script("deploy/verify.py", wrong).status.code(), Some(2), "{wrong:?}");
    }
}

/// Both verifiers say of an audit directory, as the daemon leaves it, that its log is sound.
pub(crate) fn finds_sound(audit: &Path) {
    let key = audit.join("audit.pub");
    let arguments = ["--tiles", audit.to_str().unwrap(), "--key", key.to_str().unwrap(), "--json"];
    let (first, second) = (majlis_verify(&arguments), script("deploy/verify.py", &arguments));
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    assert_eq!(said(&second), said(&first));
}

#[test]
fn two_hundred_random_mutations_are_all_found_by_the_second_verifier() {
    let output = script("tests/audit_mutations.py", &["200"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.starts_with("200 mutations, all found"), "{output:?}");
}

#[test]
fn the_second_verifier_is_short_enough_to_be_read() {
    let source = include_str!("../../deploy/verify.py");
    assert!(source.lines().count() < 200);
}
