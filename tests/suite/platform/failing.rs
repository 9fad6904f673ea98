//! Platforms that hang, throttle, answer nonsense or shut us out; and tokens, which keep the door open.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use majlis::config::Login;
use majlis::domain::action::Act;
use majlis::domain::comment::Platform;
use majlis::domain::credentials::{Secret, Tokens};
use majlis::platform::PlatformError;
use serde_json::json;

use super::{Play, comment, meaning, reply};

const BRIEF: Duration = Duration::from_millis(400);

/// How the next read fails with this fault, in one word.
async fn reading(play: &Play, fault: &str) -> &'static str {
    play.arm("list", fault).await;
    let error = play.sweep(None).await.expect_err(fault);
    meaning(play, &error)
}

#[tokio::test]
async fn a_read_that_is_not_answered_changes_nothing_and_the_next_one_works() {
    for platform in Platform::ALL {
        let play = Play::with(platform, BRIEF, |_| {}).await;
        play.publish(&[comment(platform, "متى؟")]);
        for fault in [
            "status_500",
            "status_503",
            "hang",
            "drop",
            "reset",
            "html",
            "empty_object",
            "empty_body",
            "malformed_json",
            "huge",
            "slow_drip",
        ] {
            assert_eq!(reading(&play, fault).await, "unreachable", "{platform} {fault}");
        }
        assert_eq!(play.sweep(None).await.unwrap().comments[0].marks, [], "{platform}");
    }
}

#[tokio::test]
async fn an_answer_that_only_takes_its_time_is_read() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&[comment(platform, "متى؟")]);
        play.arm("list", "slow_drip").await;
        assert_eq!(play.sweep(None).await.unwrap().ids().len(), 1, "{platform}");
    }
}

#[tokio::test]
async fn a_write_that_is_not_answered_may_have_been_done() {
    for platform in Platform::ALL {
        let play = Play::with(platform, BRIEF, |_| {}).await;
        let comment = play.one_comment("win now").await;
        for fault in [
            "status_500",
            "status_503",
            "hang",
            "drop",
            "reset",
            "html",
            "empty_object",
            "empty_body",
            "answer_lost",
            "fail_after_write",
        ] {
            for (call, act) in [("hide", Act::Hide), ("reply", reply(fault))] {
                play.arm(call, fault).await;
                let error = play.perform(&comment, act).await.expect_err(fault);
                assert_eq!(meaning(&play, &error), "answer lost", "{platform} {call} {fault}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn a_platform_that_asks_us_to_wait_says_until_when() {
    for platform in Platform::ALL {
        for fault in ["throttle", "quota"] {
            let play = Play::on(platform).await;
            play.arm("list", fault).await;
            let PlatformError::RateLimited { until, .. } = play.sweep(None).await.unwrap_err() else {
                panic!("{platform} {fault} is no limit")
            };
            let expected = match (platform, fault) {
                (Platform::X, "throttle") => Some("2026-11-24T03:45:01Z"),
                (Platform::X, _) => Some("2026-12-01T00:00:00Z"),
                (Platform::Youtube, "quota") => Some("2026-11-24T08:00:00Z"),
                (Platform::Facebook | Platform::Instagram, "quota") => Some("2026-11-24T03:50:00Z"),
                (Platform::Facebook | Platform::Instagram | Platform::Youtube, _) => None,
            };
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(until, expected, "{platform} {fault}");
        }
    }
}

#[tokio::test]
async fn at_the_limit_of_metas_usage_nothing_is_sent_until_it_is_regained() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let play = Play::on(platform).await;
        let comment = play.one_comment("win now").await;
        play.arm("list", "quota").await;
        play.sweep(None).await.unwrap_err();
        let sent = |play: &Play| play.sandbox.ledger().calls[&platform].values().sum::<u64>();
        let before = sent(&play);
        let error = play.perform(&comment, Act::Hide).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "limited", "{platform}");
        assert_eq!(sent(&play), before, "{platform}: it was asked again");
        play.pass(SignedDuration::from_mins(20));
        play.perform(&comment, Act::Hide).await.unwrap();
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_where_that_helps_and_reported_where_it_does_not() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let expected = match platform {
            Platform::X | Platform::Youtube => "unauthorised",
            Platform::Facebook | Platform::Instagram => "revoked",
        };
        assert_eq!(reading(&play, "expire_token").await, expected, "{platform}");
    }
}

#[tokio::test]
async fn a_right_that_was_taken_pauses_the_source() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("win now").await;
        assert_eq!(reading(&play, "forbidden").await, "revoked", "{platform}");
        play.arm("hide", "forbidden").await;
        let error = play.perform(&comment, Act::Hide).await.unwrap_err();
        // X's 403 to a write says the same of a right as of one comment.
        let expected = if platform == Platform::X { "not_allowed" } else { "revoked" };
        assert_eq!(meaning(&play, &error), expected, "{platform}");
    }
}

#[tokio::test]
async fn tokens_are_renewed_and_the_new_ones_open_the_door() {
    for platform in [Platform::Instagram, Platform::X, Platform::Youtube] {
        let play = Play::on(platform).await;
        play.pass(SignedDuration::from_hours(1));
        let old = play.tokens();
        let now = play.call().now;
        let new = play.api.renew(&old, now).await.unwrap_or_else(|error| panic!("{platform}: {error}"));
        assert_ne!(new.access, old.access, "{platform}");
        assert!(new.expires_at > Some(now), "{platform}");
        assert_eq!(new.refresh == old.refresh, platform != Platform::X, "{platform}: X alone rotates");
        let due = play.api.renew_at(&new, now).unwrap();
        assert!(due > now && Some(due) < new.expires_at, "{platform}");
        let play = Play { access: new.access.unwrap(), ..play };
        play.pass(SignedDuration::from_mins(50));
        play.sweep(None).await.unwrap();
    }
}

#[tokio::test]
async fn an_instagram_token_whose_end_is_unknown_is_renewed_once_it_may_be_and_then_weekly() {
    let play = Play::on(Platform::Instagram).await;
    let now = play.call().now;
    let unknown = play.tokens();
    assert_eq!(play.api.renew_at(&unknown, now), Some(now + SignedDuration::from_hours(25)));
    let known = Tokens { expires_at: Some(now + SignedDuration::from_hours(60 * 24)), ..unknown };
    assert_eq!(play.api.renew_at(&known, now), Some(now + SignedDuration::from_hours(7 * 24)));
    let ending = Tokens { expires_at: Some(now + SignedDuration::from_hours(80)), ..known };
    assert_eq!(play.api.renew_at(&ending, now), Some(now + SignedDuration::from_hours(55)));
}

#[tokio::test]
async fn an_instagram_token_of_today_is_kept_until_it_can_be_renewed() {
    let play = Play::on(Platform::Instagram).await;
    let fresh = play.api.renew(&play.tokens(), play.call().now).await.unwrap();
    let error = play.api.renew(&fresh, play.call().now).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "invalid", "too young is no reason to log in again: {error}");
}

#[tokio::test]
async fn a_page_token_is_never_renewed() {
    let play = Play::on(Platform::Facebook).await;
    assert_eq!(play.api.renew_at(&play.tokens(), play.call().now), None);
    let error = play.api.renew(&play.tokens(), play.call().now).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "revoked");
}

#[tokio::test]
async fn a_used_refresh_token_of_x_and_a_revoked_grant_need_a_person() {
    let play = Play::on(Platform::X).await;
    let first = play.tokens();
    play.api.renew(&first, play.call().now).await.unwrap();
    let error = play.api.renew(&first, play.call().now).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "revoked");

    let play = Play::on(Platform::Youtube).await;
    assert_eq!(reading(&play, "revoke_token").await, "unauthorised");
    let error = play.api.renew(&play.tokens(), play.call().now).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "revoked");
}

#[tokio::test]
async fn a_renewal_that_is_not_answered_is_tried_again() {
    for platform in [Platform::Instagram, Platform::X, Platform::Youtube] {
        for fault in ["status_503", "drop", "html"] {
            let play = Play::on(platform).await;
            play.arm("token", fault).await;
            let error = play.api.renew(&play.tokens(), play.call().now).await.unwrap_err();
            assert_eq!(meaning(&play, &error), "unreachable", "{platform} {fault}");
            play.api.renew(&play.tokens(), play.call().now).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_client_that_x_does_not_know_needs_a_person() {
    let play = Play::with(Platform::X, BRIEF, |source| {
        let Login::X { client_secret, .. } = &mut source.login else { panic!("not X") };
        *client_secret = Some(Secret::new("wrong"));
    })
    .await;
    let error = play.api.renew(&play.tokens(), play.call().now).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "revoked");
}

#[tokio::test]
async fn a_wrong_app_secret_is_a_matter_for_a_person() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let play = Play::with(platform, BRIEF, |source| match &mut source.login {
            Login::Facebook { app_secret, .. } | Login::Instagram { app_secret, .. } => {
                *app_secret = Some(Secret::new("wrong"))
            }
            _ => panic!("not Meta"),
        })
        .await;
        assert_eq!(meaning(&play, &play.sweep(None).await.unwrap_err()), "revoked", "{platform}");
    }
}

#[tokio::test]
async fn a_probe_names_the_account_and_tells_a_token_of_somebody_else() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let line = play.api.probe(play.call()).await.unwrap();
        assert!(line.split(' ').count() >= 2, "{platform}: {line}");
        assert!(play.api.answered_at().is_some(), "{platform} says what time it is");
    }
    let play = Play::with(Platform::X, BRIEF, |source| source.account = "1".into()).await;
    assert_eq!(meaning(&play, &play.api.probe(play.call()).await.unwrap_err()), "revoked");
}

#[tokio::test]
async fn a_platform_that_is_not_there_did_nothing() {
    for platform in Platform::ALL {
        let play = Play::with(platform, BRIEF, |source| source.api_base = "http://127.0.0.1:9".into()).await;
        let id = play.publish(&[comment(platform, "متى؟")]).remove(0);
        let truth = play.ledger_comments().remove(0);
        let written =
            majlis::domain::comment::Written { created_at: Some(truth.created_at), ..Default::default() };
        let incoming = majlis::domain::comment::Incoming::new(id, &truth.text, play.call().now, written);
        let error = play.perform(&super::stored(platform, &incoming), reply("غداً")).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "unreachable", "{platform}: {error}");
    }
}

#[tokio::test]
async fn a_fault_of_one_call_leaves_the_next_ones_alone() {
    let play = Play::on(Platform::Facebook).await;
    play.control(
        reqwest::Method::POST,
        "faults",
        json!({"platform": "any", "call": "any", "fault": "html", "times": 2}),
    )
    .await;
    let errors =
        [play.api.probe(play.call()).await.unwrap_err(), play.api.probe(play.call()).await.unwrap_err()];
    assert!(errors.iter().all(|error| meaning(&play, error) == "unreachable"));
    play.api.probe(play.call()).await.unwrap();
}
