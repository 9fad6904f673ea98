//! An open clock counted anew: by another calendar, or to the promise of another priority.

use jiff::Timestamp;

use crate::domain::calendar::{Calendar, Pauses, Proof};
use crate::domain::reply::{Change, Due, Lands};

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
        let open = self.open(calendar, pauses)?;
        let counted = open.recount(calendar, now);
        let counted = counted.and_then(|recount| Ok((recount, recount.deadline(calendar, &open, now)?)));
        let mut clock = self.clone();
        clock.timing.calendar = calendar.version().clone();
        let (recount, deadline) = match counted {
            Ok(counted) => counted,
            Err(error) => {
                // Only an instant outside the calendar's years gets here, and no clock is opened for one.
                tracing::error!(comment.id = %self.comment, %error, "a reply clock cannot be counted anew");
                return Some(Anew { clock, change: None, proof: None });
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
        Some(Anew { clock, change: Some(recount.change), proof: Some(deadline.proof) })
    }
}
