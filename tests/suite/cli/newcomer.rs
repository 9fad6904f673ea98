//! The first hour: what is told to somebody who gets the configuration wrong, or the command line.

use std::fs;

use super::{House, done, object, refused, said};

#[test]
fn the_shipped_configuration_is_sound_and_says_that_no_source_is_on() {
    let house = House::new();
    let checked = house.majlis("config check");
    assert_eq!(
        said(&checked),
        "The configuration is sound. No source is on: fill one in and set `enabled = true`.\n"
    );
    assert!(String::from_utf8(checked.stderr).unwrap().contains("run `majlis audit keygen"));
}

#[test]
fn a_directory_without_a_configuration_is_named() {
    let told = refused(&House::new().majlis("config check --config nowhere"), 2);
    assert_eq!(
        told,
        "majlis: nowhere/majlis.toml: is not there; name the directory that holds it by --config DIR\n"
    );
}

#[test]
fn all_problems_of_all_files_are_told_at_once_by_line_with_a_value_that_works() {
    let house = House::new();
    house.edit("majlis.toml", "batch = 1000", "batch = 0\nworkers = 4");
    house.edit("majlis.toml", "level = \"info\"", "level = 3");
    house.edit("calendar.toml", "tz = \"Asia/Dubai\"", "tz = \"Asia/Atlantis\"");
    let told = refused(&house.majlis("config check"), 2);
    let lines: Vec<&str> = told.lines().collect();
    let expected = [
        ("majlis: config/majlis.toml:", "log.level: "),
        ("majlis: config/majlis.toml:", "queue.batch: found 0; allowed: a whole number from 1 to 4294967295"),
        ("majlis: config/majlis.toml:", "queue.workers: found the unknown key `workers`; allowed: "),
        ("majlis: config/calendar.toml:", "tz: "),
    ];
    assert_eq!(lines.len(), expected.len(), "{told}");
    for (line, (place, problem)) in lines.iter().zip(expected) {
        assert!(line.starts_with(place) && line.contains(problem), "{line}");
        let number = line[place.len()..].split(':').next().unwrap();
        assert!(number.parse::<u32>().is_ok(), "{line} names no line");
    }
    let object = object(&house.majlis("config check --json"), 2);
    let errors: Vec<String> = object["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("majlis: {}", error.as_str().unwrap()))
        .collect();
    assert_eq!(errors, lines);
}

#[test]
fn a_wrong_flag_is_named_as_the_flag_that_it_is() {
    let house = House::new();
    assert_eq!(
        refused(&house.majlis("staff list --set queue.batch=0 --set log.colour=red"), 2),
        "majlis: --set log.colour: log.colour: found the unknown key `colour`; allowed: level, format\n\
         majlis: --set queue.batch: queue.batch: found 0; allowed: a whole number from 1 to 4294967295; for example 1000\n"
    );
}

#[test]
fn a_call_that_makes_no_sense_ends_with_2_and_with_json_as_one_object() {
    let house = House::new();
    for words in ["frobnicate", "comments hide", "staff add amna --role boss", "comments list --limit 0"] {
        assert!(!refused(&house.majlis(words), 2).is_empty(), "{words}");
        let object = object(&house.majlis(&format!("{words} --json")), 2);
        assert_eq!(object["errors"].as_array().unwrap().len(), 1, "{words}");
    }
    let told = refused(&house.majlis("staff add amna --role boss"), 2);
    assert!(told.contains("write one of: staff, approver, auditor, operator"), "{told}");
}

#[test]
fn help_goes_to_standard_output_with_an_example() {
    let house = House::new();
    for words in ["--help", "doctor --help", "comments hide --help", "policy adopt --help --json"] {
        assert!(said(&house.majlis(words)).contains("Example:\n  majlis "), "{words}");
    }
    assert!(said(&house.majlis("--version")).starts_with("majlis "));
}

#[test]
fn the_signing_key_is_made_once() {
    let house = House::new();
    let made = done(&house.majlis("audit keygen --json"));
    assert!(made["public_key"].as_str().unwrap().starts_with("majlis.ministry.example/audit+"));
    assert!(refused(&house.majlis("audit keygen"), 1).contains("there is a signing key already"));
    assert_eq!(refused(&house.majlis("config check"), 0), "", "nothing is left to warn of");
}

#[test]
fn root_leaves_no_files_that_the_daemons_user_could_not_use() {
    let house = House::new();
    fs::create_dir(house.path("data")).unwrap();
    if std::os::unix::fs::chown(house.path("data"), Some(12_345), None).is_err() {
        eprintln!("NOT tried: root alone can give a directory away, and this is another user");
        return;
    }
    for words in ["doctor", "run", "audit keygen", "staff list"] {
        let told = refused(&house.majlis(words), 1);
        assert!(told.contains("this runs as root") && told.contains("sudo -u '#12345' majlis"), "{told}");
    }
    assert_eq!(fs::read_dir(house.path("data")).unwrap().count(), 0);
}

#[test]
fn the_schema_is_one_object_either_way() {
    let house = House::new();
    assert_eq!(done(&house.majlis("config schema")), done(&house.majlis("config schema --json")));
}
