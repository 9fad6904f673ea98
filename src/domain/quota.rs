//! What a platform lets us spend, and on what: one budget for reading and acting.
//!
//! A call is charged to one or more purses before it goes out. Acts may empty a purse; reading leaves in it what the acts of the
//! rest of its time are likely to need, sized by what they needed of late. So a hide is not refused because the morning was
//! spent on reading.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::action::Act;
use super::comment::Platform;
use super::limits::links;

/// What a call is for.
#[derive(Debug, Clone, Copy)]
pub enum Errand<'a> {
    /// A page of a list.
    Read,
    /// A page of what a search finds.
    Find,
    /// So many comments by their ids.
    Look(usize),
    /// A reply of ours whose answer was lost is looked for: acting waits for it.
    Search,
    /// An act.
    Act(&'a Act),
    /// So many comments hidden in one call.
    HideTogether(usize),
    /// Asking who we are, or to be told of what happens.
    Ask,
}

impl Errand<'_> {
    /// Whether acting depends on it, so that it may spend what reading must leave.
    fn is_acting(self) -> bool {
        matches!(self, Errand::Search | Errand::Act(_) | Errand::HideTogether(_))
    }
}

/// Something that a platform counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purse {
    /// YouTube's units of a Pacific day.
    Units,
    /// Pages of mentions on X in a quarter of an hour.
    Reads,
    /// Pages of what a search finds there, in the same time.
    Finds,
    /// Posts looked up on X, by calls in a quarter of an hour.
    Looks,
    /// Hides and unhides on X in a quarter of an hour.
    Hides,
    /// Posts written on X in a quarter of an hour.
    Replies,
    /// Millionths of a dollar on X in a month.
    Money,
    /// Hundredths of Meta's allowance, which it announces itself.
    Usage,
}

impl Purse {
    /// Every purse.
    pub const ALL: [Purse; 8] = [
        Purse::Units,
        Purse::Reads,
        Purse::Finds,
        Purse::Looks,
        Purse::Hides,
        Purse::Replies,
        Purse::Money,
        Purse::Usage,
    ];

    /// The word for it in columns and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Purse::Units => "units",
            Purse::Reads => "reads",
            Purse::Finds => "finds",
            Purse::Looks => "looks",
            Purse::Hides => "hides",
            Purse::Replies => "replies",
            Purse::Money => "money",
            Purse::Usage => "usage",
        }
    }

    /// Until when what is spent from `now` on counts. X's quarters begin with the first call of each.
    fn until(self, now: Timestamp) -> Timestamp {
        let end = match self {
            Purse::Units => midnight_pacific(now),
            Purse::Money => end_of_month(now),
            Purse::Usage => now.checked_add(USAGE_HOLDS).ok(),
            Purse::Reads | Purse::Finds | Purse::Looks | Purse::Hides | Purse::Replies => {
                now.checked_add(X_WINDOW).ok()
            }
        };
        end.unwrap_or(Timestamp::MAX)
    }
}

/// YouTube's day ends at midnight Pacific Time, which moves against UTC twice a year.
fn midnight_pacific(now: Timestamp) -> Option<Timestamp> {
    let today = now.in_tz("America/Los_Angeles").ok()?;
    Some(today.tomorrow().ok()?.start_of_day().ok()?.timestamp())
}

fn end_of_month(now: Timestamp) -> Option<Timestamp> {
    let first = now.in_tz("UTC").ok()?.first_of_month().ok()?;
    Some(first.checked_add(1.month()).ok()?.start_of_day().ok()?.timestamp())
}

/// X's windows (Rate limits, August 2026).
const X_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How long what Meta announced is believed, where it does not say until when: then one call is made to learn it anew.
const USAGE_HOLDS: SignedDuration = SignedDuration::from_mins(5);

/// How much a source may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// YouTube's units a day; 10,000 unless Google granted more.
    pub units_per_day: u32,
    /// What X may cost in a month; `None` where X itself keeps the limit.
    pub dollars_per_month: Option<u32>,
}

impl Allowance {
    /// What the purse holds when it is full; `None` where nobody knows, so that it is only counted.
    pub fn of(self, purse: Purse) -> Option<i64> {
        match purse {
            Purse::Units => Some(self.units_per_day.into()),
            // Of a user's calls; the smaller where X writes two figures.
            Purse::Reads | Purse::Finds => Some(300),
            Purse::Looks => Some(5_000),
            Purse::Hides => Some(50),
            Purse::Replies => Some(100),
            Purse::Money => self.dollars_per_month.map(|dollars| i64::from(dollars) * 1_000_000),
            Purse::Usage => Some(100),
        }
    }
}

/// So much of a purse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Which.
    pub purse: Purse,
    /// How much.
    pub amount: i64,
}

/// What a post of X costs to read, in millionths of a dollar (prices of August 2026). Where X leaves it open which of two prices is
/// asked, the dearer is booked.
pub const X_POST_READ: i64 = 5_000;
/// What it costs to be told who wrote it.
pub const X_AUTHOR_READ: i64 = 10_000;
/// What one costs to write, and one with a link in it.
const X_POST: i64 = 15_000;
const X_POST_WITH_LINK: i64 = 200_000;
/// What hiding costs: "Interaction: Delete", or half of it as "Content: Manage".
const X_HIDE: i64 = 10_000;
/// YouTube's prices. Whether an insert is 50 units or 52 is not sure.
const YOUTUBE_READ: i64 = 1;
const YOUTUBE_STATUS: i64 = 50;
const YOUTUBE_INSERT: i64 = 52;

/// What looking at so many posts of X by their ids is charged: each with its author.
pub fn x_look(posts: usize) -> i64 {
    i64::try_from(posts).unwrap_or(i64::MAX).saturating_mul(X_POST_READ + X_AUTHOR_READ)
}

/// What a call is charged before it goes out. What a list of X costs is known from its answer alone.
pub fn charges(platform: Platform, errand: Errand<'_>) -> Vec<Charge> {
    let charge = |purse, amount| Charge { purse, amount };
    match (platform, errand) {
        (Platform::Youtube, Errand::Read | Errand::Find | Errand::Look(_) | Errand::Search | Errand::Ask) => {
            vec![charge(Purse::Units, YOUTUBE_READ)]
        }
        (Platform::Youtube, Errand::HideTogether(_) | Errand::Act(Act::Hide | Act::Unhide)) => {
            vec![charge(Purse::Units, YOUTUBE_STATUS)]
        }
        (Platform::Youtube, Errand::Act(Act::Reply { .. } | Act::Acknowledge { .. })) => {
            vec![charge(Purse::Units, YOUTUBE_INSERT)]
        }
        (Platform::X, Errand::Read) => vec![charge(Purse::Reads, 1), charge(Purse::Money, 0)],
        (Platform::X, Errand::Find) => vec![charge(Purse::Finds, 1), charge(Purse::Money, 0)],
        (Platform::X, Errand::Search) => vec![charge(Purse::Money, 0)],
        (Platform::X, Errand::Look(ids)) => {
            vec![charge(Purse::Looks, 1), charge(Purse::Money, x_look(ids))]
        }
        (Platform::X, Errand::HideTogether(_) | Errand::Act(Act::Hide | Act::Unhide)) => {
            vec![charge(Purse::Hides, 1), charge(Purse::Money, X_HIDE)]
        }
        (Platform::X, Errand::Act(Act::Reply { text } | Act::Acknowledge { text, .. })) => {
            let price = if links(text).is_empty() { X_POST } else { X_POST_WITH_LINK };
            vec![charge(Purse::Replies, 1), charge(Purse::Money, price)]
        }
        (Platform::X, Errand::Ask) => Vec::new(),
        // Each call adds to what it announces, and by how much is not known beforehand.
        (Platform::Facebook | Platform::Instagram, _) => vec![charge(Purse::Usage, 0)],
    }
}

/// What was spent of a purse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// Until when it counts; from then on the purse is full again.
    pub until: Timestamp,
    /// By all calls.
    pub all: i64,
    /// Of that, by acts.
    pub by_acts: i64,
    /// What acts spend in a whole period, of late: half of it the last one's.
    pub usual: i64,
}

/// The share of a purse that reading leaves even where nothing was done of late: a twentieth.
const LEAST_RESERVE: i64 = 20;
/// From this much of Meta's allowance on ("slow down above 75 %") only acts go out.
const USAGE_LEFT_TO_ACTS: i64 = 25;

impl Spent {
    /// A purse that was never used.
    fn nothing(purse: Purse, now: Timestamp) -> Self {
        Self { until: purse.until(now), all: 0, by_acts: 0, usual: 0 }
    }

    /// The same at `now`: full again where its time is over.
    pub fn at(self, purse: Purse, now: Timestamp) -> Self {
        if now < self.until {
            return self;
        }
        Self { usual: (self.usual + self.by_acts) / 2, ..Self::nothing(purse, now) }
    }

    /// The purse after a call, or until when that has to wait.
    ///
    /// # Errors
    /// There is not so much left in it, or what is left belongs to the acts of the rest of its time.
    pub fn spend(self, charge: Charge, errand: Errand<'_>, limit: Option<i64>) -> Result<Self, Timestamp> {
        let acting = errand.is_acting();
        // At Meta's limit its adapter is silent by itself, for as long as the answer said.
        let limit = limit.filter(|_| !(acting && charge.purse == Purse::Usage));
        let kept = if acting { 0 } else { limit.map_or(0, |limit| self.reserve(charge.purse, limit)) };
        // What costs nothing may go out as long as something is left.
        let least = charge.amount.max(1);
        if limit.is_some_and(|limit| self.all.saturating_add(least) > limit - kept) {
            return Err(self.until);
        }
        let by_acts = self.by_acts + if acting { charge.amount } else { 0 };
        Ok(Self { all: self.all + charge.amount, by_acts, ..self })
    }

    /// What reading leaves to acts.
    fn reserve(&self, purse: Purse, limit: i64) -> i64 {
        match purse {
            Purse::Usage => USAGE_LEFT_TO_ACTS,
            // Of these, reading takes nothing that acts could use.
            Purse::Reads | Purse::Finds | Purse::Looks | Purse::Hides | Purse::Replies => 0,
            Purse::Units | Purse::Money => {
                let likely = self.usual + self.usual / 2 - self.by_acts;
                likely.max(limit / LEAST_RESERVE).min(limit)
            }
        }
    }

    /// The purse as the platform announced it: so much is spent at least, until then.
    pub fn announced(self, all: i64, until: Timestamp) -> Self {
        Self { all: self.all.max(all), until, ..self }
    }
}

/// What the answer to a call said of a purse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// Which.
    pub purse: Purse,
    /// How much of it is spent.
    pub spent: i64,
    /// Until when that counts.
    pub until: Timestamp,
}

/// What Meta's percentage means for the purse; calls are said to be allowed again at `regained`.
pub fn announced_usage(percent: i64, regained: Option<Timestamp>, now: Timestamp) -> Announced {
    Announced { purse: Purse::Usage, spent: percent, until: regained.unwrap_or(now + USAGE_HOLDS) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOGLE: Allowance = Allowance { units_per_day: 10_000, dollars_per_month: Some(10) };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn reply(text: &str) -> Act {
        Act::Reply { text: text.into() }
    }

    /// What is left when as much as can be was spent on this errand.
    fn exhaust(mut spent: Spent, errand: Errand<'_>, platform: Platform, purse: Purse) -> (Spent, i64) {
        let charge = charges(platform, errand).into_iter().find(|charge| charge.purse == purse).unwrap();
        let mut calls = 0;
        while let Ok(after) = spent.spend(charge, errand, GOOGLE.of(purse)) {
            spent = after;
            calls += 1;
            assert!(calls <= 10_000);
        }
        (spent, calls)
    }

    #[test]
    fn a_link_makes_a_reply_on_x_dearer_and_arabic_does_not() {
        let money = |text: &str| {
            let act = reply(text);
            let charges = charges(Platform::X, Errand::Act(&act));
            charges.iter().find(|charge| charge.purse == Purse::Money).unwrap().amount
        };
        assert_eq!(money("التفاصيل في صفحتنا"), 15_000);
        assert_eq!(money("راجع moec.gov.ae"), 200_000);
        assert_eq!(money("https://www.moec.gov.ae"), 200_000);
    }

    #[test]
    fn fifty_hides_of_youtube_in_one_call_cost_what_one_does() {
        assert_eq!(
            charges(Platform::Youtube, Errand::HideTogether(50)),
            charges(Platform::Youtube, Errand::Act(&Act::Hide))
        );
    }

    #[test]
    fn reading_leaves_what_the_acts_of_the_day_are_likely_to_need_and_acts_may_take_it() {
        let now = at("2026-11-24T09:00:00Z");
        let fresh = Spent::nothing(Purse::Units, now);
        let (spent, reads) = exhaust(fresh, Errand::Read, Platform::Youtube, Purse::Units);
        assert_eq!(reads, 9_500, "a twentieth is left where nothing was done of late");
        let (_, hides) = exhaust(spent, Errand::Act(&Act::Hide), Platform::Youtube, Purse::Units);
        assert_eq!(hides, 10);
        let busy = Spent { usual: 4_000, ..fresh };
        let (spent, reads) = exhaust(busy, Errand::Read, Platform::Youtube, Purse::Units);
        assert_eq!(reads, 4_000, "half as much again as usual");
        let (_, hides) = exhaust(spent, Errand::Act(&Act::Hide), Platform::Youtube, Purse::Units);
        assert_eq!(hides, 120);
    }

    #[test]
    fn a_purse_is_full_again_at_midnight_pacific_time_and_remembers_what_acts_needed() {
        let now = at("2026-11-24T07:59:00Z");
        let spent = Spent { all: 10_000, by_acts: 3_000, usual: 1_000, ..Spent::nothing(Purse::Units, now) };
        assert_eq!(spent.until, at("2026-11-24T08:00:00Z"));
        assert_eq!(spent.at(Purse::Units, now), spent);
        let next = spent.at(Purse::Units, at("2026-11-24T08:00:00Z"));
        assert_eq!((next.all, next.by_acts, next.usual), (0, 0, 2_000));
        assert_eq!(next.until, at("2026-11-25T08:00:00Z"));
    }

    #[test]
    fn the_month_of_x_ends_with_the_month() {
        let spent = Spent::nothing(Purse::Money, at("2026-12-31T23:59:00Z"));
        assert_eq!(spent.until, at("2027-01-01T00:00:00Z"));
    }

    #[test]
    fn from_three_quarters_of_metas_allowance_on_only_acts_go_out() {
        let now = at("2026-11-24T09:00:00Z");
        let may = |percent, errand: Errand<'_>| {
            let told = announced_usage(percent, None, now);
            let spent = Spent::nothing(Purse::Usage, now).announced(told.spent, told.until);
            spent.spend(Charge { purse: Purse::Usage, amount: 0 }, errand, GOOGLE.of(Purse::Usage))
        };
        let hide = Act::Hide;
        assert!(may(74, Errand::Read).is_ok());
        assert_eq!(may(75, Errand::Read), Err(now + USAGE_HOLDS));
        assert!(may(99, Errand::Act(&hide)).is_ok());
    }

    #[test]
    fn fifty_hides_are_a_quarter_of_an_hour_on_x_whatever_was_read() {
        let now = at("2026-11-24T09:00:00Z");
        let (spent, hides) =
            exhaust(Spent::nothing(Purse::Hides, now), Errand::Act(&Act::Hide), Platform::X, Purse::Hides);
        assert_eq!((hides, spent.until), (50, now + X_WINDOW));
    }

    proptest! {
        #[test]
        fn nothing_is_ever_spent_beyond_the_limit(
            limit in 0_i64..5_000, usual in 0_i64..5_000, errands in prop::collection::vec(0_u8..4, 0..300),
        ) {
            let now = at("2026-11-24T09:00:00Z");
            let (hide, reply) = (Act::Hide, reply("شكراً"));
            let mut spent = Spent { usual, ..Spent::nothing(Purse::Units, now) };
            for errand in errands {
                let errand = match errand {
                    0 => Errand::Read,
                    1 => Errand::Look(50),
                    2 => Errand::Act(&hide),
                    _ => Errand::Act(&reply),
                };
                for charge in charges(Platform::Youtube, errand) {
                    spent = spent.spend(charge, errand, Some(limit)).unwrap_or(spent);
                }
                prop_assert!(spent.all <= limit && spent.by_acts <= spent.all);
            }
        }
    }
}
