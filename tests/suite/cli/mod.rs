//! The command line as staff and operators use it: the real binary, on a copy of the shipped configuration.
//!
//! What is asserted everywhere: the exit code (0 done, 1 failed, 2 wrong usage or configuration), and with `--json` one
//! object on standard output and nothing else there.

mod calendar;
mod comments;
mod connect;
mod deadline;
mod doctor;
mod documents;
mod newcomer;
mod policy;
mod secrets;
mod staff;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use majlis::clock::{Clock, SystemClock};
use majlis::domain::policy::Bundle;
use majlis::store::documents::{DocumentKind, adopt_shipped};
use majlis::store::{Step, Store};
use serde_json::Value;
use tempfile::TempDir;

/// A copy of the shipped configuration, its database, and the flags of every command.
struct House {
    directory: TempDir,
    flags: Vec<String>,
}

impl House {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("config");
        fs::create_dir_all(config.join("lexicon")).unwrap();
        for (name, text) in Bundle::shipped().files() {
            fs::write(config.join(name), text).unwrap();
        }
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        for name in ["majlis.toml", "calendar.toml", "replies.toml"] {
            fs::copy(shipped.join(name), config.join(name)).unwrap();
        }
        House { directory, flags: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Puts `new` in the place of `old` in a file of the configuration.
    fn edit(&self, name: &str, old: &str, new: &str) {
        let path = self.path("config").join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{name} does not hold {old:?}");
        fs::write(path, text.replacen(old, new, 1)).unwrap();
    }

    async fn store(&self) -> Store {
        fs::create_dir_all(self.path("data")).unwrap();
        Store::open(&format!("sqlite:{}", self.path("data/majlis.db").display())).await.unwrap()
    }

    /// What the first start of the daemon adopts.
    async fn adopt_what_is_shipped(&self, store: &Store) {
        let bundle = Bundle::shipped();
        let (hash, policy) = (bundle.version().to_string(), bundle.to_text());
        let calendar = fs::read_to_string(self.path("config/calendar.toml")).unwrap();
        let now = SystemClock.now();
        let mut tx = store.begin(Step::Keep).await.unwrap();
        adopt_shipped(&mut tx, DocumentKind::Policy, &hash, &policy, now).await.unwrap();
        adopt_shipped(&mut tx, DocumentKind::Calendar, "c", &calendar, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The binary, ready to run with these words, none of which holds a space.
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
        command.current_dir(self.directory.path()).args(words.split(' ')).args(&self.flags);
        command.env_remove("MAJLIS_TOKEN");
        command
    }

    fn majlis(&self, words: &str) -> Output {
        self.command(words).output().unwrap()
    }

    /// The command in the name of whoever has this token, with `more` words as they are.
    fn majlis_as(&self, token: &str, words: &str, more: &[&str]) -> Output {
        self.command(words).args(more).env("MAJLIS_TOKEN", token).output().unwrap()
    }

    /// Adds a member of staff and returns their token.
    fn token_of(&self, name: &str, role: &str) -> String {
        done(&self.majlis(&format!("staff add {name} --role {role} --json")));
        let given = done(&self.majlis(&format!("staff token {name} --json")));
        given["token"].as_str().unwrap().to_owned()
    }
}

/// The one object on standard output of a command that ended with `exit`.
fn object(output: &Output, exit: i32) -> Value {
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(object.is_object(), "{object}");
    object
}

/// The one object of a command that did what it was asked.
fn done(output: &Output) -> Value {
    object(output, 0)
}

/// What a command that ended with `exit` says to a person.
fn refused(output: &Output, exit: i32) -> String {
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a command that did what it was asked says to a person.
fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
