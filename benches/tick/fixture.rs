//! A million comments that are owed a reply: a thousand as the stages open their clocks, and copies of those.

use jiff::{SignedDuration, Timestamp};
use majlis::domain::calendar::{Calendar, Owed, Pauses};
use majlis::domain::comment::{CommentId, Platform, SourceId};
use majlis::domain::judge::Kind;
use majlis::domain::reply::{ClockKind, Language, Priority};
use majlis::store::replies::{self, NewClock};
use majlis::store::{Dialect, Step, Store, sources};
use sqlx::{AnyPool, AssertSqlSafe};

use super::Failure;

pub(crate) const CLOCKS: i64 = 1_000_000;
/// How many of them are questions of one night: counted from the same opening, they pass their points together.
pub(crate) const TOGETHER: i64 = 10_000;

const SEEDS: i64 = 1_000;
const COPIES: i64 = CLOCKS / SEEDS;
const COPIES_TOGETHER: usize = 25;
const UNARMED_EVERY: i64 = 10;
/// How many of them are to be armed when the measuring begins.
pub(crate) const UNARMED: i64 = (COPIES - 1) / UNARMED_EVERY * SEEDS;
/// Every so many seeds is a question of the night.
const NIGHTLY: i64 = CLOCKS / TOGETHER;

/// The comments of the day and the night before `now`, with the clocks that the stages open for them.
pub(crate) async fn open(
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
    open_clocks(store, calendar, now).await
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
            team: None,
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
            team: None,
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

/// Copies all of them a thousand times; of every tenth copy nobody has armed the clocks. In transactions of a size that
/// SQLite takes into its file as they end.
pub(crate) async fn copy(pool: &AnyPool, dialect: Dialect) -> Result<(), Failure> {
    let (before, after) = match dialect {
        // In the order of their numbers, with what their indexes touch kept in memory.
        Dialect::Sqlite => ("pragma cache_size = -1048576", "pragma wal_checkpoint(truncate)"),
        // As autovacuum does in time.
        Dialect::Postgres => ("set jit = off", "vacuum analyze"),
    };
    let mut conn = pool.acquire().await?;
    sqlx::raw_sql(before).execute(&mut *conn).await?;
    for first in (1..COPIES).step_by(COPIES_TOGETHER) {
        let last = COPIES.min(first + COPIES_TOGETHER as i64) - 1;
        let copies = format!(
            "with recursive n (i) as (select {first} union all select i + 1 from n where i < {last})"
        );
        let comments = format!(
            "{copies} insert into comment (id, source, platform, platform_id, written_by, created_at, first_seen_at,
                 starts_at, revision)
             select id + i * {SEEDS}, source, platform, cast(id + i * {SEEDS} as text), written_by, created_at,
                 first_seen_at, starts_at, revision
             from n cross join comment where id <= {SEEDS}"
        );
        let clocks = format!(
            "{copies} insert into reply_clock (comment, thread, clock, kind, priority, language, opened_at, received_at,
                 started_at, due_soon_at, due_at, calendar, basis, state)
             select comment + i * {SEEDS}, thread + i * {SEEDS}, clock, kind, priority, language, opened_at, received_at,
                 started_at, due_soon_at, due_at, calendar, basis, state
             from n cross join reply_clock where id <= {SEEDS}"
        );
        let points = format!(
            "{copies} insert into clock_point (clock, due_at, at, point)
             select k.id, p.due_at, case when i % {UNARMED_EVERY} > 0 then p.at else 0 end,
                 case when i % {UNARMED_EVERY} > 0 then p.point end
             from n cross join clock_point p join reply_clock s on s.id = p.clock
                 join reply_clock k on k.comment = s.comment + i * {SEEDS}
             where p.clock <= {SEEDS}"
        );
        for copy in [comments, clocks, points] {
            sqlx::query(AssertSqlSafe(copy)).execute(&mut *conn).await?;
        }
    }
    sqlx::raw_sql(after).execute(&mut *conn).await?;
    Ok(())
}
