//! What the judge is told, and when it must look again.

use std::num::NonZeroU32;

use majlis::domain::comment::{Author, CommentId, Incoming};
use majlis::domain::judge::{Kind, Repeats, Verdict};
use majlis::domain::policy::{ClauseId, Repetition, Strikes};
use majlis::domain::poll_plan::Post;
use majlis::store::comments::{self, COMPARED_MAX};
use majlis::store::decisions::DecidedBy;
use majlis::store::posts::{self, SeenPost};
use majlis::store::{Step, Store};

use super::given::{
    comment, comment_by, decided, decided_by, hide, page, receive, receive_from, reply_of_ours, some_sources,
    stored,
};
use super::{at, contract};

const HOUR: Repetition = Repetition {
    window_hours: NonZeroU32::MIN,
    review_at: NonZeroU32::MIN,
    hide_at: NonZeroU32::MIN,
    min_letters: 0,
    alike_percent: 70,
};

async fn earlier_same(store: &Store, ids: &[CommentId]) -> Vec<u32> {
    let subjects = comments::subjects(store, ids, HOUR, None).await.unwrap();
    subjects.iter().map(|subject| subject.repeats.here).collect()
}

async fn ids(store: &Store, page: &[Incoming]) -> Vec<CommentId> {
    receive(store, page, at(100_000)).await.into_iter().map(|stored| stored.unwrap().id).collect()
}

contract! {
    async fn subjects_come_in_the_order_asked_for_and_unknown_numbers_are_left_out(db: Db) {
        some_sources(&db.store).await;
        let a = stored(&db.store, "a", "one").await;
        let b = stored(&db.store, "b", "two").await;
        let subjects = comments::subjects(&db.store, &[b, CommentId(9_999), a], HOUR, None).await.unwrap();
        assert_eq!(subjects.iter().map(|subject| subject.comment.id).collect::<Vec<_>>(), [b, a]);
        assert_eq!(subjects[0].comment.text.as_deref(), Some("two"));
        assert_eq!(subjects[0].last, None);
    }

    async fn repeats_are_counted_in_the_order_of_writing_whatever_the_order_of_reading(db: Db) {
        some_sources(&db.store).await;
        let page = [
            comment_by("amal", "third", "buy", at(30)),
            comment_by("amal", "first", "buy", at(10)),
            comment_by("amal", "second", "buy", at(20)),
        ];
        let ids = ids(&db.store, &page).await;
        assert_eq!(earlier_same(&db.store, &ids).await, [2, 0, 1]);
    }

    async fn only_the_same_author_the_same_text_and_the_window_count(db: Db) {
        some_sources(&db.store).await;
        let page = [
            comment_by("amal", "old", "buy", at(0)),
            comment_by("badr", "other-author", "buy", at(3_000)),
            comment_by("amal", "other-text", "sell", at(3_100)),
            comment_by("amal", "edge", "buy", at(3_600)),
            comment_by("amal", "beyond", "buy", at(7_201)),
        ];
        let ids = ids(&db.store, &page).await;
        // `edge` is exactly an hour after `old`; `beyond` an hour and a second after `edge`.
        assert_eq!(earlier_same(&db.store, &ids).await, [0, 0, 0, 1, 0]);
    }

    async fn what_a_comment_answers_comes_with_it_unless_it_is_gone_or_its_authors_own(db: Db) {
        some_sources(&db.store).await;
        let answers = |parent: &str, by, id| Incoming {
            parent_id: Some(parent.to_owned()),
            ..comment_by(by, id, "an answer", at(9))
        };
        let page = [
            comment_by("badr", "top", "first words", at(1)),
            answers("top", "amal", "reply"),
            answers("top", "badr", "own"),
            Incoming { author: None, ..answers("top", "x", "nameless") },
            reply_of_ours("ours", "top", at(2)),
            answers("ours", "badr", "back"),
            answers("never read", "amal", "lost"),
            comment_by("badr", "silent", "", at(3)),
            answers("silent", "amal", "to-silence"),
        ];
        let ids = ids(&db.store, &page).await;
        receive_from(&db.store, "channel", &[comment_by("badr", "top", "of another page", at(1))], at(50)).await;
        let told = async || {
            let subjects = comments::subjects(&db.store, &ids, HOUR, None).await.unwrap();
            let told: Vec<Option<String>> = subjects.into_iter().map(|subject| subject.parent_text).collect();
            let past = comments::past(&db.store, at(0), CommentId(0), 99).await.unwrap();
            for past in past {
                if let Some(place) = ids.iter().position(|id| *id == past.id) {
                    assert_eq!(past.parent_text, told[place], "a policy is tried on what the judge was told");
                }
            }
            told
        };
        let thanks = Some("شكرًا".to_owned());
        let all = |top: Option<&str>| {
            let top = top.map(str::to_owned);
            [None, top.clone(), None, top.clone(), top, thanks.clone(), None, None, Some(String::new())]
        };
        assert_eq!(told().await, all(Some("first words")));
        receive(&db.store, &[comment_by("badr", "top", "other words", at(1))], at(60)).await;
        assert_eq!(told().await, all(Some("other words")));
        let becomes = async |visibility: &str| {
            let sql = format!("update comment set visibility = '{visibility}', visibility_at = starts_at where id = {}", ids[0]);
            db.try_run(&sql).await.unwrap();
        };
        becomes("hidden").await;
        assert_eq!(told().await, all(Some("other words")));
        becomes("deleted").await;
        assert_eq!(told().await, all(None));
    }

    async fn what_a_post_says_comes_with_the_comments_under_it(db: Db) {
        some_sources(&db.store).await;
        let under = |post: &str, id| Incoming { post_id: Some(post.to_owned()), ..comment_by("amal", id, "words", at(9)) };
        let ids = ids(&db.store, &[under("p1", "a"), under("p2", "b"), under("p3", "c")]).await;
        let seen = |id: &str| SeenPost { id: id.to_owned(), post: Post::new(at(0)), said: None, said_when_read: None };
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        posts::keep(&mut tx, &page(), &[seen("p1"), seen("p2")]).await.unwrap();
        for text in ["before", "a post"] {
            let said = [("p1", text), ("p3", "is not kept")].map(|(id, text)| (id.to_owned(), Some(text.to_owned())));
            posts::say(&mut tx, &page(), &said, None).await.unwrap();
        }
        posts::keep(&mut tx, &page(), &[seen("p1")]).await.unwrap();
        let asked = ["p1", "p2", "p3"].map(str::to_owned);
        let texts = posts::texts(&mut tx, &page(), &asked).await.unwrap();
        assert_eq!(Vec::from_iter(texts), [("p1".to_owned(), "a post".to_owned())]);
        tx.commit().await.unwrap();
        let subjects = comments::subjects(&db.store, &ids, HOUR, None).await.unwrap();
        let told: Vec<_> = subjects.iter().map(|subject| subject.post_text.as_deref()).collect();
        assert_eq!(told, [Some("a post"), None, None]);
        let past = comments::past(&db.store, at(0), CommentId(0), 9).await.unwrap();
        assert_eq!(past.iter().map(|past| past.post_text.as_deref()).collect::<Vec<_>>(), told);
    }

    async fn strikes_are_what_stands_hidden_of_the_author_on_the_platform_within_the_window(db: Db) {
        some_sources(&db.store).await;
        let page = [
            comment_by("amal", "too-old", "one", at(0)),
            comment_by("amal", "hidden", "two", at(90_000)),
            comment_by("amal", "visible", "three", at(90_001)),
            comment_by("badr", "of-another", "four", at(90_002)),
            comment_by("amal", "asked", "five", at(90_003)),
            comment_by("amal", "hidden-later", "six", at(90_004)),
        ];
        let ids = ids(&db.store, &page).await;
        db.try_run("update comment set visibility = 'hidden', visibility_at = starts_at where platform_id not in ('visible', 'asked')").await.unwrap();
        let three = NonZeroU32::new(3).unwrap();
        let strikes = Strikes { count: three, days: NonZeroU32::MIN, review_at: 0.5 };
        let struck = async |strikes| comments::subjects(&db.store, &ids[4..5], HOUR, strikes).await.unwrap()[0].strikes;
        assert_eq!([struck(Some(strikes)).await, struck(None).await], [1, 0]);
        assert_eq!(struck(Some(Strikes { days: three, ..strikes })).await, 2);
    }

    async fn two_comments_of_the_same_second_are_ordered_by_the_platforms_id(db: Db) {
        some_sources(&db.store).await;
        let page = [comment_by("amal", "a-2", "buy", at(10)), comment_by("amal", "B-1", "buy", at(10))];
        let ids = ids(&db.store, &page).await;
        // By bytes, on either database: `B` comes before `a`.
        assert_eq!(earlier_same(&db.store, &ids).await, [1, 0]);
    }

    async fn an_author_is_the_same_on_every_source_of_a_platform_and_on_others_by_the_name_shown(db: Db) {
        some_sources(&db.store).await;
        let first = comment_by("amal", "c1", "buy", at(10));
        receive(&db.store, &[first], at(50)).await;
        let second = comment_by("amal", "c2", "buy", at(20));
        let same = receive_from(&db.store, "page2", std::slice::from_ref(&second), at(50)).await[0].unwrap().id;
        let other = receive_from(&db.store, "channel", &[second], at(50)).await[0].unwrap().id;
        let renamed = Author { id: Some("amal".to_owned()), name: Some("Somebody else".to_owned()) };
        let third = Incoming { author: Some(renamed), ..comment_by("amal", "c3", "buy", at(30)) };
        let stranger = receive_from(&db.store, "channel", &[third], at(50)).await[0].unwrap().id;
        let subjects = comments::subjects(&db.store, &[same, other, stranger], HOUR, None).await.unwrap();
        let repeats: Vec<_> = subjects.iter().map(|subject| subject.repeats).collect();
        // On the other platform `other` is known by the name alone, and `stranger` there by the key.
        let (once, by_name) = (Repeats { here: 1, elsewhere: 0 }, Repeats { here: 0, elsewhere: 1 });
        assert_eq!(repeats, [once, by_name, once]);
    }

    async fn an_author_without_an_id_is_known_by_name_and_one_without_either_repeats_nobody(db: Db) {
        some_sources(&db.store).await;
        let named = |platform_id: &str, seconds| Incoming {
            author: Some(Author { id: None, name: Some("Amal".to_owned()) }),
            ..comment_by("x", platform_id, "buy", at(seconds))
        };
        let nameless = |platform_id: &str, seconds| Incoming { author: None, ..named(platform_id, seconds) };
        let page = [named("n1", 1), named("n2", 2), nameless("a1", 3), nameless("a2", 4)];
        let ids = ids(&db.store, &page).await;
        assert_eq!(earlier_same(&db.store, &ids).await, [0, 1, 0, 0]);
    }

    async fn empty_texts_and_our_own_replies_repeat_nothing(db: Db) {
        some_sources(&db.store).await;
        let page = [
            comment_by("amal", "e1", "", at(1)),
            comment_by("amal", "e2", "", at(2)),
            reply_of_ours("r1", "e1", at(3)),
            reply_of_ours("r2", "e2", at(4)),
        ];
        let ids = ids(&db.store, &page).await;
        assert_eq!(earlier_same(&db.store, &ids).await, [0, 0, 0, 0]);
    }

    async fn a_text_with_a_word_or_two_changed_is_as_good_as_the_same(db: Db) {
        some_sources(&db.store).await;
        let text = "luxury watches and original perfumes at special prices for a limited time, message us";
        let page = [
            comment_by("amal", "c1", text, at(1)),
            comment_by("amal", "c2", &text.replace("message us", "message us today"), at(2)),
            comment_by("amal", "c3", "when does the service centre open, and may I apply through the app?", at(3)),
            comment_by("amal", "c4", &text.replace("limited", "short"), at(4)),
        ];
        let ids = ids(&db.store, &page).await;
        assert_eq!(earlier_same(&db.store, &ids).await, [0, 1, 0, 2]);
        let exactly = Repetition { alike_percent: 100, ..HOUR };
        let subjects = comments::subjects(&db.store, &ids, exactly, None).await.unwrap();
        assert!(subjects.iter().all(|subject| subject.repeats == Repeats::NONE));
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        assert_eq!(comments::twins_after(&mut tx, &ids[..1], HOUR).await.unwrap(), [ids[1], ids[3]]);
    }

    async fn a_flood_of_equal_comments_is_counted_up_to_a_bound(db: Db) {
        some_sources(&db.store).await;
        let flood: Vec<Incoming> = (0..i64::from(COMPARED_MAX) + 5)
            .map(|number| comment_by("amal", &format!("c{number:04}"), "buy", at(number)))
            .collect();
        let ids = ids(&db.store, &flood).await;
        assert_eq!(earlier_same(&db.store, &[ids[7], ids[104]]).await, [7, COMPARED_MAX]);
    }

    async fn the_latest_decision_on_the_latest_revision_rules(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        decided(&db.store, id, &hide(ClauseId::Spam), Kind::Other).await;
        let staff = DecidedBy::Staff("huda".to_owned());
        decided_by(&db.store, id, 1, &Verdict::Allow, Kind::Question, &staff, Some("not spam")).await;
        let last = async || comments::subjects(&db.store, &[id], HOUR, None).await.unwrap().remove(0).last.unwrap();
        let ruling = last().await;
        assert_eq!((ruling.verdict, ruling.clause, ruling.kind, ruling.revision), ("allow", None, Kind::Question, 1));
        assert_eq!(ruling.decided_by, staff);
        receive(&db.store, &[comment("c1", "نص آخر")], at(5)).await;
        decided_by(&db.store, id, 2, &hide(ClauseId::Indecent), Kind::Other, &DecidedBy::Machine, None).await;
        // A verdict on the text before, however late it comes, does not rule over the text after.
        decided_by(&db.store, id, 1, &Verdict::Allow, Kind::Other, &DecidedBy::Machine, None).await;
        let ruling = last().await;
        assert_eq!((ruling.verdict, ruling.clause, ruling.revision), ("hide", Some(ClauseId::Indecent), 2));
    }

    async fn a_comment_that_comes_late_sends_its_later_twins_back_to_the_judge(db: Db) {
        some_sources(&db.store).await;
        let page = [
            comment_by("amal", "before", "buy", at(5)),
            comment_by("amal", "after", "buy", at(20)),
            comment_by("amal", "much-later", "buy", at(20_000)),
            comment_by("badr", "other", "buy", at(21)),
        ];
        let earlier = ids(&db.store, &page).await;
        let late = ids(&db.store, &[comment_by("amal", "late", "buy", at(10)), comment_by("amal", "l2", "buy", at(11))]).await;
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let twins = comments::twins_after(&mut tx, &late, HOUR).await.unwrap();
        assert_eq!(twins, [earlier[1]]);
        assert!(comments::twins_after(&mut tx, &[], HOUR).await.unwrap().is_empty());
    }
}
