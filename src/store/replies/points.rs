//! The points of the escalation that clocks pass: which is next, and which they passed.
//!
//! Beside each running clock stands the point that it passes next, and when. Whoever changes when a clock is due leaves it to be
//! reckoned anew, at the next look.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::escalation::{Armed, Point};

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError, Tx};
use super::{CLOCK, Clock, ClockId, clock};

/// The `at` of a clock whose next point is to be reckoned: the past, so that the next look finds it.
const RECKON: i64 = 0;

/// A running clock, and what its points are reckoned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The clock.
    pub clock: Clock,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// When it stood still.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// The point that it passed; none where it is to be reckoned which comes next. One in the words of another version of Majlis
    /// is taken for the lowest, so that all that passed are looked at.
    pub next: Option<Armed>,
    /// The highest point that it passed, and when the answer was due then.
    pub passed: Option<(Point, Timestamp)>,
}

/// A clock whose next point is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arming {
    /// The clock.
    pub clock: ClockId,
    /// When the answer was due as the point was reckoned.
    pub due_at: Timestamp,
    /// The point; none where it has passed them all.
    pub next: Option<Armed>,
}

/// What became of a point that a clock passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Staff are told, or see it in the console.
    Sent,
    /// They are told when they are at work next.
    Held,
    /// A higher one was passed before they could be told.
    Skipped,
}

/// A clock that passed points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// The clock, as [`due`] found it.
    pub clock: ClockId,
    /// Its due time with this number.
    pub generation: i64,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// The point that was to be the next.
    pub was_next: Armed,
    /// Each point, and what became of it.
    pub points: Vec<(Point, Outcome)>,
    /// The next one now.
    pub next: Option<Armed>,
}

/// When [`due`] finds something: the past, where points are to be reckoned; `None` for never. One look into an index.
///
/// # Errors
/// The database failed.
pub async fn next_point(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let query = sqlx::query("select min(at) as at from clock_point");
    let row = query.fetch_one(&store.readers).await.doing("look for the next point")?;
    Columns::of("clock_point", &row).instant_or_null("at")
}

/// Running clocks whose next point is to be reckoned, and then those that have passed it at `now`, the first to pass first; at
/// most `limit`.
///
/// # Errors
/// The database failed.
pub async fn due(store: &Store, now: Timestamp, limit: u32) -> Result<Vec<Watched>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK}, n.at as next_point_at, n.point as next_point
         from clock_point n join reply_clock k on k.id = n.clock
         where n.at <= $1 order by n.at, n.clock limit $2"
    ));
    let query = query.bind(micros(now)).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("look for points that were passed")?;
    watched(store, &rows).await
}

/// Keeps the next points of clocks for which they are to be reckoned still, and which are due when they were.
///
/// # Errors
/// The database failed.
pub async fn arm(tx: &mut Tx, armed: &[Arming]) -> Result<(), StoreError> {
    let mut rows =
        Rows::new(&[("id", Type::Int), ("due_at", Type::Int), ("at", Type::Int), ("point", Type::Text)]);
    for arming in armed {
        rows.push([
            arming.clock.0.into(),
            arming.due_at.into(),
            arming.next.map(|next| next.at).into(),
            arming.next.map(|next| next.point.to_string()).into(),
        ]);
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             update clock_point set at = new.at, point = new.point
             from new where clock = new.id and clock_point.due_at = new.due_at and clock_point.at = {RECKON}"
        ));
        part.bind(query).execute(tx.conn()).await.doing("arm clocks")?;
    }
    Ok(())
}

/// Notes the points that clocks passed, and returns those clocks that had not been answered or changed meanwhile.
///
/// # Errors
/// The database failed.
pub async fn pass(tx: &mut Tx, passing: &[Passing], now: Timestamp) -> Result<Vec<ClockId>, StoreError> {
    let mut rows = Rows::new(&[
        ("id", Type::Int),
        ("due_at", Type::Int),
        ("was_at", Type::Int),
        ("at", Type::Int),
        ("point", Type::Text),
    ]);
    for passing in passing {
        rows.push([
            passing.clock.0.into(),
            passing.due_at.into(),
            passing.was_next.at.into(),
            passing.next.map(|next| next.at).into(),
            passing.next.map(|next| next.point.to_string()).into(),
        ]);
    }
    let mut passed = Vec::with_capacity(passing.len());
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             update clock_point set at = new.at, point = new.point
             from new where clock = new.id and clock_point.due_at = new.due_at and clock_point.at = new.was_at
             returning clock"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("note the points that were passed")? {
            passed.push(ClockId(Columns::of("clock_point", &row).get("clock")?));
        }
    }
    let by_id: HashMap<ClockId, &Passing> = passing.iter().map(|passing| (passing.clock, passing)).collect();
    keep(tx, passed.iter().map(|id| by_id[id]), now).await?;
    Ok(passed)
}

/// Leaves the next points of these clocks to be reckoned anew, each due then.
pub(super) async fn reckon_anew(
    tx: &mut Tx,
    clocks: impl IntoIterator<Item = (ClockId, Timestamp)>,
) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[("id", Type::Int), ("due_at", Type::Int)]);
    for (clock, due_at) in clocks {
        rows.push([clock.0.into(), due_at.into()]);
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             insert into clock_point (clock, due_at, at) select id, due_at, {RECKON} from new where true
             on conflict (clock) do update set due_at = excluded.due_at, at = excluded.at, point = null"
        ));
        part.bind(query).execute(tx.conn()).await.doing("leave points to be reckoned")?;
    }
    Ok(())
}

/// A clock that stands still or has stopped passes no points.
pub(super) async fn forget(tx: &mut Tx, clock: ClockId) -> Result<(), StoreError> {
    let query = sqlx::query("delete from clock_point where clock = $1").bind(clock.0);
    query.execute(tx.conn()).await.doing("forget the next point of a clock")?;
    Ok(())
}

async fn keep(tx: &mut Tx, passed: impl Iterator<Item = &Passing>, now: Timestamp) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[
        ("clock", Type::Int),
        ("generation", Type::Int),
        ("point", Type::Text),
        ("due_at", Type::Int),
        ("outcome", Type::Text),
    ]);
    for passing in passed {
        for (point, outcome) in &passing.points {
            rows.push([
                passing.clock.0.into(),
                passing.generation.into(),
                point.to_string().into(),
                passing.due_at.into(),
                outcome.as_str().into(),
            ]);
        }
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 2);
        // A point may come again within a due time: its clock stood still, and the point moved.
        let query = sql::query(format!(
            "with {new}
             insert into clock_alert (clock, generation, point, due_at, at, outcome)
             select clock, generation, point, due_at, $1, outcome from new where true
             on conflict (clock, generation, point) do nothing"
        ));
        part.bind(query.bind(micros(now)))
            .execute(tx.conn())
            .await
            .doing("keep the points that were passed")?;
    }
    Ok(())
}

async fn watched(store: &Store, rows: &[AnyRow]) -> Result<Vec<Watched>, StoreError> {
    let mut watched = Vec::with_capacity(rows.len());
    for row in rows {
        let row = Columns::of("reply_clock", row);
        let (clock, due_at) = (clock(&row)?, row.instant("due_at")?);
        let next = match row.get::<Option<&str>>("next_point")? {
            Some(point) => {
                let point = point.parse().unwrap_or(Point::Used(1));
                Some(Armed { point, at: row.instant("next_point_at")? })
            }
            None => None,
        };
        watched.push(Watched { clock, due_at, pauses: Vec::new(), next, passed: None });
    }
    let place: HashMap<ClockId, usize> =
        watched.iter().enumerate().map(|(place, watched)| (watched.clock.id, place)).collect();
    let ids = Rows::of(&[("id", Type::Int)], place.keys().map(|id| id.0));
    for part in ids.parts(store.dialect) {
        let seen = part.table("seen", 1);
        let query = sql::query(format!(
            "with {seen}
             select clock, from_at, until_at, null as point, null as due_at from clock_pause
             where until_at is not null and clock in (select id from seen)
             union all
             select clock, null, null, point, due_at from clock_alert where clock in (select id from seen)"
        ));
        for row in part.bind(query).fetch_all(&store.readers).await.doing("read what happened to clocks")? {
            let row = Columns::of("clock_alert", &row);
            let watched = &mut watched[place[&ClockId(row.get("clock")?)]];
            match row.word_or_null("point")? {
                None => watched.pauses.push((row.instant("from_at")?, row.instant("until_at")?)),
                Some(point) if watched.passed.is_none_or(|(highest, _)| highest <= point) => {
                    // Of two due times, the one that staff were told of last.
                    let due_at = row.instant("due_at")?;
                    let later = watched.passed.filter(|(highest, _)| *highest == point);
                    watched.passed = Some((point, later.map_or(due_at, |(_, known)| known.max(due_at))));
                }
                Some(_) => {}
            }
        }
    }
    Ok(watched)
}

impl Outcome {
    /// The word for it in columns and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Sent => "sent",
            Outcome::Held => "held",
            Outcome::Skipped => "skipped",
        }
    }
}
