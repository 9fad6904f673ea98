//! The daemon: builds the parts from a [`Config`], runs them side by side, and drains them when told to stop.

mod assemble;
mod error;
mod key;
mod log;
mod start;

use std::fs::{self, File, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::domain::audit::SigningKey;
use crate::stage::seal::{Outlets, Publication, SealError, Sealer};
use crate::stage::{self, Context, Stop};
use crate::store::{Dialect, Store, chain};
use crate::web::{self, Counting, Figures, Live, Refusals};

pub(crate) use self::assemble::context;
pub use self::error::AppError;

use self::assemble::web_state;
use self::log::{Log, count, look_after, tell_refusals, timing};
use self::start::prepare;

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
