//! When comments are asked for by their ids, and what tells that anything can be seen at all.

use jiff::SignedDuration;
use majlis::domain::comment::{CommentId, Incoming, Visibility};
use majlis::store::comments::{self, ToLookAt};
use majlis::store::{Step, Store};

use super::given::{comment, page, receive, receive_from, reply_of_ours, some_sources};
use super::{at, contract};

const HOUR: i64 = 3_600;

async fn due(store: &Store, seconds: i64, limit: usize) -> Vec<ToLookAt> {
    comments::due_for_a_look(store, &page(), at(seconds), limit).await.unwrap()
}

async fn ids(store: &Store, seconds: i64, limit: usize) -> Vec<i64> {
    due(store, seconds, limit).await.iter().map(|one| one.id.0).collect()
}

async fn planned(store: &Store, id: i64, seconds: Option<i64>) {
    let mut tx = store.begin(Step::Keep).await.unwrap();
    comments::plan_look(&mut tx, &[(CommentId(id), seconds.map(at))]).await.unwrap();
    tx.commit().await.unwrap();
}

contract! {
    async fn each_comment_of_the_public_is_due_an_hour_after_it_came_and_then_when_it_was_planned(db: Db) {
        some_sources(&db.store).await;
        let read = [comment("c1", "نص"), reply_of_ours("r1", "c1", at(0)), comment("c2", "آخر")];
        receive(&db.store, &read, at(0)).await;
        receive_from(&db.store, "page2", &[comment("c3", "هناك")], at(0)).await;
        assert_eq!(ids(&db.store, HOUR - 1, 9).await, [] as [i64; 0]);
        assert_eq!(ids(&db.store, HOUR, 9).await, [1, 3], "neither ours nor another source's");
        assert_eq!(ids(&db.store, HOUR, 1).await, [1]);
        planned(&db.store, 1, Some(2 * HOUR)).await;
        planned(&db.store, 3, Some(HOUR + 1)).await;
        assert_eq!(ids(&db.store, 3 * HOUR, 9).await, [3, 1], "the longest due first");
        planned(&db.store, 3, None).await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, CommentId(1), Visibility::Deleted, at(7)).await.unwrap();
        tx.commit().await.unwrap();
        let gone = due(&db.store, 3 * HOUR, 9).await.remove(0);
        assert_eq!((gone.visibility, gone.visibility_at), (Visibility::Deleted, Some(at(7))), "it may come back");
        assert_eq!((gone.platform_id.as_str(), gone.first_seen_at), ("c1", at(0)));
    }

    async fn what_was_erased_is_not_asked_for_whatever_was_planned(db: Db) {
        some_sources(&db.store).await;
        receive(&db.store, &[comment("c1", "نص")], at(0)).await;
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        majlis::store::erasure::order(&mut tx, "amna", None, CommentId(1), "طلب", at(1)).await.unwrap();
        tx.commit().await.unwrap();
        planned(&db.store, 1, Some(2)).await;
        assert_eq!(due(&db.store, 9 * HOUR, 9).await, []);
        assert!(db.try_run("update comment set look_at = 1").await.is_err());
    }

    async fn the_newest_comments_that_can_be_seen_are_the_witnesses(db: Db) {
        some_sources(&db.store).await;
        let read: Vec<_> = (0..6).map(|number| comment(&format!("c{number}"), "نص")).collect();
        receive(&db.store, &read, at(0)).await;
        receive_from(&db.store, "page2", &[comment("c9", "هناك")], at(0)).await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, CommentId(5), Visibility::Hidden, at(7)).await.unwrap();
        tx.commit().await.unwrap();
        let but = ["c5".to_owned(), "c2".to_owned()];
        let newest = async |limit| comments::newest_but(&db.store, &page(), &but, limit).await.unwrap();
        assert_eq!(newest(2).await, ["c3", "c1"]);
        assert_eq!(newest(9).await, ["c3", "c1", "c0"]);
    }

    async fn what_stands_under_a_hidden_comment_is_known(db: Db) {
        some_sources(&db.store).await;
        let under = |id, parent: &str| Incoming { parent_id: Some(parent.to_owned()), ..comment(id, "رد") };
        let read = [comment("c1", "نص"), under("c2", "c1"), comment("c3", "نص"), under("c4", "c3")];
        receive(&db.store, &read, at(0)).await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, CommentId(1), Visibility::Hidden, at(7)).await.unwrap();
        tx.commit().await.unwrap();
        let all = ["c1", "c2", "c3", "c4", "c5"].map(str::to_owned);
        let found = comments::under_hidden(&db.store, &page(), &all).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["c2"]);
    }

    async fn what_was_seen_again_is_stale_a_day_later(db: Db) {
        some_sources(&db.store).await;
        receive_from(&db.store, "channel", &[comment("y1", "نص")], at(0)).await;
        let channel = majlis::domain::comment::SourceId("channel".to_owned());
        let known = async || {
            let all = comments::known(&db.store, &channel, &["y1".to_owned()]).await.unwrap();
            all["y1"].clone()
        };
        let day = SignedDuration::from_hours(24);
        let late = at(1) + day;
        assert!(!known().await.is_stale(at(0) + day) && known().await.is_stale(late));
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        comments::refreshed(&mut tx, &channel, &["y1".to_owned()], late).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(known().await.seen_at, late);
        assert!(!known().await.is_stale(late + day));
    }
}
