//! One call: which platform answers it, and what is armed to go wrong with it.

use jiff::Timestamp;
use serde_json::json;

use super::call::{Answer, Call, Trouble};
use super::faults::{Fault, Kind};
use super::page::Twist;
use super::world::World;
use super::{facebook, instagram, spoil, x, youtube};
use crate::domain::comment::Platform;

/// What the platform answers, and the fault that the sending of it still has to meet.
pub(super) fn attend(
    world: &mut World,
    platform: Platform,
    mut call: Call,
    now: Timestamp,
) -> (Answer, Option<Fault>) {
    let kind = kind(platform, &call);
    *world.calls.entry(platform).or_default().entry(kind.word()).or_default() += 1;
    let Some(fault) = world.faults.next(platform, kind, &call) else {
        return (answer(world, platform, &call, now), None);
    };

    let trouble_with = |trouble| (self::trouble(platform, trouble, now), true);
    let meta = matches!(platform, Platform::Facebook | Platform::Instagram);
    let (answer, met) = match fault {
        Fault::Status500 => trouble_with(Trouble::Internal),
        Fault::Status503 | Fault::Hang | Fault::Drop | Fault::Reset | Fault::Html => {
            trouble_with(Trouble::Unavailable)
        }
        Fault::EmptyObject => (Answer::ok(json!({})), true),
        Fault::EmptyBody => (Answer { body: None, ..Answer::ok(json!({})) }, true),
        Fault::Throttle => trouble_with(Trouble::Throttled),
        Fault::Quota => trouble_with(Trouble::OutOfQuota),
        Fault::Forbidden => trouble_with(Trouble::Forbidden),
        Fault::Gone => trouble_with(Trouble::Gone),
        Fault::Refused => trouble_with(Trouble::Refused),
        Fault::ExpireToken if meta => trouble_with(Trouble::TokenExpired),
        Fault::ExpireToken => {
            world.tokens.expire(platform, now);
            (answer(world, platform, &call, now), true)
        }
        Fault::RevokeToken => {
            world.tokens.revoke(platform);
            (answer(world, platform, &call, now), true)
        }
        Fault::FailAfterWrite => {
            answer(world, platform, &call, now);
            trouble_with(Trouble::Internal)
        }
        Fault::RepeatCursor | Fault::ShortPage | Fault::MissingPaging => {
            call.twist = Some(twist(fault));
            (answer(world, platform, &call, now), true)
        }
        Fault::AnswerLost | Fault::MalformedJson | Fault::SlowDrip | Fault::Huge => {
            (answer(world, platform, &call, now), true)
        }
        item => {
            let mut answer = answer(world, platform, &call, now);
            let met = spoil::newest_item(platform, &mut answer, item, now);
            (answer, met)
        }
    };
    if met {
        world.faults.spend(platform, kind, &call);
    }
    (answer, met.then_some(fault))
}

fn twist(fault: Fault) -> Twist {
    match fault {
        Fault::ShortPage => Twist::Short,
        Fault::MissingPaging => Twist::NoNext,
        _ => Twist::Repeat,
    }
}

fn kind(platform: Platform, call: &Call) -> Kind {
    match platform {
        Platform::Facebook => facebook::kind(call),
        Platform::Instagram => instagram::kind(call),
        Platform::X => x::kind(call),
        Platform::Youtube => youtube::kind(call),
    }
}

fn answer(world: &mut World, platform: Platform, call: &Call, now: Timestamp) -> Answer {
    match platform {
        Platform::Facebook => facebook::answer(world, call, now),
        Platform::Instagram => instagram::answer(world, call, now),
        Platform::X => x::answer(world, call, now),
        Platform::Youtube => youtube::answer(world, call, now),
    }
}

fn trouble(platform: Platform, trouble: Trouble, now: Timestamp) -> Answer {
    match platform {
        Platform::Facebook => facebook::trouble(trouble),
        Platform::Instagram => instagram::trouble(trouble),
        Platform::X => x::trouble(trouble, now),
        Platform::Youtube => youtube::trouble(trouble),
    }
}
