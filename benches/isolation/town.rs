//! The stand-ins and a daemon's workers in one process: the public writes at a steady pace, and one platform may be sick.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, SharedClock, SystemClock};
use majlis::config::{Login, RetentionConfig, SourceConfig};
use majlis::domain::acknowledgement::Acknowledging;
use majlis::domain::calendar::Calendar;
use majlis::domain::comment::Platform;
use majlis::domain::credentials::Secret;
use majlis::domain::policy::Bundle;
use majlis::domain::quota::Allowance;
use majlis::domain::routing::Routing;
use majlis::domain::sample::Sampling;
use majlis::domain::token_key::TokenKey;
use majlis::domain::topics::Topics;
use majlis::notify::Notifier;
use majlis::sandbox::{Account, CorpusComment, Sandbox};
use majlis::stage::{self, Context, Rules, Settings, Source, Stop};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, Store};
use serde_json::json;
use sqlx::{AnyPool, Row};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::{Failure, SICK};

const CALENDAR: &str = include_str!("../../config/calendar.toml");
/// Between two comments on a platform. X lists no more than 300 pages in a quarter of an hour, which bounds how long it lasts.
const PACE: Duration = Duration::from_millis(100);
const LASTS: Duration = Duration::from_secs(30);
/// Between two rounds of a source.
const ROUND: Duration = Duration::from_millis(500);
/// What was written at the end is judged by then.
const AFTERWARDS: Duration = Duration::from_secs(5);

pub(crate) struct Town {
    sandbox: Sandbox,
    ctx: Arc<Context>,
    /// Past the store, to see when comments were judged.
    pool: AnyPool,
}

impl Town {
    pub(crate) async fn open(url: &str) -> Result<Self, Failure> {
        let clock: SharedClock = Arc::new(SystemClock);
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), clock.clone()).await?;
        let store = Store::open(url).await?;
        sqlx::any::install_default_drivers();
        let pool = AnyPool::connect(url).await?;
        adopt(&store, clock.now()).await?;
        let mut sources = BTreeMap::new();
        for account in sandbox.accounts() {
            let source = Source::new(source(account)?, clock.clone())?;
            sources.insert(source.config.id.clone(), source);
        }
        let settings = Settings {
            lease: SignedDuration::from_mins(2),
            batch: 1_000,
            idle: SignedDuration::from_millis(100),
        };
        let ctx = Context {
            clock,
            store,
            sources,
            rules: Rules::default(),
            routing: Routing::default(),
            topics: Topics::default(),
            acknowledging: Acknowledging::default(),
            retention: RetentionConfig::default(),
            sampling: Sampling::default(),
            notifier: Notifier::default(),
            adviser: None,
            token_key: TokenKey::of(&Secret::new("a bench")),
            settings,
            stir: Notify::new(),
        };
        stage::enrol(&ctx).await?;
        Ok(Self { sandbox, ctx: Arc::new(ctx), pool })
    }

    /// The public writes for a while, to the sick platform as well; how long each comment of the others waited for its verdict.
    pub(crate) async fn live_through(self, trouble: Option<&str>) -> Result<Vec<SignedDuration>, Failure> {
        let (say_stop, stop) = Stop::new();
        let mut workers = JoinSet::new();
        for lane in stage::workers(&self.ctx) {
            workers.spawn(stage::work(self.ctx.clone(), lane, stop.clone()));
        }
        // Tokens and a first round, before anything is measured.
        tokio::time::sleep(AFTERWARDS).await;
        if let Some(trouble) = trouble {
            self.arm(trouble).await?;
        }
        let written = tokio::select! {
            written = self.write() => written,
            failure = self.keep_polling() => return Err(failure),
        };
        say_stop.send_replace(true);
        while workers.join_next().await.is_some() {}
        self.waits(&written).await
    }

    async fn arm(&self, fault: &str) -> Result<(), Failure> {
        let url = format!("{}/control/faults", self.sandbox.base_url());
        let body = json!({"platform": SICK, "call": "any", "fault": fault, "times": u32::MAX});
        reqwest::Client::new().post(url).json(&body).send().await?.error_for_status()?;
        Ok(())
    }

    /// When each comment of the platforms that are well was written, by its id.
    async fn write(&self) -> HashMap<String, Timestamp> {
        let mut written = HashMap::new();
        let mut pace = tokio::time::interval(PACE);
        for number in 0..LASTS.as_millis() / PACE.as_millis() {
            pace.tick().await;
            let now = SystemClock.now();
            let comments = Platform::ALL.map(|platform| CorpusComment {
                text: format!("شكراً لكم على الخدمة رقم {number}"),
                platform: Some(platform),
                at: Some(now),
                mention: platform == Platform::X,
                ..CorpusComment::default()
            });
            for (platform, one) in Platform::ALL.into_iter().zip(self.sandbox.publish(&comments)) {
                if platform != SICK {
                    written.insert(one.platform_comment_id, now);
                }
            }
        }
        tokio::time::sleep(AFTERWARDS).await;
        written
    }

    /// Begins a round of each source again and again; returns only to say what failed.
    async fn keep_polling(&self) -> Failure {
        loop {
            tokio::time::sleep(ROUND).await;
            if let Err(failure) = self.poll().await {
                return failure;
            }
        }
    }

    async fn poll(&self) -> Result<(), Failure> {
        let mut tx = self.ctx.store.begin(Step::Keep).await?;
        for source in self.ctx.sources.keys() {
            jobs::bring_forward(&mut tx, &Lane::Poll(source.clone()), SystemClock.now()).await?;
        }
        tx.commit().await?;
        self.ctx.stir.notify_waiters();
        Ok(())
    }

    async fn waits(&self, written: &HashMap<String, Timestamp>) -> Result<Vec<SignedDuration>, Failure> {
        let judged = "select c.platform_id, min(d.decided_at) as decided_at from decision d join comment c on c.id = d.comment
             group by c.platform_id";
        let mut waits = Vec::with_capacity(written.len());
        for row in sqlx::query(judged).fetch_all(&self.pool).await? {
            if let Some(at) = written.get(row.try_get::<&str, _>("platform_id")?) {
                let judged_at = Timestamp::from_microsecond(row.try_get("decided_at")?)?;
                waits.push(judged_at.duration_since(*at));
            }
        }
        if waits.len() < written.len() {
            return Err(format!("{} of {} comments were judged", waits.len(), written.len()).into());
        }
        Ok(waits)
    }
}

async fn adopt(store: &Store, now: Timestamp) -> Result<(), Failure> {
    let policy = Bundle::shipped();
    let calendar = Calendar::parse("calendar.toml", CALENDAR).map_err(|problems| format!("{problems:?}"))?;
    let mut tx = store.begin(Step::Keep).await?;
    let version = calendar.version().to_string();
    documents::adopt_shipped(&mut tx, DocumentKind::Calendar, &version, CALENDAR, now).await?;
    let version = policy.version().to_string();
    documents::adopt_shipped(&mut tx, DocumentKind::Policy, &version, &policy.to_text(), now).await?;
    tx.commit().await?;
    Ok(())
}

/// A source as it is shipped, but for its schedule and its pace.
fn source(account: Account) -> Result<SourceConfig, Failure> {
    let token = Secret::new(account.access_token);
    let refresh_token = Secret::new(account.refresh_token.unwrap_or_default());
    let client_secret = Secret::new(account.client_secret);
    let (client_id, token_endpoint) = (account.client_id, account.token_endpoint);
    let login = match account.platform {
        Platform::Facebook => Login::Facebook { token, app_secret: account.app_secret.map(Secret::new) },
        Platform::Instagram => Login::Instagram {
            token,
            app_secret: account.app_secret.map(Secret::new),
            token_endpoint: Some(token_endpoint),
        },
        Platform::X => Login::X {
            client_id,
            client_secret: Some(client_secret),
            refresh_token,
            token_endpoint,
            handle: account.handle,
            vocabulary: Default::default(),
        },
        Platform::Youtube => Login::Youtube { client_id, client_secret, refresh_token, token_endpoint },
    };
    let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Ok(SourceConfig {
        id: account.source,
        account: account.account_id,
        api_base: account.api_base,
        login,
        webhook: None,
        schedule: "0 0 0 1 1 *".parse()?,
        pages_per_tick: some(50),
        time_per_tick: Duration::from_secs(60),
        sweep_every: some(1_000_000),
        post_reads_per_day: NonZeroU32::MAX,
        post_unread: SignedDuration::from_hours(24),
        allowance: Allowance { units_per_day: 10_000, dollars_per_month: None },
        requests_per_minute: some(1_000_000),
        timeout: Duration::from_secs(20),
    })
}
