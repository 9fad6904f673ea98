//! The weekly samples: what is drawn, what is asked of whom, what answers come to.

use jiff::civil::{Date, date};
use majlis::domain::comment::CommentId;
use majlis::domain::judge::{Answer, Kind, Outcome, Verdict};
use majlis::domain::policy::ClauseId;
use majlis::domain::sample::{Drawn, Week};
use majlis::store::acts::{self, By, Seen};
use majlis::store::decisions::DecidedBy;
use majlis::store::labels::{Label, labels};
use majlis::store::samples::{self, Answered, NotAnswered};
use majlis::store::{Step, Store, audit, comments, erasure};

use super::given::{decided, decided_by, doubtful, hide, policy, some_sources, stored};
use super::{at, contract};

const WEEK: Date = date(2026, 11, 16);

/// A hide, something left visible, and one in doubt: decisions 1 to 3.
async fn judged(store: &Store) -> [CommentId; 3] {
    some_sources(store).await;
    let ids = [stored(store, "a", "أ").await, stored(store, "b", "ب").await, stored(store, "c", "ج").await];
    let verdicts = [hide(ClauseId::Spam), Verdict::Allow, doubtful(ClauseId::Spam)];
    for (id, verdict) in ids.into_iter().zip(verdicts) {
        decided(store, id, &verdict, Kind::Opinion).await;
    }
    ids
}

async fn drawn(store: &Store, week: Date, decisions: &[i64]) {
    let drawn = Drawn { seed: [1; 32], decisions: decisions.to_vec(), hides: 1, allows: 1 };
    let mut tx = store.begin(Step::Keep).await.unwrap();
    samples::keep(&mut tx, week, (0, 3), &drawn, at(9)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn answer(
    store: &Store,
    staff: &str,
    item: i64,
    clause: Option<ClauseId>,
) -> Result<Answered, NotAnswered> {
    let mut tx = store.begin(Step::Act).await.unwrap();
    let answered = samples::answer(&mut tx, item, clause, staff, &policy(), at(10)).await?;
    tx.commit().await.unwrap();
    Ok(answered)
}

async fn asked(store: &Store, staff: &str, after: i64) -> (Option<String>, u64) {
    let (question, left) = samples::next(store, staff, after).await.unwrap();
    (question.and_then(|question| question.comment.text), left)
}

contract! {
    async fn an_answer_is_in_its_comments_story_and_no_reason_for_a_colleague_to_read_again(db: Db) {
        let store = &db.store;
        let id = judged(store).await[1];
        drawn(store, WEEK, &[2]).await;
        let read = comments::story(store, id).await.unwrap().unwrap().entry;
        answer(store, "huda", 1, None).await.unwrap();
        let acts = audit::about(store, id, |entry| Some(entry.unwrap().act)).await.unwrap();
        assert_eq!(acts, ["sample.answered"]);
        let (policy, seen) = (policy(), Some(Seen::Page { revision: 1, entry: read }));
        let by = By { staff: "salma", policy: &policy, now: at(11), seen, leaves: None, bulk: None };
        let mut tx = store.begin(Step::Act).await.unwrap();
        assert!(acts::hide(&mut tx, by, id, ClauseId::Spam, "إعلان").await.unwrap().is_some());
    }

    async fn a_weeks_verdicts_are_those_of_the_machine_whose_words_are_still_there(db: Db) {
        let store = &db.store;
        let ids = judged(store).await;
        decided_by(store, ids[0], 1, &Verdict::Allow, Kind::Other, &DecidedBy::Staff("huda".into()), None).await;
        let mut tx = store.begin(Step::Keep).await.unwrap();
        erasure::order(&mut tx, "huda", None, ids[1], "by law", at(9)).await.unwrap();
        tx.commit().await.unwrap();
        let week = |from, until| Week { begins: WEEK, from: at(from), until: at(until) };
        let span = samples::span(store, &week(0, 2)).await.unwrap();
        assert_eq!(span, (0, 4), "decided at 1");
        assert_eq!(samples::span(store, &week(2, 3)).await.unwrap(), (4, 4));
        let found = samples::verdicts(store, span, 9).await.unwrap();
        assert_eq!(found, [(1, Outcome::Hide), (3, Outcome::Review)]);
        assert_eq!(samples::verdicts(store, (1, 4), 9).await.unwrap(), [(3, Outcome::Review)]);
    }

    async fn a_question_is_asked_until_somebody_answers_it_and_never_of_whoever_decided(db: Db) {
        let store = &db.store;
        let ids = judged(store).await;
        drawn(store, WEEK, &[2, 1]).await;
        decided_by(store, ids[0], 1, &Verdict::Allow, Kind::Other, &DecidedBy::Staff("huda".into()), None).await;
        assert_eq!(asked(store, "huda", 0).await, (Some("ب".to_owned()), 1));
        assert_eq!(asked(store, "salma", 0).await, (Some("ب".to_owned()), 2), "in the order of the lot");
        assert_eq!(asked(store, "salma", 1).await, (Some("أ".to_owned()), 2));
        assert!(matches!(answer(store, "huda", 2, None).await, Err(NotAnswered::NotAsked)), "she showed it again");
        assert!(matches!(answer(store, "huda", 7, None).await, Err(NotAnswered::NoSuchItem)));

        let missed = answer(store, "huda", 1, Some(ClauseId::Indecent)).await.unwrap();
        assert_eq!((missed.comment, missed.machine, missed.answer), (ids[1], "allow", Answer::Missed));
        assert!(matches!(answer(store, "salma", 1, None).await, Err(NotAnswered::NotAsked)));
        assert_eq!(samples::answered_by(store, 1, "huda").await.unwrap(), Some(missed));
        assert_eq!(samples::answered_by(store, 1, "salma").await.unwrap(), None);
        assert_eq!(asked(store, "huda", 0).await, (None, 0));
        let log = db.entries().await;
        let entry = r#""fields":{"clause":"indecent","comment":2,"machine":"allow","policy":"p1","verdict":"hide","week":"2026-11-16"},"object":"decision:2""#;
        assert!(log.last().unwrap().contains(entry), "{log:?}");
        assert!(db.try_run("update sample_item set verdict = 'allow', clause = null where id = 1").await.is_err());
        assert!(db.try_run("delete from sample_item").await.is_err());

        drawn(store, date(2026, 11, 23), &[3]).await;
        assert!(matches!(answer(store, "salma", 2, None).await, Err(NotAnswered::NotAsked)), "the week is over");
        assert_eq!(asked(store, "salma", 0).await, (Some("ج".to_owned()), 1));
    }

    async fn answers_are_counted_by_week_and_exported_beside_what_was_decided(db: Db) {
        let store = &db.store;
        let ids = judged(store).await;
        decided_by(store, ids[2], 1, &Verdict::Allow, Kind::Other, &DecidedBy::Staff("huda".into()), None).await;
        drawn(store, WEEK, &[2, 1]).await;
        answer(store, "salma", 1, None).await.unwrap();
        answer(store, "salma", 2, None).await.unwrap();
        decided_by(store, ids[0], 1, &Verdict::Allow, Kind::Other, &DecidedBy::Staff("huda".into()), None).await;
        drawn(store, date(2026, 11, 23), &[]).await;

        let weeks = samples::quality(store, 9).await.unwrap();
        let told: Vec<_> = weeks.iter().map(|week| (week.hides_drawn, week.false_hides.count, week.missed.count)).collect();
        assert_eq!(told, [(0, 0, 0), (1, 1, 0)], "the newest first");
        let (false_hides, missed) = samples::together(&weeks);
        assert_eq!((false_hides.count, false_hides.of, missed.count, missed.of), (1, 1, 0, 1));
        assert_eq!(samples::quality(store, 1).await.unwrap().len(), 1);

        let (all, next) = labels(store, CommentId(0), 9).await.unwrap();
        let told = |found: &[Label]| {
            found.iter().map(|label| (label.comment, label.answer, label.sample)).collect::<Vec<_>>()
        };
        let expected = [
            (ids[0], Answer::FalseHide, false),
            (ids[0], Answer::FalseHide, true),
            (ids[1], Answer::Same, true),
            (ids[2], Answer::Approved, false),
        ];
        assert_eq!((told(&all), next), (expected.to_vec(), None));
        // A page ends between comments, and none is lost.
        for limit in 2..5 {
            let (mut found, mut after) = (Vec::new(), Some(CommentId(0)));
            while let Some(from) = after {
                let (page, next) = labels(store, from, limit).await.unwrap();
                assert!(page.len() <= limit as usize && !page.is_empty());
                (after, found) = (next, [found, told(&page)].concat());
            }
            assert_eq!(found, expected, "{limit} a page");
        }
    }
}
