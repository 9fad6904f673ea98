//! What is owed to a comment: its clocks are opened, each deadline by the adopted calendar and kept with its proof, and what
//! happens to them is logged.
//!
//! Whom we answered in a thread before is owed the *next* reply, if the calendar promises one: for the oldest message that
//! is still without one. Everybody else is owed a first reply and, where that is promised, a solution.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::calendar::{Calendar, Deadline, Owed, Pauses};
use crate::domain::comment::{Author, Comment, CommentId};
use crate::domain::holder::Holder;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, ClockState, Language, Priority};
use crate::domain::routing::Routing;

use super::super::{StoreError, Tx};
use super::{Clock, FollowUp, Happened, Message, NewClock, Opened};

/// A comment to which something is owed from an instant on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owing<'a> {
    pub comment: &'a Comment,
    pub kind: Kind,
    pub started_at: Timestamp,
    /// Whether it was owed something for the same words before. What it was given then it is not given a second time.
    pub again: bool,
}

/// Opens the clocks that are not open already, and returns them.
pub(crate) async fn open(
    tx: &mut Tx,
    calendar: &Calendar,
    routing: &Routing,
    owing: &[Owing<'_>],
    now: Timestamp,
) -> Result<Vec<Opened>, StoreError> {
    let known = Known::of(tx, owing).await?;
    let promised: Vec<Promised> = promised(calendar, routing, owing, &known);
    let clocks: Vec<NewClock<'_>> = promised.iter().map(Promised::clock).collect();
    super::open(tx, &clocks, now).await
}

/// The audit entries of clocks that were opened.
pub(crate) fn opened(
    opened: &[Opened],
    calendar: &Calendar,
    by: &'static str,
    now: Timestamp,
) -> Vec<AuditEvent> {
    let actor = || Actor::Machine(by);
    let entries = opened.iter().flat_map(|opened| {
        let answered = opened.answered.iter().map(|one| one.entry(actor(), Some(calendar), now));
        std::iter::once(opened.clock.entry("clock.opened", actor(), now)).chain(answered)
    });
    entries.collect()
}

/// The audit entries of what happened to clocks.
pub(crate) fn entries(
    happened: &[Happened],
    actor: &Actor,
    calendar: Option<&Calendar>,
    now: Timestamp,
) -> Vec<AuditEvent> {
    happened.iter().map(|one| one.entry(actor.clone(), calendar, now)).collect()
}

/// Opens the clocks of messages that had none while one before them waited for the same reply, now that those stopped.
pub(crate) async fn go_on(
    tx: &mut Tx,
    calendar: &Calendar,
    routing: &Routing,
    stopped: &[Happened],
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StoreError> {
    let mut entries = Vec::new();
    for one in stopped {
        entries.extend(go_on_behind(tx, calendar, routing, &one.clock, by, now).await?);
    }
    Ok(entries)
}

/// Opens the clock of the oldest message that waited behind this clock for the same reply, now that it stopped.
pub(crate) async fn go_on_behind(
    tx: &mut Tx,
    calendar: &Calendar,
    routing: &Routing,
    stopped: &Clock,
    by: &'static str,
    now: Timestamp,
) -> Result<Vec<AuditEvent>, StoreError> {
    if stopped.clock != ClockKind::NextReply {
        return Ok(Vec::new());
    }
    let since = match stopped.state {
        ClockState::Answered { at, .. } => at,
        _ => stopped.started_at,
    };
    match super::unanswered(tx, stopped, since).await? {
        Some((comment, kind)) => {
            let owing = Owing { comment: &comment, kind, started_at: comment.starts_at(), again: false };
            let next = open(tx, calendar, routing, &[owing], now).await?;
            Ok(opened(&next, calendar, by, now))
        }
        None => Ok(Vec::new()),
    }
}

/// What the database knows of comments to which something is owed.
#[derive(Debug, Default)]
struct Known {
    threads: HashMap<CommentId, CommentId>,
    follow_ups: HashMap<CommentId, FollowUp>,
    priorities: HashMap<CommentId, Priority>,
    given: HashSet<(CommentId, ClockKind)>,
}

impl Known {
    async fn of(tx: &mut Tx, owing: &[Owing<'_>]) -> Result<Self, StoreError> {
        // A comment under no other starts its thread, and one that is owed something from its writing on had no clock yet.
        let below = owing.iter().filter(|owing| owing.comment.parent_id.is_some());
        let threads = super::threads(tx, &below.map(|owing| owing.comment.id).collect::<Vec<_>>()).await?;
        let messages: Vec<Message> = owing
            .iter()
            .filter_map(|owing| {
                let (comment, at) = (owing.comment.id, owing.comment.starts_at());
                let thread = *threads.get(&comment).filter(|thread| **thread != comment)?;
                Some(Message { comment, thread, at })
            })
            .collect();
        let follow_ups = super::follow_ups(tx, &messages).await?;
        let ids = |which: fn(&&Owing<'_>) -> bool| -> Vec<CommentId> {
            owing.iter().filter(which).map(|owing| owing.comment.id).collect()
        };
        let before = ids(|owing| owing.again || owing.started_at != owing.comment.starts_at());
        let priorities = super::priorities(tx, &before).await?;
        let given = super::given(tx, &ids(|owing| owing.again)).await?;
        Ok(Known { threads, follow_ups, priorities, given })
    }
}

/// The clocks that are to be opened.
fn promised(calendar: &Calendar, routing: &Routing, owing: &[Owing<'_>], known: &Known) -> Vec<Promised> {
    let mut oldest_first = owing.to_vec();
    oldest_first.sort_by_key(|owing| (owing.started_at, owing.comment.id));
    let mut waiting: HashSet<(CommentId, Option<String>)> = HashSet::new();
    let mut promised = Vec::with_capacity(owing.len());
    for owing in oldest_first {
        let id = owing.comment.id;
        let (thread, priority) = (
            known.threads.get(&id).copied().unwrap_or(id),
            known.priorities.get(&id).copied().unwrap_or_default(),
        );
        let text = owing.comment.text.as_deref().unwrap_or_default();
        let team = match routing.holder(owing.comment.platform, owing.kind, text) {
            Holder::Team(team) => Some(team),
            _ => None,
        };
        let of = |clock| {
            let (platform, kind, language) = (owing.comment.platform, owing.kind, Language::of(text));
            let owed = Owed { clock, platform, kind, priority, language, team: team.clone() };
            let given = known.given.contains(&(id, clock));
            if given { None } else { Promised::of(calendar, owing, owed, thread) }
        };
        match (known.follow_ups.get(&id), of(ClockKind::NextReply)) {
            (Some(follow_up), Some(next)) => {
                let asker = owing.comment.author.as_ref().and_then(Author::key);
                if !follow_up.waits && waiting.insert((thread, asker)) {
                    promised.push(next);
                }
            }
            _ => promised.extend([of(ClockKind::FirstReply), of(ClockKind::Solve)].into_iter().flatten()),
        }
    }
    promised
}

/// An answer that is owed, before its clock is kept.
#[derive(Debug)]
struct Promised {
    comment: CommentId,
    thread: CommentId,
    owed: Owed,
    started_at: Timestamp,
    received_at: Timestamp,
    deadline: Deadline,
    /// The deadline's proof as the database keeps it.
    basis: String,
}

impl Promised {
    /// `None` where the calendar promises nothing of the sort.
    fn of(calendar: &Calendar, owing: Owing<'_>, owed: Owed, thread: CommentId) -> Option<Self> {
        let Owing { comment, started_at, .. } = owing;
        let promise = calendar.promise(&owed)?;
        match calendar.due(started_at, promise, &Pauses::NONE) {
            Ok(deadline) => {
                let basis = serde_json::to_string(&deadline.proof).expect("a proof is plain data");
                let received_at = started_at.max(comment.first_seen_at);
                Some(Self { comment: comment.id, thread, owed, started_at, received_at, deadline, basis })
            }
            Err(error) => {
                // Only an instant outside the calendar's years gets here, such as a forged time.
                tracing::error!(comment.id = %comment.id, %error, "a reply is owed but has no deadline");
                None
            }
        }
    }

    fn clock(&self) -> NewClock<'_> {
        NewClock {
            comment: self.comment,
            thread: self.thread,
            platform: self.owed.platform,
            clock: self.owed.clock,
            kind: self.owed.kind,
            priority: self.owed.priority,
            language: self.owed.language,
            team: self.owed.team.as_ref(),
            started_at: self.started_at,
            received_at: self.received_at,
            due_soon_at: self.deadline.due_soon_at,
            due_at: self.deadline.due_at,
            calendar: &self.deadline.proof.calendar,
            basis: &self.basis,
        }
    }
}
