//! The escalation's points on a clock's own time.

use jiff::Timestamp;

use super::super::*;
use crate::domain::comment::Platform;
use crate::domain::escalation::{Armed, Point};
use crate::domain::judge::Kind;
use crate::domain::reply::{ClockKind, Language, Priority};

fn federal(more: &str) -> Result<Calendar, Vec<String>> {
    let shipped = include_str!("../../../../config/calendar.toml");
    let without: String = shipped
        .split("[[escalation]]")
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.find("\n\n").map_or("", |end| &part[end..]),
        })
        .collect();
    Calendar::parse("calendar.toml", &format!("{without}\n{more}")).map_err(|problems| {
        problems.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
    })
}

fn at(wall: &str) -> Timestamp {
    format!("{wall}+04:00").parse().unwrap()
}

fn points(calendar: &Calendar, start: &str, pauses: &Pauses) -> Vec<Armed> {
    let owed = Owed {
        clock: ClockKind::FirstReply,
        platform: Platform::X,
        kind: Kind::Question,
        priority: Priority::Normal,
        language: Language::Arabic,
        team: None,
    };
    let promise = calendar.promise(&owed).unwrap();
    let due_at = calendar.due_at(at(start), promise, pauses).unwrap();
    calendar.points(promise.hours(), at(start), due_at, pauses)
}

const STEPS: &str = "[[escalation]]\nafter_working_minutes = 60\nto = [\"duty\"]\nurgent = true\n\
                     [[escalation]]\nat_percent = 75\nto = [\"team\"]\n[[escalation]]\nat_percent = 50\n";

#[test]
fn points_are_shares_of_the_working_time_and_working_time_past_the_deadline() {
    let calendar = federal(STEPS).unwrap();
    let armed = |point, wall: &str| Armed { point, at: at(wall) };
    // A question of Thursday noon is due on Monday: Friday has four and a half hours.
    assert_eq!(
        points(&calendar, "2026-11-26T12:00:00", &Pauses::NONE),
        [
            armed(Point::Used(50), "2026-11-27T08:00:00"),
            armed(Point::Used(75), "2026-11-27T10:00:00"),
            Armed { point: Point::Past(0), at: at("2026-11-27T12:00:00.000001") },
            armed(Point::Past(60), "2026-11-30T08:30:00"),
        ]
    );
}

#[test]
fn a_clock_that_stood_still_passes_its_points_later_by_that() {
    let calendar = federal(STEPS).unwrap();
    let pauses = Pauses::of([(at("2026-11-24T08:00:00"), at("2026-11-24T09:00:00"))]);
    let all = points(&calendar, "2026-11-24T07:30:00", &pauses);
    let walls: Vec<Timestamp> = all.iter().map(|armed| armed.at).collect();
    assert_eq!(walls[0], at("2026-11-24T12:30:00"));
    assert_eq!(walls[2], at("2026-11-25T08:30:00.000001"));
}

#[test]
fn a_deadline_is_a_point_where_no_step_is_stated() {
    let calendar = federal("").unwrap();
    assert!(calendar.escalation().is_empty());
    let all = points(&calendar, "2026-11-24T07:30:00", &Pauses::NONE);
    assert_eq!(all.iter().map(|armed| armed.point).collect::<Vec<_>>(), [Point::Past(0)]);
}

#[test]
fn a_deadline_is_a_point_also_where_others_lie_beyond_the_years_of_a_calendar() {
    let calendar = federal(STEPS).unwrap();
    let all = |start: &str, due: &str| {
        calendar
            .points(calendar.official(), at(start), at(due), &Pauses::NONE)
            .into_iter()
            .map(|armed| armed.point)
            .collect::<Vec<_>>()
    };
    // 31 December 2200 is a Wednesday, and the last day.
    assert_eq!(
        all("2200-12-31T07:30:00", "2200-12-31T15:30:00"),
        [Point::Used(50), Point::Used(75), Point::Past(0)]
    );
    assert_eq!(all("1969-12-31T07:30:00", "2026-11-24T15:30:00"), [Point::Past(0), Point::Past(60)]);
}

#[test]
fn a_step_without_a_point_or_with_one_that_was_stated_is_refused() {
    let steps = "[[escalation]]\nto = []\n[[escalation]]\nat_percent = 0\n[[escalation]]\nat_percent = 75\n\
                 [[escalation]]\nat_percent = 75\n[[escalation]]\nafter_working_minutes = 600000\n";
    let refused = federal(steps).unwrap_err();
    assert_eq!(refused.len(), 4, "{refused:?}");
    assert!(refused[0].starts_with("escalation[0]: states one point"), "{refused:?}");
    assert_eq!(refused[1], "escalation[1].at_percent: is 0; write a number from 1 to 100");
    assert_eq!(refused[2], "escalation[3]: states the point 75% a second time; name everyone in one step");
    assert!(
        refused[3].starts_with("escalation[4].after_working_minutes: is 600000; write a number from 0"),
        "{refused:?}"
    );
}

#[test]
fn the_shipped_steps_name_the_shipped_recipients() {
    let calendar =
        Calendar::parse("calendar.toml", include_str!("../../../../config/calendar.toml")).unwrap();
    let told: Vec<&str> =
        calendar.escalation().iter().flat_map(|step| &step.to).map(|name| name.as_str()).collect();
    let recipients = include_str!("../../../../config/majlis.toml");
    assert!(!told.is_empty());
    for name in told {
        assert!(recipients.contains(&format!("[[recipient]]\nname = \"{name}\"")), "{name}");
    }
}
