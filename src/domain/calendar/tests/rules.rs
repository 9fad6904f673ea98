//! What each rule of a calendar does, on small calendars.

use std::num::NonZeroU32;

use super::super::form::{DayHours, ExceptionForm, HoursForm, SeasonForm};
use super::super::table::NotFound;
use super::super::wall::TimeOfDay;
use super::*;

fn elapsed(calendar: &Calendar, from: &str, to: &str) -> u64 {
    calendar.official().elapsed(at(from), at(to), &Pauses::NONE).unwrap().0
}

#[test]
fn closing_time_is_closed_and_opening_time_is_open() {
    let calendar = plain_with("");
    assert!(calendar.official().is_open(at("2026-11-24T08:00")).unwrap());
    assert!(!calendar.official().is_open(at("2026-11-24T16:00")).unwrap());
    assert_eq!(calendar.official().next_open(at("2026-11-24T16:00")).unwrap(), at("2026-11-25T08:00"));
    assert_eq!(calendar.official().next_open(at("2026-11-24T15:59")).unwrap(), at("2026-11-24T15:59"));
}

#[test]
fn a_date_may_stand_without_quotes() {
    let calendar = read(&PLAIN.replace("\"2022-01-01\"", "2022-01-01"));
    assert!(calendar.official().is_open(at("2026-11-24T10:00")).unwrap());
}

#[test]
fn no_allowance_ends_where_it_starts_even_while_closed() {
    let calendar = plain_with("");
    assert_eq!(
        calendar.official().add(at("2026-11-28T03:00"), hours(0), &Pauses::NONE).unwrap(),
        at("2026-11-28T03:00")
    );
    assert_eq!(elapsed(&calendar, "2026-11-25T16:00", "2026-11-24T08:00"), 0, "backwards there is no time");
}

#[test]
fn working_days_keep_the_time_of_day_or_roll_to_the_next_opening() {
    let calendar = plain_with("");
    let after = |start, days| calendar.official().add_days(at(start), days).unwrap();
    assert_eq!(after("2026-11-26T10:15", 2), at("2026-11-30T10:15"), "Thursday, Friday, then Monday");
    assert_eq!(after("2026-11-24T20:00", 1), at("2026-11-26T08:00"));
    assert_eq!(after("2026-11-24T05:00", 1), at("2026-11-25T08:00"));
    assert_eq!(after("2026-11-24T10:00", 0), at("2026-11-24T10:00"));
    assert_eq!(after("2026-11-24T20:00", 0), at("2026-11-25T08:00"));
}

#[test]
fn a_promise_of_working_days_at_the_same_time_is_proven_by_its_days() {
    let text = PLAIN.replace("working_hours = 8", "working_days = 3\nends = \"same_time\"");
    let calendar = read(&text);
    let promise = calendar.promise(&owed(Platform::X, Kind::Complaint)).unwrap();
    let deadline = calendar.due(at("2026-11-26T10:15"), promise, &Pauses::NONE).unwrap();
    assert_eq!(deadline.due_at, at("2026-12-01T10:15"));
    assert_eq!(deadline.proof.counted.len(), 3);
    deadline.proof.check().unwrap();
}

#[test]
fn a_night_shift_is_cut_at_midnight_and_a_holiday_ends_it_there() {
    let night = week_of("Asia/Dubai", r#"{ day = "tue", from = "22:00", to = "06:00" }"#);
    let calendar = read(&night);
    assert_eq!(elapsed(&calendar, "2026-11-24T00:00", "2026-11-26T00:00"), 8 * 3_600);
    let holiday = "[[holiday]]\nname = \"Day off\"\nbasis = \"a test\"\nstatus = \"announced\"\ndate = \"2026-11-25\"\n";
    let calendar = read(&format!("{night}{holiday}"));
    assert_eq!(elapsed(&calendar, "2026-11-24T00:00", "2026-11-26T00:00"), 2 * 3_600);
}

#[test]
fn equal_ends_are_a_full_day_and_twenty_four_is_the_end_of_one() {
    let calendar = read(&week_of("Asia/Dubai", r#"{ day = "mon", from = "09:00", to = "09:00" }"#));
    assert_eq!(elapsed(&calendar, "2026-11-23T00:00", "2026-11-30T00:00"), 86_400);
    let calendar = read(&week_of("Asia/Dubai", r#"{ day = "mon", from = "09:00", to = "24:00" }"#));
    assert_eq!(elapsed(&calendar, "2026-11-23T00:00", "2026-11-30T00:00"), 15 * 3_600);
}

#[test]
fn a_day_round_the_clock_has_twenty_five_hours_when_the_clocks_go_back() {
    let every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| format!("{{ day = \"{day}\", from = \"00:00\", to = \"24:00\" }}"))
        .join(", ");
    let calendar = read(&week_of("Africa/Cairo", &every_day));
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // 31 October 2024 in Cairo: from 00:00+03:00 to 24:00+02:00.
    let (from, to) = (at("2024-10-31T00:00:00+03:00"), at("2024-11-01T00:00:00+02:00"));
    assert_eq!(calendar.official().elapsed(from, to, &Pauses::NONE).unwrap(), hours(25));
}

#[test]
fn an_exception_beats_a_holiday_and_a_break_cuts_an_exception() {
    let calendar = plain_with(
        r#"
[[holiday]]
name = "Day off"
basis = "a test"
status = "announced"
date = "2026-11-24"
[[exception]]
name = "Open all the same"
basis = "a test"
date = "2026-11-24"
hours = [{ from = "08:00", to = "12:00" }]
[[break]]
name = "Drill"
basis = "a test"
date = "2026-11-24"
from = "09:00"
to = "09:30"
[[exception]]
name = "Closed"
basis = "a test"
date = "2026-11-25"
hours = []
"#,
    );
    assert_eq!(elapsed(&calendar, "2026-11-24T00:00", "2026-11-26T00:00"), 3 * 3_600 + 1_800);
    assert_eq!(calendar.official().next_open(at("2026-11-24T09:10")).unwrap(), at("2026-11-24T09:30"));
    let deadline = calendar.due(at("2026-11-24T08:00"), &calendar.promises[0], &Pauses::NONE).unwrap();
    let rules: Vec<Rule> = deadline.proof.regimes.iter().map(|regime| regime.rule).collect();
    assert_eq!(rules, [Rule::Week, Rule::Holiday, Rule::Exception, Rule::Break, Rule::Exception]);
}

#[test]
fn a_cancelled_holiday_is_an_ordinary_day() {
    let calendar = plain_with(
        "[[holiday]]\nname = \"Called off\"\nbasis = \"a test\"\nstatus = \"cancelled\"\ndate = \"2026-11-24\"\n",
    );
    assert!(calendar.official().is_open(at("2026-11-24T10:00")).unwrap());
}

#[test]
fn a_later_week_takes_over_on_its_date() {
    let calendar = plain_with(
        "[[weekly]]\nname = \"Shorter\"\nbasis = \"a test\"\nfrom = \"2026-11-24\"\nhours = [{ day = \"tue\", from = \"08:00\", to = \"10:00\" }]\n",
    );
    assert_eq!(elapsed(&calendar, "2026-11-23T00:00", "2026-11-28T00:00"), (8 + 2) * 3_600);
}

#[test]
fn the_first_promise_that_fits_counts() {
    let text = PLAIN.replace(
        "[[promise]]",
        "[[promise]]\nkinds = [\"question\"]\nplatforms = [\"x\"]\nworking_minutes = 30\n[[promise]]",
    );
    let calendar = read(&text);
    let target = |platform| calendar.promise(&owed(platform, Kind::Question)).unwrap().target();
    assert_eq!(target(Platform::X), Target::WorkingSeconds(WorkingSeconds(1_800)));
    assert_eq!(target(Platform::Youtube), Target::WorkingSeconds(hours(8)));
}

#[test]
fn a_long_proof_sums_its_middle_and_still_adds_up() {
    for target in ["working_hours = 2000", "working_days = 366"] {
        let calendar = read(&PLAIN.replace("working_hours = 8", target));
        let deadline = calendar.due(at("2026-11-24T09:00"), &calendar.promises[0], &Pauses::NONE).unwrap();
        assert_eq!(deadline.proof.counted.len(), PROOF_LINES_MAX);
        deadline.proof.check().unwrap();
    }
}

#[test]
fn what_leads_outside_the_years_of_a_calendar_is_an_error() {
    let calendar = plain_with("");
    let far = |text: &str| text.parse::<Timestamp>().unwrap();
    for outside in ["1969-12-31T23:59:59.5Z", "2201-01-01T00:00:00Z"].map(far) {
        assert_eq!(calendar.official().is_open(outside), Err(CalendarError::OutOfRange(outside)));
    }
    let last = far("2200-12-31T10:00:00Z");
    assert_eq!(
        calendar.official().add(last, hours(100), &Pauses::NONE),
        Err(CalendarError::OutOfRange(last))
    );
    for endless in [u64::MAX, i64::MAX.unsigned_abs()] {
        assert_eq!(
            calendar.official().add(last, WorkingSeconds(endless), &Pauses::NONE),
            Err(CalendarError::OutOfRange(last))
        );
    }
    let far = Target::WorkingDays { days: NonZeroU32::new(u32::MAX).unwrap(), ends: DayEnd::EndOfDay };
    assert_eq!(calendar.official().reach(last.as_second(), far, &Pauses::NONE), Err(NotFound::End));
}

#[test]
fn hours_that_a_gap_shuffles_are_still_counted_in_order() {
    // At midnight to 26 April 2024 Cairo's clocks went to one o'clock: half past twelve is half past one.
    let exception = r#"
[[exception]]
name = "Small hours"
basis = "a test"
date = "2024-04-26"
hours = [{ from = "00:30", to = "00:45" }, { from = "01:00", to = "01:15" }]
"#;
    let calendar = read(&format!("{}{exception}", PLAIN.replace("Asia/Dubai", "Africa/Cairo")));
    let at = |wall: &str| format!("2024-04-26T{wall}:00+03:00").parse::<Timestamp>().unwrap();
    assert_eq!(calendar.official().next_open(at("01:00")).unwrap(), at("01:00"));
    assert_eq!(calendar.official().next_open(at("01:15")).unwrap(), at("01:30"));
    assert_eq!(
        calendar.official().add(at("01:00"), WorkingSeconds(1_800), &Pauses::NONE).unwrap(),
        at("01:45")
    );
}

#[test]
fn a_deadline_at_midnight_does_not_lean_on_the_day_that_begins_there() {
    let text = week_of("Asia/Dubai", r#"{ day = "tue", from = "16:00", to = "24:00" }"#);
    let holiday =
        "[[holiday]]\nname = \"Perhaps\"\nbasis = \"a test\"\nstatus = \"computed\"\ndate = \"2026-11-25\"\n";
    let calendar = read(&format!("{text}{holiday}"));
    let deadline = calendar.due(at("2026-11-24T16:00"), &calendar.promises[0], &Pauses::NONE).unwrap();
    assert_eq!(deadline.due_at, at("2026-11-25T00:00"));
    assert!(!deadline.provisional);
    let later = calendar.due(at("2026-11-24T16:01"), &calendar.promises[0], &Pauses::NONE).unwrap();
    assert!(later.provisional, "its last minute falls into the week after");
}

#[test]
fn no_search_crosses_four_hundred_days_without_open_time() {
    // A file with such a closure is refused; the table holds its own ground all the same.
    let mut form = Document::<Form>::parse("calendar.toml", PLAIN).unwrap().value.official();
    let day = |text: &str| Day::try_from(text.to_owned()).unwrap();
    form.season = vec![SeasonForm {
        name: "Closed".into(),
        basis: "a test".into(),
        status: DateStatus::Announced,
        from: day("2026-11-25"),
        to: day("2027-12-31"),
        hours: vec![],
    }];
    let second = |wall| at(wall).as_second();
    let laid_out = |form: &HoursForm| {
        Table::compile(
            &check::rules("", form).unwrap(),
            second("2026-01-01T00:00"),
            second("2028-12-31T00:00"),
        )
    };
    let before = second("2026-11-24T10:00");
    let table = laid_out(&form);
    assert_eq!(table.add(before, 6 * 3_600), Ok(second("2026-11-24T16:00")));
    assert_eq!(table.add(before, 6 * 3_600 + 1), Err(NotFound::Closed));
    assert_eq!(table.next_open(second("2026-11-24T16:00")), Err(NotFound::Closed));
    let one = NonZeroU32::MIN;
    assert_eq!(
        table.days(before, table.first_day_after(day("2026-11-24")), one, |_| true),
        Err(NotFound::Closed)
    );
    assert_eq!(table.days(before, table.day_of_receipt(before) + 1, one, |_| true), Err(NotFound::Closed));
    // From within, the rest of the closure is short enough to wait through.
    assert_eq!(table.next_open(second("2027-06-01T10:00")), Ok(second("2028-01-03T08:00")));
    assert_eq!(table.add(second("2027-06-01T10:00"), 60), Ok(second("2028-01-03T08:01")));
    assert_eq!(table.elapsed(before, second("2028-01-03T09:00")), 7 * 3_600);

    form.exception = vec![ExceptionForm {
        name: "A minute".into(),
        basis: "a test".into(),
        date: day("2027-06-01"),
        hours: vec![DayHours { from: TimeOfDay(43_200), to: TimeOfDay(43_260) }],
    }];
    let due = laid_out(&form).add(before, 6 * 3_600 + 61);
    assert_eq!(due, Ok(second("2028-01-03T08:00") + 1), "two shorter closures are waited through");
}
