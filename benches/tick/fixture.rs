//! A million comments that are owed a reply: a thousand as the stages open their clocks, and copies of those.

use jiff::{SignedDuration, Timestamp};
use majlis::domain::calendar::{Calendar, Owed, Pauses};
use majlis::domain::comment::{CommentId, Platform, SourceId};
use majlis::domain::judge::Kind;
use majlis::domain::reply::{ClockKind, Language, Priority};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Step, Store, sources};
use sqlx::{AnyPool, AssertSqlSafe};

use super::Failure;

pub(crate) const CLOCKS: i64 = 1_000_000;
/// How many of them are questions of one night: counted from the same opening, they pass their points together.
pub(crate) const TOGETHER: i64 = 10_000;

const SEEDS: i64 = 1_000;
const COPIES: i64 = CLOCKS / SEEDS;
/// Every so many seeds is a question of the night.
const NIGHTLY: i64 = CLOCKS / TOGETHER;

/// The clocks of what was written in the day and the night before `now`.
pub(crate) async fn fill(
    store: &Store,
    pool: &AnyPool,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut tx = store.begin(Step::Keep).await?;
    sources::register(&mut tx, &SourceId("bench".to_owned()), Platform::X, now).await?;
    tx.commit().await?;
    let mut tx = pool.begin().await?;
    for seed in 1..=SEEDS {
        let written = "insert into comment (id, source, platform, platform_id, written_by, created_at, first_seen_at, starts_at,
             revision) values ($1, 'bench', 'x', cast($1 as text), 'public', $2, $2, $2, 1)";
        let query = sqlx::query(written).bind(seed).bind(written_at(seed, now).as_microsecond());
        query.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    open_clocks(store, calendar, now).await?;
    copy(pool).await
}

fn written_at(seed: i64, now: Timestamp) -> Timestamp {
    match seed % NIGHTLY {
        0 => now - SignedDuration::from_mins(60 + seed / NIGHTLY),
        _ => now - SignedDuration::from_hours(24) + SignedDuration::from_secs(seed * 20),
    }
}

/// As the stages open them.
async fn open_clocks(store: &Store, calendar: &Calendar, now: Timestamp) -> Result<(), Failure> {
    let mut promised = Vec::new();
    for seed in 1..=SEEDS {
        let owed = Owed {
            clock: ClockKind::FirstReply,
            platform: Platform::X,
            kind: if seed % NIGHTLY == 0 { Kind::Question } else { Kind::Suggestion },
            priority: Priority::Normal,
            language: Language::Arabic,
        };
        let promise = calendar.promise(&owed).ok_or("nothing is promised")?;
        let deadline = calendar.due(written_at(seed, now), promise, &Pauses::NONE)?;
        let basis = serde_json::to_string(&deadline.proof)?;
        promised.push((seed, owed, deadline, basis));
    }
    let clocks: Vec<NewClock<'_>> = promised
        .iter()
        .map(|(seed, owed, deadline, basis)| NewClock {
            comment: CommentId(*seed),
            thread: CommentId(*seed),
            platform: owed.platform,
            clock: owed.clock,
            kind: owed.kind,
            priority: owed.priority,
            language: owed.language,
            started_at: written_at(*seed, now),
            received_at: written_at(*seed, now),
            due_soon_at: deadline.due_soon_at,
            due_at: deadline.due_at,
            calendar: &deadline.proof.calendar,
            basis,
        })
        .collect();
    let mut tx = store.begin(Step::Keep).await?;
    replies::open(&mut tx, &clocks, now).await?;
    tx.commit().await?;
    Ok(())
}

/// In the order of their numbers: `cross join` keeps it on SQLite, whose indexes then grow at their end.
async fn copy(pool: &AnyPool) -> Result<(), Failure> {
    let copies =
        format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {COPIES} - 1)");
    let comments = format!(
        "{copies} insert into comment (id, source, platform, platform_id, written_by, created_at, first_seen_at, starts_at, revision)
         select id + i * {SEEDS}, source, platform, cast(id + i * {SEEDS} as text), written_by, created_at, first_seen_at,
             starts_at, revision from n cross join comment"
    );
    let clocks = format!(
        "{copies} insert into reply_clock (comment, thread, clock, kind, priority, language, opened_at, received_at, started_at,
             due_soon_at, due_at, calendar, basis, state)
         select comment + i * {SEEDS}, thread + i * {SEEDS}, clock, kind, priority, language, opened_at, received_at, started_at,
             due_soon_at, due_at, calendar, basis, state from n cross join reply_clock"
    );
    for copy in [comments, clocks] {
        sqlx::query(AssertSqlSafe(copy)).execute(pool).await?;
    }
    Ok(())
}
