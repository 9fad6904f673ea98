//! Hiding, showing, replying, and finding a reply again.

use jiff::SignedDuration;
use majlis::domain::action::Act;
use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::limits;
use majlis::platform::Looked;
use majlis::sandbox::CorpusComment;
use serde_json::json;

use super::{Play, comment, meaning, reply, stored};

#[tokio::test]
async fn a_comment_is_hidden_and_shown_again_and_twice_is_no_harm() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("win now").await;
        for (act, hidden) in
            [(Act::Hide, true), (Act::Hide, true), (Act::Unhide, false), (Act::Unhide, false)]
        {
            let receipt =
                play.perform(&comment, act).await.unwrap_or_else(|error| panic!("{platform}: {error}"));
            assert_eq!(receipt.reference, comment.platform_id);
            assert_eq!(play.is_hidden(&comment.platform_id), hidden, "{platform}");
        }
    }
}

#[tokio::test]
async fn a_reply_stands_once_under_its_comment_in_its_words() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        let text = "شكراً لتواصلك 🌹 التفاصيل: https://www.moec.gov.ae/ar & “هنا”";
        let receipt = play.perform(&comment, reply(text)).await.unwrap();
        let replies = play.ledger_replies();
        assert_eq!(replies.len(), 1, "{platform}");
        assert_eq!(
            (replies[0].id.as_str(), replies[0].text.as_str()),
            (receipt.reference.as_str(), text),
            "{platform}"
        );
        assert_eq!(replies[0].parent_id.as_ref(), Some(&comment.platform_id), "{platform}");
    }
}

#[tokio::test]
async fn a_reply_to_a_reply_lands_in_its_thread() {
    for platform in [Platform::Facebook, Platform::Instagram, Platform::Youtube] {
        let play = Play::on(platform).await;
        let ids = play.publish(&[
            comment(platform, "متى؟"),
            CorpusComment { reply_to: Some(0), ..comment(platform, "نفس السؤال") },
        ]);
        play.pass(SignedDuration::from_mins(1));
        let round = play.sweep(None).await.unwrap();
        let nested = stored(platform, round.get(&ids[1]).unwrap());
        let since = play.call().now;
        let receipt =
            play.perform(&nested, reply("غداً")).await.unwrap_or_else(|error| panic!("{platform}: {error}"));
        assert_eq!(play.ledger_replies()[0].parent_id.as_ref(), Some(&ids[0]), "{platform}");
        let found = play.api.find_replies(play.call(), &nested, "غداً", since).await.unwrap();
        assert_eq!(found[0].receipt, receipt, "{platform}");
    }
}

#[tokio::test]
async fn a_reply_whose_answer_was_lost_is_found_and_need_not_be_sent_again() {
    for platform in Platform::ALL {
        for fault in ["answer_lost", "fail_after_write", "malformed_json"] {
            let play = Play::on(platform).await;
            let comment = play.one_comment("متى؟").await;
            let since = play.call().now;
            play.arm("reply", fault).await;
            let error = play.perform(&comment, reply("غداً")).await.unwrap_err();
            assert_eq!(meaning(&play, &error), "answer lost", "{platform} {fault}: {error}");
            let found = play.api.find_replies(play.call(), &comment, "غداً", since).await.unwrap();
            assert_eq!(found[0].receipt.reference, play.ledger_replies()[0].id, "{platform} {fault}");
        }
    }
}

#[tokio::test]
async fn a_reply_that_never_arrived_is_not_found() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        play.perform(&comment, reply("another answer")).await.unwrap();
        let since = play.call().now;
        play.arm("reply", "reset").await;
        let error = play.perform(&comment, reply("غداً")).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "answer lost", "{platform}: nobody can tell");
        let found = play.api.find_replies(play.call(), &comment, "غداً", since).await.unwrap();
        assert_eq!(found, [], "{platform}");
    }
}

#[tokio::test]
async fn the_same_words_sent_long_before_are_not_taken_for_the_lost_reply() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        play.perform(&comment, reply("غداً")).await.unwrap();
        play.pass(SignedDuration::from_mins(30));
        let found = play.api.find_replies(play.call(), &comment, "غداً", play.call().now).await.unwrap();
        assert_eq!(found, [], "{platform}");
    }
}

#[tokio::test]
async fn an_act_on_a_comment_that_is_gone_is_refused_as_gone() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        play.control(reqwest::Method::DELETE, &format!("comments/{}", comment.platform_id), json!({})).await;
        let error = play.perform(&comment, Act::Hide).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "gone", "{platform}: {error}");
        let found = play.api.find_replies(play.call(), &comment, "غداً", play.call().now).await.unwrap();
        assert_eq!(found, [], "{platform}");
    }
}

#[tokio::test]
async fn a_comment_is_not_taken_for_deleted_when_our_own_page_is_out_of_sight_too() {
    for platform in [Platform::Facebook, Platform::Instagram] {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        play.control(reqwest::Method::DELETE, &format!("comments/{}", comment.platform_id), json!({})).await;
        play.arm("lookup", "forbidden").await;
        let error = play.perform(&comment, Act::Hide).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "revoked", "{platform}: {error}");
    }
}

#[tokio::test]
async fn x_hides_only_in_conversations_that_we_began() {
    let play = Play::on(Platform::X).await;
    let id =
        play.publish(&[CorpusComment { mention: true, ..comment(Platform::X, "look at this") }]).remove(0);
    let round = play.sweep(None).await.unwrap();
    let mention = stored(Platform::X, round.get(&id).unwrap());
    assert_eq!(meaning(&play, &play.perform(&mention, Act::Hide).await.unwrap_err()), "not_allowed");
    play.perform(&mention, reply("thank you")).await.unwrap();
}

#[tokio::test]
async fn what_x_calls_a_duplicate_is_refused() {
    let play = Play::on(Platform::X).await;
    let comment = play.one_comment("متى؟").await;
    play.perform(&comment, reply("غداً")).await.unwrap();
    let error = play.perform(&comment, reply("غداً")).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "not_allowed");
}

#[tokio::test]
async fn instagram_takes_no_reply_to_a_hidden_comment_and_is_not_asked() {
    let play = Play::on(Platform::Instagram).await;
    let mut comment = play.one_comment("win now").await;
    play.perform(&comment, Act::Hide).await.unwrap();
    comment.visibility = Visibility::Hidden;
    let error = play.perform(&comment, reply("no")).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "invalid");
    assert_eq!(play.sandbox.ledger().calls[&Platform::Instagram].get("reply"), None);
}

#[tokio::test]
async fn a_reply_that_is_too_long_is_refused_before_it_is_sent() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let comment = play.one_comment("متى؟").await;
        let full = "س".repeat(limits::reply_max(platform));
        let error = play.perform(&comment, reply(&format!("{full}س"))).await.unwrap_err();
        assert_eq!(meaning(&play, &error), "invalid", "{platform}");
        assert_eq!(play.sandbox.ledger().calls[&platform].get("reply"), None, "{platform}: it was sent");
        play.perform(&comment, reply(&full)).await.unwrap_or_else(|error| panic!("{platform}: {error}"));
    }
}

#[tokio::test]
async fn a_hide_without_effect_on_instagram_is_no_success() {
    let play = Play::on(Platform::Instagram).await;
    let comment = play.one_comment("متى؟").await;
    play.perform(&comment, reply("غداً")).await.unwrap();
    let round = play.sweep(None).await.unwrap();
    let ours = stored(Platform::Instagram, round.comments.iter().find(|comment| comment.ours).unwrap());
    let error = play.perform(&ours, Act::Hide).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "not_allowed", "{error}");
}

#[tokio::test]
async fn comments_are_looked_at_by_their_ids_and_what_is_gone_is_told_from_what_is_there() {
    for platform in Platform::ALL {
        let play = Play::on(platform).await;
        let ids =
            play.publish(&[comment(platform, "متى؟"), comment(platform, "أين؟"), comment(platform, "كيف؟")]);
        let edited = json!({"text": "متى بالضبط؟"});
        play.control(reqwest::Method::PATCH, &format!("comments/{}", ids[0]), edited).await;
        play.control(reqwest::Method::DELETE, &format!("comments/{}", ids[1]), json!({})).await;
        let mut looked = Vec::new();
        for ids in ids.chunks(play.api.look_max()) {
            looked.extend(
                play.api.look(play.call(), ids).await.unwrap_or_else(|error| panic!("{platform}: {error}")),
            );
        }
        let [Looked::Seen(changed), Looked::Gone(gone), Looked::Seen(other)] = looked.as_slice() else {
            panic!("{platform}: {looked:?}")
        };
        assert!(changed.text.contains("بالضبط") && !changed.ours, "{platform}");
        assert_eq!(
            (gone, &changed.platform_id, &other.platform_id),
            (&ids[1], &ids[0], &ids[2]),
            "{platform}"
        );
        // The same as a list would have it, but that a list may tell whether it is hidden where a look cannot.
        let listed = play.sweep(None).await.unwrap();
        let listed = listed.get(&ids[2]).unwrap();
        assert_eq!(
            (&listed.text, &listed.author, listed.created_at),
            (&other.text, &other.author, other.created_at)
        );
        if platform != Platform::Youtube {
            assert_eq!(listed.post_id, other.post_id, "{platform}");
        }
    }
}

#[tokio::test]
async fn hides_that_go_out_together_are_done_together_or_refused_for_the_sake_of_one() {
    let play = Play::on(Platform::Youtube).await;
    let first = play.one_comment("win now").await;
    let second = play.one_comment("win now too").await;
    play.api.hide_together(play.call(), &[&first, &second]).await.unwrap();
    assert!(play.is_hidden(&first.platform_id) && play.is_hidden(&second.platform_id));
    assert_eq!(play.sandbox.ledger().calls[&Platform::Youtube]["hide"], 1);
    play.control(reqwest::Method::DELETE, &format!("comments/{}", first.platform_id), json!({})).await;
    let error = play.api.hide_together(play.call(), &[&first, &second]).await.unwrap_err();
    assert_eq!(meaning(&play, &error), "gone");
}
