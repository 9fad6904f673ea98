//! An installation of Majlis as an operator makes it, with the stand-ins as its sources.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use majlis::domain::comment::Platform;
use majlis::sandbox::Account;
use serde_json::Value;
use tempfile::TempDir;

use super::daemon::Daemon;

/// A directory with a configuration, and what its environment holds: secrets.
#[derive(Debug)]
pub(super) struct Home {
    directory: TempDir,
    secrets: Vec<(String, String)>,
    lives: usize,
}

impl Home {
    /// Writes the configuration, makes the key and hires one member of staff, whose token is returned too.
    pub(super) fn furnish(database: &str, lease_seconds: u32, accounts: &[Account]) -> (Home, String) {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("majlis.toml"), config(database, lease_seconds, accounts)).unwrap();
        fs::write(directory.path().join("calendar.toml"), calendar()).unwrap();
        let home = Home { directory, secrets: accounts.iter().flat_map(secrets).collect(), lives: 0 };
        home.answer(&["audit", "keygen"]);
        home.answer(&["staff", "add", "maryam", "--role", "approver"]);
        let token = home.answer(&["staff", "token", "maryam"])["token"].as_str().unwrap().to_owned();
        (home, token)
    }

    /// Starts the daemon, which dies at `order` where there is one.
    pub(super) fn start(&mut self, order: Option<String>) -> Daemon {
        self.lives += 1;
        let mut command = self.majlis(&["run"]);
        command.envs(order.map(|order| ("MAJLIS_ABORT_AT", order)));
        Daemon::start(command, self.directory.path().join(format!("life-{}.log", self.lives)))
    }

    /// Every command to come has this in its environment.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.secrets.push((name.to_owned(), value.to_owned()));
    }

    /// A file of its directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The answer of a command that must succeed.
    pub(super) fn answer(&self, arguments: &[&str]) -> Value {
        let output = self.majlis(arguments).arg("--json").output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command says that must fail.
    pub(super) fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.majlis(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn majlis(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_majlis"));
        command.current_dir(self.directory.path()).args(arguments).args(["--config", "."]);
        command.envs(self.secrets.iter().cloned());
        command
    }
}

/// Small batches, so that there are many commits to die at, and seals as often as can be, so that some are interrupted.
fn config(database: &str, lease_seconds: u32, accounts: &[Account]) -> String {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/config");
    let head = format!(
        r#"
[service]
listen = "127.0.0.1:0"
data_directory = "."
[database]
url = "{database}"
[queue]
lease_seconds = {lease_seconds}
batch = 4
idle_milliseconds = 20
[documents]
policy = "{shipped}/policy.toml"
calendar = "calendar.toml"
replies = "{shipped}/replies.toml"
[audit]
origin = "crash.majlis.example/audit"
signing_key_file = "audit.key"
seal_after_entries = 20
[acknowledgement]
enabled = true
[poll]
schedule = "0 * * * * *"
sweep_every_rounds = 2
requests_per_minute = 100000
timeout_seconds = 1
"#
    );
    accounts.iter().fold(head, |text, account| text + &source(account))
}

/// Official hours of one day a week, which is days away: whoever asks during the play asks while the office is closed.
fn calendar() -> String {
    let far = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date() + 3.days();
    let day = far.strftime("%a").to_string().to_lowercase();
    format!(
        r#"
tz = "Asia/Dubai"
[[weekly]]
name = "A day a week"
basis = "a test"
from = "2022-01-01"
hours = [{{ day = "{day}", from = "08:00", to = "16:00" }}]
[[promise]]
working_hours = 8
"#
    )
}

fn source(account: &Account) -> String {
    let Account { platform, source, account_id, api_base, .. } = account;
    let mut text = format!(
        "[[source]]\nid = \"{source}\"\nplatform = \"{platform}\"\naccount = \"{account_id}\"\napi_base = \"{api_base}\"\n"
    );
    if *platform != Platform::Facebook {
        let _ = writeln!(text, "token_endpoint = \"{}\"", account.token_endpoint);
    }
    if matches!(platform, Platform::X | Platform::Youtube) {
        let _ = writeln!(text, "client_id = \"{}\"", account.client_id);
    }
    if *platform == Platform::X {
        let _ = writeln!(text, "handle = \"{}\"", account.handle);
    }
    text
}

fn secrets(account: &Account) -> Vec<(String, String)> {
    let own = match account.platform {
        Platform::Facebook | Platform::Instagram => {
            vec![("TOKEN", Some(&account.access_token)), ("APP_SECRET", account.app_secret.as_ref())]
        }
        Platform::X | Platform::Youtube => {
            vec![
                ("CLIENT_SECRET", Some(&account.client_secret)),
                ("REFRESH_TOKEN", account.refresh_token.as_ref()),
            ]
        }
    };
    let owner = account.source.to_string().to_uppercase();
    let named = |(name, secret): (&str, Option<&String>)| {
        Some((format!("MAJLIS_SECRET__{owner}__{name}"), secret?.clone()))
    };
    own.into_iter().filter_map(named).collect()
}
