//! Into which period of a report an instant falls.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The periods that a report counts by. Each is known by a day.
#[derive(Debug, Clone)]
pub enum Periods {
    /// One, from an instant on and before another; it is known by no day in particular.
    One {
        /// Its first instant.
        from: Timestamp,
        /// The first instant after it.
        to: Timestamp,
    },
    /// The months of the calendar in this zone, each known by its first day.
    Months(TimeZone),
}

impl Periods {
    /// The period of an instant; `None` where it is in none.
    pub fn of(&self, at: Timestamp) -> Option<Date> {
        match self {
            Periods::One { from, to } => (*from..*to).contains(&at).then_some(Date::ZERO),
            Periods::Months(zone) => Some(zone.to_datetime(at).date().first_of_month()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_of_its_zone() {
        let months = Periods::Months(TimeZone::get("Asia/Dubai").unwrap());
        let of = |at: &str| months.of(at.parse().unwrap()).unwrap().to_string();
        assert_eq!(of("2026-10-31T19:59:59Z"), "2026-10-01");
        assert_eq!(of("2026-10-31T20:00:00Z"), "2026-11-01");
    }

    #[test]
    fn what_is_outside_a_single_period_is_in_none() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let one = Periods::One { from: at(10), to: at(20) };
        assert_eq!([9, 10, 19, 20].map(|second| one.of(at(second)).is_some()), [false, true, true, false]);
    }
}
