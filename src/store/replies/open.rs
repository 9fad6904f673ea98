//! Opening clocks; one that is answered already stops at once.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::action::ActionId;
use crate::domain::calendar::CalendarVersion;
use crate::domain::comment::{CommentId, Platform};
use crate::domain::holder::TeamId;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockEvent, ClockKind, ClockState, Due, Language, Priority};

use super::super::actions::IS_ACKNOWLEDGEMENT;
use super::super::decisions::DecidedBy;
use super::super::error::Doing;
use super::super::rows::{Rows, Type};
use super::super::sql::{self, Columns, micros};
use super::super::{StoreError, Tx};
use super::happen::happen;
use super::{AnsweredBy, Clock, ClockId, Happened, Timing, points};

/// A clock to be opened.
#[derive(Debug, Clone)]
pub struct NewClock<'a> {
    /// The comment that is owed an answer.
    pub comment: CommentId,
    /// The comment at the top of its conversation; itself where it answers none.
    pub thread: CommentId,
    /// The comment's platform.
    pub platform: Platform,
    /// Which answer the clock waits for.
    pub clock: ClockKind,
    /// What kind of comment it is.
    pub kind: Kind,
    /// How urgent staff called it.
    pub priority: Priority,
    /// The language of the asker.
    pub language: Language,
    /// The team that the comment is routed to.
    pub team: Option<&'a TeamId>,
    /// When the promise began to run.
    pub started_at: Timestamp,
    /// When we could know of it; not before `started_at`.
    pub received_at: Timestamp,
    /// When staff are reminded.
    pub due_soon_at: Timestamp,
    /// When the answer is due.
    pub due_at: Timestamp,
    /// The calendar that says so.
    pub calendar: &'a CalendarVersion,
    /// How the deadline was reached, as JSON, so that an auditor can redo the sum.
    pub basis: &'a str,
}

/// A clock that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The clock as it began.
    pub clock: Clock,
    /// What happened to it at once, where a reply given since it started answers it.
    pub answered: Option<Happened>,
}

impl NewClock<'_> {
    fn opened(&self, id: ClockId) -> Opened {
        let NewClock { due_at, due_soon_at, .. } = *self;
        let timing = Timing {
            due: Due::At { due_at, due_soon_at },
            calendar: self.calendar.clone(),
            basis: self.basis.to_owned(),
        };
        let clock = Clock {
            id,
            comment: self.comment,
            thread: self.thread,
            platform: self.platform,
            clock: self.clock,
            kind: self.kind,
            priority: self.priority,
            language: self.language,
            team: self.team.cloned(),
            own_target: None,
            started_at: self.started_at,
            received_at: self.received_at,
            timing,
            generation: 1,
            state: ClockState::Running,
            shortened_at: None,
            breached_at: None,
            breach_withdrawn_at: None,
        };
        Opened { clock, answered: None }
    }
}

/// Opens clocks. A comment that has an open one of that sort keeps it, and one that was given what is owed since the clock's
/// start is owed nothing. One that a reply of ours, given since `started_at`, answers already is opened and stopped at once.
///
/// # Errors
/// The database failed, or there is no such comment.
pub async fn open(tx: &mut Tx, clocks: &[NewClock<'_>], now: Timestamp) -> Result<Vec<Opened>, StoreError> {
    let asked: HashMap<(CommentId, ClockKind), &NewClock<'_>> =
        clocks.iter().map(|clock| ((clock.comment, clock.clock), clock)).collect();
    let mut opened = Vec::with_capacity(clocks.len());
    for part in rows(clocks).parts(tx.dialect()) {
        let new = part.table("new", 2);
        let query = sql::query(format!(
            "with {new}
             insert into reply_clock (comment, thread, clock, kind, priority, language, team, opened_at, received_at,
                 started_at, due_soon_at, due_at, calendar, basis, state)
             select comment, thread, clock, kind, priority, language, team, $1, received_at,
                 started_at, due_soon_at, due_at, calendar, basis, 'running'
             from new where not exists (
                 select 1 from reply_clock s where s.comment = new.comment and s.clock = new.clock
                     and s.state in ('answered', 'solved') and s.settled_at >= new.started_at)
             on conflict (comment, clock) where state in ('running', 'paused') do nothing
             returning id, comment, clock"
        ));
        for row in part.bind(query.bind(micros(now))).fetch_all(tx.conn()).await.doing("open reply clocks")? {
            let row = Columns::of("reply_clock", &row);
            let new = asked[&(CommentId(row.get("comment")?), row.word("clock")?)];
            opened.push(new.opened(ClockId(row.get("id")?)));
        }
    }
    points::reckon_anew(tx, opened.iter().filter_map(|one| Some((one.clock.id, one.clock.timing.due.at()?))))
        .await?;
    for (id, given) in given_already(tx, &opened).await? {
        if let Some(one) = opened.iter_mut().find(|one| one.clock.id == id) {
            let answer = ClockEvent::Answer(given.by);
            one.answered = happen(tx, None, &one.clock, given.at, answer, &DecidedBy::Machine).await?;
        }
    }
    Ok(opened)
}

fn rows<'a>(clocks: &'a [NewClock<'a>]) -> Rows<'a> {
    let mut rows = Rows::new(&[
        ("comment", Type::Int),
        ("thread", Type::Int),
        ("clock", Type::Text),
        ("kind", Type::Text),
        ("priority", Type::Text),
        ("language", Type::Text),
        ("team", Type::Text),
        ("received_at", Type::Int),
        ("started_at", Type::Int),
        ("due_soon_at", Type::Int),
        ("due_at", Type::Int),
        ("calendar", Type::Text),
        ("basis", Type::Text),
    ]);
    for clock in clocks {
        rows.push([
            clock.comment.0.into(),
            clock.thread.0.into(),
            clock.clock.as_str().into(),
            clock.kind.as_str().into(),
            clock.priority.as_str().into(),
            clock.language.as_str().into(),
            clock.team.map(TeamId::as_str).into(),
            clock.received_at.into(),
            clock.started_at.into(),
            clock.due_soon_at.into(),
            clock.due_at.into(),
            clock.calendar.as_str().into(),
            clock.basis.into(),
        ]);
    }
    rows
}

/// An answer that was there before the clock.
#[derive(Debug)]
struct Given {
    at: Timestamp,
    by: AnsweredBy,
}

/// The first answer to the comment of each of these clocks that was given after it started. The next reply is given also by
/// one that stands later under an earlier message of its asker in the thread; the answer that it follows may be of its instant.
async fn given_already(tx: &mut Tx, opened: &[Opened]) -> Result<BTreeMap<ClockId, Given>, StoreError> {
    let mut first: BTreeMap<ClockId, Given> = BTreeMap::new();
    let clocks = Rows::of(&[("id", Type::Int)], opened.iter().map(|opened| opened.clock.id.0));
    for part in clocks.parts(tx.dialect()) {
        let opened = part.among("k.id", 1);
        let query = sql::query(format!(
            "with message (clock, since, comment) as (
                 select k.id, k.started_at, k.comment from reply_clock k where {opened} and k.clock <> 'solve'
                 union
                 select k.id, k.started_at + 1, e.comment
                 from reply_clock k join comment c on c.id = k.comment join reply_clock e on e.thread = k.thread
                     join comment m on m.id = e.comment and m.author_key = c.author_key
                 where {opened} and k.clock = 'next_reply')
             select m.clock as id, o.starts_at as given_at, o.platform_id as seen, null as action
             from message m join comment c on c.id = m.comment
                 join comment o on o.source = c.source and o.parent_id = c.platform_id and o.written_by = 'us'
             where o.starts_at >= m.since and not {IS_ACKNOWLEDGEMENT}
             union all
             select k.id, a.settled_at, null, a.id
             from reply_clock k join action a on a.comment = k.comment and a.act = 'reply' and a.state = 'confirmed'
             where {opened} and k.clock <> 'solve' and a.settled_at >= k.started_at"
        ));
        for row in part.bind(query).fetch_all(tx.conn()).await.doing("look for answers given already")? {
            let row = Columns::of("reply_clock", &row);
            let by = match row.get::<Option<i64>>("action")? {
                Some(action) => AnsweredBy::Action(ActionId(action)),
                None => AnsweredBy::SeenOnPlatform(row.get("seen")?),
            };
            let (clock, at) = (ClockId(row.get("id")?), row.instant("given_at")?);
            match first.get(&clock) {
                Some(known) if known.at <= at => {}
                _ => drop(first.insert(clock, Given { at, by })),
            }
        }
    }
    Ok(first)
}
