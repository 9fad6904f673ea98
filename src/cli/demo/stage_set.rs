//! The demo's directory: a configuration for the stand-ins, usable with every command afterwards.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::domain::comment::Platform;
use crate::domain::policy::Bundle;
use crate::sandbox::Account;

/// What says that a directory may be emptied for another demo.
const MARKER: &str = ".majlis-demo";
const CALENDAR: &str = include_str!("../../../config/calendar.toml");
const REPLIES: &str = include_str!("../../../config/replies.toml");
const TOPICS: &str = include_str!("../../../config/topics.toml");

/// Makes `directory` ready for a demo; what an earlier demo left there goes.
///
/// # Errors
/// It holds something that is not a demo's, or cannot be written.
pub(super) fn clear(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let marker = directory.join(MARKER);
    if !marker.exists() && fs::read_dir(directory)?.next().is_some() {
        let told = format!(
            "{} holds files that are no demo's; name another directory by --dir, or an empty one",
            directory.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, told));
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    fs::write(marker, "This directory is emptied by the next `majlis demo` that uses it.\n")
}

/// Writes `config/` with the stand-ins as sources and returns its path.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write_config(
    directory: &Path,
    listen: SocketAddr,
    accounts: &[Account],
) -> io::Result<PathBuf> {
    let config = directory.join("config");
    fs::create_dir_all(config.join("lexicon"))?;
    fs::create_dir_all(config.join("secrets"))?;
    for (name, text) in Bundle::shipped().files() {
        fs::write(config.join(name), text)?;
    }
    fs::write(config.join("calendar.toml"), CALENDAR)?;
    fs::write(config.join("replies.toml"), REPLIES)?;
    fs::write(config.join("topics.toml"), TOPICS)?;
    let mut text = head(listen);
    for account in accounts {
        text.push_str(&source(&config, account)?);
    }
    fs::write(config.join(crate::config::FILE), text)?;
    Ok(config)
}

/// Times are the demo's own: an hour of it is a real second, so a lease of a day is 24 real seconds.
fn head(listen: SocketAddr) -> String {
    format!(
        r#"# Written by `majlis demo`: the sources are stand-ins on this machine.
[service]
listen = "{listen}"
data_directory = ".."

[log]
# Who is owed an answer stands in the table.
level = "warn,majlis::stage::remind=error"
format = "text"

[database]
url = "sqlite:majlis.db"

[queue]
lease_seconds = 86400
batch = 1000
idle_milliseconds = 300000

[documents]
policy = "policy.toml"
calendar = "calendar.toml"
replies = "replies.toml"
topics = "topics.toml"

[audit]
origin = "demo.majlis.example/audit"
directory = "audit"
signing_key_file = "secrets/audit.key"
seal_schedule = "0 0 * * * *"
seal_after_entries = 10000
public = true

[poll]
schedule = "0 */10 * * * *"
pages_per_tick = 200
seconds_per_tick = 14400
sweep_every_rounds = 6
requests_per_minute = 60
timeout_seconds = 10

[[team]]
id = "fees"
name = {{ ar = "الرسوم والدفع", en = "Fees and payment" }}

[[team]]
id = "care"
name = {{ ar = "العناية بالمتعاملين", en = "Customer care" }}

[[route]]
phrases = ["رسوم", "دفع", "fee", "paying", "charged"]
team = "fees"

[[route]]
kinds = ["complaint"]
team = "care"
"#
    )
}

fn source(config: &Path, account: &Account) -> io::Result<String> {
    let id = &account.source;
    let secret = |kind: &str, value: &str| -> io::Result<String> {
        let file = format!("secrets/{id}.{kind}");
        write_secret(&config.join(&file), value)?;
        Ok(format!("{kind}_file = \"{file}\"\n"))
    };
    let mut text = format!(
        "\n[[source]]\nid = \"{id}\"\nplatform = \"{}\"\naccount = \"{}\"\napi_base = \"{}\"\n",
        account.platform, account.account_id, account.api_base
    );
    match account.platform {
        Platform::Facebook => text += &secret("token", &account.access_token)?,
        Platform::Instagram => {
            text += &secret("token", &account.access_token)?;
            let _ = writeln!(text, "token_endpoint = \"{}\"", account.token_endpoint);
        }
        Platform::X | Platform::Youtube => {
            let _ = writeln!(text, "client_id = \"{}\"", account.client_id);
            let _ = writeln!(text, "token_endpoint = \"{}\"", account.token_endpoint);
            text += &secret("client_secret", &account.client_secret)?;
            text += &secret("refresh_token", account.refresh_token.as_deref().unwrap_or_default())?;
        }
    }
    if account.platform == Platform::X {
        let _ = writeln!(text, "handle = \"{}\"", account.handle);
    }
    if let Some(app_secret) = &account.app_secret {
        text += &secret("app_secret", app_secret)?;
    }
    Ok(text)
}

fn write_secret(path: &Path, value: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_no_demos_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("majlis.db"), "a ministry's").unwrap();
        assert!(clear(dir.path()).unwrap_err().to_string().contains("--dir"));
        assert!(dir.path().join("majlis.db").exists());
    }

    #[test]
    fn a_demos_directory_is_emptied_for_the_next() {
        let dir = tempfile::tempdir().unwrap();
        clear(dir.path()).unwrap();
        fs::write(dir.path().join("majlis.db"), "a demo's").unwrap();
        clear(dir.path()).unwrap();
        assert!(!dir.path().join("majlis.db").exists());
    }
}
