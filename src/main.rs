//! `majlis`: parse the words, do what they say, print the outcome once.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    majlis::cli::main().await
}
