//! Platforms that fail: only their own source waits, says so, recovers, and has lost nothing.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use majlis::domain::comment::Platform;
use majlis::stage;
use majlis::store::sources::Health;

use super::{BREACH, Journey, QUESTION, TICK, at, on_every_platform, says};

/// What can befall a read, each for a while.
const FAULTS: [&str; 8] =
    ["status_500", "status_503", "hang", "drop", "reset", "html", "malformed_json", "throttle"];

#[tokio::test]
async fn a_platform_that_fails_delays_only_itself_and_nothing_is_lost() {
    for platform in Platform::ALL {
        let sources = Platform::ALL.into_iter().cycle().skip_while(|one| *one != platform).take(4);
        let journey = Journey::with(&sources.collect::<Vec<_>>(), |source| {
            source.timeout = Duration::from_millis(300);
        })
        .await;
        journey.ticks(1).await;
        for fault in FAULTS {
            let text = format!("{QUESTION} {fault}");
            journey.arm("list", fault, 1).await;
            let ids = journey.read(&Platform::ALL.map(|each| says(each, &text))).await;
            let read = format!("select count(*) from revision where text like '%{fault}'");
            assert_eq!(journey.db.number(&read).await, 3, "{platform} {fault}: the others were read");
            for other in Platform::ALL {
                let expected = if other == platform { Health::Ill } else { Health::Ok };
                assert_eq!(journey.health(other).await.state, expected, "{platform} {fault} {other}");
            }
            assert!(journey.health(platform).await.detail.is_some());
            // X names the end of its window, a quarter of an hour away.
            journey.pass(SignedDuration::from_mins(16)).await;
            journey.ticks(2).await;
            assert_eq!(journey.db.number(&read).await, 4, "{platform} {fault}: it was lost");
            let health = journey.health(platform).await;
            assert_eq!((health.state, health.detail), (Health::Ok, None), "{platform} {fault}");
            assert_eq!(ids.len(), 4);
        }
    }
}

on_every_platform! {
    async fn an_outage_is_waited_out_with_growing_patience(journey: Journey) {
        journey.arm("any", "status_503", u32::MAX).await;
        let id = journey.publish(&[says(journey.platform, BREACH)]).remove(0);
        let asked = async || journey.sandbox.ledger().calls[&journey.platform].values().sum::<u64>();
        journey.ticks(2 * 12).await;
        let early = asked().await;
        assert!((5..60).contains(&early), "{early} calls in two hours");
        let since = journey.health(journey.platform).await.since;
        journey.ticks(2 * 12).await;
        assert!(asked().await - early <= 20, "no more than every quarter of an hour, and tokens");
        assert_eq!(journey.health(journey.platform).await.since, since, "one outage");
        journey.disarm().await;
        journey.pass(SignedDuration::from_mins(16)).await;
        journey.ticks(1).await;
        assert!(journey.is_hidden(&id));
        assert_eq!(journey.health(journey.platform).await.state, Health::Ok);
    }

    async fn a_page_cut_short_or_without_its_link_loses_nothing(journey: Journey) {
        for fault in ["short_page", "repeat_cursor", "missing_paging"] {
            journey.arm("list", fault, 1).await;
            let many: Vec<_> =
                (0..120).map(|number| says(journey.platform, &format!("شكراً {fault} {number}"))).collect();
            journey.read(&many).await;
            journey.ticks(6).await;
            let read = format!("select count(*) from revision where text like '%{fault}%'");
            assert_eq!(journey.db.number(&read).await, 120, "{fault}");
        }
        assert_eq!(journey.db.number("select max(revision) from comment").await, 1);
    }

    async fn an_odd_item_is_stored_as_far_as_it_goes_and_the_rest_of_its_page_goes_on(journey: Journey) {
        let faults = [
            "no_author", "no_text", "wrong_types", "unknown_field", "nul", "invalid_utf8", "overlong",
            "duplicate_id", "future_time",
        ];
        for fault in faults {
            journey.arm("list", fault, 1).await;
            let texts = ["first", "second"].map(|which| says(journey.platform, &format!("شكراً {fault} {which}")));
            let ids = journey.read(&texts).await;
            journey.ticks(3).await;
            for id in ids {
                let story = journey.story(&id).await;
                assert!(story.comment.text.is_some(), "{fault}");
                assert!(!story.decisions.is_empty(), "{fault}: it was not judged");
            }
        }
        assert_eq!(journey.health(journey.platform).await.state, Health::Ok);
    }
}

#[tokio::test]
async fn a_source_that_is_told_to_wait_is_not_asked_before_then() {
    let journey = Journey::on(Platform::X).await;
    journey.ticks(1).await;
    journey.arm("list", "throttle", 1).await;
    journey.pass(TICK).await;
    let asked = journey.calls("list");
    journey.pass(SignedDuration::from_mins(9)).await;
    assert_eq!(journey.calls("list"), asked, "the window ends a quarter of an hour after its first call");
    journey.clock.advance_to(at("07:56"));
    journey.quiet().await;
    assert!(journey.calls("list") > asked);
}

#[tokio::test]
async fn while_one_platform_hangs_the_others_are_read_and_acted_on() {
    for hanging in Platform::ALL {
        let sources = Platform::ALL.into_iter().cycle().skip_while(|one| *one != hanging).take(4);
        let journey = Journey::with(&sources.collect::<Vec<_>>(), |_| {}).await;
        let ctx = Arc::new(journey.another_process().await);
        let (_say, stop) = stage::Stop::new();
        journey.arm("list", "hang", 1).await;
        let ids = journey.publish(&Platform::ALL.map(|each| says(each, BREACH)));
        let lanes = stage::lanes(&ctx).into_iter();
        let work: Vec<_> =
            lanes.map(|lane| tokio::spawn(stage::work(ctx.clone(), lane, stop.clone()))).collect();
        // The clock stands still from here on: whatever waits for the one that hangs waits for ever.
        journey.clock.advance(TICK);
        let others = ids.iter().zip(Platform::ALL).filter(|(_, platform)| *platform != hanging);
        let others: Vec<&String> = others.map(|(id, _)| id).collect();
        let done = async {
            while !others.iter().all(|id| journey.is_hidden(id)) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(15), done).await;
        assert!(in_time.is_ok(), "{hanging}: somebody waited for it");
        let hidden = ids.iter().filter(|id| journey.is_hidden(id)).count();
        assert_eq!(hidden, 3, "{hanging} has not answered yet");
        work.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
