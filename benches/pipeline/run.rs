//! One run: an empty database, four sources with their pages ready, and the daemon's own workers, timed.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use majlis::clock::{Clock, SharedClock, SystemClock};
use majlis::config::{self, Login, QueueConfig, RetentionConfig, SourceConfig};
use majlis::domain::acknowledgement::Acknowledging;
use majlis::domain::audit::{Replay, SigningKey};
use majlis::domain::comment::{Incoming, Platform, SourceId};
use majlis::domain::credentials::Secret;
use majlis::domain::policy::Bundle;
use majlis::domain::routing::Routing;
use majlis::domain::sample::Sampling;
use majlis::domain::token_key::TokenKey;
use majlis::domain::topics::Topics;
use majlis::notify::Notifier;
use majlis::stage::{self, Context, Rules, Settings, Source, Stop};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::jobs::{self, Lane};
use majlis::store::{Step, Store, audit, comments, sources};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::public::{self, BREACH_EVERY};
use super::stand_in::StandIn;
use super::{COMMENTS, Failure};

/// The sources: one of each platform.
const SOURCES: usize = Platform::ALL.len();

/// What the lanes of a run are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// All of them side by side, as in the daemon.
    Together,
    /// Reading to its end, then judging.
    OneAfterTheOther,
}

/// How long a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// From the first page asked for until every comment was stored.
    pub(crate) read: Duration,
    /// From there until the last comment was judged; next to nothing where both went on together.
    pub(crate) judged: Duration,
    /// From there until every comment stood in its place in the inbox and was found by its words.
    pub(crate) indexed: Duration,
}

/// The comments of each source, made before anything is timed.
pub(crate) type Pages = [Arc<Vec<Incoming>>; SOURCES];

/// Every comment, dealt out to the sources.
pub(crate) fn pages() -> Pages {
    let now = SystemClock.now();
    let each = COMMENTS / SOURCES;
    std::array::from_fn(|source| {
        Arc::new((source * each..(source + 1) * each).map(|number| public::comment(number, now)).collect())
    })
}

/// Runs the whole pipeline over an empty database, and holds what it left against what was written.
pub(crate) async fn run(store: Store, pages: &Pages, course: Course) -> Result<Times, Failure> {
    let exhausted = Arc::new(AtomicUsize::new(0));
    let ctx = Arc::new(prepare(store, pages, &exhausted).await?);
    let lanes = stage::workers(&ctx).filter(|lane| !matches!(lane, Lane::Dispatch(_)));
    let (reading, judging): (Vec<_>, Vec<_>) = lanes.partition(|lane| matches!(lane, Lane::Poll(_)));

    let (say_stop, stop) = Stop::new();
    let mut workers = JoinSet::new();
    workers.spawn(stage::index(ctx.store.clone(), stop.clone()));
    let mut start = |lanes: Vec<Lane>| {
        for lane in lanes {
            workers.spawn(stage::work(ctx.clone(), lane, stop.clone()));
        }
    };
    let began = Instant::now();
    start(reading);
    let all_read =
        async || Ok(exhausted.load(Ordering::Relaxed) == SOURCES && rounds(&ctx.store).await? == SOURCES);
    let read = match course {
        Course::Together => {
            start(judging);
            until(&ctx, all_read).await?;
            began.elapsed()
        }
        Course::OneAfterTheOther => {
            until(&ctx, all_read).await?;
            let read = began.elapsed();
            start(judging);
            read
        }
    };
    until(&ctx, async || Ok(jobs::next_due(&ctx.store, &Lane::Moderate).await?.is_none())).await?;
    let judged = began.elapsed() - read;

    say_stop.send_replace(true);
    while workers.join_next().await.is_some() {}
    let behind = Instant::now();
    while comments::refresh_waiting(&ctx.store, 512).await? + comments::index_words(&ctx.store, 512).await?
        > 0
    {}
    let indexed = behind.elapsed();
    check(&ctx.store).await?;
    ctx.store.close().await;
    Ok(Times { read, judged, indexed })
}

async fn prepare(store: Store, pages: &Pages, exhausted: &Arc<AtomicUsize>) -> Result<Context, Failure> {
    let clock: SharedClock = Arc::new(SystemClock);
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/config");
    let told = |problems: Vec<_>| format!("the shipped documents do not load: {problems:?}");
    let mut policy =
        config::policy_file(&std::path::Path::new(directory).join("policy.toml")).map_err(told)?;
    // One breach in twenty, and all within a minute: more than a rule may hide in an hour.
    policy.text = policy.text.replace("hides_per_hour = 200", "hides_per_hour = 1000000");
    policy.hash = Bundle::from_text(&policy.text)?.version().to_string();
    let calendar =
        config::calendar_file(&std::path::Path::new(directory).join("calendar.toml")).map_err(told)?;
    let mut tx = store.begin(Step::Keep).await?;
    for (kind, document) in [(DocumentKind::Policy, policy), (DocumentKind::Calendar, calendar)] {
        documents::adopt_shipped(&mut tx, kind, &document.hash, &document.text, clock.now()).await?;
    }
    tx.commit().await?;

    let mut sources = BTreeMap::new();
    for (platform, comments) in Platform::ALL.into_iter().zip(pages) {
        let api = StandIn { platform, comments: comments.clone(), exhausted: exhausted.clone() };
        let config = source(platform)?;
        sources.insert(config.id.clone(), Source::with(config, Box::new(api), clock.clone()));
    }
    let queue = QueueConfig::default();
    let settings = Settings {
        lease: SignedDuration::try_from(queue.lease())?,
        batch: queue.batch.get(),
        idle: SignedDuration::try_from(queue.idle())?,
    };
    let (rules, routing, notifier) = (Rules::default(), Routing::default(), Notifier::default());
    let (acknowledging, retention, stir) =
        (Acknowledging::default(), RetentionConfig::default(), Notify::new());
    let token_key = TokenKey::of(&Secret::new("a bench"));
    let ctx = Context {
        clock,
        store,
        sources,
        rules,
        routing,
        topics: Topics::default(),
        sampling: Sampling::default(),
        acknowledging,
        retention,
        notifier,
        adviser: None,
        token_key,
        settings,
        stir,
    };
    stage::enrol(&ctx).await?;
    Ok(ctx)
}

/// A source as it is shipped, but for its pace: the platform's quota is not what is measured, and one tick reads it all.
fn source(platform: Platform) -> Result<SourceConfig, Failure> {
    let secret = || Secret::new("secret");
    let login = match platform {
        Platform::Facebook => Login::Facebook { token: secret(), app_secret: None },
        Platform::Instagram => Login::Instagram { token: secret(), app_secret: None, token_endpoint: None },
        Platform::X => Login::X {
            client_id: "client".to_owned(),
            client_secret: None,
            refresh_token: secret(),
            token_endpoint: "https://x.invalid/token".to_owned(),
            handle: "ministry".to_owned(),
            vocabulary: Default::default(),
        },
        Platform::Youtube => Login::Youtube {
            client_id: "client".to_owned(),
            client_secret: secret(),
            refresh_token: secret(),
            token_endpoint: "https://youtube.invalid/token".to_owned(),
        },
    };
    Ok(SourceConfig {
        id: id(platform),
        account: "1".to_owned(),
        webhook: None,
        api_base: "https://platform.invalid".to_owned(),
        login,
        schedule: "0 0 0 1 1 *".parse()?,
        pages_per_tick: some(1_000),
        time_per_tick: Duration::from_secs(120),
        sweep_every: some(24),
        post_reads_per_day: some(10_000),
        post_unread: jiff::SignedDuration::from_hours(24),
        allowance: majlis::domain::quota::Allowance { units_per_day: 10_000, dollars_per_month: None },
        requests_per_minute: some(100_000_000),
        timeout: Duration::from_secs(20),
    })
}

fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn id(platform: Platform) -> SourceId {
    SourceId(format!("ministry-{platform}"))
}

/// Waits until `done` says so; it is asked whenever a worker has finished something.
async fn until(ctx: &Context, done: impl AsyncFn() -> Result<bool, Failure>) -> Result<(), Failure> {
    loop {
        let stirred = ctx.stir.notified();
        tokio::pin!(stirred);
        stirred.as_mut().enable();
        if done().await? {
            return Ok(());
        }
        stirred.await;
    }
}

/// How many sources have been read to the end of a round.
async fn rounds(store: &Store) -> Result<usize, Failure> {
    let mut ended = 0;
    for platform in Platform::ALL {
        ended += usize::from(sources::reading(store, &id(platform)).await?.rounds > 0);
    }
    Ok(ended)
}

/// Every comment read, judged and in the log, every breach on its way to be hidden, and the log sound.
async fn check(store: &Store) -> Result<(), Failure> {
    let head = audit::head(store).await?;
    let key = SigningKey::new("bench", &[7; 32])?;
    let mut replay = Replay::new(key.verifier(), None).map_err(|flaw| flaw.to_string())?;
    let mut acts: BTreeMap<String, usize> = BTreeMap::new();
    while replay.size() < head.size() {
        for entry in audit::entries(store, replay.size(), 1_000).await? {
            replay.entry(entry.bytes()).map_err(|flaw| flaw.to_string())?;
            *acts.entry(entry.into_view().act).or_default() += 1;
        }
    }
    replay.conclude_at(&head).map_err(|flaw| flaw.to_string())?;
    let read: i64 = comments::counts(store, SystemClock.now()).await?.iter().map(|counts| counts.read).sum();
    let logged = |act: &str| acts.get(act).copied().unwrap_or_default();
    // A comment that another by its author comes to resemble is judged twice.
    let judged = logged("comment.judged").min(COMMENTS);
    let found = [read as usize, logged("comment.received"), judged, logged("action.queued")];
    let wanted = [COMMENTS, COMMENTS, COMMENTS, COMMENTS / BREACH_EVERY];
    if found == wanted {
        return Ok(());
    }
    Err(format!("read, received, judged and queued: {found:?}, and {wanted:?} were written; {acts:?}").into())
}
