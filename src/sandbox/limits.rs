//! How much a caller may use, and how much it has used.
//!
//! Sources: YouTube's quota page (10,000 units a day, reset at midnight Pacific Time), X's rate
//! limit table (15-minute windows), Meta's Business Use Case limit (4,800 calls a day for each
//! engaged user).

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::tokens::Holder;
use crate::domain::comment::Platform;

/// Units of a YouTube project's day.
pub(super) const YOUTUBE_UNITS_A_DAY: u32 = 10_000;
/// Length of an X window.
pub(super) const X_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Calls in 24 hours to Facebook or Instagram: 4,800 for each of fifty engaged users.
pub(super) const META_CALLS_A_DAY: u32 = 4_800 * 50;

const MICROSECONDS_AN_HOUR: i64 = 3_600_000_000;

/// What has been used of every limit.
#[derive(Debug, Default)]
pub(super) struct Limits {
    youtube: Option<(Date, u32)>,
    x: HashMap<(&'static str, Holder), Window>,
    meta: HashMap<Platform, BTreeMap<i64, u32>>,
    /// How often a call came after its limit was used up.
    pub(super) exceeded: BTreeMap<Platform, u64>,
}

/// One window of an X limit, as the headers announce it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) limit: u32,
    pub(super) used: u32,
    pub(super) resets_at: Timestamp,
}

impl Limits {
    /// Takes `units` of the YouTube day, or `false` if they are not left.
    pub(super) fn youtube(&mut self, units: u32, now: Timestamp) -> bool {
        let today = now.to_zoned_datetime(pacific()).date();
        let used = match self.youtube {
            Some((day, used)) if day == today => used,
            _ => 0,
        };
        let fits = used + units <= YOUTUBE_UNITS_A_DAY;
        self.youtube = Some((today, if fits { used + units } else { used }));
        self.note(Platform::Youtube, fits)
    }

    /// Takes one call of an X window. Also in the `Err` case the window is for the headers.
    pub(super) fn x(
        &mut self,
        call: &'static str,
        holder: Holder,
        limit: u32,
        now: Timestamp,
    ) -> Result<Window, Window> {
        let fresh = Window { limit, used: 0, resets_at: now + X_WINDOW };
        let window = self.x.entry((call, holder)).or_insert(fresh);
        if window.resets_at <= now {
            *window = fresh;
        }
        let fits = window.used < limit;
        window.used += u32::from(fits);
        let window = *window;
        match self.note(Platform::X, fits) {
            true => Ok(window),
            false => Err(window),
        }
    }

    /// Counts one call to Facebook or Instagram; the answer is the percentage of the limit used
    /// in the last 24 hours, this call included.
    pub(super) fn meta(&mut self, platform: Platform, now: Timestamp) -> u32 {
        let hours = self.meta.entry(platform).or_default();
        let hour = now.as_microsecond().div_euclid(MICROSECONDS_AN_HOUR);
        *hours = hours.split_off(&(hour - 23));
        *hours.entry(hour).or_default() += 1;
        let used: u32 = hours.values().sum();
        let percent = u32::try_from(u64::from(used) * 100 / u64::from(META_CALLS_A_DAY)).unwrap_or(u32::MAX);
        self.note(platform, percent <= 100);
        percent
    }

    fn note(&mut self, platform: Platform, fits: bool) -> bool {
        if !fits {
            *self.exceeded.entry(platform).or_default() += 1;
        }
        fits
    }
}

/// The zone of YouTube's day.
fn pacific() -> TimeZone {
    TimeZone::get("America/Los_Angeles").expect("zone data is bundled")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn youtube_units_come_back_at_midnight_pacific_time() {
        let mut limits = Limits::default();
        assert!(limits.youtube(YOUTUBE_UNITS_A_DAY, at("2026-11-24T03:30:00Z")));
        assert!(!limits.youtube(1, at("2026-11-24T07:59:59Z")));
        assert!(limits.youtube(1, at("2026-11-24T08:00:00Z")));
        assert_eq!(limits.exceeded[&Platform::Youtube], 1);
    }

    #[test]
    fn an_x_window_opens_with_its_first_call_and_lasts_a_quarter_of_an_hour() {
        let mut limits = Limits::default();
        let opened = at("2026-11-24T03:37:00Z");
        for _ in 0..50 {
            assert!(limits.x("hide", Holder::User, 50, opened).is_ok());
        }
        let full = limits.x("hide", Holder::User, 50, opened + SignedDuration::from_mins(14)).unwrap_err();
        assert_eq!(full.resets_at, at("2026-11-24T03:52:00Z"));
        assert!(limits.x("hide", Holder::User, 50, full.resets_at).is_ok());
    }

    #[test]
    fn meta_counts_the_last_twenty_four_hours() {
        let mut limits = Limits::default();
        let start = at("2026-11-24T00:30:00Z");
        for _ in 0..META_CALLS_A_DAY / 2 {
            limits.meta(Platform::Facebook, start);
        }
        assert_eq!(limits.meta(Platform::Facebook, start + SignedDuration::from_hours(23)), 50);
        assert_eq!(limits.meta(Platform::Facebook, start + SignedDuration::from_hours(24)), 0);
        assert_eq!(limits.meta(Platform::Instagram, start), 0);
    }
}
