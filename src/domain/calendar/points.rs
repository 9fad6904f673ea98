//! When staff are told about a clock: the steps that a file states, and where they fall on a clock's own time.

use jiff::{Timestamp, ToSpan};

use super::Calendar;
use super::carried::Origin;
use super::check::Fault;
use super::form::EscalationForm;
use super::hours::Hours;
use super::pauses::Pauses;
use super::promise::{WORKING_MINUTES_MAX, WorkingSeconds};
use crate::domain::escalation::{Armed, Point, Step};

/// Where a deadline passes, which is noted whether or not anybody is told.
const DEADLINE: Point = Point::Past(0);

impl Calendar {
    /// The steps of the escalation, in the order in which a clock passes their points.
    pub fn escalation(&self) -> &[Step] {
        &self.escalation
    }

    /// When a clock that is counted from `origin`, stood still in the pauses and is due at `due_at` passes each point of the
    /// escalation, and its deadline, in their order. An answer at the deadline is in time, so that passes an instant later.
    /// A point beyond the years that a calendar covers is none; the deadline always is one.
    pub fn points<'a>(
        &self,
        hours: &Hours,
        origin: impl Into<Origin<'a>>,
        due_at: Timestamp,
        pauses: &Pauses,
    ) -> Vec<Armed> {
        let origin = origin.into();
        let from = origin.from();
        let target = hours.elapsed(from, due_at, pauses).ok().map(|rest| origin.used_of(rest));
        let at = |point| match point {
            Point::Used(percent) => {
                let (used, whole) = target?;
                let share = (whole * u64::from(percent)).div_ceil(100).saturating_sub(used);
                hours.add(from, WorkingSeconds(share), pauses).ok()
            }
            DEADLINE => Some(due_at.checked_add(1.microsecond()).unwrap_or(due_at)),
            Point::Past(minutes) => hours.add(due_at, WorkingSeconds(u64::from(minutes) * 60), pauses).ok(),
        };
        let mut points: Vec<Point> =
            self.escalation.iter().map(|step| step.point).chain([DEADLINE]).collect();
        points.sort_unstable();
        points.dedup();
        points.into_iter().filter_map(|point| Some(Armed { point, at: at(point)? })).collect()
    }
}

/// The steps that a file states, in their order.
pub(super) fn steps(stated: &[EscalationForm]) -> Result<Vec<Step>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut steps: Vec<Step> = Vec::with_capacity(stated.len());
    for (index, form) in stated.iter().enumerate() {
        let place = format!("escalation[{index}]");
        match point(&place, form) {
            Ok(point) if steps.iter().any(|step| step.point == point) => {
                let message = format!("states the point {point} a second time; name everyone in one step");
                faults.push(Fault::at(place, message));
            }
            Ok(point) => steps.push(Step { point, to: form.to.clone(), urgent: form.urgent }),
            Err(fault) => faults.push(fault),
        }
    }
    steps.sort_by_key(|step| step.point);
    if faults.is_empty() { Ok(steps) } else { Err(faults) }
}

fn point(place: &str, form: &EscalationForm) -> Result<Point, Fault> {
    match (form.at_percent, form.after_working_minutes) {
        (Some(percent), None) if (1..=100).contains(&percent) => Ok(Point::Used(percent)),
        (Some(percent), None) => Err(Fault::at(
            format!("{place}.at_percent"),
            format!("is {percent}; write a number from 1 to 100"),
        )),
        (None, Some(minutes)) if minutes <= WORKING_MINUTES_MAX => Ok(Point::Past(minutes)),
        (None, Some(minutes)) => {
            let message = format!("is {minutes}; write a number from 0 to {WORKING_MINUTES_MAX}");
            Err(Fault::at(format!("{place}.after_working_minutes"), message))
        }
        _ => {
            let message = "states one point: at_percent, of the working time that is promised, or after_working_minutes, past the deadline; such as at_percent = 75";
            Err(Fault::at(place, message))
        }
    }
}
