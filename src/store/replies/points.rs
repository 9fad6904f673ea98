//! The points of the escalation that clocks pass: which is next, and which they passed.
//!
//! A running clock is armed: it knows the point that it passes next, and when. Whoever changes when it is due disarms it,
//! and the next look arms it anew.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::escalation::{Armed, Point};

use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{Store, StoreError, Tx};
use super::{CLOCK, Clock, ClockId, clock};

/// A running clock, and what its points are reckoned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The clock.
    pub clock: Clock,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// When it stood still.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// The point that it passes next; none where nobody armed it, or it passed them all. One in the words of another version
    /// of Majlis is taken for the lowest, so that all that passed are looked at.
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
    /// Whether the deadline is among them, or was passed long before.
    pub is_breached: bool,
    /// The next one now.
    pub next: Option<Armed>,
}

/// What there is to do about points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// [`unarmed`] will find something.
    Unarmed,
    /// [`due`] will find something from this instant on, a past one included; never, where there is none.
    Armed(Option<Timestamp>),
}

/// Looks for it, at the cost of two looks into an index.
///
/// # Errors
/// The database failed.
pub async fn ahead(store: &Store) -> Result<Ahead, StoreError> {
    let query = sqlx::query(
        "select (select min(id) from reply_clock where state = 'running' and armed_at is null) as unarmed,
             (select min(next_point_at) from reply_clock where state = 'running') as next_point_at",
    );
    let row = query.fetch_one(&store.readers).await.doing("look for the next point")?;
    let row = Columns::of("reply_clock", &row);
    Ok(match row.get::<Option<i64>>("unarmed")? {
        Some(_) => Ahead::Unarmed,
        None => Ahead::Armed(row.instant_or_null("next_point_at")?),
    })
}

/// Running clocks that nobody has armed since they were changed, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn unarmed(store: &Store, limit: u32) -> Result<Vec<Watched>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK}, k.next_point_at, k.next_point from reply_clock k
         where k.state = 'running' and k.armed_at is null order by k.id limit $1"
    ));
    let rows =
        query.bind(i64::from(limit)).fetch_all(&store.readers).await.doing("look for clocks to arm")?;
    watched(store, &rows).await
}

/// Running clocks that have passed their next point at `now`, the first to pass first, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn due(store: &Store, now: Timestamp, limit: u32) -> Result<Vec<Watched>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK}, k.next_point_at, k.next_point from reply_clock k
         where k.state = 'running' and k.next_point_at <= $1 and k.armed_at is not null
         order by k.next_point_at, k.id limit $2"
    ));
    let query = query.bind(micros(now)).bind(i64::from(limit));
    let rows = query.fetch_all(&store.readers).await.doing("look for points that were passed")?;
    watched(store, &rows).await
}

/// Keeps the next points of clocks that are unarmed and still due when they were.
///
/// # Errors
/// The database failed.
pub async fn arm(tx: &mut Tx, armed: &[Arming], now: Timestamp) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[
        ("id", Type::Int),
        ("due_at", Type::Int),
        ("next_point_at", Type::Int),
        ("next_point", Type::Text),
    ]);
    for arming in armed {
        rows.push([
            arming.clock.0.into(),
            arming.due_at.into(),
            arming.next.map(|next| next.at).into(),
            arming.next.map(|next| next.point.to_string()).into(),
        ]);
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 2);
        let query = sql::query(format!(
            "with {new}
             update reply_clock set armed_at = $1, next_point_at = new.next_point_at, next_point = new.next_point
             from new where reply_clock.id = new.id and state = 'running' and armed_at is null
                 and reply_clock.due_at = new.due_at"
        ));
        part.bind(query.bind(micros(now))).execute(tx.conn()).await.doing("arm clocks")?;
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
        ("next_point_at", Type::Int),
        ("next_point", Type::Text),
        ("breached_at", Type::Int),
    ]);
    for passing in passing {
        rows.push([
            passing.clock.0.into(),
            passing.due_at.into(),
            passing.was_next.at.into(),
            passing.next.map(|next| next.at).into(),
            passing.next.map(|next| next.point.to_string()).into(),
            passing.is_breached.then_some(passing.due_at).into(),
        ]);
    }
    let mut passed = Vec::with_capacity(passing.len());
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             update reply_clock set next_point_at = new.next_point_at, next_point = new.next_point,
                 breached_at = coalesce(new.breached_at, reply_clock.breached_at),
                 breach_withdrawn_at = case when new.breached_at is null then breach_withdrawn_at end
             from new where reply_clock.id = new.id and state = 'running' and armed_at is not null
                 and reply_clock.due_at = new.due_at and reply_clock.next_point_at = new.was_at
             returning reply_clock.id"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("note the points that were passed")? {
            passed.push(ClockId(Columns::of("reply_clock", &row).get("id")?));
        }
    }
    let by_id: HashMap<ClockId, &Passing> = passing.iter().map(|passing| (passing.clock, passing)).collect();
    keep(tx, passed.iter().map(|id| by_id[id]), now).await?;
    Ok(passed)
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
        let next = match row.instant_or_null("next_point_at")? {
            Some(at) => {
                Some(Armed { point: row.get::<&str>("next_point")?.parse().unwrap_or(Point::Used(1)), at })
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
