//! What people and programs reach over HTTP: the console, the JSON API, and the marks of health.
//!
//! ```text
//! /            console: HTML in Arabic and English, session cookie      console
//! /api/v1      JSON API, bearer token, documented by openapi.json       api
//! /webhooks    what platforms deliver, signed                        webhook
//! /audit       the log for everybody: checkpoint and tiles              log
//! /healthz …   alive, ready, metrics                                    health, scrape
//! ```
//!
//! A handler reads a form, calls one store function and renders one answer. Nothing here calls a platform: an act
//! becomes a row of the outbox ([`act`]), and `stage::dispatch` carries it out. The command line acts and shows comments
//! in the same forms.

pub(crate) mod act;
mod api;
mod bulk;
mod console;
mod counted_by;
pub(crate) mod erase;
mod figures;
mod guard;
mod health;
mod kept;
mod letting_in;
mod live;
mod log;
mod looked;
mod months;
mod oidc;
mod once;
pub(crate) mod proof;
mod sample;
mod scrape;
mod topic_notes;
mod webhook;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::clock::SharedClock;
use crate::config::SavedReply;
use crate::domain::audit::VerifierKey;
use crate::domain::calendar::Calendar;
use crate::domain::comment::SourceId;
use crate::domain::judge::Judge;
use crate::domain::policy::Policy;
use crate::domain::quota::Allowance;
use crate::domain::routing::Routing;
use crate::domain::topics::Topics;
use crate::store::Store;
use crate::store::jobs::Lane;

pub(crate) use api::{CommentView, StoryView};
pub(crate) use console::explain::{Beside, Explanation};
pub(crate) use counted_by::CountedBy;
pub use figures::{CountError, Counted, Counting, Figures, Month};
pub use letting_in::Refusals;
pub use live::Live;
pub use oidc::{Provider, ProviderError};
pub use webhook::Delivering;

/// What the web works with.
pub struct WebState {
    /// The database.
    pub store: Store,
    /// The ministry's time: deadlines and acts are told by it.
    pub clock: SharedClock,
    /// The time of those who are signed in: the machine's, also in the demo, whose ministry lives an hour a second.
    pub wall: SharedClock,
    /// Looks up what rules.
    pub in_force: InForceNow,
    /// The teams that comments can be given to.
    pub routing: Arc<Routing>,
    /// What comments may be about.
    pub topics: Arc<Topics>,
    /// The sources whose replies a second person must let leave.
    pub approving: Vec<SourceId>,
    /// How long acts of the console can be taken back before they leave; zero for not at all.
    pub undo: SignedDuration,
    /// Who looks on, and what they are told.
    pub live: Live,
    /// Replies that staff start from.
    pub saved_replies: Vec<SavedReply>,
    /// The metrics gathered so far, in Prometheus's text form.
    pub render_metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// Called when work was added, so that idle lanes look at once.
    pub stir: Box<dyn Fn() + Send + Sync>,
    /// The lanes that this installation works on.
    pub lanes: Vec<Lane>,
    /// How long a job may be due, on [`WebState::clock`], until the queue counts as stuck.
    pub stuck_after: SignedDuration,
    /// The sources whose platforms deliver to us.
    pub delivering: Vec<Delivering>,
    /// How much of what a platform counts each source may spend.
    pub allowances: Vec<(SourceId, Allowance)>,
    /// How browsers reach the console.
    pub reached: Reached,
    /// The ministry's own sign-in, where it has one.
    pub provider: Option<Provider>,
    /// What was shown and opened nothing.
    pub refusals: Refusals,
    /// What happened in each month, as far as it was counted.
    pub figures: Figures,
    /// The audit directory, where everybody may read the log.
    pub public_log: Option<PathBuf>,
    /// The audit directory, for auditors.
    pub audit_directory: PathBuf,
    /// The public key of the log.
    pub audit_key: VerifierKey,
}

/// The policy and the calendar that rule.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The adopted policy.
    pub policy: Arc<Policy>,
    /// Its judge.
    pub judge: Arc<Judge>,
    /// The adopted calendar.
    pub calendar: Arc<Calendar>,
}

/// Looks up what rules at this moment; nothing where none is adopted or what is adopted does not load.
pub type InForceNow = Box<dyn Fn() -> BoxFuture<'static, Option<InForce>> + Send + Sync>;

/// How browsers reach the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// By HTTPS, through a proxy that ends it. Cookies are `Secure` and named `__Host-…`.
    Https,
    /// By plain HTTP on this machine alone, as in the demo.
    Loopback,
}

/// The SHA-256 of a token in hexadecimal, under which the store knows its owner.
pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Everything that is served.
pub fn router(state: WebState) -> Router {
    let web = Arc::new(state);
    let (reached, overstepping) = (web.reached, web.clone());
    Router::new()
        .merge(console::routes(&web))
        .nest("/api/v1", api::routes())
        .layer(from_fn(move |request, next| {
            letting_in::log_overstepping(overstepping.clone(), request, next)
        }))
        .merge(webhook::routes())
        .merge(log::routes())
        .merge(health::routes())
        .layer(from_fn(move |request, next| guard::headers(reached, request, next)))
        .layer(from_fn(guard::log))
        .with_state(web)
}
