//! One source at work: its configuration, its platform and its pace.

use crate::clock::SharedClock;
use crate::config::SourceConfig;
use crate::platform::{self, PlatformApi, PlatformError};

use super::breaker::Breaker;
use super::daily::Daily;
use super::dispatch::Singly;
use super::pace::Pace;
use super::silence::Silence;

/// A configured source with all that a stage needs to work on it.
#[derive(Debug)]
pub struct Source {
    /// Its section of the configuration.
    pub config: SourceConfig,
    /// Its platform.
    pub api: Box<dyn PlatformApi>,
    /// How fast it may be called.
    pub(super) pace: Pace,
    /// Whether it is asked at all.
    pub(super) breaker: Breaker,
    /// What it has had enough of.
    pub(super) silence: Silence,
    /// What it refused together.
    pub(super) singly: Singly,
    /// When its platform is asked next to deliver.
    pub(super) subscription: Daily,
    /// When its platform is asked next about its token.
    pub(super) inspection: Daily,
}

impl Source {
    /// The source that `config` describes; nothing is called yet.
    ///
    /// # Errors
    /// No HTTP client can be built for it.
    pub fn new(config: SourceConfig, clock: SharedClock) -> Result<Self, PlatformError> {
        let api = platform::connect(&config)?;
        Ok(Self::with(config, api, clock))
    }

    /// The same with a platform of the caller's making.
    pub fn with(config: SourceConfig, api: Box<dyn PlatformApi>, clock: SharedClock) -> Self {
        let pace = Pace::new(config.requests_per_minute, clock);
        let (breaker, silence, singly) = (Breaker::default(), Silence::default(), Singly::default());
        let (subscription, inspection) = (Daily::default(), Daily::default());
        Self { config, api, pace, breaker, silence, singly, subscription, inspection }
    }
}
