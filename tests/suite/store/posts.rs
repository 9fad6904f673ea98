//! Posts, as far as they were read.

use jiff::Timestamp;
use majlis::domain::poll_plan::Post;
use majlis::store::Step;
use majlis::store::posts::{self, SeenPost};

use majlis::domain::audit::{Actor, Field};
use majlis::domain::comment::{CommentId, Incoming, SourceId};
use majlis::domain::retention::Cause;
use majlis::store::erasure::{self, Erasing};
use majlis::store::holds::{self, HeldThing, HoldId};

use super::given::{comment_by, page, receive, some_sources};
use super::{Db, at, contract};

fn seen(id: &str) -> SeenPost {
    SeenPost { id: id.to_owned(), post: Post::new(at(0)), said: None, said_when_read: None }
}

/// Posts of the page, listed with these words.
async fn say(db: &Db, said: &[(&str, Option<&str>)], kept_since: Option<Timestamp>) {
    let mut tx = db.store.begin(Step::Read).await.unwrap();
    let ids: Vec<String> = said.iter().map(|(id, _)| (*id).to_owned()).collect();
    let known = posts::among(&mut tx, &page(), &ids).await.unwrap();
    let known: Vec<String> = known.into_iter().map(|seen| seen.id).collect();
    let new = said.iter().filter(|(id, _)| known.iter().all(|known| known != id)).map(|(id, _)| seen(id));
    posts::keep(&mut tx, &page(), &new.collect::<Vec<_>>()).await.unwrap();
    let said: Vec<_> = said.iter().map(|(id, text)| ((*id).to_owned(), text.map(str::to_owned))).collect();
    posts::say(&mut tx, &page(), &said, kept_since).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the posts say that say anything, in the order of their ids.
async fn texts(db: &Db) -> Vec<String> {
    db.texts("select text from post where text is not null order by id").await
}

/// A comment under a post of the page, first seen then.
async fn under(db: &Db, post: &str, id: &str, seen_at: Timestamp) -> CommentId {
    let comment = Incoming { post_id: Some(post.to_owned()), ..comment_by("amal", id, "words", seen_at) };
    receive(&db.store, &[comment], seen_at).await[0].unwrap().id
}

/// What posts say that comments kept since then do not need, forgotten.
async fn forgotten(db: &Db, since: Timestamp) -> Vec<(String, Field)> {
    let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: at(900) };
    let mut tx = db.store.begin(Step::Keep).await.unwrap();
    let entries = erasure::forget_posts(&mut tx, since, &erasing, 10).await.unwrap();
    tx.commit().await.unwrap();
    assert!(entries.iter().all(|entry| entry.act == "post.forgotten"));
    entries.into_iter().map(|entry| (entry.object, entry.fields["count"].clone())).collect()
}

contract! {
    async fn what_a_post_says_now_takes_the_place_of_what_it_said_and_nothing_that_of_something(db: Db) {
        some_sources(&db.store).await;
        say(&db, &[("a", Some("named Salem")), ("b", Some("open")), ("c", None)], None).await;
        assert_eq!(texts(&db).await, ["named Salem", "open"]);
        say(&db, &[("a", Some("names nobody")), ("c", Some("says something now"))], None).await;
        assert_eq!(texts(&db).await, ["names nobody", "open", "says something now"], "what is not listed stays");
        say(&db, &[("a", None), ("b", Some("open"))], Some(at(0))).await;
        assert_eq!(texts(&db).await, ["open", "says something now"]);
    }

    async fn what_an_old_post_says_goes_when_no_comment_is_kept_under_it_and_is_not_kept_again(db: Db) {
        some_sources(&db.store).await;
        let all = [("a", Some("of a")), ("b", Some("of b")), ("c", Some("of c")), ("d", Some("of d"))];
        say(&db, &all, None).await;
        let comment = under(&db, "a", "c1", at(1)).await;
        let waiting = async |id: &str, counted_at| {
            let mut tx = db.store.begin(Step::Read).await.unwrap();
            let mut told = posts::one(&mut tx, &page(), id).await.unwrap().unwrap();
            told.post.counted(3, counted_at);
            posts::keep(&mut tx, &page(), &[told]).await.unwrap();
            tx.commit().await.unwrap();
        };
        waiting("b", at(600)).await;
        waiting("c", at(20)).await;
        assert_eq!(forgotten(&db, at(0)).await, [], "none was published before");
        let source = |count| ("source:page".to_owned(), Field::Int(count));
        assert_eq!(forgotten(&db, at(300)).await, [source(2)]);
        assert_eq!(texts(&db).await, ["of a", "of b"], "one with a comment, and one under which some wait");
        assert_eq!(forgotten(&db, at(300)).await, []);
        say(&db, &all, Some(at(300))).await;
        assert_eq!(texts(&db).await, ["of a", "of b"], "its list still tells it");
        let erasing = Erasing { by: Actor::Machine("retain"), cause: Cause::Retention, now: at(900) };
        let mut tx = db.store.begin(Step::Keep).await.unwrap();
        erasure::erase(&mut tx, None, comment, &erasing).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(forgotten(&db, at(700)).await, [source(2)]);
        under(&db, "d", "c2", at(800)).await;
        say(&db, &all, Some(at(700))).await;
        assert_eq!(texts(&db).await, ["of d"], "somebody writes under it again");
    }

    async fn what_posts_of_a_source_on_a_hold_say_is_kept(db: Db) {
        some_sources(&db.store).await;
        say(&db, &[("a", Some("of a"))], None).await;
        let act = async |held: bool| {
            let mut tx = db.store.begin(Step::Act).await.unwrap();
            match held {
                true => drop(holds::place(&mut tx, "amna", &HeldThing::Source(SourceId("page".to_owned())), "why", at(5)).await.unwrap()),
                false => holds::lift(&mut tx, "amna", HoldId(1), "closed", at(6)).await.unwrap(),
            }
            tx.commit().await.unwrap();
        };
        act(true).await;
        assert_eq!(forgotten(&db, at(300)).await, []);
        act(false).await;
        assert_eq!(forgotten(&db, at(300)).await.len(), 1);
        assert_eq!(texts(&db).await, [""; 0]);
    }

    async fn what_was_seen_of_a_post_is_kept_and_replaced(db: Db) {
        some_sources(&db.store).await;
        let mut read = SeenPost { said: Some(3), said_when_read: Some(2), ..seen("a") };
        read.post.arrived(at(30));
        read.post.read(at(60));
        read.post.counted(1, at(90));
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        posts::keep(&mut tx, &page(), &[seen("a"), seen("b")]).await.unwrap();
        posts::keep(&mut tx, &page(), &[read.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let listed = ["a", "b", "c"].map(str::to_owned);
        let mut known = posts::among(&mut tx, &page(), &listed).await.unwrap();
        known.sort_by(|one, other| one.id.cmp(&other.id));
        assert_eq!(known, [read.clone(), seen("b")]);
        let lively = posts::lively(&mut tx, &page(), at(1)).await.unwrap();
        assert_eq!(lively, [read.clone()], "an old one under which a comment waits");
        assert_eq!(posts::lively(&mut tx, &page(), at(0)).await.unwrap().len(), 2);
        assert_eq!(posts::one(&mut tx, &page(), "a").await.unwrap(), Some(read));
        assert_eq!(posts::one(&mut tx, &page(), "c").await.unwrap(), None);
    }
}
