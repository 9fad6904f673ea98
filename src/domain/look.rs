//! When a comment is looked at again by itself. Lists show what is new; that one was deleted, or changed far down, shows
//! nowhere but on the comment.

use jiff::{SignedDuration, Timestamp};

use super::comment::{CommentId, Platform, Visibility};

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

/// How soon it is looked again at what a look could not settle, and at what is said to be gone.
const SOON: SignedDuration = SignedDuration::from_hours(1);

/// Half of the longest wait for what its platform will not show: four looks before what is stored of YouTube would have to go.
const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);
/// Over so many instants the next looks at such comments are spread.
const APART: i32 = 12;

/// When a comment that came to us `now` is looked at first.
pub fn first_look(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(AGES[0]).ok()
}

/// When a comment that came to us at `first_seen_at` is looked at next, at `now`; `None` is never. What YouTube hides for us it
/// shows to nobody, us included.
pub fn next_look(
    platform: Platform,
    visibility: Visibility,
    first_seen_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    if (platform, visibility) == (Platform::Youtube, Visibility::Hidden) {
        return None;
    }
    let age = now.duration_since(first_seen_at);
    match AGES.into_iter().find(|later| *later > age) {
        Some(later) => first_seen_at.checked_add(later).ok(),
        None if platform == Platform::Youtube => now.checked_add(YOUTUBE_REFRESH).ok(),
        None => None,
    }
}

/// The same for one that is gone since `gone_at`, as far as we know: soon, lest it was a mistake, and at the end of `grace`;
/// `None` where that is over, and it may go from our store as well.
pub fn next_look_at_gone(gone_at: Timestamp, grace: SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let looks = [SOON.min(grace), grace].map(|after| gone_at.checked_add(after).unwrap_or(Timestamp::MAX));
    looks.into_iter().find(|at| *at > now)
}

/// The same where nothing could be concluded.
pub fn look_again(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SOON).ok()
}

/// The same where its platform would not show that very comment to us, and may never: the older it is the later, in a day at the
/// latest. Those that were asked for together are asked for apart, lest the one that is to blame keeps the others from being seen.
pub fn look_later(comment: CommentId, first_seen_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let wait = (now.duration_since(first_seen_at) / 8).clamp(SOON, HALF_A_DAY);
    let apart = wait / APART * i32::try_from(comment.0.rem_euclid(APART.into())).unwrap_or(0);
    now.checked_add(wait + apart).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(platform: Platform, count: usize) -> Vec<i64> {
        let mut at = Timestamp::UNIX_EPOCH;
        let mut hours = Vec::new();
        while hours.len() < count {
            let next = next_look(platform, Visibility::Visible, Timestamp::UNIX_EPOCH, at);
            let Some(next) = next else { break };
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

    #[test]
    fn what_is_hidden_is_looked_at_where_the_platform_still_shows_it_to_us() {
        let hidden =
            |platform| next_look(platform, Visibility::Hidden, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        let shown = Platform::ALL.map(|platform| (platform, hidden(platform).is_some()));
        assert!(
            shown.iter().all(|(platform, shown)| *shown == (*platform != Platform::Youtube)),
            "{shown:?}"
        );
    }

    #[test]
    fn what_is_gone_is_looked_at_soon_and_at_the_end_of_its_grace_and_then_no_more() {
        let hours = |grace: i64, now: i64| {
            let at = |hours: i64| Timestamp::from_second(hours * 3_600).unwrap();
            let next = next_look_at_gone(at(0), SignedDuration::from_hours(grace), at(now));
            next.map(|next| next.as_second() / 3_600)
        };
        assert_eq!(
            [hours(24, 0), hours(24, 1), hours(24, 23), hours(24, 24)],
            [Some(1), Some(24), Some(24), None]
        );
        assert_eq!([hours(1, 0), hours(1, 1)], [Some(1), None]);
    }

    #[test]
    fn what_is_refused_to_us_is_looked_at_ever_more_rarely_and_once_a_day_for_ever() {
        let wait = |comment: i64, age: i64| {
            let now = Timestamp::from_second(age * 3_600).unwrap();
            look_later(CommentId(comment), Timestamp::UNIX_EPOCH, now).unwrap().duration_since(now).as_mins()
        };
        assert_eq!([1, 8, 40, 96, 25 * 24].map(|age| wait(0, age)), [60, 60, 300, 720, 720]);
        assert_eq!(
            [0, 1, 6, 11, 12].map(|comment| wait(comment, 1)),
            [60, 65, 90, 115, 60],
            "and never together"
        );
        assert!(wait(11, 25 * 24) < 24 * 60);
    }
}
