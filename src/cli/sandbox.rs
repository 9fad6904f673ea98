//! `majlis sandbox`: the stand-in platforms by themselves, for trying a client or for training.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::{Answer, Failure, chain, table};
use crate::clock::SystemClock;
use crate::sandbox::{Account, Sandbox, corpus, read_corpus};

/// How the sandbox is started.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  majlis sandbox --listen 127.0.0.1:8701 --corpus comments.jsonl")]
pub(super) struct SandboxArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8701")]
    listen: SocketAddr,
    /// Comments to play instead of the built-in ones, one JSON object a line; may be given several times
    #[arg(long, value_name = "FILE")]
    corpus: Vec<PathBuf>,
}

/// Serves until it is told to stop (SIGINT or SIGTERM).
pub(super) async fn run(args: SandboxArgs, json: bool) -> Result<Answer, Failure> {
    let comments = match args.corpus.as_slice() {
        [] => corpus(),
        files => read_corpus(files).map_err(|error| Failure::Usage(chain(&error)))?,
    };
    let sandbox = Sandbox::start(args.listen, Arc::new(SystemClock))
        .await
        .map_err(|error| Failure::told(format!("could not listen on {}: {error}", args.listen)))?;
    let published = sandbox.publish(&comments).len();
    let base = sandbox.base_url();
    let accounts = sandbox.accounts();
    let found = json!({ "base_url": base, "comments": published, "accounts": accounts });
    let answer = Answer::done(told(&base, published, &accounts), found).shown(json);

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(answer)
}

fn told(base: &str, published: usize, accounts: &[Account]) -> String {
    let mut rows = Vec::new();
    for account in accounts {
        let tokens = [
            ("account", Some(&account.account_id)),
            ("api_base", Some(&account.api_base)),
            ("handle", Some(&account.handle)),
            ("token_endpoint", Some(&account.token_endpoint)),
            ("client_id", Some(&account.client_id)),
            ("client_secret", Some(&account.client_secret)),
            ("app_secret", account.app_secret.as_ref()),
            ("token", Some(&account.access_token)),
            ("refresh_token", account.refresh_token.as_ref()),
            ("another token", account.other_token.as_ref()),
        ];
        for (what, value) in tokens {
            rows.extend(
                value.map(|value| vec![account.platform.to_string(), what.to_owned(), value.clone()]),
            );
        }
    }
    format!(
        "The sandbox listens on {base} and plays {published} comments, each at its time. A [[source]] of majlis.toml \
         connects to\nit with what its platform has keys for; a secret goes into the file that its ..._file names.\n\n{}\n\
         What happened so far: GET {base}/control/state. Stop it with Ctrl-C.",
        table(&["platform", "key", "value"], &rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_corpus_with_a_bad_line_is_wrong_usage_and_names_the_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.jsonl");
        std::fs::write(&file, "{\"text\":\"a\"}\n{\"text\":}\n").unwrap();
        let args = SandboxArgs { listen: ([127, 0, 0, 1], 0).into(), corpus: vec![file.clone()] };
        match run(args, false).await {
            Err(Failure::Usage(told)) => assert!(told.contains(&format!("{}:2: ", file.display())), "{told}"),
            other => panic!("{other:?}"),
        }
    }
}
