//! The stages: load, think, write once.
//!
//! ```text
//! poll ──► moderate ──► dispatch    remind, recount (deadlines) ──► notify    retain (erasure)    seal (checkpoints)
//!              sample (verdicts for people to judge blind), shadow (a policy that does not act)
//!              opine (second opinions of what awaits review)
//!                                  index (lists, search)
//! ```
//!
//! A stage takes what is due from its lane of the job queue, thinks with the pure functions of the
//! domain, and writes what came of it in one transaction that ends with the jobs' completion.
//! Stages know each other only through the queue. [`index()`] alone has no jobs: it goes by what was noted as changed.

mod access;
mod acknowledge;
mod assign;
mod breaker;
mod budget;
mod ceiling;
mod claimed;
mod daily;
mod deliver;
mod dispatch;
mod index;
mod inspect;
mod look;
mod moderate;
mod notify;
mod opine;
mod pace;
mod poll;
mod posts;
mod probe;
mod recount;
mod remind;
mod retain;
mod rules;
mod sample;
mod schedule;
pub mod seal;
mod shadow;
mod silence;
mod source;
mod stuck;
mod take_in;
mod trouble;
mod visibility;
mod worker;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::Notify;

use crate::clock::SharedClock;
use crate::config::RetentionConfig;
use crate::domain::acknowledgement::Acknowledging;
use crate::domain::comment::SourceId;
use crate::domain::routing::Routing;
use crate::domain::sample::Sampling;
use crate::domain::token_key::TokenKey;
use crate::domain::topics::Topics;
use crate::notify::{Adviser, Notifier};
use crate::store::{Store, StoreError};

pub use index::index;
pub use probe::{ProbeError, probe};
pub use rules::{Rules, RulesError, Ruling};
pub use schedule::enrol;
pub use source::Source;
pub use worker::{Stop, lanes, run_lanes_until_quiet, run_until_quiet, work, workers};

/// Why a stage could not finish what it claimed. The jobs stay and are claimed again.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The adopted policy or calendar cannot be used, so nothing is done by it.
    #[error(transparent)]
    Rules(#[from] Arc<RulesError>),
}

/// What every stage works with.
#[derive(Debug)]
pub struct Context {
    /// What time it is.
    pub clock: SharedClock,
    /// The database.
    pub store: Store,
    /// The sources, by name.
    pub sources: BTreeMap<SourceId, Source>,
    /// The adopted policy and calendar.
    pub rules: Rules,
    /// The teams, and which of them a comment goes to first.
    pub routing: Routing,
    /// What comments may be about.
    pub topics: Topics,
    /// Where and how out-of-hours acknowledgements are sent.
    pub acknowledging: Acknowledging,
    /// How long personal content is kept.
    pub retention: RetentionConfig,
    /// What is drawn of the machine's verdicts each week.
    pub sampling: Sampling,
    /// Who is told outside the console.
    pub notifier: Notifier,
    /// Who is asked about what awaits review, if anybody is.
    pub adviser: Option<Adviser>,
    /// What tokens are kept under.
    pub token_key: TokenKey,
    /// Sizes and times.
    pub settings: Settings,
    /// Rung when work was added, so that idle lanes of this process look at once.
    pub stir: Notify,
}

/// Sizes and times of the stages.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a claimed job is a worker's own.
    pub lease: SignedDuration,
    /// How many comments one transaction judges, and how many reply clocks it counts anew, at most.
    pub batch: u32,
    /// How long a lane with nothing due sleeps at most before it looks again.
    pub idle: SignedDuration,
}
