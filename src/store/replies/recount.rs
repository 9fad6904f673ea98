//! Open clocks beside the pauses that they had, for counting them anew, and what comes of that.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::domain::calendar::{self, Calendar, CalendarVersion};
use crate::domain::reply::{ClockState, Due, OpenClock};

use super::super::error::Doing;
use super::super::rows::{Part, Rows, Type};
use super::super::sql::{self, Columns, Query};
use super::super::{Dialect, Store, StoreError, Tx};
use super::{CLOCK, Clock, ClockId, clock, points};

/// An open clock with its pauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paused {
    /// The clock.
    pub clock: Clock,
    /// When it stood still, but for the pause that has not ended.
    pub pauses: Vec<(Timestamp, Timestamp)>,
}

impl Clock {
    /// An open clock as `calendar` would count it, its pauses beside it; `None` where that promises nothing to its like.
    pub fn open<'a>(&self, calendar: &'a Calendar, pauses: &'a calendar::Pauses) -> Option<OpenClock<'a>> {
        let paused_since = self.paused_since();
        Some(OpenClock {
            started_at: self.started_at,
            carried: self.carried(),
            promise: self.promise(calendar)?,
            pauses,
            paused_since,
            due: self.timing.due,
            due_unpaused: self.due_unpaused(),
            shortened: self.shortened_at.is_some(),
        })
    }
}

impl Clock {
    pub(super) fn paused_since(&self) -> Option<Timestamp> {
        match self.state {
            ClockState::Paused { since, .. } => Some(since),
            _ => None,
        }
    }

    /// When it is due, or would be had it not stood still since.
    pub(super) fn due_unpaused(&self) -> Timestamp {
        let proven = || self.proof().map(|proof| proof.ends_at());
        self.timing.due.at().or_else(proven).or(self.paused_since()).unwrap_or(self.started_at)
    }
}

/// Open clocks that another calendar than this one counted, as `id`: two ranges of an index, not a look at each clock.
const OTHERWISE: &str = "select id from reply_clock where state in ('running', 'paused') and calendar < $1
     union all select id from reply_clock where state in ('running', 'paused') and calendar > $1";

/// Open clocks that another calendar than `calendar` counted, at most `limit`, held until the transaction ends. One that
/// somebody else holds at this moment is passed over: whoever changes several waits for none of these.
///
/// # Errors
/// The database failed.
pub async fn counted_otherwise(
    tx: &mut Tx,
    calendar: &CalendarVersion,
    limit: u32,
) -> Result<Vec<Paused>, StoreError> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "", // one writer at a time: nobody else holds or changes them
        Dialect::Postgres => "for update of k skip locked",
    };
    let query = sql::query(format!(
        "select {CLOCK} from reply_clock k
         where k.id in ({OTHERWISE} limit $2) and k.state in ('running', 'paused') and k.calendar <> $1 {hold}"
    ));
    let query = query.bind(calendar.to_string()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.conn()).await.doing("look for clocks that another calendar counted")?;
    let clocks = clocks(&rows)?;
    let mut pauses = Pauses::default();
    for part in ids(&clocks).parts(tx.dialect()) {
        pauses.read(&pauses_of(&part).fetch_all(tx.conn()).await.doing("read the pauses of clocks")?)?;
    }
    Ok(pauses.beside(clocks))
}

/// Whether another calendar than `calendar` counted any open clock.
///
/// # Errors
/// The database failed.
pub async fn any_counted_otherwise(store: &Store, calendar: &CalendarVersion) -> Result<bool, StoreError> {
    let query = sql::query(format!("select 1 as one from ({OTHERWISE}) as other limit 1"));
    let row = query.bind(calendar.to_string()).fetch_optional(&store.readers).await;
    Ok(row.doing("look for clocks that another calendar counted")?.is_some())
}

/// Open clocks with a greater number than `after`, by number, at most `limit`.
///
/// # Errors
/// The database failed.
pub async fn open_after(store: &Store, after: ClockId, limit: u32) -> Result<Vec<Paused>, StoreError> {
    let query = sql::query(format!(
        "select {CLOCK} from reply_clock k where k.state in ('running', 'paused') and k.id > $1 order by k.id limit $2"
    ));
    let rows = query.bind(after.0).bind(i64::from(limit)).fetch_all(&store.readers).await;
    let clocks = clocks(&rows.doing("list the open clocks")?)?;
    let mut pauses = Pauses::default();
    for part in ids(&clocks).parts(store.dialect) {
        pauses.read(&pauses_of(&part).fetch_all(&store.readers).await.doing("read the pauses of clocks")?)?;
    }
    Ok(pauses.beside(clocks))
}

/// Writes when these clocks are due, by which calendar, and what became of their breaches; their next points are to be reckoned.
/// They are held, and their state stays.
///
/// # Errors
/// The database failed.
pub async fn recounted(tx: &mut Tx, clocks: &[Clock]) -> Result<(), StoreError> {
    let mut rows = Rows::new(&[
        ("id", Type::Int),
        ("due_at", Type::Int),
        ("due_soon_at", Type::Int),
        ("remaining_s", Type::Int),
        ("calendar", Type::Text),
        ("basis", Type::Text),
        ("generation", Type::Int),
        ("shortened_at", Type::Int),
        ("breached_at", Type::Int),
        ("breach_withdrawn_at", Type::Int),
    ]);
    for clock in clocks {
        let (due_at, due_soon_at, remaining) = match clock.timing.due {
            Due::At { due_at, due_soon_at } => (Some(due_at), Some(due_soon_at), None),
            Due::Left { remaining } => (None, None, Some(i64::try_from(remaining.0).unwrap_or(i64::MAX))),
        };
        rows.push([
            clock.id.0.into(),
            due_at.into(),
            due_soon_at.into(),
            remaining.into(),
            clock.timing.calendar.as_str().into(),
            clock.timing.basis.as_str().into(),
            clock.generation.into(),
            clock.shortened_at.into(),
            clock.withdrawn_breach().into(),
            clock.breach_withdrawn_at.into(),
        ]);
    }
    for part in rows.parts(tx.dialect()) {
        let new = part.table("new", 1);
        let query = sql::query(format!(
            "with {new}
             update reply_clock set due_at = new.due_at, due_soon_at = new.due_soon_at, remaining_s = new.remaining_s,
                 calendar = new.calendar, basis = new.basis, generation = new.generation,
                 shortened_at = new.shortened_at, breached_at = new.breached_at,
                 breach_withdrawn_at = new.breach_withdrawn_at
             from new where reply_clock.id = new.id"
        ));
        part.bind(query).execute(tx.conn()).await.doing("write clocks that were counted anew")?;
    }
    let running = clocks.iter().filter(|clock| clock.state == ClockState::Running);
    points::reckon_anew(tx, running.filter_map(|clock| Some((clock.id, clock.timing.due.at()?)))).await
}

fn clocks(rows: &[AnyRow]) -> Result<Vec<Clock>, StoreError> {
    rows.iter().map(|row| clock(&Columns::of("reply_clock", row))).collect()
}

fn ids(clocks: &[Clock]) -> Rows<'static> {
    Rows::of(&[("id", Type::Int)], clocks.iter().map(|clock| clock.id.0))
}

fn pauses_of(clocks: &Part<'_, '_>) -> Query {
    let held = clocks.table("held", 1);
    clocks.bind(sql::query(format!(
        "with {held}
         select clock, from_at, until_at from clock_pause
         where until_at is not null and clock in (select id from held) order by clock, from_at, id"
    )))
}

/// Pauses by their clock.
#[derive(Debug, Default)]
struct Pauses(HashMap<ClockId, Vec<(Timestamp, Timestamp)>>);

impl Pauses {
    fn read(&mut self, rows: &[AnyRow]) -> Result<(), StoreError> {
        for row in rows {
            let row = Columns::of("clock_pause", row);
            let pause = (row.instant("from_at")?, row.instant("until_at")?);
            self.0.entry(ClockId(row.get("clock")?)).or_default().push(pause);
        }
        Ok(())
    }

    fn beside(mut self, clocks: Vec<Clock>) -> Vec<Paused> {
        let mut paused = |clock: Clock| {
            let pauses = self.0.remove(&clock.id).unwrap_or_default();
            Paused { clock, pauses }
        };
        clocks.into_iter().map(&mut paused).collect()
    }
}
