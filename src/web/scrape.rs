//! `/metrics`: what the process counted, and the gauges whose truth is in the database, in Prometheus's text form.
//!
//! The gauges are read at the instant of a scrape and written here rather than kept in a recorder, so that a lane
//! which emptied is not reported full for ever.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::store::sources::Health;
use crate::store::{StoreError, actions, chain, comments, jobs, purses, sources, tokens};

use super::WebState;

/// The form's version, as scrapers expect it (Prometheus exposition formats, text 0.0.4).
const TEXT_FORM: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) async fn numbers(State(web): State<Arc<WebState>>) -> impl IntoResponse {
    let mut text = (web.render_metrics)();
    let mut holds =
        Gauge::of("majlis_audit_log_holds", "Whether the audit log is the one that was published.");
    holds.set(&[], i64::from(!web.store.is_stopped()));
    text.push_str(&holds.0);
    let mut database_answers =
        Gauge::of("majlis_database_answers", "Whether the database answered this scrape.");
    match gauges(&web).await {
        Ok(gauges) => {
            database_answers.set(&[], 1);
            gauges.iter().for_each(|gauge| text.push_str(&gauge.0));
        }
        Err(error) => {
            tracing::error!(error = chain(&error), "a scrape goes without gauges: the database fails");
            database_answers.set(&[], 0);
        }
    }
    text.push_str(&database_answers.0);
    ([(CONTENT_TYPE, TEXT_FORM)], text)
}

async fn gauges(web: &WebState) -> Result<[Gauge; 10], StoreError> {
    let now = web.clock.now();
    let mut due =
        Gauge::of("majlis_jobs_due", "Jobs that are due, those being worked on among them, by lane.");
    let mut waited =
        Gauge::of("majlis_jobs_oldest_due_seconds", "How long the oldest due job has waited, by lane.");
    for found in jobs::waiting(&web.store, &web.lanes, now).await? {
        let oldest = found.oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs());
        due.set(&[("lane", &found.lane)], found.count);
        waited.set(&[("lane", &found.lane)], oldest);
    }
    let mut owed = Gauge::of("majlis_replies_owed", "Comments that are owed a reply.");
    let mut overdue = Gauge::of("majlis_replies_overdue", "Comments whose reply is overdue.");
    let mut reviews = Gauge::of("majlis_reviews_waiting", "Comments that wait for a person's decision.");
    for found in comments::open_counts(&web.store, now).await? {
        let platform = [("platform", found.platform.as_str())];
        owed.set(&platform, found.awaiting_reply);
        overdue.set(&platform, found.overdue);
        reviews.set(&platform, found.review);
    }
    let mut ill =
        Gauge::of("majlis_source_ill", "Whether the last read of a source failed, or it is paused.");
    let mut gaps = Gauge::of(
        "majlis_suspected_gaps",
        "How often a platform's list stopped short or could not be read, so that comments may be missing.",
    );
    for found in sources::all_health(&web.store).await? {
        let labels = [("source", &*found.source.0), ("platform", found.platform.as_str())];
        ill.set(&labels, i64::from(found.state != Health::Ok));
        gaps.set(&labels, found.suspected_gaps);
    }
    let mut held_up = Gauge::of(
        "majlis_acts_oldest_waiting_seconds",
        "How long the oldest hide, unhide or reply of a source has waited that might have gone out.",
    );
    for (source, since) in actions::waiting_since(&web.store).await? {
        held_up.set(&[("source", &*source.0)], now.duration_since(since).as_secs().max(0));
    }
    let mut spent =
        Gauge::of("majlis_allowance_spent", "What was spent of what a platform counts, in its own units.");
    for (source, purse, found) in purses::all(&web.store).await? {
        spent.set(&[("source", &*source.0), ("purse", purse.as_str())], found.at(purse, now).all);
    }
    let mut ends = Gauge::of(
        "majlis_token_ends_at_seconds",
        "When the token of a source ends, in seconds since 1970, where it is not renewed from another.",
    );
    for (source, end) in tokens::ends(&web.store).await? {
        ends.set(&[("source", &*source.0)], end.as_second());
    }
    Ok([due, waited, owed, overdue, reviews, ill, gaps, held_up, spent, ends])
}

/// The text of one gauge and its values.
struct Gauge(String, &'static str);

impl Gauge {
    fn of(name: &'static str, help: &str) -> Self {
        Gauge(format!("# HELP {name} {help}\n# TYPE {name} gauge\n"), name)
    }

    fn set(&mut self, labels: &[(&str, &str)], value: i64) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let braced = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        writeln!(self.0, "{}{braced} {value}", self.1).expect("a string takes every write");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_break_out_of_its_quotes() {
        let mut gauge = Gauge::of("g", "help.");
        gauge.set(&[("lane", "po\"ll\\\n"), ("b", "c")], 7);
        assert_eq!(gauge.0, "# HELP g help.\n# TYPE g gauge\ng{lane=\"po\\\"ll\\\\\\n\",b=\"c\"} 7\n");
    }
}
