//! `majlis run`: the daemon, until it is told to stop.

use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::{Answer, ConfigArgs, Failure, expect_own};
use crate::app::App;
use crate::clock::SystemClock;
use crate::stage::Stop;
use crate::telemetry;

/// How the daemon is started.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  majlis run --config /etc/majlis")]
pub(super) struct RunArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs until SIGTERM or SIGINT; then what was claimed is finished.
pub(super) async fn run(args: RunArgs) -> Result<Answer, Failure> {
    let config = args.config.load()?;
    expect_own(&config.data_directory)?;
    telemetry::log(&config.log)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let metrics = telemetry::metrics()?;
    let app = App::start(config, Arc::new(SystemClock), metrics).await?;
    let (stop, told) = Stop::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("told to stop; what was begun is finished");
        let _ = stop.send(true);
    });
    app.run(told).await?;
    Ok(Answer::done("", json!({ "stopped": true })))
}
