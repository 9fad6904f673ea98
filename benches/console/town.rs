//! A million comments: a thousand as the stages leave them, and copies of those.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use majlis::clock::{Clock, ManualClock};
use majlis::domain::audit::SigningKey;
use majlis::domain::calendar::{Calendar, Owed, Pauses};
use majlis::domain::comment::{CommentId, Platform, SourceId};
use majlis::domain::judge::{Finding, Judge, Kind, ReviewReason, Verdict};
use majlis::domain::policy::{Bundle, ClauseId, Policy};
use majlis::domain::reply::{AnsweredBy, ClockKind, Language, Priority};
use majlis::domain::routing::Routing;
use majlis::domain::staff::Role;
use majlis::store::comments::{self, NewRevision};
use majlis::store::decisions::{self, DecidedBy, NewDecision};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store, Tx, sources, staff};
use majlis::web::{self, Figures, InForce, Live, Reached, Refusals, WebState};
use sha2::{Digest, Sha256};
use sqlx::{AnyPool, AssertSqlSafe};

use super::{Failure, PEOPLE, public};

const CALENDAR: &str = include_str!("../../config/calendar.toml");
const SEEDS: i64 = 1_000;
const COPIES: i64 = 1_000;
/// Of a hundred seeds so many are owed a reply, and so many are in doubt.
const OWED: i64 = 7;
const DOUBTED: i64 = 3;

/// The console over a database as it is after years.
pub(crate) struct Town {
    pub(crate) store: Store,
    pub(crate) router: Router,
    pub(crate) comments: i64,
    pub(crate) open: i64,
}

/// What one of the people signs in with.
pub(crate) fn token(number: usize) -> String {
    format!("token-of-{number}")
}

impl Town {
    pub(crate) async fn furnished(directory: &Path) -> Result<Self, Failure> {
        let url = format!("sqlite:{}", directory.join("majlis.db").display());
        let store = Store::open(&url).await?;
        let now: Timestamp = "2026-11-24T09:00:00+04:00".parse()?;
        let calendar =
            Calendar::parse("calendar.toml", CALENDAR).map_err(|problems| format!("{problems:?}"))?;
        let policy = Policy::parse(&Bundle::shipped()).map_err(|problems| format!("{problems:?}"))?;
        let judge = Arc::new(Judge::new(&policy));
        let rules = InForce { policy: Arc::new(policy), judge, calendar: Arc::new(calendar) };
        seeds(&store, &rules, now).await?;
        let pool = AnyPool::connect(&url).await?;
        copy(&pool).await?;
        while comments::refresh_waiting(&store, 5_000).await? + comments::index_words(&store, 5_000).await?
            > 0
        {}
        sqlx::raw_sql("pragma wal_checkpoint(truncate)").execute(&pool).await?;
        let count = async |table: &str| {
            let query = AssertSqlSafe(format!("select count(*) from {table}"));
            sqlx::query_scalar::<_, i64>(query).fetch_one(&pool).await
        };
        let (comments, open) = (count("comment").await?, count("waiting").await?);
        if (comments, open) != (SEEDS * COPIES, (OWED + DOUBTED) * SEEDS * COPIES / 100) {
            return Err(format!("{comments} comments, of which {open} need a person").into());
        }
        pool.close().await;
        let router = web::router(console(store.clone(), rules, now)?);
        Ok(Town { store, router, comments, open })
    }
}

fn console(store: Store, rules: InForce, now: Timestamp) -> Result<WebState, Failure> {
    let clock = Arc::new(ManualClock::new(now));
    Ok(WebState {
        store: store.clone(),
        wall: clock.clone() as Arc<dyn Clock>,
        clock: clock.clone(),
        in_force: Box::new(move || std::future::ready(Some(rules.clone())).boxed()),
        routing: Arc::new(Routing::default()),
        topics: Arc::default(),
        delivering: Vec::new(),
        approving: Vec::new(),
        live: Live::new(store.clone(), clock.clone()),
        undo: SignedDuration::from_secs(10),
        saved_replies: Vec::new(),
        render_metrics: Box::new(String::new),
        stir: Box::new(|| ()),
        lanes: Vec::new(),
        stuck_after: SignedDuration::from_mins(5),
        reached: Reached::Https,
        provider: None,
        allowances: Vec::new(),
        refusals: Refusals::default(),
        figures: Figures::default(),
        public_log: None,
        audit_directory: PathBuf::new(),
        audit_key: SigningKey::new("bench", &[7; 32])?.verifier().clone(),
    })
}

fn source(platform: Platform) -> SourceId {
    SourceId(format!("ministry-{platform}"))
}

async fn seeds(store: &Store, rules: &InForce, now: Timestamp) -> Result<(), Failure> {
    let mut tx = store.begin(Step::Keep).await?;
    for number in 0..PEOPLE {
        let name = format!("staff{number}");
        staff::add(&mut tx, &name, Role::Approver, now).await?;
        staff::set_token(&mut tx, &name, &hex::encode(Sha256::digest(token(number))), now).await?;
    }
    for platform in Platform::ALL {
        sources::register(&mut tx, &source(platform), platform, now).await?;
    }
    for seed in 1..=SEEDS {
        let platform = Platform::ALL[usize::try_from(seed)? % Platform::ALL.len()];
        let incoming = public::comment(usize::try_from(seed)?, now);
        let batch = [NewRevision { incoming: &incoming, fold_key: Some(seed), salt: [7; 16] }];
        let stored = comments::receive(&mut tx, &source(platform), &batch, now).await?;
        let id = stored[0].ok_or("a seed was not new")?.id;
        if id.0 != seed {
            return Err("seeds are numbered from 1".into());
        }
        concluded(&mut tx, rules, id, platform, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Of a hundred comments some are owed a reply, some are in doubt, a third was answered, and the rest was allowed.
async fn concluded(
    tx: &mut Tx,
    rules: &InForce,
    comment: CommentId,
    platform: Platform,
    now: Timestamp,
) -> Result<(), Failure> {
    let place = comment.0 % 100;
    let clause =
        [ClauseId::Spam, ClauseId::Defamatory, ClauseId::SecurityThreat][usize::try_from(place)? % 3];
    let (verdict, kind) = match place {
        _ if place < OWED => (Verdict::Allow, if place % 2 == 0 { Kind::Question } else { Kind::Complaint }),
        _ if place < OWED + DOUBTED => {
            let finding = Finding { clause, rule: "phrase:ar".into(), excerpt: 0..4 };
            (Verdict::Review(ReviewReason::Doubtful(finding)), Kind::Other)
        }
        _ if place % 3 == 0 => (Verdict::Allow, Kind::Question),
        _ => (Verdict::Allow, Kind::Opinion),
    };
    let decision = NewDecision {
        comment,
        revision: 1,
        verdict: &verdict,
        kind,
        policy: rules.policy.version(),
        decided_by: &DecidedBy::Machine,
        reason: None,
    };
    decisions::record(tx, &[decision], now).await?;
    if !matches!(kind, Kind::Question | Kind::Complaint) {
        return Ok(());
    }
    let from = now - SignedDuration::from_mins(5 * comment.0);
    let owed = Owed {
        clock: ClockKind::FirstReply,
        platform,
        kind,
        priority: Priority::Normal,
        language: Language::Arabic,
        team: None,
    };
    let promise = rules.calendar.promise(&owed).ok_or("nothing is promised")?;
    let deadline = rules.calendar.due(from, promise, &Pauses::NONE)?;
    let basis = serde_json::to_string(&deadline.proof)?;
    let clock = NewClock {
        comment,
        thread: comment,
        platform,
        clock: owed.clock,
        kind,
        priority: owed.priority,
        language: owed.language,
        team: None,
        started_at: from,
        received_at: from,
        due_soon_at: deadline.due_soon_at,
        due_at: deadline.due_at,
        calendar: &deadline.proof.calendar,
        basis: &basis,
    };
    replies::open(tx, &[clock], now).await?;
    if place >= OWED {
        let by = AnsweredBy::SeenOnPlatform(format!("r{comment}"));
        replies::answer(tx, None, comment, now, &by).await?;
    }
    Ok(())
}

/// Copies all of them, each copy a second later than the one before it, and with a word of its own.
async fn copy(pool: &AnyPool) -> Result<(), Failure> {
    let mut conn = pool.acquire().await?;
    sqlx::raw_sql("pragma cache_size = -1048576").execute(&mut *conn).await?;
    for first in (1..COPIES).step_by(25) {
        let last = COPIES.min(first + 25) - 1;
        let copies = format!(
            "with recursive n (i) as (select {first} union all select i + 1 from n where i < {last})"
        );
        for copy in [
            format!(
                "insert into comment (id, source, platform, platform_id, post_id, written_by, author_id, author_name, author_key,
                     created_at, first_seen_at, starts_at, revision, fold_key, language)
                 {copies} select id + i * {SEEDS}, source, platform, 'x' || (id + i * {SEEDS}), post_id, written_by, author_id,
                     author_name, author_key, created_at, first_seen_at, starts_at, revision, fold_key, language
                 from n cross join comment where id <= {SEEDS}"
            ),
            format!(
                "insert into revision (comment, number, text, salt, marks, seen_at)
                 {copies} select comment + i * {SEEDS}, number, text || ' ' || (comment + i * {SEEDS}), salt, marks, seen_at
                 from n cross join revision where comment <= {SEEDS}"
            ),
            format!(
                "insert into decision (comment, revision, verdict, clause, rule, excerpt_from, excerpt_to, kind, policy, decided_by,
                     decided_at)
                 {copies} select comment + i * {SEEDS}, revision, verdict, clause, rule, excerpt_from, excerpt_to, kind, policy,
                     decided_by, decided_at
                 from n cross join decision where comment <= {SEEDS} and id <= {SEEDS}"
            ),
            format!(
                "insert into reply_clock (comment, thread, clock, kind, priority, language, opened_at, received_at, started_at,
                     due_soon_at, due_at, calendar, basis, state, settled_at, answered_by_seen)
                 {copies} select comment + i * {SEEDS}, thread + i * {SEEDS}, clock, kind, priority, language, opened_at,
                     received_at, started_at, due_soon_at + i * 1000000, due_at + i * 1000000, calendar, basis, state,
                     settled_at, answered_by_seen
                 from n cross join reply_clock where comment <= {SEEDS}"
            ),
        ] {
            sqlx::query(AssertSqlSafe(copy)).execute(&mut *conn).await?;
        }
    }
    Ok(())
}
