//! The working calendar at the command line: questions line by line, and files that are checked.

mod diff;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::json;

use super::{House, done, refused, said};

const CALENDAR: &str = r#"{"tz":"Asia/Dubai","weekly":[{"day":"mon","from":"07:30","to":"15:30"}]}"#;

fn question(id: u32) -> String {
    format!(
        r#"{{"id":{id},"calendar":{CALENDAR},"op":"add","start":"2026-11-23T03:30:00Z","duration_s":3600}}"#
    )
}

#[test]
fn questions_are_answered_as_they_come_and_in_order() {
    let house = House::new();
    let mut solve = house.command("calendar solve");
    let mut solve = solve.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = solve.stdin.take().unwrap();
    let mut answers = BufReader::new(solve.stdout.take().unwrap()).lines();
    for id in 0..3 {
        // The next question waits for this answer: nothing is held back.
        writeln!(questions, "{}", question(id)).unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert_eq!(answer, format!(r#"{{"id":{id},"result":"2026-11-23T04:30:00Z"}}"#));
    }
    writeln!(questions, "nonsense\n{}", question(3)).unwrap();
    drop(questions);
    let rest: Vec<String> = answers.map(Result::unwrap).collect();
    assert!(rest[0].starts_with(r#"{"id":null,"error":"#) && rest[1].starts_with(r#"{"id":3,"result""#));
    assert_eq!(rest.len(), 2);
    assert!(solve.wait().unwrap().success());
}

#[test]
fn a_file_is_checked_without_a_database_and_its_open_dates_are_told() {
    let house = House::new();
    let told = said(&house.majlis("calendar check"));
    assert!(told.contains("config/calendar.toml is sound") && told.contains("Asia/Dubai"), "{told}");
    let checked = done(&house.majlis("calendar check config/calendar.toml --json"));
    assert_eq!(checked["sound"], true);
    assert_eq!(checked["hours"][0]["name"], "official");
    house.edit("calendar.toml", "Asia/Dubai", "Asia/Dubay");
    let told = refused(&house.majlis("calendar check config/calendar.toml"), 2);
    assert!(told.contains("calendar.toml:") && told.contains("tz: `Asia/Dubay`"), "{told}");
    assert!(refused(&house.majlis("calendar check missing.toml"), 2).contains("cannot be read"));
}

#[test]
fn a_month_is_shown_in_both_languages_with_hijri_dates_and_rules() {
    let house = House::new();
    let english = said(&house.majlis("calendar show 2026-03 --lang en --file config/calendar.toml"));
    assert!(english.contains("Wednesday") && english.contains("29 Ramadan 1447"), "{english}");
    assert!(english.contains("09:00-14:30") && english.contains("Eid al-Fitr 1447"), "{english}");
    let arabic = said(&house.majlis("calendar show 2026-03 --file config/calendar.toml"));
    assert!(arabic.contains("29 رمضان 1447") && arabic.contains("مغلق"), "{arabic}");
    // None is in force before the first start; the file that would be is shown.
    let shown = done(&house.majlis("calendar show 2027-03 --json"));
    assert_eq!(shown["days"].as_array().unwrap().len(), 31);
    assert_eq!(shown["days"][8]["hijri"], "1448-10-01");
    assert_eq!((&shown["days"][8]["hours"], &shown["days"][8]["working_s"]), (&json!([]), &json!(0)));
    assert!(refused(&house.majlis("calendar show 2026-13"), 2).contains("is not a month"));
    assert!(
        refused(&house.majlis("calendar show 2026-03 --calendar night"), 2).contains("there are: official")
    );
}
