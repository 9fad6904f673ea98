//! What the daemon tells about itself: log lines on standard error, and metrics for Prometheus.
//!
//! A log line never holds a comment's text, an author or a token; [`crate::domain::credentials::Secret`] prints
//! as `[secret]` wherever it gets to. Metrics are counted where the work is done and described here.

use std::io;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::{LogConfig, LogFormat};

/// Every metric, by kind, name and meaning. Durations are in seconds.
pub const METRICS: &[(Kind, &str, &str)] = &[
    (Kind::Counter, "majlis_pages_read_total", "Pages of comments that were read and stored, by source."),
    (
        Kind::Counter,
        "majlis_comments_received_total",
        "Comments and revisions that were new to us, by source.",
    ),
    (
        Kind::Counter,
        "majlis_deliveries_total",
        "Deliveries of webhooks that were signed rightly and kept, by platform.",
    ),
    (Kind::Counter, "majlis_decisions_total", "Verdicts recorded by the machine, by verdict."),
    (
        Kind::Counter,
        "majlis_ceilings_total",
        "Hours in which a rule hid as many comments as it may, by rule.",
    ),
    (Kind::Counter, "majlis_erased_comments_total", "Comments whose content was erased, by cause."),
    (
        Kind::Counter,
        "majlis_actions_settled_total",
        "Actions that a platform confirmed or refused, by act and state.",
    ),
    (Kind::Gauge, "majlis_rights_lacking", "Rights that our work needs and a token lacks, by source."),
    (Kind::Counter, "majlis_notices_total", "Notices to staff outside the console that ended, by how."),
    (
        Kind::Counter,
        "majlis_checkpoint_failures_total",
        "Attempts to publish a checkpoint that came to nothing.",
    ),
    (
        Kind::Counter,
        "majlis_second_opinions_total",
        "Questions to whoever gives second opinions, by outcome: `given`, or why none was.",
    ),
    (Kind::Counter, "majlis_notice_failures_total", "Attempts at a notice that came to nothing."),
    (Kind::Counter, "majlis_reply_alerts_total", "Alerts about replies that are due soon or overdue."),
    (
        Kind::Histogram,
        "majlis_http_seconds",
        "How long the console and the API took to answer, by route and status.",
    ),
];

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Spread over buckets.
    Histogram,
}

/// The upper bounds of the buckets of durations, in seconds: from a page out of the cache to a platform's time-out.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0];

/// How often samples are tidied up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Sends the log of this process to standard error, in the configured form.
///
/// # Errors
/// The log goes somewhere already.
pub fn log(config: &LogConfig) -> Result<(), TelemetryError> {
    let lines = lines(config, io::stderr);
    tracing_subscriber::registry().with(lines).try_init().map_err(|_| TelemetryError::LogTaken)
}

/// Starts counting, and returns what renders the counts. Called within tokio.
///
/// # Errors
/// Metrics are counted somewhere already.
pub fn metrics() -> Result<PrometheusHandle, TelemetryError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?;
    let handle = builder.install_recorder()?;
    describe();
    // Histograms gather samples until they are tidied up, whether or not anybody scrapes them.
    let tidied = handle.clone();
    tokio::spawn(async move {
        let mut upkeep = tokio::time::interval(UPKEEP);
        loop {
            upkeep.tick().await;
            tidied.run_upkeep();
        }
    });
    Ok(handle)
}

/// Why this process cannot tell about itself.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// There is one log a process.
    #[error("the log of this process goes somewhere already")]
    LogTaken,
    /// There is one recorder a process.
    #[error("could not start counting metrics")]
    Metrics(#[from] BuildError),
}

fn describe() {
    for (kind, name, meaning) in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *meaning),
            Kind::Gauge => metrics::describe_gauge!(*name, *meaning),
            Kind::Histogram => metrics::describe_histogram!(*name, metrics::Unit::Seconds, *meaning),
        }
    }
}

fn lines<S, W>(config: &LogConfig, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let level: Targets = config.level.parse().expect("the configuration refused every other level");
    match config.format {
        LogFormat::Json => {
            fmt::layer().json().flatten_event(true).with_writer(writer).with_filter(level).boxed()
        }
        LogFormat::Text => fmt::layer().with_ansi(false).with_writer(writer).with_filter(level).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::domain::credentials::Secret;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: &str, format: LogFormat, work: impl FnOnce()) -> String {
        let page = Page::default();
        let config = LogConfig { level: level.into(), format };
        let writer = page.clone();
        let layer = lines::<tracing_subscriber::Registry, _>(&config, move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn no_form_of_the_log_prints_a_secret() {
        let token = Secret::new("EAABsbCS1iHg");
        for format in [LogFormat::Json, LogFormat::Text] {
            let log = logged("trace", format, || {
                let span = tracing::info_span!("call", token = ?token);
                let _inside = span.enter();
                tracing::info!(?token, "renewed {token:?}");
            });
            assert!(log.contains("[secret]") && !log.contains("EAAB"), "{log}");
        }
    }

    #[test]
    fn a_json_line_is_one_object_with_its_fields_and_spans() {
        let log = logged("info", LogFormat::Json, || {
            let span = tracing::info_span!("poll", source = "ministry-x");
            let _inside = span.enter();
            tracing::warn!(duration_ms = 7, "the platform is slow");
            tracing::debug!("left out");
        });
        let line: serde_json::Value = serde_json::from_str(log.trim()).unwrap();
        assert_eq!(line["message"], "the platform is slow");
        assert_eq!((&line["level"], &line["duration_ms"]), (&"WARN".into(), &7.into()));
        assert_eq!(line["span"]["source"], "ministry-x");
    }

    #[test]
    fn every_metric_that_is_counted_is_described() {
        for counted in crate::house::metrics_counted() {
            let described = METRICS.iter().any(|(_, name, _)| *name == counted);
            assert!(described, "{counted} is counted and not described; add it to METRICS");
        }
    }
}
