//! One life of the daemon: a child process, its log, its end.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::Value;

/// How often the test looks at what it waits for.
pub(super) const LOOK: Duration = Duration::from_millis(10);

/// How a process ends that calls `abort`.
const SIGABRT: i32 = 6;

/// A running `majlis run`. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Daemon {
    child: Child,
    log: Log,
}

/// What it tells about itself.
#[derive(Debug, Clone)]
pub(super) struct Log(PathBuf);

impl Daemon {
    /// Starts `command`, its log in `log`.
    pub(super) fn start(mut command: Command, log: PathBuf) -> Self {
        let child = command.stderr(File::create(&log).unwrap()).spawn().unwrap();
        Self { child, log: Log(log) }
    }

    pub(super) fn log(&self) -> Log {
        self.log.clone()
    }

    pub(super) fn is_dead(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it at once, if it lives as it should.
    pub(super) fn kill(&mut self) {
        let early = self.child.try_wait().unwrap();
        assert!(early.is_none(), "it ended by itself, {early:?}:\n{}", self.log.last_words());
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Makes sure that it ended by the hook and not otherwise.
    pub(super) fn assert_aborted(&mut self) {
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), Some(SIGABRT), "{status}:\n{}", self.log.last_words());
    }

    /// Tells it to stop, and waits until what it began is finished.
    pub(super) async fn stop(&mut self) {
        let told = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        assert!(told.unwrap().success());
        while !self.is_dead() {
            tokio::time::sleep(LOOK).await;
        }
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}:\n{}", self.log.last_words());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    /// Where the console listens, once it does; never returns where the daemon dies before that.
    pub(super) async fn address(&self) -> SocketAddr {
        loop {
            let log = fs::read_to_string(&self.0).unwrap();
            let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(ready) = lines.find(|line| line["message"] == "ready") {
                return ready["listen"].as_str().unwrap().parse().unwrap();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Returns once a line says so that begins like this; never where the daemon dies before that.
    pub(super) async fn says(&self, beginning: &str) {
        let said = |line: &str| {
            let line = serde_json::from_str::<Value>(line).ok()?;
            Some(line["message"].as_str()?.starts_with(beginning))
        };
        while !fs::read_to_string(&self.0).unwrap().lines().any(|line| said(line) == Some(true)) {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Its end, for a failing test.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.0).unwrap();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}
