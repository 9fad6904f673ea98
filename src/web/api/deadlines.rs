//! How many replies are due by when, as the board of deadlines counts them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::staff::Right;
use crate::store::comments::{self, DueCounts};

use super::super::WebState;
use super::caller::Caller;
use super::problem::Problem;
use super::sent::Asked;

/// The most instants that are asked for at once.
const BOUNDS_MAX: usize = 24;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    /// Instants, separated by commas; now and in an hour where there are none.
    before: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Deadlines {
    /// The instants that are counted before.
    bounds: Vec<Timestamp>,
    platforms: Vec<DueCounts>,
}

pub(super) async fn counts(
    State(web): State<Arc<WebState>>,
    caller: Caller,
    query: Result<Asked<Before>, Problem>,
) -> Result<Json<Deadlines>, Problem> {
    caller.need(Right::ReadComments)?;
    let Asked(Before { before }) = query?;
    let bounds: Vec<Timestamp> = match before {
        None => vec![web.clock.now(), web.clock.now() + SignedDuration::from_hours(1)],
        Some(words) => {
            let read: Option<Vec<_>> = words.split(',').map(|word| word.parse().ok()).collect();
            let fit = read.filter(|bounds| bounds.len() <= BOUNDS_MAX);
            fit.ok_or_else(|| {
                Problem::bad_query("`before` must be 1 to 24 instants, separated by commas".to_owned())
            })?
        }
    };
    let platforms = comments::due_counts(&web.store, &bounds).await.map_err(Problem::from_store)?;
    Ok(Json(Deadlines { bounds, platforms }))
}
