//! Members of staff and their tokens.

use std::fs;

use super::{House, done, refused, said};

#[test]
fn a_token_is_shown_once_and_works_until_its_owner_is_disabled() {
    let house = House::new();
    let token = house.token_of("amna", "staff");
    assert!(token.len() > 40, "{token}");
    let missing = house.majlis_as(&token, "comments approve 1", &[]);
    assert!(refused(&missing, 1).contains("no policy was adopted yet"));
    done(&house.majlis("staff disable amna --json"));
    let refusal = refused(&house.majlis_as(&token, "comments approve 1", &[]), 1);
    assert!(refusal.contains("no active member of staff has this token"), "{refusal}");
    assert!(!refusal.contains(&token));
    let staff = done(&house.majlis("staff list --json"));
    assert!(staff["staff"][0]["disabled_at"].is_string() && !staff.to_string().contains(&token));
}

#[test]
fn a_new_token_ends_the_one_before() {
    let house = House::new();
    let first = house.token_of("omar", "approver");
    let second = done(&house.majlis("staff token omar --json"))["token"].as_str().unwrap().to_owned();
    let calls = "calendar propose config/calendar.toml --json";
    assert!(refused(&house.majlis_as(&first, calls, &[]), 1).contains("no active member of staff"));
    done(&house.majlis_as(&second, calls, &[]));
}

#[test]
fn a_token_comes_by_file_before_the_environment() {
    let house = House::new();
    let token = house.token_of("amna", "staff");
    fs::write(house.path("token"), format!("{token}\n")).unwrap();
    let words = "calendar propose config/calendar.toml --json --token-file";
    done(&house.majlis_as("majlis_of_nobody", words, &["token"]));
    let gone = refused(&house.majlis_as(&token, words, &["gone"]), 2);
    assert!(gone.contains("cannot read the token file gone"), "{gone}");
}

#[test]
fn names_are_unique_and_known() {
    let house = House::new();
    assert!(said(&house.majlis("staff add amna --role staff")).contains("`majlis staff token amna`"));
    assert!(refused(&house.majlis("staff add amna --role auditor"), 1).contains("choose another name"));
    for words in ["staff disable nobody", "staff token nobody"] {
        let told = refused(&house.majlis(words), 1);
        assert!(told.contains("nobody") && told.contains("majlis staff list"), "{told}");
    }
    assert_eq!(said(&house.majlis("staff list")), "name  role   state\namna  staff  active\n");
}
