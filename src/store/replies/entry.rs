//! What the audit log says of a clock: enough that reports are made from the log alone.

use std::borrow::Cow;

use jiff::Timestamp;

use super::Clock;
use crate::domain::attribution::Attribution;
use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::calendar::{Calendar, Carried, Hours, Owed, Pauses, Promise, Proof, WorkingSeconds};
use crate::domain::holder::{Held, Holder};
use crate::domain::reply::{AnsweredBy, ClockState, Due, Run, Standing, read_late, standing};

/// A clock to which something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The clock as it is now.
    pub clock: Clock,
    /// Its run, with all its pauses.
    pub run: Run,
    /// Who had its comment from when on, oldest first; read only where the clock stopped.
    pub held: Vec<Held>,
}

impl Happened {
    /// The entry of what happened. `calendar`, where one is in force, counts the working time that was used.
    pub fn entry(&self, actor: Actor, calendar: Option<&Calendar>, now: Timestamp) -> AuditEvent {
        let Happened { clock, run, .. } = self;
        let act = match clock.state {
            ClockState::Running => "clock.resumed",
            ClockState::Paused { .. } => "clock.paused",
            ClockState::Answered { .. } => "clock.answered",
            ClockState::Solved { .. } => "clock.solved",
            ClockState::Cancelled { .. } => "clock.cancelled",
        };
        let used = calendar.and_then(|calendar| clock.used(calendar, run, now));
        let in_time = standing(&clock.state, clock.timing.due, now) == Standing::InTime;
        let verdict = if in_time { "met" } else { "missed" };
        let over =
            calendar.zip(clock.state.kept_at()).and_then(|(calendar, at)| clock.overdue_by(calendar, at));
        let entry =
            clock.entry(act, actor, now).with("used_s", seconds(used)).with("overdue_s", seconds(over));
        let entry = match clock.state.is_open() {
            true => entry,
            false => self
                .hands(calendar, now)
                .into_iter()
                .fold(entry, |entry, (name, field)| entry.with(name, field)),
        };
        match &clock.state {
            ClockState::Running => entry,
            ClockState::Paused { reason, .. } => entry.word("reason", reason.as_str()),
            ClockState::Cancelled { reason, .. } => entry.word("reason", reason.as_str()),
            ClockState::Answered { at, by } => {
                let by = match by {
                    AnsweredBy::Action(id) => format!("action:{id}"),
                    AnsweredBy::SeenOnPlatform(id) => format!("platform:{id}"),
                };
                entry.word("answered_at", at.to_string()).word("answered_by", by).word("verdict", verdict)
            }
            ClockState::Solved { at, .. } => {
                entry.word("answered_at", at.to_string()).word("verdict", verdict)
            }
        }
    }

    /// In whose hands the working time of a stopped clock went by: kept for ever, whatever calendar comes later.
    fn hands(&self, calendar: Option<&Calendar>, now: Timestamp) -> [(&'static str, Field); 4] {
        let Happened { clock, run, held } = self;
        let found = calendar.and_then(|calendar| clock.attributed(calendar, run.pauses(), held, now));
        let found = found.as_ref();
        let holder =
            |whose: Option<&Holder>| whose.map_or(Field::Null, |whose| Field::Word(whose.to_string()));
        let by_reading = found.is_some_and(|found| found.breached_by_system);
        [
            ("hands", found.map_or(Field::Null, |found| Field::Word(found.in_line()))),
            ("longest_in", holder(found.and_then(Attribution::largest))),
            ("breached_in", holder(found.and_then(|found| found.at_breach.as_ref()))),
            ("late_by_reading", if by_reading { Field::Word("yes".to_owned()) } else { Field::Null }),
        ]
    }
}

/// Until when a clock ran: until it stopped or stood still, else until `now`.
pub(super) fn ran_until(state: &ClockState, now: Timestamp) -> Timestamp {
    match state {
        ClockState::Paused { since, .. } => *since,
        state => state.stopped_at().unwrap_or(now),
    }
}

fn seconds(time: Option<WorkingSeconds>) -> Field {
    time.and_then(|time| i64::try_from(time.0).ok()).map_or(Field::Null, Field::Int)
}

impl Clock {
    /// An entry about the clock, with what identifies it, what was promised, and when that is due.
    pub fn entry(&self, act: &'static str, actor: Actor, now: Timestamp) -> AuditEvent {
        let due = match self.timing.due {
            Due::At { due_at, .. } => Field::Word(due_at.to_string()),
            Due::Left { .. } => Field::Null,
        };
        let left = match self.timing.due {
            Due::At { .. } => Field::Null,
            Due::Left { remaining } => seconds(Some(remaining)),
        };
        AuditEvent::new(now, actor, act, format!("comment:{}", self.comment))
            .int("number", self.id.0)
            .word("clock", self.clock.as_str())
            .word("kind", self.kind.as_str())
            .word("platform", self.platform.as_str())
            .word("priority", self.priority.as_str())
            .word("language", self.language.as_str())
            .with("team", self.team.as_ref().map_or(Field::Null, |team| Field::Word(team.to_string())))
            .word("started_at", self.started_at.to_string())
            .word("received_at", self.received_at.to_string())
            .with("read_late", if self.read_late() { Field::Word("yes".to_owned()) } else { Field::Null })
            .with("due_at", due)
            .with("remaining_s", left)
            .with("target_s", seconds(self.target()))
            .word("calendar", self.timing.calendar.to_string())
            .int("generation", self.generation)
    }

    /// The working time that was promised, by the proof of its deadline; `None` where there is none to read.
    pub fn target(&self) -> Option<WorkingSeconds> {
        self.proof().map(|proof| proof.promised().0)
    }

    /// The working time that it used until it stopped or stood still, else until `now`, in the hours that its promise is
    /// counted in.
    pub fn used(&self, calendar: &Calendar, run: &Run, now: Timestamp) -> Option<WorkingSeconds> {
        let proof = self.proof().filter(|proof| proof.carried.is_some());
        let (from, before) =
            proof.map_or((run.started_at, 0), |proof| (proof.counts_from(), proof.promised().1.0));
        let since = self.hours(calendar).elapsed(from, ran_until(&run.state, now), &run.pauses()).ok()?;
        Some(WorkingSeconds(before + since.0))
    }

    /// The working time between its deadline and `until`, where that is later: none at all after closing.
    pub fn overdue_by(&self, calendar: &Calendar, until: Timestamp) -> Option<WorkingSeconds> {
        let due_at = self.timing.due.at().filter(|due_at| *due_at < until)?;
        self.hours(calendar).elapsed(due_at, until, &Pauses::NONE).ok()
    }

    /// The hours that its promise is counted in.
    pub fn hours<'c>(&self, calendar: &'c Calendar) -> &'c Hours {
        calendar.promise(&self.owed()).map_or(calendar.official(), Promise::hours)
    }

    /// What it is held to: the promise that fits it, with the target that staff gave this one if they did.
    pub fn promise<'c>(&self, calendar: &'c Calendar) -> Option<Cow<'c, Promise>> {
        let promise = calendar.promise(&self.owed())?;
        Some(match self.own_target {
            Some(target) => Cow::Owned(promise.with_target(target)),
            None => Cow::Borrowed(promise),
        })
    }

    /// What is owed by it.
    pub fn owed(&self) -> Owed {
        let Clock { clock, platform, kind, priority, language, .. } = *self;
        Owed { clock, platform, kind, priority, language, team: self.team.clone() }
    }

    /// The sum behind its deadline; `None` where a version of Majlis with other proofs wrote it.
    pub fn proof(&self) -> Option<Proof> {
        serde_json::from_str(&self.timing.basis).ok()
    }

    /// What carried over to it from another promise. Few clocks took one over, and a proof is long to read.
    pub fn carried(&self) -> Option<Carried> {
        self.timing
            .basis
            .contains("\"carried\"")
            .then(|| self.proof())
            .flatten()
            .and_then(|proof| proof.carried)
    }

    /// Whether the message came to us so late that staff cannot be blamed for the time before.
    pub fn read_late(&self) -> bool {
        read_late(self.started_at, self.received_at)
    }
}
