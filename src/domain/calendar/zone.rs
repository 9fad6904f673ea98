//! From the wall clock of a zone to instants.
//!
//! A wall time becomes an instant once, by the "compatible" rule of RFC 5545 and Temporal: in a gap
//! the later one by the gap's length, in a fold the earlier one. After that only seconds count.

use std::ops::Range;

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A zone's clock that remembers the stretch of wall time it was last asked about, in which the
/// offset is steady: two centuries of edges then cost a subtraction each, and a lookup a transition.
pub(super) struct WallClock<'z> {
    zone: &'z TimeZone,
    steady: Range<i64>,
    offset: i64,
}

impl<'z> WallClock<'z> {
    pub(super) fn new(zone: &'z TimeZone) -> Self {
        Self { zone, steady: 0..0, offset: 0 }
    }

    /// The instant, in seconds since 1970-01-01T00:00Z, at which the zone's clocks show `wall`
    /// (seconds since they showed 1970-01-01T00:00).
    pub(super) fn instant(&mut self, wall: i64) -> i64 {
        if self.steady.contains(&wall) {
            return wall - self.offset;
        }
        let shown =
            Offset::UTC.to_datetime(Timestamp::from_second(wall).expect("a wall time of these centuries"));
        let instant = self.zone.to_timestamp(shown).expect("an instant of these centuries");
        self.settle(instant);
        instant.as_second()
    }

    /// Remembers the wall times that the offset of `instant` is used for: by the rule, those before a change
    /// reach to where both offsets have shown the change, whether it makes a gap or a fold.
    fn settle(&mut self, instant: Timestamp) {
        let second = SignedDuration::from_secs(1);
        let offset_at = |at: Timestamp| i64::from(self.zone.to_offset(at).seconds());
        let border = |at: Timestamp| at.as_second() + offset_at(at - second).max(offset_at(at));
        let since = self.zone.preceding(instant + second).next().map(|change| border(change.timestamp()));
        let until = self.zone.following(instant).next().map(|change| border(change.timestamp()));
        self.steady = since.unwrap_or(i64::MIN)..until.unwrap_or(i64::MAX);
        self.offset = offset_at(instant);
    }
}

/// The wall time that the zone's clocks show at `instant`, both in seconds as above.
pub(super) fn wall_at(zone: &TimeZone, instant: i64) -> i64 {
    let at = Timestamp::from_second(instant).expect("an instant of these centuries");
    instant + i64::from(zone.to_offset(at).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembering_an_offset_changes_no_answer() {
        let zones = [
            "Asia/Dubai",
            "Africa/Cairo",
            "America/Asuncion",
            "Pacific/Chatham",
            "Pacific/Apia",
            "Europe/Dublin",
        ];
        for name in zones {
            let zone = TimeZone::get(name).unwrap();
            let mut clock = WallClock::new(&zone);
            let year_2008 = Timestamp::from_second(1_199_145_600).unwrap();
            let changes = zone.following(year_2008).take(40).map(|change| change.timestamp().as_second());
            // A day and more before and after each change, so that wherever it was last asked does not matter.
            for near in changes.chain([1_795_000_000]) {
                for wall in (near - 100_000..near + 100_000).step_by(1_350) {
                    assert_eq!(clock.instant(wall), WallClock::new(&zone).instant(wall), "{name} at {wall}");
                }
            }
        }
    }

    #[test]
    fn a_wall_time_in_a_gap_is_later_by_the_gap_and_in_a_fold_the_earlier() {
        // Cairo sprang forward at midnight on 26 April 2024 and fell back at midnight on 1 November 2024.
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        let wall = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let mut clock = WallClock::new(&cairo);
        assert_eq!(clock.instant(wall("2024-04-26T00:30:00Z")), wall("2024-04-25T22:30:00Z"));
        assert_eq!(clock.instant(wall("2024-10-31T23:30:00Z")), wall("2024-10-31T20:30:00Z"));
    }
}
