//! Attribution: in whose hands the working time of a promise went by, and in whose it was when the deadline passed.
//!
//! A clock is cut at every instant at which the comment changed hands, and each stretch is counted in the hours of the
//! promise, without the pauses. What a platform gave us late went by before anybody here could have known: it is the
//! system's, whoever has the comment afterwards.

use jiff::Timestamp;

use super::calendar::{CalendarError, Hours, Pauses, WorkingSeconds};
use super::holder::{Held, Holder};
use super::reply::read_late;

/// The course of a clock, as far as it is known.
#[derive(Debug, Clone)]
pub struct Course {
    /// When it began to run.
    pub started_at: Timestamp,
    /// When we could know of it.
    pub received_at: Timestamp,
    /// When it stopped or stood still, else the present; not before `started_at`.
    pub until: Timestamp,
    /// When the answer is due; `None` where nothing of it has passed and the clock stands still.
    pub due_at: Option<Timestamp>,
    /// When it would be due had the promise begun as the message came to us, where that is known.
    pub due_from_receipt: Option<Timestamp>,
    /// When it stood still.
    pub pauses: Pauses,
    /// Who had the comment from when on, oldest first.
    pub held: Vec<Held>,
}

/// The working time of a promise by holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Each holder in whose hands any of it went by, once, in the order in which they first had it. The seconds add up to
    /// the working time used.
    pub shares: Vec<Share>,
    /// Who had it when the deadline passed; `None` where it has not.
    pub at_breach: Option<Holder>,
    /// Whether the deadline passed, and would not have if the promise had begun as the message came to us, late.
    pub breached_by_system: bool,
}

/// What went by in one holder's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub holder: Holder,
    /// How much working time.
    pub seconds: WorkingSeconds,
}

impl Attribution {
    /// Who had it for the most working time, the first of several; `None` where none has passed.
    pub fn largest(&self) -> Option<&Holder> {
        let most = self.shares.iter().map(|share| share.seconds).max()?;
        self.shares.iter().find(|share| share.seconds == most).map(|share| &share.holder)
    }

    /// The working time that went by in all.
    pub fn total(&self) -> WorkingSeconds {
        WorkingSeconds(self.shares.iter().map(|share| share.seconds.0).sum())
    }

    /// The shares in a line, as the audit log keeps them: holder, an equals sign and the working seconds, with a comma
    /// between two. Names of staff and teams hold neither.
    pub fn in_line(&self) -> String {
        let told = self.shares.iter().map(|Share { holder, seconds }| format!("{holder}={}", seconds.0));
        told.collect::<Vec<_>>().join(",")
    }
}

/// The working time of a clock by holder, in the hours that its promise is counted in.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn attribute(hours: &Hours, course: &Course) -> Result<Attribution, CalendarError> {
    let mut found = Attribution { shares: Vec::new(), at_breach: None, breached_by_system: false };
    for (from, to, holder) in course.stretches() {
        let seconds = hours.elapsed(from, to, &course.pauses)?;
        if course.due_at.is_some_and(|due| due < course.until && from < due && due <= to) {
            found.at_breach = Some(holder.clone());
        }
        match found.shares.iter_mut().find(|share| share.holder == holder) {
            Some(share) => share.seconds.0 += seconds.0,
            None => found.shares.push(Share { holder, seconds }),
        }
    }
    found.shares.retain(|share| share.seconds.0 > 0);
    let late = read_late(course.started_at, course.received_at) && found.at_breach.is_some();
    found.breached_by_system = late && course.due_from_receipt.is_some_and(|due| course.until <= due);
    Ok(found)
}

impl Course {
    /// From, to and holder of each stretch; they meet, and lead from the start to the end.
    fn stretches(&self) -> Vec<(Timestamp, Timestamp, Holder)> {
        let late = read_late(self.started_at, self.received_at);
        let read_at = if late { self.received_at.min(self.until) } else { self.started_at };
        // What was decided on receipt counts from the start where it came to us in good time.
        let first = self.held.iter().rfind(|held| held.from <= self.received_at);
        let first = first.map_or(Holder::Unassigned, |held| held.holder.clone());
        let mut hands = Vec::with_capacity(self.held.len() + 2);
        if late {
            hands.push((self.started_at, Holder::NotYetRead));
        }
        hands.push((read_at, first));
        let later = self.held.iter().filter(|held| held.from > self.received_at && held.from < self.until);
        hands.extend(later.map(|held| (held.from, held.holder.clone())));
        let ends: Vec<Timestamp> = hands.iter().skip(1).map(|(from, _)| *from).chain([self.until]).collect();
        hands.into_iter().zip(ends).map(|((from, holder), to)| (from, to, holder)).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::calendar::Calendar;

    fn calendar() -> Calendar {
        Calendar::parse("calendar.toml", include_str!("../../config/calendar.toml")).unwrap()
    }

    /// An instant of Tuesday the 24th of November, on which the office is open from 7:30 to 15:30.
    fn at(wall: &str) -> Timestamp {
        format!("2026-11-24T{wall}:00+04:00").parse().unwrap()
    }

    fn team() -> Holder {
        Holder::Team("admissions".parse().unwrap())
    }

    fn amna() -> Holder {
        Holder::Person("amna".to_owned())
    }

    fn held(wall: &str, holder: Holder) -> Held {
        Held { from: at(wall), holder }
    }

    /// Written at eight, read at once, promised within four hours.
    fn course(until: &str, held: Vec<Held>) -> Course {
        Course {
            started_at: at("08:00"),
            received_at: at("08:02"),
            until: at(until),
            due_at: Some(at("12:00")),
            due_from_receipt: Some(at("12:02")),
            pauses: Pauses::NONE,
            held,
        }
    }

    fn attributed(course: &Course) -> Attribution {
        attribute(calendar().official(), course).unwrap()
    }

    fn shares(course: &Course) -> Vec<(Holder, u64)> {
        attributed(course).shares.into_iter().map(|share| (share.holder, share.seconds.0)).collect()
    }

    #[test]
    fn each_holder_has_the_working_time_that_went_by_in_their_hands() {
        let hands = vec![held("08:02", team()), held("10:00", amna()), held("11:00", team())];
        let course = course("13:00", hands);
        assert_eq!(shares(&course), [(team(), 4 * 3_600), (amna(), 3_600)]);
        let found = attributed(&course);
        assert_eq!((found.largest(), &found.at_breach), (Some(&team()), &Some(team())));
    }

    #[test]
    fn a_comment_that_nobody_was_given_is_unassigned() {
        assert_eq!(shares(&course("09:00", Vec::new())), [(Holder::Unassigned, 3_600)]);
    }

    #[test]
    fn what_is_kept_in_time_is_held_against_nobody() {
        let found = attributed(&course("12:00", vec![held("08:02", amna())]));
        assert_eq!((found.at_breach, found.breached_by_system), (None, false));
    }

    #[test]
    fn whoever_is_given_a_comment_as_its_deadline_passes_did_not_miss_it() {
        let found = attributed(&course("12:30", vec![held("08:02", team()), held("12:00", amna())]));
        assert_eq!(found.at_breach, Some(team()));
    }

    #[test]
    fn a_message_that_came_to_us_late_is_not_yet_read_until_then() {
        let hands = vec![held("10:00", team())];
        let fair = Some(at("14:00"));
        let late = Course { received_at: at("10:00"), due_from_receipt: fair, ..course("13:00", hands) };
        assert_eq!(shares(&late), [(Holder::NotYetRead, 2 * 3_600), (team(), 3 * 3_600)]);
        let found = attributed(&late);
        assert_eq!(found.at_breach, Some(team()));
        assert!(found.breached_by_system, "three hours in our hands would have been in time");
    }

    #[test]
    fn a_breach_after_late_reading_is_ours_where_we_had_the_whole_time_as_well() {
        let hands = vec![held("08:20", team())];
        let fair = Some(at("12:20"));
        let late = Course { received_at: at("08:20"), due_from_receipt: fair, ..course("12:30", hands) };
        assert!(!attributed(&late).breached_by_system, "four hours and ten minutes in our hands");
    }

    #[test]
    fn a_deadline_that_passed_before_we_read_was_missed_by_nobody_here() {
        let hands = vec![held("13:00", team())];
        let fair = Some(at("13:00") + SignedDuration::from_hours(24));
        let late = Course { received_at: at("13:00"), due_from_receipt: fair, ..course("13:30", hands) };
        let found = attributed(&late);
        assert_eq!((found.at_breach, found.breached_by_system), (Some(Holder::NotYetRead), true));
    }

    fn holder() -> impl Strategy<Value = Holder> {
        prop_oneof![
            Just(Holder::Unassigned),
            Just(team()),
            Just(amna()),
            Just(Holder::AwaitingApproval),
            Just(Holder::AwaitingOtherBody),
        ]
    }

    proptest! {
        #[test]
        fn the_shares_add_up_to_the_open_time_without_the_pauses(
            length in 0_i64..900_000_000, receipt in 0_i64..200_000_000,
            handed in prop::collection::vec((-50_000_000_i64..900_000_000, holder()), 0..8),
            stood in prop::collection::vec((0_i64..900_000_000, 0_i64..90_000_000), 0..4),
        ) {
            let calendar = calendar();
            let after = |millis: i64| at("06:00") + SignedDuration::from_millis(millis);
            let mut held: Vec<Held> =
                handed.into_iter().map(|(from, holder)| Held { from: after(from), holder }).collect();
            held.sort_by_key(|held| held.from);
            let pauses = Pauses::of(stood.into_iter().map(|(from, long)| (after(from), after(from + long))));
            let course = Course {
                started_at: after(0), received_at: after(receipt), until: after(length), due_at: None,
                due_from_receipt: None, pauses: pauses.clone(), held,
            };
            let elapsed = calendar.official().elapsed(after(0), after(length), &pauses).unwrap();
            let found = attribute(calendar.official(), &course).unwrap();
            prop_assert_eq!(found.total(), elapsed);
            prop_assert_eq!(found.largest().is_some(), elapsed.0 > 0);
        }

        #[test]
        fn a_deadline_that_passed_was_in_exactly_one_holders_hands(
            length in 1_i64..400_000, receipt in 0_i64..200_000, due in 1_i64..400_000,
            handed in prop::collection::vec((-50_000_i64..400_000, holder()), 0..8),
        ) {
            let calendar = calendar();
            let after = |second: i64| at("06:00") + SignedDuration::from_secs(second);
            let mut held: Vec<Held> =
                handed.into_iter().map(|(from, holder)| Held { from: after(from), holder }).collect();
            held.sort_by_key(|held| held.from);
            let course = Course {
                started_at: after(0), received_at: after(receipt), until: after(length), due_at: Some(after(due)),
                due_from_receipt: None, pauses: Pauses::NONE, held,
            };
            let found = attribute(calendar.official(), &course).unwrap();
            prop_assert_eq!(found.at_breach.is_some(), due < length);
        }
    }
}
