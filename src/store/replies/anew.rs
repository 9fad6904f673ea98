//! An open clock counted anew: by another calendar, or to the promise of another priority.

use jiff::Timestamp;

use crate::domain::calendar::{Calendar, Carried, Pauses, Promise, Proof};
use crate::domain::reply::{Change, Due, Lands, OpenClock};

use super::Clock;

/// A clock that was counted anew.
#[derive(Debug, Clone)]
pub struct Anew {
    /// The clock as it is now.
    pub clock: Clock,
    /// What became of it; `None` where the calendar does not reach to a deadline, and the former one stays.
    pub change: Option<Change>,
    /// The sum behind its deadline.
    pub proof: Option<Proof>,
}

impl Clock {
    /// This open clock as `calendar` counts it at `now`, its pauses beside it; `None` where nothing is promised to its like.
    /// Its state stays.
    pub fn anew(&self, calendar: &Calendar, pauses: &Pauses, now: Timestamp) -> Option<Anew> {
        Some(self.counted(calendar, &self.open(calendar, pauses)?, now))
    }

    /// The same of what this clock becomes: from its start, or with what it used already where the promise then is one that carries.
    pub(super) fn anew_as(
        &self,
        becomes: &Clock,
        calendar: &Calendar,
        pauses: &Pauses,
        now: Timestamp,
    ) -> Option<Anew> {
        let open = becomes.open(calendar, pauses)?;
        let carried = self.carried_to(&open.promise, calendar, now);
        Some(becomes.counted(calendar, &OpenClock { carried, ..open }, now))
    }

    fn carried_to(&self, promise: &Promise, calendar: &Calendar, now: Timestamp) -> Option<Carried> {
        let (was, proof) = (self.promise(calendar)?, self.proof()?);
        if was.is(promise) {
            return proof.carried;
        }
        let present = self.paused_since().unwrap_or(now);
        let left = was.hours().elapsed(present, self.due_unpaused(), &Pauses::NONE).ok()?;
        promise.carries().then(|| Carried::of(&proof, left, present)).flatten()
    }

    fn counted(&self, calendar: &Calendar, open: &OpenClock<'_>, now: Timestamp) -> Anew {
        let counted = open.recount(calendar, now);
        let counted = counted.and_then(|recount| Ok((recount, recount.deadline(calendar, open, now)?)));
        let mut clock = self.clone();
        clock.timing.calendar = calendar.version().clone();
        let (recount, deadline) = match counted {
            Ok(counted) => counted,
            Err(error) => {
                // Only an instant outside the calendar's years gets here, and no clock is opened for one.
                tracing::error!(comment.id = %self.comment, %error, "a reply clock cannot be counted anew");
                return Anew { clock, change: None, proof: None };
            }
        };
        clock.timing.due = match recount.lands {
            Lands::At(due_at) => Due::At { due_at, due_soon_at: deadline.due_soon_at.min(due_at) },
            Lands::Left(remaining) => Due::Left { remaining },
        };
        clock.timing.basis = serde_json::to_string(&deadline.proof).expect("a proof is plain data");
        clock.generation += i64::from(Lands::from(clock.timing.due) != Lands::from(self.timing.due));
        clock.shortened_at = match recount.change {
            Change::Shortened | Change::StillShortened => self.shortened_at.or(Some(now)),
            Change::StillOverdue => self.shortened_at,
            Change::AsCounted | Change::BreachWithdrawn => None,
        };
        if recount.change == Change::BreachWithdrawn {
            let known = self.breached_at.filter(|_| self.breach_withdrawn_at.is_none());
            clock.breached_at = known.or(self.timing.due.at()).or(open.paused_since);
            clock.breach_withdrawn_at = Some(now);
        }
        Anew { clock, change: Some(recount.change), proof: Some(deadline.proof) }
    }
}
