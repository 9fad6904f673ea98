//! Lines and their answers.

use serde_json::{Value, json};

use super::*;

/// Dubai, Monday to Thursday from half past seven to half past three.
fn week() -> Value {
    let day = |day: &str| json!({ "day": day, "from": "07:30", "to": "15:30" });
    json!({ "tz": "Asia/Dubai", "weekly": [day("mon"), day("tue"), day("wed"), day("thu")] })
}

/// [`week`] with one key set.
fn week_with(key: &str, value: Value) -> Value {
    let mut week = week();
    week[key] = value;
    week
}

/// A calendar of these hours alone.
fn hours(weekly: Value) -> Value {
    json!({ "tz": "Asia/Dubai", "weekly": weekly })
}

fn answer(line: &str) -> Value {
    serde_json::from_str(&Solver::default().answer(line.as_bytes())).unwrap()
}

/// The answer to a question with this calendar.
fn ask(calendar: &Value, mut question: Value) -> Value {
    question["id"] = json!("q");
    question["calendar"] = calendar.clone();
    let answer = answer(&question.to_string());
    assert_eq!(answer["id"], "q");
    assert_eq!(answer.as_object().unwrap().len(), 2);
    answer
}

fn solved(calendar: &Value, question: Value) -> Value {
    let answer = ask(calendar, question);
    assert!(answer.get("error").is_none(), "{answer}");
    answer["result"].clone()
}

fn refused(calendar: &Value, question: Value) -> String {
    let answer = ask(calendar, question);
    answer["error"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn next_open(start: &str) -> Value {
    json!({ "op": "next_open", "start": start })
}

#[test]
fn a_line_is_answered_as_the_form_says() {
    let line = format!(
        r#"{{"id":"v1","calendar":{},"op":"add","start":"2026-11-24T07:30:00+04:00","duration_s":28800}}"#,
        week()
    );
    let answer = Solver::default().answer(line.as_bytes());
    assert_eq!(answer, r#"{"id":"v1","result":"2026-11-24T11:30:00Z"}"#);
}

#[test]
fn each_operation_answers_in_its_own_form() {
    let (week, start) = (week(), "2026-11-26T15:30:00+04:00");
    assert_eq!(solved(&week, json!({ "op": "is_open", "start": start })), json!(false));
    assert_eq!(solved(&week, json!({ "op": "is_open", "start": "2026-11-26T15:29:59+04:00" })), json!(true));
    assert_eq!(solved(&week, next_open(start)), "2026-11-30T03:30:00Z");
    let end = "2026-11-30T08:30:00+04:00";
    assert_eq!(solved(&week, json!({ "op": "elapsed", "start": start, "end": end })), json!(3_600));
    assert_eq!(solved(&week, json!({ "op": "elapsed", "start": end, "end": start })), json!(0));
    let days = |days: u32| json!({ "op": "add_days", "start": "2026-11-25T10:00:00+04:00", "days": days });
    assert_eq!(solved(&week, days(2)), "2026-11-30T06:00:00Z");
    assert_eq!(solved(&week, days(0)), "2026-11-25T06:00:00Z");
    let closed = json!({ "op": "add_days", "start": start, "days": 0 });
    assert_eq!(solved(&week, closed), "2026-11-30T03:30:00Z");
    let nothing = json!({ "op": "add", "start": start, "duration_s": 0 });
    assert_eq!(solved(&week, nothing), "2026-11-26T11:30:00Z", "no time: itself, open or not");
}

#[test]
fn pauses_are_cut_out_of_elapsed_and_added_time_and_nothing_else() {
    let week = week();
    let pauses = json!([
        ["2026-11-24T06:00:00Z", "2026-11-24T07:00:00Z"],
        ["2026-11-24T06:30:00Z", "2026-11-24T08:00:00Z"],
    ]);
    let with = |mut question: Value| {
        question["pauses"] = pauses.clone();
        solved(&week, question)
    };
    let (start, end) = ("2026-11-24T05:00:00Z", "2026-11-24T09:00:00Z");
    assert_eq!(with(json!({ "op": "elapsed", "start": start, "end": end })), json!(2 * 3_600));
    assert_eq!(with(json!({ "op": "add", "start": start, "duration_s": 3_600 })), "2026-11-24T06:00:00Z");
    assert_eq!(with(json!({ "op": "add", "start": start, "duration_s": 3_601 })), "2026-11-24T08:00:01Z");
    assert_eq!(with(json!({ "op": "is_open", "start": "2026-11-24T07:00:00Z" })), json!(true));
    assert_eq!(with(next_open("2026-11-24T07:00:00Z")), "2026-11-24T07:00:00Z");
    let backwards = json!([["2026-11-24T07:00:00Z", "2026-11-24T07:00:00Z"]]);
    let question = json!({ "op": "elapsed", "start": start, "end": end, "pauses": backwards });
    assert!(refused(&week, question).starts_with("pauses[0]: ends at"));
    let open =
        json!({ "op": "add", "start": start, "duration_s": 1, "pauses": [["2026-11-24T07:00:00Z", null]] });
    assert!(refused(&week, open).starts_with("pauses: "));
    // A pause of decades, which leads past all that a first question lays out.
    let long = json!({ "op": "add", "start": start, "duration_s": 3_600, "pauses": [[start, "2090-01-02T00:00:00Z"]] });
    assert_eq!(solved(&week, long), "2090-01-02T04:30:00Z");
}

#[test]
fn any_spelling_of_an_instant_is_the_same_and_fractions_are_cut_off() {
    for start in [
        "2026-11-24T11:29:59Z",
        "2026-11-24t11:29:59.999z",
        "2026-11-24T15:29:59.99999999999999+04:00",
        "2026-11-25T01:14:59+13:45",
        "2026-11-24T11:29:59-00:00",
    ] {
        assert_eq!(solved(&week(), next_open(start)), "2026-11-24T11:29:59Z", "{start}");
    }
    let add = |time: Value| json!({ "op": "add", "start": "2026-11-24T03:30:00Z", "duration_s": time });
    assert_eq!(solved(&week(), add(json!(59.9))), "2026-11-24T03:30:59Z");
    assert_eq!(solved(&week(), add(json!(6e1))), "2026-11-24T03:31:00Z");
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let week = week();
    let start = "2026-11-24T03:30:00Z";
    let says = |question: Value, says: &str| {
        let told = refused(&week, question);
        assert!(told.starts_with(says), "{told}");
    };
    says(json!({ "op": "subtract", "start": start }), "op: unknown variant `subtract`");
    says(json!({ "start": start }), "op: is missing");
    says(json!({ "op": "is_open" }), "start: is missing");
    says(json!({ "op": "is_open", "start": "2026-11-24T03:30:00" }), "start: `2026-11-24T03:30:00` is not");
    says(json!({ "op": "is_open", "start": 1 }), "start: invalid type");
    says(json!({ "op": "elapsed", "start": start }), "end: is missing");
    says(json!({ "op": "add", "start": start }), "duration_s: is missing");
    says(json!({ "op": "add", "start": start, "duration_s": -1 }), "duration_s: is -1");
    says(json!({ "op": "add", "start": start, "duration_s": -0.5 }), "duration_s: is -0.5");
    says(json!({ "op": "add", "start": start, "duration_s": "60" }), "duration_s: invalid type");
    says(json!({ "op": "add_days", "start": start, "days": -1 }), "days: is -1");
    says(json!({ "op": "add_days", "start": start, "days": 1.5 }), "days: is 1.5");
}

#[test]
fn instants_outside_the_years_and_answers_there_are_errors() {
    let week = week();
    let says = |question: Value| assert!(refused(&week, question).contains("outside the years 1970 to 2200"));
    says(next_open("1969-12-31T23:59:59.999Z"));
    says(next_open("2201-01-01T00:00:00Z"));
    says(json!({ "op": "elapsed", "start": "2026-01-01T00:00:00Z", "end": "2201-01-01T00:00:00Z" }));
    for time in [json!(u64::MAX), json!(i64::MAX), json!(1e300)] {
        says(json!({ "op": "add", "start": "2026-01-01T00:00:00Z", "duration_s": time }));
    }
    says(json!({ "op": "add_days", "start": "2026-01-01T00:00:00Z", "days": u64::MAX }));
    let first = solved(&week, next_open("1970-01-01T00:00:00Z"));
    assert_eq!(first, "1970-01-01T03:30:00Z", "a Thursday");
    let whole = json!({ "op": "elapsed", "start": "1970-01-01T00:00:00Z", "end": "2200-12-31T23:59:59Z" });
    assert_eq!(solved(&week, whole).as_u64().unwrap() % 28_800, 0);
}

#[test]
fn a_search_runs_for_decades_and_stops_at_four_hundred_days() {
    let years = json!({ "op": "add", "start": "2026-11-24T03:30:00Z", "duration_s": 35 * 52 * 4 * 28_800 });
    assert!(solved(&week(), years).as_str().unwrap() > "2061-10", "35 years");
    let once = week_with("weekly", json!([]));
    let mut once = once;
    once["exceptions"] = json!([{ "date": "2026-11-24", "hours": [{ "from": "08:00", "to": "09:00" }] }]);
    assert_eq!(solved(&once, next_open("2026-01-01T00:00:00Z")), "2026-11-24T04:00:00Z");
    for start in ["2025-01-01T00:00:00Z", "2026-11-24T05:00:00Z"] {
        assert!(refused(&once, next_open(start)).contains("no open time for 400 days"), "{start}");
    }
    let too_much = json!({ "op": "add", "start": "2026-11-24T04:00:00Z", "duration_s": 3_601 });
    assert!(refused(&once, too_much).contains("no open time for 400 days"));
}

#[test]
fn a_day_is_what_its_exception_holiday_season_or_week_say_less_its_breaks() {
    let mut calendar = week();
    calendar["seasons"] = json!([{ "from": "2026-11-23", "to": "2026-11-25",
        "weekly": [{ "day": "mon", "from": "09:00", "to": "10:00" }, { "day": "tue", "from": "09:00", "to": "11:00" }] }]);
    calendar["holidays"] = json!(["2026-11-24", "2026-11-26"]);
    calendar["exceptions"] = json!([{ "date": "2026-11-26", "hours": [{ "from": "22:00", "to": "24:00" }] }]);
    calendar["breaks"] = json!([{ "date": "2026-11-23", "from": "09:15", "to": "09:30" }]);
    let on = |date: &str, next: &str| {
        let day = |date: &str| format!("{date}T00:00:00+04:00");
        solved(&calendar, json!({ "op": "elapsed", "start": day(date), "end": day(next) }))
    };
    assert_eq!(on("2026-11-23", "2026-11-24"), 45 * 60);
    assert_eq!(on("2026-11-24", "2026-11-25"), 0, "a holiday");
    assert_eq!(on("2026-11-25", "2026-11-26"), 0, "a Wednesday of the season");
    assert_eq!(on("2026-11-26", "2026-11-27"), 2 * 3_600);
    assert_eq!(on("2026-11-30", "2026-12-01"), 8 * 3_600);
}

#[test]
fn nights_are_cut_at_midnight_and_equal_ends_are_a_full_day() {
    let monday = |from: &str, to: &str| hours(json!([{ "day": "mon", "from": from, "to": to }]));
    let tuesday =
        json!({ "op": "elapsed", "start": "2026-11-24T00:00:00+04:00", "end": "2026-11-25T00:00:00+04:00" });
    assert_eq!(solved(&monday("22:00", "06:00"), tuesday.clone()), 6 * 3_600);
    assert_eq!(solved(&monday("09:00", "09:00"), tuesday.clone()), 9 * 3_600);
    assert_eq!(solved(&monday("00:00", "00:00"), tuesday.clone()), 0);
    let full =
        json!({ "op": "elapsed", "start": "2026-11-23T00:00:00+04:00", "end": "2026-11-24T00:00:00+04:00" });
    assert_eq!(solved(&monday("00:00", "00:00"), full.clone()), 86_400);
    let mut holiday = monday("22:00", "06:00");
    holiday["holidays"] = json!(["2026-11-24"]);
    assert_eq!(solved(&holiday, tuesday), 0, "a holiday ends the night before it at midnight");
}

#[test]
fn a_calendar_that_contradicts_itself_is_refused_for_each_of_its_lines() {
    let says = |calendar: Value, says: &str| {
        let told = refused(&calendar, next_open("2026-11-24T00:00:00Z"));
        assert!(told.starts_with("calendar: ") && told.contains(says), "{told}");
    };
    let twice = |first: [&str; 3], second: [&str; 3]| {
        hours(json!([first, second].map(|[day, from, to]| json!({ "day": day, "from": from, "to": to }))))
    };
    says(
        twice(["mon", "08:00", "12:00"], ["mon", "11:59", "16:00"]),
        "mon 11:59-16:00 overlaps mon 08:00-12:00",
    );
    says(twice(["sun", "22:00", "06:00"], ["mon", "05:00", "12:00"]), "overlaps sun 22:00-06:00");
    let touching = twice(["mon", "08:00", "12:00"], ["mon", "12:00", "16:00"]);
    assert_eq!(solved(&touching, next_open("2026-11-24T00:00:00Z")), "2026-11-30T04:00:00Z");
    says(week_with("tz", json!("Asia/Dubay")), "time zone database");
    says(hours(json!([])), "no open time");
    says(json!({ "weekly": [] }), "missing field `tz`");
    says(json!({ "tz": "Asia/Dubai" }), "missing field `weekly`");
    says(week_with("holiday", json!([])), "unknown field `holiday`");
    says(week_with("holidays", json!(["2026-02-30"])), "is not a date");
    says(json!("Asia/Dubai"), "invalid type");
    let day = json!({ "day": "tue", "from": "09:00", "to": "10:00" });
    let season = |from: &str, to: &str| json!({ "from": from, "to": to, "weekly": [day] });
    says(week_with("seasons", json!([season("2026-03-02", "2026-03-01")])), "before the season's start");
    says(
        week_with("seasons", json!([season("2026-03-01", "2026-03-31"), season("2026-03-31", "2026-04-01")])),
        "meets `another season` (2026-03-01 to 2026-03-31)",
    );
    let exception = |hours: Value| week_with("exceptions", json!([{ "date": "2026-11-24", "hours": hours }]));
    says(exception(json!([{ "from": "22:00", "to": "02:00" }])), "ends at 02:00");
    says(
        exception(json!([{ "from": "08:00", "to": "10:00" }, { "from": "09:00", "to": "11:00" }])),
        "overlaps",
    );
    says(
        week_with("breaks", json!([{ "date": "2026-11-24", "from": "12:00", "to": "12:00" }])),
        "ends at 12:00",
    );
    let many = |count: usize| {
        let line = |n: usize| json!({ "day": "mon", "from": format!("{:02}:{:02}", n / 3, n % 3 * 20), "to": format!("{:02}:{:02}", n / 3, n % 3 * 20 + 10) });
        hours((0..count).map(line).collect())
    };
    says(many(49), "49 intervals on one day");
    solved(&many(48), next_open("2026-11-24T00:00:00Z"));
    assert!(answer(r#"{"id":1,"op":"is_open","start":"2026-11-24T00:00:00Z"}"#)["error"].is_string());
}

#[test]
fn ids_are_echoed_as_written_and_null_where_there_is_none() {
    let mut solver = Solver::default();
    let mut id = |line: &str| {
        let answer = solver.answer(line.as_bytes());
        assert!(answer.contains(r#","error":""#), "{answer}");
        answer.split(r#","error":"#).next().unwrap().to_owned()
    };
    for written in [r#""a\u0062""#, "1.50", "123456789012345678901234567890", r#"{"a": [1]}"#, "null", "true"]
    {
        assert_eq!(id(&format!(r#"{{"op":"x","id":{written}}}"#)), format!(r#"{{"id":{written}"#));
    }
    for line in ["{}", "", "nonsense", r#"{"id":1"#, r#"{"id":1} x"#, r#"["id"]"#, "1", r#"{"id":1,"id":2}"#]
    {
        assert_eq!(id(line), r#"{"id":null"#, "{line}");
    }
    assert_eq!(id(r#"{"id":7,"op":"add","op":"add"}"#), r#"{"id":7"#, "a key twice is JSON all the same");
    assert!(Solver::default().answer(b"{\"id\":\"\xff\"}").starts_with(r#"{"id":null,"error""#));
}

#[test]
fn lines_after_a_bad_one_are_answered_and_calendars_are_forgotten_in_time() {
    let mut solver = Solver::default();
    assert!(solver.answer(b"{").contains("error"));
    for n in 0..3 * CALENDARS_KEPT {
        let calendar = week_with("holidays", json!([format!("2026-{:02}-{:02}", n / 28 + 1, n % 28 + 1)]));
        let mut line = next_open("2026-11-24T11:30:00Z");
        line["calendar"] = calendar;
        assert_eq!(
            solver.answer(line.to_string().as_bytes()),
            r#"{"id":null,"result":"2026-11-25T03:30:00Z"}"#
        );
        assert!(solver.calendars.len() <= CALENDARS_KEPT);
    }
}

#[test]
fn what_was_laid_out_before_changes_no_answer() {
    let week = week();
    let starts =
        ["2026-11-24T12:00:00Z", "1970-01-01T00:00:00Z", "2030-05-05T05:00:00Z", "2199-12-31T23:00:00Z"];
    let question = |start: &str| {
        let mut line = json!({ "op": "add", "start": start, "duration_s": 40 * 28_800 + 17 });
        line["calendar"] = week.clone();
        line.to_string()
    };
    let mut shared = Solver::default();
    for start in starts {
        let alone = Solver::default().answer(question(start).as_bytes());
        assert!(alone.contains("result"), "{alone}");
        assert_eq!(shared.answer(question(start).as_bytes()), alone);
    }
}
