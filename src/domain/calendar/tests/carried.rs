//! What carries over when one promise takes the place of another.

use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::domain::escalation::Point;

/// [`PLAIN`], four hours round the clock where it is urgent, and two points.
fn office() -> Calendar {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| format!("{{ day = \"{day}\", from = \"00:00\", to = \"24:00\" }}"))
        .join(", ");
    let urgent =
        "[[promise]]\npriorities = [\"urgent\"]\ncalendar = \"always\"\nworking_hours = 4\ncarry = true\n";
    let points = "[[escalation]]\nat_percent = 10\n[[escalation]]\nat_percent = 50\n";
    let always = format!(
        "[calendar.always]\ntz = \"Asia/Dubai\"\n[[calendar.always.weekly]]\nname = \"Always\"\nbasis = \"a test\"\nfrom = \"2022-01-01\"\nhours = [{days}]\n"
    );
    read(&format!("{}{points}{always}", PLAIN.replace("[[promise]]", &format!("{urgent}[[promise]]"))))
}

/// Of a question of Tuesday at eight, at ten: a quarter of its eight hours is used.
fn a_quarter(calendar: &Calendar) -> Carried {
    let promise = calendar.promise(&owed(Platform::X, Kind::Question)).unwrap();
    let proof = calendar.due(at("2026-11-24T08:00"), promise, &Pauses::NONE).unwrap().proof;
    Carried::of(&proof, hours(6), at("2026-11-24T10:00")).unwrap()
}

#[test]
fn the_rest_of_the_new_target_is_counted_from_the_change_in_the_new_hours() {
    let calendar = office();
    let carried = a_quarter(&calendar);
    assert_eq!(carried.to_string(), "7200 of 28800 s in official");
    let urgent = Owed { priority: Priority::Urgent, ..owed(Platform::X, Kind::Question) };
    let promise = calendar.promise(&urgent).unwrap();
    let origin = Origin { start: at("2026-11-24T08:00"), carried: Some(&carried) };
    let deadline = calendar.due(origin, promise, &Pauses::NONE).unwrap();
    assert_eq!(deadline.proof.check(), Ok(()));
    assert_eq!(deadline.due_at, at("2026-11-24T13:00"));
    assert_eq!(calendar.due_at(origin, promise, &Pauses::NONE), Ok(deadline.due_at));
    assert_eq!(deadline.due_soon_at, at("2026-11-24T12:00"), "three of four hours, and one was used");
    assert_eq!(deadline.proof.promised(), (hours(4), hours(1)));
    let points = calendar.points(promise.hours(), origin, deadline.due_at, &Pauses::NONE);
    let passed: Vec<_> = points.iter().map(|armed| (armed.point, armed.at)).take(2).collect();
    let wanted = [(Point::Used(10), at("2026-11-24T10:00")), (Point::Used(50), at("2026-11-24T11:00"))];
    assert_eq!(passed, wanted);

    let mut forged = deadline.proof.clone();
    forged.carried.as_mut().unwrap().used = hours(3);
    assert!(forged.check().is_err(), "its lines are not the rest of that");
    forged.carried.as_mut().unwrap().used = hours(8);
    assert!(forged.check().is_err(), "nothing was left");
}

#[test]
fn of_days_whole_ones_are_left_and_of_what_is_late_nothing_carries_over() {
    let calendar = office();
    let carried = a_quarter(&calendar);
    let days = |days| Target::WorkingDays { days: NonZeroU32::new(days).unwrap(), ends: DayEnd::EndOfDay };
    assert_eq!([1, 2, 8].map(|whole| carried.rest_of(days(whole))), [1, 2, 6].map(days));
    let promise = calendar.promise(&owed(Platform::X, Kind::Question)).unwrap();
    let proof = calendar.due(at("2026-11-24T08:00"), promise, &Pauses::NONE).unwrap().proof;
    assert_eq!(Carried::of(&proof, hours(0), at("2026-11-25T10:00")), None);
}

#[test]
fn what_passed_before_the_message_could_be_read_is_not_carried_against_us() {
    let calendar = office();
    let carried = |unread| a_quarter(&calendar).without(hours(unread)).used;
    assert_eq!([0, 1, 2, 3].map(carried), [2, 1, 0, 0].map(hours));
}

proptest! {
    #[test]
    fn the_less_was_used_the_more_is_left_and_never_more_than_the_whole(
        of in 1..100_000_u64, left in 1..100_000_u64, more in 0..1_000_u64, whole in 1..1_000_000_u64,
    ) {
        let (left, calendar) = (left.min(of), CarriedFrom(of));
        let rest = |left: u64| match calendar.with(left.min(of)).rest_of(Target::WorkingSeconds(WorkingSeconds(whole))) {
            Target::WorkingSeconds(rest) => rest.0,
            Target::WorkingDays { .. } => unreachable!("seconds stay seconds"),
        };
        prop_assert!((1..=whole).contains(&rest(left)));
        prop_assert!(rest(left) <= rest(left + more));
        prop_assert_eq!(rest(of), whole);
    }
}

/// A promise of so many seconds.
struct CarriedFrom(u64);

impl CarriedFrom {
    /// With so many left of it.
    fn with(&self, left: u64) -> Carried {
        let (of, used) = (WorkingSeconds(self.0), WorkingSeconds(self.0 - left));
        Carried { at: at("2026-11-24T10:00"), used, of, hours: OFFICIAL.to_owned() }
    }
}
