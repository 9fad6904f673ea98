//! A clock before and after it is counted by another calendar, and what the audit log says of that.

use jiff::Timestamp;

use super::ACTOR;
use super::announced::Why;
use crate::domain::audit::{AuditEvent, Field};
use crate::domain::calendar::{Calendar, Pauses, Proof};
use crate::domain::reply::{Change, Due, Lands};
use crate::store::replies::Clock;

/// A clock that was counted by the calendar in force.
#[derive(Debug)]
pub(super) struct Anew {
    /// The clock as it is now.
    pub(super) clock: Clock,
    /// What became of it; `None` where the calendar does not reach to a deadline, and the former one stays.
    change: Option<Change>,
    /// The sum behind its deadline.
    proof: Option<Proof>,
}

impl Anew {
    /// Counts an open clock anew; `None` where the calendar in force promises nothing to it.
    pub(super) fn count(calendar: &Calendar, was: &Clock, pauses: &Pauses, now: Timestamp) -> Option<Self> {
        let open = was.open(calendar, pauses)?;
        let counted = open.recount(calendar, now);
        let counted = counted.and_then(|recount| Ok((recount, recount.deadline(calendar, &open, now)?)));
        let mut clock = was.clone();
        clock.timing.calendar = calendar.version().clone();
        let (recount, deadline) = match counted {
            Ok(counted) => counted,
            Err(error) => {
                // Only an instant outside the calendar's years gets here, and no clock is opened for one.
                tracing::error!(comment.id = %was.comment, %error, "a reply clock cannot be counted anew");
                return Some(Anew { clock, change: None, proof: None });
            }
        };
        clock.timing.due = match recount.lands {
            Lands::At(due_at) => Due::At { due_at, due_soon_at: deadline.due_soon_at.min(due_at) },
            Lands::Left(remaining) => Due::Left { remaining },
        };
        clock.timing.basis = serde_json::to_string(&deadline.proof).expect("a proof is plain data");
        clock.generation += i64::from(Lands::from(clock.timing.due) != Lands::from(was.timing.due));
        clock.shortened_at = match recount.change {
            Change::Shortened | Change::StillShortened => was.shortened_at.or(Some(now)),
            Change::StillOverdue => was.shortened_at,
            Change::AsCounted | Change::BreachWithdrawn => None,
        };
        if recount.change == Change::BreachWithdrawn {
            let known = was.breached_at.filter(|_| was.breach_withdrawn_at.is_none());
            clock.breached_at = known.or(was.timing.due.at()).or(open.paused_since);
            clock.breach_withdrawn_at = Some(now);
        }
        Some(Anew { clock, change: Some(recount.change), proof: Some(deadline.proof) })
    }

    /// The entry: the former deadline and the new one, their calendars, who adopted the new one, and why it differs.
    pub(super) fn entry(&self, was: &Clock, why: Why<'_>, now: Timestamp) -> AuditEvent {
        let Anew { clock, change, proof } = self;
        let word = |word: Option<String>| word.map_or(Field::Null, Field::Word);
        let former = was.proof();
        let source = proof.as_ref().and_then(|proof| why.source(former.as_ref(), proof));
        let leans_on = proof.as_ref().map(|proof| proof.provisional().collect::<Vec<_>>().join("; "));
        let (due_was, remaining_was) = match was.timing.due {
            Due::At { due_at, .. } => (Field::Word(due_at.to_string()), Field::Null),
            Due::Left { remaining } => {
                (Field::Null, Field::Int(i64::try_from(remaining.0).unwrap_or(i64::MAX)))
            }
        };
        let target = |proof: Option<&Proof>| word(proof.map(|proof| proof.target.to_string()));
        let entry = clock
            .entry("clock.recounted", ACTOR, now)
            .with("due_was", due_was)
            .with("remaining_was_s", remaining_was)
            .word("calendar_was", was.timing.calendar.to_string())
            .word("change", change.map_or("not_counted", Change::as_str))
            .word("why", "calendar_adopted")
            .word("adopted_by", why.adopted_by)
            .with("source", word(source))
            .with("provisional", word(leans_on.filter(|names| !names.is_empty())))
            .with("target_was", target(former.as_ref()))
            .with("target", target(proof.as_ref().or(former.as_ref())));
        match (change, clock.breached_at) {
            (Some(Change::BreachWithdrawn), Some(at)) => entry.word("breached_at", at.to_string()),
            _ => entry,
        }
    }
}
