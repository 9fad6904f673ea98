//! What a calendar file must not say, and where the message points.

use super::*;

/// The problems of a text, as an operator reads them.
fn problems(text: &str) -> Vec<String> {
    let problems = Calendar::parse("calendar.toml", text).map(|_| ()).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

/// That the one problem of a text says all of this.
fn refused(text: &str, says: &[&str]) {
    let found = problems(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    for part in says {
        assert!(found[0].contains(part), "{part:?} is not in: {}", found[0]);
    }
}

fn season(from: &str, to: &str, hours: &str) -> String {
    format!(
        "{PLAIN}[[season]]\nname = \"Short\"\nbasis = \"a test\"\nstatus = \"announced\"\nfrom = \"{from}\"\nto = \"{to}\"\nhours = [{hours}]\n"
    )
}

fn holiday(rest: &str) -> String {
    format!("{PLAIN}[[holiday]]\nname = \"Eid\"\nbasis = \"a test\"\n{rest}\n")
}

#[test]
fn an_unknown_zone() {
    let place = "calendar.toml:2:6: tz: `Asia/Dubay`";
    refused(&PLAIN.replace("Asia/Dubai", "Asia/Dubay"), &[place, "such as \"Asia/Dubai\""]);
}

#[test]
fn hours_that_overlap() {
    let hours =
        r#"{ day = "mon", from = "08:00", to = "12:00" }, { day = "mon", from = "11:30", to = "16:00" }"#;
    let says = ["calendar.toml:6:57: ", "weekly[0].hours[1]", "mon 11:30-16:00 overlaps mon 08:00-12:00"];
    refused(&week_of("Asia/Dubai", hours), &says);
    let touching = hours.replace("11:30", "12:00");
    read(&week_of("Asia/Dubai", &touching));
}

#[test]
fn a_night_shift_that_runs_into_the_next_days_hours() {
    let hours =
        r#"{ day = "sun", from = "22:00", to = "06:00" }, { day = "mon", from = "05:00", to = "12:00" }"#;
    refused(
        &week_of("Asia/Dubai", hours),
        &["weekly[0].hours[1]", "mon 05:00-12:00 overlaps sun 22:00-06:00"],
    );
}

#[test]
fn more_than_forty_eight_intervals_a_day() {
    let hours = |count: u32| {
        let line = |n: u32| {
            format!(
                "{{ day = \"mon\", from = \"{:02}:{:02}\", to = \"{:02}:{:02}\" }}",
                n / 3,
                n % 3 * 20,
                n / 3,
                n % 3 * 20 + 10
            )
        };
        (0..count).map(line).collect::<Vec<_>>().join(", ")
    };
    read(&week_of("Asia/Dubai", &hours(48)));
    refused(&week_of("Asia/Dubai", &hours(49)), &["weekly[0].hours", "49 intervals", "at most 48"]);
}

#[test]
fn no_hours_at_all_is_never_taken_for_round_the_clock() {
    refused(&week_of("Asia/Dubai", ""), &["calendar.toml:2:", "no open time for 400 days", "`Week`"]);
    let without = format!("weekly = []\n{}", &PLAIN.replace("[[weekly]]", "[[weekley]]"));
    assert!(!problems(&without).is_empty());
    refused("weekly = []\ntz = \"Asia/Dubai\"\n[[promise]]\nworking_hours = 8\n", &["weekly", "[[weekly]]"]);
}

#[test]
fn a_closure_of_four_hundred_days() {
    let said = ["no open time for 400 days from 2026-11-", "`Short`"];
    refused(&season("2026-11-24", "2028-01-01", ""), &said);
    refused(&season("2026-11-29", "2028-01-01", ""), &said);
    read(&season("2026-11-24", "2027-12-01", ""));
}

#[test]
fn a_season_that_ends_before_it_starts_or_does_not_end() {
    let monday = r#"{ day = "mon", from = "09:00", to = "14:00" }"#;
    refused(
        &season("2026-02-18", "2026-02-17", monday),
        &["season[0].to", "before the season's start on 2026-02-18"],
    );
    let endless = season("2026-02-18", "2026-03-19", monday).replace("to = \"2026-03-19\"\n", "");
    assert!(problems(&endless).iter().any(|problem| problem.contains("season[0]") && problem.contains("to")));
}

#[test]
fn two_seasons_on_one_date() {
    let monday = r#"{ day = "mon", from = "09:00", to = "14:00" }"#;
    let second = season("2026-03-19", "2026-04-01", monday).replacen(PLAIN, "", 1);
    let text = format!("{}{second}", season("2026-02-18", "2026-03-19", monday));
    refused(&text, &["season[1].from", "meets `Short` (2026-02-18 to 2026-03-19)"]);
}

#[test]
fn a_holiday_that_ends_before_it_begins() {
    let says = ["holiday[0].until", "2026-03-18 lies before the first day, 2026-03-19"];
    refused(&holiday("status = \"announced\"\ndate = \"2026-03-19\"\nuntil = \"2026-03-18\""), &says);
}

#[test]
fn a_move_from_nowhere_and_a_date_moved_without_a_decision() {
    refused(&holiday("status = \"moved\"\ndate = \"2026-03-19\""), &["holiday[0].status", "add moved_from"]);
    let unmoved = "status = \"announced\"\ndate = \"2026-03-19\"\nmoved_from = \"2026-03-18\"";
    refused(&holiday(unmoved), &["holiday[0].moved_from", "status = \"moved\""]);
}

#[test]
fn exceptions_and_breaks_that_run_backwards_or_twice() {
    let exception = "[[exception]]\nname = \"Half day\"\nbasis = \"a test\"\ndate = \"2026-12-31\"\nhours = [{ from = \"12:00\", to = \"07:30\" }]\n";
    refused(
        &format!("{PLAIN}{exception}"),
        &["exception[0].hours[0].to", "ends at 07:30, at or before its start at 12:00"],
    );
    let forwards = exception.replace("12:00", "07:00");
    refused(&format!("{PLAIN}{forwards}{forwards}"), &["exception[1].date", "has an exception already"]);
    let cut = "[[break]]\nname = \"Drill\"\nbasis = \"a test\"\ndate = \"2026-12-31\"\nfrom = \"12:00\"\nto = \"12:00\"\n";
    refused(&format!("{PLAIN}{cut}"), &["break[0].to", "ends at 12:00"]);
}

#[test]
fn dates_and_times_that_are_none() {
    refused(&PLAIN.replace("2022-01-01", "2022-02-30"), &["weekly[0].from", "`2022-02-30` is not a date"]);
    refused(&PLAIN.replace("2022-01-01", "2201-01-01"), &["outside the years 1970 to 2200"]);
    refused(&PLAIN.replacen("08:00", "8:00", 1), &["hours[0].from", "`8:00` is not a time of day"]);
    refused(
        &PLAIN.replacen("08:00", "24:00", 1).replacen("16:00", "09:00", 1),
        &["hours[0].from", "the day after"],
    );
}

#[test]
fn names_that_an_auditor_could_not_look_up() {
    refused(&PLAIN.replace("a test", " "), &["weekly[0].basis", "is blank"]);
}

#[test]
fn two_weeks_that_begin_together() {
    let (_, table) = PLAIN.split_once("[[weekly]]").unwrap();
    let (table, _) = table.split_once("[[promise]]").unwrap();
    refused(&format!("{PLAIN}[[weekly]]{table}"), &["weekly[1].from", "where weekly[0] begins too"]);
}

#[test]
fn a_kind_that_nothing_is_promised_to() {
    let text = PLAIN.replace("working_hours = 8", "working_hours = 8\nkinds = [\"question\", \"complaint\"]");
    refused(&text, &["promise", "nothing is promised to a suggestion on facebook, instagram, x, youtube"]);
    let found = problems(&PLAIN.replace("[[promise]]\nworking_hours = 8\n", ""));
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn promises_that_promise_nothing() {
    let promise = |lines: &str| PLAIN.replace("working_hours = 8", lines);
    refused(&promise("working_hours = 0"), &["promise[0].working_hours", "is 0", "from 1 to"]);
    refused(&promise("working_days = 367"), &["promise[0].working_days", "from 1 to 366"]);
    refused(&promise("working_hours = 8\nworking_days = 2"), &["promise[0]", "one target"]);
    refused(&promise(""), &["promise[0]", "such as working_hours = 8"]);
    refused(&promise("working_hours = 8\nends = \"end_of_day\""), &["promise[0].ends", "working_days only"]);
    refused(
        &promise("working_hours = 8\nkinds = [\"praise\"]"),
        &["promise[0].kinds", "`praise` is owed no reply"],
    );
    refused(&promise("working_hours = 8\nplatforms = []"), &["promise[0].platforms", "is empty"]);
    refused(&format!("{PLAIN}[[promise]]\nworking_days = 2\n"), &["promise[1]", "never reached"]);
}

#[test]
fn a_warning_that_comes_with_the_deadline() {
    refused(&format!("grace_working_minutes = 0\n{PLAIN}"), &["grace_working_minutes", "from 1 to 2400"]);
    refused(&format!("due_soon_percent = 100\n{PLAIN}"), &["due_soon_percent", "from 1 to 99"]);
}

#[test]
fn unknown_keys_and_several_problems_at_once() {
    let text = PLAIN.replace("Asia/Dubai", "Mars/Base").replace("working_hours = 8", "working_hours = 0");
    assert_eq!(problems(&text).len(), 2);
    refused(&format!("holidays = []\n{PLAIN}"), &["calendar.toml:1:1", "holidays"]);
}

#[test]
fn hours_that_a_promise_names_and_nobody_states() {
    let text = PLAIN.replace("working_hours = 8", "working_hours = 8\ncalendar = \"always\"");
    refused(&text, &["promise[0].calendar", "no hours are called `always`; there are: official"]);
}

#[test]
fn faults_in_other_hours_are_told_at_their_place() {
    let other = |name: &str, hours: &str| {
        format!(
            "{PLAIN}[calendar.{name}]\ntz = \"Asia/Riyadh\"\n[[calendar.{name}.weekly]]\nname = \"Night\"\nbasis = \"a test\"\nfrom = \"2022-01-01\"\nhours = [{hours}]\n"
        )
    };
    let monday = r#"{ day = "mon", from = "08:00", to = "12:00" }"#;
    read(&other("night", monday));
    let twice = format!("{monday}, {monday}");
    refused(&other("night", &twice), &["calendar.toml:22:", "calendar.night.weekly[0].hours[1]", "overlaps"]);
    refused(&other("night", ""), &["calendar.night.weekly", "no open time for 400 days"]);
    refused(&other("official", monday), &["calendar.official", "cannot name other hours"]);
    refused(&other("\"By night\"", monday), &["cannot name other hours"]);
}

#[test]
fn offices_that_cannot_cover_for_each_other() {
    let night = |zone: &str| {
        format!(
            "{PLAIN}[calendar.night]\ntz = \"{zone}\"\n[[calendar.night.weekly]]\nname = \"Night\"\nbasis = \"a test\"\n\
             from = \"2022-01-01\"\nhours = [{{ day = \"mon\", from = \"20:00\", to = \"23:00\" }}]\n"
        )
    };
    let cover = |zone: &str, name: &str, of: &str| format!("{}[cover.{name}]\nof = [{of}]\n", night(zone));
    read(&cover("Asia/Dubai", "rota", "\"night\", \"official\""));
    let refused = |zone, name, of, told: &[&str]| refused(&cover(zone, name, of), told);
    refused(
        "Asia/Dubai",
        "rota",
        "\"night\", \"day\"",
        &["cover.rota.of", "no hours are called `day`; there are: night, official"],
    );
    refused("Asia/Dubai", "rota", "\"night\"", &["cover.rota.of", "covers `night` alone"]);
    refused("Asia/Dubai", "rota", "", &["cover.rota.of", "covers nothing"]);
    refused(
        "Asia/Riyadh",
        "rota",
        "\"official\", \"night\"",
        &["cover.rota.of", "in Asia/Dubai and `night` in Asia/Riyadh"],
    );
    refused("Asia/Dubai", "night", "\"official\", \"night\"", &["cover.night", "call one of them otherwise"]);
    refused(
        "Asia/Dubai",
        "official",
        "\"official\", \"night\"",
        &["cover.official", "cannot name other hours"],
    );
}

#[test]
fn a_language_that_is_promised_no_first_reply() {
    let text = PLAIN.replace("working_hours = 8", "working_hours = 8\nlanguages = [\"arabic\"]");
    let found = problems(&text);
    assert_eq!(found.len(), 3, "one for each kind: {found:#?}");
    let complaint = found.iter().find(|problem| problem.contains("a complaint")).unwrap();
    assert!(complaint.contains("of normal priority in language `english` on facebook"), "{complaint}");
    refused(&format!("clock = 3\n{PLAIN}"), &["clock"]);
    let text = PLAIN.replace("working_hours = 8", "working_hours = 8\nclock = \"solve\"");
    assert_eq!(problems(&text).len(), 3, "a promise to solve is none of a first reply");
}
