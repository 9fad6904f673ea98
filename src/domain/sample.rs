//! The weekly sample: some of the machine's hides and some of what it left visible, drawn by lot, to be judged by people who do not
//! know what the machine said. Each verdict's place in the lot is a hash, so whoever knows the seed draws the same again.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::judge::Outcome;

/// How long after its end a week is drawn: whatever was judged in it is in the database by then, and it is early in the morning.
const DRAWN_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// What is drawn, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// How many of a week's hides, at most.
    pub hides: u16,
    /// How many of what was left visible, at most.
    pub allows: u16,
    /// The day with which weeks begin.
    pub weekday: Weekday,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { hides: 50, allows: 50, weekday: Weekday::Monday }
    }
}

/// Seven days, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub begins: Date,
    /// When that begins.
    pub from: Timestamp,
    /// When its last day is over.
    pub until: Timestamp,
}

impl Week {
    /// The last week that can be drawn at `now`, of those that begin on `weekday` by the wall clock of `zone`, and when the next one
    /// can; `None` at the ends of time.
    pub fn last(now: Timestamp, weekday: Weekday, zone: &TimeZone) -> Option<(Week, Timestamp)> {
        let day = zone.to_datetime(now.checked_sub(DRAWN_AFTER).ok()?).date();
        let end = day.checked_sub(i64::from(day.weekday().since(weekday)).days()).ok()?;
        let begins = end.checked_sub(7.days()).ok()?;
        let midnight = |day: Date| Some(day.to_zoned_datetime(zone.clone()).ok()?.timestamp());
        let next = midnight(end.checked_add(7.days()).ok()?)?;
        Some((Week { begins, from: midnight(begins)?, until: midnight(end)? }, next + DRAWN_AFTER))
    }
}

/// A drawing: every verdict of the week is offered, and those that the lot places first stay.
#[derive(Debug)]
pub struct Draw {
    seed: [u8; 32],
    hides: Stratum,
    allows: Stratum,
}

#[derive(Debug)]
struct Stratum {
    size: usize,
    offered: u64,
    first: BTreeSet<([u8; 32], i64)>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// By what.
    pub seed: [u8; 32],
    /// The numbers of the decisions, hides and allows mixed, in the order in which people are asked.
    pub decisions: Vec<i64>,
    /// Out of how many hides.
    pub hides: u64,
    /// Out of how many that were left visible.
    pub allows: u64,
}

/// The place of a decision in the lot: SHA-256 of the seed and the decision's number in decimal digits. The least come first.
pub fn place(seed: &[u8; 32], decision: i64) -> [u8; 32] {
    Sha256::new().chain_update(seed).chain_update(decision.to_string()).finalize().into()
}

impl Draw {
    /// Nothing was offered yet.
    pub fn new(seed: [u8; 32], sampling: Sampling) -> Self {
        let stratum = |size: u16| Stratum { size: size.into(), offered: 0, first: BTreeSet::new() };
        Draw { seed, hides: stratum(sampling.hides), allows: stratum(sampling.allows) }
    }

    /// Offers a verdict. What was left to a person is none of the machine's.
    pub fn offer(&mut self, decision: i64, outcome: Outcome) {
        let stratum = match outcome {
            Outcome::Hide => &mut self.hides,
            Outcome::Allow => &mut self.allows,
            Outcome::Review => return,
        };
        stratum.offered += 1;
        stratum.first.insert((place(&self.seed, decision), decision));
        if stratum.first.len() > stratum.size {
            stratum.first.pop_last();
        }
    }

    /// Those that stay.
    pub fn drawn(self) -> Drawn {
        let Draw { seed, hides, allows } = self;
        let (of_hides, of_allows) = (hides.offered, allows.offered);
        let mixed: BTreeSet<_> = hides.first.into_iter().chain(allows.first).collect();
        let decisions = mixed.into_iter().map(|(_, decision)| decision).collect();
        Drawn { seed, decisions, hides: of_hides, allows: of_allows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sampling = Sampling { hides: 3, allows: 2, weekday: Weekday::Monday };

    fn outcome(decision: i64) -> Outcome {
        [Outcome::Allow, Outcome::Hide, Outcome::Review][decision as usize % 3]
    }

    fn draw(seed: u8, decisions: impl IntoIterator<Item = i64>) -> Drawn {
        let mut draw = Draw::new([seed; 32], SIZES);
        decisions.into_iter().for_each(|decision| draw.offer(decision, outcome(decision)));
        draw.drawn()
    }

    #[test]
    fn the_same_seed_draws_the_same_in_whatever_order_and_another_draws_others() {
        let drawn = draw(1, 0..300);
        assert_eq!(draw(1, (0..300).rev()), drawn);
        assert_ne!(draw(2, 0..300).decisions, drawn.decisions);
        assert_eq!((drawn.hides, drawn.allows), (100, 100));
        let hides = drawn.decisions.iter().filter(|decision| outcome(**decision) == Outcome::Hide).count();
        assert_eq!((drawn.decisions.len(), hides), (5, 3), "what was left to a person is not drawn");
    }

    #[test]
    fn where_there_is_less_all_of_it_is_drawn() {
        assert_eq!(draw(1, [1, 4]).decisions.len(), 2);
        assert!(draw(1, []).decisions.is_empty());
    }

    #[test]
    fn every_verdict_is_drawn_about_as_often() {
        let mut seen = [0_u32; 10];
        for seed in 0..=255 {
            // Ten hides, of which three stay.
            for decision in draw(seed, (0..10).map(|number| number * 3 + 1)).decisions {
                seen[decision as usize / 3] += 1;
            }
        }
        // 77 are expected of each, give or take 7.
        assert!(seen.iter().all(|times| (45..110).contains(times)), "{seen:?}");
    }

    #[test]
    fn a_week_ends_at_local_midnight_and_is_drawn_in_the_morning() {
        let dubai = TimeZone::get("Asia/Dubai").unwrap();
        let at = |wall: &str| format!("{wall}+04:00").parse::<Timestamp>().unwrap();
        let last = |now: &str| Week::last(at(now), Weekday::Monday, &dubai).unwrap();
        // 23 November 2026 is a Monday.
        let (week, next) = last("2026-11-30T06:00:00");
        assert_eq!(week.begins.to_string(), "2026-11-23");
        assert_eq!((week.from, week.until), (at("2026-11-23T00:00:00"), at("2026-11-30T00:00:00")));
        assert_eq!(next, at("2026-12-07T06:00:00"));
        let (before, next) = last("2026-11-30T05:59:59");
        assert_eq!((before.until, next), (week.from, at("2026-11-30T06:00:00")));
        assert_eq!(last("2026-12-07T05:59:59").0, week);
    }
}
