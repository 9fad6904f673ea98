//! Ids in the form that each platform gives them, the same in every run.
//!
//! Every id is made from one running number, so that no two are alike on a platform.

use jiff::Timestamp;

use crate::domain::comment::Platform;

/// What X counts its milliseconds from: 2010-11-04T01:42:54.657Z.
const X_EPOCH_MS: i64 = 1_288_834_974_657;

/// The low bits of an X id, which tell ids of one millisecond apart.
const X_SEQUENCE_BITS: u32 = 22;

/// The id of a comment or post: the `number`th thing on the sandbox, written at `written_at`.
///
/// `under` is the post it stands under on Facebook, whose ids begin with it, and the thread's
/// first comment on YouTube, where a reply's id begins with that.
pub(super) fn item(platform: Platform, number: u64, written_at: Timestamp, under: Option<&str>) -> String {
    match platform {
        Platform::Facebook => {
            let post = under.map_or("", |post| post.rsplit('_').next().unwrap_or(post));
            format!("{post}_{}", decimal(number, 15))
        }
        Platform::Instagram => format!("178{}", decimal(number, 14)),
        Platform::X => snowflake(written_at, number).to_string(),
        Platform::Youtube => match under {
            Some(thread) => format!("{thread}.9{}", letters(number, 21)),
            None => format!("Ug{}4AaABAg", letters(number, 17)),
        },
    }
}

/// The id of a person, made from a number that is theirs alone.
pub(super) fn person(platform: Platform, number: u64) -> String {
    match platform {
        Platform::Facebook => format!("77{}", decimal(number, 14)),
        Platform::Instagram => format!("1784{}", decimal(number, 12)),
        Platform::X => format!("148{}", decimal(number, 16)),
        Platform::Youtube => format!("UC{}", letters(number, 22)),
    }
}

/// An X id: milliseconds in the high bits, so that ids sort roughly by time.
pub(super) fn snowflake(at: Timestamp, sequence: u64) -> u64 {
    let since_epoch = u64::try_from(at.as_millisecond() - X_EPOCH_MS).unwrap_or(0);
    (since_epoch << X_SEQUENCE_BITS) | (sequence & ((1 << X_SEQUENCE_BITS) - 1))
}

/// When an X id was given out.
pub(super) fn snowflake_time(id: u64) -> Timestamp {
    let since_epoch = i64::try_from(id >> X_SEQUENCE_BITS).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(since_epoch.saturating_add(X_EPOCH_MS)).unwrap_or(Timestamp::MAX)
}

/// `length` decimal digits without a leading zero. A number below the modulus keeps its own
/// string: the multiplier is a prime that shares no factor with a power of ten.
fn decimal(number: u64, length: u32) -> String {
    let lowest = 10_u128.pow(length - 1);
    let spread = u128::from(number) * 982_451_653 % (9 * lowest);
    (lowest + spread).to_string()
}

/// `length` letters as they stand in YouTube's ids.
pub(super) fn letters(number: u64, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(length);
    for block in 0.. {
        let mut bits = mix(number.wrapping_add(block << 56));
        // Ten letters of six bits fit one block.
        for _ in 0..10 {
            if out.len() == length {
                return out;
            }
            out.push(char::from(ALPHABET[(bits & 63) as usize]));
            bits >>= 6;
        }
    }
    out
}

/// The finaliser of SplitMix64: a bijection, so different numbers stay different.
pub(super) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_ids_of_a_platform_are_alike() {
        let at: Timestamp = "2026-11-24T03:30:00Z".parse().unwrap();
        for platform in Platform::ALL {
            let ids: HashSet<_> = (0..50_000).map(|number| item(platform, number, at, None)).collect();
            assert_eq!(ids.len(), 50_000, "{platform}");
        }
    }

    #[test]
    fn an_x_id_tells_when_it_was_given_out() {
        let at: Timestamp = "2026-11-24T03:30:00.123Z".parse().unwrap();
        let id = snowflake(at, 9);
        assert_eq!(snowflake_time(id), at);
        assert!(id.to_string().len() <= 19);
    }

    #[test]
    fn ids_have_the_lengths_that_the_platforms_give_them() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(item(Platform::Instagram, 1, at, None).len(), 17);
        let thread = item(Platform::Youtube, 1, at, None);
        assert_eq!(thread.len(), 26);
        assert_eq!(item(Platform::Youtube, 2, at, Some(&thread)).len(), 49);
        assert_eq!(person(Platform::Youtube, 3).len(), 24);
    }
}
