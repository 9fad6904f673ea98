//! Escalation: at which points of a reply clock staff are told, and which of them is told when several have passed.
//!
//! A point is a share of the promised working time, or working time past the deadline; never wall time before it. The
//! order of points is kept: a point is told once, and never after a higher one. Where on the official clock a point
//! falls is the calendar's to say; who is at work to be told is the recipient's own.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::notice::RecipientName;

/// A deadline that moved later by more than this is told of anew (an hour: it is another day's work then).
const MOVED: SignedDuration = SignedDuration::from_hours(1);

/// A point of a reply clock, in the order in which a clock passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// So many percent of the promised working time are used, from 1 to 100.
    Used(u8),
    /// The deadline passed so many working minutes ago.
    Past(u32),
}

/// `75%` of the time is used; `+60` working minutes past the deadline.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Used(percent) => write!(f, "{percent}%"),
            Point::Past(minutes) => write!(f, "+{minutes}"),
        }
    }
}

/// A word that is no point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is no point of a reply clock; allowed are the likes of 75% and +60")]
pub struct NoPoint;

impl FromStr for Point {
    type Err = NoPoint;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let number =
            |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok());
        let point = match (word.strip_suffix('%'), word.strip_prefix('+')) {
            (Some(percent), None) => {
                let percent = number(percent).flatten().and_then(|percent: u32| u8::try_from(percent).ok());
                percent.filter(|percent| (1..=100).contains(percent)).map(Point::Used)
            }
            (None, Some(minutes)) => number(minutes).flatten().map(Point::Past),
            _ => None,
        };
        point.ok_or(NoPoint)
    }
}

/// One step of the escalation: at this point these are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub point: Point,
    /// Who, by the names of their recipients; nobody outside the console where empty.
    pub to: Vec<RecipientName>,
    /// Whether they are told at once, at work or not; what the promise says where `None`.
    pub urgent: Option<bool>,
}

/// A point of one clock, and when the clock passes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Armed {
    /// The point.
    pub point: Point,
    /// When it is passed.
    pub at: Timestamp,
}

/// What has passed since a clock was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Points below the told one that nobody was told of in time.
    pub skipped: Vec<Point>,
    /// The highest point passed: the one to tell.
    pub told: Option<Point>,
    /// The next one, which is still to come.
    pub next: Option<Armed>,
}

/// What `points`, in their order, come to at `now`, when the next to be told was `next` or the one after it.
pub fn passed(points: &[Armed], next: Point, now: Timestamp) -> Passed {
    let ahead = points.iter().filter(|armed| armed.point >= next);
    let (mut skipped, next): (Vec<Point>, _) = {
        let (gone, to_come): (Vec<&Armed>, Vec<&Armed>) = ahead.partition(|armed| armed.at <= now);
        (gone.into_iter().map(|armed| armed.point).collect(), to_come.first().copied().copied())
    };
    let told = skipped.pop();
    Passed { skipped, told, next }
}

/// The next point of a clock whose points were reckoned anew, when `told` was the highest that it passed before and the
/// deadline moved from `due_before` to `due_at`. What was told is told again only where the deadline moved later by more
/// than an hour and the point is still to come.
pub fn rearmed(
    points: &[Armed],
    told: Option<Point>,
    due_before: Timestamp,
    due_at: Timestamp,
    now: Timestamp,
) -> Option<Armed> {
    let anew = due_at.duration_since(due_before) > MOVED;
    points.iter().find(|armed| Some(armed.point) > told || (anew && armed.at > now)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn armed() -> Vec<Armed> {
        let points =
            [(Point::Used(50), 100), (Point::Used(75), 150), (Point::Past(0), 200), (Point::Past(60), 300)];
        points.map(|(point, minute)| Armed { point, at: at(minute) }).to_vec()
    }

    #[test]
    fn a_point_is_told_when_it_is_passed_and_the_next_one_waits() {
        let seen = passed(&armed(), Point::Used(50), at(99));
        assert_eq!(seen, Passed { skipped: vec![], told: None, next: Some(armed()[0]) });
        let seen = passed(&armed(), Point::Used(50), at(100));
        assert_eq!(seen, Passed { skipped: vec![], told: Some(Point::Used(50)), next: Some(armed()[1]) });
    }

    #[test]
    fn after_three_missed_points_the_highest_is_told_and_the_others_are_skipped() {
        let seen = passed(&armed(), Point::Used(50), at(250));
        let skipped = vec![Point::Used(50), Point::Used(75)];
        assert_eq!(seen, Passed { skipped, told: Some(Point::Past(0)), next: Some(armed()[3]) });
        let seen = passed(&armed(), Point::Past(60), at(250));
        assert_eq!(seen, Passed { skipped: vec![], told: None, next: Some(armed()[3]) });
    }

    #[test]
    fn a_deadline_moved_by_less_than_an_hour_is_not_told_again() {
        let next = |told, due_before, now| rearmed(&armed(), told, at(due_before), at(200), at(now));
        assert_eq!(next(Some(Point::Used(75)), 140, 90), Some(armed()[2]), "an hour later");
        assert_eq!(next(Some(Point::Used(75)), 139, 90), Some(armed()[0]), "more than an hour later");
        assert_eq!(
            next(Some(Point::Used(75)), 139, 110),
            Some(armed()[1]),
            "what has passed anew was told before"
        );
        assert_eq!(next(Some(Point::Used(75)), 400, 90), Some(armed()[2]), "sooner");
        assert_eq!(next(None, 400, 500), Some(armed()[0]), "what was never told is told late");
        assert_eq!(next(Some(Point::Past(60)), 200, 90), None);
    }

    #[test]
    fn a_point_is_read_back_from_its_word() {
        for point in [Point::Used(1), Point::Used(100), Point::Past(0), Point::Past(u32::MAX)] {
            assert_eq!(point.to_string().parse(), Ok(point));
        }
        for word in ["", "75", "0%", "101%", "-5%", "+", "+-1", "++1", "%", "+4294967296", "٧٥%"] {
            assert_eq!(word.parse::<Point>(), Err(NoPoint), "{word:?}");
        }
    }

    proptest! {
        #[test]
        fn however_often_it_is_looked_each_point_is_told_or_skipped_once(
            mut looks in proptest::collection::vec(0_i64..400, 0..12),
        ) {
            looks.sort_unstable();
            let points = armed();
            let mut next = Some(points[0]);
            let mut seen = Vec::new();
            for look in &looks {
                let Some(waits) = next else { break };
                let passed = passed(&points, waits.point, at(*look));
                seen.extend(passed.skipped);
                seen.extend(passed.told);
                next = passed.next;
            }
            let last = looks.last().map_or(at(-1), |look| at(*look));
            let expected: Vec<Point> = points.iter().filter(|armed| armed.at <= last).map(|armed| armed.point).collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
