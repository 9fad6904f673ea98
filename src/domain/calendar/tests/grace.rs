//! The working time that is left to a deadline that another calendar would put into the past.

use super::*;

fn question(calendar: &Calendar) -> &Promise {
    calendar.promise(&owed(Platform::X, Kind::Question)).unwrap()
}

#[test]
fn grace_is_half_an_hour_unless_the_file_says_otherwise() {
    let plain = plain_with("");
    assert_eq!(plain.grace_ends(at("2026-11-24T12:00"), question(&plain)), Ok(at("2026-11-24T12:30")));
    let longer = read(&format!("grace_working_minutes = 90\n{PLAIN}"));
    assert_eq!(longer.grace_ends(at("2026-11-24T12:00"), question(&longer)), Ok(at("2026-11-24T13:30")));
}

#[test]
fn grace_is_counted_in_the_hours_of_its_promise_and_proven() {
    let calendar = plain_with("");
    // Ten minutes before the weekend, and twenty after it.
    let friday = at("2026-11-27T15:50");
    let grace = calendar.grace_from(friday, question(&calendar)).unwrap();
    assert_eq!((grace.due_at, grace.working_time()), (at("2026-11-30T08:20"), WorkingSeconds(1_800)));
    let lines: Vec<_> = grace.counted.iter().map(|line| (line.from, line.to)).collect();
    assert_eq!(lines, [(friday, at("2026-11-27T16:00")), (at("2026-11-30T08:00"), at("2026-11-30T08:20"))]);
    assert_eq!(grace.check(at("2026-11-27T10:00")), Ok(()));
}

#[test]
fn a_grace_that_does_not_add_up_is_found_out() {
    let calendar = plain_with("");
    let (deadline, now) = (at("2026-11-24T10:00"), at("2026-11-24T12:00"));
    let sound = calendar.grace_from(now, question(&calendar)).unwrap();
    let unsound = |change: fn(&mut Grace)| {
        let mut grace = sound.clone();
        change(&mut grace);
        grace.check(deadline).unwrap_err().to_string()
    };
    assert!(unsound(|grace| grace.counted[0].seconds.0 += 1).contains("longer than"));
    assert!(unsound(|grace| grace.from = at("2026-11-24T12:10")).contains("before it was given"));
    assert!(unsound(|grace| grace.due_at = at("2026-11-24T12:45")).contains("ends elsewhere"));
    assert!(unsound(|grace| grace.counted.push(grace.counted[0])).contains("out of order"));
    assert!(sound.check(at("2026-11-24T12:30")).is_err(), "no time after the deadline itself");
}
