//! Comments received, known again, and seen or not.

use majlis::domain::comment::{Incoming, Mark, SourceId, Visibility, Written};
use majlis::store::comments::{self, NewRevision, Stored};
use majlis::store::{Step, StoreError};

use super::given::{SALT, comment, page, receive, receive_from, some_sources, stored};
use super::{at, contract};

contract! {
    async fn a_new_comment_is_stored_whole(db: Db) {
        some_sources(&db.store).await;
        let mut odd = comment("c1", "متى يفتح المركز؟ 🙂");
        odd.parent_id = Some("c0".to_owned());
        odd.post_id = Some("post".to_owned());
        odd.marks = vec![Mark::Cut, Mark::FutureTime];
        let Some(Stored { id, revision: 1, new: true }) = receive(&db.store, &[odd.clone()], at(5)).await[0] else {
            panic!("it is new");
        };
        let kept = comments::get(&db.store, id).await.unwrap().unwrap();
        assert_eq!(kept.source, page());
        assert_eq!(kept.text.as_deref(), Some(odd.text.as_str()));
        assert_eq!(kept.author, odd.author);
        assert_eq!((kept.platform_id, kept.parent_id, kept.post_id), (odd.platform_id, odd.parent_id, odd.post_id));
        assert_eq!((kept.created_at, kept.first_seen_at), (odd.created_at, at(5)));
        assert_eq!((kept.revision, kept.visibility, kept.ours), (1, Visibility::Visible, false));
        assert_eq!(kept.marks, odd.marks);
    }

    async fn a_comment_with_nothing_in_it_is_stored_all_the_same(db: Db) {
        some_sources(&db.store).await;
        let empty = Incoming::new("c1".to_owned(), "", at(0), Written::default());
        let id = receive(&db.store, &[empty], at(0)).await[0].unwrap().id;
        let kept = comments::get(&db.store, id).await.unwrap().unwrap();
        assert_eq!((kept.author, kept.text.as_deref(), kept.created_at), (None, Some(""), None));
        assert_eq!(kept.marks, [Mark::NoAuthor, Mark::NoText, Mark::NoTime]);
    }

    async fn a_comment_read_again_unchanged_is_nothing_new(db: Db) {
        some_sources(&db.store).await;
        stored(&db.store, "c1", "نص").await;
        assert_eq!(receive(&db.store, &[comment("c1", "نص")], at(9)).await, [None]);
        assert_eq!(db.number("select count(*) from revision").await, 1);
    }

    async fn an_edited_comment_gets_a_revision_and_keeps_the_earlier_text(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "first").await;
        for (number, text) in [(2, "second"), (3, "first")] {
            let again = receive(&db.store, &[comment("c1", text)], at(number)).await;
            assert_eq!(again, [Some(Stored { id, revision: number, new: false })]);
        }
        let kept = comments::get(&db.store, id).await.unwrap().unwrap();
        assert_eq!((kept.text.as_deref(), kept.revision, kept.first_seen_at), (Some("first"), 3, at(0)));
        assert_eq!(db.number("select count(*) from revision").await, 3);
    }

    async fn a_batch_answers_for_each_item_in_its_place_and_a_repeated_id_counts_once(db: Db) {
        some_sources(&db.store).await;
        stored(&db.store, "known", "same").await;
        let edited = stored(&db.store, "edited", "before").await;
        let batch = [
            comment("known", "same"),
            comment("new", "one"),
            comment("new", "two"),
            comment("edited", "after"),
            comment("last", "three"),
        ];
        let answers = receive(&db.store, &batch, at(9)).await;
        assert_eq!(answers[0], None);
        assert!(answers[1].is_some_and(|stored| stored.new));
        assert_eq!(answers[2], None);
        assert_eq!(answers[3], Some(Stored { id: edited, revision: 2, new: false }));
        assert!(answers[4].unwrap().id > answers[1].unwrap().id, "numbers rise in the order of the page");
        let new = comments::get(&db.store, answers[1].unwrap().id).await.unwrap().unwrap();
        assert_eq!(new.text.as_deref(), Some("one"));
    }

    async fn the_same_platform_id_on_another_source_is_another_comment(db: Db) {
        some_sources(&db.store).await;
        let first = stored(&db.store, "c1", "نص").await;
        let second = receive_from(&db.store, "channel", &[comment("c1", "نص")], at(1)).await[0].unwrap();
        assert!(second.new);
        assert_ne!(second.id, first);
    }

    async fn a_large_batch_is_stored_whole_and_in_order(db: Db) {
        some_sources(&db.store).await;
        let batch: Vec<Incoming> =
            (0..701).map(|number| comment(&format!("c{number}"), &format!("text {number}"))).collect();
        let stored: Vec<_> = receive(&db.store, &batch, at(0)).await.into_iter().flatten().collect();
        assert_eq!(stored.len(), 701);
        assert!(stored.windows(2).all(|pair| pair[0].id < pair[1].id));
        let last = comments::get(&db.store, stored[700].id).await.unwrap().unwrap();
        assert_eq!((last.platform_id.as_str(), last.text.as_deref()), ("c700", Some("text 700")));
    }

    async fn two_processes_that_read_the_same_page_store_each_comment_once(db: Db) {
        some_sources(&db.store).await;
        let readers = (0..4).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let batch: Vec<Incoming> = (0..50).map(|n| comment(&format!("c{n}"), "نص")).collect();
                receive(&store, &batch, at(0)).await.into_iter().flatten().filter(|stored| stored.new).count()
            })
        });
        let mut new = 0;
        for reader in readers.collect::<Vec<_>>() {
            new += reader.await.unwrap();
        }
        assert_eq!(new, 50);
        assert_eq!(db.number("select count(*) from comment").await, 50);
        assert_eq!(db.number("select count(*) from revision").await, 50);
    }

    async fn a_page_of_a_source_that_was_never_registered_is_refused_whole(db: Db) {
        let incoming = comment("c1", "نص");
        let revision = NewRevision { incoming: &incoming, fold_key: None, salt: SALT };
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let error = comments::receive(&mut tx, &page(), &[revision], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::UnknownSource(_)));
    }

    async fn a_transaction_that_is_dropped_leaves_nothing(db: Db) {
        some_sources(&db.store).await;
        let incoming = comment("c1", "نص");
        let revision = NewRevision { incoming: &incoming, fold_key: None, salt: SALT };
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        comments::receive(&mut tx, &page(), &[revision], at(0)).await.unwrap();
        drop(tx);
        assert_eq!(db.number("select count(*) from comment").await, 0);
        stored(&db.store, "c1", "نص").await;
    }

    async fn what_a_page_carries_is_known_by_the_platforms_id(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let ids = ["c1".to_owned(), "c2".to_owned()];
        let known = comments::known(&db.store, &page(), &ids).await.unwrap();
        assert_eq!(known.len(), 1);
        let known = &known["c1"];
        assert_eq!((known.id, known.first_seen_at, known.revision), (id, at(0), 1));
        assert_eq!(known.text.as_deref(), Some("نص"));
        let elsewhere = SourceId("channel".to_owned());
        assert!(comments::known(&db.store, &elsewhere, &ids).await.unwrap().is_empty());
    }

    async fn visibility_is_noted_and_an_unknown_comment_is_told(db: Db) {
        some_sources(&db.store).await;
        let id = stored(&db.store, "c1", "نص").await;
        let mut tx = db.store.begin(Step::Settle).await.unwrap();
        comments::set_visibility(&mut tx, id, Visibility::Hidden, at(9)).await.unwrap();
        let nobody = majlis::domain::comment::CommentId(id.0 + 1);
        let error = comments::set_visibility(&mut tx, nobody, Visibility::Hidden, at(9)).await.unwrap_err();
        assert!(matches!(error, StoreError::NoSuchComment(comment) if comment == nobody));
        tx.commit().await.unwrap();
        assert_eq!(comments::get(&db.store, id).await.unwrap().unwrap().visibility, Visibility::Hidden);
        assert_eq!(comments::get(&db.store, nobody).await.unwrap(), None);
    }
}
