//! Rounds: everything is read, once known ground is left early, and odd pages cost no comment.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;
use majlis::config::{Login, Vocabulary};
use majlis::domain::comment::{Incoming, Mark, Platform};
use majlis::sandbox::CorpusComment;
use serde_json::json;

use super::{Play, Round, comment, reply, stored};

/// Threads on every post, more than a page of comments in all, and one thread with more replies than
/// a platform shows inside it.
fn many(platform: Platform) -> Vec<CorpusComment> {
    let mut all: Vec<CorpusComment> =
        (0..460).map(|n| comment(platform, &format!("تعليق رقم {n}"))).collect();
    all.extend(
        (0..120)
            .map(|n| CorpusComment { reply_to: Some(0), ..comment(platform, &format!("رد رقم {n}")) }),
    );
    all.extend(
        (0..3).map(|n| CorpusComment { reply_to: Some(7), ..comment(platform, &format!("reply {n}")) }),
    );
    match platform {
        Platform::Youtube => all
            .extend((0..3).map(|n| CorpusComment { held: true, ..comment(platform, &format!("held {n}")) })),
        Platform::X => all.extend(
            (0..3).map(|n| CorpusComment { mention: true, ..comment(platform, &format!("mention {n}")) }),
        ),
        Platform::Facebook | Platform::Instagram => {}
    }
    all
}

/// What was read of each comment, which must be the same however often a list carried it.
fn by_id(round: &Round) -> BTreeMap<String, &Incoming> {
    let mut read = BTreeMap::new();
    for comment in &round.comments {
        if let Some(twin) = read.insert(comment.platform_id.clone(), comment) {
            assert_eq!(twin, comment, "two lists say two things");
        }
    }
    read
}

fn assert_everything_was_read(play: &Play, round: &Round) {
    let read = by_id(round);
    let written = play.ledger_comments();
    for truth in &written {
        let found =
            read.get(&truth.id).unwrap_or_else(|| panic!("{} was not read: {truth:?}", play.platform));
        assert_eq!(found.text, truth.text);
        assert_eq!(found.parent_id, truth.parent_id, "{truth:?}");
        assert_eq!(found.created_at.unwrap().as_second(), truth.created_at.as_second());
        assert!(!found.ours && found.marks.is_empty(), "{found:?}");
        assert!(found.author.as_ref().unwrap().name.is_some());
    }
    assert_eq!(read.len(), written.len(), "something was read that nobody wrote");
    assert_eq!((round.unreadable, round.gaps), (0, 0));
}

#[tokio::test]
async fn a_first_round_reads_every_comment_as_it_was_written() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&many(platform));
        assert_everything_was_read(&play, &play.sweep(None).await.unwrap());
    }
}

#[tokio::test]
async fn the_older_vocabulary_of_x_reads_the_same() {
    let play = Play::with(Platform::X, std::time::Duration::from_secs(20), |source| {
        let Login::X { vocabulary, .. } = &mut source.login else { panic!("not X") };
        *vocabulary = Vocabulary::Tweet;
    })
    .await;
    play.publish(&many(Platform::X));
    assert_everything_was_read(&play, &play.sweep(None).await.unwrap());
}

#[tokio::test]
async fn a_later_round_stops_at_known_ground_and_misses_nothing_new() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&many(platform));
        let first = play.sweep(None).await.unwrap();
        play.pass(SignedDuration::from_mins(20));
        // X reads the last quarter of an hour twice, so it is on known ground one round later.
        let settled = play.sweep(first.cursor.as_ref()).await.unwrap();
        play.pass(SignedDuration::from_mins(20));
        let fresh: HashSet<String> =
            play.publish(&[comment(platform, "a"), comment(platform, "b")]).into_iter().collect();
        let later = play.round(settled.cursor.as_ref(), &first.ids()).await.unwrap();
        let found: HashSet<String> = later.ids().difference(&first.ids()).cloned().collect();
        assert_eq!(found, fresh, "{platform}");
        assert!(later.pages < first.pages, "{platform}: {} pages after {}", later.pages, first.pages);
    }
}

#[tokio::test]
async fn a_sweep_finds_a_reply_under_an_old_comment() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let ids = play.publish(&many(platform));
        let first = play.sweep(None).await.unwrap();
        for thread in [&ids[0], &ids[100]] {
            let body =
                json!({"platform": platform, "parent_id": thread, "author": "Omar", "text": "and now?"});
            play.control(reqwest::Method::POST, "comments", body).await;
        }
        play.pass(SignedDuration::from_mins(1));
        let sweep = play.sweep(first.cursor.as_ref()).await.unwrap();
        let fresh = sweep.ids().difference(&first.ids()).count();
        assert_eq!(fresh, 2, "{platform}");
    }
}

#[tokio::test]
async fn rounds_on_x_go_on_after_an_outage_longer_than_searchs_memory() {
    let play = Play::on(Platform::X).await;
    play.publish(&many(Platform::X));
    let first = play.sweep(None).await.unwrap();
    play.pass(SignedDuration::from_hours(1));
    let settled = play.sweep(first.cursor.as_ref()).await.unwrap();
    play.pass(SignedDuration::from_hours(9 * 24));
    let access = play.api.renew(&play.tokens(), play.call().now).await.unwrap().access.unwrap();
    let play = Play { access, ..play };
    let fresh = play.publish(&[comment(Platform::X, "still there?")]);
    let later = play.sweep(settled.cursor.as_ref()).await.unwrap();
    assert!(later.get(&fresh[0]).is_some());
    assert!(later.pages <= 4, "{} pages: the id to begin from was lost", later.pages);
}

#[tokio::test]
async fn our_own_reply_is_read_as_ours_under_what_it_answers() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let question = play.one_comment("متى؟").await;
        let receipt = play.perform(&question, reply("غداً")).await.unwrap();
        play.pass(SignedDuration::from_mins(1));
        let round = play.sweep(None).await.unwrap();
        let ours =
            round.get(&receipt.reference).unwrap_or_else(|| panic!("{platform}: our reply was not read"));
        assert!(ours.ours, "{platform}");
        assert_eq!(ours.parent_id.as_ref(), Some(&question.platform_id), "{platform}");
        assert_eq!(ours.text.trim_start_matches(|c| c != 'غ'), "غداً");
    }
}

#[tokio::test]
async fn a_changed_text_is_read_under_the_same_id() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let before = play.one_comment("before").await;
        play.control(
            reqwest::Method::PATCH,
            &format!("comments/{}", before.platform_id),
            json!({"text": "after"}),
        )
        .await;
        let round = play.sweep(None).await.unwrap();
        let after = round.get(&before.platform_id).unwrap_or_else(|| panic!("{platform}"));
        assert_eq!(after.text, "after", "{platform}");
    }
}

#[tokio::test]
async fn a_broken_item_is_marked_and_the_rest_of_its_page_is_whole() {
    let faults: [(&str, &[Mark]); 9] = [
        ("no_author", &[Mark::NoAuthor]),
        ("no_text", &[Mark::NoText]),
        ("wrong_types", &[Mark::NoAuthor, Mark::NoText]),
        ("unknown_field", &[]),
        ("nul", &[Mark::NulRemoved]),
        ("invalid_utf8", &[Mark::InvalidUtf8]),
        ("overlong", &[]),
        ("duplicate_id", &[]),
        ("future_time", &[Mark::FutureTime]),
    ];
    for platform in Platform::ALL {
        for (fault, marks) in faults {
            let play = Play::on(platform).await;
            let ids: HashSet<String> = play
                .publish(&(0..9).map(|n| comment(platform, &format!("c{n}"))).collect::<Vec<_>>())
                .into_iter()
                .collect();
            play.arm("list", fault).await;
            let round = play.sweep(None).await.unwrap();
            assert_eq!(round.ids(), ids, "{platform} {fault}");
            // On these two an author stands in two fields, of which one is spoiled.
            let half = matches!(platform, Platform::Instagram | Platform::Youtube) && fault == "wrong_types";
            let marks = if half { &marks[1..] } else { marks };
            let odd: Vec<&Incoming> =
                round.comments.iter().filter(|comment| !comment.marks.is_empty()).collect();
            assert_eq!(odd.len(), usize::from(!marks.is_empty()), "{platform} {fault}: {odd:?}");
            assert!(odd.iter().all(|comment| comment.marks == marks), "{platform} {fault}: {odd:?}");
        }
    }
}

#[tokio::test]
async fn a_page_that_is_short_or_leads_to_itself_costs_no_comment() {
    for platform in Platform::ALL {
        for fault in ["short_page", "repeat_cursor"] {
            let play = Play::on(platform).await;
            play.publish(&many(platform));
            play.arm("list", fault).await;
            assert_everything_was_read(&play, &play.sweep(None).await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_page_that_hides_what_follows_is_made_good_at_once_or_by_the_next_sweep() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&many(platform));
        play.arm("list", "missing_paging").await;
        let first = play.sweep(None).await.unwrap();
        if matches!(platform, Platform::Facebook | Platform::Instagram) {
            assert_everything_was_read(&play, &first);
        }
        let second = play.sweep(first.cursor.as_ref()).await.unwrap();
        let read: HashSet<String> = first.ids().union(&second.ids()).cloned().collect();
        assert_eq!(read.len(), play.ledger_comments().len(), "{platform}");
    }
}

#[tokio::test]
async fn a_round_goes_on_from_its_cursor_in_another_process() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&many(platform));
        let mut cursor = None;
        let mut read = HashSet::new();
        for _ in 0..super::PAGES_MAX {
            // What a database keeps of a cursor is its text.
            let kept = cursor
                .map(|cursor: majlis::platform::Cursor| serde_json::from_str(&cursor.0.to_string()).unwrap());
            let page = play.api.comments(play.call(), kept.as_ref()).await.unwrap();
            read.extend(page.comments.iter().map(|comment| comment.platform_id.clone()));
            match page.next(false) {
                majlis::platform::Next::Page(next) => cursor = Some(next),
                majlis::platform::Next::RoundEnds(_) => break,
            }
        }
        assert_eq!(read.len(), play.ledger_comments().len(), "{platform}");
    }
}

#[tokio::test]
async fn what_vanishes_while_a_round_is_under_way_is_passed_over() {
    for platform in [Platform::Instagram, Platform::Youtube] {
        let play = Play::on(platform).await;
        let ids = play.publish(&many(platform));
        let mut cursor = None;
        // Up to the place where the long thread's replies are next.
        loop {
            let page = play.api.comments(play.call(), cursor.as_ref()).await.unwrap();
            let majlis::platform::Next::Page(next) = page.next(false) else {
                panic!("{platform}: no replies were listed")
            };
            let listed = next.0.to_string().contains("replies");
            cursor = Some(next);
            if listed {
                break;
            }
        }
        play.control(reqwest::Method::DELETE, &format!("comments/{}", ids[0]), json!({})).await;
        let rest = play.sweep(cursor.as_ref()).await.unwrap();
        assert!(rest.pages > 1, "{platform}");
    }
}

#[tokio::test]
async fn a_place_that_a_platform_no_longer_knows_asks_for_a_new_round() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        play.publish(&many(platform));
        let mut cursor = None;
        let token = loop {
            let page = play.api.comments(play.call(), cursor.as_ref()).await.unwrap();
            let majlis::platform::Next::Page(next) = page.next(false) else { panic!("{platform}: one page") };
            let token = next.0.pointer("/spot/token").or_else(|| next.0.pointer("/list/comments/spot/token"));
            let token =
                token.or_else(|| next.0.pointer("/list/threads/spot/token")).and_then(|token| token.as_str());
            if let Some(token) = token {
                break (token.to_owned(), next);
            }
            cursor = Some(next);
        };
        let stale = token.1.0.to_string().replace(&token.0, "no-such-page");
        let stale = serde_json::from_str(&stale).unwrap();
        let error = play.api.comments(play.call(), Some(&stale)).await.unwrap_err();
        assert_eq!(super::meaning(&play, &error), "cursor stale", "{platform}: {error}");
    }
}

#[tokio::test]
async fn a_comment_that_we_hid_is_no_news_on_any_platform() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let spam = play.one_comment("win now").await;
        let before = play.sweep(None).await.unwrap();
        let comment = stored(platform, before.get(&spam.platform_id).unwrap());
        play.perform(&comment, majlis::domain::action::Act::Hide).await.unwrap();
        let after = play.sweep(before.cursor.as_ref()).await.unwrap();
        // But that it is hidden, where the platform says so.
        let is_known = |seen: &Incoming| {
            let known = before.get(&seen.platform_id).unwrap();
            *known == Incoming { hidden: known.hidden, ..seen.clone() }
        };
        assert!(after.comments.iter().all(is_known), "{platform}: {after:?}");
    }
}
