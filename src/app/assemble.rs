//! The parts of the daemon, made from its configuration. Nothing runs yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;

use super::{AppError, key};
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, SourceConfig};
use crate::domain::audit::VerifierKey;
use crate::notify::{Adviser, Notifier};
use crate::stage::{self, Context, Rules, Settings, Source};
use crate::store::Store;
use crate::store::jobs::Lane;
use crate::web::{Delivering, Figures, InForce, Live, Provider, ProviderError, Reached, Refusals, WebState};

/// A job that waits this many leases past its time says that its queue is stuck.
const STUCK_AFTER_LEASES: i32 = 5;

/// What the stages work with: the sources and settings of `config` over `store`. Nothing is read from a platform yet.
///
/// # Errors
/// A source's HTTP client cannot be built, or a recipient cannot be told.
pub(crate) fn context(config: &Config, store: Store, clock: SharedClock) -> Result<Context, AppError> {
    let mut sources = BTreeMap::new();
    for source in &config.sources {
        sources.insert(source.id.clone(), Source::new(source.clone(), clock.clone())?);
    }
    let settings = settings(config);
    let notifier = Notifier::new(&config.notify)?;
    let adviser = config.second_opinion.as_ref().map(Adviser::new).transpose()?;
    let token_key = key::token_key(config).map_err(AppError::TokenKey)?;
    Ok(Context {
        clock,
        store,
        sources,
        rules: Rules::default(),
        routing: config.routing.clone(),
        topics: config.topics.clone(),
        acknowledging: config.acknowledging.clone(),
        retention: config.retention.clone(),
        sampling: config.sampling,
        notifier,
        adviser,
        token_key,
        settings,
        stir: Notify::new(),
    })
}

fn settings(config: &Config) -> Settings {
    let signed = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    Settings {
        lease: signed(config.queue.lease()),
        batch: config.queue.batch.get(),
        idle: signed(config.queue.idle()),
    }
}

/// What the web serves.
pub(super) fn web_state(
    ctx: &Arc<Context>,
    config: Config,
    audit_key: VerifierKey,
    metrics: PrometheusHandle,
    figures: Figures,
) -> Result<WebState, ProviderError> {
    let console = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    let provider = config.sign_in.as_ref().map(|named| Provider::new(named, &console)).transpose()?;
    let (rules, stir) = (ctx.clone(), ctx.clone());
    Ok(WebState {
        store: ctx.store.clone(),
        clock: ctx.clock.clone(),
        wall: Arc::new(SystemClock),
        in_force: Box::new(move || {
            let ctx = rules.clone();
            Box::pin(async move {
                let ruling = ctx.rules.current(&ctx.store).await.ok()?;
                let (policy, judge) = (ruling.policy.clone(), ruling.judge.clone());
                Some(InForce { policy, judge, calendar: ruling.calendar.clone() })
            })
        }),
        routing: Arc::new(config.routing),
        topics: Arc::new(config.topics),
        approving: config.approving,
        live: Live::new(ctx.store.clone(), Arc::new(SystemClock)),
        undo: SignedDuration::try_from(config.undo).unwrap_or(SignedDuration::MAX),
        saved_replies: config.replies,
        render_metrics: Box::new(move || metrics.render()),
        stir: Box::new(move || stir.stir.notify_waiters()),
        lanes: stage::lanes(ctx).into_iter().chain([Lane::Seal]).collect(),
        stuck_after: ctx.settings.lease * STUCK_AFTER_LEASES,
        delivering: delivering(&config.sources),
        allowances: config.sources.iter().map(|source| (source.id.clone(), source.allowance)).collect(),
        provider,
        refusals: Refusals::default(),
        figures,
        public_log: config.audit.public.then(|| config.audit.directory.clone()),
        audit_directory: config.audit.directory,
        audit_key,
        reached: if config.public_url.is_some() { Reached::Https } else { Reached::Loopback },
    })
}

fn delivering(sources: &[SourceConfig]) -> Vec<Delivering> {
    let delivering = |source: &SourceConfig| {
        let webhook = source.webhook.clone()?;
        Some(Delivering { source: source.id.clone(), platform: source.platform(), webhook })
    };
    sources.iter().filter_map(delivering).collect()
}
