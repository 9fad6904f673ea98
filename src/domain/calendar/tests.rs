//! The named cases: the federal calendar as shipped, and what a calendar must not say.

use super::*;

const FEDERAL: &str = include_str!("../../../config/calendar.toml");

fn federal() -> Calendar {
    Calendar::parse("calendar.toml", FEDERAL).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// An instant in Dubai.
fn at(wall: &str) -> Timestamp {
    format!("{wall}:00+04:00").parse().unwrap()
}

fn hours(hours: u64) -> WorkingSeconds {
    WorkingSeconds(hours * 3_600)
}

#[test]
fn eight_hours_from_opening_end_at_the_same_days_closing() {
    // The demo's first morning.
    assert_eq!(federal().add(at("2026-11-24T07:30"), hours(8)).unwrap(), at("2026-11-24T15:30"));
}
