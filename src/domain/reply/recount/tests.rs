//! Section "Calendar change" of the specification, branch by branch, and two weeks that ministries know.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::calendar::Owed;
use crate::domain::comment::Platform;
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};

const FEDERAL: &str = include_str!("../../../../config/calendar.toml");

/// An instant in Dubai, such as `2026-11-24T07:30`.
fn at(wall: &str) -> Timestamp {
    format!("{wall}:00+04:00").parse().unwrap()
}

fn read(text: &str) -> Calendar {
    Calendar::parse("calendar.toml", text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The shipped calendar with `change` made to the table that has this name.
fn federal_with(name: &str, change: impl FnOnce(&str) -> String) -> Calendar {
    let found = FEDERAL.find(&format!("name = \"{name}\"")).expect("the shipped calendar has it");
    let from = FEDERAL[..found].rfind("[[").expect("a name stands in a table");
    let to = FEDERAL[found..].find("\n\n").map_or(FEDERAL.len(), |end| found + end);
    let changed = change(&FEDERAL[from..to]);
    assert_ne!(changed, FEDERAL[from..to], "nothing changed");
    read(&format!("{}{changed}{}", &FEDERAL[..from], &FEDERAL[to..]))
}

fn federal() -> Calendar {
    read(FEDERAL)
}

/// National Day brought forward by a day by a circular, as in 2025.
fn national_day_moved() -> Calendar {
    federal_with("National Day 2026", |table| {
        let announced = table.replace("\"expected\"", "\"moved\"\nmoved_from = \"2026-12-02\"");
        announced
            .replace("date = \"2026-12-02\"", "date = \"2026-12-01\"")
            .replace("2026-12-03", "2026-12-02")
    })
}

/// National Day called off.
fn national_day_cancelled() -> Calendar {
    federal_with("National Day 2026", |table| table.replace("\"expected\"", "\"cancelled\""))
}

/// The calendar before anybody knew when Ramadan 1447 would begin.
fn before_ramadan() -> Calendar {
    federal_with("Ramadan 1447", |_| String::new())
}

/// What the calendar promises to a comment of this kind.
fn promise(calendar: &Calendar, kind: Kind) -> &Promise {
    let (priority, language) = (Priority::Normal, Language::Arabic);
    let owed =
        Owed { clock: ClockKind::FirstReply, platform: Platform::X, kind, priority, language, team: None };
    calendar.promise(&owed).unwrap()
}

/// When it was due, what becomes of it, and its deadline.
type Recounted = (Timestamp, Recount, Deadline);

/// A promise made at `start` under `old`, counted by `new` at `now`.
fn recounted(old: &Calendar, new: &Calendar, kind: Kind, start: &str, now: &str) -> Recounted {
    let due_at = old.due_at(at(start), promise(old, kind), &Pauses::NONE).unwrap();
    let (recount, deadline) = again(new, kind, start, due_at, false, now);
    (due_at, recount, deadline)
}

/// A promise made at `start` that was due at `due_at`, counted by `new` at `now`.
fn again(
    new: &Calendar,
    kind: Kind,
    start: &str,
    due_at: Timestamp,
    shortened: bool,
    now: &str,
) -> (Recount, Deadline) {
    let clock = running(promise(new, kind), at(start), due_at, shortened);
    let recount = clock.recount(new, at(now)).unwrap();
    let deadline = recount.deadline(new, &clock, at(now)).unwrap();
    deadline.proof.check().unwrap();
    assert_eq!(Lands::At(deadline.due_at), recount.lands);
    assert_eq!(deadline.proof.due_at, recount.counted);
    (recount, deadline)
}

fn running(promise: &Promise, started_at: Timestamp, due_at: Timestamp, shortened: bool) -> OpenClock<'_> {
    let due = Due::At { due_at, due_soon_at: started_at };
    let due_unpaused = due_at;
    OpenClock {
        started_at,
        carried: None,
        promise: Cow::Borrowed(promise),
        pauses: &NONE,
        paused_since: None,
        due,
        due_unpaused,
        shortened,
    }
}

/// The clock never stood still.
static NONE: Pauses = Pauses::NONE;

fn lands(wall: &str) -> Lands {
    Lands::At(at(wall))
}

#[test]
fn a_promise_that_the_change_does_not_touch_keeps_its_due_time() {
    let (old, new) = (federal(), national_day_moved());
    let (was, recount, deadline) =
        recounted(&old, &new, Kind::Question, "2026-11-24T07:30", "2026-11-24T09:00");
    assert_eq!((recount.change, recount.lands), (Change::AsCounted, Lands::At(was)));
    assert_eq!(&deadline.proof.calendar, new.version(), "its proof is by the calendar in force");
}

#[test]
fn a_holiday_moved_after_deadlines_were_set_moves_them_either_way() {
    let (old, new, now) = (federal(), national_day_moved(), "2026-11-30T13:00");
    // Half past three on Monday is reached with half of the eight hours used: Tuesday was to give the rest.
    let (was, later, deadline) = recounted(&old, &new, Kind::Question, "2026-11-30T12:00", now);
    assert_eq!((was, later.lands), (at("2026-12-01T12:00"), lands("2026-12-03T12:00")));
    assert_eq!(later.change, Change::AsCounted);
    assert!(!deadline.provisional, "the circular has come");
    // What waited for Friday has all of Thursday.
    let (was, earlier, _) = recounted(&old, &new, Kind::Question, "2026-12-01T12:00", "2026-12-01T13:00");
    assert_eq!((was, earlier.lands), (at("2026-12-04T12:00"), lands("2026-12-03T15:30")));
    // One day for another.
    let (was, same, _) = recounted(&old, &new, Kind::Complaint, "2026-11-30T12:00", now);
    assert_eq!((was, same.lands), (at("2026-12-04T12:00"), lands("2026-12-04T12:00")));
}

#[test]
fn ramadan_announced_the_evening_before_moves_what_is_due_by_its_shorter_days() {
    let (old, new, evening) = (before_ramadan(), federal(), "2026-02-17T20:00");
    // Five and a half hours on Tuesday; the office opens at nine on Wednesday, not at half past seven.
    let (was, later, _) = recounted(&old, &new, Kind::Question, "2026-02-17T10:00", evening);
    assert_eq!((was, later.lands), (at("2026-02-18T10:00"), lands("2026-02-18T11:30")));
    // The second working day after it ends at half past two.
    let (was, earlier, deadline) = recounted(&old, &new, Kind::Complaint, "2026-02-17T10:00", evening);
    assert_eq!((was, earlier.lands), (at("2026-02-19T15:30"), lands("2026-02-19T14:30")));
    assert_eq!((later.change, earlier.change), (Change::AsCounted, Change::AsCounted));
    assert!(deadline.proof.regimes.iter().any(|regime| regime.name == "Ramadan 1447"));
}

#[test]
fn a_deadline_that_would_have_passed_gets_grace_in_working_time() {
    let (old, new) = (federal(), national_day_cancelled());
    let start = "2026-12-01T12:00"; // due on Friday at noon, or on Wednesday were that a working day
    let (was, recount, deadline) = recounted(&old, &new, Kind::Question, start, "2026-12-04T09:00");
    assert_eq!((was, recount.counted), (at("2026-12-04T12:00"), at("2026-12-02T12:00")));
    assert_eq!((recount.change, recount.lands), (Change::Shortened, lands("2026-12-04T09:30")));
    let grace = deadline.proof.grace.unwrap();
    assert_eq!((grace.from, grace.working_time().0), (at("2026-12-04T09:00"), 1_800));

    // A quarter of an hour before the weekend, and the rest after it.
    let (_, recount, deadline) = recounted(&old, &new, Kind::Question, start, "2026-12-04T11:45");
    assert_eq!(recount.lands, lands("2026-12-07T07:45"));
    let lines: Vec<_> =
        deadline.proof.grace.unwrap().counted.iter().map(|line| (line.from, line.to)).collect();
    assert_eq!(
        lines,
        [(at("2026-12-04T11:45"), at("2026-12-04T12:00")), (at("2026-12-07T07:30"), at("2026-12-07T07:45"))]
    );

    // At night it begins with the next opening.
    let (_, recount, _) = recounted(&old, &new, Kind::Question, start, "2026-12-03T22:00");
    assert_eq!(recount.lands, lands("2026-12-04T08:00"));
}

#[test]
fn a_deadline_that_ends_at_this_instant_needs_no_grace() {
    let (old, new) = (federal(), national_day_cancelled());
    let (_, recount, deadline) =
        recounted(&old, &new, Kind::Question, "2026-12-01T12:00", "2026-12-02T12:00");
    assert_eq!((recount.change, recount.lands), (Change::AsCounted, lands("2026-12-02T12:00")));
    assert_eq!(deadline.proof.grace, None);
}

#[test]
fn grace_is_not_given_twice() {
    let new = national_day_cancelled();
    let (start, ends, now) = ("2026-12-01T12:00", at("2026-12-04T09:30"), "2026-12-04T09:20");
    let (recount, deadline) = again(&new, Kind::Question, start, ends, true, now);
    assert_eq!((recount.change, recount.lands), (Change::StillShortened, lands("2026-12-04T09:30")));
    assert_eq!(deadline.proof.grace.unwrap().counted, []);
    // The holiday comes back: all the time that it promised does too.
    let (recount, deadline) = again(&federal(), Kind::Question, start, ends, true, now);
    assert_eq!((recount.change, recount.lands), (Change::AsCounted, lands("2026-12-04T12:00")));
    assert_eq!(deadline.proof.grace, None);
}

#[test]
fn a_breach_is_withdrawn_where_the_new_deadline_has_not_passed() {
    let (old, new) = (federal(), national_day_moved());
    let (was, recount, _) = recounted(&old, &new, Kind::Question, "2026-11-30T12:00", "2026-12-01T14:00");
    assert_eq!((was, recount.lands), (at("2026-12-01T12:00"), lands("2026-12-03T12:00")));
    assert_eq!(recount.change, Change::BreachWithdrawn);
}

#[test]
fn a_breach_by_both_calendars_stands_and_is_never_dated_back() {
    // The new calendar gives more time, and not enough of it.
    let (old, new) = (federal(), national_day_moved());
    let (_, recount, deadline) =
        recounted(&old, &new, Kind::Question, "2026-11-30T12:00", "2026-12-03T12:30");
    assert_eq!((recount.change, recount.lands), (Change::StillOverdue, lands("2026-12-03T12:00")));
    assert_eq!(deadline.proof.grace, None);
    // It gives less, when the former deadline has been missed already: that one counts.
    let (old, new) = (federal(), national_day_cancelled());
    let (was, recount, deadline) =
        recounted(&old, &new, Kind::Question, "2026-12-01T12:00", "2026-12-04T13:00");
    assert_eq!((recount.change, recount.counted), (Change::StillOverdue, at("2026-12-02T12:00")));
    assert_eq!((recount.lands, was), (Lands::At(was), at("2026-12-04T12:00")));
    assert_eq!(deadline.proof.grace.unwrap().counted, [], "no time is given to what is late");
}

#[test]
fn another_target_counts_from_the_same_start() {
    let new = read(&FEDERAL.replace("working_hours = 8", "working_hours = 4"));
    let (was, recount, _) =
        recounted(&federal(), &new, Kind::Question, "2026-11-24T07:30", "2026-11-24T09:00");
    assert_eq!((was, recount.lands), (at("2026-11-24T15:30"), lands("2026-11-24T11:30")));
}

#[test]
fn pauses_and_the_start_are_kept() {
    let (old, new) = (federal(), national_day_moved());
    let pauses = Pauses::of([(at("2026-11-30T13:00"), at("2026-11-30T14:00"))]);
    let started_at = at("2026-11-30T12:00");
    let due_at = old.due_at(started_at, promise(&old, Kind::Question), &pauses).unwrap();
    let clock =
        OpenClock { pauses: &pauses, ..running(promise(&new, Kind::Question), started_at, due_at, false) };
    let recount = clock.recount(&new, at("2026-11-30T15:00")).unwrap();
    assert_eq!((due_at, recount.lands), (at("2026-12-01T13:00"), lands("2026-12-03T13:00")));
}

/// What becomes of a question from noon on 1 December that stands still since `since`, was due at `due` and has so many
/// minutes left, and when it would be due without the pause.
fn paused(new: &Calendar, since: &str, due: &str, minutes: u64, shortened: bool) -> (Recount, Timestamp) {
    let promise = promise(new, Kind::Question);
    let clock = OpenClock {
        due: Due::Left { remaining: WorkingSeconds(minutes * 60) },
        paused_since: Some(at(since)),
        ..running(promise, at("2026-12-01T12:00"), at(due), shortened)
    };
    let now = at("2026-12-10T09:00");
    let recount = clock.recount(new, now).unwrap();
    let deadline = recount.deadline(new, &clock, now).unwrap();
    assert_eq!(deadline.proof.check(), Ok(()));
    let left = promise.hours().elapsed(at(since), deadline.due_at, &Pauses::NONE).unwrap();
    assert_eq!(recount.lands, Lands::Left(left), "what remains is what its proof leads to");
    (recount, deadline.due_at)
}

fn left(minutes: u64) -> Lands {
    Lands::Left(WorkingSeconds(minutes * 60))
}

#[test]
fn what_remains_to_a_clock_that_stands_still_is_counted_anew() {
    // Three and a half hours on Tuesday, and an hour and a half of Friday's four and a half before the pause.
    let (recount, _) = paused(&federal(), "2026-12-04T09:00", "2026-12-04T12:00", 180, false);
    assert_eq!((recount.change, recount.lands), (Change::AsCounted, left(180)));
    // Thursday is no holiday any more: six of its eight hours were used.
    let (recount, _) = paused(&national_day_moved(), "2026-12-03T13:30", "2026-12-04T12:00", 270, false);
    assert_eq!((recount.change, recount.lands), (Change::AsCounted, left(120)));
}

#[test]
fn a_clock_that_stands_still_gets_grace_as_a_running_one_does() {
    let new = national_day_cancelled(); // by which it was due on Wednesday at noon
    let (recount, due) = paused(&new, "2026-12-04T09:00", "2026-12-04T12:00", 180, false);
    assert_eq!((recount.change, recount.lands, due), (Change::Shortened, left(30), at("2026-12-04T09:30")));
    let (recount, due) = paused(&new, "2026-12-04T09:00", "2026-12-04T09:10", 10, true);
    assert_eq!(
        (recount.change, recount.lands, due),
        (Change::StillShortened, left(10), at("2026-12-04T09:10"))
    );
}

#[test]
fn a_breach_before_a_pause_is_withdrawn_or_stands_at_its_instant() {
    let (recount, _) = paused(&national_day_moved(), "2026-12-03T14:30", "2026-12-02T12:00", 0, false);
    assert_eq!((recount.change, recount.lands), (Change::BreachWithdrawn, left(60)));
    for new in [federal(), national_day_cancelled()] {
        let (recount, due) = paused(&new, "2026-12-04T13:00", "2026-12-04T12:00", 0, false);
        assert_eq!(
            (recount.change, recount.lands, due),
            (Change::StillOverdue, left(0), at("2026-12-04T12:00"))
        );
    }
}

fn instant(second: i64) -> Timestamp {
    at("2026-11-20T00:00") + SignedDuration::from_secs(second)
}

static MOVED: LazyLock<Calendar> = LazyLock::new(national_day_moved);
static CANCELLED: LazyLock<Calendar> = LazyLock::new(national_day_cancelled);

/// When a promise in the weeks about National Day began, when it was due, whether it had grace, and when it is counted anew.
fn standing() -> impl Strategy<Value = (Timestamp, Timestamp, bool, Timestamp)> {
    let (start, due, now) = (0..1_500_000_i64, 1..1_000_000_i64, 0..2_500_000_000_000_i64);
    (start, due, any::<bool>(), now).prop_map(|(start, due, shortened, micros)| {
        (instant(start), instant(start + due), shortened, instant(0) + SignedDuration::from_micros(micros))
    })
}

fn due_at(recount: Recount) -> Timestamp {
    match recount.lands {
        Lands::At(due_at) => due_at,
        Lands::Left(_) => panic!("it runs"),
    }
}

proptest! {
    #[test]
    fn nothing_is_made_late_and_nothing_is_due_before_its_calendar_says(
        (started_at, former, shortened, now) in standing(),
    ) {
        let clock = running(promise(&MOVED, Kind::Question), started_at, former, shortened);
        let recount = clock.recount(&MOVED, now).unwrap();
        prop_assert!(due_at(recount) >= recount.counted);
        prop_assert!(former < now || due_at(recount) >= now);
        prop_assert_eq!(recount.change == Change::StillOverdue, due_at(recount) < now);
        prop_assert!(recount.change != Change::StillOverdue || due_at(recount) >= former);
    }

    #[test]
    fn counting_it_again_changes_nothing((started_at, former, shortened, now) in standing()) {
        let clock = running(promise(&MOVED, Kind::Question), started_at, former, shortened);
        let once = clock.recount(&MOVED, now).unwrap();
        let has_grace = matches!(once.change, Change::Shortened | Change::StillShortened);
        let clock = running(&clock.promise, started_at, due_at(once), has_grace);
        prop_assert_eq!(clock.recount(&MOVED, now).unwrap().lands, once.lands);
    }

    #[test]
    fn the_due_time_is_the_proven_one((started_at, former, shortened, now) in standing()) {
        for kind in [Kind::Question, Kind::Complaint] {
            let clock = running(promise(&CANCELLED, kind), started_at, former, shortened);
            let recount = clock.recount(&CANCELLED, now).unwrap();
            let deadline = recount.deadline(&CANCELLED, &clock, now).unwrap();
            prop_assert_eq!(deadline.proof.check(), Ok(()));
            prop_assert_eq!(Lands::At(deadline.due_at), recount.lands);
        }
    }

    #[test]
    fn what_remains_is_what_a_running_clock_would_have((started_at, former, _, since) in standing()) {
        let promise = promise(&MOVED, Kind::Question);
        let ran = running(promise, started_at, former, false).recount(&MOVED, since).unwrap();
        let left = |due_at| Due::remaining(promise.hours(), since, due_at).unwrap();
        let stood = OpenClock {
            due: Due::Left { remaining: left(former) },
            paused_since: Some(since),
            ..running(promise, started_at, former, false)
        };
        let stood = stood.recount(&MOVED, since).unwrap();
        prop_assert_eq!(stood.change, ran.change);
        prop_assert_eq!(stood.lands, Lands::Left(left(due_at(ran))));
    }
}
