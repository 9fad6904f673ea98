//! The table of traps in ARCHITECTURE.md: each is there once, and what it names is a test that there is.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use regex::Regex;

/// How many traps the record of the platforms tells of.
const TRAPS: u32 = 47;

fn functions(directory: &Path, names: &mut HashSet<String>) {
    let function = Regex::new(r"(?m)^\s*(?:async )?(?:fn|mod) (\w+)").unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => functions(&path, names),
            Some("rs") => {
                let text = fs::read_to_string(&path).unwrap();
                names.extend(function.captures_iter(&text).map(|found| found[1].to_owned()));
            }
            _ => {}
        }
    }
}

#[test]
fn every_trap_has_a_test_that_there_is_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let mut tests = HashSet::new();
    functions(&root.join("src"), &mut tests);
    functions(&root.join("tests/suite"), &mut tests);
    let row = Regex::new(r"(?m)^\| (\d+) \| (.+?) \| (.+?) \|$").unwrap();
    let name = Regex::new(r"`([a-z0-9_]{20,})`").unwrap();
    let mut numbers = Vec::new();
    for row in row.captures_iter(&text) {
        numbers.push(row[1].parse::<u32>().unwrap());
        let names: Vec<&str> =
            name.captures_iter(&row[3]).map(|found| found.get(1).unwrap().as_str()).collect();
        match row[3].strip_prefix("cannot occur: ") {
            Some(why) => assert!(why.len() > 20, "trap {}: why not?", &row[1]),
            None => assert!(!names.is_empty(), "trap {} is shown by nothing", &row[1]),
        }
        for name in names {
            assert!(tests.contains(name), "trap {}: there is no test {name}", &row[1]);
        }
    }
    assert_eq!(numbers, (1..=TRAPS).collect::<Vec<_>>());
}
