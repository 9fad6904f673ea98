//! When something recurs: a cron expression read on the wall clock of a time zone.
//!
//! The `cron` crate finds the next wall time; placing it in real time is left to `jiff`. That way a time that
//! the clocks skip in spring comes an hour later, and one that they repeat in autumn comes once.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A schedule of six fields: second, minute, hour, day of month, month, day of week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PollSchedule(cron::Schedule);

/// A schedule that is refused; the message says what is allowed and gives one that works.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found \"{found}\": {wrong}; allowed: {allowed}; for example \"0 */5 * * * *\", every five minutes")]
pub struct ScheduleError {
    found: String,
    wrong: &'static str,
    allowed: &'static str,
}

impl PollSchedule {
    /// The first tick after `instant`, on the wall clock of `zone`. A schedule ends with the year 2100, as
    /// `cron` does; after its last tick this is [`Timestamp::MAX`].
    pub fn next_after(&self, instant: Timestamp, zone: &TimeZone) -> Timestamp {
        let wall = dressed_as_utc(zone.to_datetime(instant));
        self.0
            .after(&wall)
            .filter_map(|tick| zone.to_timestamp(undressed(tick)?).ok())
            .find(|placed| *placed > instant)
            .unwrap_or(Timestamp::MAX)
    }
}

/// A wall time in the only form in which `cron` reads one without shifting it.
fn dressed_as_utc(wall: civil::DateTime) -> DateTime<Utc> {
    let second = TimeZone::UTC.to_timestamp(wall).map_or(i64::MAX, Timestamp::as_second);
    DateTime::from_timestamp(second, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn undressed(tick: DateTime<Utc>) -> Option<civil::DateTime> {
    Timestamp::from_second(tick.timestamp()).ok().map(|at| TimeZone::UTC.to_datetime(at))
}

impl FromStr for PollSchedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let refuse = |wrong, allowed| Err(ScheduleError { found: text.to_owned(), wrong, allowed });
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [second, _, _, _, _, weekday] = fields[..] else {
            return refuse(
                "these are not six fields",
                "second, minute, hour, day of month, month and day of week",
            );
        };
        // `* */5 * * * *` looks like every five minutes and is sixty polls in every fifth.
        if second.parse::<u8>().is_ok_and(|second| second > 59) || second.parse::<u8>().is_err() {
            return refuse("it would run many times a minute", "one second from 0 to 59 in the first field");
        }
        // `cron` counts Sunday as 1, where every other cron has 0 or 7.
        if weekday.contains(|letter: char| letter.is_ascii_digit()) {
            return refuse(
                "days of the week by number mean different days to different programs",
                "MON to SUN",
            );
        }
        let Ok(schedule) = cron::Schedule::from_str(text) else {
            return refuse("it cannot be read", "numbers, ranges (1-5), lists (1,2), steps (*/5) and *");
        };
        if schedule.after(&DateTime::<Utc>::UNIX_EPOCH).next().is_none() {
            return refuse("no year has such a date", "a day that its month has");
        }
        Ok(PollSchedule(schedule))
    }
}

impl TryFrom<String> for PollSchedule {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<Self, ScheduleError> {
        text.parse()
    }
}

impl From<PollSchedule> for String {
    fn from(schedule: PollSchedule) -> String {
        schedule.to_string()
    }
}

impl fmt::Display for PollSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.source())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticks(schedule: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let schedule: PollSchedule = schedule.parse().unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let first: Timestamp = from.parse().unwrap();
        std::iter::successors(Some(first), |last| Some(schedule.next_after(*last, &zone)))
            .skip(1)
            .take(count)
            .map(|tick| tick.to_zoned_datetime(zone.clone()).strftime("%d %H:%M:%S %:z").to_string())
            .collect()
    }

    fn refusal(schedule: &str) -> String {
        schedule.parse::<PollSchedule>().unwrap_err().to_string()
    }

    #[test]
    fn a_schedule_is_read_on_the_wall_clock_of_its_zone() {
        let morning = ticks("0 30 7 * * MON-FRI", "Asia/Dubai", "2026-11-27T03:29:59Z", 3);
        assert_eq!(morning, ["27 07:30:00 +04:00", "30 07:30:00 +04:00", "01 07:30:00 +04:00"]);
    }

    #[test]
    fn a_tick_at_this_very_instant_is_not_the_next_one() {
        let next = ticks("0 */5 * * * *", "Asia/Dubai", "2026-11-24T03:30:00Z", 2);
        assert_eq!(next, ["24 07:35:00 +04:00", "24 07:40:00 +04:00"]);
    }

    #[test]
    fn a_time_that_the_clocks_skip_comes_an_hour_later() {
        let spring = ticks("0 30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2);
        assert_eq!(spring, ["29 03:30:00 +02:00", "30 02:30:00 +02:00"]);
    }

    #[test]
    fn a_time_that_the_clocks_repeat_comes_once() {
        let autumn = ticks("0 30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
        assert_eq!(autumn, ["25 02:30:00 +02:00", "26 02:30:00 +01:00"]);
    }

    #[test]
    fn every_refusal_says_what_is_allowed_and_what_works() {
        assert_eq!(
            refusal("* */5 * * * *"),
            "found \"* */5 * * * *\": it would run many times a minute; allowed: one second from 0 to 59 in the \
             first field; for example \"0 */5 * * * *\", every five minutes"
        );
        assert!(refusal("*/5 * * * *").contains("these are not six fields"));
        assert!(refusal("0 0 7 * * 1-5").contains("allowed: MON to SUN"));
        assert!(refusal("0 0 0 30 2 *").contains("no year has such a date"));
        assert!(refusal("0 61 * * * *").contains("it cannot be read"));
        assert!(refusal("60 * * * * *").contains("many times a minute"));
    }

    proptest! {
        #[test]
        fn the_next_tick_is_always_later(second in 0i64..4_000_000_000, zone in "Asia/Dubai|Europe/Berlin|America/New_York") {
            let schedule: PollSchedule = "0 */20 1-4 * * *".parse().unwrap();
            let zone = TimeZone::get(&zone).unwrap();
            let now = Timestamp::from_second(second).unwrap();
            let next = schedule.next_after(now, &zone);
            prop_assert!(next > now);
            prop_assert!(next.duration_since(now) <= jiff::SignedDuration::from_hours(26));
        }
    }
}
