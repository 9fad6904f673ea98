//! `majlis connect`: a person lets us in to an account, in a browser, and the token goes into the file that the source names.

mod loopback;

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::{Answer, Failure};
use crate::clock::{Clock, SystemClock};
use crate::config::{Connecting, Overrides};
use crate::domain::comment::Platform;
use crate::domain::credentials::Secret;
use crate::platform::connect;

/// What is connected, and by which way.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  majlis connect x --config /etc/majlis\n\nThe app must have been told the address that the browser comes back to: http://127.0.0.1:8765/callback"
)]
pub(super) struct ConnectArgs {
    /// facebook, instagram, x or youtube
    #[arg(value_name = "PLATFORM")]
    platform: Platform,
    /// The directory that holds majlis.toml
    #[arg(long, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    /// The source, where there are several of this platform
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// Where the browser comes back to, on this machine; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    /// Where a person lets us in, for a stand-in
    #[arg(long, value_name = "URL")]
    authorise_at: Option<String>,
    /// Where the code is traded, for a stand-in
    #[arg(long, value_name = "URL")]
    trade_at: Option<String>,
}

/// Says what to open, waits for the browser, trades the code and keeps the token.
pub(super) async fn run(args: ConnectArgs) -> Result<Answer, Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::Usage(
            "the browser comes back to this machine alone: --listen 127.0.0.1:PORT".to_owned(),
        ));
    }
    let overrides = Overrides::of_process(Vec::new());
    let mut source = Connecting::load(&args.config, &overrides, args.platform, args.source.as_deref())
        .map_err(Failure::Refused)?;
    source.authorise = args.authorise_at;
    source.token_endpoint = args.trade_at.unwrap_or(source.token_endpoint);
    let desk = loopback::Desk::open(args.listen)
        .await
        .map_err(|error| Failure::told(format!("could not listen on {}: {error}", args.listen)))?;
    let begun = connect::begin(&source, &desk.address(), random());
    eprintln!(
        "Open this in the browser of whoever may moderate the account, and allow it:\n\n  {}\n",
        begun.url
    );
    let code = desk.code(&begun.state).await.map_err(Failure::told)?;
    let now: Timestamp = SystemClock.now();
    let connected = connect::finish(&source, &begun, &code, now).await?;
    keep(&source.file, &connected.secret).map_err(|error| {
        Failure::told(format!(
            "connected, but could not write {}: {error}; connect again",
            source.file.display()
        ))
    })?;
    let told = format!(
        "{} is connected as {}. Its token is in {}.\nNow set `enabled = true` in its [[source]], and ask it who we are: majlis doctor",
        args.platform,
        connected.account,
        source.file.display()
    );
    Ok(Answer::done(
        told,
        json!({ "platform": args.platform, "account": connected.account, "file": source.file }),
    ))
}

fn random() -> [u8; 64] {
    rand::random()
}

/// Puts the token into its file, readable by the service alone; what was there before goes when the new one is whole.
fn keep(path: &Path, secret: &Secret) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    writeln!(file, "{}", secret.expose())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
