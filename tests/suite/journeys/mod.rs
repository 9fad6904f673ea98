//! Journeys: the stages against the stand-ins, over real HTTP and a clock that is turned by hand.
//!
//! An act, then quiet; then all that came of it: on the platform, in the database, in the audit log.

mod ailing;
mod alarmed;
mod changing;
mod conversing;
mod delivering;
mod erasing;
mod hiding;
mod judging;
mod lost;
mod matrix;
mod opining;
mod out_of_hours;
mod reading;
mod recounting;
mod replying;
mod reporting;
mod sampling;
mod shadowing;
mod spending;
mod stuck;
mod telling;
mod telling_again;
mod together;
mod tokens;
mod vanishing;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, ManualClock};
use majlis::config::{RetentionConfig, SourceConfig};
use majlis::domain::acknowledgement::Acknowledging;
use majlis::domain::action::{Act, Receipt};
use majlis::domain::calendar::Calendar;
use majlis::domain::comment::{Comment, CommentId, Platform, SourceId};
use majlis::domain::credentials::Secret;
use majlis::domain::policy::{Bundle, ClauseId, PolicyVersion};
use majlis::domain::routing::Routing;
use majlis::domain::sample::Sampling;
use majlis::domain::token_key::TokenKey;
use majlis::domain::topics::Topics;
use majlis::notify::Notifier;
use majlis::platform::Call;
use majlis::sandbox::{CorpusComment, LedgerComment, LedgerReply, Sandbox};
use majlis::stage::{self, Context, Rules, Settings, Source};
use majlis::store::acts::{self, By};
use majlis::store::comments::{self, Story};
use majlis::store::documents::{self, DocumentKind};
use majlis::store::replies::Clock as ReplyClock;
use majlis::store::sources::{self, SourceHealth};
use majlis::store::{Step, Store};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::platform::{account, source};
use crate::store::Db;
const QUESTION: &str = "كم رسوم تغيير اسم الشركة؟";
const CRITICISM: &str = "Garbage app. It logs me out every two minutes and loses the form.";
const BREACH: &str = "Buy hashish and cocaine, fast delivery in Dubai, telegram";
const DOUBTFUL_QUESTION: &str = "متى تحاسبون المدير سالم الكتبي؟ حرامي ويسرق أموال المراجعين";
const ANSWER: &str = "شكراً لتواصلك، تجد الرسوم في دليل الخدمات.";

/// Between two looks of a source.
const TICK: SignedDuration = SignedDuration::from_mins(5);

/// A journey becomes four tests, one on each platform.
macro_rules! on_every_platform {
    ($(async fn $name:ident($journey:ident: Journey) $body:block)*) => {
        $(
            mod $name {
                use super::*;

                async fn travel($journey: Journey) $body

                #[tokio::test]
                async fn facebook() {
                    travel(Journey::on(Platform::Facebook).await).await;
                }

                #[tokio::test]
                async fn instagram() {
                    travel(Journey::on(Platform::Instagram).await).await;
                }

                #[tokio::test]
                async fn x() {
                    travel(Journey::on(Platform::X).await).await;
                }

                #[tokio::test]
                async fn youtube() {
                    travel(Journey::on(Platform::Youtube).await).await;
                }
            }
        )*
    };
}
use on_every_platform;

/// The stand-ins, a database, and a daemon's stages between them.
struct Journey {
    /// The platform that the journey is about.
    platform: Platform,
    clock: Arc<ManualClock>,
    sandbox: Sandbox,
    db: Db,
    ctx: Context,
}

impl Journey {
    /// With a source on one platform. It begins on a Tuesday, when the office opens.
    async fn on(platform: Platform) -> Self {
        Self::with(&[platform], |_| {}).await
    }

    /// With a source on every platform.
    async fn everywhere() -> Self {
        Self::with(&Platform::ALL, |_| {}).await
    }

    /// With sources that `change` has set up otherwise; the journey is about the first platform.
    async fn with(platforms: &[Platform], change: impl Fn(&mut SourceConfig)) -> Self {
        Self::in_database(Db::sqlite().await, platforms, change).await
    }

    async fn in_database(db: Db, platforms: &[Platform], change: impl Fn(&mut SourceConfig)) -> Self {
        let clock = Arc::new(ManualClock::new(at("07:30")));
        let sandbox = Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), clock.clone()).await.unwrap();
        adopt(&db.store, clock.now()).await;
        let ctx = process(&sandbox, &clock, db.store.clone(), platforms, change).await;
        Self { platform: platforms[0], clock, sandbox, db, ctx }
    }

    /// Another process on the same database, configured as the sandbox's accounts now are.
    async fn another_process(&self) -> Context {
        let store = Store::open(&self.db.url).await.unwrap();
        let platforms: Vec<Platform> =
            self.ctx.sources.values().map(|source| source.config.platform()).collect();
        process(&self.sandbox, &self.clock, store, &platforms, |_| {}).await
    }

    /// Everything that is due now is done.
    async fn quiet(&self) {
        stage::run_until_quiet(&self.ctx).await.unwrap();
    }

    /// `time` passes, and then everything that is due is done.
    async fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
        self.quiet().await;
    }

    async fn ticks(&self, count: u32) {
        for _ in 0..count {
            self.pass(TICK).await;
        }
    }

    /// The public writes; a tick later it has been read, judged and dealt with.
    async fn read(&self, comments: &[CorpusComment]) -> Vec<String> {
        let ids = self.publish(comments);
        self.pass(TICK).await;
        ids
    }

    async fn read_one(&self, text: &str) -> String {
        self.read(&[says(self.platform, text)]).await.remove(0)
    }

    /// The public writes now, but for comments that bring their time.
    fn publish(&self, comments: &[CorpusComment]) -> Vec<String> {
        let now = self.clock.now();
        let comments: Vec<CorpusComment> = comments
            .iter()
            .map(|comment| CorpusComment { at: comment.at.or(Some(now)), ..comment.clone() })
            .collect();
        self.sandbox.publish(&comments).into_iter().map(|published| published.platform_comment_id).collect()
    }

    async fn edit(&self, id: &str, text: &str) {
        self.control(reqwest::Method::PATCH, &format!("comments/{id}"), json!({"text": text})).await;
    }

    async fn delete(&self, id: &str) {
        self.control(reqwest::Method::DELETE, &format!("comments/{id}"), json!({})).await;
    }

    /// The next `times` calls of this kind go wrong.
    async fn arm(&self, call: &str, fault: &str, times: u32) {
        let body = json!({"platform": self.platform, "call": call, "fault": fault, "times": times});
        self.control(reqwest::Method::POST, "faults", body).await;
    }

    /// Every call of this kind that names this id goes wrong, until [`Journey::disarm`].
    async fn arm_about(&self, id: &str, call: &str, fault: &str) {
        let (platform, times) = (self.platform, u32::MAX);
        let body = json!({"platform": platform, "call": call, "fault": fault, "times": times, "about": id});
        self.control(reqwest::Method::POST, "faults", body).await;
    }

    async fn disarm(&self) {
        self.control(reqwest::Method::DELETE, "faults", json!({})).await;
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Value) {
        let url = format!("{}/control/{path}", self.sandbox.base_url());
        let answer = reqwest::Client::new().request(method, url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    fn on_platform(&self, id: &str) -> LedgerComment {
        self.sandbox.ledger().comments.into_iter().find(|comment| comment.id == id).unwrap()
    }

    fn is_hidden(&self, id: &str) -> bool {
        self.on_platform(id).hidden
    }

    /// What our accounts wrote.
    fn sent(&self) -> Vec<LedgerReply> {
        self.sandbox.ledger().replies
    }

    /// How often the platform was called so.
    fn calls(&self, call: &str) -> u64 {
        let calls = self.sandbox.ledger().calls;
        calls.get(&self.platform).and_then(|calls| calls.get(call)).copied().unwrap_or_default()
    }

    async fn story(&self, platform_id: &str) -> Story {
        let query = format!("select id from comment where platform_id = '{platform_id}'");
        comments::story(&self.db.store, CommentId(self.db.number(&query).await)).await.unwrap().unwrap()
    }

    /// The comment's latest reply clock.
    async fn clock_of(&self, platform_id: &str) -> Option<ReplyClock> {
        self.story(platform_id).await.clocks.pop()
    }

    /// The latest verdict, its clause and who decided.
    async fn verdict(&self, platform_id: &str) -> (&'static str, Option<ClauseId>, String) {
        let decision = self.story(platform_id).await.decisions.pop().unwrap();
        (decision.verdict, decision.clause, decision.decided_by.to_string())
    }

    async fn health(&self, platform: Platform) -> SourceHealth {
        let all = sources::all_health(&self.db.store).await.unwrap();
        all.into_iter().find(|health| health.platform == platform).unwrap()
    }

    /// How many entries of the audit log tell of this act.
    async fn logged(&self, act: &str) -> usize {
        let act = format!("\"act\":\"{act}\"");
        self.db.entries().await.iter().filter(|entry| entry.contains(&act)).count()
    }

    /// A member of staff acts; nothing is sent before the next [`Journey::quiet`].
    async fn staff(&self, platform_id: &str, act: StaffAct<'_>) {
        let comment = self.story(platform_id).await.comment.id;
        let policy = shipped_policy();
        let by = By {
            staff: "huda",
            policy: &policy,
            now: self.clock.now(),
            seen: None,
            leaves: None,
            bulk: None,
        };
        let mut tx = self.db.store.begin(Step::Act).await.unwrap();
        let action = match act {
            StaffAct::Hide => acts::hide(&mut tx, by, comment, ClauseId::OffTopic, "سبب").await.unwrap(),
            StaffAct::Unhide => acts::unhide(&mut tx, by, comment, "سبب").await.unwrap(),
            StaffAct::Reply(text) => acts::reply(&mut tx, by, comment, text).await.unwrap(),
        };
        assert!(action.is_some(), "nothing was queued");
        tx.commit().await.unwrap();
    }

    /// A colleague does it on the platform itself, past Majlis.
    async fn by_hand(&self, platform_id: &str, act: Act) -> Receipt {
        self.by_hand_to(&self.story(platform_id).await.comment, act).await
    }

    async fn by_hand_to(&self, comment: &Comment, act: Act) -> Receipt {
        let token = Secret::new(account(&self.sandbox, comment.platform).access_token);
        let call = Call { access: &token, now: self.clock.now() };
        self.ctx.sources[&comment.source].api.perform(call, comment, &act).await.unwrap()
    }
}

/// What a member of staff does.
enum StaffAct<'a> {
    Hide,
    Unhide,
    Reply(&'a str),
}

/// The stages of one process, their recurring jobs enrolled.
async fn process(
    sandbox: &Sandbox,
    clock: &Arc<ManualClock>,
    store: Store,
    platforms: &[Platform],
    change: impl Fn(&mut SourceConfig),
) -> Context {
    let source = |platform: &Platform| {
        let mut config = source(account(sandbox, *platform), Duration::from_secs(20));
        config.requests_per_minute = NonZeroU32::new(1_000_000).unwrap();
        config.sweep_every = NonZeroU32::new(3).unwrap();
        change(&mut config);
        let source = Source::new(config, clock.clone()).unwrap();
        (source.config.id.clone(), source)
    };
    let settings =
        Settings { lease: SignedDuration::from_mins(2), batch: 1_000, idle: SignedDuration::from_secs(1) };
    let ctx = Context {
        clock: clock.clone(),
        store,
        sources: platforms.iter().map(source).collect(),
        rules: Rules::default(),
        routing: Routing::default(),
        topics: Topics::default(),
        acknowledging: Acknowledging::default(),
        retention: RetentionConfig::default(),
        sampling: Sampling::default(),
        notifier: Notifier::default(),
        adviser: None,
        token_key: token_key(),
        settings,
        stir: Notify::new(),
    };
    stage::enrol(&ctx).await.unwrap();
    ctx
}

/// What every process of a journey keeps its tokens under.
fn token_key() -> TokenKey {
    TokenKey::of(&Secret::new("drawn by lot"))
}

/// The shipped policy and calendar rule, as after a first start.
async fn adopt(store: &Store, now: Timestamp) {
    let policy = Bundle::shipped();
    let calendar = include_str!("../../../config/calendar.toml");
    let version = Calendar::parse("calendar.toml", calendar).unwrap().version().to_string();
    let mut tx = store.begin(Step::Keep).await.unwrap();
    for (kind, hash, text) in [
        (DocumentKind::Policy, policy.version().to_string(), policy.to_text()),
        (DocumentKind::Calendar, version, calendar.to_owned()),
    ] {
        documents::adopt_shipped(&mut tx, kind, &hash, &text, now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn shipped_policy() -> PolicyVersion {
    Bundle::shipped().version()
}

fn says(platform: Platform, text: &str) -> CorpusComment {
    CorpusComment { text: text.to_owned(), platform: Some(platform), ..CorpusComment::default() }
}

/// An instant of the first day, by the office's clock.
fn at(time: &str) -> Timestamp {
    on_day(24, time)
}

/// An instant of that day of November 2026, by the office's clock.
fn on_day(day: u8, time: &str) -> Timestamp {
    format!("2026-11-{day:02}T{time}:00+04:00").parse().unwrap()
}

fn source_of(platform: Platform) -> SourceId {
    SourceId(platform.as_str().to_owned())
}
