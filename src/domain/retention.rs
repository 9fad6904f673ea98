//! How long personal content is kept, and why it goes: the pure rule behind erasure.
//!
//! What expires is content alone: texts, authors, replies, reasons in free words. The records of them, what was decided and
//! the commitments in the audit log stay for ever. A legal hold beats every rule here; who is under one is the store's to say.

use std::fmt;
use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use super::comment::Platform;

/// Why content is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It is gone from the platform, and was found so again after a grace: its author took it back, as far as the platform tells.
    Deleted,
    /// The platform lets nobody keep it for longer without reading it again.
    PlatformTerm,
    /// A person ordered it, by law.
    Law,
    /// It was kept for as long as the configuration says.
    Retention,
    /// It is a reply of ours, and what it answers was erased.
    WithComment,
}

impl Cause {
    /// The word for it in the audit log and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Deleted => "deleted",
            Cause::PlatformTerm => "platform_term",
            Cause::Law => "law",
            Cause::Retention => "retention",
            Cause::WithComment => "with_comment",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A sort of record whose content has a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// What the public wrote, with its author and all that was said about it; from when it was first read. With it go the lists that
    /// staff keep of a search, and what posts say that are as old and have none of it under them any more.
    Comments,
    /// What we wrote to the public; from when it was sent, or read.
    Replies,
    /// Why staff did something, in their words, and what they noted about topics; from when they did it.
    Reasons,
}

/// How many days each class is kept; for ever where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// See [`Class::Comments`].
    pub comments: Option<NonZeroU32>,
    /// See [`Class::Replies`].
    pub replies: Option<NonZeroU32>,
    /// See [`Class::Reasons`].
    pub reasons: Option<NonZeroU32>,
    /// A comment of YouTube that was not read again for so long goes: "You must delete or refresh stored data after 30 days"
    /// (YouTube API Services, Developer Policies, III.E.4.d).
    pub youtube: NonZeroU32,
    /// How many hours a comment is kept that is gone from its platform: it may have been a mistake, and it may come back.
    pub gone: NonZeroU32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            comments: None,
            replies: None,
            reasons: None,
            youtube: Self::YOUTUBE_DAYS,
            gone: Self::GONE_HOURS,
        }
    }
}

impl Retention {
    /// The days of YouTube's own term.
    pub const YOUTUBE_DAYS: NonZeroU32 = NonZeroU32::new(30).expect("thirty is not zero");

    /// The hours for which what is gone is kept where nothing is said: long enough to find out that it was a mistake, and no
    /// longer than whoever took it back may expect.
    pub const GONE_HOURS: NonZeroU32 = NonZeroU32::new(24).expect("24 is not zero");

    /// Deliveries from before this instant that nobody could read have expired at `now`: whoever repairs a source within a week loses
    /// none, and what they told of is found by polling all the same.
    pub fn deliveries_since(now: Timestamp) -> Timestamp {
        before(now, NonZeroU32::new(7).expect("seven is not zero"))
    }

    /// How long a comment is kept that is gone from its platform.
    pub fn grace(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.gone.get()))
    }

    /// Comments that are gone since this instant or before have expired at `now`.
    pub fn gone_since(&self, now: Timestamp) -> Timestamp {
        earlier(now, self.grace())
    }

    /// Records of a class from before this instant have expired at `now`; `None` where they never do.
    pub fn kept_since(&self, class: Class, now: Timestamp) -> Option<Timestamp> {
        let days = match class {
            Class::Comments => self.comments,
            Class::Replies => self.replies,
            Class::Reasons => self.reasons,
        };
        days.map(|days| before(now, days))
    }

    /// What a platform's comments must have been read again since, at `now`; `None` where it sets no such term.
    pub fn fresh_since(&self, platform: Platform, now: Timestamp) -> Option<Timestamp> {
        match platform {
            Platform::Youtube => Some(before(now, self.youtube)),
            Platform::Facebook | Platform::Instagram | Platform::X => None,
        }
    }
}

/// `now` less so many times 24 hours.
fn before(now: Timestamp, days: NonZeroU32) -> Timestamp {
    earlier(now, SignedDuration::from_hours(24 * i64::from(days.get())))
}

/// `now` less `age`, and no earlier than 1970: nothing is older.
fn earlier(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH).max(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(days: u32) -> Option<NonZeroU32> {
        NonZeroU32::new(days)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_not_configured_is_kept_for_ever_but_for_youtubes_term() {
        let now = at("2026-11-24T03:30:00Z");
        for class in [Class::Comments, Class::Replies, Class::Reasons] {
            assert_eq!(Retention::default().kept_since(class, now), None, "{class:?}");
        }
        for platform in Platform::ALL {
            let fresh_since = Retention::default().fresh_since(platform, now);
            let expected = (platform == Platform::Youtube).then(|| at("2026-10-25T03:30:00Z"));
            assert_eq!(fresh_since, expected, "{platform}");
        }
    }

    #[test]
    fn what_is_gone_is_kept_for_a_day_or_as_long_as_is_configured() {
        let now = at("2026-11-24T03:30:00Z");
        assert_eq!(Retention::default().gone_since(now), at("2026-11-23T03:30:00Z"));
        let kept = Retention { gone: NonZeroU32::new(2).unwrap(), ..Retention::default() };
        assert_eq!(kept.gone_since(now), at("2026-11-24T01:30:00Z"));
    }

    #[test]
    fn each_class_has_days_of_its_own() {
        let kept =
            Retention { comments: days(3), replies: days(2), reasons: days(1), ..Retention::default() };
        let now = at("2026-11-24T03:30:00Z");
        let since =
            [Class::Comments, Class::Replies, Class::Reasons].map(|class| kept.kept_since(class, now));
        let expected = ["2026-11-21T03:30:00Z", "2026-11-22T03:30:00Z", "2026-11-23T03:30:00Z"];
        assert_eq!(since, expected.map(|text| Some(at(text))));
    }

    proptest! {
        #[test]
        fn what_is_kept_longer_never_goes_sooner(
            second in 0_i64..4_000_000_000, days in 1_u32..=u32::MAX, more in 0_u32..=u32::MAX,
        ) {
            let now = Timestamp::from_second(second).unwrap();
            let since = |days| {
                let kept = Retention { comments: NonZeroU32::new(days), ..Retention::default() };
                kept.kept_since(Class::Comments, now).unwrap()
            };
            let (sooner, later) = (since(days), since(days.saturating_add(more)));
            prop_assert!(later <= sooner && sooner <= now && later >= Timestamp::UNIX_EPOCH);
        }
    }
}
