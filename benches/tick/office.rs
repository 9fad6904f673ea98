//! A daemon without sources on a database full of open clocks, and a receiver of its notices.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use majlis::clock::ManualClock;
use majlis::config::{Channel, NotifyConfig, Recipient, RetentionConfig};
use majlis::domain::acknowledgement::Acknowledging;
use majlis::domain::calendar::Calendar;
use majlis::domain::credentials::Secret;
use majlis::domain::lang::Lang;
use majlis::domain::policy::Bundle;
use majlis::domain::routing::Routing;
use majlis::domain::sample::Sampling;
use majlis::domain::token_key::TokenKey;
use majlis::domain::topics::Topics;
use majlis::notify::Notifier;
use majlis::stage::{self, Context, Rules, Settings};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::Lane;
use majlis::store::{Step, Store};
use sqlx::AnyPool;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::{Failure, fixture};

const CALENDAR: &str = include_str!("../../config/calendar.toml");

pub(crate) struct Office {
    pub(crate) clock: Arc<ManualClock>,
    ctx: Context,
    /// Past the store, to see what it kept.
    pool: AnyPool,
}

impl Office {
    /// Adopts what is shipped, opens and arms some clocks, and fills the database with their like.
    pub(crate) async fn open(url: &str, now: Timestamp) -> Result<Self, Failure> {
        let store = Store::open(url).await?;
        let policy = Bundle::shipped();
        let calendar =
            Calendar::parse("calendar.toml", CALENDAR).map_err(|problems| format!("{problems:?}"))?;
        let mut tx = store.begin(Step::Keep).await?;
        let version = calendar.version().to_string();
        documents::adopt_shipped(&mut tx, DocumentKind::Calendar, &version, CALENDAR, now).await?;
        let version = policy.version().to_string();
        documents::adopt_shipped(&mut tx, DocumentKind::Policy, &version, &policy.to_text(), now).await?;
        tx.commit().await?;
        let pool = AnyPool::connect(url).await?;
        fixture::open(&store, &pool, &calendar, now).await?;

        let clock = Arc::new(ManualClock::new(now));
        let ctx = Context {
            clock: clock.clone(),
            store,
            sources: BTreeMap::new(),
            rules: Rules::default(),
            routing: Routing::default(),
            topics: Topics::default(),
            acknowledging: Acknowledging::default(),
            retention: RetentionConfig::default(),
            sampling: Sampling::default(),
            notifier: notifier().await?,
            adviser: None,
            token_key: TokenKey::of(&Secret::new("a bench")),
            settings: Settings {
                lease: SignedDuration::from_mins(2),
                batch: 1_000,
                idle: SignedDuration::from_secs(1),
            },
            stir: Notify::new(),
        };
        stage::enrol(&ctx).await?;
        let office = Self { clock, ctx, pool };
        office.all().await?;
        fixture::copy(&office.pool, office.ctx.store.dialect()).await?;
        Ok(office)
    }

    /// Everything that is due now is done.
    pub(crate) async fn all(&self) -> Result<(), Failure> {
        Ok(stage::run_until_quiet(&self.ctx).await?)
    }

    /// Of it, what is done about points.
    pub(crate) async fn tick(&self) -> Result<(), Failure> {
        Ok(stage::run_lanes_until_quiet(&self.ctx, &[Lane::Remind]).await?)
    }

    pub(crate) async fn expect(&self, count: &'static str, expected: i64) -> Result<(), Failure> {
        let found: i64 = sqlx::query_scalar(count).fetch_one(&self.pool).await?;
        if found == expected { Ok(()) } else { Err(format!("{found} instead of {expected}: {count}").into()) }
    }

    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.pool.close().await;
        self.ctx.store.close().await;
        Ok(())
    }
}

/// Tells those whom the shipped calendar names, by a webhook that takes everything.
async fn notifier() -> Result<Notifier, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let takes = Router::new().fallback(async || StatusCode::NO_CONTENT);
    tokio::spawn(async move { axum::serve(listener, takes).await });
    let recipient = |name: &str| -> Result<Recipient, Failure> {
        let key = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let channel = Channel::Webhook { url: Secret::new(url.as_str()), key };
        let languages = vec![Lang::Ar, Lang::En];
        Ok(Recipient { name: name.parse()?, channel, languages, calendar: None, digest: false })
    };
    let recipients = vec![recipient("team")?, recipient("duty")?];
    let config = NotifyConfig { smtp: None, timeout: Duration::from_secs(20), console: None, recipients };
    Ok(Notifier::new(&config)?)
}
