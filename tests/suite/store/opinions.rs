//! Second opinions: one a text, sorting the doubts of one grade and nothing else.

use majlis::domain::comment::CommentId;
use majlis::domain::judge::{Kind, Verdict};
use majlis::domain::opinion::Opinion;
use majlis::domain::policy::ClauseId;
use majlis::store::comments::{self, ListFilter, ListState};
use majlis::store::opinions::{self, Asked};
use majlis::store::{Step, Store, StoreError};

use super::given::{comment, decided, doubtful, receive, some_sources, stored};
use super::{Db, at, contract};

async fn opined(store: &Store, comment: CommentId, answer: Option<&str>) -> Result<(), StoreError> {
    let opinion = answer.map(|answer| Opinion::read(answer.as_bytes()).unwrap());
    let mut tx = store.begin(Step::Settle).await?;
    opinions::keep(&mut tx, comment, 1, &Asked { opinion, host: "o.example".to_owned(), at: at(9) }).await?;
    tx.commit().await
}

/// Comments that await review for this clause.
async fn doubts<const N: usize>(db: &Db, clause: ClauseId, ids: [&str; N]) -> [CommentId; N] {
    let mut doubts = [CommentId(0); N];
    for (doubt, id) in doubts.iter_mut().zip(ids) {
        *doubt = stored(&db.store, id, "نص").await;
        decided(&db.store, *doubt, &doubtful(clause), Kind::Other).await;
    }
    doubts
}

/// The queue as its pages of two show it.
async fn queue(store: &Store) -> Vec<CommentId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let filter = ListFilter { state: ListState::Review, limit: 2, after, ..ListFilter::default() };
        let page = comments::list(store, &filter, at(20)).await.unwrap();
        let Some(last) = page.last() else { return found };
        after = Some(last.key.to_string().parse().unwrap());
        found.extend(page.iter().map(|row| row.comment.id));
    }
}

async fn settled(store: &Store) {
    while comments::refresh_waiting(store, 100).await.unwrap() > 0 {}
}

contract! {
    async fn the_more_probable_goes_first_among_doubts_of_one_grade_and_never_before_a_graver_one(db: Db) {
        some_sources(&db.store).await;
        let [spam] = doubts(&db, ClauseId::Spam, ["s1"]).await;
        let [early, calm, alarming, unasked, unanswered] =
            doubts(&db, ClauseId::Defamatory, ["d1", "d2", "d3", "d4", "d5"]).await;
        let [threat] = doubts(&db, ClauseId::SecurityThreat, ["t1"]).await;
        let by_clause = [threat, early, calm, alarming, unasked, unanswered, spam];
        settled(&db.store).await;
        assert_eq!(queue(&db.store).await, by_clause);

        opined(&db.store, threat, Some(r#"{"probability": 0}"#)).await.unwrap();
        opined(&db.store, calm, Some(r#"{"probability": 0.1}"#)).await.unwrap();
        opined(&db.store, alarming, Some(r#"{"probability": 0.9, "clause": "security_threat"}"#)).await.unwrap();
        opined(&db.store, unanswered, None).await.unwrap();
        opined(&db.store, spam, Some(r#"{"probability": 1}"#)).await.unwrap();
        let sorted = [threat, alarming, early, unasked, unanswered, calm, spam];
        assert_eq!(queue(&db.store).await, sorted, "as soon as it is known");
        settled(&db.store).await;
        assert_eq!(queue(&db.store).await, sorted, "and once the table of what waits was brought up to date");
        let review = comments::open_counts(&db.store, at(20)).await.unwrap().iter().map(|count| count.review).sum::<i64>();
        assert_eq!(review, 7);

        // It is of the former words: the new ones stand where they would without it.
        receive(&db.store, &[comment("d3", "نص آخر")], at(30)).await;
        db.try_run("insert into waiting_stale (comment) select id from comment where platform_id = 'd3'").await.unwrap();
        assert_eq!(queue(&db.store).await, [threat, early, alarming, unasked, unanswered, calm, spam]);
    }

    async fn a_text_has_one_opinion_that_nobody_changes(db: Db) {
        some_sources(&db.store).await;
        let [doubt] = doubts(&db, ClauseId::Spam, ["s1"]).await;
        opined(&db.store, doubt, Some(r#"{"probability": 0.25, "clause": "spam", "note": "n"}"#)).await.unwrap();
        opined(&db.store, doubt, None).await.unwrap();
        let kept = opinions::of(&db.store, doubt, 1).await.unwrap().unwrap();
        let opinion = kept.opinion.unwrap();
        assert_eq!((opinion.probability.permille(), opinion.clause, opinion.note.as_deref()), (250, Some(ClauseId::Spam), Some("n")));
        assert_eq!((kept.host.as_str(), kept.at), ("o.example", at(9)));
        assert_eq!(opinions::of(&db.store, doubt, 2).await.unwrap(), None);
        for refused in [
            "update opinion set permille = 900",
            "insert into opinion (comment, revision, permille, host, asked_at) values (1, 2, 1, 'h', 0)",
            "insert into opinion (comment, revision, permille, host, asked_at) select comment, 1, 1001, 'h', 0 from revision",
            "insert into opinion (comment, revision, clause, host, asked_at) select comment, 1, 'spam', 'h', 0 from revision",
        ] {
            assert!(db.try_run(refused).await.is_err(), "{refused}");
        }
    }

    async fn nobody_has_an_opinion_of_what_was_erased(db: Db) {
        some_sources(&db.store).await;
        let gone = stored(&db.store, "g", "نص").await;
        decided(&db.store, gone, &Verdict::Allow, Kind::Other).await;
        opined(&db.store, gone, Some(r#"{"probability": 0.5, "note": "نص"}"#)).await.unwrap();
        db.try_run("update revision set text = null, salt = null").await.unwrap();
        opined(&db.store, gone, Some(r#"{"probability": 0.5, "note": "نص"}"#)).await.unwrap();
        assert_eq!(db.number("select count(*) from opinion").await, 0);
        let forced = "insert into opinion (comment, revision, permille, host, asked_at) select comment, 1, 1, 'h', 0 from revision";
        let error = db.try_run(forced).await.unwrap_err().to_string();
        assert!(error.contains("an erased comment gets no opinion"), "{error}");
    }
}
