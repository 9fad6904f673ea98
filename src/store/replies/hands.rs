//! In whose hands a clock's working time went by.

use jiff::Timestamp;

use crate::domain::attribution::{Attribution, Course, attribute};
use crate::domain::calendar::{Calendar, Carried, Origin, Pauses};
use crate::domain::holder::Held;
use crate::domain::reply::Due;

use super::entry::ran_until;
use super::{Clock, Pause};

impl Clock {
    /// Whose the working time of the clock was until it stopped or stood still, else until `now`. `pauses` are its own that
    /// have ended; `held` is who had its comment, oldest first. `None` where an instant lies outside the calendar's years.
    pub fn attributed(
        &self,
        calendar: &Calendar,
        pauses: Pauses,
        held: &[Held],
        now: Timestamp,
    ) -> Option<Attribution> {
        let due_at = match self.timing.due {
            Due::At { due_at, .. } => Some(due_at),
            // The deadline had passed before it stood still.
            Due::Left { remaining } if remaining.0 == 0 => self.proof().map(|proof| proof.ends_at()),
            Due::Left { .. } => None,
        };
        let due_from_receipt = || {
            let promise = self.promise(calendar)?;
            let unread = |carried: Carried| {
                let hours = calendar.hours(&carried.hours)?;
                Some(carried.without(hours.elapsed(self.started_at, self.received_at, &pauses).ok()?))
            };
            let carried = self.carried().and_then(unread);
            calendar
                .due_at(Origin { start: self.received_at, carried: carried.as_ref() }, &promise, &pauses)
                .ok()
        };
        let course = Course {
            due_from_receipt: self.read_late().then(due_from_receipt).flatten(),
            started_at: self.started_at,
            received_at: self.received_at,
            until: ran_until(&self.state, now).max(self.started_at),
            due_at,
            pauses,
            held: held.to_vec(),
        };
        attribute(self.hours(calendar), &course).ok()
    }

    /// Those of a comment's pauses that are this clock's and have ended.
    pub fn pauses(&self, of_the_comment: &[Pause]) -> Pauses {
        let own = of_the_comment.iter().filter(|pause| pause.clock == self.id);
        Pauses::of(own.filter_map(|pause| Some((pause.from, pause.until?))))
    }
}
