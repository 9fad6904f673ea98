//! What an answer of X costs, which it alone tells: the posts and the people in it, each once a day.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::domain::quota::{X_AUTHOR_READ, X_POST_READ};
use crate::platform::json;

/// What answers cost and is not paid yet, in millionths of a dollar.
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

    /// What is owed; below nothing where too much was paid.
    pub(super) fn owed(&self) -> i64 {
        self.day().owed
    }

    /// Takes off what was paid. Where two pay the same at once, the next that pays is given it back.
    pub(super) fn pay(&self, amount: i64) {
        let mut day = self.day();
        day.owed = day.owed.saturating_sub(amount);
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
        assert_eq!((bill.owed(), bill.owed()), (whole, whole), "what was not paid stays owed");
        bill.pay(whole);
        assert_eq!(bill.owed(), 0);
        bill.add(&page, 30_000, at("2026-11-25T00:00:00Z"));
        assert_eq!(bill.owed(), whole - 30_000);
    }
}
