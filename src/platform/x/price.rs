//! What an answer of X costs, which it alone tells: the posts and the people in it, each once a day.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::domain::quota::{X_AUTHOR_READ, X_POST_READ};
use crate::platform::json;

/// What answers cost since it was last asked, in millionths of a dollar.
#[derive(Debug, Default)]
pub(in crate::platform) struct Bill(Mutex<Day>);

/// A day as X reckons it, by UTC.
#[derive(Debug, Default)]
struct Day {
    date: Option<Date>,
    /// What was told on it. Another process, or this one begun anew, knows nothing of it and books too much, never too little.
    told: HashSet<(&'static str, String)>,
    owed: i64,
}

/// Where an answer has what costs something: what it is, and its price.
const PLACES: [(&str, &str, i64); 4] = [
    ("/data", "post", X_POST_READ),
    ("/includes/tweets", "post", X_POST_READ),
    ("/includes/posts", "post", X_POST_READ),
    ("/includes/users", "user", X_AUTHOR_READ),
];

impl Bill {
    /// Adds what `answer` costs beside what was `paid` before it was asked for.
    pub(super) fn add(&self, answer: &Value, paid: i64, now: Timestamp) {
        let mut day = self.day();
        let date = TimeZone::UTC.to_datetime(now).date();
        if day.date != Some(date) {
            *day = Day { date: Some(date), told: HashSet::new(), owed: day.owed };
        }
        for (place, what, price) in PLACES {
            for item in json::list(answer, place) {
                let is_new = json::id(item, "/id").is_none_or(|id| day.told.insert((what, id)));
                day.owed = day.owed.saturating_add(if is_new { price } else { 0 });
            }
        }
        day.owed = day.owed.saturating_sub(paid);
    }

    /// What is owed, below nothing where too much was paid; and from then on nothing.
    pub(super) fn take(&self) -> i64 {
        std::mem::take(&mut self.day().owed)
    }

    fn day(&self) -> MutexGuard<'_, Day> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn posts_and_people_are_owed_once_a_day_and_what_was_paid_before_is_taken_off() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let page = json!({"data": [{"id": "1"}, {"id": "2"}], "includes": {"users": [{"id": "1"}], "tweets": [{"id": "3"}]}});
        let whole = 3 * 5_000 + 10_000;
        let bill = Bill::default();
        bill.add(&page, 0, at("2026-11-24T23:59:59Z"));
        bill.add(&page, 0, at("2026-11-24T23:59:59Z"));
        bill.add(&json!({"data": {"id": "9"}}), 0, at("2026-11-24T23:59:59Z"));
        assert_eq!((bill.take(), bill.take()), (whole, 0));
        bill.add(&page, 30_000, at("2026-11-25T00:00:00Z"));
        assert_eq!(bill.take(), whole - 30_000);
    }
}
