//! The daemon: builds the parts from a [`Config`], runs them side by side, and drains them when told to stop.

mod key;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::PrometheusHandle;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, SourceConfig};
use crate::domain::audit::{Actor, AuditEvent, KeyError, SigningKey, VerifierKey};
use crate::notify::{Adviser, LogTrouble, Notifier, NotifierError};
use crate::platform::PlatformError;
use crate::stage::seal::{self, Broken, Outlets, Publication, SealError, Sealer};
use crate::stage::{self, Context, Rules, RulesError, Settings, Source, StageError, Stop};
use crate::store::documents::{self, DocumentKind};
use crate::store::jobs::{self, Lane};
use crate::store::{Dialect, Step, Store, StoreError, audit, chain};
use crate::web::{
    self, CountError, Counting, Delivering, Figures, InForce, Live, Provider, ProviderError, Reached,
    Refusals, WebState,
};

/// A job that waits this many leases past its time says that its queue is stuck.
const STUCK_AFTER_LEASES: i32 = 5;

/// How often what was sealed is counted: of the machine's time, as people wait for it.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How often the log is told of what was refused, where it was not told at once.
const TELL_REFUSALS_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The rest before other processes are told again that all writing is stopped.
const UNTOLD_REST: SignedDuration = SignedDuration::from_secs(5);

/// Why the daemon could not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Another daemon works on this database.
    #[error("another `majlis run` works on {}; stop it first, or give this one a database of its own", .0.display())]
    NotAlone(PathBuf),
    /// A directory or file could not be used.
    #[error("could not use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The console's address could not be used.
    #[error(
        "could not listen on {address}; is another program there? name a free address by service.listen, or the demo by --listen"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A source's HTTP client could not be built.
    #[error("could not prepare a source")]
    Source(#[from] PlatformError),
    /// Somebody who is to be told or asked cannot be.
    #[error(transparent)]
    Notifier(#[from] NotifierError),
    /// The audit log has no key to be sealed with.
    #[error("the audit log has no signing key yet; run `majlis audit keygen --config DIR` once")]
    NoSigningKey,
    /// What tokens are kept under could not be read or made.
    #[error(
        "the token key cannot be used; name one by service.token_key_file, or let the data directory be written"
    )]
    TokenKey(#[source] std::io::Error),
    /// The signing key of the audit log could not be used.
    #[error("the audit log's signing key cannot be used; restore the file that `majlis audit keygen` wrote")]
    SigningKey(#[from] KeyError),
    /// Whether the audit log is the one that was published could not be found out, so nothing may be written.
    #[error("the audit log could not be held against its last checkpoint")]
    Unproved(#[source] SealError),
    /// What rules cannot be used.
    #[error(transparent)]
    Rules(#[from] Arc<RulesError>),
    /// The ministry's own sign-in could not be prepared.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A first job failed.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A part of the daemon ended by itself, which none ever should.
    #[error("a part of the daemon stopped unexpectedly; the log says why")]
    PartEnded,
}

/// A daemon that is ready to run.
#[derive(Debug)]
pub struct App {
    ctx: Arc<Context>,
    log: Log,
    router: axum::Router,
    live: Live,
    listener: TcpListener,
    figures: Figures,
    refusals: Refusals,
    /// Held for the daemon's life where it must be alone on its database.
    _alone: Option<File>,
}

/// How the audit log was found at the start.
#[derive(Debug)]
enum Log {
    /// It is the one that was published, and is sealed at these times.
    Holds(Box<(Sealer, seal::Timing)>),
    /// It is not: nothing may be written.
    Broken(Broken),
}

impl App {
    /// Opens the database, proves that its log is the one that was published, adopts the shipped documents at the first
    /// start, and binds the console's address. Where the log does not hold nothing is written, and the console shows what
    /// there is.
    ///
    /// # Errors
    /// Anything that would keep the daemon from its work; nothing has been read from or sent to a platform.
    pub async fn start(
        config: Config,
        clock: SharedClock,
        metrics: PrometheusHandle,
    ) -> Result<Self, AppError> {
        fs::create_dir_all(&config.data_directory).map_err(at(&config.data_directory))?;
        let store = Store::open(config.database.url.expose()).await?;
        let alone = (store.dialect() == Dialect::Sqlite).then(|| lock(&config.data_directory)).transpose()?;
        let secret = config.audit.signing_key.as_ref().ok_or(AppError::NoSigningKey)?;
        let key = secret.expose().parse::<SigningKey>()?;
        let public_key = key.verifier().clone();
        let mut sealer = Sealer::new(
            key,
            Publication::new(&config.audit.directory),
            Outlets::new(&config.audit, &config.notify)?,
        );
        let broken = match sealer.check(&store).await {
            Ok(()) => None,
            Err(SealError::Broken(broken)) => Some(broken),
            Err(error) => return Err(AppError::Unproved(error)),
        };
        let ctx = Arc::new(context(&config, store, clock)?);
        let log = match broken {
            Some(broken) => {
                ctx.store.stop_writing();
                Log::Broken(broken)
            }
            None => {
                prepare(&ctx, &config, alone.is_some()).await?;
                Log::Holds(Box::new((sealer, timing(&ctx, &config).await?)))
            }
        };
        let address = config.listen;
        let listener =
            TcpListener::bind(address).await.map_err(|source| AppError::Listen { address, source })?;
        let figures = Figures::default();
        let web = web_state(&ctx, config, public_key, metrics, figures.clone())?;
        let (live, refusals) = (web.live.clone(), web.refusals.clone());
        let router = web::router(web);
        Ok(Self { ctx, log, router, live, listener, figures, refusals, _alone: alone })
    }

    /// Where the console listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a bound socket has an address")
    }

    /// What the stages work with.
    pub fn context(&self) -> Arc<Context> {
        self.ctx.clone()
    }

    /// Runs until told to stop: then what was claimed is finished, and what is being answered is answered.
    ///
    /// # Errors
    /// [`AppError::PartEnded`] where a part ended without being told to.
    pub async fn run(self, stop: Stop) -> Result<(), AppError> {
        let address = self.address();
        let mut parts = JoinSet::new();
        // Lanes stop when the daemon does, and where the log does not hold; then the console goes on alone.
        let (halt, halted) = Stop::new();
        if let Log::Holds(holds) = &self.log {
            let counting = Counting::by_months_of(holds.1.zone.clone());
            let (count, mut told) = (count(self.figures, counting, self.ctx.clone()), stop.clone());
            parts.spawn(async move {
                tokio::select! {
                    () = count => {}
                    () = told.said() => {}
                }
            });
            let (index, mut told) = (stage::index(self.ctx.store.clone(), halted.clone()), stop.clone());
            parts.spawn(async move {
                index.await;
                told.said().await;
            });
            for lane in stage::workers(&self.ctx) {
                let (ctx, halted, mut told) = (self.ctx.clone(), halted.clone(), stop.clone());
                parts.spawn(async move {
                    stage::work(ctx, lane, halted).await;
                    told.said().await;
                });
            }
        }
        let (tell, mut told) = (tell_refusals(self.refusals.clone(), self.ctx.clone()), stop.clone());
        parts.spawn(async move {
            tokio::select! {
                () = tell => {}
                () = told.said() => {}
            }
        });
        parts.spawn(look_after(self.log, self.ctx.clone(), halt, stop.clone()));
        let mut told = stop.clone();
        let live = self.live;
        let over = async move {
            told.said().await;
            // Those who look on would never end by themselves.
            live.close();
        };
        let serve = axum::serve(self.listener, self.router).with_graceful_shutdown(over);
        parts.spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the console stopped");
            }
        });
        tracing::info!(listen = %address, "ready");
        let mut outcome = Ok(());
        while let Some(part) = parts.join_next().await {
            if part.is_err() || !stop.was_said() {
                outcome = Err(AppError::PartEnded);
                break; // Dropping the others ends them; their leases run out.
            }
        }
        if let Err(error) = self.refusals.tell_last(&self.ctx.store, self.ctx.clock.now()).await {
            tracing::error!(error = chain(&error), "the last refusals were not logged");
        }
        self.ctx.store.close().await;
        outcome
    }
}

/// Counts what was sealed, for as long as the daemon runs. The log of a month is read in seconds, and nobody waits for it. It is
/// the one who reads all of it at each start, so it is also who finds what was changed of it: then everything is stopped.
async fn count(figures: Figures, mut counting: Counting, ctx: Arc<Context>) {
    loop {
        match figures.catch_up(&mut counting, &ctx.store).await {
            Ok(()) => {}
            Err(CountError::Store(StoreError::Altered(altered))) => {
                stop_the_others(&ctx, &Broken::Entry(altered)).await;
                return std::future::pending().await;
            }
            Err(error) => {
                tracing::error!(
                    error = chain(&error),
                    "the figures of reports fall behind; it is tried again"
                );
            }
        }
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

/// Logs each minute what was refused in the one before, for as long as the daemon runs.
async fn tell_refusals(refusals: Refusals, ctx: Arc<Context>) {
    loop {
        ctx.clock.sleep_until(ctx.clock.now() + TELL_REFUSALS_EVERY).await;
        if let Err(error) = refusals.tell_rest(&ctx.store, ctx.clock.now()).await {
            tracing::error!(error = chain(&error), "refusals were not logged; it is tried again");
        }
    }
}

/// Seals until told to stop. Where the log does not hold, or from then on, nothing is written and everybody is told.
async fn look_after(log: Log, ctx: Arc<Context>, halt: watch::Sender<bool>, mut stop: Stop) {
    let work = async {
        let broken = match log {
            Log::Holds(holds) => {
                let (sealer, timing) = *holds;
                seal::run(sealer, ctx.store.clone(), ctx.clock.clone(), timing).await
            }
            Log::Broken(broken) => broken,
        };
        ctx.store.stop_writing();
        halt.send_replace(true);
        tracing::error!(%broken, "the audit log does not hold; all changes are stopped until somebody has looked: see deploy/OPERATIONS.md");
        tokio::join!(stop_the_others(&ctx, &broken), seal::alarm(&ctx, LogTrouble::Broken));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = work => {}
        () = stop.said() => {}
    }
    halt.send_replace(true);
}

/// Tells every other process on this database that nothing may be written any more, until they can know.
async fn stop_the_others(ctx: &Context, broken: &Broken) {
    let stop = audit::Stop { at: ctx.clock.now(), why: broken.to_string() };
    while let Err(error) = audit::stop(&ctx.store, &stop).await {
        tracing::error!(
            error = chain(&error),
            "other processes on this database do not know of it yet: stop them by hand"
        );
        ctx.clock.sleep_until(ctx.clock.now() + UNTOLD_REST).await;
    }
}

/// What is written at every start, before the first lane is worked on.
async fn prepare(ctx: &Context, config: &Config, alone: bool) -> Result<(), AppError> {
    rule(&ctx.store, config, ctx.clock.now()).await?;
    if alone {
        // Whoever held these leases on this file is gone. What may still be on its way to a platform keeps its own: a
        // reply, and the renewal of a token.
        let mut tx = ctx.store.begin(Step::Keep).await?;
        jobs::release_all(&mut tx).await?;
        tx.commit().await?;
    }
    Ok(stage::enrol(ctx).await?)
}

async fn timing(ctx: &Context, config: &Config) -> Result<seal::Timing, AppError> {
    Ok(seal::Timing {
        schedule: config.audit.seal_schedule.clone(),
        zone: ctx.rules.current(&ctx.store).await?.calendar.time_zone().clone(),
        after_entries: config.audit.seal_after_entries.get().into(),
        lease: config.queue.lease(),
        look_every: config.queue.idle(),
    })
}

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

fn web_state(
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
                Some(InForce { policy: ruling.policy.clone(), calendar: ruling.calendar.clone() })
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

/// The first start adopts the documents beside the configuration; a later one says where they differ from what rules.
async fn rule(store: &Store, config: &Config, now: Timestamp) -> Result<(), AppError> {
    let files = [(DocumentKind::Policy, &config.policy), (DocumentKind::Calendar, &config.calendar)];
    // What `majlis config dump` prints has this hash: a changed configuration shows from one start to the next.
    let configured = hex::encode(Sha256::digest(config.dump()));
    let started = AuditEvent::new(now, Actor::Machine("daemon"), "daemon.started", "daemon")
        .word("version", env!("CARGO_PKG_VERSION"))
        .word("config", configured);
    let mut tx = store.begin(Step::Keep).await?;
    for (kind, file) in files {
        documents::adopt_shipped(&mut tx, kind, &file.hash, &file.text, now).await?;
    }
    audit::append(&mut tx, &[started]).await?;
    tx.commit().await?;
    for (kind, file) in files {
        let adopted = documents::adopted(store, kind).await?;
        if adopted.is_some_and(|adopted| adopted.hash != file.hash) {
            let kind = kind.as_str();
            tracing::warn!(
                document = kind,
                file.hash = file.hash,
                "the {kind} file differs from what is adopted, which stays in force; propose it with `majlis {kind} propose`"
            );
        }
    }
    Ok(())
}

/// SQLite has one daemon: the lock goes with the process, however it ends.
fn lock(directory: &Path) -> Result<File, AppError> {
    let path = directory.join("majlis.lock");
    let file = File::create(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(AppError::NotAlone(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(AppError::File { path, source }),
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> AppError {
    let path = path.to_owned();
    move |source| AppError::File { path, source }
}
