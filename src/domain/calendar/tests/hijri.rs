//! Dates of the Hijri calendar in a file.

use super::*;

fn holiday(lines: &str) -> String {
    format!("{PLAIN}[[holiday]]\nname = \"Eid\"\nbasis = \"a test\"\n{lines}\n")
}

/// The one problem of a text.
fn problem(text: &str) -> String {
    let problems = Calendar::parse("calendar.toml", text).map(|_| ()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].to_string()
}

fn is_open(calendar: &Calendar, wall: &str) -> bool {
    calendar.official().is_open(at(wall)).unwrap()
}

#[test]
fn a_holiday_by_hijri_dates_falls_where_they_are_computed_and_is_provisional() {
    // 1 to 3 Shawwal 1448: Tuesday 9 to Thursday 11 March 2027.
    let lines = "status = \"computed\"\nhijri = \"1448-10-01\"\nhijri_until = \"1448-10-03\"";
    let calendar = read(&holiday(lines));
    assert!(is_open(&calendar, "2027-03-08T10:00") && is_open(&calendar, "2027-03-12T10:00"));
    assert!(!is_open(&calendar, "2027-03-09T10:00") && !is_open(&calendar, "2027-03-11T10:00"));
    let promise = calendar.promise(&owed(Platform::X, Kind::Question)).unwrap();
    let deadline = calendar.due(at("2027-03-08T12:00"), promise, &Pauses::NONE).unwrap();
    assert!(deadline.provisional && deadline.due_at == at("2027-03-12T12:00"));
}

#[test]
fn an_announced_date_wins_over_the_one_that_is_computed() {
    let lines = "status = \"announced\"\nhijri = \"1448-10-01\"\nhijri_until = \"1448-10-03\"\ndate = \"2027-03-10\"\nuntil = \"2027-03-12\"";
    let calendar = read(&holiday(lines));
    assert!(is_open(&calendar, "2027-03-09T10:00") && !is_open(&calendar, "2027-03-12T10:00"));
}

#[test]
fn a_season_by_hijri_dates() {
    let season = "[[season]]\nname = \"Ramadan 1448\"\nbasis = \"a test\"\nstatus = \"computed\"\nhijri_from = \"1448-09-01\"\nhijri_to = \"1448-09-29\"\nhours = [{ day = \"mon\", from = \"09:00\", to = \"14:00\" }]\n";
    let calendar = plain_with(season);
    assert!(
        !is_open(&calendar, "2027-02-08T08:30") && is_open(&calendar, "2027-02-08T09:30"),
        "a Monday, its first"
    );
    assert!(
        !is_open(&calendar, "2027-03-08T08:30") && is_open(&calendar, "2027-03-09T08:30"),
        "its last is the 8th"
    );
}

#[test]
fn hijri_dates_that_say_too_little_or_contradict_the_gregorian_ones_are_refused() {
    let says = |lines: &str, says: &str| {
        let told = problem(&holiday(lines));
        assert!(told.contains("holiday[0]") && told.contains(says), "{told}");
    };
    says("status = \"announced\"\nhijri = \"1448-10-01\"", "only the Gregorian date of a circular binds");
    says(
        "status = \"computed\"\nhijri = \"1448-10-01\"\ndate = \"2027-03-10\"",
        "is computed as 2027-03-09, but date is 2027-03-10",
    );
    says(
        "status = \"expected\"\nhijri = \"1448-10-01\"\nhijri_until = \"1448-10-03\"\ndate = \"2027-03-09\"",
        "add until too",
    );
    says("status = \"expected\"\nhijri = \"1448-10-01\"\nuntil = \"2027-03-11\"", "until without date");
    says("status = \"expected\"", "has no date; add date = \"2026-12-02\" or hijri = \"1448-10-01\"");
    says("status = \"expected\"\nhijri = \"1446-09-30\"", "is no day of the Umm al-Qura calendar");
    says("status = \"expected\"\nhijri = \"1380-01-01\"", "before 1970");
    says(
        "status = \"computed\"\nhijri = \"1448-10-03\"\nhijri_until = \"1448-10-01\"",
        "lies before the first day",
    );
}
