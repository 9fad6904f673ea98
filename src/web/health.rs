//! The marks of health: alive and ready. The numbers are in [`super::scrape`].
//!
//! `/healthz` says that the process answers. `/readyz` says whether it does its work: the audit log holds, the database
//! can be written and due jobs are done; it names ill sources, but one platform's illness does not make Majlis unready.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::domain::comment::{Platform, SourceId};
use crate::store::jobs::Lane;
use crate::store::{StoreError, chain, jobs, sources};

use super::{WebState, scrape};

pub(super) fn routes() -> Router<Arc<WebState>> {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape::numbers))
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// Whether the audit log is the one that was published.
    log: &'static str,
    database: &'static str,
    queue: Queue,
    sources: Vec<SourceState>,
}

#[derive(Serialize)]
struct Queue {
    moving: bool,
    due: i64,
    /// How long the oldest due job has waited.
    oldest_due_seconds: i64,
}

#[derive(Serialize)]
struct SourceState {
    source: SourceId,
    platform: Platform,
    state: &'static str,
    since: Timestamp,
}

async fn ready(State(web): State<Arc<WebState>>) -> Response {
    let state = match readiness(&web).await {
        Ok(state) => state,
        Err(error) => {
            tracing::error!(error = chain(&error), "not ready: the database fails");
            Readiness {
                ready: false,
                log: log(&web),
                database: "failing",
                queue: Queue { moving: false, due: 0, oldest_due_seconds: 0 },
                sources: Vec::new(),
            }
        }
    };
    let status = if state.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(state)).into_response()
}

fn log(web: &WebState) -> &'static str {
    if web.store.is_stopped() { "broken" } else { "holds" }
}

async fn readiness(web: &WebState) -> Result<Readiness, StoreError> {
    let stopped = web.store.is_stopped();
    if !stopped {
        web.store.probe().await?;
    }
    let now = web.clock.now();
    // Nobody waits for second opinions: whoever gives them may be out for days, and the work goes on.
    let waited_for = |lane: &&Lane| **lane != Lane::Opine;
    let lanes: Vec<Lane> = web.lanes.iter().filter(waited_for).cloned().collect();
    let waiting = jobs::waiting(&web.store, &lanes, now).await?;
    let oldest = waiting.iter().filter_map(|lane| lane.oldest).min();
    let waited = oldest.map_or(SignedDuration::ZERO, |oldest| now.duration_since(oldest));
    let moving = waited <= web.stuck_after;
    let queue = Queue {
        moving,
        due: waiting.iter().map(|lane| lane.count).sum(),
        oldest_due_seconds: waited.as_secs(),
    };
    let health = sources::all_health(&web.store).await?;
    let sources = health.into_iter().map(|found| SourceState {
        source: found.source,
        platform: found.platform,
        state: found.state.as_str(),
        since: found.since,
    });
    let database = if stopped { "stopped" } else { "writable" };
    let ready = moving && !stopped;
    Ok(Readiness { ready, log: log(web), database, queue, sources: sources.collect() })
}
