//! The laws of working time, on random calendars.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::table::NotFound;
use super::super::wall::TimeOfDay;
use super::forms::{form, laid_out};
use super::*;

/// Seconds into the stretch at which a question begins.
fn moment() -> impl Strategy<Value = i64> {
    86_400..60 * 86_400_i64
}

/// What deadlines are reckoned for; laid out once.
static PLAIN_CALENDAR: LazyLock<Calendar> = LazyLock::new(|| read(PLAIN));

proptest! {
    #[test]
    fn what_is_added_has_elapsed_and_no_earlier_instant_will_do((form, first) in form(), start in moment(), seconds in 0..400_000_i64) {
        let hours = laid_out(&form, first);
        let (table, start) = (&hours.table, start + first.at(TimeOfDay::MIDNIGHT));
        if let Ok(due) = table.add(start, seconds) {
            prop_assert_eq!(table.elapsed(start, due), seconds);
            prop_assert!(seconds == 0 || table.elapsed(start, due - 1) == seconds - 1);
        }
    }

    #[test]
    fn a_later_start_or_a_longer_allowance_is_never_due_sooner(
        (form, first) in form(), start in moment(), later in 0..200_000_i64, seconds in 1..200_000_i64, more in 0..200_000_i64,
    ) {
        let hours = laid_out(&form, first);
        let (table, start) = (&hours.table, start + first.at(TimeOfDay::MIDNIGHT));
        let Ok(due) = table.add(start, seconds) else { return Ok(()) };
        prop_assert!(not_before(due, table.add(start + later, seconds)));
        prop_assert!(not_before(due, table.add(start, seconds + more)));
    }

    #[test]
    fn time_elapsed_in_two_parts_is_the_time_elapsed_in_the_whole(
        (form, first) in form(), start in moment(), one in 0..1_000_000_i64, two in 0..1_000_000_i64,
    ) {
        let hours = laid_out(&form, first);
        let (table, a) = (&hours.table, start + first.at(TimeOfDay::MIDNIGHT));
        let (b, c) = (a + one, a + one + two);
        prop_assert_eq!(table.elapsed(a, b) + table.elapsed(b, c), table.elapsed(a, c));
        let listed: i64 = table.between(a, c).map(|(from, to)| to - from).sum();
        prop_assert_eq!(listed, table.elapsed(a, c));
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is((form, first) in form(), start in moment()) {
        let hours = laid_out(&form, first);
        let (table, start) = (&hours.table, start + first.at(TimeOfDay::MIDNIGHT));
        if let Ok(next) = table.next_open(start) {
            prop_assert!(table.is_open(next));
            prop_assert_eq!(table.elapsed(start, next), 0);
            prop_assert_eq!(next == start, table.is_open(start));
        }
    }

    #[test]
    fn a_clock_runs_only_outside_its_pauses(
        (form, first) in form(), start in moment(), seconds in 1..200_000_i64, pauses in pauses(),
    ) {
        let hours = laid_out(&form, first);
        let start = start + first.at(TimeOfDay::MIDNIGHT);
        let pauses = begun(&pauses, start);
        let clock = pauses.on(&hours.table);
        let Ok(due) = clock.add(start, seconds) else { return Ok(()) };
        prop_assert_eq!(clock.elapsed(start, due), seconds);
        prop_assert_eq!(clock.elapsed(start, due - 1), seconds - 1);
        prop_assert!(due >= hours.table.add(start, seconds).unwrap(), "no pause makes a deadline sooner");
        prop_assert!(!pauses.hold_before(due));
        prop_assert_eq!(clock.between(start, due).iter().map(|(from, to)| to - from).sum::<i64>(), seconds);
    }

    #[test]
    fn every_deadline_is_proven_and_warned_of_before_it(
        (form, first) in form(), start in moment(), target in target(), pauses in pauses(),
    ) {
        let hours = laid_out(&form, first);
        let start = start + first.at(TimeOfDay::MIDNIGHT);
        let pauses = begun(&pauses, start);
        if let Ok(deadline) = PLAIN_CALENDAR.reckon(&hours, Timestamp::from_second(start).unwrap().into(), target, &pauses) {
            prop_assert_eq!(deadline.proof.check(), Ok(()));
            prop_assert!(deadline.due_soon_at <= deadline.due_at);
            prop_assert_eq!(deadline.provisional, deadline.proof.provisional().count() > 0);
        }
    }
}

/// Pauses as seconds from a start, and their lengths; any may overlap.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((-50_000..600_000_i64, 1..150_000_i64), 0..5)
}

fn begun(pauses: &[(i64, i64)], start: i64) -> Pauses {
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    Pauses::of(pauses.iter().map(|(after, length)| (at(start + after), at(start + after + length))))
}

fn target() -> impl Strategy<Value = Target> {
    let time = (1..200_000_u64).prop_map(|seconds| Target::WorkingSeconds(WorkingSeconds(seconds)));
    let ends = prop_oneof![Just(DayEnd::EndOfDay), Just(DayEnd::SameTime)];
    let days = (1..12_u32, ends)
        .prop_map(|(days, ends)| Target::WorkingDays { days: days.try_into().unwrap(), ends });
    prop_oneof![time, days]
}

/// Whether it is at or after `than`, or past the end of the stretch.
fn not_before(than: i64, found: Result<i64, NotFound>) -> bool {
    found.map_or(true, |found| found >= than)
}
