//! Entries as the store writes them, and what the report makes of them.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00+04:00").parse().unwrap()
}

/// On what the 24th of November decided.
fn report() -> Report {
    Report::of(Periods::One { from: at("24T00:00"), to: at("25T00:00") })
}

/// An entry as the store writes it, of clock `number`.
fn entry(act: &str, number: i64, more: &[(&str, &str)]) -> Vec<u8> {
    let mut fields = serde_json::json!({
        "number": number, "clock": "first_reply", "kind": "question", "platform": "x", "priority": "normal",
        "started_at": at("24T08:00"), "received_at": at("24T08:00"), "read_late": null,
        "due_at": at("24T12:00"), "remaining_s": null, "target_s": 14_400, "generation": 1,
    });
    for (name, value) in more {
        fields[name] = serde_json::from_str(value).unwrap();
    }
    let act = serde_json::Value::from(act);
    format!("{{\"act\":{act},\"at\":\"2026-11-24T08:30:00.000000Z\",\"fields\":{fields}}}").into_bytes()
}

fn answered(number: i64, when: &str, verdict: &str, used: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let when = format!("\"{}\"", at(when));
    let verdict = format!("\"{verdict}\"");
    let told = [("answered_at", &*when), ("verdict", &*verdict), ("used_s", used)];
    entry("clock.answered", number, &[&told[..], more].concat())
}

fn lines(entries: &[Vec<u8>], now: &str) -> Vec<Line> {
    let mut report = report();
    entries.iter().for_each(|entry| report.entry(entry).unwrap());
    report.lines(at(now)).into_values().flatten().collect()
}

/// The line of the questions on X; the one of all comes before it, and says the same here.
fn line(entries: &[Vec<u8>], now: &str) -> Line {
    let lines = lines(entries, now);
    let [all, questions] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(Line { subject: questions.subject, ..all.clone() }, *questions);
    questions.clone()
}

#[test]
fn answers_are_counted_as_kept_or_late_with_the_working_time_they_took() {
    let log = [
        entry("clock.opened", 1, &[]),
        answered(1, "24T09:00", "met", "3600", &[]),
        answered(2, "24T12:00", "met", "14400", &[]),
        answered(3, "24T13:00", "missed", "18000", &[]),
    ];
    let line = line(&log, "24T14:00");
    assert_eq!((line.met, line.missed, line.unanswered, line.by_system, line.after_closing), (2, 1, 0, 0, 0));
    assert_eq!((line.median_s, line.p90_s), (Some(14_400), Some(18_000)));
}

#[test]
fn a_deadline_that_passed_without_an_answer_is_missed_and_one_to_come_is_not_counted() {
    let log = [entry("clock.opened", 1, &[])];
    let missed = line(&log, "24T12:01");
    assert_eq!((missed.missed, missed.unanswered, missed.median_s), (1, 1, None));
    assert!(lines(&log, "24T12:00").is_empty(), "an answer now would be in time");
}

#[test]
fn a_promise_is_counted_in_the_period_in_which_it_was_decided_and_in_no_other() {
    let late = answered(1, "25T09:00", "missed", "20000", &[]);
    assert_eq!(line(&[late], "26T09:00").missed, 1, "its deadline passed on the 24th");
    let due = format!("\"{}\"", at("23T12:00"));
    let of_the_day_before = answered(1, "24T09:00", "missed", "20000", &[("due_at", &*due)]);
    assert!(lines(&[of_the_day_before], "26T09:00").is_empty());
    let due = format!("\"{}\"", at("26T12:00"));
    let early = answered(1, "24T09:00", "met", "600", &[("due_at", &*due)]);
    assert_eq!(line(&[early], "24T10:00").met, 1, "it was kept on the 24th");
}

#[test]
fn what_was_cancelled_or_stands_still_is_not_counted() {
    let later = format!("\"{}\"", at("24T16:00"));
    let later = [("due_at", &*later)];
    let cancelled = [entry("clock.opened", 1, &later), entry("clock.cancelled", 1, &later)];
    assert!(lines(&cancelled, "26T09:00").is_empty());
    let still = [("due_at", "null"), ("remaining_s", "60")];
    let paused = [entry("clock.opened", 1, &[]), entry("clock.paused", 1, &still)];
    assert!(lines(&paused, "26T09:00").is_empty());
    let over = [("due_at", "null"), ("remaining_s", "0")];
    let paused = [entry("clock.opened", 1, &[]), entry("clock.paused", 1, &over)];
    assert_eq!(line(&paused, "26T09:00").unanswered, 1, "its deadline had passed before");
}

#[test]
fn a_clock_that_was_counted_anew_is_judged_by_its_last_deadline() {
    let later = format!("\"{}\"", at("26T12:00"));
    let recounted = entry("clock.recounted", 1, &[("due_at", &*later), ("generation", "2")]);
    let told_of_the_former = entry("clock.overdue", 1, &[]);
    let log = [entry("clock.opened", 1, &[]), recounted, told_of_the_former];
    assert!(lines(&log, "26T09:00").is_empty());
}

#[test]
fn a_breach_that_a_new_calendar_took_back_is_told_once_beside_what_became_of_the_promise() {
    let (later, breached) = (format!("\"{}\"", at("26T12:00")), format!("\"{}\"", at("24T12:00")));
    let withdrawn = |generation| {
        let told = [("due_at", &*later), ("breached_at", &*breached), ("generation", generation)];
        entry("clock.recounted", 1, &told)
    };
    let mut log = vec![entry("clock.opened", 1, &[]), withdrawn("2"), withdrawn("3")];
    let open = line(&log, "25T09:00");
    assert_eq!((open.missed, open.withdrawn), (0, 1));
    log.push(answered(1, "24T13:00", "met", "18000", &[("due_at", &*later)]));
    let kept = line(&log, "25T09:00");
    assert_eq!((kept.met, kept.missed, kept.withdrawn), (1, 0, 1));
}

#[test]
fn what_was_cancelled_after_its_deadline_is_neither_kept_nor_missed_and_is_told() {
    // Entries of these tests are from 12:30 in Dubai; the deadline was at noon.
    let cancelled = line(&[entry("clock.opened", 1, &[]), entry("clock.cancelled", 1, &[])], "26T09:00");
    assert_eq!((cancelled.met, cancelled.missed, cancelled.cancelled_overdue), (0, 0, 1));
    let over = [("due_at", "null"), ("remaining_s", "0")];
    let stood_still =
        [entry("clock.opened", 1, &[]), entry("clock.paused", 1, &over), entry("clock.cancelled", 1, &over)];
    assert_eq!(line(&stood_still, "26T09:00").cancelled_overdue, 1);
}

#[test]
fn breaches_by_late_reading_and_answers_after_closing_are_told_apart() {
    let late = [("read_late", "\"yes\""), ("late_by_reading", "\"yes\"")];
    let log = [
        answered(1, "24T13:00", "missed", "18000", &late),
        answered(2, "24T15:00", "missed", "25200", &late[..1]),
        answered(3, "24T20:00", "missed", "14400", &[("overdue_s", "0")]),
    ];
    let line = line(&log, "24T21:00");
    assert_eq!((line.missed, line.by_system, line.after_closing), (3, 1, 1));
}

#[test]
fn an_unanswered_message_that_came_after_its_deadline_is_missed_by_the_system() {
    let received = format!("\"{}\"", at("24T12:30"));
    let opened = entry("clock.opened", 1, &[("read_late", "\"yes\""), ("received_at", &*received)]);
    assert_eq!(line(&[opened], "24T13:00").by_system, 1);
}

#[test]
fn an_entry_of_a_clock_that_cannot_be_read_is_told_and_others_are_passed_over() {
    let mut report = report();
    report.entry(b"{\"act\":\"comment.judged\",\"fields\":{\"kind\":7}}").unwrap();
    report
        .entry(b"{\"act\":\"clock.told\",\"at\":\"2026-11-24T08:30:00Z\",\"fields\":{\"point\":\"75%\"}}")
        .unwrap();
    let refused = report.entry(&entry("clock.opened", 1, &[("due_at", "\"noon\"")])).unwrap_err();
    assert!(refused.to_string().contains("clock.opened"), "{refused}");
}

proptest! {
    #[test]
    fn a_rank_is_the_least_number_that_so_many_do_not_exceed(
        mut numbers in prop::collection::vec(0_u32..1_000, 1..200), percent in 1_usize..=100,
    ) {
        let found = nearest_rank(&mut numbers, percent).unwrap();
        let share = |holds: &dyn Fn(u32) -> bool| numbers.iter().filter(|number| holds(**number)).count() * 100;
        prop_assert!(share(&|number: u32| number <= found) >= percent * numbers.len());
        prop_assert!(share(&|number: u32| number < found) < percent * numbers.len());
    }
}
