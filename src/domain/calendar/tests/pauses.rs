//! Clocks that stand still.

use super::*;

fn pauses(stretches: &[(&str, &str)]) -> Pauses {
    Pauses::of(stretches.iter().map(|(from, to)| (at(from), at(to))))
}

/// When a promise by [`PLAIN`]'s hours is due, with its proof checked.
fn due(target: &str, start: &str, stretches: &[(&str, &str)]) -> Deadline {
    let calendar = read(&PLAIN.replace("working_hours = 8", target));
    let promise = calendar.promise(&owed(Platform::X, Kind::Question)).unwrap();
    let deadline = calendar.due(at(start), promise, &pauses(stretches)).unwrap();
    deadline.proof.check().unwrap();
    assert_eq!(calendar.due_at(at(start), promise, &pauses(stretches)), Ok(deadline.due_at));
    deadline
}

#[test]
fn working_time_goes_on_where_it_stood() {
    let deadline = due("working_hours = 8", "2026-11-24T08:00", &[("2026-11-24T10:00", "2026-11-25T09:00")]);
    assert_eq!(deadline.due_at, at("2026-11-25T15:00"), "two hours on Tuesday, six on Wednesday");
    assert_eq!(deadline.proof.working_time, hours(8));
    assert_eq!(deadline.proof.pauses, [(at("2026-11-24T10:00"), at("2026-11-25T09:00"))]);
    let lines: Vec<_> = deadline.proof.counted.iter().map(|line| (line.from, line.to)).collect();
    assert_eq!(
        lines,
        [(at("2026-11-24T08:00"), at("2026-11-24T10:00")), (at("2026-11-25T09:00"), at("2026-11-25T15:00"))]
    );
}

#[test]
fn pauses_that_overlap_hold_the_clock_once() {
    let twice = [("2026-11-24T09:00", "2026-11-24T10:00"), ("2026-11-24T09:30", "2026-11-24T10:30")];
    let deadline = due("working_hours = 6", "2026-11-24T08:00", &twice);
    assert_eq!(deadline.due_at, at("2026-11-24T15:30"));
    assert_eq!(pauses(&twice), pauses(&[("2026-11-24T09:00", "2026-11-24T10:30")]));
    assert_eq!(pauses(&[("2026-11-24T09:00", "2026-11-24T09:00")]), Pauses::NONE);
}

#[test]
fn a_pause_while_closed_or_after_the_deadline_changes_nothing() {
    let night = [("2026-11-24T16:00", "2026-11-25T08:00"), ("2026-11-25T16:00", "2026-11-26T12:00")];
    let deadline = due("working_hours = 16", "2026-11-24T08:00", &night);
    assert_eq!(deadline.due_at, at("2026-11-25T16:00"), "a pause from the deadline on comes too late");
}

#[test]
fn a_clock_paused_before_it_starts_starts_when_the_pause_ends() {
    let deadline = due("working_hours = 1", "2026-11-24T09:00", &[("2026-11-24T07:00", "2026-11-24T11:15")]);
    assert_eq!(deadline.due_at, at("2026-11-24T12:15"));
}

#[test]
fn a_working_day_counts_if_the_clock_ran_up_to_its_closing() {
    let by = |stretches: &[(&str, &str)]| due("working_days = 2", "2026-11-23T10:00", stretches).due_at;
    assert_eq!(by(&[]), at("2026-11-25T16:00"));
    assert_eq!(by(&[("2026-11-24T09:00", "2026-11-24T15:59")]), at("2026-11-25T16:00"));
    assert_eq!(by(&[("2026-11-24T15:00", "2026-11-25T09:00")]), at("2026-11-26T16:00"));
    assert_eq!(by(&[("2026-11-24T15:00", "2026-11-24T16:00")]), at("2026-11-26T16:00"));
    assert_eq!(by(&[("2026-11-24T16:00", "2026-11-25T08:00")]), at("2026-11-25T16:00"));
    assert_eq!(by(&[("2026-11-23T11:00", "2026-11-23T18:00")]), at("2026-11-25T16:00"), "received that day");
}

#[test]
fn a_working_day_to_the_time_of_day_counts_if_the_clock_ran_up_to_that_time() {
    let by = |stretches: &[(&str, &str)]| {
        due("working_days = 2\nends = \"same_time\"", "2026-11-23T10:00", stretches).due_at
    };
    assert_eq!(by(&[]), at("2026-11-25T10:00"));
    assert_eq!(by(&[("2026-11-24T09:00", "2026-11-24T10:30")]), at("2026-11-26T10:00"));
    assert_eq!(by(&[("2026-11-24T11:00", "2026-11-25T09:00")]), at("2026-11-25T10:00"));
    assert_eq!(by(&[("2026-11-25T10:00", "2026-11-25T12:00")]), at("2026-11-25T10:00"));
}

#[test]
fn a_deadline_never_lies_where_its_clock_stands() {
    // The time of day is closed on Wednesday, and the clock stands at the opening that it rolls to.
    let stands = [("2026-11-26T07:00", "2026-11-26T09:20")];
    let text = "working_days = 1\nends = \"same_time\"";
    assert_eq!(due(text, "2026-11-24T20:00", &stands).due_at, at("2026-11-26T09:20"));
}

#[test]
fn elapsed_time_leaves_the_pauses_out() {
    let calendar = plain_with("");
    let elapsed = |stretches: &[(&str, &str)]| {
        let (from, to) = (at("2026-11-24T08:00"), at("2026-11-25T16:00"));
        calendar.official().elapsed(from, to, &pauses(stretches)).unwrap()
    };
    assert_eq!(elapsed(&[("2026-11-24T15:00", "2026-11-25T09:00")]), hours(14));
    assert_eq!(elapsed(&[("2026-11-20T00:00", "2026-11-30T00:00")]), hours(0));
}

#[test]
fn a_proof_that_counts_a_pause_does_not_add_up() {
    let mut proof =
        due("working_hours = 8", "2026-11-24T08:00", &[("2026-11-24T10:00", "2026-11-24T11:00")]).proof;
    proof.pauses = vec![(at("2026-11-24T09:00"), at("2026-11-24T10:00"))];
    assert!(proof.check().unwrap_err().to_string().contains("stood still"));
}
