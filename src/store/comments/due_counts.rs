//! How many replies are due by when: counted by the hour where `waiting_tally` knows it, and row by row only within one hour.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::comment::Platform;

use super::super::error::Doing;
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError};
use super::waiting::BEHIND;

/// How many replies a platform's comments are owed, by when they are due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueCounts {
    /// The platform.
    pub platform: Platform,
    /// How many are due before each of the instants that were asked for.
    pub before: Vec<i64>,
    /// How many have a clock that runs.
    pub running: i64,
    /// How many comments have a clock that stands still.
    pub paused: i64,
}

/// Microseconds of an hour, by which `waiting_tally` counts what is due.
const HOUR: i64 = 3_600_000_000;

/// The counts for every platform, in the order of [`Platform::ALL`], with those due before each of `bounds`.
///
/// # Errors
/// The database failed.
pub async fn due_counts(store: &Store, bounds: &[Timestamp]) -> Result<Vec<DueCounts>, StoreError> {
    // The parameters of a bound: its instant, and the hour that it is in.
    let bound = |place: usize| (format!("${}", 2 * place + 1), format!("${}", 2 * place + 2));
    let columns = |of: &dyn Fn(usize) -> String| {
        (0..bounds.len()).map(|place| format!("{} as b{place}, ", of(place))).collect::<String>()
    };
    let tally = columns(&|place| {
        let (_, hour) = bound(place);
        format!("case when hour >= 0 and hour < {hour} then n else 0 end")
    });
    // Within the hour of one bound, rows count for that bound alone.
    let edges: String = (0..bounds.len())
        .map(|edge| {
            let (at, hour) = bound(edge);
            let counts = columns(&|place| if place == edge { "count(*)".to_owned() } else { "0".to_owned() });
            format!(
                "union all select platform, {counts} 0, 0 from waiting
                     where reply_due_at >= {hour} * {HOUR} and reply_due_at < {at} group by platform "
            )
        })
        .collect();
    // What stands still is found by its pause: `cross join` keeps SQLite from reading every clock.
    // Rows that are behind count as what they have become.
    let corrected = |sign: &str, rows: &str| {
        let counts = columns(&|place| {
            let (at, _) = bound(place);
            format!("{sign}count(case when reply_due_at < {at} then 1 end)")
        });
        format!(
            "union all select platform, {counts} {sign}count(reply_due_at), 0 from {rows}
                 where comment in ({BEHIND}) group by platform "
        )
    };
    let (less, more) = (corrected("-", "waiting"), corrected("", "waiting_now"));
    let none = columns(&|_| "0".to_owned());
    let sums = columns(&|place| format!("cast(sum(b{place}) as bigint)"));
    let query = sql::query(format!(
        "select platform, {sums} cast(sum(running) as bigint) as running, cast(sum(paused) as bigint) as paused
         from (select platform, {tally} case when hour >= 0 then n else 0 end as running, 0 as paused from waiting_tally
             {edges} {less} {more}
             union all select c.platform, {none} 0, count(distinct c.id)
                 from clock_pause p cross join reply_clock k cross join comment c
                 where p.until_at is null and k.id = p.clock and k.state = 'paused' and c.id = k.comment group by c.platform) as counted
         group by platform"
    ));
    let query = bounds
        .iter()
        .fold(query, |query, bound| query.bind(micros(*bound)).bind(micros(*bound).div_euclid(HOUR)));
    let rows = query.fetch_all(&store.readers).await.doing("count what is due")?;
    let none = |platform| DueCounts { platform, before: vec![0; bounds.len()], running: 0, paused: 0 };
    let mut counts = Platform::ALL.map(none);
    for row in &rows {
        let row = Columns::of("waiting", row);
        let platform: Platform = row.word("platform")?;
        let Some(found) = counts.iter_mut().find(|one| one.platform == platform) else { continue };
        for (place, count) in found.before.iter_mut().enumerate() {
            *count = row.at(place + 1)?;
        }
        (found.running, found.paused) = (row.get("running")?, row.get("paused")?);
    }
    Ok(counts.into())
}
