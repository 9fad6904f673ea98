//! When a comment is looked at again by itself. Lists show what is new; that one was deleted, or changed far down, shows
//! nowhere but on the comment.

use jiff::{SignedDuration, Timestamp};

use super::comment::Platform;

/// The ages at which a comment is looked at: people think again soon or not at all.
const AGES: [SignedDuration; 5] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(3 * 24),
    SignedDuration::from_hours(7 * 24),
];

/// What is stored of YouTube must be refreshed or deleted within 30 days (Developer Policies, III.E.4.c); five are left to
/// outages and spent quotas.
const YOUTUBE_REFRESH: SignedDuration = SignedDuration::from_hours(25 * 24);

/// When a comment that came to us at `first_seen_at`, and was looked at `now`, is looked at next; `None` is never.
pub fn next_look(platform: Platform, first_seen_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let age = now.duration_since(first_seen_at);
    match AGES.into_iter().find(|later| *later > age) {
        Some(later) => first_seen_at.checked_add(later).ok(),
        None if platform == Platform::Youtube => now.checked_add(YOUTUBE_REFRESH).ok(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(platform: Platform, count: usize) -> Vec<i64> {
        let mut at = Timestamp::UNIX_EPOCH;
        let mut hours = Vec::new();
        while hours.len() < count {
            let Some(next) = next_look(platform, Timestamp::UNIX_EPOCH, at) else { break };
            at = next;
            hours.push(at.as_second() / 3_600);
        }
        hours
    }

    #[test]
    fn a_comment_is_looked_at_ever_more_rarely_and_on_youtube_within_thirty_days_for_ever() {
        assert_eq!(looks(Platform::Facebook, 9), [1, 6, 24, 72, 168]);
        assert_eq!(looks(Platform::Youtube, 7), [1, 6, 24, 72, 168, 168 + 600, 168 + 1_200]);
    }
}
