//! What is told of the difference between two files.

use super::*;
use crate::domain::document::{Difference, Says, differences};

/// Each difference in a line.
fn told(old: &str, new: &str) -> Vec<String> {
    let line = |Difference { table, name, what, basis, .. }| {
        format!("{table} {name} {} ({})", what.as_str(), basis.as_deref().unwrap_or("-"))
    };
    differences(old, new).into_iter().map(line).collect()
}

#[test]
fn a_calendar_does_not_differ_from_itself_nor_by_its_comments() {
    assert_eq!(told(SHIPPED, SHIPPED), [""; 0]);
    assert_eq!(told(SHIPPED, &format!("# as of today\n{SHIPPED}")), [""; 0]);
}

#[test]
fn what_was_added_changed_and_taken_out_is_told_with_its_basis() {
    const EID: &str =
        "[[holiday]]\nname = \"Eid\"\nbasis = \"computed\"\nstatus = \"computed\"\ndate = \"2027-03-09\"\n";
    const LATER: &str = "[[holiday]]\nname = \"Eid\"\nbasis = \"circular 7\"\nstatus = \"announced\"\ndate = \"2027-03-10\"\n";
    let (without, with) = (PLAIN.to_owned(), format!("{PLAIN}{EID}"));
    assert_eq!(told(&without, &with), ["holiday Eid added (computed)"]);
    assert_eq!(told(&with, &format!("{PLAIN}{LATER}")), ["holiday Eid changed (circular 7)"]);
    assert_eq!(told(&with, &without), ["holiday Eid removed (computed)"]);
}

#[test]
fn a_holiday_that_is_called_off_is_told_though_it_counts_for_nothing() {
    let off =
        SHIPPED.replacen("\"expected\"\ndate = \"2026-12-02\"", "\"cancelled\"\ndate = \"2026-12-02\"", 1);
    let basis = "Cabinet Resolution 27 of 2024, 2 and 3 December; this year's circular was not found";
    assert_eq!(told(SHIPPED, &off), [format!("holiday National Day 2026 changed ({basis})")]);
}

#[test]
fn a_promise_or_a_key_without_a_name_is_told_too() {
    let slower = PLAIN.replace("working_hours = 8", "working_hours = 9");
    assert_eq!(told(PLAIN, &slower), ["promise 1 changed (-)"]);
    assert_eq!(told(PLAIN, &PLAIN.replace("Asia/Dubai", "Asia/Riyadh")), ["tz  changed (-)"]);
    assert_eq!(
        told(PLAIN, &format!("grace_working_minutes = 60\n{PLAIN}")),
        ["grace_working_minutes  added (-)"]
    );
}

#[test]
fn rules_of_one_name_are_told_apart() {
    let twice = |date| {
        let day = |date: &str| {
            format!("[[holiday]]\nname = \"Day\"\nbasis = \"b\"\nstatus = \"announced\"\ndate = \"{date}\"\n")
        };
        format!("{PLAIN}{}{}", day("2026-12-01"), day(date))
    };
    assert_eq!(told(&twice("2026-12-03"), &twice("2026-12-04")), ["holiday Day (2) changed (b)"]);
}

/// What the only difference says otherwise: key, before and after.
fn says(old: &str, new: &str) -> Vec<[String; 3]> {
    let found = differences(old, new);
    let [difference] = found.as_slice() else { panic!("{found:?}") };
    let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
    difference.says.iter().map(|Says { key, was, is }| [key.clone(), text(was), text(is)]).collect()
}

#[test]
fn a_holiday_that_moved_is_told_by_its_dates() {
    let moved = "status = \"moved\"\nmoved_from = \"2026-12-02\"\ndate = \"2026-12-01\"";
    let moved = SHIPPED.replacen("status = \"expected\"\ndate = \"2026-12-02\"", moved, 1);
    assert_eq!(
        says(SHIPPED, &moved),
        [
            ["date", "2026-12-02", "2026-12-01"],
            ["moved_from", "-", "2026-12-02"],
            ["status", "expected", "moved"],
        ]
    );
}

#[test]
fn of_the_hours_of_a_week_only_the_days_that_change_are_told() {
    let shorter = PLAIN.replacen("to = \"16:00\"", "to = \"15:00\"", 1);
    assert_eq!(says(PLAIN, &shorter), [["hours", "mon 08:00–16:00", "mon 08:00–15:00"]]);
}

#[test]
fn a_promise_is_told_with_what_it_is_about() {
    let found = differences(SHIPPED, &SHIPPED.replace("working_hours = 8", "working_hours = 4"));
    assert_eq!((found[0].name.as_str(), found[0].about.as_str()), ("1", "question"));
}

#[test]
fn a_rule_that_is_added_is_told_whole_and_a_key_by_its_value() {
    let exception = "[[exception]]\nname = \"Mourning\"\nbasis = \"b\"\ndate = \"2026-12-01\"\nhours = []\n";
    assert_eq!(
        says(PLAIN, &format!("{PLAIN}{exception}")),
        [["date", "-", "2026-12-01"], ["hours", "-", "none"]]
    );
    assert_eq!(
        says(PLAIN, &format!("grace_working_minutes = 60\n{PLAIN}")),
        [["grace_working_minutes", "-", "60"]]
    );
}
